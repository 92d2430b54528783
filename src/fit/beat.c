#include "fit/beat.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

iso_status iso_fit_beat_new(iso_fit_beat *out, const char *site, iso_lid n, bool keeps, iso_error *err) {
  const size_t nodes = (size_t)n;
  *out = (iso_fit_beat){.site = site, .is_paced = site != NULL};
  ISO_TRY(iso_alloc(&out->known_ms, nodes, sizeof *out->known_ms, "sources", err));
  ISO_TRY(iso_alloc(&out->began_ms, nodes, sizeof *out->began_ms, "sources", err));
  ISO_TRY(iso_alloc(&out->began_by, nodes, sizeof *out->began_by, "sources", err));
  ISO_TRY(iso_alloc(&out->ray, nodes, sizeof *out->ray, "rays", err));
  if (keeps) ISO_TRY(iso_alloc(&out->time_ms, nodes, sizeof *out->time_ms, "times of a beat", err));
  for (iso_lid i = 0; i < n; i++) out->known_ms[i] = INFINITY;
  return iso_walk_new(&out->walk, n, err);
}

void iso_fit_beat_free(iso_fit_beat *b) {
  iso_walk_free(&b->walk);
  free(b->known_ms);
  free(b->began_ms);
  free(b->began_by);
  free(b->time_ms);
  free(b->tangent);
  free(b->ray);
  *b = (iso_fit_beat){0};
}
