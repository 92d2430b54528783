/* Pages for people: HTML files that need nothing beside them, no network either. Maps are turned by three.js,
 * whose installed file the build puts into the program (scripts/install-dependencies.sh build). */
#ifndef ISO_RESULT_PAGE_H
#define ISO_RESULT_PAGE_H

#include "base/error.h"

#include <stdbool.h>
#include <stdio.h>

enum { ISO_PAGE_SURFACES = 64 };

typedef struct iso_page {
  FILE *file;
  int npictures, nsurfaces;
  const char *surface[ISO_PAGE_SURFACES]; /* [nsurfaces] that the page has already */
} iso_page;

/* Whether the build has found three.js: without it pages have tables and strips, and say why there are no
 * maps. */
bool iso_page_has_maps(void);

/* Begins a page: head, title, question (or NULL), and that it is research. */
void iso_page_begin(iso_page *page, FILE *file, const char *title, const char *question);

/* Text with what HTML would obey made harmless. */
void iso_page_text(FILE *file, const char *text);

/* What a run came to: maps on a surface, strips, plots, as JSON (result/picture.h), with a heading. A surface
 * that the page has already is not written again. Both texts outlive the page. */
void iso_page_picture(iso_page *page, const char *heading, const char *surface, const char *rest);

/* A text that is shown when it is clicked at. */
void iso_page_details(FILE *file, const char *summary, const char *text);

/* Ends it: the programs of the page. */
void iso_page_end(iso_page *page);

#endif
