/* Words of a legacy VTK file. VTK reads such files word by word: whatever white space lies between them, ends
 * of line too, is one separator. Lines matter in few places, which ask for them. */
#ifndef ISO_GRID_FORMAT_VTK_WORDS_H
#define ISO_GRID_FORMAT_VTK_WORDS_H

#include "grid/format/read_source.h"

enum { ISO_VTK_WORD = 256 };

typedef struct iso_words {
  iso_source source;
  bool binary;  /* whether arrays are; set by the reader when it knows */
  int64_t line; /* of the word or line last taken, for messages */
  iso_error *err;
} iso_words;

/* Fails with that complaint, adding file and line, or byte where binary data were passed. */
iso_status iso_words_fail(iso_words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The next word, cut to fit; "" at the end of the file. */
iso_status iso_words_next(iso_words *words, char word[ISO_VTK_WORD]);

/* The next word as a count, zero or more; of: what it counts, for the message. */
iso_status iso_words_count(iso_words *words, const char *of, int64_t *value);

/* The rest of the line; *begin is NULL at the end of the file. */
iso_status iso_words_line(iso_words *words, const char **begin, const char **end);

/* A place to come back to. */
typedef struct iso_words_place {
  int64_t offset, line;
} iso_words_place;

iso_words_place iso_words_here(const iso_words *words);
void iso_words_return(iso_words *words, iso_words_place place);

#endif
