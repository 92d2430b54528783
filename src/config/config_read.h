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

/* A file name, resolved. */
iso_status iso_read_path(const iso_reader *reader, const iso_tree *tree, char **out);

/* A finite number without unit. */
iso_status iso_read_real(const iso_reader *reader, const iso_tree *tree, double *out);

/* The index of the scalar in names [n], or a failure that suggests the nearest; what: "model". */
iso_status iso_read_word(const iso_reader *reader, const iso_tree *tree, const char *what, int n,
                         const char *const *names, int *out);

/* Whether the files that sets are read from are there. */
iso_status iso_config_look_for_sets(const iso_config *config, iso_error *err);

/* Whether there is a file of that name, ending added. */
bool iso_config_exists(const char *path, const char *ending);

#endif
