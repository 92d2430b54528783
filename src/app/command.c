#include "app/command.h"

#include "base/print.h"
#include "base/text.h"
#include "base/version.h"
#include "grid/format/formats.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* In the order of the overview; those of a heading one after the other, as those of a group are. */
static const iso_command *const commands[] = {
    &iso_command_new,           &iso_command_check,
    &iso_command_run,           &iso_command_cell,
    &iso_command_tune,          &iso_command_ecg,
    &iso_command_study,         &iso_command_fit,
    &iso_command_monitor,       &iso_command_mesh_info,
    &iso_command_mesh_convert,  &iso_command_mesh_refine,
    &iso_command_mesh_slab,     &iso_command_mesh_repair,
    &iso_command_mesh_fibres,   &iso_command_mesh_coordinates,
    &iso_command_mesh_transfer, &iso_command_mesh_purkinje,
    &iso_command_mesh_modes,    &iso_command_keys,
    &iso_command_models,        &iso_command_devices,
    &iso_command_info,          &iso_command_bench,
};

static const struct {
  const iso_command *first; /* below it */
  const char *text;
} headings[] = {
    {&iso_command_new, "One simulation"},
    {&iso_command_study, "Many, and twins of hearts that were measured"},
    {&iso_command_mesh_info, "Meshes"},
    {&iso_command_keys, "What there is"},
};

enum {
  NCOMMANDS = sizeof commands / sizeof *commands,
  NHEADINGS = sizeof headings / sizeof *headings,
  NAMES = 2 * NCOMMANDS
};

const iso_command *const *iso_commands(int *n) {
  *n = NCOMMANDS;
  return commands;
}

static const char closing[] = "\nIsochrone is a " ISO_NOT_A_DEVICE ".\n";

static void print_version(FILE *stream) {
  fputs("isochrone " ISO_VERSION " (" ISO_NOT_A_DEVICE ")\n", stream);
}

static void print_commands(const char *group, FILE *stream) {
  enum { COLUMN = 30 };
  for (int i = 0; i < NCOMMANDS; i++) {
    const iso_command *c = commands[i];
    char left[64];
    if (strncmp(c->name, group, strlen(group))) continue;
    for (int h = 0; h < NHEADINGS && !*group; h++)
      if (headings[h].first == c) fprintf(stream, "%s%s:\n", h ? "\n" : "", headings[h].text);
    snprintf(left, sizeof left, "  %s %s", c->name, c->arguments);
    if (strlen(left) > COLUMN) /* the summary below it */
      fprintf(stream, "%s\n%-*s %s\n", left, COLUMN, "", c->summary);
    else
      fprintf(stream, "%-*s %s\n", COLUMN, left, c->summary);
  }
}

static void print_overview(FILE *stream) {
  fputs("Isochrone " ISO_VERSION ": the electrical wave in a heart, on CPUs and GPUs.\n\n"
        "usage: isochrone COMMAND [options]\n"
        "       mpirun -n 4 isochrone COMMAND [options]\n\n",
        stream);
  print_commands("", stream);
  fputs("\nisochrone COMMAND --help says more, isochrone --version prints the version.\n"
        "A first run: isochrone run configs/slab-first.yaml; of a mesh of your own: isochrone new heart.vtu\n"
        "Exit codes: 0 done, 1 the run failed, 2 the input is wrong, 3 stopped by a signal.\n",
        stream);
  fputs(closing, stream);
}

static void print_group(const char *group, FILE *stream) {
  fprintf(stream, "usage: isochrone %s COMMAND [options]\n\n", group);
  print_commands(group, stream);
  fprintf(stream, "\nisochrone %s COMMAND --help says more.\n", group);
  fputs(closing, stream);
}

/* Those take --format, which is of the table. */
static bool reads_meshes(const iso_command *command) {
  for (const iso_option *o = command->options; o->name; o++)
    if (!strcmp(o->name, "format")) return true;
  return false;
}

static void print_help(const iso_command *command, FILE *stream) {
  fprintf(stream, "usage: isochrone %s %s%s[options]\n\n%s\n", command->name, command->arguments,
          *command->arguments ? " " : "", command->summary);
  if (*command->details) fprintf(stream, "\n%s", command->details);
  if (reads_meshes(command)) {
    fputc('\n', stream);
    iso_formats_print(stream);
  }
  fputs("\noptions:\n", stream);
  iso_options_print(command->options, stream);
  fputs(closing, stream);
}

/* The length of the first word of a command's name: "mesh" of "mesh info". */
static size_t group_length(const iso_command *command) { return strcspn(command->name, " "); }

static bool in_group(const iso_command *command, const char *word) {
  size_t n = group_length(command);
  return strlen(word) == n && !strncmp(command->name, word, n);
}

/* The command that argv names, or NULL; *used: words of its name. */
static const iso_command *find_command(int argc, char *const *argv, int *used) {
  for (int i = 0; i < NCOMMANDS; i++) {
    const char *second = commands[i]->name + group_length(commands[i]);
    if (!in_group(commands[i], argv[0])) continue;
    *used = *second ? 2 : 1;
    if (!*second || (argc > 1 && !strcmp(second + 1, argv[1]))) return commands[i];
  }
  return NULL;
}

static bool is_group(const char *word) {
  for (int i = 0; i < NCOMMANDS; i++)
    if (in_group(commands[i], word)) return true;
  return false;
}

