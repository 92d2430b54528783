/* A walk over the sets of nodes that a configuration tells, with the keys where they stand. */
#ifndef ISO_CONFIG_CONFIG_SETS_H
#define ISO_CONFIG_CONFIG_SETS_H

#include "config/config.h"

/* What is done at each set. path: "stimuli.0.or.1". Another status than ISO_OK ends the walk. */
typedef struct iso_set_visitor {
  iso_status (*visit)(void *self, iso_select *set, const char *path, iso_error *err);
  void *self;
} iso_set_visitor;

/* A set at path, then those that it is made of by and, or, not; sites that it names are not entered. */
iso_status iso_config_visit_set(iso_select *set, const char *path, const iso_set_visitor *visitor,
                                iso_error *err);

/* The same for all sets that regions, lesions, fast layers, stimuli, actors (those they sense, too), leads of
 * devices likewise, protocol, ventricles and probes have, in this order. */
iso_status iso_config_visit_users(const iso_config *config, const iso_set_visitor *visitor, iso_error *err);

/* The same for all sites in their order, then the users. */
iso_status iso_config_visit_sets(const iso_config *config, const iso_set_visitor *visitor, iso_error *err);

/* The site of that name, by its place among sites; -1: there is none. */
int iso_config_find_site(const iso_config *config, const char *name);

/* That it is none of the first n sites, and which there are, for a message: "there is no site 'x'; did you
 * mean 'y'? There are: ..". Returns buffer [size]. */
const char *iso_config_no_site(const iso_config *config, int n, const char *name, char *buffer, size_t size);

/* used [config->nsites]: whether a site is used by anybody but sites, by itself or through others. */
void iso_config_used_sites(const iso_config *config, bool *used);

#endif
