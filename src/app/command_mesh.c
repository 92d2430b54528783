/* Making and changing meshes. */
#include "app/command.h"

#include "app/command_mesh.h"
#include "base/atomic.h"
#include "base/log.h"
#include "base/text.h"
#include "grid/format/read.h"
#include "grid/format/write.h"
#include "grid/make/bisect.h"
#include "grid/make/drop_twins.h"
#include "grid/make/merge.h"
#include "grid/make/refine.h"
#include "grid/make/sheet_of.h"
#include "grid/make/slab.h"
#include "grid/make/split.h"
#include "grid/share/repair.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char names_help[] =
    "The ending of a name tells the format; a name without ending is the common part of CARP's .pts, .elem\n"
    "and .lon. What a file begins with counts more than its ending.\n";

void iso_command_say_notes(const iso_arguments *a, iso_notes *notes) {
  iso_log log = iso_log_new(a->comm, stderr, ISO_LOG_INFO);
  for (int i = 0; i < notes->count; i++) iso_log_say(&log, ISO_LOG_INFO, "%s", notes->text[i]);
  iso_notes_free(notes);
}

/* Whether --second-order, which not every command has, says to cut. */
static iso_status cuts(const iso_arguments *a, bool *cut, iso_error *err) {
  const char *how = NULL;
  for (const iso_option *o = a->options; o->name; o++)
    if (!strcmp(o->name, "second-order")) how = iso_argument(a, o->name);
  *cut = how && !strcmp(how, "cut");
  if (!how || *cut || !strcmp(how, "corners")) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "--second-order: use corners or cut, not '%.40s'", how);
}

/* NULL also where the command has no such option. */
static const char *given(const iso_arguments *a, const char *name) {
  for (int i = a->ngiven; i--;)
    if (!strcmp(a->given[i].option->name, name)) return a->given[i].value;
  return NULL;
}

iso_status iso_command_read_mesh(const iso_arguments *a, const char *path, iso_slice *slice, iso_error *err) {
  iso_notes notes = {0};
  iso_read_options options = {.path = path,
                              .format = iso_argument(a, "format"),
                              .unit = iso_argument(a, "unit"),
                              .tag_array = given(a, "tag-array"),
                              .fibre_array = given(a, "fibre-array"),
                              .sheet_array = given(a, "sheet-array"),
                              .notes = &notes};
  ISO_TRY(cuts(a, &options.cut_second_order, err));
  iso_status status = iso_slice_read(a->comm, &options, slice, err);
  iso_command_say_notes(a, &notes);
  return status;
}

iso_status iso_command_check_target(const iso_arguments *a, const char *path, const char *to,
                                    iso_error *err) {
  ISO_TRY(iso_slice_check_target_as(path, to, err));
  return iso_output_folder(a->comm, path, err);
}

/* to: the name of a format, or NULL for that of the path's ending. */
static iso_status write_mesh(const iso_arguments *a, const iso_slice *slice, const char *path, const char *to,
                             iso_error *err) {
  char files[4200], nodes[32], elements[32];
  iso_notes notes = {0};
  ISO_TRY(iso_slice_write_as(a->comm, slice, path, to, err));
  iso_slice_note_losses(a->comm, slice, path, to, &notes);
  iso_command_say_notes(a, &notes);
  iso_slice_name_files_as(slice, path, to, files, sizeof files);
  iso_say(a, "%s: %s nodes, %s elements\n", files, iso_text_count(slice->nnodes, nodes, sizeof nodes),
          iso_text_count(slice->nelems, elements, sizeof elements));
  return ISO_OK;
}

iso_status iso_command_merge(const iso_arguments *a, iso_slice *slice, iso_error *err) {
  char text[32];
  int64_t merged, dropped;
  ISO_TRY(iso_slice_merge(a->comm, slice, &merged, err));
  iso_say(a, "%s nodes merged with another of their place; those behind them have new numbers\n",
          iso_text_count(merged, text, sizeof text));
  ISO_TRY(iso_slice_drop_twins(a->comm, slice, &dropped, err));
  if (dropped > 0)
    iso_say(a, "%s elements left out, of the same nodes as another\n",
            iso_text_count(dropped, text, sizeof text));
  return ISO_OK;
}

