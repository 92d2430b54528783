#include "app/manual.h"

#include "base/version.h"

#include <string.h>

/* Text for troff: a backslash, and a dot or quote where a line begins, would be its own. A dash is one to
 * copy. */
static void put(const char *text, FILE *stream) {
  bool begins = true;
  for (const char *c = text; *c; c++) {
    if (begins && (*c == '.' || *c == '\'')) fputs("\\&", stream);
    if (*c == '\\')
      fputs("\\e", stream);
    else if (*c == '-')
      fputs("\\-", stream);
    else
      fputc(*c, stream);
    begins = *c == '\n';
  }
}

/* "isochrone-mesh-info" of "mesh info". */
static void put_name(const iso_command *command, FILE *stream) {
  fputs("isochrone\\-", stream);
  for (const char *c = command->name; *c; c++) fputs(*c == ' ' ? "\\-" : (char[]){*c, '\0'}, stream);
}

/* command: NULL for the overview. */
static void put_title(const iso_command *command, FILE *stream) {
  fputs(".TH ", stream);
  if (command)
    put_name(command, stream);
  else
    fputs("isochrone", stream);
  fputs(" 1 \"\" \"Isochrone " ISO_VERSION "\" \"Isochrone\"\n", stream);
}

static void put_warning(FILE *stream) { fputs(".SH NOTE\nIsochrone is a " ISO_NOT_A_DEVICE ".\n", stream); }

static void put_options(const iso_option *options, FILE *stream) {
  fputs(".SH OPTIONS\n", stream);
  for (const iso_option *o = options; o->name; o++) {
    fputs(".TP\n", stream);
    if (o->letter) fprintf(stream, "\\fB\\-%c\\fR, ", o->letter);
    fputs("\\fB\\-\\-", stream);
    put(o->name, stream);
    fputs("\\fR", stream);
    if (o->value) {
      fputs(" \\fI", stream);
      put(o->value, stream);
      fputs("\\fR", stream);
    }
    fputc('\n', stream);
    put(o->help, stream);
    if (o->fallback) {
      fputs(" [", stream);
      put(o->fallback, stream);
      fputc(']', stream);
    }
    fputc('\n', stream);
  }
  fputs(".TP\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\nthis page as a text\n"
        ".TP\n\\fB\\-V\\fR, \\fB\\-\\-version\\fR\nthe version\n",
        stream);
}

void iso_manual_overview(const iso_command *const *commands, int n, FILE *stream) {
  put_title(NULL, stream);
  fputs(".SH NAME\nisochrone \\- the electrical wave in a heart, on CPUs and GPUs\n"
        ".SH SYNOPSIS\n\\fBisochrone\\fR \\fICOMMAND\\fR [options]\n.br\n"
        "\\fBmpirun \\-n 4 isochrone\\fR \\fICOMMAND\\fR [options]\n.SH COMMANDS\n",
        stream);
  for (int i = 0; i < n; i++) {
    fprintf(stream, ".TP\n\\fBisochrone %s\\fR \\fI", commands[i]->name);
    put(commands[i]->arguments, stream);
    fputs("\\fR\n", stream);
    put(commands[i]->summary, stream);
    fputs(" (", stream);
    put_name(commands[i], stream);
    fputs("(1))\n", stream);
  }
  fputs(".SH EXIT STATUS\n0 done, 1 the run failed, 2 the input is wrong, 3 stopped by a signal.\n", stream);
  put_warning(stream);
}

void iso_manual_page(const iso_command *command, FILE *stream) {
  put_title(command, stream);
  fputs(".SH NAME\n", stream);
  put_name(command, stream);
  fputs(" \\- ", stream);
  put(command->summary, stream);
  fprintf(stream, "\n.SH SYNOPSIS\n\\fBisochrone %s\\fR \\fI", command->name);
  put(command->arguments, stream);
  fputs("\\fR [options]\n", stream);
  if (*command->details) {
    fputs(".SH DESCRIPTION\n.nf\n", stream);
    put(command->details, stream);
    fputs(".fi\n", stream);
  }
  put_options(command->options, stream);
  fputs(".SH SEE ALSO\nisochrone(1)\n", stream);
  put_warning(stream);
}

/* The first words of commands, or the second ones of a group, each once. */
static void put_words(const iso_command *const *commands, int n, const char *group, FILE *stream) {
  const char *last = "";
  for (int i = 0; i < n; i++) {
    const char *name = commands[i]->name;
    const size_t length = strcspn(name, " "), skip = strlen(group);
    if (!skip && (strncmp(name, last, length) || last[length] != name[length]))
      fprintf(stream, "%.*s ", (int)length, name);
    if (skip && !strncmp(name, group, skip) && name[skip] == ' ') fprintf(stream, "%s ", name + skip + 1);
    last = name;
  }
}

static void put_option_words(const iso_command *command, FILE *stream) {
  fprintf(stream, "    '%s') words='", command->name);
  for (const iso_option *o = command->options; o->name; o++) fprintf(stream, "--%s ", o->name);
  fputs("--help --version' ;;\n", stream);
}

void iso_manual_completion(const iso_command *const *commands, int n, FILE *stream) {
  fputs("# Completion of isochrone for bash; made from the program's own tables.\n"
        "_isochrone() {\n"
        "  local word=${COMP_WORDS[COMP_CWORD]} words='' command=${COMP_WORDS[1]:-}\n"
        "  local -A groups=(",
        stream);
  for (int i = 0; i < n; i++) {
    const char *name = commands[i]->name;
    const size_t length = strcspn(name, " ");
    if (!name[length] || (i > 0 && !strncmp(commands[i - 1]->name, name, length + 1))) continue;
    char group[32];
    snprintf(group, sizeof group, "%.*s", (int)length, name);
    fprintf(stream, "[%s]='", group);
    put_words(commands, n, group, stream);
    fputs("' ", stream);
  }
  fputs(")\n"
        "  if [ \"$COMP_CWORD\" = 1 ]; then\n"
        "    words='",
        stream);
  put_words(commands, n, "", stream);
  fputs("--help --version'\n"
        "  elif [ \"$COMP_CWORD\" = 2 ] && [ -n \"${groups[$command]:-}\" ]; then\n"
        "    words=${groups[$command]}\n"
        "  elif [ \"${word:0:1}\" = - ]; then\n"
        "    [ -z \"${groups[$command]:-}\" ] || command+=\" ${COMP_WORDS[2]}\"\n"
        "    case $command in\n",
        stream);
  for (int i = 0; i < n; i++) put_option_words(commands[i], stream);
  fputs("    esac\n"
        "  fi\n"
        "  [ -z \"$words\" ] || mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
        "}\n"
        "complete -o default -F _isochrone isochrone\n",
        stream);
}
