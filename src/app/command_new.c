/* A first configuration for a mesh of the user's own. */
#include "app/command.h"

#include "app/command_mesh.h"
#include "app/find.h"
#include "app/mesh_facts.h"
#include "base/atomic.h"
#include "base/path.h"
#include "base/print.h"
#include "base/text.h"
#include "grid/share/drop_surfaces.h"
#include "grid/share/node_tags.h"
#include "grid/share/repair.h"
#include "result/json.h"

#include <float.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

enum {
  MOST_REGIONS = 12,
  PATH_ROOM = 4096
}; /* a mesh with more tags has numbered something else with them */

/* Of the N-version benchmark (Niederer et al., Phil Trans R Soc A 369:4331, 2011), S/m. */
#define LONGITUDINAL 0.1334
#define TRANSVERSE 0.0176

#define PULSE_MM 3.0  /* that excites its surroundings */
#define MS_PER_MM 5.0 /* slower than any front of healthy tissue that goes round a cavity */
#define FINE_MM 0.9   /* edges that carry this tissue's waves without a warning, see docs/numerics.md */

typedef struct beginning {
  const iso_mesh_facts *facts;
  const char *title, *file, *format, *unit; /* file: from the configuration's folder */
  const char *arrays[3];                    /* of a VTK file, by name; NULL: the usual ones */
  const iso_model *model;
  double at_mm[3];
} beginning;

/* ---- what is written ---- */

static void put_text(FILE *f, const char *before, const char *text, const char *after) {
  fputs(before, f);
  iso_json_text(f, text); /* a quoted text of JSON is one of YAML, too */
  fputs(after, f);
}

static void put_mesh(FILE *f, const beginning *b) {
  static const char *const keys[] = {"  tag_array: ", "  fibre_array: ", "  sheet_array: "};
  const iso_mesh_facts *facts = b->facts;
  const iso_mesh_info *info = &facts->info;
  const bool fine = info->edge_mean_mm <= FINE_MM, cubes = info->shapes[ISO_HEXAHEDRON] > 0;
  char expected[ISO_EXPECTATION_TEXT];
  put_text(f, "mesh:\n  file: ", b->file, "\n");
  if (strcmp(b->format, "auto") != 0) fprintf(f, "  format: %s\n", b->format);
  fprintf(f, "  unit: %s # then it is %.4g x %.4g x %.4g mm\n", b->unit, info->high_mm[0] - info->low_mm[0],
          info->high_mm[1] - info->low_mm[1], info->high_mm[2] - info->low_mm[2]);
  for (int k = 0; k < 3; k++)
    if (b->arrays[k]) put_text(f, keys[k], b->arrays[k], "\n");
  fprintf(f, "  # as it is, %s\n", iso_expectation_text(&facts->demands.expected, expected));
  if (!fine)
    fprintf(f,
            cubes ? "  refine: 1 # a quick look: 0\n"
                  : "  edge_mm: %g # longer edges are halved; a quick look: leave it out\n",
            FINE_MM);
}

static void put_conductivity(FILE *f, bool fibres) {
  fputs("    conductivity: # si se / (si + se), as of the N-version benchmark\n", f);
  if (fibres)
    fprintf(f, "      longitudinal_S_per_m: %g\n      transverse_S_per_m: %g\n", LONGITUDINAL, TRANSVERSE);
  else
    fprintf(f,
            "      isotropic_S_per_m: %g # the mesh has no fibres (isochrone mesh fibres makes them); with "
            "them:\n"
            "      # longitudinal_S_per_m: %g\n      # transverse_S_per_m: %g\n",
            LONGITUDINAL, LONGITUDINAL, TRANSVERSE);
}

static void put_region(FILE *f, const beginning *b, const iso_tag_info *tag) {
  const char *name = tag ? iso_mesh_facts_name(b->facts->mesh, tag) : "tissue";
  char text[32];
  int64_t elements = 0;
  snprintf(text, sizeof text, "tag %d", tag ? (int)tag->tag : 0);
  put_text(f, "  - name: ", name ? name : text, "\n");
  for (int s = 0; tag && s < ISO_NSHAPES; s++) elements += tag->nelems[s];
  if (tag)
    fprintf(f, "    tags: [%d] # %s elements\n", (int)tag->tag, iso_text_count(elements, text, sizeof text));
  fprintf(f, "    model: %s # isochrone models lists others\n", b->model->name);
  if (b->model->nvariants > 1) {
    fprintf(f, "    variant: %s # or", b->model->variants[0].name);
    for (int v = 1; v < b->model->nvariants; v++)
      fprintf(f, "%s %s", v > 1 ? "," : "", b->model->variants[v].name);
    fputs("\n", f);
  }
  put_conductivity(f, b->facts->info.fibres > 0);
}

