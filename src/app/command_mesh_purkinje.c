/* Growing a Purkinje tree on a surface. */
#include "app/command.h"

#include "anatomy/purkinje.h"
#include "app/command_mesh.h"
#include "base/text.h"
#include "grid/format/write.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdlib.h>

/* n numbers from low to high with commas between them. */
static iso_status numbers(const iso_arguments *a, const char *name, int n, double low, double high,
                          double *out, iso_error *err) {
  const char *text = iso_argument(a, name), *at = text;
  if (!text) return iso_fail(err, ISO_EINPUT, "--%s is missing; see: isochrone mesh purkinje --help", name);
  for (int i = 0; i < n; i++) {
    char *end;
    out[i] = strtod(at, &end);
    if (end == at || !(out[i] >= low && out[i] <= high) || *end != (i < n - 1 ? ',' : '\0'))
      return iso_fail(err, ISO_EINPUT,
                      "--%s: expected %d number%s from %g to %g with commas between, got '%.60s'", name, n,
                      n > 1 ? "s" : "", low, high, text);
    at = end + 1;
  }
  return ISO_OK;
}

static iso_status read_growth(const iso_arguments *a, iso_growth *g, iso_error *err) {
  double generations, seed;
  ISO_TRY(numbers(a, "root", 3, -1e4, 1e4, g->root_mm, err));
  ISO_TRY(numbers(a, "toward", 3, -1e4, 1e4, g->toward_mm, err));
  ISO_TRY(numbers(a, "initial-mm", 1, 0.01, 1e3, &g->initial_mm, err));
  ISO_TRY(numbers(a, "branch-mm", 1, 0.01, 1e3, &g->branch_mm, err));
  ISO_TRY(numbers(a, "segment-mm", 1, 0.01, 1e3, &g->segment_mm, err));
  ISO_TRY(numbers(a, "angle", 1, 0, 89, &g->angle_degree, err));
  ISO_TRY(numbers(a, "repulsion", 1, 0, 10, &g->repulsion, err));
  ISO_TRY(numbers(a, "generations", 1, 0, 60, &generations, err));
  ISO_TRY(numbers(a, "seed", 1, 0, 1e9, &seed, err));
  if (generations != floor(generations) || seed != floor(seed))
    return iso_fail(err, ISO_EINPUT, "--generations and --seed are whole numbers");
  g->generations = (int)generations;
  g->seed = (uint64_t)seed;
  return ISO_OK;
}

static double length_of(const iso_grown *tree) {
  double sum = 0;
  for (int64_t i = 1; i < tree->n; i++) sum += iso_distance(tree->xyz[i], tree->xyz[tree->from[i]]);
  return sum;
}

/* Points that no other comes from. */
static int64_t ends_of(const iso_grown *tree) {
  int64_t inner = 0;
  for (int64_t i = 0; i < tree->n; i++) {
    bool is_inner = false;
    for (int64_t j = i + 1; j < tree->n && !is_inner; j++) is_inner = tree->from[j] == i;
    inner += is_inner;
  }
  return tree->n - inner;
}

static iso_status write_tree(const iso_arguments *a, const iso_grown *tree, iso_error *err) {
  iso_slice lines;
  char files[4200];
  ISO_TRY(iso_grown_slice(tree, a->comm, &lines, err));
  const iso_status status = iso_slice_write(a->comm, &lines, a->positional[1], err);
  iso_slice_name_files(&lines, a->positional[1], files, sizeof files);
  iso_slice_free(&lines);
  ISO_TRY(status);
  iso_say(a, "%s: %lld points, %lld ends, %.4g mm\n", files, (long long)tree->n, (long long)ends_of(tree),
          length_of(tree));
  return ISO_OK;
}

static iso_status purkinje(const iso_arguments *a, iso_error *err) {
  iso_growth growth;
  iso_slice slice = {0};
  iso_sheet sheet;
  iso_grown tree;
  ISO_TRY(read_growth(a, &growth, err));
  ISO_TRY(iso_slice_check_target(a->positional[1], err));
  ISO_TRY(iso_command_read_mesh(a, a->positional[0], &slice, err));
  iso_status status = iso_sheet_new(&sheet, a->comm, &slice, a->positional[0], err);
  iso_slice_free(&slice);
  ISO_TRY(status);
  status = iso_agree(a->comm, iso_purkinje_grow(&tree, &sheet, &growth, err), err);
  iso_sheet_free(&sheet);
  ISO_TRY(status);
  status = write_tree(a, &tree, err);
  iso_grown_free(&tree);
  return status;
}

static const iso_option purkinje_options[] = {
    ISO_MESH_INPUT_OPTIONS,
    {"root", 0, "X,Y,Z", NULL, "mm; the tree begins at the surface's nearest place to it"},
    {"toward", 0, "X,Y,Z", NULL, "mm; where the first branch sets off to, the apex say"},
    {"initial-mm", 0, "MM", "50", "length of the first branch"},
    {"branch-mm", 0, "MM", "8", "mean length of the others"},
    {"segment-mm", 0, "MM", "1", "length of the lines"},
    {"angle", 0, "DEGREES", "10", "of a new branch against its mother"},
    {"repulsion", 0, "W", "0.1", "how much branches turn away from others"},
    {"generations", 0, "N", "20", "of branches after the first"},
    {"seed", 0, "N", "0", "of the random lengths and sides"},
    {0}};

const iso_command iso_command_mesh_purkinje = {
    "mesh purkinje",
    "SURFACE OUT",
    2,
    2,
    "a Purkinje tree on a surface of triangles, for mesh.networks",
    "The fractal tree of Sahli Costabal, Hurtado and Kuhl (2016). A branch ends where it reaches the rim of "
    "the\n"
    "surface, or comes nearer to others than a fifth of --branch-mm; else it forks in two. The same tree for "
    "the\n"
    "same seed, on any machine and number of ranks.\n\n"
    "  isochrone mesh purkinje lv_endo.stl left.vtu --root 30,-40,60 --toward 10,-50,-20 --seed 7\n",
    purkinje_options,
    purkinje,
};
