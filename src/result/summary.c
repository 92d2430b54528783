#include "result/summary.h"

#include "base/atomic.h"
#include "base/path.h"
#include "base/print.h"
#include "base/text.h"
#include "result/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

double iso_summary_rate(const iso_summary *s) {
  return s->steps > 0 && s->loop_s > 0 ? (double)s->nodes * (double)s->steps / s->loop_s : 0;
}

static double per_node(const iso_summary *s) { return s->nodes > 0 ? s->peak_bytes / (double)s->nodes : 0; }

static double peak_memory(MPI_Comm comm, MPI_Op op) {
  struct rusage usage;
  double bytes = getrusage(RUSAGE_SELF, &usage) == 0 ? 1024.0 * (double)usage.ru_maxrss : 0, all;
  MPI_Allreduce(&bytes, &all, 1, MPI_DOUBLE, op, comm);
  return all;
}

double iso_peak_memory(MPI_Comm comm) { return peak_memory(comm, MPI_SUM); }
double iso_peak_memory_of_rank(MPI_Comm comm) { return peak_memory(comm, MPI_MAX); }

static void print_phases(const iso_summary *s, FILE *stream) {
  const char *separator = "";
  for (int i = 0; i < ISO_NPHASES; i++) {
    char text[32];
    if (s->seconds[i] < 0.0005 && i != ISO_PHASE_CELLS && i != ISO_PHASE_DIFFUSION) continue;
    fprintf(stream, "%s%s %s", separator, iso_phase_name((iso_phase)i),
            iso_text_duration(s->seconds[i], text, sizeof text));
    separator = ", ";
  }
  fputc('\n', stream);
}

static void print_activation(const iso_summary *s, FILE *stream) {
  if (s->activated == 0) {
    fputs("activation   no node activated: none rose through its model's threshold, or "
          "outputs.activation.threshold_mV; is there a stimulus, long, strong and large enough?\n",
          stream);
    return;
  }
  /* Cut, not rounded: 100% is said only when it is so. */
  double percent = floor(1e4 * (double)s->activated / (double)s->nodes) / 100;
  fprintf(stream, "activation   first %.3f ms, last %.3f ms, %.6g%% of the nodes\n", s->first_ms, s->last_ms,
          percent);
}

/* Of activity that has come back to a node, or lasts. */
static void print_rhythm(const iso_rhythm *r, FILE *stream) {
  if (!r->known || (isnan(r->cycle_length_ms) && !r->induced)) return;
  fprintf(stream, "re-entry     %s: %.6g ms after the last stimulus",
          r->induced ? "sustained" : "not sustained", r->sustained_ms);
  if (!isnan(r->cycle_length_ms)) fprintf(stream, ", cycle length %.6g ms", r->cycle_length_ms);
  if (!isnan(r->exit_ms))
    fprintf(stream, "; first back at %.6g ms at node %lld", r->exit_ms, (long long)r->exit_node);
  if (r->goes_on)
    fputs("; it goes on at the end of the run\n", stream);
  else
    fprintf(stream, "; it ended at %.6g ms at node %lld (%.4g, %.4g, %.4g mm)\n", r->last_ms,
            (long long)r->last_node, r->last_mm[0], r->last_mm[1], r->last_mm[2]);
}

static void print_some_cores(const char *head, const iso_cores *c, const char *one, const char *many,
                             FILE *stream) {
  fprintf(stream, "%s %lld %s", head, (long long)c->count, c->count == 1 ? one : many);
  if (c->most > 1) fprintf(stream, ", %lld at once", (long long)c->most);
  if (c->count > 0) fprintf(stream, ", the longest for %.6g ms", c->longest_ms);
  fputc('\n', stream);
}

static void print_cores(const iso_summary *s, FILE *stream) {
  if (!s->has_cores) return;
  print_some_cores("phase       ", &s->singularities, "singularity", "singularities", stream);
  if (s->filaments.count > 0)
    print_some_cores("            ", &s->filaments, "filament", "filaments", stream);
}

