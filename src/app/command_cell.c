/* Single cells: pacing, restitution, grids of parameters. */
#include "app/command.h"

#include "app/cell_drugs.h"
#include "app/find.h"
#include "base/atomic.h"
#include "base/handy.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/version.h"
#include "cell/cell_study.h"
#include "config/config_range.h"
#include "result/traces.h"
#include "study/provenance.h"
#include "study/setup.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_AXES = 16, MOST_FILE = 4096 };

static const iso_option options[] = {
    {"variant", 0, "NAME", NULL, "published variant [the model's first]"},
    {"set", 's', "NAME=VALUES", NULL, "a parameter; several values make a grid"},
    {"scale", 0, "NAME=FACTORS", NULL, "a parameter as a multiple of the variant's"},
    {"block", 0, "NAME=IC50,HILL", NULL,
     "a drug scales a parameter by 1 / (1 + (concentration / IC50)^HILL); DRUG:NAME=... of several drugs"},
    {"concentration-nM", 0, "VALUES", NULL, "of the drug; several make a grid; DRUG=VALUES of several drugs"},
    {"cycle-length-ms", 'c', "VALUES", NULL, "each paced from the initial state [1000]"},
    {"dynamic", 0, "VALUES", NULL, "cycle lengths in ms, each paced on from the end of the one before"},
    {"s1s2", 0, "VALUES", NULL, "coupling intervals in ms of a premature beat after the last regular one"},
    {"beats", 'n', "N", NULL, "regular beats; the most where until steady [100, or 2000]"},
    {"until-steady", 0, NULL, NULL, "stop as soon as beats repeat, or alternate, within the tolerance"},
    {"tolerance", 0, "MS,RELATIVE", "0.001,1e-4",
     "change of APD90, and of Vm and each state, from beat to beat that is steady"},
    {"stimulus", 0, "UA_PER_UF", NULL,
     "amplitude of the pulses [twice the threshold of the variant at rest]"},
    {"pulse-ms", 0, "MS", NULL, "their duration [2, rounded to whole steps]"},
    {"step-ms", 0, "MS", NULL,
     "time step [0.02, or less where the model needs it: 1, 2 or 5 times a power of ten]"},
    {"activation-mV", 0, "MV", NULL, "potential that a beat passes [the model's threshold]"},
    {"precision", 0, "WORD", "double", "double or single, of Vm and states"},
    {"output", 'o', "PREFIX", NULL, "the table as PREFIX.csv; traces of the last beats and it as PREFIX.nc"},
    {"interval-ms", 0, "MS", "0.5", "between values of a trace"},
    {"device", 'd', "KIND", "auto", "auto, cpu or cuda"},
    {"threads", 't', "N", "1", "each takes its share of the cells"},
    {"quiet", 'q', NULL, NULL, "the table alone"},
    {"no-progress", 0, NULL, NULL, "no progress line (there is none where output is not a terminal)"},
    {0}};

/* Everything that the options say. */
typedef struct request {
  const iso_arguments *a;
  iso_log log;
  iso_cell_study study;
  iso_own_model own[2]; /* the model where it is the user's: its tables, and with loops for the device */
  iso_axis axes[MOST_AXES];
  double *cycles, *couplings;
  char csv[MOST_FILE], nc[MOST_FILE]; /* empty: no files */
} request;

static const char *given(const request *q, const char *name) { return iso_argument(q->a, name); }

static iso_status read_number(const request *q, const char *name, double low, double high, double *out,
                              iso_error *err) {
  char *end;
  const char *text = given(q, name);
  *out = strtod(text, &end);
  if (end != text && !*end && *out > low && *out <= high) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "--%s: expected a number above %g up to %g, got '%.40s'", name, low, high,
                  text);
}

static iso_status read_whole(const request *q, const char *name, int most, int *out, iso_error *err) {
  double value;
  ISO_TRY(read_number(q, name, 0, most, &value, err));
  *out = (int)value;
  if (*out == value) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "--%s: expected a whole number, got '%.40s'", name, given(q, name));
}

