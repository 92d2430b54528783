#include "grid/format/read.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void iso_notes_add(iso_notes *notes, const char *format, ...) {
  if (!notes) return;
  if (iso_realloc(&notes->text, (size_t)notes->count + 1, sizeof *notes->text, "notes", NULL) != ISO_OK)
    return;
  va_list args;
  va_start(args, format);
  vsnprintf(notes->text[notes->count++], sizeof *notes->text, format, args);
  va_end(args);
}

void iso_notes_free(iso_notes *notes) {
  free(notes->text);
  *notes = (iso_notes){0};
}
