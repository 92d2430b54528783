/* Reading what picture.c has written, and nothing else: names in it are those of variables, without quotes.
 */
#include "base/memory.h"
#include "result/base64.h"
#include "result/picture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What follows a member's key within an item; NULL: none. */
static const char *member_of(const char *item, const char *key) {
  char quoted[48];
  snprintf(quoted, sizeof quoted, "\"%s\":", key);
  const char *at = item ? strstr(item, quoted) : NULL;
  return at ? at + strlen(quoted) : NULL;
}

/* The item of a list of the picture that has that name; NULL: none. */
static const char *item_of(const iso_picture *p, const char *list, const char *end, const char *name) {
  char quoted[96];
  const char *from = strstr(p->rest, list), *to = from ? strstr(from, end) : NULL;
  snprintf(quoted, sizeof quoted, "{\"name\":\"%s\"", name);
  const char *at = from ? strstr(from, quoted) : NULL;
  return at && (!to || at < to) ? at : NULL;
}

static double number_at(const char *text) {
  char *end;
  const double value = text ? strtod(text, &end) : NAN;
  return text && end != text ? value : NAN; /* null is no number */
}

double iso_picture_number(const iso_picture *p, const char *name) {
  return number_at(member_of(item_of(p, "\"numbers\":[", "],\"maps\"", name), "value"));
}

/* n numbers of 16 bits in base64, to be freed; *number is NULL where there are others. */
static iso_status numbers_of(const char *text, size_t n, uint32_t **number, iso_error *err) {
  *number = NULL;
  text = text ? strchr(text, '"') : NULL;
  if (!text) return ISO_OK;
  ISO_TRY(iso_alloc(number, n, sizeof **number, "a picture", err));
  if (iso_base64_get(text + 1, *number, n, 2)) return ISO_OK;
  free(*number);
  *number = NULL;
  return ISO_OK;
}

/* Of the surface. */
static size_t points_of(const iso_picture *p) {
  const double points = number_at(member_of(p->surface, "points"));
  return points > 0 && points <= ISO_PICTURE_POINTS ? (size_t)points : 0;
}

iso_status iso_picture_map(const iso_picture *p, const char *name, int *n, double **value, iso_error *err) {
  const char *item = item_of(p, "\"maps\":[", "],\"strips\"", name);
  const double low = number_at(member_of(item, "low")), high = number_at(member_of(item, "high"));
  const size_t points = points_of(p);
  uint32_t *number;
  *n = 0, *value = NULL;
  if (points == 0) return ISO_OK;
  ISO_TRY(numbers_of(member_of(item, "values"), points, &number, err));
  if (!number) return ISO_OK;
  const iso_status status = iso_alloc(value, points, sizeof **value, "a map", err);
  if (status == ISO_OK) *n = (int)points;
  for (int i = 0; i < *n; i++) (*value)[i] = iso_picture_value(number[i], low, high);
  free(number);
  return status;
}

iso_status iso_picture_points(const iso_picture *p, int *n, double (**at_mm)[3], double *off_mm,
                              iso_error *err) {
  const size_t points = points_of(p);
  const char *low = member_of(p->surface, "low_mm");
  const double size = number_at(member_of(p->surface, "size_mm"));
  double corner[3];
  uint32_t *number;
  *n = 0, *at_mm = NULL, *off_mm = 0;
  if (points == 0 || !low || sscanf(low, "[%lf,%lf,%lf]", &corner[0], &corner[1], &corner[2]) != 3)
    return ISO_OK;
  ISO_TRY(numbers_of(member_of(p->surface, "places"), 3 * points, &number, err));
  if (!number) return ISO_OK;
  const iso_status status = iso_alloc(at_mm, points, sizeof **at_mm, "a surface", err);
  if (status == ISO_OK) *n = (int)points, *off_mm = size / ISO_PICTURE_NEVER;
  for (int i = 0; i < *n; i++)
    for (int k = 0; k < 3; k++) (*at_mm)[i][k] = corner[k] + *off_mm * number[3 * i + k];
  free(number);
  return status;
}
