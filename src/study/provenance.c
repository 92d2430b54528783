#include "study/provenance.h"

#include "base/text.h"
#include "base/version.h"
#include "study/load.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ISO_COMMIT comes from the build. */
#ifndef ISO_COMMIT
#define ISO_COMMIT "unknown"
#endif

const char *iso_program_commit(void) { return ISO_COMMIT; }

static void add(iso_provenance *p, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void add(iso_provenance *p, const char *name, const char *format, ...) {
  va_list args;
  va_start(args, format);
  vsnprintf(p->text[p->count], sizeof p->text[0], format, args);
  va_end(args);
  p->attribute[p->count] = (iso_attribute){name, p->text[p->count]};
  p->count++;
}

/* The same on all ranks, though their clocks may differ. */
static void add_date(iso_provenance *p, MPI_Comm comm) {
  char text[32] = "";
  time_t now = time(NULL);
  struct tm utc;
  if (gmtime_r(&now, &utc)) strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  MPI_Bcast(text, sizeof text, MPI_CHAR, 0, comm);
  add(p, "date", "%s", text);
}

/* The headers themselves may change: their libraries are named by what was compiled. */
static void add_own_models(iso_provenance *p, iso_own_models own) {
  char names[sizeof p->text[0]] = "";
  for (int k = 0; k < own.n; k++) {
    const char *library = own.model[k].library, *slash = strrchr(library, '/');
    iso_text_append(names, sizeof names, "%s%s", k ? " " : "", slash ? slash + 1 : library);
  }
  if (own.n > 0) add(p, "own_models", "%s", names);
}

iso_status iso_provenance_new(iso_provenance *out, const iso_setup *setup, double wall_s, iso_error *err) {
  *out = (iso_provenance){0};
  iso_status status = iso_config_dump(setup->config, &out->configuration, err);
  ISO_TRY(iso_agree(setup->mesh->comm, status, err));
  int ranks;
  MPI_Comm_size(setup->mesh->comm, &ranks);
  add(out, "program", "Isochrone");
  add(out, "program_version", ISO_VERSION);
  add(out, "program_commit", "%s", iso_program_commit());
  add(out, "intended_use", ISO_NOT_A_DEVICE);
  add_date(out, setup->mesh->comm);
  add(out, "mesh_checksum", "%016llx", (unsigned long long)setup->mesh->checksum);
  add_own_models(out, iso_study_own_models(setup->config));
  add(out, "device", "%s", setup->device->name);
  add(out, "ranks", "%d", ranks);
  add(out, "threads", "%d", setup->device->threads);
  if (!isnan(wall_s)) add(out, "wall_seconds", "%.3f", wall_s);
  out->attribute[out->count++] = (iso_attribute){"configuration", out->configuration};
  return ISO_OK;
}

void iso_provenance_free(iso_provenance *provenance) { free(provenance->configuration); }
