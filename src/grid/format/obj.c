#include "grid/format/sheets.h"

#include "base/memory.h"
#include "grid/format/read_foreign.h"
#include "grid/format/read_runs.h"
#include "grid/format/text.h"
#include "grid/format/text_share.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CORNERS = 1024 };

/* What a rank's lines hold. A node of a face is told from 0, or, where it counts back from the last vertex
 * before it, by -1 - that distance to the end of this rank's vertices so far. */
typedef struct {
  int64_t nvertex, vertex_room;
  double (*x)[3];
  int64_t nface, face_room;
  int64_t *first; /* [nface + 1] into node */
  bool *line;     /* [nface] not a face */
  int64_t nnode, node_room;
  iso_gid *node;
  bool *relative; /* [nnode] to this rank's first vertex */
} shape_list;

static iso_status add_vertex(iso_text_share *share, shape_list *s, const char *p, const char *end,
                             iso_error *err) {
  double x[3];
  for (int a = 0; p && a < 3; a++) p = iso_text_real(p, end, &x[a]);
  if (!p || !isfinite(x[0] + x[1] + x[2]))
    return iso_text_share_fail(share, err, "a vertex has three finite numbers, and this has not");
  if (s->nvertex == s->vertex_room) {
    const int64_t room = s->vertex_room + s->vertex_room / 2 + 1024;
    ISO_TRY(iso_realloc(&s->x, (size_t)room, sizeof *s->x, "vertices", err));
    s->vertex_room = room;
  }
  memcpy(s->x[s->nvertex++], x, sizeof x);
  return ISO_OK;
}

static iso_status add_node(iso_text_share *share, shape_list *s, int64_t number, iso_error *err) {
  if (number == 0) return iso_text_share_fail(share, err, "vertices are counted from 1, or back from -1");
  if (s->nnode == s->node_room) {
    const int64_t room = s->node_room + s->node_room / 2 + 4096;
    ISO_TRY(iso_realloc(&s->node, (size_t)room, sizeof *s->node, "faces", err));
    ISO_TRY(iso_realloc(&s->relative, (size_t)room, sizeof *s->relative, "faces", err));
    s->node_room = room;
  }
  s->relative[s->nnode] = number < 0;
  s->node[s->nnode++] = number > 0 ? number - 1 : s->nvertex + number;
  return ISO_OK;
}

/* Each word is the number of a vertex; texture and normal follow it behind strokes. */
static iso_status add_face(iso_text_share *share, shape_list *s, bool line, const char *p, const char *end,
                           iso_error *err) {
  int n = 0;
  if (s->nface + 1 >= s->face_room) {
    const int64_t room = s->face_room + s->face_room / 2 + 1024;
    ISO_TRY(iso_realloc(&s->first, (size_t)room, sizeof *s->first, "faces", err));
    ISO_TRY(iso_realloc(&s->line, (size_t)room, sizeof *s->line, "faces", err));
    s->face_room = room;
  }
  s->first[s->nface] = s->nnode;
  for (p = iso_text_skip(p, end); p < end; p = iso_text_skip(p, end), n++) {
    const char *stop = iso_text_word_end(p, end), *stroke = memchr(p, '/', (size_t)(stop - p));
    int64_t number;
    if (!iso_text_integer(p, stroke ? stroke : stop, &number))
      return iso_text_share_fail(share, err, "a face is made of numbers of vertices, and this is not");
    ISO_TRY(add_node(share, s, number, err));
    p = stop;
  }
  if (n < (line ? 2 : 3) || n > MOST_CORNERS)
    return iso_text_share_fail(share, err, "a %s has %d or more vertices, at most %d, and this has %d",
                               line ? "line" : "face", line ? 2 : 3, MOST_CORNERS, n);
  s->line[s->nface++] = line;
  s->first[s->nface] = s->nnode;
  return ISO_OK;
}

static iso_status read_lines(iso_text_share *share, shape_list *s, iso_error *err) {
  for (;;) {
    const char *p, *end;
    ISO_TRY(iso_text_share_line(share, false, &p, &end, err));
    if (!p) return ISO_OK;
    if (end > p && end[-1] == '\\')
      return iso_text_share_fail(share, err, "lines that go on behind a backslash are not read; join them");
    if (end - p < 2 || !iso_text_is_space(p[1])) continue;
    if (*p == 'v') ISO_TRY(add_vertex(share, s, p + 1, end, err));
    if (*p == 'f' || *p == 'l') ISO_TRY(add_face(share, s, *p == 'l', p + 1, end, err));
  }
}

static iso_status find_nodes(shape_list *s, const iso_slice *slice, const char *path, iso_error *err) {
  for (int64_t i = 0; i < s->nnode; i++) {
    if (s->relative[i]) s->node[i] += slice->first_node;
    if (s->node[i] < 0 || s->node[i] >= slice->nnodes)
      return iso_fail(err, ISO_EINPUT, "%s: a face has vertex %lld, and there are 1 to %lld", path,
                      (long long)s->node[i] + 1, (long long)slice->nnodes);
  }
  return ISO_OK;
}

static iso_status put_faces(const shape_list *s, iso_foreign *f, iso_error *err) {
  for (int64_t k = 0; k < s->nface; k++) {
    enum { VTK_POLYLINE = 4, VTK_POLYGON = 7, VTK_TRIANGLE = 5, VTK_LINE = 3 };
    const int64_t n = s->first[k + 1] - s->first[k];
    const int type = s->line[k] ? (n == 2 ? VTK_LINE : VTK_POLYLINE) : n == 3 ? VTK_TRIANGLE : VTK_POLYGON;
    iso_kind kind;
    iso_kind_of_vtk(type, n, &kind);
    ISO_TRY(iso_foreign_put(f, &kind, n, s->node + s->first[k], 0, err));
  }
  return ISO_OK;
}

iso_status iso_obj_read(MPI_Comm comm, const iso_read_options *options, iso_slice *slice, iso_error *err) {
  shape_list s = {0};
  iso_text_share share;
  iso_foreign f = {0};
  iso_status status = iso_text_share_open(&share, comm, options->path, err);
  if (status == ISO_OK) {
    status = read_lines(&share, &s, err);
    iso_text_share_close(&share);
  }
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    slice->nnode = s.nvertex;
    slice->xyz = s.x, s.x = NULL;
    iso_runs_place(comm, slice->nnode, &slice->first_node, &slice->nnodes);
    if (!slice->xyz) status = iso_alloc(&slice->xyz, 0, sizeof *slice->xyz, "vertices", err);
    if (status == ISO_OK) status = find_nodes(&s, slice, options->path, err);
    status = iso_agree(comm, status, err);
  }
  if (status == ISO_OK) {
    iso_foreign_begin(&f, comm, slice, false);
    status = iso_agree(comm, put_faces(&s, &f, err), err);
  }
  if (status == ISO_OK) status = iso_foreign_end(&f, comm, options->path, options->notes, err);
  free(s.x), free(s.first), free(s.line), free(s.node), free(s.relative);
  return status;
}