iso_waves iso_waves_none(void) {
  return (iso_waves){.dominant_Hz = NAN,
                     .regularity = NAN,
                     .highest_Hz = NAN,
                     .highest_mm = {NAN, NAN, NAN},
                     .highest_node = -1,
                     .fronts_mean = NAN,
                     .fronts_most = NAN};
}

static void print_waves(const iso_waves *w, FILE *stream) {
  if (w->has_spectra && isnan(w->dominant_Hz))
    fputs("spectra      none: the run ended before the window did, or Vm was still\n", stream);
  else if (w->has_spectra)
    fprintf(stream,
            "spectra      dominant frequency %.4g Hz, regularity %.3g; highest %.4g Hz at node %lld\n",
            w->dominant_Hz, w->regularity, w->highest_Hz, (long long)w->highest_node);
  if (w->has_fronts && !isnan(w->fronts_mean))
    fprintf(stream, "wavefronts   %.4g on average after the last stimulus, %.4g at once at most\n",
            w->fronts_mean, w->fronts_most);
}

static void print_levels(const iso_summary *s, FILE *stream) {
  if (s->nlevels == 0 || s->share[0] == 1) return;
  fprintf(stream, "pace         ");
  for (int l = 0; l < s->nlevels; l++)
    fprintf(stream, "%s%.3g%% at %.3g ms", l ? ", " : "of nodes' time ", 100 * s->share[l],
            (1 << l) * s->step_ms);
  fputc('\n', stream);
}

/* Of the loop, the longest that a rank waited for its neighbours. */
static double waiting(const iso_summary *s) {
  return s->loop_s > 0 ? s->seconds[ISO_PHASE_HALO] / s->loop_s : 0;
}

/* Those that were found. */
static void print_measures(const iso_summary *s, FILE *stream) {
  const char *before = "ecg          ";
  for (int k = 0; k < s->nmeasures; k++) {
    const iso_measure *m = &s->measures[k];
    if (!m->head || isnan(m->value)) continue;
    iso_print(stream, "%s%s %.4g %s", before, m->head, m->value, m->unit);
    before = ", ";
  }
  if (*before == ',') fputc('\n', stream);
}

static void print_leads(const iso_summary *s, FILE *stream) {
  for (int k = 0; k < s->nleads; k++) {
    const iso_summary_lead *l = &s->leads[k];
    iso_print(stream, "implant      %s: %s sensed %lld, paced %lld", l->device, l->lead, (long long)l->sensed,
              (long long)l->paced);
    if (l->judged > 0)
      fprintf(stream, ", captured %lld of %lld", (long long)l->captured, (long long)l->judged);
    if (l->episodes > 0)
      fprintf(stream, "; %lld fast rhythm%s, %lld attempt%s, %lld ended", (long long)l->episodes,
              l->episodes == 1 ? "" : "s", (long long)l->attempts, l->attempts == 1 ? "" : "s",
              (long long)l->terminated);
    fputc('\n', stream);
  }
}

static void print_method(const iso_summary *s, FILE *stream) {
  char text[32];
  if (s->method) {
    fprintf(stream, "method       %s: %s rounds, %.3g looks at each node; %s\n", s->method,
            iso_text_count(s->rounds, text, sizeof text), (double)s->updates / (double)s->nodes, s->ended);
    return;
  }
  fprintf(stream, "numerics     %s precision, %s pace, %s splitting, %s diffusion, fast current %s\n",
          s->precision, s->pace, s->splitting, s->diffusion, s->fast_current);
  fprintf(stream, "simulated    %.6g ms in %s steps of %.6g ms; %s\n", s->simulated_ms,
          iso_text_count(s->steps, text, sizeof text), s->step_ms, s->ended);
}

