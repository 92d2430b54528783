/* How fast a device is, launch by launch, and how far from what its memory allows. */
#include "app/command.h"

#include "app/bench/bench.h"
#include "base/atomic.h"
#include "base/text.h"
#include "fit/twin_run.h"
#include "result/json.h"
#include "study/load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- what to run: a configuration, or the built-in slab ---- */

static iso_status number_argument(const iso_arguments *a, const char *name, double least, double most,
                                  double *out, iso_error *err) {
  const char *text = iso_argument(a, name);
  char *end;
  *out = strtod(text, &end);
  if (end == text || *end || !(*out >= least && *out <= most))
    return iso_fail(err, ISO_EINPUT, "--%s: expected a number from %g to %g, got '%.40s'", name, least, most,
                    text);
  return ISO_OK;
}

/* A cube of tissue of about that many nodes, with the tissue, edge and step of the N-version benchmark. */
static iso_status slab_text(const iso_arguments *a, char *text, size_t size, iso_error *err) {
  double nodes;
  ISO_TRY(number_argument(a, "nodes", 8, 1e9, &nodes, err));
  const double cubes = fmax(1, round(cbrt(nodes)) - 1), edge = 0.2 * cubes;
  snprintf(text, size,
           "mesh: {slab: {size_mm: [%.6g, %.6g, %.6g], spacing_mm: 0.2}}\n"
           "regions:\n"
           "  - model: %.60s\n"
           "    conductivity: {longitudinal_S_per_m: 0.1334, transverse_S_per_m: 0.0176}\n"
           "time: {duration_ms: 1, step_ms: 0.02}\n",
           edge, edge, edge, iso_argument(a, "model") ? iso_argument(a, "model") : "ten_tusscher_2006");
  return ISO_OK;
}

static const struct shortcut {
  const char *option, *key;
} shortcuts[] = {{"device", "device"}, {"precision", "numerics.precision"}, {"threads", "threads"}};
enum { NSHORTCUTS = sizeof shortcuts / sizeof *shortcuts };

static iso_status load(const iso_arguments *a, iso_config *config, iso_error *err) {
  char values[NSHORTCUTS][64], text[1024];
  const char *set[NSHORTCUTS];
  int n = 0;
  for (int i = 0; i < NSHORTCUTS; i++) {
    const char *value = iso_argument(a, shortcuts[i].option);
    if (!value) continue;
    snprintf(values[i], sizeof values[i], "%s=%.30s", shortcuts[i].key, value);
    set[n++] = values[i];
  }
  if (a->npositional > 0 && iso_argument(a, "model"))
    return iso_fail(err, ISO_EINPUT,
                    "--model is for the built-in slab; a configuration names its own models");
  if (a->npositional > 0) {
    ISO_TRY(iso_study_load(config, a->comm, a->positional[0], n, set, err));
    return iso_twin_refuse(config, "bench", err);
  }
  ISO_TRY(slab_text(a, text, sizeof text, err));
  return iso_config_parse(config, "the built-in slab", text, strlen(text), n, set, err);
}

/* ---- what was found ---- */

typedef struct report {
  const iso_setup *setup;
  const iso_bench *bench;
} report;

static const char precision_names[][8] = {"double", "single"};

static void print_row(const iso_arguments *a, const iso_bench_row *row, const iso_bench_row *copy) {
  iso_say(a, "%-34s %10.4g %10.4g", row->name, 1e9 * row->seconds / row->nodes, 1e6 * row->seconds);
  if (isfinite(row->bytes))
    iso_say(a, " %10.4g %9.4g %7.0f%%", row->bytes / row->nodes, 1e-9 * iso_bench_bandwidth(row),
            100 * iso_bench_bandwidth(row) / iso_bench_bandwidth(copy));
  else
    iso_say(a, " %10s %9s %8s", "-", "-", "-");
  iso_say(a, " %10.4g\n", 1e-6 * iso_bench_rate(row));
}

static void print_table(const iso_arguments *a, const report *r) {
  const iso_bench *b = r->bench;
  char nodes[32], elements[32];
  iso_say(a, "device     %s, %d thread%s\n", r->setup->device->name, r->setup->device->threads,
          r->setup->device->threads == 1 ? "" : "s");
  iso_say(a, "mesh       %s nodes, %s elements\n",
          iso_text_count(r->setup->mesh->nnodes, nodes, sizeof nodes),
          iso_text_count(r->setup->mesh->nelems, elements, sizeof elements));
  iso_say(a, "model      %s", r->setup->tissue.regions[0].model->name);
  for (int k = 1; k < r->setup->tissue.nregions; k++)
    iso_say(a, ", %s", r->setup->tissue.regions[k].model->name);
  iso_say(a, "\nstep       %g ms, %d sparse product%s\n", r->setup->config->time.step_ms, b->stages,
          b->stages == 1 ? "" : "s");
  if (isfinite(b->front_share)) iso_say(a, "front      %.3g%% of the elements\n", 100 * b->front_share);
  iso_say(a, "\n%-34s %10s %10s %10s %9s %8s %10s\n", "launch", "ns/node", "us", "bytes/node", "GB/s",
          "of copy", "M nodes/s");
  for (int k = 0; k < b->nrows; k++) print_row(a, &b->row[k], &b->row[0]);
  iso_say(a, "\nA node of the halo is one that is packed. Bytes of a step are counted at rest.\n");
  const iso_bench_row *last = &b->row[b->nrows - 1];
  iso_say(a, "%s: %.4g node-steps/s\n", last->name, iso_bench_rate(last));
}

