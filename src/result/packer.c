#include "result/packer.h"

#include "base/assert.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* RAW: deflate's blocks alone; what zlib puts around them is EDGE bytes. A stored block is at most STORED
 * bytes behind HEAD (RFC 1951, 3.2.4). */
enum { PLANES = sizeof(float), NOISY = 2, RAW = -15, MEMORY = 9, EDGE = 6, STORED = 65535, HEAD = 5 };

struct iso_packer {
  int64_t nrows, width, most;
  int level;
  bool ready; /* zlib's stream is */
  z_stream stream;
  unsigned char *plane; /* [PLANES][nrows * width]: first bytes of all values, second ones, and so on */
};

static int64_t bytes_of(const iso_packer *p) { return p->nrows * p->width * (int64_t)sizeof(float); }

/* Level 1 looks for runs of a byte alone. Of Vm of a heart that leaves 1% more than zlib's own level 1, which
 * looks for longer repetitions and takes twice as long. */
static int strategy_of(const iso_packer *p) { return p->level == 1 ? Z_RLE : Z_DEFAULT_STRATEGY; }

/* What stored planes take more than deflate may make of them. */
static int64_t heads_of(const iso_packer *p) { return HEAD * (NOISY * p->nrows * p->width / STORED + 1); }

static iso_status prepare(iso_packer *p, iso_error *err) {
  p->most = bytes_of(p);
  if (p->level == 0) return ISO_OK;
  ISO_TRY(iso_alloc(&p->plane, (size_t)bytes_of(p), 1, "a chunk of snapshots", err));
  if (deflateInit2(&p->stream, p->level, Z_DEFLATED, RAW, MEMORY, strategy_of(p)) != Z_OK)
    return iso_fail_memory(err, 1 << 18, "zlib");
  p->ready = true;
  p->most = (int64_t)deflateBound(&p->stream, (uLong)bytes_of(p)) + heads_of(p) + EDGE;
  return ISO_OK;
}

iso_status iso_packer_new(iso_packer **out, int64_t nrows, int64_t width, int level, iso_error *err) {
  iso_packer *p = NULL;
  *out = NULL;
  ISO_TRY(iso_alloc(&p, 1, sizeof *p, "a packer of chunks", err));
  *p = (iso_packer){.nrows = nrows, .width = width, .level = level};
  iso_status status = prepare(p, err);
  if (status == ISO_OK)
    *out = p;
  else
    iso_packer_free(p);
  return status;
}

int64_t iso_packer_most(const iso_packer *p) { return p->most; }

static void shuffle(const iso_packer *p, const float *rows, int64_t stride) {
  const int64_t n = p->nrows * p->width;
  for (int64_t k = 0; k < p->nrows; k++) {
    const unsigned char *from = (const unsigned char *)(rows + k * stride);
    unsigned char *to = p->plane + k * p->width;
    for (int64_t i = 0; i < p->width; i++)
      for (int b = 0; b < PLANES; b++) to[b * n + i] = from[PLANES * i + b];
  }
}

/* Whether a plane of the lower half of the mantissas is noise: hardly a byte is as the one before it. */
static bool is_noise(const unsigned char *plane, int64_t n) {
  int64_t same = 0;
  for (int64_t i = 1; i < n; i++) same += plane[i] == plane[i - 1];
  return same < n / 16;
}

/* Planes at the beginning that are stored: there is nothing in them for level 1 to find. */
static int count_noisy(const iso_packer *p) {
  const int64_t n = p->nrows * p->width;
  int noisy = 0;
  while (p->level == 1 && noisy < NOISY && is_noise(p->plane + noisy * n, n)) noisy++;
  return noisy;
}

/* ---- a stream of zlib (RFC 1950); each part returns where the next one begins ---- */

static unsigned char *put_head(unsigned char *out) {
  *out++ = 0x78; /* deflate, with a window of 32 kB */
  *out++ = 0x01; /* as level 1 says it; readers do not mind */
  return out;
}

/* By hand: zlib up to 1.2.11 that goes from level 0 to another within a stream (deflateParams) reads before
 * its window. */
static unsigned char *put_stored(const unsigned char *from, int64_t n, unsigned char *out) {
  while (n > 0) {
    const size_t part = n < STORED ? (size_t)n : STORED, rest = ~part;
    const unsigned char head[HEAD] = {0, part & 0xff, part >> 8, rest & 0xff, rest >> 8 & 0xff};
    memcpy(out, head, HEAD);
    memcpy(out + HEAD, from, part);
    out += HEAD + part;
    from += part;
    n -= (int64_t)part;
  }
  return out;
}

static unsigned char *put_deflated(iso_packer *p, unsigned char *from, int64_t n, unsigned char *out) {
  z_stream *z = &p->stream;
  deflateReset(z);
  z->next_in = from;
  z->avail_in = (uInt)n;
  z->next_out = out;
  z->avail_out = (uInt)deflateBound(z, (uLong)n);
  const int code = deflate(z, Z_FINISH);
  ISO_ASSERT(code == Z_STREAM_END);
  return z->next_out;
}

static unsigned char *put_sum(const iso_packer *p, unsigned char *out) {
  const uLong sum = adler32(1, p->plane, (uInt)bytes_of(p));
  for (int shift = 24; shift >= 0; shift -= 8) *out++ = sum >> shift & 0xff;
  return out;
}

static int64_t copy(const iso_packer *p, const float *rows, int64_t stride, char *out) {
  const size_t row = (size_t)p->width * sizeof *rows;
  for (int64_t k = 0; k < p->nrows; k++) memcpy(out + (size_t)k * row, rows + k * stride, row);
  return bytes_of(p);
}

int64_t iso_pack(iso_packer *p, const float *rows, int64_t stride, char *out) {
  if (p->level == 0) return copy(p, rows, stride, out);
  shuffle(p, rows, stride);
  const int64_t noisy = count_noisy(p) * p->nrows * p->width;
  unsigned char *at = put_head((unsigned char *)out);
  at = put_stored(p->plane, noisy, at);
  at = put_deflated(p, p->plane + noisy, bytes_of(p) - noisy, at);
  return (char *)put_sum(p, at) - out;
}

void iso_packer_free(iso_packer *p) {
  if (!p) return;
  if (p->ready) deflateEnd(&p->stream);
  free(p->plane);
  free(p);
}