void iso_summary_print(const iso_summary *s, FILE *stream) {
  char a[32], b[32];
  if (s->title) iso_print(stream, "run          %s\n", s->title);
  fprintf(stream, "mesh         %s nodes, %s elements\n", iso_text_count(s->nodes, a, sizeof a),
          iso_text_count(s->elements, b, sizeof b));
  iso_print(stream, "device       %s; %d rank%s x %d thread%s\n", s->device, s->ranks,
            s->ranks == 1 ? "" : "s", s->threads, s->threads == 1 ? "" : "s");
  print_method(s, stream);
  if (s->expected) fprintf(stream, "expected     %s\n", s->expected);
  if (s->burned_percent > 0) {
    fprintf(stream, "lesions      %.3g%% of the tissue", s->burned_percent);
    if (!isnan(s->burned_mL)) fprintf(stream, ", %.3g mL", s->burned_mL);
    fprintf(stream, "\n");
  }
  if (s->protocol) iso_print(stream, "protocol     %s\n", s->protocol);
  print_leads(s, stream);
  print_activation(s, stream);
  print_rhythm(&s->rhythm, stream);
  print_cores(s, stream);
  print_waves(&s->waves, stream);
  print_levels(s, stream);
  print_measures(s, stream);
  for (int i = 0; i < s->nfiles; i++)
    iso_print(stream, "%s %s\n", i ? "            " : "written     ", s->files[i]);
  fputs("time         ", stream);
  print_phases(s, stream);
  if (s->ranks > 1)
    fprintf(stream, "waiting      %.3g%% of the loop, for neighbours, on the rank that waits most\n",
            100 * waiting(s));
  if (s->sent_messages > 0)
    fprintf(stream, "sent         %.4g messages with %.4g kB a step, on the rank that sends most\n",
            s->sent_messages, 1e-3 * s->sent_bytes);
  if (s->peak_bytes > 0)
    fprintf(stream, "memory       %.4g MB at the peak, %.4g kB per node\n", 1e-6 * s->peak_bytes,
            1e-3 * per_node(s));
  fprintf(stream, "speed        %s in all, loop %s", iso_text_duration(s->wall_s, a, sizeof a),
          iso_text_duration(s->loop_s, b, sizeof b));
  if (!s->method) fprintf(stream, ", %.4g node-steps/s", iso_summary_rate(s));
  fputc('\n', stream);
  fflush(stream);
}

static void json_phases(FILE *f, const double seconds[ISO_NPHASES]) {
  iso_json_key(f, "seconds");
  for (int i = 0; i < ISO_NPHASES; i++)
    fprintf(f, "%s\"%s\": %.6f", i ? ", " : "{", iso_phase_name((iso_phase)i), seconds[i]);
  fputc('}', f);
}

/* Where the time was spent: the share of all nodes' time in steps of each length. */
static void json_levels(FILE *f, const iso_summary *s) {
  iso_json_key(f, "node_time_at_level");
  for (int l = 0; l < s->nlevels; l++) fprintf(f, "%s%.6f", l ? ", " : "[", s->share[l]);
  fputc(']', f);
}

static void json_measures(FILE *f, const iso_summary *s) {
  iso_json_key(f, "ecg");
  for (int k = 0; k < s->nmeasures; k++) {
    const iso_measure *m = &s->measures[k];
    char key[128];
    snprintf(key, sizeof key, "%s_%s", m->name, m->unit);
    fputs(k ? ", " : "{", f);
    iso_json_text(f, key);
    if (isnan(m->value))
      fputs(": null", f);
    else
      fprintf(f, ": %.9g", m->value);
  }
  fputc('}', f);
}

