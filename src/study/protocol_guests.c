#include "study/protocol_guests.h"

#include "base/memory.h"
#include "eikonal/eikonal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Beside the electrodes: ears and record. */
enum { OTHERS = 2 };

/* Sensing at a distance is between this and so many times as much. */
static const double widest = 1.5;

/* The whole mesh as one region. */
static const iso_region everything;
static const iso_tissue whole = {.nregions = 1, .regions = &everything};

int iso_protocol_guests_count(const iso_config *config) {
  return config->has_protocol ? 1 + config->protocol.nsites + OTHERS : 0;
}

/* ---- where it senses ---- */

/* Collective. Owned nodes around an electrode: [*count] at node [nowned]. */
static iso_status find_ring(const iso_setup *setup, iso_eikonal *distance, const iso_selection *site,
                            iso_lid *node, int64_t *count, iso_error *err) {
  const iso_config_protocol *p = &setup->config->protocol;
  iso_eikonal_clear(distance);
  iso_eikonal_start_at(distance, 0, site->count, site->node);
  ISO_TRY(iso_eikonal_solve(distance, NULL, err));
  const double *mm = iso_eikonal_times(distance);
  *count = 0;
  for (iso_lid i = 0; i < setup->mesh->nowned; i++)
    if (mm[i] >= p->sense_distance_mm && mm[i] <= widest * p->sense_distance_mm) node[(*count)++] = i;
  int64_t total;
  MPI_Allreduce(count, &total, 1, MPI_INT64_T, MPI_SUM, setup->mesh->comm);
  if (total > 0) return ISO_OK;
  return iso_config_fail(setup->config, err, "protocol.sense.distance_mm",
                         "no node is between %g and %g mm from the electrode, through the tissue; change it",
                         p->sense_distance_mm, widest * p->sense_distance_mm);
}

/* Collective. Through the tissue in a straight line in each element. */
static iso_status sense_around(iso_protocol_guests *g, const iso_setup *setup, const iso_selection *site,
                               iso_error *err) {
  const iso_speeds unit = {1, 1, 1, 0}; /* mm/ms, so that times are distances */
  iso_eikonal *distance = NULL;
  iso_lid *node = NULL;
  ISO_TRY(iso_eikonal_new(&distance, setup->mesh, 1, err));
  iso_status status = iso_eikonal_set_speeds(distance, &whole, &unit, err);
  if (status == ISO_OK)
    status = iso_agree(setup->mesh->comm,
                       iso_alloc(&node, (size_t)setup->mesh->nowned, sizeof *node, "sensing", err), err);
  for (int e = 0; e < g->nelectrodes && status == ISO_OK; e++) {
    int64_t count;
    status = find_ring(setup, distance, &site[e], node, &count, err);
    if (status == ISO_OK) g->sense[e] = iso_hearing_add(g->hearing, count, node);
  }
  free(node);
  iso_eikonal_free(distance);
  return status;
}

/* ---- what else is heard ---- */

static int hear_node(iso_protocol_guests *g, const iso_mesh *mesh, iso_gid sensed) {
  iso_lid node = -1;
  for (iso_lid i = 0; i < mesh->nowned && node < 0; i++)
    if (mesh->gid[i] == sensed) node = i;
  return iso_hearing_add(g->hearing, node >= 0, &node);
}

static void hear_centres(iso_protocol_guests *g, const iso_mesh *mesh, const iso_selection *site) {
  for (int e = 0; e < g->nelectrodes; e++)
    g->centre[e] = hear_node(g, mesh, iso_selection_centre(mesh, &site[e]));
}

/* Collective. Where a node is, on all ranks. */
static void find_place(const iso_mesh *mesh, iso_gid sensed, double at_mm[3]) {
  for (int d = 0; d < 3; d++) at_mm[d] = -INFINITY;
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (mesh->gid[i] == sensed) memcpy(at_mm, mesh->xyz[i], 3 * sizeof *at_mm);
  MPI_Allreduce(MPI_IN_PLACE, at_mm, 3, MPI_DOUBLE, MPI_MAX, mesh->comm);
}

