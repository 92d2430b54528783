/* Small helpers for messages that people read. */
#ifndef ISO_BASE_TEXT_H
#define ISO_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Insertions, deletions, replacements and swaps of neighbours that turn a into b (Damerau 1964, restricted);
 * case, dashes and underscores count a quarter of a change. In quarters: 4 is one change. */
int iso_text_distance(const char *a, const char *b);

/* The candidate [n] most like word, or NULL where none is near enough to be meant. NULL candidates are
 * skipped. */
const char *iso_text_nearest(const char *word, int n, const char *const *candidates);

/* The end of a sentence that names an unknown word: "; did you mean '--output'?" with dashes "--", or "."
 * where nearest is NULL. Returns buffer. */
const char *iso_text_meant(const char *dashes, const char *nearest, char *buffer, size_t size);

/* Appends formatted text to buffer [size] and always terminates it; what does not fit is cut. */
void iso_text_append(char *buffer, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Appends "a, b, c" [n], skipping NULLs. */
void iso_text_list(char *buffer, size_t size, int n, const char *const *names);

/* "850 ms", "12.3 s", "4 min 05 s", "2 h 10 min". Returns buffer. */
char *iso_text_duration(double seconds, char *buffer, size_t size);

/* The shortest text that reads back as the same number. Returns buffer. */
char *iso_text_shortest(double value, char *buffer, size_t size);

/* 1234567 -> "1,234,567". Returns buffer. */
char *iso_text_count(long long count, char *buffer, size_t size);

/* Replaces by '?' what is no text: control characters but for those in keep, those of ISO 6429 in one byte or
 * in UTF-8, what is no UTF-8, and the marks that turn the direction of writing. A terminal may obey some of
 * these. In place; returns text. */
char *iso_text_clean(char *text, const char *keep);

/* Whether the name of a model means a file: the header of a user's own. */
bool iso_text_names_header(const char *name);

#endif