static void put_surfaces(FILE *f, const iso_surfaces *surfaces) {
  if (surfaces->n == 0) return;
  put_text(f, "# Surfaces of the mesh; a stimulus on one: surface: ", surfaces->surface[0].name, "\n#");
  for (int k = 0; k < surfaces->n; k++) put_text(f, k ? ", " : " ", surfaces->surface[k].name, "");
  fputs("\n", f);
}

static double longest(const iso_mesh_info *info, int *axis) {
  double most = 0;
  *axis = 0;
  for (int d = 0; d < 3; d++)
    if (info->high_mm[d] - info->low_mm[d] > most) most = info->high_mm[d] - info->low_mm[d], *axis = d;
  return most;
}

static void put_rest(FILE *f, const beginning *b) {
  const iso_mesh_info *info = &b->facts->info;
  static const char axes[] = "xyz";
  int axis;
  const double extent = longest(info, &axis);
  const double radius = fmax(fmin(PULSE_MM, extent / 6), 1.5 * info->edge_mean_mm);
  fprintf(f,
          "stimuli: # docs/where.md: boxes, lists of nodes, surfaces, tags, coordinates\n"
          "  - name: first # the end of the mesh with the least %c\n"
          "    sphere: {centre_mm: [%.6g, %.6g, %.6g], radius_mm: %.2g}\n"
          "    duration_ms: 2\n"
          "    amplitude_uA_per_uF: 50\n\n",
          axes[axis], b->at_mm[0], b->at_mm[1], b->at_mm[2], radius);
  fprintf(f,
          "time: {duration_ms: %g} # at most\n\n"
          "stop: {all_activated: true} # leave it out for repolarisation and APD\n\n"
          "outputs:\n"
          "  page: true # maps to be turned in a browser, beside NAME.e.nc\n"
          "  # ecg: {electrodes: electrodes.csv} # docs/ecg.md\n"
          "  # snapshots: {interval_ms: 1} # Vm of the whole mesh\n",
          100 * ceil(MS_PER_MM * extent / 100));
}

static void print_beginning(const void *self, FILE *f) {
  const beginning *b = self;
  const iso_mesh_info *info = &b->facts->info;
  fputs("# A first configuration, made of the mesh alone: where and what is paced, cells and conductivities "
        "are\n"
        "# yours to say. isochrone keys lists all keys. A research tool, not a medical device.\n",
        f);
  put_text(f, "title: ", b->title, "\n\n");
  put_mesh(f, b);
  fputs("\nregions:\n", f);
  const bool tags = info->ntags <= MOST_REGIONS;
  if (!tags) fprintf(f, "  # the mesh has %d tags: isochrone mesh info\n", info->ntags);
  for (int i = 0; tags && i < info->ntags; i++) put_region(f, b, &info->tags[i]);
  if (!tags) put_region(f, b, NULL);
  fputs("\n", f);
  put_surfaces(f, &b->facts->mesh->surfaces);
  put_rest(f, b);
}

/* ---- where the first wave begins ---- */

/* Collective. The node of an element with the least coordinate along the mesh's longest side, the one of the
 * lowest number of several. */
static void find_end(const iso_mesh *mesh, const iso_mesh_info *info, double at_mm[3]) {
  int axis;
  double least = DBL_MAX;
  iso_gid gid = INT64_MAX, first;
  iso_lid mine = -1;
  longest(info, &axis);
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (mesh->node_tag[i] != ISO_ORPHAN_TAG && mesh->xyz[i][axis] < least) least = mesh->xyz[i][axis];
  MPI_Allreduce(MPI_IN_PLACE, &least, 1, MPI_DOUBLE, MPI_MIN, mesh->comm);
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (mesh->node_tag[i] != ISO_ORPHAN_TAG && mesh->xyz[i][axis] == least && mesh->gid[i] < gid)
      gid = mesh->gid[i], mine = i;
  MPI_Allreduce(&gid, &first, 1, MPI_INT64_T, MPI_MIN, mesh->comm);
  for (int d = 0; d < 3; d++) at_mm[d] = mine >= 0 && gid == first ? mesh->xyz[mine][d] : 0;
  MPI_Allreduce(MPI_IN_PLACE, at_mm, 3, MPI_DOUBLE, MPI_SUM, mesh->comm);
}

/* ---- the command ---- */

/* Rank 0's: the mesh as a configuration in output's folder names it. */
static iso_status name_mesh(const char *mesh, const char *output, char file[PATH_ROOM], iso_error *err) {
  if (strchr(output, '/')) return iso_path_from_root(mesh, file, PATH_ROOM, err);
  snprintf(file, PATH_ROOM, "%s", mesh);
  return ISO_OK;
}