static iso_status hear_way(iso_protocol_guests *g, const iso_setup *setup, iso_error *err) {
  iso_gid from, to;
  double a[3], b[3];
  ISO_TRY(iso_setup_restitution(setup, &from, &to, err));
  find_place(setup->mesh, from, a);
  find_place(setup->mesh, to, b);
  g->way_mm =
      sqrt((b[0] - a[0]) * (b[0] - a[0]) + (b[1] - a[1]) * (b[1] - a[1]) + (b[2] - a[2]) * (b[2] - a[2]));
  g->from = hear_node(g, setup->mesh, from), g->to = hear_node(g, setup->mesh, to);
  return ISO_OK;
}

/* ---- electrodes ---- */

static const char *name_of(const iso_config_protocol *p, int e) { return e == 0 ? "S1" : p->sites[e - 1]; }

static iso_status add_electrodes(iso_protocol_guests *g, const iso_setup *setup, iso_selection *site,
                                 iso_error *err) {
  iso_status status = ISO_OK;
  for (int e = 0; e < g->nelectrodes && status == ISO_OK; e++)
    status = iso_electrode_new(&g->electrode[e], name_of(&setup->config->protocol, e), site[e].count,
                               site[e].node, err);
  return iso_agree(setup->mesh->comm, status, err);
}

static iso_status add_ears(iso_protocol_guests *g, const iso_setup *setup, const iso_selection *site,
                           iso_error *err) {
  iso_gid sensed;
  ISO_TRY(iso_hearing_new(&g->hearing, setup->mesh, err));
  ISO_TRY(iso_setup_protocol_sense(setup, &sensed, err));
  if (sensed < 0) ISO_TRY(sense_around(g, setup, site, err));
  const int ear = sensed < 0 ? 0 : hear_node(g, setup->mesh, sensed);
  for (int e = 0; e < g->nelectrodes && sensed >= 0; e++) g->sense[e] = ear;
  if (setup->config->protocol.has_peerp) hear_centres(g, setup->mesh, site);
  return setup->config->protocol.has_restitution ? hear_way(g, setup, err) : ISO_OK;
}

static iso_status make_all(iso_protocol_guests *g, const iso_setup *setup, iso_selection *site,
                           iso_error *err) {
  const iso_config_protocol *p = &setup->config->protocol;
  for (int e = 0; e < g->nelectrodes; e++) ISO_TRY(iso_setup_electrode(setup, e, &site[e], err));
  iso_status status = iso_simulation_stimulate(setup->simulation, &p->s1, site->count, site->node, err);
  ISO_TRY(iso_agree(setup->mesh->comm, status, err));
  ISO_TRY(add_electrodes(g, setup, site, err));
  ISO_TRY(add_ears(g, setup, site, err));
  return iso_agree(setup->mesh->comm, iso_protocol_record_new(&g->record, setup->mesh, p, err), err);
}

iso_status iso_protocol_guests_new(iso_protocol_guests *out, const iso_setup *setup, iso_error *err) {
  *out = (iso_protocol_guests){0};
  if (!setup->config->has_protocol) return ISO_OK;
  const size_t n = 1 + (size_t)setup->config->protocol.nsites;
  iso_selection *site = NULL;
  out->nelectrodes = (int)n;
  iso_status status = iso_alloc(&out->electrode, n, sizeof(iso_electrode *), "electrodes", err);
  if (status == ISO_OK) status = iso_alloc(&out->sense, n, sizeof *out->sense, "electrodes", err);
  if (status == ISO_OK) status = iso_alloc(&out->centre, n, sizeof *out->centre, "electrodes", err);
  if (status == ISO_OK) status = iso_alloc(&site, n, sizeof *site, "electrodes", err);
  status = iso_agree(setup->mesh->comm, status, err);
  if (status == ISO_OK) status = make_all(out, setup, site, err);
  for (size_t e = 0; site && e < n; e++) iso_selection_free(&site[e]);
  free(site);
  return status;
}

void iso_protocol_guests_free(iso_protocol_guests *g) {
  for (int e = 0; g->electrode && e < g->nelectrodes; e++) iso_electrode_free(g->electrode[e]);
  free(g->electrode);
  free(g->sense);
  free(g->centre);
  iso_hearing_free(g->hearing);
  iso_protocol_record_free(g->record);
  *g = (iso_protocol_guests){0};
}

iso_guest iso_protocol_guest(const iso_protocol_guests *g, int k) {
  if (k < g->nelectrodes) return iso_electrode_guest(g->electrode[k]);
  return k == g->nelectrodes ? iso_hearing_guest(g->hearing) : iso_protocol_record_guest(g->record);
}
