/* Fields of a device in an archive, in the device's precision and bit for bit. */
#ifndef ISO_SOLVE_ARCHIVE_FIELD_H
#define ISO_SOLVE_ARCHIVE_FIELD_H

#include "kernels/device.h"
#include "solve/archive.h"

/* The type that keeps a device's reals. */
iso_archive_type iso_archive_real(const iso_device *device);

/* Puts a field of at least nowned reals; text: its name, unit and meaning. */
iso_status iso_archive_put_field(iso_archive *archive, iso_device *device, const iso_archive_array *text,
                                 const void *field, iso_error *err);

/* The reverse. ISO_EINPUT where the archive has no such field of this precision. Ghosts are left alone. */
iso_status iso_archive_get_field(const iso_archive *archive, iso_device *device, const char *name,
                                 void *field, iso_error *err);

#endif
