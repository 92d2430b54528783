#include "grid/format/vtk_inflate.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#ifdef ISO_HAS_LZ4
#include <lz4.h>
#endif
#ifdef ISO_HAS_LZMA
#include <lzma.h>
#endif

enum { INPUT = 16384, MOST_AT_ONCE = 1 << 30 }; /* zlib counts in 32 bits */

struct iso_inflater {
  iso_vtk_codec codec;
  iso_inflate_source source;
  void *context;
  int64_t packed_left; /* of the block, still with the source */
  int64_t left;        /* of the block, still to be taken */
  z_stream zlib;
  bool ready; /* zlib or lzma was begun once */
#ifdef ISO_HAS_LZMA
  lzma_stream lzma;
#endif
  unsigned char *packed, *block; /* LZ4: [packed_room], [block_room] */
  int64_t packed_room, block_room, at;
  unsigned char input[INPUT];
};

iso_vtk_codec iso_vtk_codec_of(const char *compressor) {
  static const char *const names[ISO_VTK_NCODECS] = {"", "vtkZLibDataCompressor", "vtkLZ4DataCompressor",
                                                     "vtkLZMADataCompressor"};
  int c = 0;
  while (c < ISO_VTK_NCODECS && strcmp(compressor, names[c])) c++;
  return (iso_vtk_codec)c;
}

bool iso_vtk_can_inflate(iso_vtk_codec codec) {
#ifndef ISO_HAS_LZ4
  if (codec == ISO_VTK_LZ4) return false;
#endif
#ifndef ISO_HAS_LZMA
  if (codec == ISO_VTK_LZMA) return false;
#endif
  return codec < ISO_VTK_NCODECS;
}

static iso_status damaged(iso_error *err) {
  return iso_fail(err, ISO_EINPUT, "the compressed data are damaged or cut short; write the file again");
}

iso_status iso_inflater_new(iso_inflater **out, iso_vtk_codec codec, iso_inflate_source source, void *context,
                            iso_error *err) {
  ISO_TRY(iso_alloc(out, 1, sizeof **out, "inflating data", err));
  (*out)->codec = codec;
  (*out)->source = source;
  (*out)->context = context;
  return ISO_OK;
}

void iso_inflater_free(iso_inflater *f) {
  if (!f) return;
  if (f->ready && f->codec == ISO_VTK_ZLIB) inflateEnd(&f->zlib);
#ifdef ISO_HAS_LZMA
  if (f->ready && f->codec == ISO_VTK_LZMA) lzma_end(&f->lzma);
#endif
  free(f->packed);
  free(f->block);
  free(f);
}

int64_t iso_inflater_left(const iso_inflater *f) { return f->packed_left; }

void iso_inflater_pass(iso_inflater *f, int64_t packed) { f->packed_left = packed; }

/* The next bytes of the packed block, *n of them, in input. */
static iso_status refill(iso_inflater *f, size_t *n, iso_error *err) {
  int64_t part = f->packed_left < INPUT ? f->packed_left : INPUT;
  if (part == 0) return damaged(err);
  ISO_TRY(f->source(f->context, f->input, part, err));
  f->packed_left -= part;
  *n = (size_t)part;
  return ISO_OK;
}

/* ---- zlib ---- */

static iso_status begin_zlib(iso_inflater *f, iso_error *err) {
  int code = f->ready ? inflateReset(&f->zlib) : inflateInit(&f->zlib);
  if (code != Z_OK) return iso_fail_memory(err, 1 << 16, "inflating data");
  f->zlib.avail_in = 0;
  return ISO_OK;
}

static iso_status refill_zlib(iso_inflater *f, iso_error *err) {
  size_t part = 0;
  ISO_TRY(refill(f, &part, err));
  f->zlib.next_in = f->input;
  f->zlib.avail_in = (unsigned)part;
  return ISO_OK;
}

static iso_status take_zlib(iso_inflater *f, unsigned char *to, int64_t n, iso_error *err) {
  f->zlib.next_out = to;
  f->zlib.avail_out = (unsigned)n;
  while (f->zlib.avail_out > 0) {
    if (f->zlib.avail_in == 0) ISO_TRY(refill_zlib(f, err));
    int code = inflate(&f->zlib, Z_NO_FLUSH);
    if (code != Z_OK && !(code == Z_STREAM_END && f->zlib.avail_out == 0)) return damaged(err);
  }
  return ISO_OK;
}

/* Whether the stream ends here, and its checksum is that of what was taken. */
static iso_status check_zlib(iso_inflater *f, iso_error *err) {
  for (int code = Z_OK; code != Z_STREAM_END;) {
    unsigned char more;
    f->zlib.next_out = &more;
    f->zlib.avail_out = 1;
    if (f->zlib.avail_in == 0 && f->packed_left > 0) ISO_TRY(refill_zlib(f, err));
    code = inflate(&f->zlib, Z_NO_FLUSH);
    if ((code != Z_OK && code != Z_STREAM_END) || f->zlib.avail_out == 0) return damaged(err);
  }
  return ISO_OK;
}

