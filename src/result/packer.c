#include "result/packer.h"

#include "base/assert.h"
#include "base/memory.h"

#include <isa-l/igzip_lib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* QUICK: the level of ISA-L, which takes a third of the time of zlib's and leaves as little; its others
 * leave no less, so that zlib packs at those, with the largest WINDOW and MEMORY it has. What stands around
 * deflate's blocks is EDGE bytes, and a stored block is at most STORED bytes behind HEAD (RFC 1951, 3.2.4).
 */
enum {
  PLANES = sizeof(float),
  NOISY = 2,
  QUICK = 1,
  WINDOW = 15,
  MEMORY = 9,
  EVERY = 7,
  EDGE = 6,
  STORED = 65535,
  HEAD = 5
};

struct iso_packer {
  int64_t nrows, width, most;
  int level;
  bool ready; /* zlib's stream is */
  z_stream stream;
  struct isal_zstream *quick;
  unsigned char *tables; /* [ISAL_DEF_LVL1_DEFAULT] of quick */
  unsigned char *plane;  /* [PLANES][nrows * width]: first bytes of all values, second ones, and so on */
};

static int64_t bytes_of(const iso_packer *p) { return p->nrows * p->width * (int64_t)sizeof(float); }

static iso_status prepare_zlib(iso_packer *p, iso_error *err) {
  if (deflateInit2(&p->stream, p->level, Z_DEFLATED, WINDOW, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
    return iso_fail_memory(err, 1 << 18, "zlib");
  p->ready = true;
  return ISO_OK;
}

static iso_status prepare_quick(iso_packer *p, iso_error *err) {
  ISO_TRY(iso_alloc(&p->quick, 1, sizeof *p->quick, "a chunk of snapshots", err));
  return iso_alloc(&p->tables, ISAL_DEF_LVL1_DEFAULT, 1, "a chunk of snapshots", err);
}

/* What stored planes take more than they are. */
static int64_t heads_of(const iso_packer *p) { return HEAD * (NOISY * p->nrows * p->width / STORED + 1); }

/* zlib's bound without a stream is that of no settings in particular, an eighth more than there is: ISA-L
 * stores what it cannot pack, too. */
static iso_status prepare(iso_packer *p, iso_error *err) {
  p->most = bytes_of(p);
  if (p->level == 0) return ISO_OK;
  p->most = (int64_t)deflateBound(NULL, (uLong)bytes_of(p)) + heads_of(p) + EDGE;
  ISO_TRY(iso_alloc(&p->plane, (size_t)bytes_of(p), 1, "a chunk of snapshots", err));
  return p->level == QUICK ? prepare_quick(p, err) : prepare_zlib(p, err);
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

/* Whether a plane of the lower half of the mantissas is noise: of those bytes that are looked at, three of
 * four are not as the one before. Of Vm of a heart that leaves 2 to 5% more than to pack all, and takes a
 * quarter less. */
static bool is_noise(const unsigned char *plane, int64_t n) {
  int64_t same = 0;
  for (int64_t i = 1; i < n; i += EVERY) same += plane[i] == plane[i - 1];
  return same < n / (4 * EVERY);
}

/* Planes at the beginning that are stored. */
static int count_noisy(const iso_packer *p) {
  const int64_t n = p->nrows * p->width;
  int noisy = 0;
  while (noisy < NOISY && is_noise(p->plane + noisy * n, n)) noisy++;
  return noisy;
}

/* ---- a stream of zlib (RFC 1950); each part returns where the next one begins ---- */

static unsigned char *put_head(unsigned char *out) {
  *out++ = 0x78; /* deflate, with a window of 32 kB */
  *out++ = 0x01; /* as level 1 says it; readers do not mind */
  return out;
}

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

static unsigned char *put_deflated(iso_packer *p, unsigned char *from, int64_t n, unsigned char *out,
                                   const char *end) {
  struct isal_zstream *z = p->quick;
  isal_deflate_init(z);
  z->gzip_flag = IGZIP_DEFLATE;
  z->level = QUICK;
  z->level_buf = p->tables;
  z->level_buf_size = ISAL_DEF_LVL1_DEFAULT;
  z->end_of_stream = 1;
  z->next_in = from;
  z->avail_in = (uint32_t)n;
  z->next_out = out;
  z->avail_out = (uint32_t)(end - (char *)out);
  const int code = isal_deflate(z);
  ISO_ASSERT(code == COMP_OK && z->internal_state.state == ZSTATE_END);
  return z->next_out;
}

static unsigned char *put_sum(const iso_packer *p, unsigned char *out) {
  const uint32_t sum = isal_adler32(1, p->plane, (uint64_t)bytes_of(p));
  for (int shift = 24; shift >= 0; shift -= 8) *out++ = sum >> shift & 0xff;
  return out;
}

static int64_t pack_quick(iso_packer *p, char *out) {
  const int64_t noisy = count_noisy(p) * p->nrows * p->width;
  unsigned char *at = put_head((unsigned char *)out);
  at = put_stored(p->plane, noisy, at);
  at = put_deflated(p, p->plane + noisy, bytes_of(p) - noisy, at, out + p->most);
  return (char *)put_sum(p, at) - out;
}

/* ---- all other levels ---- */

static int64_t pack_zlib(iso_packer *p, char *out) {
  z_stream *z = &p->stream;
  deflateReset(z);
  z->next_in = p->plane;
  z->avail_in = (uInt)bytes_of(p);
  z->next_out = (unsigned char *)out;
  z->avail_out = (uInt)p->most;
  const int code = deflate(z, Z_FINISH);
  ISO_ASSERT(code == Z_STREAM_END);
  return (int64_t)z->total_out;
}

static int64_t copy(const iso_packer *p, const float *rows, int64_t stride, char *out) {
  const size_t row = (size_t)p->width * sizeof *rows;
  for (int64_t k = 0; k < p->nrows; k++) memcpy(out + (size_t)k * row, rows + k * stride, row);
  return bytes_of(p);
}

int64_t iso_pack(iso_packer *p, const float *rows, int64_t stride, char *out) {
  if (p->level == 0) return copy(p, rows, stride, out);
  shuffle(p, rows, stride);
  return p->level == QUICK ? pack_quick(p, out) : pack_zlib(p, out);
}

void iso_packer_free(iso_packer *p) {
  if (!p) return;
  if (p->ready) deflateEnd(&p->stream);
  free(p->quick);
  free(p->tables);
  free(p->plane);
  free(p);
}
