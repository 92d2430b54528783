/* What is wrong with a mesh, and mending it. */
#include "app/command.h"

#include "app/command_mesh.h"
#include "base/memory.h"
#include "base/text.h"
#include "grid/ask/part_sizes.h"
#include "grid/ask/quality.h"
#include "grid/format/write.h"
#include "grid/make/bisect.h"
#include "grid/make/fill_fibres.h"
#include "grid/make/keep.h"
#include "grid/share/blocks.h"
#include "grid/share/slice_of.h"

#include <stdlib.h>

/* What is asked for. */
typedef struct wishes {
  bool merge, orphans, fibres, tetrahedra;
  int64_t least_part;    /* nodes; 0: any */
  double edge_mm;        /* longest that stays; 0: any */
  int64_t most_elements; /* that shorter edges may make; 0: what fits into memory */
} wishes;

static iso_status read_wishes(const iso_arguments *a, wishes *out, iso_error *err) {
  const char *least = iso_argument(a, "least-part");
  const bool all = iso_argument(a, "all");
  char *end;
  *out = (wishes){.merge = all || iso_argument(a, "merge"),
                  .orphans = all || iso_argument(a, "orphans"),
                  .fibres = all || iso_argument(a, "fibres"),
                  .tetrahedra = iso_argument(a, "tetrahedra")};
  if (iso_argument(a, "edge")) ISO_TRY(iso_command_lengths(a, "edge", 1, &out->edge_mm, err));
  ISO_TRY(iso_command_most_elements(a, &out->most_elements, err));
  if (!least) return ISO_OK;
  out->least_part = strtoll(least, &end, 10);
  if (end != least && !*end && out->least_part > 0) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "--least-part: expected a number of nodes, like 100, got '%.40s'", least);
}

/* ---- what is wrong ---- */

static void say_fault(const iso_arguments *a, int64_t count, const char *what, const char *remedy) {
  char text[32];
  if (count > 0) iso_say(a, "%s %s: %s\n", iso_text_count(count, text, sizeof text), what, remedy);
}

static void say_faults(const iso_arguments *a, const iso_mesh_info *info) {
  const int64_t bare = info->fibres < 0 ? 0 : info->nelems - info->fibres;
  const int64_t no_sheet = info->sheets < 0 ? 0 : info->nelems - info->sheets;
  const int64_t parts = info->parts.n > 1 ? info->parts.n : 0;
  say_fault(a, info->parts.coincident, "nodes lie where another lies", "--merge makes them one");
  say_fault(a, info->parts.twins, "elements have the nodes of another", "--merge leaves them out");
  say_fault(a, info->parts.orphans, "nodes belong to no element", "--orphans leaves them out");
  if (parts > 0)
    iso_say(a,
            "%lld parts share no node, the largest of %lld and %lld nodes: --least-part N leaves smaller "
            "ones out\n",
            (long long)parts, (long long)info->parts.largest[0], (long long)info->parts.largest[1]);
  say_fault(a, bare, "elements have no fibre", "--fibres takes it from their neighbours");
  say_fault(a, no_sheet, "elements have no sheet direction", "--fibres takes it from their neighbours");
  if (info->parts.coincident + info->parts.twins + info->parts.orphans + parts + bare + no_sheet == 0)
    iso_say(a, "nothing is left to be mended\n");
}

static iso_status list(const iso_arguments *a, iso_slice *slice, iso_error *err) {
  iso_partition_options quick = {.partitioner = ISO_PARTITION_HILBERT};
  iso_notes notes = {0};
  iso_mesh *mesh = NULL;
  iso_mesh_info info;
  iso_status status = iso_mesh_build(a->comm, slice, &quick, &mesh, &notes, err);
  iso_command_say_notes(a, &notes);
  ISO_TRY(status);
  status = iso_mesh_info_of(mesh, &info, err);
  if (status == ISO_OK) {
    say_faults(a, &info);
    iso_mesh_info_free(&info);
  }
  iso_mesh_free(mesh);
  return status;
}

/* ---- mending ---- */

