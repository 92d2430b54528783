/* What a run says of itself when it has ended. */
#include "base/share.h"
#include "grid/ask/edges.h"
#include "result/summary.h"
#include "study/accuracy.h"
#include "study/running.h"

#include <stdio.h>
#include <string.h>

/* Of all regions: those with models of the user's own may have it at the nodes and others not. */
static const char *fast_current(const iso_setup *setup) {
  static const char *const all[] = {"nodal", "smoothed", "interpolated"},
                           *const some[] = {"nodal", "smoothed, nodal in own models",
                                            "interpolated, nodal in own models"};
  const iso_fast_current asked = setup->config->numerics.scheme.fast_current;
  int nodal = 0;
  for (int r = 0; r < setup->config->nregions; r++)
    nodal += iso_setup_fast_current(setup, r) == ISO_FAST_NODAL;
  return nodal == setup->config->nregions ? all[ISO_FAST_NODAL] : (nodal > 0 ? some : all)[asked];
}

static iso_summary summarise(iso_running *r) {
  const iso_config *config = r->setup->config;
  static const char *const splitting[] = {"staggered", "Godunov", "Strang"};
  const iso_numerics *n = &config->numerics.scheme;
  iso_activation_summary activation = iso_activation_summarise(r->watchers.activation);
  iso_summary s = {.title = config->title,
                   .nodes = r->setup->mesh->nnodes,
                   .elements = r->setup->mesh->nelems,
                   .device = r->setup->device->name,
                   .precision = config->numerics.precision == ISO_PRECISION_DOUBLE ? "double" : "single",
                   .splitting = splitting[n->splitting],
                   .diffusion = r->is_explicit ? "explicit" : "implicit",
                   .fast_current = fast_current(r->setup),
                   .threads = r->setup->device->threads,
                   .steps = r->steps,
                   .step_ms = config->time.step_ms,
                   .simulated_ms = r->time_ms,
                   .ended = r->ended,
                   .wall_s = iso_clock() - r->began,
                   .loop_s = r->loop_s,
                   .processor_s = r->processor_s,
                   .sent_messages = r->sent[0],
                   .sent_bytes = r->sent[1],
                   .pace = n->pace == ISO_PACE_ADAPTIVE ? "adaptive" : "fixed",
                   .nlevels = ISO_LEVELS,
                   .share = r->share,
                   .burned_percent = r->setup->burned_percent,
                   .burned_mL = r->setup->burned_mL,
                   .trials = r->protocol.trials,
                   .protocol_steps = r->protocol.steps,
                   .restitution_slope = r->protocol.restitution_slope,
                   .premature_pulses = r->protocol.pulses,
                   .inducing_sites =
                       r->protocol.induced == ISO_NOT_LOOKED_FOR ? -1 : r->protocol.inducing_sites,
                   .blocked_ms = r->protocol.blocked_ms,
                   .captured_ms = r->protocol.captured_ms,
                   .activated = activation.nactivated,
                   .first_ms = activation.first_ms,
                   .last_ms = activation.last_ms,
                   .nmeasures = r->watchers.ecg.nmeasures,
                   .measures = r->watchers.ecg.measure,
                   .rank_peak_bytes = iso_peak_memory_of_rank(r->comm),
                   .peak_bytes = iso_peak_memory(r->comm)};
  s.nleads = iso_devices_summarise(&r->watchers.devices, &s.leads);
  memcpy(s.erp_ms, r->protocol.erp_ms, sizeof s.erp_ms);
  iso_detectors_summarise(&r->watchers.detectors, &s);
  MPI_Comm_size(r->comm, &s.ranks);
  MPI_Allreduce(MPI_IN_PLACE, &s.processor_s, 1, MPI_DOUBLE, MPI_SUM, r->comm);
  iso_timer_most(&r->timer, r->comm, s.seconds);
  return s;
}

/* On rank 0 alone. */
static iso_status tell(iso_running *r, iso_summary *s, iso_error *err) {
  ISO_TRY(iso_checkpoints_list(&r->checkpoints, &r->written, err));
  ISO_TRY(iso_names_add(&r->written, r->options->summary, err));
  s->nfiles = r->written.n, s->files = (const char *const *)r->written.name;
  iso_leftovers_warn(&r->leftovers, r->options->log);
  iso_devices_warn(&r->watchers.devices, r->options->log);
  if (r->options->log && r->options->log->level >= ISO_LOG_INFO) iso_summary_print(s, stdout);
  return r->options->summary ? iso_summary_save(s, r->options->summary, err) : ISO_OK;
}

iso_status iso_running_report(iso_running *r, iso_error *err) {
  char text[ISO_EXPECTATION_TEXT], protocol[ISO_PROTOCOL_TEXT];
  iso_summary s = summarise(r);
  if (r->protocol.trials > 0)
    s.protocol = iso_protocol_tell(&r->protocol, &r->config->protocol, protocol, sizeof protocol);
  const iso_expectation expected = iso_expected_error(
      r->setup->config, iso_setup_coarsest_fast_current(r->setup), iso_mesh_edge_mm(r->setup->mesh));
  s.expected = iso_expectation_text(&expected, text);
  s.expected_of_mesh = expected.mesh, s.expected_of_step = expected.step;
  return iso_agree(r->comm, iso_rank(r->comm) == 0 ? tell(r, &s, err) : ISO_OK, err);
}
