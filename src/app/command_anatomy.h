/* What the commands that need a heart's anatomy share. */
#ifndef ISO_APP_COMMAND_ANATOMY_H
#define ISO_APP_COMMAND_ANATOMY_H

#include "anatomy/anatomy.h"
#include "app/command_options.h"
#include "grid/mesh.h"
#include "grid/share/slice_of.h"

#define ISO_VENTRICLE_OPTIONS                                                                                \
  {"lv-endo", 0, "WHERE", NULL, "endocardium of the left ventricle"},                                        \
      {"rv-endo", 0, "WHERE", NULL, "endocardium of the right ventricle, with the septum's"},                \
      {"epi", 0, "WHERE", NULL, "epicardium"}, {"base", 0, "WHERE", NULL, "base"},                           \
      {"apex", 0, "WHERE", NULL, "apex; where not given, the place farthest from the base"},                 \
      {"refined", 0, "N", "0", "times that the mesh was refined after the lists of nodes were made"},        \
      {"format", 'f', "FORMAT", "auto", "of the input: auto, or one of the table"}, {                        \
    "unit", 'u', "UNIT", "auto", "of the input: auto (um for CARP, else mm), um, mm, cm, m"                  \
  }

/* A surface and its option. */
typedef struct iso_landmark {
  const char *option; /* NULL ends a list */
  uint8_t bit;
  bool needed;
} iso_landmark;

/* Collective. Marks on [mesh->nowned] by a list of options, in its order, and spreads them as --refined says;
 * then openings, which lie between nodes with bits of inner and of outer. */
iso_status iso_command_mark(const iso_arguments *arguments, const iso_mesh *mesh, const iso_landmark *list,
                            uint8_t inner, uint8_t outer, uint8_t *on, iso_error *err);

/* Collective. Marks on [mesh->nowned] with the bits of anatomy/ventricles.h by these options. has_base: there
 * are valves, which are the base where none is given. */
iso_status iso_command_mark_ventricles(const iso_arguments *arguments, const iso_mesh *mesh, bool has_base,
                                       uint8_t *on, iso_error *err);

/* Collective. Work on the mesh of a command: reads what the first argument names, gives it to make and frees
 * it. The second argument is refused before where it names no mesh to write. self: make's own. */
typedef iso_status iso_anatomy_work(void *self, const iso_arguments *arguments, iso_anatomy *anatomy,
                                    iso_mesh *mesh, iso_error *err);
iso_status iso_command_anatomy(const iso_arguments *arguments, iso_anatomy_work *make, void *self,
                               iso_error *err);

#endif