static iso_status fill(const iso_arguments *a, iso_mesh *mesh, iso_error *err) {
  char f[32], s[32];
  int64_t fibres, sheets;
  ISO_TRY(iso_mesh_fill_fibres(mesh, &fibres, &sheets, err));
  iso_say(a, "%s fibres and %s sheet directions taken from neighbours\n", iso_text_count(fibres, f, sizeof f),
          iso_text_count(sheets, s, sizeof s));
  return ISO_OK;
}

/* stays [block of nodes]: 1 in parts that are large enough; orphans are left to --orphans. */
static iso_status find_large(const iso_mesh *mesh, int64_t least, uint8_t *stays, iso_error *err) {
  iso_block_plan *plan = NULL;
  int64_t *size = NULL;
  uint8_t *mine = NULL;
  iso_status status = iso_alloc(&size, (size_t)mesh->nowned, sizeof *size, "parts of the mesh", err);
  if (status == ISO_OK) status = iso_alloc(&mine, (size_t)mesh->nowned, 1, "parts of the mesh", err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) status = iso_part_sizes(mesh, size, err);
  for (iso_lid i = 0; status == ISO_OK && i < mesh->nowned; i++) mine[i] = size[i] == 1 || size[i] >= least;
  if (status == ISO_OK)
    status = iso_block_plan_new(&plan, mesh->comm, mesh->nnodes, mesh->nowned, mesh->gid, err);
  if (status == ISO_OK) status = iso_block_plan_send(plan, mine, 1, stays, err);
  iso_block_plan_free(plan);
  free(size);
  free(mine);
  return status;
}

/* What needs to know neighbours; the slice comes back in blocks, with room [nnode] for whose nodes stay. */
static iso_status mend_mesh(const iso_arguments *a, const wishes *w, iso_slice *slice, uint8_t **stays,
                            iso_error *err) {
  iso_partition_options quick = {.partitioner = ISO_PARTITION_HILBERT};
  iso_notes notes = {0};
  iso_mesh *mesh = NULL;
  iso_status status = iso_mesh_build(a->comm, slice, &quick, &mesh, &notes, err);
  iso_command_say_notes(a, &notes);
  ISO_TRY(status);
  *slice = (iso_slice){0};
  if (w->fibres) status = fill(a, mesh, err);
  if (status == ISO_OK) status = iso_slice_of_mesh(mesh, slice, err);
  if (status == ISO_OK)
    status = iso_agree(a->comm, iso_alloc(stays, (size_t)slice->nnode, 1, "nodes that stay", err), err);
  if (status == ISO_OK) status = find_large(mesh, w->least_part, *stays, err);
  iso_mesh_free(mesh);
  return status;
}

static iso_status drop(const iso_arguments *a, const wishes *w, iso_slice *slice, uint8_t *stays,
                       iso_error *err) {
  char n[32], e[32];
  const int64_t nodes = slice->nnodes, elements = slice->nelems;
  uint8_t *used = NULL;
  iso_status status = iso_alloc(&used, (size_t)slice->nnode, 1, "nodes that stay", err);
  status = iso_agree(a->comm, status, err);
  if (status == ISO_OK && w->orphans) status = iso_slice_used(a->comm, slice, used, err);
  for (int64_t i = 0; status == ISO_OK && w->orphans && i < slice->nnode; i++) stays[i] &= used[i];
  free(used);
  if (status == ISO_OK) status = iso_slice_keep(a->comm, slice, stays, err);
  if (status == ISO_OK && slice->nelems == 0)
    status =
        iso_fail(err, ISO_EINPUT, "--least-part %lld leaves nothing; lower it", (long long)w->least_part);
  ISO_TRY(status);
  iso_say(a, "%s nodes and %s elements left out\n", iso_text_count(nodes - slice->nnodes, n, sizeof n),
          iso_text_count(elements - slice->nelems, e, sizeof e));
  return ISO_OK;
}

