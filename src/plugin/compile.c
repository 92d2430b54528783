#include "plugin/compile.h"

#include "base/arena.h"
#include "base/memory.h"
#include "plugin/cache_folder.h"
#include "plugin/process.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the compiler's command line ---- */

enum { FEW_ARGUMENTS = 40 }; /* more than this program's own */

typedef struct command {
  int n;
  char **argument; /* [n], and NULL behind the last: there is room for every word of CC and of the flags */
  char compiler[1024]; /* its path */
  char *words;         /* what argument points into */
  iso_arena *memory;
} command;

static void add(command *c, const char *argument) { c->argument[c->n++] = (char *)argument; }

/* The name of a file. One like @x.h, or -x.h, would be read as options. */
static iso_status add_path(command *c, const char *path, iso_error *err) {
  char *plain;
  const bool clear = *path == '/' || *path == '.';
  ISO_TRY(iso_arena_print(c->memory, &plain, err, "%s%s", clear ? "" : "./", path));
  add(c, plain);
  return ISO_OK;
}

/* text is cut at its spaces. */
static void add_words(command *c, char *text) {
  for (char *rest, *word = strtok_r(text, " \t\n", &rest); word; word = strtok_r(NULL, " \t\n", &rest))
    add(c, word);
}

/* CC may have options, too, as make(1) allows. */
static iso_status add_compiler(command *c, char *cc, iso_error *err) {
  static const char *const usual[] = {"cc", "gcc", "clang"};
  if (*cc) {
    add_words(c, cc);
    if (c->n && iso_process_find(c->argument[0], c->compiler, sizeof c->compiler)) return ISO_OK;
    return iso_fail(err, ISO_EINPUT,
                    "there is no compiler '%.200s', which the environment's CC names; correct or unset CC",
                    c->n ? c->argument[0] : "");
  }
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
    if (!iso_process_find(usual[i], c->compiler, sizeof c->compiler)) continue;
    add(c, usual[i]);
    return ISO_OK;
  }
  return iso_fail(err, ISO_EINPUT,
                  "a model of your own needs a C compiler, and neither cc nor gcc nor clang is on the PATH; "
                  "install one or name it with CC");
}

/* Warnings that would only show when the library is loaded, or never, are errors. */
static iso_status add_options(command *c, const iso_source *source, iso_error *err) {
  static const char *const options[] = {"-std=gnu11",
                                        "-shared",
                                        "-fPIC",
                                        "-fdiagnostics-color=never",
                                        "-Werror=implicit-function-declaration",
                                        "-Werror=implicit-int",
                                        "-Werror=int-conversion",
                                        "-Wno-builtin-declaration-mismatch",
                                        "-Wno-unknown-warning-option"};
  for (size_t i = 0; i < sizeof options / sizeof *options; i++) add(c, options[i]);
  add(c, "-I");
  ISO_TRY(add_path(c, source->folder, err));
  add(c, "-D");
  add(c, source->define);
  add(c, "-include");
  return add_path(c, source->header, err);
}

static iso_status fill_command(command *c, const char *cc, const iso_source *source, iso_error *err) {
  const size_t all = strlen(cc) + strlen(source->flags) + 2;
  ISO_TRY(iso_arena_alloc(c->memory, &c->words, all, 1, err));
  ISO_TRY(iso_arena_alloc(c->memory, &c->argument, all / 2 + FEW_ARGUMENTS, sizeof *c->argument, err));
  char *flags = stpcpy(c->words, cc) + 1;
  strcpy(flags, source->flags);
  ISO_TRY(add_compiler(c, c->words, err));
  c->argument[0] = c->compiler;
  add_words(c, flags);
  return add_options(c, source, err);
}

static iso_status command_new(command *c, const iso_source *source, iso_error *err) {
  const char *cc = getenv("CC");
  *c = (command){0};
  ISO_TRY(iso_arena_new(&c->memory, err));
  iso_status status = fill_command(c, cc ? cc : "", source, err);
  if (status != ISO_OK) iso_arena_free(c->memory);
  return status;
}

/* ---- the cache ---- */

static iso_status fail_cache(const char *path, iso_error *err) {
  return iso_fail(err, ISO_EFAIL,
                  "%s: cannot be written (%s); compiled models are kept there: make it writable or set "
                  "ISOCHRONE_CACHE to another folder",
                  path, strerror(errno));
}

static iso_status cache_folder(char *path, size_t size, iso_error *err) {
  iso_cache_folder(path, size);
  return iso_cache_folder_make(path, err);
}

/* ---- one run of the compiler, in a folder of its own ---- */

typedef struct work {
  char folder[1024], output[1060], messages[1060];
} work;

static iso_status work_new(work *w, iso_error *err) {
  char cache[900];
  ISO_TRY(cache_folder(cache, sizeof cache, err));
  snprintf(w->folder, sizeof w->folder, "%s/compile.XXXXXX", cache);
  if (!mkdtemp(w->folder)) return fail_cache(cache, err);
  snprintf(w->output, sizeof w->output, "%s/output", w->folder);
  snprintf(w->messages, sizeof w->messages, "%s/messages", w->folder);
  return ISO_OK;
}

