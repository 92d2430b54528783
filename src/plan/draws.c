#include "plan/draws.h"

#include "base/text.h"
#include "grid/draw.h"
#include "grid/hash.h"
#include "kernels/math.h"

#include <math.h>
#include <string.h>

static double draw(const iso_config_drawn *p, uint64_t h) {
  if (!isnan(p->uniform[0])) return p->uniform[0] + iso_draw_uniform(h) * (p->uniform[1] - p->uniform[0]);
  if (!isnan(p->normal[0])) return p->normal[0] + iso_draw_normal(h) * p->normal[1];
  if (!isnan(p->lognormal[0]))
    return p->lognormal[0] * iso_exp(iso_draw_normal(h) * iso_log(p->lognormal[1]));
  return floor(p->whole[0] + iso_draw_uniform(h) * (p->whole[1] - p->whole[0] + 1));
}

static uint64_t hash_of(int64_t seed, const char *key) {
  uint64_t h = iso_hash((uint64_t)seed);
  return iso_hash_words(h, key, strlen(key));
}

iso_status iso_draws_make(const iso_config_axis *asked, iso_arena *memory, iso_config_case *cases,
                          iso_error *err) {
  char text[32];
  for (int k = 0; k < asked->draws; k++) {
    iso_config_case *c = &cases[k];
    ISO_TRY(iso_arena_print(memory, &c->name, err, "%d", k + 1));
    ISO_TRY(iso_arena_alloc(memory, &c->set, (size_t)asked->ndrawn, sizeof *c->set, err));
    for (int i = 0; i < asked->ndrawn; i++) {
      const iso_config_drawn *p = &asked->drawn[i];
      const double value = draw(p, iso_hash(hash_of(asked->seed, p->key) + (uint64_t)k));
      ISO_TRY(iso_arena_print(memory, &c->set[c->nset++], err, "%s=%s", p->key,
                              iso_text_shortest(value, text, sizeof text)));
    }
  }
  return ISO_OK;
}