/* Not what was wrong, but what a run asks for: element kinds and edges. */
static iso_status shape(const iso_arguments *a, const wishes *w, iso_slice *slice, iso_error *err) {
  char text[32];
  if (w->tetrahedra) ISO_TRY(iso_command_split(a, slice, err));
  if (w->edge_mm == 0) return ISO_OK;
  const int64_t whole = slice->nelems;
  ISO_TRY(iso_slice_bisect(a->comm, slice, w->edge_mm, w->most_elements, NULL, err));
  iso_say(a, "%s elements made by halving edges longer than %g mm\n",
          iso_text_count(slice->nelems - whole, text, sizeof text), w->edge_mm);
  return ISO_OK;
}

static iso_status mend(const iso_arguments *a, const wishes *w, iso_slice *slice, iso_error *err) {
  uint8_t *stays = NULL;
  char files[4200], nodes[32], elements[32];
  if (w->merge) ISO_TRY(iso_command_merge(a, slice, err));
  iso_status status = mend_mesh(a, w, slice, &stays, err);
  if (status == ISO_OK && (w->orphans || w->least_part > 0)) status = drop(a, w, slice, stays, err);
  free(stays);
  if (status == ISO_OK) status = shape(a, w, slice, err);
  ISO_TRY(status);
  ISO_TRY(iso_slice_write_as(a->comm, slice, a->positional[1], NULL, err));
  iso_slice_name_files_as(slice, a->positional[1], NULL, files, sizeof files);
  iso_say(a, "%s: %s nodes, %s elements\n", files, iso_text_count(slice->nnodes, nodes, sizeof nodes),
          iso_text_count(slice->nelems, elements, sizeof elements));
  return ISO_OK;
}

static iso_status repair(const iso_arguments *a, iso_error *err) {
  const bool writes = a->npositional > 1;
  iso_slice slice = {0};
  wishes w;
  ISO_TRY(read_wishes(a, &w, err));
  if (!writes && (w.merge || w.orphans || w.fibres || w.least_part || w.tetrahedra || w.edge_mm > 0))
    return iso_fail(err, ISO_EINPUT,
                    "mesh repair: say where the mended mesh goes: isochrone mesh repair IN OUT");
  if (writes) ISO_TRY(iso_command_check_target(a, a->positional[1], NULL, err));
  ISO_TRY(iso_command_read_mesh(a, a->positional[0], &slice, err));
  if (!writes) return list(a, &slice, err);
  const iso_status status = mend(a, &w, &slice, err);
  iso_slice_free(&slice);
  return status;
}

static const iso_option repair_options[] = {
    ISO_MESH_INPUT_OPTIONS,
    {"merge", 'm', NULL, NULL, "nodes of the very same place become one, and elements of the same nodes"},
    {"orphans", 0, NULL, NULL, "leave out nodes of no element"},
    {"least-part", 0, "NODES", NULL, "leave out parts of fewer nodes that share none with the others"},
    {"fibres", 0, NULL, NULL, "elements without fibre or sheet take it from their neighbours"},
    {"tetrahedra", 0, NULL, NULL, "split hexahedra into tetrahedra"},
    {"edge", 'e', "MM", NULL, "halve longer edges, one by one, until none is; not of hexahedra"},
    ISO_MOST_ELEMENTS_OPTION,
    {"all", 'a', NULL, NULL, "--merge, --orphans and --fibres"},
    {0}};

const iso_command iso_command_mesh_repair = {
    "mesh repair",
    "IN [OUT]",
    1,
    2,
    "says what is wrong with a mesh, and mends what is asked for",
    "Without OUT it only says. Inverted elements are turned over and directions made unit vectors, sheets\n"
    "orthogonal to fibres, whenever a mesh is read. What is left out changes the numbers of nodes behind "
    "it:\n"
    "lists of nodes in other files no longer fit, named surfaces in OUT do.\n\n"
    "  isochrone mesh repair heart.vtu\n"
    "  isochrone mesh repair heart.vtu mended.vtu --all --least-part 100\n"
    "  isochrone mesh repair heart.vtu finer.vtu --edge 0.8\n",
    repair_options,
    repair,
};
