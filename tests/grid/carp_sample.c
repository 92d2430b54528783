#include "carp_sample.h"

#include <zlib.h>

typedef struct {
  char *bytes;
  size_t size;
  FILE *stream;
} text;

static void begin(text *t) {
  t->stream = open_memstream(&t->bytes, &t->size);
  assert_non_null(t->stream);
}

static void end(text *t, const char *base, const char *extension, carp_style how) {
  char name[64];
  fclose(t->stream);
  snprintf(name, sizeof name, "%s%s%s", base, extension, how.compressed ? ".gz" : "");
  const char *path = scratch_path(name);
  if (!how.compressed) {
    scratch_write(path, t->bytes, t->size);
  } else {
    if (world_rank() == 0) {
      gzFile gz = gzopen(path, "wb");
      assert_int_equal(gzwrite(gz, t->bytes, (unsigned)t->size), t->size);
      assert_int_equal(gzclose(gz), Z_OK);
    }
    MPI_Barrier(MPI_COMM_WORLD);
  }
  free(t->bytes);
}

static void write_element(FILE *out, const sample *s, int e, carp_style how) {
  static const char *const name[] = {"Ln", "Tr", "Tt", "Hx"};
  static const int carp_order[] = {0, 1, 2, 3, 4, 7, 6, 5};
  fputs(name[s->shape[e]], out);
  for (int i = 0; i < iso_shape_nodes(s->shape[e]); i++)
    fprintf(out, " %lld", (long long)s->node[e][s->shape[e] == ISO_HEXAHEDRON ? carp_order[i] : i]);
  if (how.tags) fprintf(out, " %d", s->tag[e]);
  fputs(how.crlf ? "\r\n" : "\n", out);
  if (how.blank_lines && e % 5 == 0) fputs("  \n", out);
}

void carp_sample(const sample *s, const char *base, carp_style how) {
  const char *eol = how.crlf ? "\r\n" : "\n";
  text pts, elem, lon;
  begin(&pts);
  begin(&elem);
  begin(&lon);
  fprintf(pts.stream, "%d%s", SAMPLE_NODES, eol);
  for (int i = 0; i < SAMPLE_NODES; i++)
    fprintf(pts.stream, "%.17g\t%.17g %.17g%s", s->xyz[i][0], s->xyz[i][1], s->xyz[i][2], eol);
  fprintf(elem.stream, "%d%s", SAMPLE_ELEMS, eol);
  for (int e = 0; e < SAMPLE_ELEMS; e++) write_element(elem.stream, s, e, how);
  if (how.lon_header) fprintf(lon.stream, "%d%s", how.sheets ? 2 : 1, eol);
  for (int e = 0; e < SAMPLE_ELEMS; e++) {
    const double *f = s->raw_fibre[e], *n = s->raw_sheet[e];
    fprintf(lon.stream, "%.17g %.17g %.17g", f[0], f[1], f[2]);
    if (how.sheets) fprintf(lon.stream, " %.17g %.17g %.17g", n[0], n[1], n[2]);
    fputs(eol, lon.stream);
  }
  end(&pts, base, ".pts", how);
  end(&elem, base, ".elem", how);
  end(&lon, base, ".lon", how);
}
