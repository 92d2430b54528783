/* A surface of triangles, whole in memory, and the places on it. */
#ifndef ISO_ANATOMY_SHEET_H
#define ISO_ANATOMY_SHEET_H

#include "grid/slice.h"

#include <stdbool.h>

typedef struct iso_sheet {
  int64_t nnode, ntriangle;
  double (*xyz)[3];       /* [nnode] mm */
  int64_t (*triangle)[3]; /* [ntriangle] nodes */
  uint8_t *rim;           /* [ntriangle] bit k: the edge from corner k to the next is of no other triangle */
  double (*ball)[4];      /* [ntriangle] centre and radius of a ball around each */
} iso_sheet;

/* A place on a sheet. */
typedef struct iso_foot {
  double x[3], normal[3]; /* mm; of length 1, of the triangle */
  double distance;        /* mm, from what it is the nearest place to */
  bool on_rim;            /* on an edge that ends the sheet */
} iso_foot;

/* Collective. The triangles of a slice, in its order, on every rank. ISO_EINPUT where it has other elements,
 * or none; name: of the file, for messages. */
iso_status iso_sheet_new(iso_sheet *sheet, MPI_Comm comm, const iso_slice *slice, const char *name,
                         iso_error *err);

/* The place of the sheet nearest to x, of the first triangle on ties. */
iso_foot iso_sheet_nearest(const iso_sheet *sheet, const double x[3]);

/* v becomes its part across the normal, that is in the surface, of length 1; false where there is none. */
bool iso_sheet_lay_down(double v[3], const double normal[3]);

void iso_sheet_free(iso_sheet *sheet);

#endif
