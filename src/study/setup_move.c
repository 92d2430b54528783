/* A set-up that moves on to another configuration: what it was made from decides what is made anew. */
#include "study/setup.h"

#include "base/memory.h"
#include "study/front.h"
#include "study/load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- sections of configurations ---- */

/* Both configurations whole, as text with every default: what is equal there is equal everywhere. */
typedef struct pair {
  char *was, *is;
} pair;

/* Where the section that begins at text ends: at the next line that begins with another key. */
static size_t length_of(const char *text) {
  const char *at = text;
  while ((at = strchr(at, '\n')) != NULL && (at[1] == ' ' || at[1] == '-')) at++;
  return at ? (size_t)(at - text) : strlen(text);
}

/* The section of a key, *length characters; empty where there is none. */
static const char *find_section(const char *text, const char *key, size_t *length) {
  const size_t size = strlen(key);
  for (const char *at = text; at && *at; at = strchr(at, '\n')) {
    at += *at == '\n';
    if (strncmp(at, key, size) != 0 || at[size] != ':') continue;
    *length = length_of(at);
    return at;
  }
  *length = 0;
  return "";
}

static bool differs(const pair *p, const char *key) {
  size_t was, is;
  const char *before = find_section(p->was, key, &was), *after = find_section(p->is, key, &is);
  return was != is || memcmp(before, after, was) != 0;
}

/* ---- which stages differ ---- */

static bool has_own(const iso_config *config) { return iso_study_own_models(config).n > 0; }

static bool has_paced(const iso_config *config) {
  for (int r = 0; r < config->nregions; r++)
    if (config->regions[r].has_paced) return true;
  return false;
}

static bool has_sites(const iso_config *config) {
  for (int r = 0; r < config->nregions; r++)
    if (config->regions[r].where.name) return true;
  return false;
}

/* Own models are compiled for the device and belong to their configuration. */
static bool device_differs(const iso_config *was, const iso_config *is, const pair *p) {
  return differs(p, "device") || differs(p, "threads") || was->numerics.precision != is->numerics.precision ||
         has_own(was) || has_own(is);
}

/* By the sets of their nodes, too. */
static bool layers_differ(const iso_config *was, const iso_config *is, const pair *p) {
  return differs(p, "fast_endocardium") || differs(p, "velocity_field") ||
         ((was->nlayers > 0 || is->nlayers > 0) && differs(p, "sites"));
}

static bool tissue_differs(const iso_config *was, const iso_config *is, const pair *p) {
  const bool steps =
      was->time.step_ms != is->time.step_ms || was->numerics.scheme.rates != is->numerics.scheme.rates;
  return differs(p, "regions") || differs(p, "drugs") || was->method != is->method ||
         (has_paced(is) && steps) || (has_sites(is) && differs(p, "sites")) || layers_differ(was, is, p);
}

static bool lesions_differ(const iso_config *is, const pair *p) {
  return differs(p, "lesions") || (is->nlesions > 0 && differs(p, "sites"));
}

/* Whose tissue conducts otherwise at its end than at its beginning. */
static bool burns_late(const iso_config *config) { return iso_setup_burns(config, 0, INFINITY); }

/* The pieces of a partition go by how the fast current is taken, patches by the pace, and regions by site
 * change the mesh's tags. */
static bool mesh_differs(const iso_config *was, const iso_config *is, const pair *p) {
  const bool nodal = was->numerics.scheme.fast_current == ISO_FAST_NODAL;
  return differs(p, "mesh") || lesions_differ(is, p) || burns_late(was) ||
         was->numerics.scheme.pace != is->numerics.scheme.pace ||
         nodal != (is->numerics.scheme.fast_current == ISO_FAST_NODAL) ||
         ((has_sites(was) || has_sites(is)) && tissue_differs(was, is, p));
}

/* What waves have in common is of the strips of its tissue, which take numerics, time and outputs from the
 * configuration; so are the restitution and the velocities of those that come again. */
static bool waves_differ(const pair *p) {
  return differs(p, "numerics") || differs(p, "time") || differs(p, "outputs");
}

/* ---- moving ---- */

/* Frees the stages from the first that differs on; the operator knows itself whether it still serves, but for
 * the conductivities of fast layers. */
static void drop(iso_setup *setup, const iso_config *next, const pair *p) {
  const bool device = device_differs(setup->config, next, p);
  const bool mesh = device || mesh_differs(setup->config, next, p);
  const bool tissue = mesh || tissue_differs(setup->config, next, p);
  iso_setup_drop_cells(setup, mesh || layers_differ(setup->config, next, p));
  if (waves_differ(p)) iso_setup_drop_waves(setup);
  if (tissue) iso_setup_drop_tissue(setup);
  if (differs(p, "numerics") || differs(p, "outputs") || setup->config->time.step_ms != next->time.step_ms)
    iso_setup_drop_front(setup);
  if (mesh) iso_setup_drop_mesh(setup);
  if (device) iso_setup_drop_device(setup);
}

/* Tags and names of regions that stay belong to the configuration. */
static void take_tags(iso_setup *setup, const iso_config *next) {
  for (int r = 0; setup->regions && r < setup->tissue.nregions; r++) {
    if (!next->regions[r].where.name) setup->regions[r].tags = next->regions[r].tags;
    setup->regions[r].name = next->regions[r].name;
  }
}

iso_status iso_setup_move_heart(iso_setup *setup, const iso_config *next, MPI_Comm comm, iso_error *err) {
  pair p = {0};
  iso_status status = iso_config_dump_whole(setup->config, &p.was, err);
  if (status == ISO_OK) status = iso_config_dump_whole(next, &p.is, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    drop(setup, next, &p);
    take_tags(setup, next);
    free(setup->inputs); /* which may be other files, or changed ones */
    setup->inputs = NULL;
    setup->config = next;
    status = iso_setup_heart(setup, comm, err);
  }
  free(p.was);
  free(p.is);
  return status;
}

iso_status iso_setup_move(iso_setup *setup, const iso_config *next, MPI_Comm comm, iso_error *err) {
  ISO_TRY(iso_setup_move_heart(setup, next, comm, err));
  return iso_setup_simulation(setup, err);
}
