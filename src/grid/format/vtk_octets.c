#include "grid/format/vtk_octets.h"

#include "base/memory.h"
#include "grid/format/text.h"

#include <stdlib.h>
#include <string.h>

static iso_status damaged(iso_error *err) {
  return iso_fail(err, ISO_EINPUT, "the compressed data are damaged or cut short; write the file again");
}

/* ---- bytes of the file, or decoded from base64 ---- */

static int base64_digit(unsigned char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* The next four characters that are not white space. */
static iso_status next_quartet(iso_source *source, unsigned char quartet[4], iso_error *err) {
  if (source->filled - source->at >= 4) {
    memcpy(quartet, source->window + source->at, 4);
    bool blank = false;
    for (int i = 0; i < 4; i++) blank |= iso_text_is_space((char)quartet[i]);
    if (!blank) {
      source->at += 4;
      return ISO_OK;
    }
  }
  for (int i = 0; i < 4;) {
    ISO_TRY(iso_source_take(source, &quartet[i], 1, err));
    if (!iso_text_is_space((char)quartet[i])) i++;
  }
  return ISO_OK;
}

/* Decodes one quartet into held. Padding may come in mid-stream: a header can be encoded apart from its data.
 */
static iso_status decode(iso_octets *o, iso_error *err) {
  unsigned char q[4];
  ISO_TRY(next_quartet(o->source, q, err));
  int padding = (q[3] == '=') + (q[2] == '=' && q[3] == '=');
  uint32_t bits = 0;
  for (int i = 0; i < 4; i++) {
    int digit = i >= 4 - padding ? 0 : base64_digit(q[i]);
    if (digit < 0) return iso_fail(err, ISO_EINPUT, "the base64 data are cut short or damaged");
    bits = bits << 6 | (uint32_t)digit;
  }
  o->held[0] = (unsigned char)(bits >> 16);
  o->held[1] = (unsigned char)(bits >> 8);
  o->held[2] = (unsigned char)bits;
  o->nheld = 3 - padding;
  return ISO_OK;
}

static iso_status take_plain(iso_octets *o, void *bytes, int64_t n, iso_error *err) {
  if (!o->base64) return iso_source_take(o->source, bytes, (size_t)n, err);
  unsigned char *to = bytes;
  while (n > 0) {
    if (o->nheld == 0) ISO_TRY(decode(o, err));
    int part = o->nheld < n ? o->nheld : (int)n;
    memcpy(to, o->held, (size_t)part);
    memmove(o->held, o->held + part, (size_t)(o->nheld - part));
    o->nheld -= part;
    to += part;
    n -= part;
  }
  return ISO_OK;
}

static iso_status skip_plain(iso_octets *o, int64_t n, iso_error *err) {
  if (!o->base64) {
    if (n > o->source->size - iso_source_offset(o->source))
      return iso_fail(err, ISO_EINPUT, "the file ends too early; it is cut short");
    iso_source_seek(o->source, iso_source_offset(o->source) + n, o->source->line);
    return ISO_OK;
  }
  unsigned char scrap[1024];
  for (; n > 0; n -= (int64_t)sizeof scrap)
    ISO_TRY(take_plain(o, scrap, n < (int64_t)sizeof scrap ? n : (int64_t)sizeof scrap, err));
  return ISO_OK;
}

/* ---- the header ---- */

static iso_status take_header_word(iso_octets *o, int width, bool big_endian, int64_t *value,
                                   iso_error *err) {
  unsigned char b[8];
  uint64_t x = 0;
  ISO_TRY(take_plain(o, b, width, err));
  for (int i = 0; i < width; i++) x = x << 8 | b[big_endian ? i : width - 1 - i];
  if (x > INT64_MAX / 2) return iso_fail(err, ISO_EINPUT, "the header of the data gives an impossible size");
  *value = (int64_t)x;
  return ISO_OK;
}

/* Header of compressed data: blocks, bytes of each but the last, bytes of a partial last one or 0, and for
 * each its compressed bytes. All is checked against the file's size before it is believed. */
static iso_status take_block_table(iso_octets *o, int width, bool big_endian, iso_error *err) {
  int64_t partial = 0, sum = 0;
  ISO_TRY(take_header_word(o, width, big_endian, &o->nblocks, err));
  ISO_TRY(take_header_word(o, width, big_endian, &o->block_bytes, err));
  ISO_TRY(take_header_word(o, width, big_endian, &partial, err));
  if (o->nblocks > o->source->size / width) return damaged(err);
  o->last_bytes = partial ? partial : o->block_bytes;
  /* No block of zlib inflates to more than 1032 times its size (its technical details), and one of LZ4 to
   * less; LZMA could, but what it packs are meshes. */
  int64_t most = 1032 * o->source->size;
  if (o->nblocks > 0 && (o->last_bytes > most || o->block_bytes > most / o->nblocks)) return damaged(err);
  ISO_TRY(iso_realloc(&o->packed, (size_t)o->nblocks, sizeof *o->packed, "a table of blocks", err));
  for (int64_t b = 0; b < o->nblocks; b++) {
    ISO_TRY(take_header_word(o, width, big_endian, &o->packed[b], err));
    if (o->packed[b] > o->source->size - sum) return damaged(err);
    sum += o->packed[b];
  }
  o->left = o->nblocks > 0 ? (o->nblocks - 1) * o->block_bytes + o->last_bytes : 0;
  return ISO_OK;
}

/* ---- compressed blocks ---- */

static int64_t bytes_of_block(const iso_octets *o, int64_t block) {
  return block == o->nblocks - 1 ? o->last_bytes : o->block_bytes;
}

static iso_status take_packed(void *context, void *bytes, int64_t n, iso_error *err) {
  return take_plain(context, bytes, n, err);
}

/* Goes past what is left of the block and begins the next. */
static iso_status next_block(iso_octets *o, iso_error *err) {
  ISO_TRY(skip_plain(o, iso_inflater_left(o->inflater), err));
  if (++o->block >= o->nblocks) return damaged(err);
  ISO_TRY(iso_inflater_begin(o->inflater, o->packed[o->block], bytes_of_block(o, o->block), err));
  o->inflated_left = bytes_of_block(o, o->block);
  return ISO_OK;
}

static iso_status take_inflated(iso_octets *o, unsigned char *to, int64_t n, iso_error *err) {
  while (n > 0) {
    if (o->inflated_left == 0) {
      ISO_TRY(next_block(o, err));
      continue;
    }
    int64_t part = n < o->inflated_left ? n : o->inflated_left;
    ISO_TRY(iso_inflater_take(o->inflater, to, part, err));
    o->inflated_left -= part;
    to += part;
    n -= part;
  }
  return ISO_OK;
}

/* Passes whole blocks by without inflating them. */
static iso_status skip_inflated(iso_octets *o, int64_t n, iso_error *err) {
  unsigned char scrap[4096];
  while (n > 0) {
    if (o->inflated_left == 0 && o->block + 1 < o->nblocks && n >= bytes_of_block(o, o->block + 1)) {
      ISO_TRY(skip_plain(o, iso_inflater_left(o->inflater), err));
      iso_inflater_pass(o->inflater, o->packed[++o->block]);
      n -= bytes_of_block(o, o->block);
      continue;
    }
    int64_t part = n < (int64_t)sizeof scrap ? n : (int64_t)sizeof scrap;
    if (o->inflated_left > 0 && part > o->inflated_left) part = o->inflated_left;
    ISO_TRY(take_inflated(o, scrap, part, err));
    n -= part;
  }
  return ISO_OK;
}

/* ---- the stream ---- */

iso_status iso_octets_start(iso_octets *o, iso_source *source, bool base64, iso_vtk_codec codec,
                            int header_bytes, bool big_endian, int64_t total, iso_error *err) {
  *o = (iso_octets){.source = source, .base64 = base64, .block = -1, .left = total};
  if (header_bytes == 0) return ISO_OK;
  if (codec == ISO_VTK_PLAIN) return take_header_word(o, header_bytes, big_endian, &o->left, err);
  ISO_TRY(iso_inflater_new(&o->inflater, codec, take_packed, o, err));
  return take_block_table(o, header_bytes, big_endian, err);
}

void iso_octets_stop(iso_octets *o) {
  iso_inflater_free(o->inflater);
  free(o->packed);
  *o = (iso_octets){0};
}

static iso_status check_left(iso_octets *o, int64_t n, iso_error *err) {
  if (n <= o->left) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "the array is too short: it ends %lld bytes early",
                  (long long)(n - o->left));
}

iso_status iso_octets_take(iso_octets *o, void *bytes, int64_t n, iso_error *err) {
  ISO_TRY(check_left(o, n, err));
  o->left -= n;
  return o->inflater ? take_inflated(o, bytes, n, err) : take_plain(o, bytes, n, err);
}

iso_status iso_octets_skip(iso_octets *o, int64_t n, iso_error *err) {
  ISO_TRY(check_left(o, n, err));
  o->left -= n;
  return o->inflater ? skip_inflated(o, n, err) : skip_plain(o, n, err);
}
