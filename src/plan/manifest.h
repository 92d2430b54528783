/* The list of all that a study's folder holds, with checksums: DIR/manifest.sha256, which sha256sum -c checks
 * there. Lines that begin with # are the files that its members were made of. */
#ifndef ISO_PLAN_MANIFEST_H
#define ISO_PLAN_MANIFEST_H

#include "base/names.h"

#include <stdbool.h>

/* One rank's, as is what follows: keeps the checksums of a member's results, DIR/members/0007.sha256, while
 * it is claimed and before its row says that it is finished. Looks through the folder of all members. member:
 * from 0. ISO_EFAIL where one cannot be read, or the list not be written. */
iso_status iso_manifest_member(const char *folder, int member, iso_error *err);

/* The list: of n members those that are finished, as their own lists say, and all files of the folder itself.
 * Results that are listed and not there any more stay on it, and are added to lost in the order of members,
 * "members/0007.e.nc", after those of the folder itself. */
iso_status iso_manifest_save(const char *folder, int n, iso_names *lost, iso_error *err);

/* Whether a file of a member's list is not there any more. */
bool iso_manifest_lacks(const char *folder, int member);

#endif
