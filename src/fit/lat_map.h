/* Maps of local activation times as files have them.
 *
 * CSV: columns x, y, z and lat_ms, and where there are any sd_ms and voltage_mV, named by the first line, in
 * any order and among others; what is empty or nan in lat_ms was not measured. Lines that are empty or begin
 * with
 * '#' are passed over. VTK: the points of a .vtp, .vtu or .vtk with an array of points, and with arrays sd_ms
 * and voltage_mV where there are any. NAME.twin.nc: those of one of a twin's maps, by the array's name, with
 * their errors, as it was fitted to them. */
#ifndef ISO_FIT_LAT_MAP_H
#define ISO_FIT_LAT_MAP_H

#include "config/config.h"

typedef struct iso_lat_point {
  double at_mm[3], lat_ms, sd_ms; /* sd_ms NAN: the file says none */
  double voltage_mV;              /* NAN: none */
  int64_t number;                 /* of the line, or of the point from 0 */
} iso_lat_point;

typedef struct iso_lat_map {
  int n, room;
  iso_lat_point *point; /* [n] those that were measured, in the file's order */
  int unmeasured;
  int far; /* of a twin's map: points that were too far from the heart; -1: it does not say */
} iso_lat_map;

/* One more, or, where its time is NAN, one more that was not measured. */
iso_status iso_lat_map_add(iso_lat_map *map, const iso_lat_point *point, iso_error *err);

/* Not collective. ISO_EINPUT, with the line, where the file cannot be read, a column is missing, a number is
 * none, or a standard deviation is not positive. To be freed whatever the status. */
iso_status iso_lat_map_read(iso_lat_map *out, const iso_config_map *from, iso_error *err);
void iso_lat_map_free(iso_lat_map *map);

/* Whether a file is one of VTK by its ending. */
bool iso_lat_map_is_vtk(const char *file);

#endif
