#include "result/page.h"

#include "base/version.h"
#include "result/page_parts.h"

#include <string.h>

bool iso_page_has_maps(void) { return iso_page_three_size > 0; }

static void put(FILE *file, const unsigned char *bytes, size_t size) { fwrite(bytes, 1, size, file); }

void iso_page_text(FILE *f, const char *text) {
  for (; *text; text++) {
    const char *as = *text == '&'   ? "&amp;"
                     : *text == '<' ? "&lt;"
                     : *text == '>' ? "&gt;"
                     : *text == '"' ? "&quot;"
                                    : NULL;
    if (as)
      fputs(as, f);
    else
      fputc(*text, f);
  }
}

void iso_page_begin(iso_page *page, FILE *f, const char *title, const char *question) {
  *page = (iso_page){.file = f};
  fputs("<!doctype html>\n<html lang=en><meta charset=utf-8><meta name=viewport "
        "content=\"width=device-width\">\n"
        "<title>",
        f);
  iso_page_text(f, title);
  fputs("</title>\n<style>\n", f);
  put(f, iso_page_style, iso_page_style_size);
  fputs("</style>\n<h1>", f);
  iso_page_text(f, title);
  fputs("</h1>\n", f);
  if (question) {
    fputs("<p><strong>", f);
    iso_page_text(f, question);
    fputs("</strong></p>\n", f);
  }
  fputs("<p class=note>A " ISO_NOT_A_DEVICE ".</p>\n", f);
}

/* JSON within a script: no text in it may end that. */
static void put_json(FILE *f, const char *json) {
  for (const char *c; (c = strchr(json, '<')) != NULL; json = c + 1) {
    fwrite(json, 1, (size_t)(c - json), f);
    fputs("\\u003c", f);
  }
  fputs(json, f);
}

/* Its number among those of the page. */
static int put_surface(iso_page *page, const char *surface) {
  for (int k = 0; k < page->nsurfaces; k++)
    if (!strcmp(page->surface[k], surface)) return k;
  if (page->nsurfaces == ISO_PAGE_SURFACES) return -1;
  fprintf(page->file, "<script type=\"application/json\" class=surface>");
  put_json(page->file, surface);
  fputs("</script>\n", page->file);
  page->surface[page->nsurfaces] = surface;
  return page->nsurfaces++;
}

void iso_page_picture(iso_page *page, const char *heading, const char *surface, const char *rest) {
  const int number = put_surface(page, surface);
  fputs("<section class=view><h3>", page->file);
  iso_page_text(page->file, heading);
  fprintf(page->file, "</h3>\n<script type=\"application/json\" class=data data-surface=%d>", number);
  put_json(page->file, rest);
  fputs("</script></section>\n", page->file);
  page->npictures++;
}

void iso_page_details(FILE *f, const char *summary, const char *text) {
  fputs("<details><summary>", f);
  iso_page_text(f, summary);
  fputs("</summary><pre>", f);
  iso_page_text(f, text);
  fputs("</pre></details>\n", f);
}

void iso_page_end(iso_page *page) {
  FILE *f = page->file;
  if (page->npictures > 0 && iso_page_has_maps()) {
    fputs("<!-- three.js and its TrackballControls: ", f);
    put(f, iso_page_licence, iso_page_licence_size);
    fputs("-->\n<script>\n", f);
    put(f, iso_page_three, iso_page_three_size);
    fputs("\n</script>\n<script>\n", f);
    put(f, iso_page_controls, iso_page_controls_size);
    fputs("\n</script>\n", f);
  }
  fputs("<script>\n", f);
  put(f, iso_page_script, iso_page_script_size);
  fputs("</script>\n</html>\n", f);
}
