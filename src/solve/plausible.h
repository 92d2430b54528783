/* Whether Vm is that of a membrane: what runs away ends the run, with the place where it began. */
#ifndef ISO_SOLVE_PLAUSIBLE_H
#define ISO_SOLVE_PLAUSIBLE_H

#include "linear/field.h"

/* Collective. ISO_EFAIL where Vm is beyond 1000 mV on either side, or not a number, at some owned node; the
 * message names the first such node by global number, and *first is that number. vm: mV. room: another field
 * of the mesh, whose values are lost. time_ms: for the message. */
iso_status iso_plausible(const iso_field *vm, iso_field *room, double time_ms, iso_gid *first,
                         iso_error *err);

#endif