/* "g_Kr=0.5:1.5:0.25" */
static iso_status read_axis(request *q, const char *option, const char *text, bool scales, iso_error *err) {
  char name[64], label[80];
  const char *equals = strchr(text, '=');
  if (q->study.naxes == MOST_AXES)
    return iso_fail(err, ISO_EINPUT, "--%s: more than %d parameters", option, MOST_AXES);
  if (!equals || equals == text || equals - text >= (int)sizeof name)
    return iso_fail(err, ISO_EINPUT,
                    "--%s: expected NAME=VALUES, like g_Kr=0.1 or g_Kr=0.5:1.5:0.25, got '%.60s'", option,
                    text);
  snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
  snprintf(label, sizeof label, "--%s", option);
  iso_axis *axis = &q->axes[q->study.naxes];
  ISO_TRY(iso_find_parameter(q->study.model, name, &axis->parameter, err));
  for (int i = 0; i < q->study.naxes; i++)
    if (q->axes[i].parameter == axis->parameter)
      return iso_fail(err, ISO_EINPUT, "--%s: %s is given twice; name it once", option, name);
  axis->scales = scales;
  q->study.naxes++; /* its values are freed from now on */
  ISO_TRY(iso_find_values(label, equals + 1, &axis->n, &axis->values, err));
  for (int i = 0; i < axis->n; i++)
    if (axis->values[i] < 0 &&
        (scales || iso_range_not_negative(q->study.model, q->study.variant, axis->parameter)))
      return iso_fail(err, ISO_EINPUT, "%s: %s=%g must not be negative", label, name, axis->values[i]);
  return ISO_OK;
}

static iso_status read_axes(request *q, const char *option, bool scales, iso_error *err) {
  const char **texts;
  ISO_TRY(iso_alloc(&texts, (size_t)q->a->ngiven + 1, sizeof *texts, "options", err));
  const int n = iso_argument_all(q->a, option, texts);
  iso_status status = ISO_OK;
  for (int i = 0; status == ISO_OK && i < n; i++) status = read_axis(q, option, texts[i], scales, err);
  free(texts);
  return status;
}

static iso_status read_protocol(request *q, iso_error *err) {
  iso_cell_study *s = &q->study;
  const char *cycles = given(q, "cycle-length-ms"), *dynamic = given(q, "dynamic"), *s1s2 = given(q, "s1s2");
  if (dynamic && (cycles || s1s2))
    return iso_fail(err, ISO_EINPUT, "--dynamic names the cycle lengths itself; leave out --%s",
                    cycles ? "cycle-length-ms" : "s1s2");
  s->protocol = dynamic ? ISO_PROTOCOL_DYNAMIC : s1s2 ? ISO_PROTOCOL_S1S2 : ISO_PROTOCOL_PACED;
  ISO_TRY(iso_find_values(dynamic ? "--dynamic" : "--cycle-length-ms",
                          dynamic  ? dynamic
                          : cycles ? cycles
                                   : "1000",
                          &s->ncycles, &q->cycles, err));
  if (s1s2) ISO_TRY(iso_find_values("--s1s2", s1s2, &s->ncouplings, &q->couplings, err));
  if (s1s2 && s->ncycles > 1)
    return iso_fail(err, ISO_EINPUT, "--s1s2 follows one cycle length; give --cycle-length-ms one value");
  for (int i = 0; i < s->ncouplings; i++)
    if (q->couplings[i] > q->cycles[0])
      return iso_fail(err, ISO_EINPUT, "--s1s2: %g ms is no premature beat at a cycle length of %g ms",
                      q->couplings[i], q->cycles[0]);
  s->cycles_ms = q->cycles, s->couplings_ms = q->couplings;
  return ISO_OK;
}

static iso_status read_steady(request *q, iso_error *err) {
  iso_cell_study *s = &q->study;
  const char *text = given(q, "tolerance");
  int n = 0;
  double *values;
  s->until_steady = given(q, "until-steady");
  iso_status status = iso_find_values("--tolerance", text, &n, &values, err);
  if (status == ISO_OK && (n != 2 || !(values[0] > 0) || !(values[1] > 0)))
    status = iso_fail(err, ISO_EINPUT, "--tolerance: expected two numbers above 0, MS,RELATIVE, got '%.40s'",
                      text);
  if (status == ISO_OK) s->tolerance = (iso_tolerance){.apd90_ms = values[0], .relative = values[1]};
  free(values);
  ISO_TRY(status);
  s->beats = s->until_steady ? 2000 : 100;
  return given(q, "beats") ? read_whole(q, "beats", 1000000, &s->beats, err) : ISO_OK;
}

static iso_status read_stimulus(request *q, iso_error *err) {
  q->study.amplitude = NAN;
  if (given(q, "stimulus")) ISO_TRY(read_number(q, "stimulus", 0, 1e6, &q->study.amplitude, err));
  if (given(q, "pulse-ms")) return read_number(q, "pulse-ms", 0, 1e6, &q->study.duration_ms, err);
  q->study.duration_ms = q->study.step_ms * fmax(round(2 / q->study.step_ms), 1);
  return ISO_OK;
}

