/* Patches at their own pace: what a device that plans steps itself is compared with. */
#ifndef ISO_TESTS_KERNELS_PARITY_PACE_H
#define ISO_TESTS_KERNELS_PARITY_PACE_H

#include "kernels/device.h"
#include "kernels/plan.h"

enum { OWNED = 1003, LOCAL = 1203, MOST = 48, NEIGHBOURS = 2048, BASE_STEPS = 32, CALM = 17, COUNTS = 2 };
enum { STAGED = ISO_LEVELS }; /* the party of two products: every third patch's at level 2 */

/* What both know, and what the rules make of it on the host. */
typedef struct patches {
  int32_t nowned, nall, ninner;
  iso_lid first[MOST + 1], neighbour[NEIGHBOURS], group_first[COUNTS];
  int64_t start[MOST + 1], slice[MOST + 1], due[MOST], calm[MOST];
  int32_t group[MOST];
  iso_level_limits limits[MOST];
  uint8_t party[MOST][ISO_LEVELS];
  uint64_t busy[MOST], role[MOST];
  int8_t level[MOST], wish[MOST], next[MOST];
  double rate[MOST], bend[MOST];
  int64_t node_steps[ISO_LEVELS];
} patches;

typedef struct heart {
  iso_device *device;
  int plans;
  int64_t now;
  patches p;
  iso_plan pace;
  iso_rows rows;
  iso_watch watch;
  void *vm, *slope, *before, *gates, *middle, *said, *iion, *stage, *rate, *bend, *one, *starts;
  void *made[64]; /* all that is to be released */
  int nmade;
} heart;

/* heart_free releases all that it has on the device. */
heart pace_heart_new(iso_device *device, int64_t now);
void pace_heart_free(heart *h);

int32_t pace_patch_of(const patches *p, iso_lid node);

/* Writes a number to all nodes of a patch, as one says it to those of other ranks. */
void pace_say(const heart *h, int32_t patch, int number);
/* What patch k says of itself. */
int pace_word(const patches *p, int32_t k);

/* ---- by the host: what launches of a device that plans do ---- */

/* Which patches go on, and how far. */
void pace_plan(heart *h);
void pace_fill(const heart *h, const iso_pace_fill *f);
void pace_multiply(const heart *h, int party, const iso_product *product);
/* Ends the steps of those that went on. */
void pace_settle(heart *h);
/* The Vm of all owned nodes now, into out. */
void pace_show(const heart *h, void *out);

#endif
