/* Printing for people. What the program says may hold names and texts of its inputs, and those may hold
 * escape sequences that a terminal would obey: everything that goes to a terminal goes through here. */
#ifndef ISO_BASE_PRINT_H
#define ISO_BASE_PRINT_H

#include <stdarg.h>
#include <stdio.h>

/* printf of the text cleaned (iso_text_clean) but for tabs and newlines. What does not fit into memory is not
 * printed. */
void iso_print(FILE *stream, const char *format, ...) __attribute__((format(printf, 2, 3)));
void iso_vprint(FILE *stream, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* A word of the shell: as it is where the shell takes it so, else in quotes. Printed so, and put as it is
 * into a script. */
void iso_print_word(FILE *stream, const char *word);
void iso_put_word(FILE *stream, const char *word);

#endif
