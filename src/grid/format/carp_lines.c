#include "grid/format/carp_lines.h"

#include "grid/format/read_source.h"
#include "grid/format/text.h"

#include <stdio.h>
#include <unistd.h>

static int words(const char *p, const char *end) {
  int n = 0;
  for (p = iso_text_skip(p, end); p < end; n++) p = iso_text_skip(iso_text_word_end(p, end), end);
  return n;
}

/* The next line that is not blank; *begin is NULL at the end of the file. */
static iso_status next_line(iso_source *source, const char **begin, const char **end, iso_error *err) {
  do ISO_TRY(iso_source_line(source, begin, end, err));
  while (*begin && iso_text_skip(*begin, *end) == *end);
  return ISO_OK;
}

static iso_status read_head(iso_source *source, iso_carp_file *file, iso_error *err) {
  const char *p, *end;
  file->compressed = source->gz != NULL;
  file->bytes = source->size;
  ISO_TRY(next_line(source, &p, &end, err));
  if (p && words(p, end) == 1 && iso_text_integer(p, end, &file->header)) {
    file->header_line = source->line;
    file->body = iso_source_offset(source);
    ISO_TRY(next_line(source, &p, &end, err));
  }
  file->columns = p ? words(p, end) : 0;
  return ISO_OK;
}

static iso_status locate(const iso_carp_file *file, int64_t line, iso_status status, const iso_error *inner,
                         iso_error *err) {
  if (status == ISO_EINPUT)
    return iso_fail(err, status, "%s:%lld: %s", file->path, (long long)line, inner->message);
  return iso_fail(err, status, "%s", inner->message);
}

iso_status iso_carp_open(MPI_Comm comm, iso_carp_file *file, const char *base, const char *extension,
                         iso_error *err) {
  *file = (iso_carp_file){0};
  char compressed[sizeof file->path + 8];
  snprintf(file->path, sizeof file->path, "%s%s", base, extension);
  snprintf(compressed, sizeof compressed, "%s%s.gz", base, extension);
  if (access(file->path, F_OK) != 0 && access(compressed, F_OK) == 0)
    snprintf(file->path, sizeof file->path, "%s%s.gz", base, extension);
  iso_source source;
  iso_status status = iso_source_open(&source, file->path, err);
  if (status == ISO_OK) {
    iso_error inner = {0};
    status = read_head(&source, file, &inner);
    if (status != ISO_OK) status = locate(file, source.line, status, &inner, err);
    iso_source_close(&source);
  }
  return iso_agree(comm, status, err);
}

static int64_t part(int64_t total, int rank, int size) { return (int64_t)((__int128)total * rank / size); }

/* Lines that begin in [from, to); the one that from falls into begins before. */
static iso_status parse_bytes(iso_source *source, int64_t body, int64_t from, int64_t to, iso_carp_take take,
                              void *context, iso_error *err) {
  const char *p, *end;
  iso_source_seek(source, from > body ? from - 1 : body, 0);
  if (from > body) {
    ISO_TRY(iso_source_line(source, &p, &end, err));
    source->line = 0;
  }
  while (iso_source_offset(source) < to) {
    ISO_TRY(iso_source_line(source, &p, &end, err));
    if (!p) break;
    if (iso_text_skip(p, end) < end) ISO_TRY(take(context, p, end, err));
  }
  return ISO_OK;
}

/* Lines [from, to) of those that are not blank, after the header. */
static iso_status parse_items(iso_source *source, int64_t header_line, int64_t from, int64_t to,
                              iso_carp_take take, void *context, iso_error *err) {
  const char *p, *end;
  if (header_line) ISO_TRY(next_line(source, &p, &end, err));
  for (int64_t i = 0; i < to; i++) {
    ISO_TRY(next_line(source, &p, &end, err));
    if (!p) break;
    if (i >= from) ISO_TRY(take(context, p, end, err));
  }
  return ISO_OK;
}

/* Number of the last line before those of this rank. */
static int64_t lines_before(MPI_Comm comm, const iso_carp_file *file, int64_t mine, int rank) {
  int64_t before = 0;
  MPI_Exscan(&mine, &before, 1, MPI_INT64_T, MPI_SUM, comm);
  if (file->compressed) return 0; /* every rank counts from the start */
  return file->header_line + (rank > 0 ? before : 0);
}

iso_status iso_carp_parse(MPI_Comm comm, const iso_carp_file *file, int64_t items, iso_carp_take take,
                          void *context, iso_error *err) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  iso_source source;
  iso_error inner = {0};
  iso_status status = iso_agree(comm, iso_source_open(&source, file->path, err), err);
  if (status != ISO_OK) {
    iso_source_close(&source);
    return status;
  }
  if (file->compressed) {
    int64_t to = rank == size - 1 ? INT64_MAX : part(items, rank + 1, size);
    status = parse_items(&source, file->header_line, part(items, rank, size), to, take, context, &inner);
  } else {
    int64_t length = file->bytes - file->body;
    status = parse_bytes(&source, file->body, file->body + part(length, rank, size),
                         file->body + part(length, rank + 1, size), take, context, &inner);
  }
  /* A rank that failed has not counted all its lines, but those behind it are then not asked. */
  int64_t line = lines_before(comm, file, source.line, rank) + source.line;
  iso_source_close(&source);
  if (status != ISO_OK) locate(file, line, status, &inner, err);
  return iso_agree(comm, status, err);
}

int64_t iso_carp_share(MPI_Comm comm, const iso_carp_file *file, int64_t items, int least_bytes) {
  int size;
  MPI_Comm_size(comm, &size);
  /* Deflate shrinks at most 1032 times (zlib's technical details). */
  int64_t bytes = file->compressed ? 1032 * file->bytes : file->bytes;
  int64_t room = bytes / least_bytes;
  int64_t promised = items / size + items / (16 * size) + 16;
  return promised < room ? promised : room;
}
