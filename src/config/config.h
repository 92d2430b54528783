/* The configuration of a run: everything a user may set, as plain data with the defaults filled in.
 *
 * The keys, their types, defaults, ranges and meanings are the tables of sections/X_keys.c; this and the
 * headers of the sections are what they fill. Units are in the names. "NAN: ..." marks a real that was not
 * given and what that means. */
#ifndef ISO_CONFIG_CONFIG_H
#define ISO_CONFIG_CONFIG_H

#include "base/error.h"
#include "config/sections/devices.h"
#include "config/sections/drugs.h"
#include "config/sections/fit.h"
#include "config/sections/lesions.h"
#include "config/sections/mesh.h"
#include "config/sections/numerics.h"
#include "config/sections/outputs.h"
#include "config/sections/protocol.h"
#include "config/sections/regions.h"
#include "config/sections/sites.h"
#include "config/sections/stimuli.h"
#include "config/sections/study.h"

#include <stdbool.h>

/* Where a value came from: "regions.0.tags" on that line of the file (line 0: from option --set). */
typedef struct iso_config_place {
  char *path;
  int line;
  char *option; /* "--set a.b=c", or NULL */
  char *name;   /* of the entry of a list that it is or is in, or NULL */
} iso_config_place;

/* What is solved: the monodomain equation, or the eikonal one, which gives activation times alone. */
typedef enum { ISO_METHOD_MONODOMAIN, ISO_METHOD_EIKONAL, ISO_METHOD_RECURRENT } iso_method;

typedef struct iso_config {
  char *file; /* as the user named it */
  char *title;
  iso_method method;
  iso_config_mesh mesh;
  int nregions;
  iso_config_region *regions;
  int ndrugs;
  iso_config_drug *drugs;
  int nsites;
  iso_config_site *sites; /* each made of those before it */
  int nlesions;
  iso_config_lesion *lesions;
  int nlayers;
  iso_config_fast_layer *layers; /* fast_endocardium */
  bool has_velocity_field;
  iso_config_factor velocity_field;
  bool has_apd_field;
  iso_config_factor apd_field;
  int nstimuli;
  iso_config_stimulus *stimuli;
  int nactors;
  iso_config_actor *actors;
  int nimplants;
  iso_config_implant *implants; /* devices */
  bool has_protocol;
  iso_config_protocol protocol;
  bool has_phase_map;
  iso_config_phase_map phase_map;
  iso_config_time time;
  iso_config_stop stop;
  iso_config_numerics numerics;
  iso_config_outputs outputs;
  iso_config_checkpoint checkpoint;
  iso_config_study study;
  bool has_fit;
  iso_config_fit fit;
  bool has_twin;
  iso_config_twin twin;
  const char *device; /* "auto", "cpu", "cuda" */
  int threads;        /* per rank */

  /* What keeps own models, if anything does, for whoever gave them: freed with the configuration. */
  void *models;
  void (*free_models)(void *models);

  /* Where settings were made of the twin (fit/twin_run.h): the configuration as it was given, which dumps and
   * checksums are of, and the settings, a line each. NULL: nothing was made. Freed with this one. */
  struct iso_config *given;
  char *made;

  int nplaces;
  iso_config_place *places; /* of every key that was given */
  struct iso_arena *memory; /* holds everything above */
} iso_config;

/* Reading a configuration has two steps, because a user's own model may decide which names and numbers are
 * right, and making such a model known is no matter of the configuration. First the text: what it says, with
 * defaults that do not depend on other keys. Then, when every region has its model, the rules and defaults
 * that tie keys together. */

/* Collective, the first step: rank 0 reads the file and every rank parses the same bytes. set [nset]:
 * "key.path=value" of each --set, applied in order before anything is checked. Named files are looked for,
 * too, not opened. ISO_EINPUT for whatever is wrong with them. On failure *out is empty; iso_config_free is
 * harmless. */
iso_status iso_config_read(iso_config *out, MPI_Comm comm, const char *file, int nset, const char *const *set,
                           iso_error *err);

/* The first step of text [size] that every rank has, without communication and without looking for named
 * files. file names the text in messages, and its folder is that of relative paths. */
iso_status iso_config_read_text(iso_config *out, const char *file, const char *text, size_t size, int nset,
                                const char *const *set, iso_error *err);

/* The second step; then the configuration is not changed any more. A region without model is ISO_EINPUT. */
iso_status iso_config_settle(iso_config *config, iso_error *err);

/* The step that follows from the mesh (numerics.step_follows), for a copy of a configuration, whose lists may
 * be shared: at most the step that it had. ISO_EINPUT where a key does not go with it. */
iso_status iso_config_take_step(iso_config *copy, double step_ms, iso_error *err);

/* Collective. Both, where all models are built in. */
iso_status iso_config_load(iso_config *out, MPI_Comm comm, const char *file, int nset, const char *const *set,
                           iso_error *err);

/* Both steps of a text, likewise. */
iso_status iso_config_parse(iso_config *out, const char *file, const char *text, size_t size, int nset,
                            const char *const *set, iso_error *err);

/* The end of a path that the configuration names, as the user wrote it, from the configuration's folder; of
 * an absolute one the name alone, since folders above may name people. */
const char *iso_config_shown_path(const iso_config *config, const char *path);

/* The whole configuration as YAML, defaults included, which loads to the same configuration; with a twin's
 * heart as it was given. Release with free. */
iso_status iso_config_dump(const iso_config *config, char **out, iso_error *err);

/* The same with absolute paths as they are, to compare configurations: two files of one name in two folders
 * are two. For nothing that is kept. */
iso_status iso_config_dump_whole(const iso_config *config, char **out, iso_error *err);

/* A value as YAML on one line, and a setting, "key.path=value", as results show them: of each absolute path
 * that the value is or has within it, the last name. Others are as they were. Release with free. */
iso_status iso_config_shown_value(const char *value, char **out, iso_error *err);
iso_status iso_config_shown_setting(const char *setting, char **out, iso_error *err);

/* Whether text, as a dump has it, is what a key has where it is not given: "numerics.rates". Entries of lists
 * have numbers or names in the path. */
bool iso_config_is_default(const char *path, const char *text);

/* Whether the configuration has a key, in its file or an option, with another value than null. */
bool iso_config_given(const iso_config *config, const char *path);

/* Fails with ISO_EINPUT and a message that starts with the place of a key: "heart.yaml:12: stimuli.0.box:
 * ...". A key that was not given is reported at its nearest given parent. For what only the run can find out,
 * such as a stimulus that hits no node. */
iso_status iso_config_fail(const iso_config *config, iso_error *err, const char *path, const char *format,
                           ...) __attribute__((format(printf, 4, 5)));

/* What is left of a parameter of a region under a drug, and under all of them; 1 where they do not act on it.
 */
double iso_config_drug_scale(const iso_config *config, const iso_config_drug *drug, int region,
                             int parameter);
double iso_config_drugs_scale(const iso_config *config, int region, int parameter);

void iso_config_free(iso_config *config);

#endif
