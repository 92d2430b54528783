#include "solve/archive_field.h"

iso_archive_type iso_archive_real(const iso_device *device) {
  return device->real_bytes == sizeof(float) ? ISO_ARCHIVE_FLOAT : ISO_ARCHIVE_DOUBLE;
}

iso_status iso_archive_put_field(iso_archive *archive, iso_device *device, const iso_archive_array *text,
                                 const void *field, iso_error *err) {
  iso_archive_array array = *text;
  void *values;
  array.place = ISO_ARCHIVE_NODES;
  array.type = iso_archive_real(device);
  array.count = iso_archive_mesh(archive)->nowned;
  ISO_TRY(iso_archive_room(archive, &array, &values, err));
  iso_device_download(device, field, 0, values, (size_t)array.count * device->real_bytes);
  return ISO_OK;
}

iso_status iso_archive_get_field(const iso_archive *archive, iso_device *device, const char *name,
                                 void *field, iso_error *err) {
  const iso_archive_array *array;
  ISO_TRY(iso_archive_get(archive, name, ISO_ARCHIVE_NODES, iso_archive_real(device), &array, err));
  iso_device_upload(device, field, 0, array->values, (size_t)array->count * device->real_bytes);
  return ISO_OK;
}
