#include "grid/format/read.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void iso_notes_add(iso_notes *notes, const char *format, ...) {
  if (!notes) return;
  char text[sizeof *notes->text];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  for (int k = 0; k < notes->count; k++)
    if (strcmp(notes->text[k], text) == 0) return;
  if (iso_realloc(&notes->text, (size_t)notes->count + 1, sizeof *notes->text, "notes", NULL) != ISO_OK)
    return;
  memcpy(notes->text[notes->count++], text, sizeof text);
}

void iso_notes_free(iso_notes *notes) {
  free(notes->text);
  *notes = (iso_notes){0};
}
