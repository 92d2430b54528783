/* The configuration that tests of configurations start from, and what they do with it. */
#ifndef ISO_TESTS_CONFIG_GOOD_H
#define ISO_TESTS_CONFIG_GOOD_H

#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

extern const char good[];

/* Values for --set: two drugs on the region wall, of which one reaches the other region, too, by a parameter
 * that both models have; and sites of every kind. */
extern const char two_drugs[], some_sites[];

/* text as a file, with one setting or NULL. */
iso_status parse(const char *text, const char *set, iso_config *config, iso_error *err);
/* good, which is to be accepted; to be freed. */
iso_config parse_good(const char *set);

/* The message holds every word of expected, which are separated by '|'. */
void assert_words(const char *message, const char *expected);
/* The configuration is refused with such a message. */
void assert_refused(const char *text, const char *set, const char *expected);

/* good with the first occurrence of old replaced, into out [size]. */
void edit(const char *old, const char *replacement, char *out, size_t size);

/* Each runs its subject's tests and returns how many failed. */
int config_values(void);
int config_places(void);
int config_refused(void);
int config_dump(void);

#endif