static iso_status read_activation(request *q, iso_error *err) {
  q->study.activation_mV = NAN;
  if (!given(q, "activation-mV")) return ISO_OK;
  return read_number(q, "activation-mV", -1000, 1000, &q->study.activation_mV, err);
}

static iso_status read_step(request *q, iso_error *err) {
  if (given(q, "step-ms")) return read_number(q, "step-ms", 0, 1e3, &q->study.step_ms, err);
  q->study.step_ms = iso_handy_below(fmin(0.02, q->study.model->max_step_ms));
  return ISO_OK;
}

static iso_status name_files(request *q, iso_error *err) {
  const char *output = given(q, "output");
  if (!output) return ISO_OK;
  char prefix[MOST_FILE - sizeof ".csv"];
  ISO_TRY(
      iso_argument_prefix(output, (const char *const[]){".csv", ".nc", NULL}, prefix, sizeof prefix, err));
  snprintf(q->csv, sizeof q->csv, "%s.csv", prefix);
  snprintf(q->nc, sizeof q->nc, "%s.nc", prefix);
  ISO_TRY(read_number(q, "interval-ms", 0, 1e6, &q->study.interval_ms, err));
  ISO_TRY(iso_output_check(MPI_COMM_SELF, q->csv, err));
  return iso_output_check(MPI_COMM_SELF, q->nc, err);
}

static bool is_one_of(const char *word, int n, const char *const *words) {
  for (int i = 0; i < n; i++)
    if (!strcmp(word, words[i])) return true;
  return false;
}

/* auto: the CPU where nothing compiles a model of the user's for the device. */
static iso_device *open_one(const request *q, iso_device_options *o, char *message, size_t size) {
  iso_device *device = iso_device_open(o, message, size);
  if (!device || !q->own[0].header || strcmp(o->kind, "auto") || iso_setup_takes_own(device, &q->log))
    return device;
  iso_device_close(device);
  o->kind = "cpu";
  return iso_device_open(o, message, size);
}

static iso_status open_device(request *q, iso_error *err) {
  static const char *const kinds[] = {"auto", "cpu", "cuda"};
  char message[256];
  const char *precision = given(q, "precision");
  iso_device_options o = {.kind = given(q, "device"), .simd = getenv("ISOCHRONE_SIMD")};
  if (!is_one_of(o.kind, 3, kinds))
    return iso_fail(err, ISO_EINPUT, "--device: there is no '%.40s'; there are: auto, cpu, cuda", o.kind);
  if (strcmp(precision, "double") && strcmp(precision, "single"))
    return iso_fail(err, ISO_EINPUT, "--precision: there is no '%.40s'; there are: double, single",
                    precision);
  o.precision = precision[0] == 's' ? ISO_PRECISION_SINGLE : ISO_PRECISION_DOUBLE;
  int threads;
  ISO_TRY(read_whole(q, "threads", 4096, &threads, err));
  ISO_TRY(iso_alloc(&q->study.devices, (size_t)threads, sizeof *q->study.devices, "devices", err));
  while (q->study.ndevices < threads) {
    iso_device *device = open_one(q, &o, message, sizeof message);
    if (!device) return iso_fail(err, ISO_EFAIL, "--device %s: %s", o.kind, message);
    q->study.devices[q->study.ndevices++] = device;
    if (device->deferred) break; /* one launch at a time is enough for a GPU */
  }
  return ISO_OK;
}

static iso_status find_model(request *q, iso_error *err) {
  const char *name = q->a->positional[0];
  if (!iso_text_names_header(name)) return iso_find_model(name, &q->study.model, err);
  ISO_TRY(iso_own_model_read(&q->own[0], name, err));
  q->study.model = &q->own[0].model;
  return ISO_OK;
}

/* The devices differ in nothing: what is compiled for the first serves all. */
static iso_status compile_own(request *q, iso_error *err) {
  if (!q->own[0].header) return ISO_OK;
  ISO_TRY(iso_own_model_for(&q->own[1], &q->own[0], q->study.devices[0], MPI_COMM_SELF, err));
  q->study.model = &q->own[1].model;
  return ISO_OK;
}

