#include "observe/singularities.h"

#include "base/memory.h"
#include "base/share.h"
#include "observe/track_tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SURFACE, FILAMENTS, NKINDS };

struct iso_singularities {
  const iso_mesh *mesh;
  iso_singularities_options options;
  double *before;                  /* [nowned] mV, Vm at look number before_look, counted in delays; */
  int64_t before_look;             /* -1: none */
  double *u, *w;                   /* [nlocal] mV above V*, now and before */
  iso_tracks tracks[NKINDS];       /* rank 0's */
  iso_track_tables tables[NKINDS]; /* of these, to publish */
};

static iso_status allocate(iso_singularities *s, iso_error *err) {
  const char *what = "phase singularities";
  ISO_TRY(iso_alloc(&s->before, (size_t)s->mesh->nowned, sizeof *s->before, what, err));
  ISO_TRY(iso_alloc(&s->u, (size_t)s->mesh->nlocal, sizeof *s->u, what, err));
  return iso_alloc(&s->w, (size_t)s->mesh->nlocal, sizeof *s->w, what, err);
}

iso_status iso_singularities_new(iso_singularities **out, const iso_mesh *mesh,
                                 const iso_singularities_options *options, iso_error *err) {
  iso_singularities *s;
  *out = NULL;
  ISO_TRY(iso_alloc(&s, 1, sizeof *s, "phase singularities", err));
  *s = (iso_singularities){.mesh = mesh, .options = *options, .before_look = -1};
  for (int k = 0; k < NKINDS; k++) s->tracks[k].distance_mm = options->distance_mm;
  const iso_status status = allocate(s, err);
  if (status == ISO_OK)
    *out = s;
  else
    iso_singularities_free(s);
  return status;
}

void iso_singularities_free(iso_singularities *s) {
  if (!s) return;
  for (int k = 0; k < NKINDS; k++) {
    iso_tracks_free(&s->tracks[k]);
    iso_track_tables_free(&s->tables[k]);
  }
  free(s->before);
  free(s->u);
  free(s->w);
  free(s);
}

/* ---- looking ---- */

/* Of what rank 0 has. */
static iso_status follow(iso_singularities *s, double time_ms, int64_t n, const iso_pierced *found,
                         iso_error *err) {
  iso_core *cores;
  int64_t filaments;
  ISO_TRY(iso_alloc(&cores, (size_t)n, sizeof *cores, "phase singularities", err));
  iso_status status =
      iso_tracks_see(&s->tracks[SURFACE], time_ms, iso_pierced_surface(n, found, cores), cores, err);
  if (status == ISO_OK) status = iso_pierced_filaments(n, found, &filaments, cores, err);
  if (status == ISO_OK) status = iso_tracks_see(&s->tracks[FILAMENTS], time_ms, filaments, cores, err);
  free(cores);
  return status;
}