iso_status iso_command_split(const iso_arguments *a, iso_slice *slice, iso_error *err) {
  char text[32];
  int64_t hexahedra;
  ISO_TRY(iso_slice_split(a->comm, slice, &hexahedra, err));
  iso_say(a, "%s hexahedra split into tetrahedra\n", iso_text_count(hexahedra, text, sizeof text));
  return ISO_OK;
}

static iso_status convert_slice(const iso_arguments *a, iso_slice *slice, iso_error *err) {
  iso_notes notes = {0};
  if (iso_argument(a, "merge")) ISO_TRY(iso_command_merge(a, slice, err));
  iso_status status = iso_slice_repair(a->comm, slice, &notes, err);
  iso_command_say_notes(a, &notes);
  if (status == ISO_OK && iso_argument(a, "tetrahedra")) status = iso_command_split(a, slice, err);
  const char *surface = iso_argument(a, "surface");
  if (status == ISO_OK && surface) status = iso_slice_take_surface(a->comm, slice, surface, err);
  ISO_TRY(status);
  return write_mesh(a, slice, a->positional[1], iso_argument(a, "to"), err);
}

static iso_status convert(const iso_arguments *a, iso_error *err) {
  iso_slice slice = {0};
  ISO_TRY(iso_command_check_target(a, a->positional[1], iso_argument(a, "to"), err));
  ISO_TRY(iso_command_read_mesh(a, a->positional[0], &slice, err));
  iso_status status = convert_slice(a, &slice, err);
  iso_slice_free(&slice);
  return status;
}

/* A whole number from 1 to most. */
static iso_status whole_argument(const iso_arguments *a, const char *name, int most, int *out,
                                 iso_error *err) {
  const char *text = iso_argument(a, name);
  char *end;
  long value = strtol(text, &end, 10);
  if (end == text || *end || value < 1 || value > most)
    return iso_fail(err, ISO_EINPUT, "--%s: expected a whole number from 1 to %d, got '%.40s'", name, most,
                    text);
  *out = (int)value;
  return ISO_OK;
}

iso_status iso_command_lengths(const iso_arguments *a, const char *name, int n, double *out, iso_error *err) {
  const char *text = iso_argument(a, name);
  if (!text) return iso_fail(err, ISO_EINPUT, "--%s is missing; see --help", name);
  const char *at = text;
  for (int i = 0; i < n; i++) {
    char *end;
    out[i] = strtod(at, &end);
    if (end == at || !(out[i] > 0 && out[i] < 1e6) || *end != (i < n - 1 ? ',' : '\0'))
      return iso_fail(err, ISO_EINPUT,
                      "--%s: expected %d number%s above 0, in mm, with commas between, got '%.40s'", name, n,
                      n > 1 ? "s" : "", text);
    at = end + 1;
  }
  return ISO_OK;
}

iso_status iso_command_most_elements(const iso_arguments *a, int64_t *out, iso_error *err) {
  const char *text = iso_argument(a, "most-elements");
  char *end;
  *out = text ? strtoll(text, &end, 10) : 0;
  if (!text || (end != text && !*end && *out > 0)) return ISO_OK;
  return iso_fail(err, ISO_EINPUT,
                  "--most-elements: expected a number of elements, like 5000000, got '%.40s'", text);
}

static iso_status word_argument(const iso_arguments *a, const char *name, int n, const char *const *words,
                                int *out, iso_error *err) {
  const char *text = iso_argument(a, name);
  char list[256] = "", meant[128];
  for (*out = 0; *out < n; ++*out)
    if (!strcmp(text, words[*out])) return ISO_OK;
  iso_text_list(list, sizeof list, n, words);
  iso_text_meant("", iso_text_nearest(text, n, words), meant, sizeof meant);
  return iso_fail(err, ISO_EINPUT, "--%s: there is no '%.40s'%s There are: %s", name, text, meant, list);
}

/* edge_mm: 0, or how long edges may be; else levels. */
static iso_status refine_slice(const iso_arguments *a, double edge_mm, int levels, iso_slice *slice,
                               iso_error *err) {
  int64_t most;
  ISO_TRY(iso_command_most_elements(a, &most, err));
  iso_notes notes = {0};
  iso_status status = edge_mm > 0 ? iso_slice_bisect(a->comm, slice, edge_mm, most, &notes, err)
                                  : iso_slice_refine(a->comm, slice, levels, most, &notes, err);
  iso_command_say_notes(a, &notes);
  ISO_TRY(status);
  return write_mesh(a, slice, a->positional[1], NULL, err);
}

