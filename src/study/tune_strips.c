#include "study/tune_strips.h"

#include "base/memory.h"
#include "grid/ask/edges.h"
#include "study/accuracy.h"

#include <math.h>
#include <stdlib.h>

#define UNIT_MM 1e-6 /* lengths are summed in whole units, in any order */

/* Elements of a region by their shape. */
typedef struct count {
  int64_t elements[ISO_NSHAPES], edges[ISO_NSHAPES]; /* mean edges in units */
} count;

static void count_elements(const iso_setup *setup, count *counts) {
  const iso_mesh *mesh = setup->mesh;
  const int n = setup->tissue.nregions;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    const int r = iso_tissue_region(&setup->tissue, iso_mesh_tag(mesh, e));
    if (mesh->conn[(int64_t)e * mesh->width] >= mesh->nowned || r < 0) continue;
    counts[r].elements[mesh->shape[e]]++;
    counts[r].edges[mesh->shape[e]] += llround(iso_element_edge_mm(mesh, e) / UNIT_MM);
  }
  MPI_Allreduce(MPI_IN_PLACE, counts, n * (int)(sizeof *counts / sizeof(int64_t)), MPI_INT64_T, MPI_SUM,
                mesh->comm);
}

/* edge_mm: asked for, or NAN; mesh_mm: of the whole mesh. */
static void fill(const iso_setup *setup, const count *counts, double edge_mm, double mesh_mm,
                 iso_tuned *item) {
  const iso_config *config = setup->config;
  const count *c = &counts[item->region];
  const bool slab = config->mesh.has_slab;
  for (int s = 0; s < ISO_NSHAPES; s++)
    if (c->elements[s] > c->elements[item->shape]) item->shape = (iso_shape)s;
  const bool own = slab && isnan(edge_mm) && isnan(config->mesh.edge_mm);
  const double found = UNIT_MM * (double)c->edges[item->shape] / (double)c->elements[item->shape];
  item->edge_mm = isnan(edge_mm) ? found : edge_mm;
  item->diagonals = slab ? config->mesh.slab.diagonals : ISO_JITTERED;
  item->spacing_mm = own ? config->mesh.slab.spacing_mm / (1 << config->mesh.refine)
                         : item->edge_mm / iso_cable_edges(item->shape);
  item->step_ms = config->numerics.step_follows
                      ? iso_accurate_step(config->numerics.accuracy, isnan(edge_mm) ? mesh_mm : edge_mm,
                                          config->time.step_ms)
                      : config->time.step_ms;
}

iso_status iso_tune_strips(const iso_setup *setup, double edge_mm, iso_tuning *t, iso_error *err) {
  count *counts;
  ISO_TRY(iso_alloc_all(setup->mesh->comm, &counts, (size_t)setup->tissue.nregions, sizeof *counts,
                        "the elements of regions", err));
  count_elements(setup, counts);
  const double mesh_mm = iso_mesh_edge_mm(setup->mesh);
  for (int k = 0; k < t->n; k++) fill(setup, counts, edge_mm, mesh_mm, &t->item[k]);
  free(counts);
  return ISO_OK;
}

iso_status iso_tune_strips_along(const iso_setup *setup, const iso_speeds *speeds, iso_tuning *t,
                                 iso_error *err) {
  for (int r = 0; r < setup->config->nregions; r++)
    t->item[t->n++] = (iso_tuned){.region = r,
                                  .direction = ISO_ALONG_FIBRE,
                                  .start_S_per_m = setup->config->regions[r].longitudinal_S_per_m,
                                  .asked_m_per_s = speeds[r].along};
  return iso_tune_strips(setup, NAN, t, err);
}

iso_status iso_tune_room(iso_tuning *out, int nregions, iso_error *err) {
  *out = (iso_tuning){0};
  return iso_alloc(&out->item, (size_t)nregions * ISO_EVERY_WAY, sizeof *out->item, "velocities", err);
}

void iso_tuning_free(iso_tuning *tuning) {
  free(tuning->item);
  *tuning = (iso_tuning){0};
}

iso_status iso_tune_cable(iso_cable **out, const iso_config *config, const iso_tuned *item, bool no_cache,
                          iso_error *err) {
  return iso_cable_new(out,
                       &(iso_cable_options){.config = config,
                                            .region = item->region,
                                            .shape = item->shape,
                                            .diagonals = item->diagonals,
                                            .spacing_mm = item->spacing_mm,
                                            .step_ms = item->step_ms,
                                            .wanted_m_per_s = item->asked_m_per_s,
                                            .across = item->direction == ISO_ACROSS_FIBRE ||
                                                      item->direction == ISO_NORMAL_TO_SHEET,
                                            .no_cache = no_cache},
                       err);
}

void iso_tune_share(MPI_Comm comm, iso_tuning *t) {
  for (int k = 0; k < t->n; k++) {
    iso_tuned *i = &t->item[k];
    double found[5] = {i->found_S_per_m, i->velocity_m_per_s, i->runs, i->seconds, i->power};
    MPI_Allreduce(MPI_IN_PLACE, found, 5, MPI_DOUBLE, MPI_SUM, comm);
    i->found_S_per_m = found[0], i->velocity_m_per_s = found[1];
    i->runs = (int)found[2], i->seconds = found[3], i->power = found[4];
  }
}
