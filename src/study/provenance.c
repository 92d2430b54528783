#include "study/provenance.h"

#include "base/memory.h"
#include "base/path.h"
#include "base/version.h"
#include "study/inputs.h"
#include "study/load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ISO_COMMIT comes from the build. */
#ifndef ISO_COMMIT
#define ISO_COMMIT "unknown"
#endif

const char *iso_program_commit(void) { return ISO_COMMIT; }

iso_status iso_provenance_add(iso_provenance *p, const char *name, const char *text, iso_error *err) {
  if (p->count == p->capacity) {
    const int capacity = 2 * p->capacity + 16;
    ISO_TRY(iso_realloc(&p->attribute, (size_t)capacity, sizeof *p->attribute, "attributes", err));
    p->capacity = capacity;
  }
  p->attribute[p->count++] = (iso_attribute){name, text};
  return ISO_OK;
}

#define ADD(p, name, err, ...)                                                                               \
  do {                                                                                                       \
    char *add_text_;                                                                                         \
    ISO_TRY(iso_arena_print((p)->memory, &add_text_, err, __VA_ARGS__));                                     \
    ISO_TRY(iso_provenance_add(p, name, add_text_, err));                                                    \
  } while (0)

/* The headers themselves may change: their libraries are named by what was compiled. */
static iso_status add_own_models(iso_provenance *p, iso_own_models own, iso_error *err) {
  char *names = NULL;
  for (int k = 0; k < own.n; k++) {
    const char *library = iso_path_name(own.model[k].library);
    ISO_TRY(iso_arena_print(p->memory, &names, err, "%s%s%s", k ? names : "", k ? " " : "", library));
  }
  return own.n > 0 ? iso_provenance_add(p, "own_models", names, err) : ISO_OK;
}

/* The same on all ranks, though their clocks may differ. */
static void read_date(char text[32], MPI_Comm comm) {
  time_t now = time(NULL);
  struct tm utc;
  text[0] = '\0';
  if (gmtime_r(&now, &utc)) strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &utc);
  MPI_Bcast(text, 32, MPI_CHAR, 0, comm);
}

static iso_status add_all(iso_provenance *p, const iso_setup *setup, const char *date, double wall_s,
                          iso_error *err) {
  int ranks;
  MPI_Comm_size(setup->mesh->comm, &ranks);
  ISO_TRY(iso_arena_new(&p->memory, err));
  ADD(p, "program", err, "Isochrone");
  ADD(p, "program_version", err, ISO_VERSION);
  ADD(p, "program_commit", err, "%s", iso_program_commit());
  ADD(p, "intended_use", err, ISO_NOT_A_DEVICE);
  ADD(p, "date", err, "%s", date);
  ADD(p, "mesh_checksum", err, "%016llx", (unsigned long long)setup->mesh->checksum);
  ISO_TRY(iso_provenance_add(p, ISO_INPUTS_ATTRIBUTE, setup->inputs, err));
  ISO_TRY(add_own_models(p, iso_study_own_models(setup->config), err));
  ADD(p, "device", err, "%s", setup->device->name);
  ADD(p, "ranks", err, "%d", ranks);
  ADD(p, "threads", err, "%d", setup->device->threads);
  if (!isnan(wall_s)) ADD(p, "wall_seconds", err, "%.3f", wall_s);
  if (setup->config->made) ADD(p, "twin_heart", err, "%s", setup->config->made);
  ISO_TRY(iso_config_dump(setup->config, &p->configuration, err));
  return iso_provenance_add(p, "configuration", p->configuration, err);
}

iso_status iso_provenance_new(iso_provenance *out, const iso_setup *setup, double wall_s, iso_error *err) {
  char date[32];
  *out = (iso_provenance){0};
  read_date(date, setup->mesh->comm);
  return iso_agree(setup->mesh->comm, add_all(out, setup, date, wall_s, err), err);
}

void iso_provenance_free(iso_provenance *p) {
  if (p->memory) iso_arena_free(p->memory);
  free(p->attribute);
  free(p->configuration);
  *p = (iso_provenance){0};
}
