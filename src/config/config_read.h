/* Fills the plain data from a document, by the tables of the schema. */
#ifndef ISO_CONFIG_CONFIG_READ_H
#define ISO_CONFIG_CONFIG_READ_H

#include "config/config.h"
#include "config/config_schema.h"
#include "config/config_tree.h"

typedef struct iso_reader {
  iso_arena *arena;
  const char *file;   /* for messages */
  const char *folder; /* that relative paths start from, with its last slash; "" for the present one */
  iso_error *err;
} iso_reader;

/* Reads tree, a mapping, into base, which is zeroed; where tree is NULL, the defaults alone. */
iso_status iso_read_keys(const iso_reader *reader, const iso_key *table, const iso_tree *tree, void *base);

/* One rank's. The text [*size] of a configuration's file, to be freed; without a NUL at its end. */
iso_status iso_config_file_text(const char *file, char **text, size_t *size, iso_error *err);

/* The model of a region, if it is built in, and names of what it has, which are not looked up yet. */
iso_status iso_read_model(const iso_reader *reader, const iso_tree *tree, iso_config_region *region);
iso_status iso_read_parameters(const iso_reader *reader, const iso_tree *tree, iso_config_region *region);
iso_status iso_read_initial(const iso_reader *reader, const iso_tree *tree, iso_config_region *region);

/* Looks up the names of variant, parameters and states in the model of region number r. */
iso_status iso_config_find_names(const iso_config *config, int r, iso_error *err);

/* Whether the mesh's file may have coordinates: fields of the nodes that the mesh has. */
iso_status iso_config_needs_coordinates(const iso_config *config, const char *path, iso_error *err);

/* Whether parameters and conductivities of region number r that follow coordinates are well told. */
iso_status iso_config_check_courses(const iso_config *config, int r, iso_error *err);

/* Whether the axes of a study are well told, and names for those without. */
iso_status iso_config_complete_study(iso_config *config, iso_error *err);

/* Whether device number k of the section devices is well told. */
iso_status iso_config_complete_implant(iso_config *config, int k, iso_error *err);

/* A name that variables and dimensions of the results may begin with: of an actor or a device. */
bool iso_config_is_plain_name(const char *name);
enum { ISO_ACTOR_NAME = 16 }; /* NAME_pulse_time and the like have to fit into the results */

/* Whether the protocol is well told, and serves with the rest. */
iso_status iso_config_complete_protocol(iso_config *config, iso_error *err);

/* The accuracy itself, and by it precision, pace and tolerance, where they are not given, and whether the
 * step follows. */
void iso_config_complete_accuracy(iso_config *config);

/* A file name, resolved. */
iso_status iso_read_path(const iso_reader *reader, const iso_tree *tree, char **out);

/* A finite number without unit. */
iso_status iso_read_real(const iso_reader *reader, const iso_tree *tree, double *out);

/* The index of the scalar in names [n], or a failure that suggests the nearest; what: "model". */
iso_status iso_read_word(const iso_reader *reader, const iso_tree *tree, const char *what, int n,
                         const char *const *names, int *out);

/* Checks the sites, and gives the names of sites in them their sets: those before them. */
iso_status iso_config_complete_sites(iso_config *config, iso_error *err);

/* The same of a set at path, from all sites, which are complete. Nothing given is refused. */
iso_status iso_config_complete_where(const iso_config *config, iso_select *where, const char *path,
                                     iso_error *err);

/* Makes the set lines of lesion number i of its line set, from sites with the names of landmarks. ISO_EINPUT
 * where there is no such line, or no such site. */
iso_status iso_config_make_lines(iso_config *config, int i, iso_error *err);

/* Whether the files that sets are read from are there. */
iso_status iso_config_look_for_sets(const iso_config *config, iso_error *err);

/* Whether there is a file of that name, ending added. */
bool iso_config_exists(const char *path, const char *ending);

#endif