/* ---- LZMA, in the container of xz ---- */

#ifdef ISO_HAS_LZMA
static iso_status begin_lzma(iso_inflater *f, iso_error *err) {
  enum { MOST_MEMORY = 1 << 30 }; /* ten times what the strongest preset asks for */
  if (!f->ready) f->lzma = (lzma_stream)LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&f->lzma, MOST_MEMORY, 0) != LZMA_OK)
    return iso_fail_memory(err, 1 << 16, "inflating data");
  f->lzma.avail_in = 0;
  return ISO_OK;
}

static iso_status refill_lzma(iso_inflater *f, iso_error *err) {
  ISO_TRY(refill(f, &f->lzma.avail_in, err));
  f->lzma.next_in = f->input;
  return ISO_OK;
}

static iso_status take_lzma(iso_inflater *f, unsigned char *to, int64_t n, iso_error *err) {
  f->lzma.next_out = to;
  f->lzma.avail_out = (size_t)n;
  while (f->lzma.avail_out > 0) {
    if (f->lzma.avail_in == 0) ISO_TRY(refill_lzma(f, err));
    lzma_ret code = lzma_code(&f->lzma, LZMA_RUN);
    if (code != LZMA_OK && !(code == LZMA_STREAM_END && f->lzma.avail_out == 0)) return damaged(err);
  }
  return ISO_OK;
}

static iso_status check_lzma(iso_inflater *f, iso_error *err) {
  for (lzma_ret code = LZMA_OK; code != LZMA_STREAM_END;) {
    unsigned char more;
    f->lzma.next_out = &more;
    f->lzma.avail_out = 1;
    if (f->lzma.avail_in == 0 && f->packed_left > 0) ISO_TRY(refill_lzma(f, err));
    code = lzma_code(&f->lzma, LZMA_RUN);
    if ((code != LZMA_OK && code != LZMA_STREAM_END) || f->lzma.avail_out == 0) return damaged(err);
  }
  return ISO_OK;
}
#endif

/* ---- LZ4 ---- */

#ifdef ISO_HAS_LZ4
static iso_status make_room(unsigned char **bytes, int64_t *room, int64_t n, iso_error *err) {
  if (n <= *room) return ISO_OK;
  ISO_TRY(iso_realloc(bytes, (size_t)n, 1, "a compressed block", err));
  *room = n;
  return ISO_OK;
}

static iso_status begin_lz4(iso_inflater *f, int64_t bytes, iso_error *err) {
  const int64_t packed = f->packed_left;
  /* A byte of the packed block stands for 255 of the other at most (LZ4's block format). */
  if (packed > LZ4_MAX_INPUT_SIZE || bytes > LZ4_MAX_INPUT_SIZE || bytes > 255 * packed) return damaged(err);
  ISO_TRY(make_room(&f->packed, &f->packed_room, packed, err));
  ISO_TRY(make_room(&f->block, &f->block_room, bytes, err));
  ISO_TRY(f->source(f->context, f->packed, packed, err));
  f->packed_left = 0;
  f->at = 0;
  const int made = LZ4_decompress_safe((const char *)f->packed, (char *)f->block, (int)packed, (int)bytes);
  return made == bytes ? ISO_OK : damaged(err);
}
#endif

/* ---- any ---- */

iso_status iso_inflater_begin(iso_inflater *f, int64_t packed, int64_t bytes, iso_error *err) {
  f->packed_left = packed;
  f->left = bytes;
#ifdef ISO_HAS_LZ4
  if (f->codec == ISO_VTK_LZ4) return begin_lz4(f, bytes, err);
#endif
#ifdef ISO_HAS_LZMA
  iso_status status = f->codec == ISO_VTK_LZMA ? begin_lzma(f, err) : begin_zlib(f, err);
#else
  iso_status status = begin_zlib(f, err);
#endif
  f->ready = f->ready || status == ISO_OK;
  return status;
}

static iso_status take_part(iso_inflater *f, unsigned char *to, int64_t n, iso_error *err) {
  if (f->codec == ISO_VTK_LZ4) {
    memcpy(to, f->block + f->at, (size_t)n);
    f->at += n;
    return ISO_OK;
  }
#ifdef ISO_HAS_LZMA
  if (f->codec == ISO_VTK_LZMA) return take_lzma(f, to, n, err);
#endif
  return take_zlib(f, to, n, err);
}

static iso_status check(iso_inflater *f, iso_error *err) {
#ifdef ISO_HAS_LZMA
  if (f->codec == ISO_VTK_LZMA) return check_lzma(f, err);
#endif
  return f->codec == ISO_VTK_ZLIB ? check_zlib(f, err) : ISO_OK;
}

iso_status iso_inflater_take(iso_inflater *f, unsigned char *to, int64_t n, iso_error *err) {
  for (int64_t part; n > 0; n -= part, to += part) {
    part = n < MOST_AT_ONCE ? n : MOST_AT_ONCE;
    ISO_TRY(take_part(f, to, part, err));
    f->left -= part;
  }
  return f->left == 0 ? check(f, err) : ISO_OK;
}