/* Rank 0's. */
static iso_status check_output(const char *output, iso_error *err) {
  if (access(output, F_OK) != 0) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "%.200s is there already; --output names another file", output);
}

/* Collective. */
static iso_status write_beginning(const iso_arguments *a, const iso_mesh *mesh, const iso_model *model,
                                  const char *output, iso_error *err) {
  char stem[PATH_ROOM], file[PATH_ROOM];
  iso_mesh_facts facts;
  const iso_demands_of of = {LONGITUDINAL, TRANSVERSE, .chi_per_mm = 140, .cm_uF_per_mm2 = 0.01,
                             .step_ms = 0.05};
  ISO_TRY(iso_mesh_facts_find(&facts, a->positional[0], mesh, &of, err));
  iso_argument_stem(a->positional[0], stem, sizeof stem);
  beginning b = {.facts = &facts, .title = stem, .file = file, .model = model};
  b.format = iso_argument(a, "format"), b.unit = iso_argument(a, "unit");
  b.arrays[0] = iso_argument(a, "tag-array"), b.arrays[1] = iso_argument(a, "fibre-array");
  b.arrays[2] = iso_argument(a, "sheet-array");
  find_end(mesh, &facts.info, b.at_mm);
  iso_status status = ISO_OK;
  if (a->out) status = name_mesh(a->positional[0], output, file, err);
  if (a->out && status == ISO_OK) status = iso_atomic_write(output, false, print_beginning, &b, err);
  iso_mesh_facts_free(&facts);
  return iso_agree(a->comm, status, err);
}

/* Collective. As a run does: faces and edges of other elements are no tissue, and no region. */
static iso_status drop_surfaces(MPI_Comm comm, iso_slice *slice, iso_notes *notes, iso_error *err) {
  int64_t dropped[ISO_NSHAPES];
  ISO_TRY(iso_slice_repair(comm, slice, notes, err));
  return iso_slice_drop_surfaces(comm, slice, dropped, notes, err);
}

static void say_next(const iso_arguments *a, const char *output) {
  if (!a->out) return;
  iso_print(a->out, "%s: edit it, then\n  isochrone check ", output);
  iso_print_word(a->out, output);
  fputs(" # what would run, how long, how exact\n  isochrone run ", a->out);
  iso_print_word(a->out, output);
  fputc('\n', a->out);
}

static iso_status begin(const iso_arguments *a, const iso_model *model, const char *output, iso_error *err) {
  iso_slice slice = {0};
  iso_mesh *mesh = NULL;
  iso_notes notes = {0};
  const iso_partition_options quick = {.partitioner = ISO_PARTITION_HILBERT};
  ISO_TRY(iso_command_read_mesh(a, a->positional[0], &slice, err));
  iso_status status = drop_surfaces(a->comm, &slice, &notes, err);
  if (status == ISO_OK) status = iso_mesh_build(a->comm, &slice, &quick, &mesh, &notes, err);
  iso_slice_free(&slice);
  iso_command_say_notes(a, &notes);
  ISO_TRY(status);
  status = write_beginning(a, mesh, model, output, err);
  iso_mesh_free(mesh);
  ISO_TRY(status);
  say_next(a, output);
  return ISO_OK;
}

static iso_status new_configuration(const iso_arguments *a, iso_error *err) {
  char output[PATH_ROOM];
  const iso_model *model;
  ISO_TRY(iso_find_model(iso_argument(a, "model"), &model, err));
  iso_argument_stem(a->positional[0], output, sizeof output - sizeof ".yaml");
  strcat(output, ".yaml");
  if (iso_argument(a, "output")) snprintf(output, sizeof output, "%s", iso_argument(a, "output"));
  iso_status status = a->out ? check_output(output, err) : ISO_OK;
  ISO_TRY(iso_agree(a->comm, status, err));
  ISO_TRY(iso_output_check(a->comm, output, err));
  return begin(a, model, output, err);
}

static const iso_option new_options[] = {
    {"output", 'o', "FILE.yaml", NULL, "where it goes [the mesh's name with .yaml, in this folder]"},
    {"model", 'm', "NAME", "ten_tusscher_2006", "of the cells: isochrone models"},
    ISO_MESH_INPUT_OPTIONS,
    {0}};

const iso_command iso_command_new = {
    "new",
    "MESH",
    1,
    1,
    "a first configuration for a mesh of your own, ready to run",
    "Its regions are the mesh's tags; cells, conductivities and where it is paced are a beginning, to be "
    "edited.\n\n"
    "  isochrone new heart.vtu\n"
    "  isochrone run heart.yaml\n",
    new_options,
    new_configuration,
};