/* Collective. u and w have the owned nodes' values. */
static iso_status find(iso_singularities *s, double time_ms, iso_error *err) {
  const iso_mesh *mesh = s->mesh;
  iso_pierced *found = NULL;
  int64_t n = 0;
  iso_status status = iso_halo_update(mesh->halo, s->u, sizeof *s->u, err);
  if (status == ISO_OK) status = iso_halo_update(mesh->halo, s->w, sizeof *s->w, err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  ISO_TRY(iso_pierced_find(mesh, s->u, s->w, &n, &found, err));
  if (iso_rank(mesh->comm) == 0) status = follow(s, time_ms, n, found, err);
  free(found);
  return iso_agree(mesh->comm, status, err);
}

/* At multiples of the delay; the heart is asked only where a phase is made, or a delay before. */
static iso_status look(void *self, const iso_view *view, iso_error *err) {
  iso_singularities *s = self;
  const int every = s->options.every;
  const int64_t k = (int64_t)floor((view->time_ms + 1e-6 * view->step_ms) / s->options.delay_ms);
  const bool due = k % every == 0 && s->before_look == k - 1 && k > 0, keep = (k + 1) % every == 0;
  if (!due && !keep) return ISO_OK;
  ISO_TRY(iso_agree(s->mesh->comm, iso_view_vm(view, s->u, err), err));
  for (iso_lid i = 0; i < s->mesh->nowned; i++) {
    const double vm = s->u[i];
    s->u[i] = vm - s->options.threshold_mV[i];
    s->w[i] = s->before[i] - s->options.threshold_mV[i];
    if (keep) s->before[i] = vm;
  }
  if (keep) s->before_look = k;
  return due ? find(s, view->time_ms, err) : ISO_OK;
}

/* ---- results ---- */

static iso_status report(void *self, iso_results *results, iso_error *err) {
  static const iso_track_names names[NKINDS] = {ISO_TRACK_NAMES("singularity", "singularities"),
                                                ISO_TRACK_NAMES("filament", "filaments")};
  iso_singularities *s = self;
  iso_status status = ISO_OK;
  for (int k = 0; k < NKINDS && status == ISO_OK; k++) {
    iso_track_tables_free(&s->tables[k]);
    status = iso_track_tables_new(&s->tables[k], s->mesh->comm, &s->tracks[k], s->options.turns, err);
    if (status == ISO_OK)
      status =
          iso_agree(s->mesh->comm,
                    iso_track_tables_publish(&s->tables[k], &names[k], k == FILAMENTS, results, err), err);
  }
  return status;
}

static iso_singularities_count count(const iso_tracks *t, double turns) {
  iso_singularities_count c = {0, 0, 0};
  int64_t now = 0;
  for (int64_t k = 0; k < t->ntracks; k++) {
    if (!(t->track[k].turns >= turns)) continue;
    c.tracks++;
    c.longest_ms = fmax(c.longest_ms, t->track[k].last_ms - t->track[k].born_ms);
  }
  for (int64_t i = 0; i < t->nsightings; i++) {
    if (i == 0 || t->sighting[i].time_ms != t->sighting[i - 1].time_ms) now = 0;
    now += t->track[(int64_t)t->sighting[i].track].turns >= turns;
    if (now > c.most) c.most = now;
  }
  return c;
}

void iso_singularities_summarise(const iso_singularities *s, iso_singularities_count *singularities,
                                 iso_singularities_count *filaments) {
  *singularities = count(&s->tracks[SURFACE], s->options.turns);
  *filaments = count(&s->tracks[FILAMENTS], s->options.turns);
  MPI_Bcast(singularities, (int)sizeof *singularities, MPI_BYTE, 0, s->mesh->comm);
  MPI_Bcast(filaments, (int)sizeof *filaments, MPI_BYTE, 0, s->mesh->comm);
}

const iso_tracks *iso_singularities_surface(const iso_singularities *s) { return &s->tracks[SURFACE]; }
const iso_tracks *iso_singularities_filaments(const iso_singularities *s) { return &s->tracks[FILAMENTS]; }

/* ---- saving ---- */

static const char *const saved[NKINDS][2] = {{"singularities.tracks", "singularities.sightings"},
                                             {"filaments.tracks", "filaments.sightings"}};
enum { TRACK = sizeof(iso_track) / sizeof(double), SIGHTING = sizeof(iso_sighting) / sizeof(double) };

static iso_status save_all(const iso_singularities *s, iso_archive *archive, iso_error *err) {
  ISO_TRY(iso_archive_put_nodes(archive, "singularities.before", "mV", "Vm a delay before the next look",
                                ISO_ARCHIVE_DOUBLE, s->before, err));
  ISO_TRY(iso_archive_put_count(archive, "singularities.before_look", "1", "when that was, in delays",
                                s->before_look, err));
  for (int k = 0; k < NKINDS; k++) {
    const iso_tracks *t = &s->tracks[k];
    ISO_TRY(iso_archive_put_root(archive, saved[k][0], "1", "numbers of each track (observe/tracks.h)",
                                 ISO_ARCHIVE_DOUBLE, TRACK * t->ntracks, t->track, err));
    ISO_TRY(iso_archive_put_root(archive, saved[k][1], "1", "numbers of each sighting (observe/tracks.h)",
                                 ISO_ARCHIVE_DOUBLE, SIGHTING * t->nsightings, t->sighting, err));
  }
  return ISO_OK;
}

static iso_status save(void *self, iso_archive *archive, iso_error *err) {
  const iso_singularities *s = self;
  return iso_agree(s->mesh->comm, save_all(s, archive, err), err);
}

static iso_status restore_tracks(iso_tracks *t, int k, const iso_archive *archive, iso_error *err) {
  int64_t ntracks, nsightings;
  const void *tracks, *sightings;
  ISO_TRY(iso_archive_get_root(archive, saved[k][0], ISO_ARCHIVE_DOUBLE, &ntracks, &tracks, err));
  ISO_TRY(iso_archive_get_root(archive, saved[k][1], ISO_ARCHIVE_DOUBLE, &nsightings, &sightings, err));
  ISO_TRY(iso_tracks_resize(t, ntracks / TRACK, nsightings / SIGHTING, err));
  if (ntracks) memcpy(t->track, tracks, (size_t)ntracks * sizeof(double));
  if (nsightings) memcpy(t->sighting, sightings, (size_t)nsightings * sizeof(double));
  return ISO_OK;
}

static iso_status restore_all(iso_singularities *s, const iso_archive *archive, iso_error *err) {
  ISO_TRY(iso_archive_get_nodes(archive, "singularities.before", ISO_ARCHIVE_DOUBLE, s->before, err));
  ISO_TRY(iso_archive_get_count(archive, "singularities.before_look", &s->before_look, err));
  for (int k = 0; k < NKINDS; k++) ISO_TRY(restore_tracks(&s->tracks[k], k, archive, err));
  return ISO_OK;
}

static iso_status restore(void *self, const iso_archive *archive, iso_error *err) {
  iso_singularities *s = self;
  return iso_agree(s->mesh->comm, restore_all(s, archive, err), err);
}

iso_guest iso_singularities_guest(iso_singularities *s) {
  return (iso_guest){.name = "singularities",
                     .stop_ms = INFINITY,
                     .every_ms = s->options.delay_ms,
                     .self = s,
                     .look = look,
                     .report = report,
                     .save = save,
                     .restore = restore};
}