static void work_free(const work *w) {
  unlink(w->output);
  unlink(w->messages);
  rmdir(w->folder);
}

static iso_status read_text(const char *path, char **text, iso_error *err) {
  struct stat info;
  FILE *f = fopen(path, "rb");
  if (!f || fstat(fileno(f), &info) != 0) {
    if (f) fclose(f);
    return iso_fail(err, ISO_EFAIL, "%s: cannot be read (%s)", path, strerror(errno));
  }
  iso_status status = iso_alloc(text, (size_t)info.st_size + 1, 1, "the compiler's output", err);
  if (status == ISO_OK) (*text)[fread(*text, 1, (size_t)info.st_size, f)] = '\0';
  fclose(f);
  return status;
}

/* From the first error on, a few lines: what precedes it says which file includes which. */
static iso_status fail_compile(const char *compiler, const work *w, const iso_source *source,
                               iso_error *err) {
  enum { LINES = 12, BYTES = 1000 };
  char *text;
  ISO_TRY(read_text(w->messages, &text, err));
  char *from = strstr(text, "error: ");
  while (from && from > text && from[-1] != '\n') from--;
  if (!from) from = text;
  size_t length = 0;
  for (int line = 0; line < LINES && from[length]; line++) {
    size_t next = length + strcspn(from + length, "\n");
    if (next > BYTES) break;
    length = next + (from[next] == '\n');
  }
  while (length && from[length - 1] == '\n') length--;
  iso_status status = iso_fail(err, ISO_EINPUT, "%.300s: %.200s does not compile it:\n%.*s", source->header,
                               compiler, (int)length, from);
  free(text);
  return status;
}

/* last: more arguments, of which the compiler writes w->output. */
static iso_status compile(const iso_source *source, const work *w, int nlast, const char *const *last,
                          iso_error *err) {
  command c;
  int code = -1;
  ISO_TRY(command_new(&c, source, err));
  for (int i = 0; i < nlast; i++) add(&c, last[i]);
  iso_status status = add_path(&c, source->file, err);
  add(&c, "-o");
  if (status == ISO_OK) status = add_path(&c, w->output, err);
  add(&c, "-lm");
  if (status == ISO_OK) status = iso_process_run(c.argument, w->messages, &code, err);
  if (status == ISO_OK && code != 0) status = fail_compile(c.compiler, w, source, err);
  iso_arena_free(c.memory);
  return status;
}

iso_status iso_source_expand(const iso_source *source, char **text, iso_error *err) {
  work w;
  *text = NULL;
  ISO_TRY(work_new(&w, err));
  iso_status status = compile(source, &w, 2, (const char *const[]){"-E", "-dD"}, err);
  if (status == ISO_OK) status = read_text(w.output, text, err);
  work_free(&w);
  return status;
}

/* Of the text and of what decides besides it: FNV-1a (Fowler, Noll and Vo), 64 bits. */
static uint64_t hash(uint64_t h, const char *text) {
  for (; *text; text++) h = (h ^ (unsigned char)*text) * 0x100000001b3u;
  return h * 0x100000001b3u;
}

static iso_status compile_to(const iso_source *source, const char *path, iso_error *err) {
  work w;
  ISO_TRY(work_new(&w, err));
  const iso_compiler *other = source->compiler;
  iso_status status = ISO_OK;
  if (!other)
    status = compile(source, &w, 0, NULL, err);
  else if (!other->run(other, source, w.output, w.messages))
    status = fail_compile(other->name, &w, source, err);
  if (status == ISO_OK && (chmod(w.output, 0600) != 0 || rename(w.output, path) != 0))
    status = fail_cache(path, err);
  work_free(&w);
  return status;
}

iso_status iso_source_compile(const iso_source *source, const char *text, char **path, iso_error *err) {
  char cache[900];
  const char *cc = getenv("CC");
  const iso_compiler *other = source->compiler;
  const char *flags = other ? other->flags : source->flags, *suffix = other ? "" : ".so";
  *path = NULL;
  ISO_TRY(cache_folder(cache, sizeof cache, err));
  uint64_t h = hash(hash(hash(0xcbf29ce484222325u, text), flags), other ? other->name : cc ? cc : "");
  size_t size = strlen(cache) + strlen(source->name) + strlen(suffix) + 32;
  ISO_TRY(iso_alloc(path, size, 1, "a file name", err));
  snprintf(*path, size, "%s/%s-%016llx%s", cache, source->name, (unsigned long long)h, suffix);
  int kept = iso_cache_file_open(*path);
  if (kept >= 0) {
    close(kept);
    return ISO_OK;
  }
  iso_status status = compile_to(source, *path, err);
  if (status == ISO_OK) return ISO_OK;
  free(*path);
  *path = NULL;
  return status;
}
