/* Hearts that tests of the library open, step and read. */
#ifndef ISO_TESTS_LIBRARY_OPENED_H
#define ISO_TESTS_LIBRARY_OPENED_H

#include "grid/mpi_main.h"

#include <isochrone.h>

#define HEART DATA "/heart.yaml"
#define TWIN DATA "/twin.yaml"
enum { MOST = 6 }; /* settings */

#define DO(call)                                                                                             \
  do {                                                                                                       \
    if ((call) != ISOCHRONE_OK) fail_msg("%s", isochrone_error(heart));                                      \
  } while (0)

/* A call that is the caller's fault says so, and the heart goes on. */
#define REFUSED(call, text)                                                                                  \
  do {                                                                                                       \
    assert_int_equal(call, ISOCHRONE_INPUT);                                                                 \
    if (!strstr(isochrone_error(heart), text)) fail_msg("'%s' lacks '%s'", isochrone_error(heart), text);    \
  } while (0)

/* Folder of this test's results, the same on all ranks. */
const char *scratch(void);

/* Settings, which end with NULL: none. */
extern const char *const plain[];

/* HEART with settings, which end with NULL, and with options besides. Results go into the folder. */
isochrone *open_with(const isochrone_options *more, const char *const *set);
isochrone *open_set(const char *const *set);

/* Of all nodes, [isochrone_nodes], on every rank; to be freed. */
double *read_all(isochrone *heart);
/* The same, 12 ms after the beginning of a heart with settings. */
double *end_of(const char *const *set);

/* ---- what is refused ---- */

void test_refuses_to_open(void **state);
void test_refuses_calls(void **state);
void test_refused_begins_nothing(void **state);
void test_refuses_null(void **state);
void test_failure(void **state);

#endif