static iso_status read_request(request *q, iso_error *err) {
  iso_cell_study *s = &q->study;
  s->axes = q->axes;
  s->log = &q->log;
  s->progress = !given(q, "quiet") && !given(q, "no-progress");
  ISO_TRY(find_model(q, err));
  ISO_TRY(iso_find_variant(s->model, given(q, "variant"), &s->variant, err));
  ISO_TRY(read_axes(q, "set", false, err));
  ISO_TRY(read_axes(q, "scale", true, err));
  ISO_TRY(iso_cell_drugs_read(q->a, s->model, MOST_AXES, &s->naxes, q->axes, err));
  ISO_TRY(read_protocol(q, err));
  ISO_TRY(read_steady(q, err));
  ISO_TRY(read_step(q, err));
  ISO_TRY(read_activation(q, err));
  ISO_TRY(read_stimulus(q, err));
  ISO_TRY(open_device(q, err));
  ISO_TRY(compile_own(q, err));
  return name_files(q, err);
}

/* ---- results ---- */

static iso_status save_traces(const request *q, const iso_cell_results *results, iso_error *err) {
  static const char *const protocols[] = {
      "each cycle length from the initial state",
      "each cycle length from the end of the one before",
      "a premature beat after the last regular one",
  };
  const iso_cell_study *s = &q->study;
  char stimulus[64], step[32];
  snprintf(stimulus, sizeof stimulus, "%.17g uA/uF for %.17g ms", s->amplitude, s->duration_ms);
  snprintf(step, sizeof step, "%.17g", s->step_ms);
  const iso_attribute attributes[] = {{"title", "last beats of paced single cells"},
                                      {"program", "Isochrone"},
                                      {"program_version", ISO_VERSION},
                                      {"program_commit", iso_program_commit()},
                                      {"intended_use", ISO_NOT_A_DEVICE},
                                      {"model", s->model->name},
                                      {"variant", s->model->variants[s->variant].name},
                                      {"paper", s->model->paper},
                                      {"protocol", protocols[s->protocol]},
                                      {"stimulus", stimulus},
                                      {"step_ms", step},
                                      {"device", s->devices[0]->name}};
  const iso_traces traces = {.table = &results->table,
                             .model = s->model,
                             .ntimes = results->ntimes,
                             .interval_ms = s->interval_ms,
                             .value = results->traces,
                             .nattributes = sizeof attributes / sizeof *attributes,
                             .attributes = attributes};
  return iso_traces_save(&traces, q->nc, err);
}

static iso_status run(request *q, iso_error *err) {
  iso_cell_results results = {0};
  ISO_TRY(read_request(q, err));
  iso_status status = iso_cell_study_run(&q->study, &results, err);
  if (status == ISO_OK) iso_table_print(&results.table, q->a->out);
  if (status == ISO_OK && *q->csv) status = iso_table_save(&results.table, q->csv, err);
  if (status == ISO_OK && *q->nc) status = save_traces(q, &results, err);
  if (status == ISO_OK && *q->nc) iso_log_say(&q->log, ISO_LOG_INFO, "written: %s, %s", q->csv, q->nc);
  iso_cell_results_free(&results);
  return status;
}

/* One rank paces: single cells fill threads and vectors, not machines. */
static iso_status cell(const iso_arguments *a, iso_error *err) {
  iso_status status = ISO_OK;
  if (a->out) {
    request q = {.a = a};
    q.log = iso_log_new(MPI_COMM_SELF, stderr, iso_argument(a, "quiet") ? ISO_LOG_WARNING : ISO_LOG_INFO);
    status = run(&q, err);
    for (int i = 2; i-- > 0;) iso_own_model_close(&q.own[i]);
    for (int i = 0; i < q.study.ndevices; i++) iso_device_close(q.study.devices[i]);
    free(q.study.devices);
    for (int i = 0; i < q.study.naxes; i++) iso_axis_free(&q.axes[i]);
    free(q.cycles);
    free(q.couplings);
  }
  return iso_agree(a->comm, status, err);
}

const iso_command iso_command_cell = {
    "cell",
    "MODEL|FILE.h",
    1,
    1,
    "paces single cells: APD, restitution, steady state, grids of parameters",
    "VALUES are numbers and ranges FROM:TO:STEP with commas between: 1000,600:300:-50. APDs run from the "
    "largest\n"
    "dV/dt to 50 and 90% repolarisation between peak and rest; docs/cells.md has all definitions.\n\n"
    "  isochrone cell ten_tusscher_2006 --variant endo --cycle-length-ms 1000,600,400\n"
    "  isochrone cell ten_tusscher_2006 --scale g_Kr=0.25:1:0.25 --output block\n"
    "  isochrone cell ohara_rudy_2011 --block g_Kr=4.9,0.9 --concentration-nM 0,2,4.9,16.6\n"
    "  isochrone cell ten_tusscher_2006 --cycle-length-ms 600 --s1s2 600:300:-20\n"
    "  isochrone cell courtemanche_1998 --until-steady --dynamic 1000:300:-100\n",
    options,
    cell,
};
