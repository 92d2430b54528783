/* Rules that tie keys of a section together, or with others, and the defaults that follow from other keys:
 * each is a part of iso_config_settle, which calls them in an order in which every one has what it needs.
 * They fail with ISO_EINPUT, at the place of a key. */
#ifndef ISO_CONFIG_SECTIONS_RULES_H
#define ISO_CONFIG_SECTIONS_RULES_H

#include "config/config.h"

/* In a function that has config and err. */
#define FAIL(...) iso_config_fail(config, err, __VA_ARGS__)

/* The path of entry number i of a list, or of a key of it: "stimuli.3" or "stimuli.3.box". Returns buffer. */
char *iso_config_item(char buffer[64], const char *list, int i, const char *key);

/* Whether an interval is 0 or no shorter than a step. */
iso_status iso_config_check_interval(const iso_config *config, const char *path, double interval,
                                     iso_error *err);

/* Sections as wholes. */
iso_status iso_config_complete_mesh(iso_config *config, iso_error *err);
iso_status iso_config_complete_time(iso_config *config, iso_error *err);
iso_status iso_config_complete_numerics(iso_config *config, iso_error *err);
iso_status iso_config_complete_outputs(iso_config *config, iso_error *err);

/* Parts of sections: mesh.passive, after the regions; the detectors of outputs; action potentials of fit. */
iso_status iso_config_complete_passive(const iso_config *config, iso_error *err);
iso_status iso_config_complete_detectors(iso_config *config, iso_error *err);
iso_status iso_config_complete_apd(const iso_config *config, iso_error *err);

/* Entry number i of a list. */
iso_status iso_config_complete_region(iso_config *config, int i, iso_error *err);
iso_status iso_config_complete_drug(iso_config *config, int i, iso_error *err);
iso_status iso_config_complete_lesion(iso_config *config, int i, iso_error *err);
iso_status iso_config_complete_layer(iso_config *config, int i, iso_error *err);
iso_status iso_config_complete_stimulus(iso_config *config, int i, iso_error *err);
iso_status iso_config_complete_actor(iso_config *config, int i, iso_error *err);

/* Part number i of a list of what is around the heart, or of a torso: its conductivities, and that it alone
 * takes the rest of the tags. */
iso_status iso_config_complete_conductor(const iso_config *config, const char *list,
                                         iso_config_torso_region *parts, int i, iso_error *err);

/* Looks up the names of variant, parameters and states in the model of region number r. */
iso_status iso_config_find_names(const iso_config *config, int r, iso_error *err);

/* Whether the mesh's file may have coordinates: fields of the nodes that the mesh has. */
iso_status iso_config_needs_coordinates(const iso_config *config, const char *path, iso_error *err);

/* Whether parameters and conductivities of region number r that follow coordinates are well told. */
iso_status iso_config_check_courses(const iso_config *config, int r, iso_error *err);

/* Whether the axes of a study are well told, and names for those without. */
iso_status iso_config_complete_study(iso_config *config, iso_error *err);

/* Whether lesions of study.ablation may go to a site. */
bool iso_config_is_barrier(const iso_config *config, const char *site);

/* Whether the section fit is well told, and the regions' velocities with it. */
iso_status iso_config_complete_fit(const iso_config *config, iso_error *err);
iso_status iso_config_complete_twin(iso_config *config, iso_error *err);

/* Whether device number k of the section devices is well told. */
iso_status iso_config_complete_implant(iso_config *config, int k, iso_error *err);

/* A name that variables and dimensions of the results may begin with: of an actor or a device. */
bool iso_config_is_plain_name(const char *name);
/* Whether variables, dimensions or tables of an actor or a device of that name would be called as others of
 * the results are: a table of both had values of neither. */
bool iso_config_is_own_name(const char *name);
enum { ISO_ACTOR_NAME = 16 }; /* NAME_pulse_time and the like have to fit into the results */

/* Whether the phase map is well told. */
iso_status iso_config_complete_phase_map(const iso_config *config, iso_error *err);

/* Whether the protocol is well told, and serves with the rest. */
iso_status iso_config_complete_protocol(iso_config *config, iso_error *err);

/* Whether method: recurrent_eikonal serves with the rest. */
iso_status iso_config_complete_recurrent(const iso_config *config, iso_error *err);
iso_status iso_config_complete_apd_field(const iso_config *config, iso_error *err);

/* The accuracy itself, and by it precision, pace and tolerance, where they are not given, and whether the
 * step follows. */
void iso_config_complete_accuracy(iso_config *config);

/* Checks the sites, and gives the names of sites in them their sets: those before them. */
iso_status iso_config_complete_sites(iso_config *config, iso_error *err);

/* The same of a set at path, from all sites, which are complete. Nothing given is refused. */
iso_status iso_config_complete_where(const iso_config *config, iso_select *where, const char *path,
                                     iso_error *err);

/* Makes the set lines of lesion number i of its line set, from sites with the names of landmarks. ISO_EINPUT
 * where there is no such line, or no such site. */
iso_status iso_config_make_lines(iso_config *config, int i, iso_error *err);

#endif
