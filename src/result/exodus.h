/* The mesh and result tables of an Exodus II file, as ParaView, VisIt and SEACAS read it: what they need is
 * listed in docs/file-formats.md. Follows "EXODUS II: A Finite Element Data Model", SAND92-2137, and its 2013
 * extension to 64-bit numbers. All functions are collective; after a failure discard the file. */
#ifndef ISO_RESULT_EXODUS_H
#define ISO_RESULT_EXODUS_H

#include "result/exodus_name.h"
#include "result/layout.h"
#include "result/netcdf_file.h"

#include <stdbool.h>

/* A result that the file has one Exodus variable for. */
typedef struct iso_exodus_variable {
  const char *name; /* at most 32 characters */
  const char *unit, *long_name;
} iso_exodus_variable;

typedef struct iso_exodus_spec {
  const char *title; /* cut to 80 characters */
  int nattributes;   /* of the whole file */
  const iso_attribute *attributes;
  int nnodal, nelemental;
  const iso_exodus_variable *nodal, *elemental;
  nc_type nodal_type; /* NC_FLOAT or NC_DOUBLE */
  size_t chunk[2];    /* steps and nodes of a chunk, of any number of time steps; cleared: one step */
  int compression;    /* deflate level of what nodes and elements have, 0: none */
  bool wide;          /* 64-bit numbers also where 32 bits would do */
} iso_exodus_spec;

typedef struct iso_exodus {
  iso_ncfile file;
  const iso_layout *layout;
  bool wide;
  bool root; /* rank 0 */
  int compression;
  int nnodal, nelemental;
  const iso_exodus_variable *nodal_spec, *elem_spec;

  /* NetCDF's numbers of dimensions, also for a caller's own variables, and of variables. */
  int dim_step, dim_nodes, dim_name;
  int time, coord[3], coord_name, node_map, elem_map, nodal_name;
  int node_index, elem_index; /* coordinate variables, which have the names of their dimensions */
  int block_status, block_id, block_name, elem_name, elem_table;
  int *connect;     /* [nblocks] NetCDF numbers of variables */
  int *block_index; /* [nblocks] coordinate variables */
  int *nodal;       /* [nnodal] */
  int *elemental;   /* [nblocks][nelemental] */
} iso_exodus;

/* Creates the file and defines its mesh and result variables. The caller may define more before
 * iso_exodus_mesh. The layout and the spec's variables must outlive the file. */
iso_status iso_exodus_create(iso_exodus *exodus, const char *path, const iso_layout *layout,
                             const iso_exodus_spec *spec, iso_error *err);

/* Ends definitions and writes nodes, elements and names. */
iso_status iso_exodus_mesh(iso_exodus *exodus, iso_error *err);

/* After that: defines time and the nodal variables of a series, which others add values to (adopt.h) before
 * iso_exodus_commit. *bytes: the length of the file so far, on all ranks. */
iso_status iso_exodus_series(iso_exodus *exodus, const iso_exodus_spec *spec, int64_t *bytes, iso_error *err);

/* Writes the time of the one step. */
iso_status iso_exodus_time(iso_exodus *exodus, double time_ms, iso_error *err);

/* Writes one nodal variable of the one step. part [layout nnode]. */
iso_status iso_exodus_nodal(iso_exodus *exodus, int variable, const double *part, iso_error *err);

/* Writes one element variable of the one step. part [layout nelem]. */
iso_status iso_exodus_elemental(iso_exodus *exodus, int variable, const float *part, iso_error *err);

/* Completes the file, or removes it. Both release the struct. */
iso_status iso_exodus_commit(iso_exodus *exodus, iso_error *err);
void iso_exodus_discard(iso_exodus *exodus);

/* Compresses a variable as the spec asks, one of the caller's own before iso_exodus_mesh, whose dimension
 * number along is that of the nodes. Not collective. */
iso_status iso_exodus_store(iso_exodus *exodus, int variable, int along, iso_error *err);

/* Type of integers in the file: NC_INT, or NC_INT64 where 32 bits are too few. Not collective. */
nc_type iso_exodus_number(const iso_exodus *exodus);

#endif
