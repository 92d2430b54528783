/* How long names in the results may be; apart from exodus.h, since who reads configurations needs no NetCDF.
 */
#ifndef ISO_RESULT_EXODUS_NAME_H
#define ISO_RESULT_EXODUS_NAME_H

#define ISO_EXODUS_NAME 33 /* bytes of a name in the file, with its terminating zero */

#endif