static iso_status refine(const iso_arguments *a, iso_error *err) {
  iso_slice slice = {0};
  int levels = 0;
  double edge_mm = 0;
  ISO_TRY(whole_argument(a, "levels", 6, &levels, err));
  if (iso_argument(a, "edge")) {
    if (given(a, "levels"))
      return iso_fail(err, ISO_EINPUT, "--edge and --levels each say how fine; leave one out");
    ISO_TRY(iso_command_lengths(a, "edge", 1, &edge_mm, err));
  }
  ISO_TRY(iso_command_check_target(a, a->positional[1], NULL, err));
  ISO_TRY(iso_command_read_mesh(a, a->positional[0], &slice, err));
  iso_status status = refine_slice(a, edge_mm, levels, &slice, err);
  iso_slice_free(&slice);
  return status;
}

static const char *const elements[] = {"line", "triangle", "tetrahedron", "hexahedron"};
static const char *const diagonals[] = {"alternating", "single", "jittered", "five"};

static iso_status slab(const iso_arguments *a, iso_error *err) {
  iso_slab_options options = {.fibre = {1, 0, 0}};
  iso_slice slice = {0};
  int element, cut;
  ISO_TRY(word_argument(a, "element", ISO_NSHAPES, elements, &element, err));
  ISO_TRY(word_argument(a, "diagonals", 4, diagonals, &cut, err));
  ISO_TRY(iso_command_lengths(a, "size",
                              element == ISO_LINE       ? 1
                              : element == ISO_TRIANGLE ? 2
                                                        : 3,
                              options.size_mm, err));
  ISO_TRY(iso_command_lengths(a, "spacing", 1, &options.spacing_mm, err));
  ISO_TRY(iso_command_check_target(a, a->positional[0], NULL, err));
  options.shape = (iso_shape)element;
  options.diagonals = (iso_diagonals)cut;
  ISO_TRY(iso_slab(a->comm, &options, &slice, err));
  iso_status status = write_mesh(a, &slice, a->positional[0], NULL, err);
  iso_slice_free(&slice);
  return status;
}

static const iso_option convert_options[] = {
    ISO_MESH_INPUT_OPTIONS,
    {"to", 't', "FORMAT", NULL, "of the output, where its ending does not tell"},
    ISO_SECOND_ORDER_OPTION,
    {"tetrahedra", 0, NULL, NULL, "split hexahedra into tetrahedra"},
    {"surface", 's', "NAME", NULL, "write this named surface of the mesh alone, as a sheet"},
    {"merge", 0, NULL, NULL,
     "nodes of the very same place become one, and elements of the same nodes, as pieces written apart want "
     "it"},
    {0}};
static const iso_option refine_options[] = {
    ISO_MESH_INPUT_OPTIONS,
    {"levels", 'n', "N", "1", "times that every edge is halved"},
    {"edge", 'e', "MM", NULL, "instead: halve longer edges alone, one by one, until none is; no hexahedra"},
    ISO_MOST_ELEMENTS_OPTION,
    {0}};
static const iso_option slab_options[] = {
    {"size", 0, "X,Y,Z", NULL, "extent in mm; X,Y for triangles and X for lines"},
    {"spacing", 0, "MM", NULL, "edge along the axes; divides the sizes"},
    {"element", 0, "SHAPE", "tetrahedron", "line, triangle, tetrahedron or hexahedron"},
    {"diagonals", 0, "CUT", "alternating", "alternating, single, jittered or five"},
    {0}};

const iso_command iso_command_mesh_convert = {
    "mesh convert", "IN OUT",        2,       2, "a mesh in another format, mended where needed",
    names_help,     convert_options, convert,
};

const iso_command iso_command_mesh_refine = {
    "mesh refine", "IN OUT",       2,      2, "finer elements: all alike, or where edges are long",
    names_help,    refine_options, refine,
};

const iso_command iso_command_mesh_slab = {
    "mesh slab",
    "OUT",
    1,
    1,
    "a block, sheet or cable of tissue with fibres along x",
    "  isochrone mesh slab block.vtu --size 20,7,3 --spacing 0.5\n",
    slab_options,
    slab,
};
