/* An axis of members that draw their parameters from distributions: a cohort of virtual hearts. */
#ifndef ISO_PLAN_DRAWS_H
#define ISO_PLAN_DRAWS_H

#include "base/arena.h"
#include "config/config.h"

/* cases [asked->draws], named by their numbers from 1, each with a setting for each parameter in their order.
 * A number depends on the axis' seed, its parameter's key and its case alone: more draws leave the first ones
 * as they are, and so do other parameters. The same bits everywhere. ISO_EFAIL where memory is short. */
iso_status iso_draws_make(const iso_config_axis *asked, iso_arena *memory, iso_config_case *cases,
                          iso_error *err);

#endif
