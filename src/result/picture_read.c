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

iso_status iso_picture_map(const iso_picture *p, const char *name, int *n, double **value, iso_error *err) {
  const char *item = item_of(p, "\"maps\":[", "],\"strips\"", name), *text = member_of(item, "values");
  const double low = number_at(member_of(item, "low")), high = number_at(member_of(item, "high"));
  const double points = number_at(member_of(p->surface, "points"));
  uint32_t *number;
  *n = 0, *value = NULL;
  text = text ? strchr(text, '"') : NULL;
  if (!text || !(points > 0 && points <= ISO_PICTURE_POINTS)) return ISO_OK;
  ISO_TRY(iso_alloc(&number, (size_t)points, sizeof *number, "a map", err));
  iso_status status = iso_alloc(value, (size_t)points, sizeof **value, "a map", err);
  if (status == ISO_OK && iso_base64_get(text + 1, number, (size_t)points, 2)) *n = (int)points;
  for (int i = 0; i < *n; i++) (*value)[i] = iso_picture_value(number[i], low, high);
  free(number);
  return status;
}