static bool is_configuration(const char *word) {
  const char *ending = strrchr(word, '.');
  return ending && (!strcmp(ending, ".yaml") || !strcmp(ending, ".yml"));
}

static iso_status fail_unknown(int argc, char *const *argv, iso_error *err) {
  if (is_configuration(argv[0]))
    return iso_fail(err, ISO_EINPUT, "'%.200s' is no command; to run it: isochrone run %.200s", argv[0],
                    argv[0]);
  const char *names[NAMES] = {NULL};
  char typed[64], list[256] = "", meant[128];
  bool group = is_group(argv[0]) && argc > 1;
  for (int i = 0; i < NCOMMANDS; i++)
    if (!group || in_group(commands[i], argv[0])) names[i] = commands[i]->name;
  snprintf(typed, sizeof typed, "%.30s%s%.30s", argv[0], group ? " " : "", group ? argv[1] : "");
  iso_text_list(list, sizeof list, NAMES, names);
  const char *nearest = iso_text_nearest(typed, NAMES, names);
  return iso_fail(err, ISO_EINPUT, "there is no command '%s'%s There are: %s", typed,
                  iso_text_meant("", nearest, meant, sizeof meant), list);
}

static iso_status check_count(const iso_command *command, const iso_arguments *a, iso_error *err) {
  if (a->npositional < command->least)
    return iso_fail(err, ISO_EINPUT, "%s needs more: isochrone %s %s; see: isochrone %s --help",
                    command->name, command->name, command->arguments, command->name);
  if (a->npositional > command->most)
    return iso_fail(err, ISO_EINPUT, "%s does not know what to do with '%.100s'; see: isochrone %s --help",
                    command->name, a->positional[command->most], command->name);
  return ISO_OK;
}

static iso_status run_command(const iso_command *command, iso_arguments *a, iso_error *err) {
  if (a->help || a->version) {
    if (a->out && a->help) print_help(command, a->out);
    if (a->out && !a->help) print_version(a->out);
    return ISO_OK;
  }
  ISO_TRY(check_count(command, a, err));
  return command->body(a, err);
}

/* isochrone help WORDS: the overview, a group's, or a command's. */
static iso_status help(FILE *out, int argc, char *const *argv, iso_error *err) {
  int used = 0;
  const iso_command *command = argc > 0 ? find_command(argc, argv, &used) : NULL;
  const bool group = argc == 1 && is_group(argv[0]);
  if (argc > 0 && !command && !group) return fail_unknown(argc, argv, err);
  if (!out) return ISO_OK;
  if (command)
    print_help(command, out);
  else if (group)
    print_group(argv[0], out);
  else
    print_overview(out);
  return ISO_OK;
}

static iso_status dispatch(MPI_Comm comm, FILE *out, int argc, char *const *argv, iso_error *err) {
  const char *word = argc > 0 ? argv[0] : "--help";
  if (!strcmp(word, "help")) return help(out, argc - 1, argv + 1, err);
  if (!strcmp(word, "--help") || !strcmp(word, "-h")) return help(out, 0, NULL, err);
  if (!strcmp(word, "--version") || !strcmp(word, "-V")) {
    if (out) print_version(out);
    return ISO_OK;
  }
  int used = 1;
  const iso_command *command = find_command(argc, argv, &used);
  if (!command && is_group(word) && (argc == 1 || argv[1][0] == '-')) {
    if (out) print_group(word, out);
    return argc == 1 ? iso_fail(err, ISO_EINPUT, "say which: isochrone %s COMMAND", word) : ISO_OK;
  }
  if (!command) return fail_unknown(argc, argv, err);
  iso_arguments arguments;
  iso_status status =
      iso_arguments_parse(&arguments, command->name, command->options, argc - used, argv + used, err);
  status = iso_agree(comm, status, err);
  arguments.comm = comm;
  arguments.out = out;
  if (status == ISO_OK) status = run_command(command, &arguments, err);
  iso_arguments_free(&arguments);
  return status;
}

void iso_command_prepare(void) {
  /* Snapshots are completed by one rank alone, for which HDF5 locks the file, and fails on file systems that
   * have no locks; parallel files it never locks. Nobody but this run knows the name of a file that is not
   * complete. */
  setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0);
  /* Of Open MPI's ways to share a file pointer, which nothing here does, the one with a buffer too short for
   * names of files of 240 bytes, which ended the process. Other libraries do not read this. */
  setenv("OMPI_MCA_sharedfp", "^lockedfile", 0);
}

int iso_command_line(MPI_Comm comm, int argc, char *const *argv) {
  iso_error err = {0};
  int rank;
  MPI_Comm_rank(comm, &rank);
  signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is a write that fails, not the end */
  iso_status status = dispatch(comm, rank == 0 ? stdout : NULL, argc - 1, argv + 1, &err);
  const bool lost =
      rank == 0 && (fflush(stdout) != 0 || ferror(stdout)); /* now, or when it was flushed before */
  if (lost && status == ISO_OK)
    status = iso_fail(&err, ISO_EFAIL, "standard output could not be written; free some space");
  if (rank == 0 && status != ISO_OK)
    iso_print(stderr, "isochrone: %s%s\n", status == ISO_ESTOPPED ? "" : "error: ", err.message);
  return (int)status;
}