static void json_protocol(FILE *f, const iso_summary *s) {
  iso_json_number(f, "erp_ms", s->erp_ms[0]);
  iso_json_number(f, "s3_erp_ms", s->erp_ms[1]);
  iso_json_number(f, "s4_erp_ms", s->erp_ms[2]);
  iso_json_number(f, "s2_blocked_ms", s->blocked_ms);
  iso_json_number(f, "s2_captured_ms", s->captured_ms);
  iso_json_number(f, "restitution_slope", s->restitution_slope);
  iso_json_number(f, "premature_pulses", s->premature_pulses);
  iso_json_number(f, "inducing_sites", s->inducing_sites < 0 ? NAN : s->inducing_sites);
  iso_json_number(f, "trials", s->trials);
  iso_json_number(f, "protocol_steps", (double)s->protocol_steps);
}

static void json_rhythm(FILE *f, const iso_rhythm *r) {
  iso_json_number(f, "induced", r->induced);
  iso_json_number(f, "sustained_ms", r->sustained_ms);
  iso_json_number(f, "cycle_length_ms", r->cycle_length_ms);
  iso_json_number(f, "active_at_end", r->goes_on);
  iso_json_number(f, "activity_end_ms", r->last_ms);
  iso_json_number(f, "activity_end_node", r->last_node < 0 ? NAN : (double)r->last_node);
  iso_json_number(f, "activity_end_x_mm", r->last_mm[0]);
  iso_json_number(f, "activity_end_y_mm", r->last_mm[1]);
  iso_json_number(f, "activity_end_z_mm", r->last_mm[2]);
  iso_json_number(f, "exit_ms", r->exit_ms);
  iso_json_number(f, "exit_node", r->exit_node < 0 ? NAN : (double)r->exit_node);
  iso_json_number(f, "exit_x_mm", r->exit_mm[0]);
  iso_json_number(f, "exit_y_mm", r->exit_mm[1]);
  iso_json_number(f, "exit_z_mm", r->exit_mm[2]);
  iso_json_number(f, "isthmus_node", r->isthmus_node < 0 ? NAN : (double)r->isthmus_node);
  iso_json_number(f, "isthmus_x_mm", r->isthmus_mm[0]);
  iso_json_number(f, "isthmus_y_mm", r->isthmus_mm[1]);
  iso_json_number(f, "isthmus_z_mm", r->isthmus_mm[2]);
  iso_json_number(f, "highest_frequency_Hz", r->highest_Hz);
  iso_json_number(f, "highest_frequency_node", r->highest_node < 0 ? NAN : (double)r->highest_node);
}

static void json_leads(FILE *f, const iso_summary *s) {
  iso_json_key(f, "devices");
  for (int k = 0; k < s->nleads; k++) {
    const iso_summary_lead *l = &s->leads[k];
    fprintf(
        f,
        "%s\n    {\"name\": \"%s\", \"lead\": \"%s\", \"sensed\": %lld, \"paced\": %lld, \"captured\": %lld}",
        k ? "," : "[", l->device, l->lead, (long long)l->sensed, (long long)l->paced, (long long)l->captured);
  }
  fputc(']', f);
}

static void json_cores(FILE *f, const iso_summary *s) {
  iso_json_number(f, "singularities", (double)s->singularities.count);
  iso_json_number(f, "singularities_at_once", (double)s->singularities.most);
  iso_json_number(f, "singularity_longest_ms", s->singularities.longest_ms);
  iso_json_number(f, "filaments", (double)s->filaments.count);
  iso_json_number(f, "filaments_at_once", (double)s->filaments.most);
  iso_json_number(f, "filament_longest_ms", s->filaments.longest_ms);
}

static void json_waves(FILE *f, const iso_waves *w) {
  if (w->has_spectra) {
    iso_json_number(f, "dominant_frequency_Hz", w->dominant_Hz);
    iso_json_number(f, "regularity_index", w->regularity);
    iso_json_number(f, "highest_dominant_frequency_Hz", w->highest_Hz);
    iso_json_number(f, "highest_dominant_frequency_node",
                    w->highest_node < 0 ? NAN : (double)w->highest_node);
    iso_json_number(f, "highest_dominant_frequency_x_mm", w->highest_mm[0]);
    iso_json_number(f, "highest_dominant_frequency_y_mm", w->highest_mm[1]);
    iso_json_number(f, "highest_dominant_frequency_z_mm", w->highest_mm[2]);
  }
  if (!w->has_fronts) return;
  iso_json_number(f, "wavefronts_mean", w->fronts_mean);
  iso_json_number(f, "wavefronts_most", w->fronts_most);
}