static void json_row(FILE *f, const iso_bench_row *row, const iso_bench_row *copy) {
  fputs("\n    {\"name\": ", f);
  iso_json_text(f, row->name);
  iso_json_number(f, "nodes", row->nodes);
  iso_json_number(f, "seconds", row->seconds);
  iso_json_number(f, "bytes", row->bytes);
  iso_json_number(f, "bytes_per_s", iso_bench_bandwidth(row));
  iso_json_number(f, "share_of_copy", iso_bench_bandwidth(row) / iso_bench_bandwidth(copy));
  iso_json_number(f, "nodes_per_s", iso_bench_rate(row));
  fputs("}", f);
}

static void write_json(const void *self, FILE *f) {
  const report *r = self;
  fputs("{\n  \"program\": \"isochrone bench\"", f);
  iso_json_field(f, "device", r->setup->device->name);
  iso_json_field(f, "precision", precision_names[r->setup->device->precision]);
  iso_json_number(f, "threads", r->setup->device->threads);
  iso_json_number(f, "nodes", (double)r->setup->mesh->nnodes);
  iso_json_number(f, "elements", (double)r->setup->mesh->nelems);
  iso_json_field(f, "model", r->setup->tissue.regions[0].model->name);
  iso_json_number(f, "step_ms", r->setup->config->time.step_ms);
  iso_json_number(f, "products_per_step", r->bench->stages);
  iso_json_number(f, "front_share_of_elements", r->bench->front_share);
  iso_json_key(f, "launches");
  fputs("[", f);
  for (int k = 0; k < r->bench->nrows; k++) {
    if (k) fputs(",", f);
    json_row(f, &r->bench->row[k], &r->bench->row[0]);
  }
  fputs("\n  ]\n}\n", f);
}

static iso_status measure(const iso_arguments *a, const iso_config *config, iso_error *err) {
  double repeats, copy_mb;
  iso_bench bench;
  iso_timer timer;
  iso_timer_start(&timer);
  const iso_log log = iso_log_new(a->comm, stderr, ISO_LOG_WARNING);
  iso_setup setup = {.config = config, .log = &log, .timer = &timer};
  ISO_TRY(number_argument(a, "repeats", 1, 99, &repeats, err));
  ISO_TRY(number_argument(a, "copy-mb", 0.01, 1e5, &copy_mb, err));
  if (iso_argument(a, "json")) ISO_TRY(iso_output_check(a->comm, iso_argument(a, "json"), err));
  iso_status status = iso_setup_device(&setup, a->comm, err);
  if (status == ISO_OK) status = iso_setup_own(&setup, a->comm, err);
  if (status == ISO_OK) status = iso_setup_mesh(&setup, a->comm, err);
  if (status == ISO_OK) status = iso_setup_tissue(&setup, err);
  if (status == ISO_OK)
    status = iso_bench_run(&setup, &(iso_bench_options){.repeats = (int)repeats, .copy_bytes = 1e6 * copy_mb},
                           &bench, err);
  const report found = {&setup, &bench};
  if (status == ISO_OK) print_table(a, &found);
  if (status == ISO_OK && iso_argument(a, "json"))
    status = iso_atomic_write(iso_argument(a, "json"), false, write_json, &found, err);
  iso_setup_free(&setup);
  return status;
}

static iso_status bench(const iso_arguments *a, iso_error *err) {
  int ranks;
  iso_config config = {0};
  MPI_Comm_size(a->comm, &ranks);
  if (ranks > 1) return iso_fail(err, ISO_EINPUT, "bench measures one device: start it without mpirun");
  iso_status status = load(a, &config, err);
  if (status == ISO_OK) status = measure(a, &config, err);
  iso_config_free(&config);
  return status;
}

static const iso_option bench_options[] = {
    {"device", 'd', "KIND", NULL, "auto, cpu or cuda"},
    {"precision", 'p', "PRECISION", NULL, "double or single"},
    {"threads", 't', "N", NULL, "threads of the CPU"},
    {"model", 'm', "NAME", NULL, "of the built-in slab [ten_tusscher_2006]"},
    {"nodes", 'n', "N", "250000", "about so many in the built-in slab"},
    {"repeats", 'r', "N", "7", "of each measurement; the median is printed"},
    {"copy-mb", 0, "MB", "256", "size of the fields whose copy gives the bandwidth; beyond the caches"},
    {"json", 0, "FILE.json", NULL, "the figures as JSON, too"},
    {0}};

const iso_command iso_command_bench = {
    "bench",
    "[CONFIG]",
    0,
    1,
    "how fast a device is, launch by launch, beside its memory",
    "Times every kind of launch alone, and the whole step without stimuli and output, on a cube of tissue or "
    "on\n"
    "the mesh, tissue and step of CONFIG. Beside each stands how many bytes it moves, counted as if each "
    "value\n"
    "came from memory once, and which share of the bandwidth of a plain copy that makes. Meshes that fit "
    "into a\n"
    "cache may pass 100%.\n\n"
    "  isochrone bench --device cuda --precision single --nodes 2500000\n",
    bench_options,
    bench,
};
