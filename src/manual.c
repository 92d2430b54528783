/* usage: iso_manual FOLDER: writes the man pages and the completion for bash there; run by the build. */
#include "app/manual.h"

#include <stdio.h>
#include <string.h>

/* FOLDER/NAME for writing, NULL with a message. */
static FILE *begin(const char *folder, const char *name) {
  char path[1000];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *f = fopen(path, "w");
  if (!f) perror(path);
  return f;
}

static bool end(FILE *f) {
  if (fclose(f) == 0) return true;
  perror("iso_manual");
  return false;
}

int main(int argc, char **argv) {
  int n;
  const iso_command *const *commands = iso_commands(&n);
  if (argc != 2) return 2;
  FILE *f = begin(argv[1], "isochrone.1");
  if (!f) return 1;
  iso_manual_overview(commands, n, f);
  if (!end(f) || !(f = begin(argv[1], "isochrone"))) return 1;
  iso_manual_completion(commands, n, f);
  if (!end(f)) return 1;
  for (int i = 0; i < n; i++) {
    char name[80];
    snprintf(name, sizeof name, "isochrone-%s.1", commands[i]->name);
    for (char *c = name; *c; c++)
      if (*c == ' ') *c = '-';
    if (!(f = begin(argv[1], name))) return 1;
    iso_manual_page(commands[i], f);
    if (!end(f)) return 1;
  }
  return 0;
}
