/* Numbers in text against the C library, which rounds correctly. */
#include "mpi_main.h"

#include "grid/format/text.h"

#include <stdio.h>

static double read_real(const char *text) {
  double value = NAN;
  const char *end = text + strlen(text);
  assert_ptr_equal(iso_text_real(text, end, &value), end);
  return value;
}

static void reals_round_as_the_library_does(void **state) {
  (void)state;
  static const char *const words[] = {"0",
                                      "-0.0",
                                      "1",
                                      "+3.5",
                                      "0.1",
                                      ".5",
                                      "5.",
                                      "1e22",
                                      "1e23",
                                      "-1.7976931348623157e308",
                                      "4.9e-324",
                                      "9007199254740993",
                                      "123456789012345678",
                                      "1234567890123456789012",
                                      "0.30000000000000004",
                                      "1e-22",
                                      "1e-23",
                                      "1E+5",
                                      "2.2250738585072014e-308"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    double have = read_real(words[i]), want = strtod(words[i], NULL);
    assert_memory_equal(&have, &want, sizeof want);
  }
}

static void exponents_may_be_those_of_fortran(void **state) {
  (void)state;
  assert_true(read_real("1.5D+02") == 150);
  assert_true(read_real("-2d-1") == -0.2);
  assert_true(read_real("0.30000000000000004D0") == 0.30000000000000004);
  assert_true(read_real("9007199254740993D-300") == 9007199254740993e-300);
}

static void reals_come_back_after_printing(void **state) {
  (void)state;
  uint64_t bits = 88172645463325252u;
  for (int i = 0; i < 100000; i++) {
    bits = bits * 6364136223846793005u + 1442695040888963407u;
    double want = ldexp((double)(int64_t)bits, (int)(bits >> 58) - 90), have;
    char text[40];
    for (int digits = 6; digits <= 17; digits += 11) {
      snprintf(text, sizeof text, "%.*g", digits, want);
      double rounded = strtod(text, NULL);
      have = read_real(text);
      assert_memory_equal(&have, &rounded, sizeof have);
    }
  }
}

static void what_is_no_number_is_refused(void **state) {
  (void)state;
  static const char *const words[] = {"",   " ",    "-",     "+",   ".",   "e5",  "1e", "1e+",
                                      "1d", "nand", "1.2.3", "12x", "--1", "1,5", "x"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    double real;
    int64_t integer;
    const char *end = words[i] + strlen(words[i]);
    assert_null(iso_text_real(words[i], end, &real));
    assert_null(iso_text_integer(words[i], end, &integer));
  }
}

static void integers_are_exact_or_refused(void **state) {
  (void)state;
  static const struct {
    const char *word;
    int64_t value;
  } good[] = {{"0", 0}, {"-1", -1}, {"+7", 7}, {" 42 x", 42}, {"999999999999999999", 999999999999999999}};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    int64_t value = -99;
    assert_non_null(iso_text_integer(good[i].word, good[i].word + strlen(good[i].word), &value));
    assert_int_equal(value, good[i].value);
  }
  int64_t value;
  const char *large = "1000000000000000000000", *real = "1.0";
  assert_null(iso_text_integer(large, large + strlen(large), &value));
  assert_null(iso_text_integer(real, real + strlen(real), &value));
}

/* The window of a file has no zero behind it. */
static void nothing_is_read_behind_the_end(void **state) {
  (void)state;
  int64_t integer;
  double real;
  const char *text = "1234567";
  assert_ptr_equal(iso_text_integer(text, text + 3, &integer), text + 3);
  assert_int_equal(integer, 123);
  assert_ptr_equal(iso_text_real(text, text + 4, &real), text + 4);
  assert_true(real == 1234);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(reals_round_as_the_library_does), cmocka_unit_test(exponents_may_be_those_of_fortran),
    cmocka_unit_test(reals_come_back_after_printing),  cmocka_unit_test(what_is_no_number_is_refused),
    cmocka_unit_test(integers_are_exact_or_refused),   cmocka_unit_test(nothing_is_read_behind_the_end),
};

RUN_ON_ALL_RANKS(tests)
