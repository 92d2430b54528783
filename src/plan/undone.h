/* Whether a setting of a study's members leaves nothing of one before it: the table would say of members what
 * they are not. */
#ifndef ISO_PLAN_UNDONE_H
#define ISO_PLAN_UNDONE_H

#include "plan/members.h"

/* Not collective. Of members whose axes have their cases. ISO_EINPUT where a case sets a key twice, where a
 * case of an axis sets anew what a case of an axis before it sets, or where one puts a stimulus in the place
 * of one with which the hearts of a twin begin their beat: the message names axis, case and key. */
iso_status iso_undone_check(const iso_members *members, const iso_config *config, iso_error *err);

#endif
