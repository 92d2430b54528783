#include "result/table.h"

#include "base/atomic.h"
#include "base/memory.h"
#include "base/print.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CELL = 48 };

iso_status iso_table_add(iso_table *table, const iso_column *like, iso_column **out, iso_error *err) {
  double *value;
  ISO_TRY(iso_realloc(&table->columns, (size_t)table->ncolumns + 1, sizeof *table->columns, "a table", err));
  ISO_TRY(iso_alloc(&value, (size_t)table->nrows, sizeof *value, "a table", err));
  for (int r = 0; r < table->nrows; r++) value[r] = NAN;
  *out = &table->columns[table->ncolumns++];
  **out = *like;
  (*out)->value = value;
  return ISO_OK;
}

void iso_table_free(iso_table *table) {
  for (int c = 0; c < table->ncolumns; c++) free(table->columns[c].value);
  free(table->columns);
  *table = (iso_table){0};
}

static const char *word_of(const iso_column *c, double value) { return c->words[(int)value]; }

static char *for_people(const iso_column *c, double value, char text[CELL]) {
  if (isnan(value))
    snprintf(text, CELL, "-");
  else if (c->words)
    snprintf(text, CELL, "%s", word_of(c, value));
  else
    snprintf(text, CELL, c->format ? c->format : "%.6g", value);
  return text;
}

static int width_of(const iso_table *table, const iso_column *c) {
  char text[CELL];
  size_t most = strlen(c->head);
  if (strlen(c->unit) > most) most = strlen(c->unit);
  for (int r = 0; r < table->nrows; r++) {
    size_t length = strlen(for_people(c, c->value[r], text));
    if (length > most) most = length;
  }
  return (int)most;
}

static void print_line(const iso_table *table, int row, const int *width, FILE *stream) {
  char text[CELL];
  for (int c = 0; c < table->ncolumns; c++) {
    const iso_column *column = &table->columns[c];
    const char *cell = row == -2   ? column->head
                       : row == -1 ? column->unit
                                   : for_people(column, column->value[row], text);
    iso_print(stream, "%s%*s", c ? "  " : "", width[c], cell);
  }
  fputc('\n', stream);
}

void iso_table_print(const iso_table *table, FILE *stream) {
  int width[64];
  for (int c = 0; c < table->ncolumns && c < 64; c++) width[c] = width_of(table, &table->columns[c]);
  for (int row = -2; row < table->nrows; row++) print_line(table, row, width, stream);
}

static void put_row(const iso_table *table, int row, FILE *f) {
  for (int c = 0; c < table->ncolumns; c++) {
    const iso_column *column = &table->columns[c];
    char text[CELL] = "";
    if (row < 0)
      snprintf(text, sizeof text, "%s", column->name);
    else if (!isnan(column->value[row]) && column->words)
      snprintf(text, sizeof text, "%s", word_of(column, column->value[row]));
    else if (!isnan(column->value[row]))
      iso_text_shortest(column->value[row], text, sizeof text);
    fprintf(f, "%s%s", c ? "," : "", text);
  }
  fputc('\n', f);
}

static void put_table(const void *self, FILE *f) {
  const iso_table *table = self;
  for (int row = -1; row < table->nrows; row++) put_row(table, row, f);
}

iso_status iso_table_save(const iso_table *table, const char *path, iso_error *err) {
  return iso_atomic_write(path, false, put_table, table, err);
}