static void json_files(FILE *f, int n, const char *const *files) {
  iso_json_key(f, "files");
  fputc('[', f);
  for (int i = 0; i < n; i++) {
    if (i) fputs(", ", f);
    iso_json_text(f, iso_path_name(files[i])); /* folders may name people */
  }
  fputc(']', f);
}

static void json_summary(const void *self, FILE *f) {
  const iso_summary *s = self;
  fputs("{\n  \"program\": \"isochrone\"", f);
  iso_json_field(f, "title", s->title);
  iso_json_field(f, "method", s->method ? s->method : "monodomain");
  iso_json_number(f, "nodes", (double)s->nodes);
  iso_json_number(f, "elements", (double)s->elements);
  iso_json_field(f, "device", s->device);
  iso_json_number(f, "ranks", s->ranks);
  iso_json_number(f, "threads", s->threads);
  iso_json_field(f, "precision", s->precision);
  iso_json_field(f, "splitting", s->splitting);
  iso_json_field(f, "pace", s->pace);
  iso_json_field(f, "diffusion", s->diffusion);
  iso_json_field(f, "fast_current", s->fast_current);
  iso_json_number(f, "steps", (double)s->steps);
  iso_json_number(f, "step_ms", s->step_ms);
  iso_json_number(f, "simulated_ms", s->simulated_ms);
  iso_json_field(f, "ended", s->ended);
  if (s->expected) {
    iso_json_number(f, "expected_error_of_mesh_percent", s->expected_of_mesh);
    iso_json_number(f, "expected_error_of_step_percent", s->expected_of_step);
  }
  iso_json_number(f, "burned_percent", s->burned_percent);
  iso_json_number(f, "burned_mL", s->burned_mL);
  if (s->protocol) json_protocol(f, s);
  if (s->nleads > 0) json_leads(f, s);
  iso_json_number(f, "first_activation_ms", s->first_ms);
  iso_json_number(f, "last_activation_ms", s->last_ms);
  iso_json_number(f, "activated_nodes", (double)s->activated);
  iso_json_number(f, "activated_fraction", s->nodes > 0 ? (double)s->activated / (double)s->nodes : 0);
  if (s->rhythm.known) json_rhythm(f, &s->rhythm);
  if (s->has_cores) json_cores(f, s);
  json_waves(f, &s->waves);
  if (s->nlevels > 0) json_levels(f, s);
  if (s->nmeasures > 0) json_measures(f, s);
  json_files(f, s->nfiles, s->files);
  json_phases(f, s->seconds);
  iso_json_number(f, "wall_s", s->wall_s);
  iso_json_number(f, "loop_s", s->loop_s);
  iso_json_number(f, "processor_s", s->processor_s);
  iso_json_number(f, "waiting_share", waiting(s));
  iso_json_number(f, "sent_messages_per_step", s->sent_messages);
  iso_json_number(f, "sent_bytes_per_step", s->sent_bytes);
  iso_json_number(f, "peak_bytes", s->peak_bytes);
  iso_json_number(f, "peak_bytes_of_rank", s->rank_peak_bytes);
  iso_json_number(f, "peak_bytes_per_node", per_node(s));
  iso_json_number(f, "node_steps_per_s", iso_summary_rate(s));
  fputs("\n}\n", f);
}

iso_status iso_summary_save(const iso_summary *summary, const char *file, iso_error *err) {
  return iso_atomic_write(file, false, json_summary, summary, err);
}
