/* Growing a Purkinje tree on a surface, or a whole conduction system on two. */
#include "app/command.h"

#include "anatomy/bundles.h"
#include "app/command_mesh.h"
#include "base/text.h"
#include "grid/format/write.h"
#include "grid/geometry.h"
#include "grid/hash.h"

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

/* What all trees have in common. */
static iso_status read_growth(const iso_arguments *a, iso_growth *g, iso_error *err) {
  double generations, seed;
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

/* How the tree of SURFACE begins. */
static iso_status read_tree(const iso_arguments *a, iso_growth *g, iso_error *err) {
  static const char *const fascicle[2] = {"anterior", "posterior"};
  ISO_TRY(read_growth(a, g, err));
  ISO_TRY(numbers(a, "root", 3, -1e4, 1e4, g->root_mm, err));
  ISO_TRY(numbers(a, "toward", 3, -1e4, 1e4, g->toward_mm, err));
  ISO_TRY(numbers(a, "initial-mm", 1, 0.01, 1e3, &g->initial_mm, err));
  if (!iso_argument(a, "anterior") && !iso_argument(a, "posterior")) return ISO_OK;
  for (int k = 0; k < 2; k++) ISO_TRY(numbers(a, fascicle[k], 3, -1e4, 1e4, g->fascicle_mm[k], err));
  g->nfascicles = 2;
  return ISO_OK;
}

/* How the other tree and the bundles begin. */
static iso_status read_bundles(const iso_arguments *a, iso_growth *right, iso_bundles *b, iso_error *err) {
  ISO_TRY(read_growth(a, right, err));
  right->seed = iso_hash(right->seed); /* not the other tree mirrored */
  b->segment_mm = right->segment_mm;
  ISO_TRY(numbers(a, "right-root", 3, -1e4, 1e4, right->root_mm, err));
  ISO_TRY(numbers(a, "right-toward", 3, -1e4, 1e4, right->toward_mm, err));
  ISO_TRY(numbers(a, "right-initial-mm", 1, 0.01, 1e3, &right->initial_mm, err));
  ISO_TRY(numbers(a, "av-node", 3, -1e4, 1e4, b->av_node_mm, err));
  return numbers(a, "division", 3, -1e4, 1e4, b->division_mm, err);
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

static iso_status read_sheet(const iso_arguments *a, const char *path, iso_sheet *sheet, iso_error *err) {
  iso_slice slice = {0};
  ISO_TRY(iso_command_read_mesh(a, path, &slice, err));
  const iso_status status = iso_sheet_new(sheet, a->comm, &slice, path, err);
  iso_slice_free(&slice);
  return status;
}

/* On the sheets [1 or 2]. */
static iso_status grow(const iso_arguments *a, const iso_sheet *sheet, const iso_growth *growth,
                       const iso_bundles *bundles, iso_error *err) {
  iso_grown tree;
  iso_status status = bundles ? iso_bundles_grow(&tree, bundles, sheet, growth, err)
                              : iso_purkinje_grow(&tree, sheet, growth, err);
  ISO_TRY(iso_agree(a->comm, status, err));
  status = write_tree(a, &tree, err);
  iso_grown_free(&tree);
  return status;
}

static iso_status purkinje(const iso_arguments *a, iso_error *err) {
  iso_growth growth[2] = {0};
  iso_bundles bundles;
  iso_sheet sheet[2] = {0};
  const char *right = iso_argument(a, "right");
  ISO_TRY(read_tree(a, &growth[0], err));
  if (right) ISO_TRY(read_bundles(a, &growth[1], &bundles, err));
  if (!right && (iso_argument(a, "av-node") || iso_argument(a, "division")))
    return iso_fail(err, ISO_EINPUT,
                    "--av-node and --division are of a His bundle, which has two branches: "
                    "give the other ventricle's surface as --right");
  ISO_TRY(iso_command_check_target(a, a->positional[1], NULL, err));
  iso_status status = read_sheet(a, a->positional[0], &sheet[0], err);
  if (status == ISO_OK && right) status = read_sheet(a, right, &sheet[1], err);
  if (status == ISO_OK) status = grow(a, sheet, growth, right ? &bundles : NULL, err);
  iso_sheet_free(&sheet[0]);
  iso_sheet_free(&sheet[1]);
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
    {"anterior", 0, "X,Y,Z", NULL, "mm; where the first branch sends a fascicle to, with --posterior"},
    {"posterior", 0, "X,Y,Z", NULL, "mm; and where the other one goes to"},
    {"right", 0, "FILE", NULL,
     "the right ventricle's surface: a His bundle and a tree on each, SURFACE the left"},
    {"right-root", 0, "X,Y,Z", NULL, "mm; as --root, of the right tree"},
    {"right-toward", 0, "X,Y,Z", NULL, "mm; as --toward"},
    {"right-initial-mm", 0, "MM", "50", "as --initial-mm"},
    {"av-node", 0, "X,Y,Z", NULL, "mm; where the His bundle begins"},
    {"division", 0, "X,Y,Z", NULL, "mm; where it divides into the left and the right bundle branch"},
    {0}};

const iso_command iso_command_mesh_purkinje = {
    "mesh purkinje",
    "SURFACE OUT",
    2,
    2,
    "Purkinje trees on surfaces of triangles, and their bundles, for mesh.networks",
    "The fractal tree of Sahli Costabal, Hurtado and Kuhl (2016). A branch ends where it reaches the rim of "
    "the\n"
    "surface, or comes nearer to others than a fifth of --branch-mm; else it forks in two. The same tree for "
    "the\n"
    "same seed, on any machine and number of ranks. With --right a His bundle, a bundle branch along either\n"
    "surface, and a tree on each, with tags to cut them by: 101 His bundle, 102 left, 103 right bundle "
    "branch,\n"
    "104 left, 105 right tree, 106 anterior, 107 posterior fascicle.\n\n"
    "  isochrone mesh purkinje lv_endo.stl left.vtu --root 30,-40,60 --toward 10,-50,-20 --seed 7\n"
    "  isochrone mesh purkinje lv_endo.stl system.vtu --right rv_endo.stl --av-node 32,-60,80 --division "
    "30,-50,75 \\\n"
    "    --root 30,-40,60 --toward 10,-50,-20 --right-root 25,-35,55 --right-toward 5,-45,-20\n",
    purkinje_options,
    purkinje,
};
