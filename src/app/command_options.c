#include "app/command_options.h"

#include "base/memory.h"
#include "base/path.h"
#include "base/print.h"
#include "base/share.h"
#include "base/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const iso_option *find(const iso_option *options, const char *name, size_t length) {
  for (const iso_option *o = options; o->name; o++)
    if (strlen(o->name) == length && !strncmp(o->name, name, length)) return o;
  return NULL;
}

static const iso_option *find_letter(const iso_option *options, char letter) {
  for (const iso_option *o = options; o->name; o++)
    if (o->letter == letter) return o;
  return NULL;
}

static iso_status fail_unknown(const char *command, const iso_option *options, const char *word,
                               iso_error *err) {
  const char *names[64] = {"help"};
  int n = 1;
  for (const iso_option *o = options; o->name && n < 64; o++) names[n++] = o->name;
  char name[64], meant[128];
  snprintf(name, sizeof name, "%.60s", word + strspn(word, "-"));
  name[strcspn(name, "=")] = '\0';
  const char *nearest = iso_text_nearest(name, n, names);
  return iso_fail(err, ISO_EINPUT, "%s has no option '%.60s'%s See: isochrone %s --help", command, word,
                  iso_text_meant("--", nearest, meant, sizeof meant), command);
}

/* One option at argv[*i], and its value, which may be the next word. */
static iso_status parse_option(iso_arguments *a, const char *command, int argc, char *const *argv, int *i,
                               iso_error *err) {
  const char *word = argv[*i], *equals = NULL;
  const iso_option *o;
  if (word[1] == '-') {
    equals = strchr(word, '=');
    o = find(a->options, word + 2, equals ? (size_t)(equals - word - 2) : strlen(word + 2));
  } else {
    o = word[2] ? NULL : find_letter(a->options, word[1]);
  }
  if (!o) return fail_unknown(command, a->options, word, err);
  const char *value = equals ? equals + 1 : "";
  if (!o->value && equals) return iso_fail(err, ISO_EINPUT, "--%s takes no value; write it alone", o->name);
  if (o->value && !equals) {
    if (++*i >= argc)
      return iso_fail(err, ISO_EINPUT, "--%s needs a value: --%s %s; see: isochrone %s --help", o->name,
                      o->name, o->value, command);
    value = argv[*i];
  }
  if (o->value && !*value)
    return iso_fail(err, ISO_EINPUT, "--%s: its value is empty; it needs a %s", o->name, o->value);
  a->given[a->ngiven++] = (iso_given){.option = o, .value = value};
  return ISO_OK;
}

static bool asks_for_help(const char *word) { return !strcmp(word, "--help") || !strcmp(word, "-h"); }
static bool asks_for_version(const char *word) { return !strcmp(word, "--version") || !strcmp(word, "-V"); }

iso_status iso_arguments_parse(iso_arguments *out, const char *command, const iso_option *options, int argc,
                               char *const *argv, iso_error *err) {
  *out = (iso_arguments){.options = options};
  ISO_TRY(iso_alloc(&out->positional, (size_t)argc, sizeof *out->positional, "the arguments", err));
  ISO_TRY(iso_alloc(&out->given, (size_t)argc, sizeof *out->given, "the arguments", err));
  for (int i = 0; i < argc && strcmp(argv[i], "--"); i++) {
    if (asks_for_help(argv[i])) out->help = true;
    if (asks_for_version(argv[i])) out->version = true;
  }
  bool ended = false;
  for (int i = 0; i < argc && !out->help && !out->version; i++) {
    if (!ended && !strcmp(argv[i], "--"))
      ended = true;
    else if (ended || argv[i][0] != '-' || !argv[i][1])
      out->positional[out->npositional++] = argv[i];
    else
      ISO_TRY(parse_option(out, command, argc, argv, &i, err));
  }
  return ISO_OK;
}

void iso_arguments_free(iso_arguments *arguments) {
  free(arguments->positional);
  free(arguments->given);
}

int iso_argument_all(const iso_arguments *arguments, const char *name, const char **values) {
  int n = 0;
  for (int i = 0; i < arguments->ngiven; i++)
    if (!strcmp(arguments->given[i].option->name, name)) values[n++] = arguments->given[i].value;
  return n;
}

const char *iso_argument(const iso_arguments *arguments, const char *name) {
  const iso_option *option = find(arguments->options, name, strlen(name));
  assert(option);
  for (int i = arguments->ngiven; i--;)
    if (arguments->given[i].option == option) return arguments->given[i].value;
  return option->fallback;
}

void iso_say(const iso_arguments *arguments, const char *format, ...) {
  if (!arguments->out) return;
  va_list args;
  va_start(args, format);
  iso_vprint(arguments->out, format, args);
  va_end(args);
}

void iso_options_print(const iso_option *options, FILE *stream) {
  enum { COLUMN = 27 };
  for (const iso_option *o = options; o->name; o++) {
    char left[64];
    snprintf(left, sizeof left, "  %c%c%s--%s%s%s", o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
             o->letter ? ", " : "  ", o->name, o->value ? " " : "", o->value ? o->value : "");
    fprintf(stream, "%-*s %s", COLUMN, left, o->help);
    if (o->fallback) fprintf(stream, " [%s]", o->fallback);
    fputc('\n', stream);
  }
  fprintf(stream, "%-*s %s\n", COLUMN, "  -h, --help", "this text");
  fprintf(stream, "%-*s %s\n", COLUMN, "  -V, --version", "the version");
}

iso_status iso_argument_prefix(const char *output, const char *const *endings, char *prefix, size_t size,
                               iso_error *err) {
  if (snprintf(prefix, size, "%s", output) >= (int)size)
    return iso_fail(err, ISO_EINPUT, "--output: the name is longer than %zu bytes; choose another", size - 1);
  const size_t n = strlen(prefix);
  const char *ending = endings[0];
  for (int k = 0; endings[k]; k++) {
    const size_t m = strlen(endings[k]);
    if (n < m || strcmp(prefix + n - m, endings[k]) != 0) continue;
    ending = endings[k];
    prefix[n - m] = '\0';
    break;
  }
  if (strchr(prefix, '\\'))
    return iso_fail(err, ISO_EINPUT,
                    "--output '%.200s': NetCDF takes a backslash for a slash; choose a name without", output);
  const char *name = iso_path_name(prefix);
  if (*name && strcmp(name, ".") && strcmp(name, "..")) return ISO_OK;
  const char *folder = *name ? "/" : ""; /* after . and .. */
  return iso_fail(err, ISO_EINPUT,
                  "--output '%.200s' names no file; give a prefix, like %.200s%sheart for %.200s%sheart%s",
                  output, prefix, folder, prefix, folder, ending);
}

iso_status iso_argument_is_new(const iso_arguments *arguments, const char *name, iso_error *err) {
  const char *output = iso_argument(arguments, name);
  iso_status status = ISO_OK;
  for (int k = 0; k < arguments->npositional && output && iso_rank(arguments->comm) == 0; k++)
    if (iso_path_is_same(output, arguments->positional[k]))
      status = iso_fail(err, ISO_EINPUT, "--%s %s: that is the file it is made from; choose another name",
                        name, output);
  return iso_agree(arguments->comm, status, err);
}

void iso_argument_stem(const char *config, char *stem, size_t size) {
  const char *slash = strrchr(config, '/');
  snprintf(stem, size, "%s", slash ? slash + 1 : config);
  char *dot = strrchr(stem, '.');
  if (dot && dot != stem) *dot = '\0';
}
