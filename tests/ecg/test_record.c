/* Files of ECGs: the same signals through each of the formats, a measured record, and what is refused. */
#include "grid/mpi_main.h"

#include "base/own_folder.h"
#include "ecg/plausible.h"
#include "ecg/record.h"

static iso_error err;

/* ---- three leads of whole numbers, in each format ---- */

enum { LEADS = 3, SAMPLES = 101 };
static int count(int lead, int t) { return (lead * 700 + t * 37) % 4001 - 2000; }

static void put_16(void) {
  unsigned char bytes[2 * LEADS * SAMPLES], *to = bytes;
  for (int t = 0; t < SAMPLES; t++)
    for (int l = 0; l < LEADS; l++) *to++ = count(l, t) & 0xFF, *to++ = (count(l, t) >> 8) & 0xFF;
  put_bytes("a.dat", bytes, sizeof bytes);
}

/* Two numbers in three bytes, after 4 bytes of something else; the last is half a pair. */
static void put_212(void) {
  unsigned char bytes[4 + (3 * LEADS * SAMPLES + 1) / 2] = {0};
  for (int k = 0; k < LEADS * SAMPLES; k++) {
    const int x = count(k % LEADS, k / LEADS) & 0xFFF;
    unsigned char *at = bytes + 4 + k / 2 * 3;
    if (k % 2 == 0)
      at[0] = (unsigned char)(x & 0xFF), at[1] |= (unsigned char)(x >> 8);
    else
      at[2] = (unsigned char)(x & 0xFF), at[1] |= (unsigned char)(x >> 8 << 4);
  }
  put_bytes("b.dat", bytes, sizeof bytes);
}

typedef struct edf {
  const char *version, *reserved, *head, *records, *duration, *number, *unit, *digital_least;
} edf;
static const edf good_edf = {"0", "EDF+C", "1280", "101", "0.004", "4", "uV", "-2048"};

/* Three leads and one annotation; a sample of each in a record. The scale is that of 200 counts a mV. */
static void put_edf(const edf *e) {
  static const char *const labels[] = {"ECG I", "ECG II", "ECG avr", "EDF Annotations"};
  FILE *file = fopen(path_of("c.edf"), "wb");
  fprintf(file, "%-8s%-80s%-80s01.10.9000.00.00%-8s%-44s%-8s%-8s%-4s", e->version, "X", "X", e->head,
          e->reserved, e->records, e->duration, e->number);
  for (int s = 0; s < 4; s++) fprintf(file, "%-16s", labels[s]);
  for (int s = 0; s < 4; s++) fprintf(file, "%-80s", "");
  for (int s = 0; s < 4; s++) fprintf(file, "%-8s", s < LEADS ? e->unit : "");
  for (int s = 0; s < 4; s++) fprintf(file, "%-8s", s < LEADS ? "-10240" : "-1");
  for (int s = 0; s < 4; s++) fprintf(file, "%-8s", s < LEADS ? "10235" : "1");
  for (int s = 0; s < 4; s++) fprintf(file, "%-8s", s < LEADS ? e->digital_least : "-32768");
  for (int s = 0; s < 4; s++) fprintf(file, "%-8s", s < LEADS ? "2047" : "32767");
  for (int s = 0; s < 4; s++) fprintf(file, "%-80s", "");
  for (int s = 0; s < 4; s++) fprintf(file, "%-8s", s < LEADS ? "1" : "8");
  for (int s = 0; s < 4; s++) fprintf(file, "%-32s", "");
  for (int t = 0; t < SAMPLES; t++) {
    for (int l = 0; l < LEADS; l++) fputc(count(l, t) & 0xFF, file), fputc((count(l, t) >> 8) & 0xFF, file);
    fwrite("+0\24\24\0\0\0\0\0\0\0\0\0\0\0", 1, 16, file);
  }
  fclose(file);
}

static void put_table(void) {
  FILE *file = fopen(path_of("d.csv"), "w");
  fputs("t_ms,I,II,aVR\n", file);
  for (int t = 0; t < SAMPLES; t++)
    fprintf(file, "%d,%.17g,%.17g,%.17g\n", 4 * t, count(0, t) / 200.0, count(1, t) / 200.0,
            count(2, t) / 200.0);
  fclose(file);
}

/* With the sums of 16 bits, as signed numbers or not. */
static void put_header(const char *const labels[LEADS]) {
  char text[400];
  int sum[LEADS] = {0};
  for (int l = 0; l < LEADS; l++)
    for (int t = 0; t < SAMPLES; t++) sum[l] += count(l, t);
  snprintf(text, sizeof text,
           "# made\na 3 250 101 0:0:0 01/10/1990\r\na.dat 16 200/mV 12 0 0 %d 0 %s\n\n"
           "a.dat 16 200 12 0 0 %d 0 %s\na.dat 16 0.2(0)/uV 12 7 0 %d 0 %s\n",
           (int16_t)sum[0], labels[0], sum[1] & 0xFFFF, labels[1], (int16_t)sum[2], labels[2]);
  put("a.hea", text);
}

static void every_format_gives_the_same(void **state) {
  (void)state;
  static const char *const names[] = {"a.hea", "b.hea", "c.edf", "d.csv"};
  put_16();
  put_header((const char *const[]){"i", "lead II", "AVR"}); /* names in other letters */
  put_212();
  put("b.hea", "b 3 250/1000(5)\nb.dat 212+4 200\nb.dat 212+4 200\nb.dat 212x1+4 200(0)/mV\n");
  put_edf(&good_edf);
  put_table();
  for (int k = 0; k < 4; k++) {
    iso_ecg_record r;
    ASSERT_OK(iso_ecg_record_read(&r, path_of(names[k]), &err));
    assert_int_equal(r.n, SAMPLES);
    assert_int_equal(r.nleads, LEADS);
    assert_string_equal(r.date, k % 2 == 0 ? "1990-10-01" : "");
    assert_string_equal(r.name[1], k == 1 ? "signal 2" : "II");
    assert_string_equal(r.name[2], k == 1 ? "signal 3" : "aVR");
    for (int l = 0; l < LEADS; l++)
      for (int t = 0; t < SAMPLES; t++) {
        assert_true(fabs(r.value[l * SAMPLES + t] - count(l, t) / 200.0) < 1e-12);
        assert_true(fabs(r.time_ms[t] - 4 * t) < 1e-9);
      }
    iso_ecg_record_free(&r);
  }
}

static void a_measured_record_is_read(void **state) {
  (void)state;
  static const int first[] = {-489, -458, 31,   474, -260, -214,
                              -88,  -241, -112, 212, 393,  390}; /* its header's */
  iso_ecg_record r;
  iso_names files = {0};
  int index[12];
  ASSERT_OK(iso_ecg_record_read(&r, DATA "/s0010_5s.hea", &err));
  assert_int_equal(r.n, 5000);
  assert_int_equal(r.nleads, 12);
  assert_string_equal(r.name[3], "aVR");
  for (int k = 0; k < 12; k++) assert_true(r.value[k * r.n] == first[k] / 2000.0);
  ASSERT_OK(iso_ecg_check_limbs(&r, "s0010", &err));
  assert_int_equal(iso_ecg_record_independent(&r, index), 8);
  assert_int_equal(index[2], 6);
  ASSERT_OK(iso_ecg_record_files(&files, DATA "/s0010_5s.hea", &err));
  assert_int_equal(files.n, 1);
  assert_string_equal(files.name[0], DATA "/s0010_5s.dat");
  iso_names_free(&files);
  iso_ecg_record_free(&r);
}

/* UTF-8 is text; other bytes and what moves a cursor are not. */
static void names_are_text(void **state) {
  (void)state;
  iso_ecg_record r;
  put_16();
  put_header((const char *const[]){"Brustwand \303\244", "a\033[2Jb\tc", "\244"});
  ASSERT_OK(iso_ecg_record_read(&r, path_of("a.hea"), &err));
  assert_string_equal(r.name[0], "Brustwand \303\244");
  assert_string_equal(r.name[1], "a?[2Jb?c");
  assert_string_equal(r.name[2], "?");
  iso_ecg_record_free(&r);
}

static void what_is_no_lead_is_left_out(void **state) {
  (void)state;
  iso_ecg_record r;
  put_16();
  put("a.hea", "a 3 250 101\na.dat 16 100/mmHg\na.dat 16 200/V\na.dat 16 200\n");
  ASSERT_OK(iso_ecg_record_read(&r, path_of("a.hea"), &err));
  assert_int_equal(r.nleads, 2);
  assert_int_equal(r.left_out.n, 1);
  assert_string_equal(r.left_out.name[0], " (in mmHg)");
  assert_true(r.value[0] == 1000 * count(1, 0) / 200.0);
  iso_ecg_record_free(&r);
}

/* ---- what is refused ---- */

static void refuse(const char *name, const char *text) {
  iso_ecg_record r;
  ASSERT_REFUSED(iso_ecg_record_read(&r, path_of(name), &err), text);
  assert_null(strchr(err.message, '\n'));
  iso_ecg_record_free(&r);
}

static void headers_that_are_none_are_refused(void **state) {
  (void)state;
  static const char *const wrong[][2] = {
      {"", "is no header of WFDB"},
      {"a three 250 101\n", "a.hea:1: is no header"},
      {"a/2 3 250 101\n", "several segments"},
      {"a 0 250 101\n", "0 signals"},
      {"a 3 fast 101\n", "'fast' are no samples a second"},
      {"a 3 250 many\n", "'many' is no number of samples"},
      {"a 3 0.1 101\na.dat 16 200\na.dat 16 200\na.dat 16 200\n", "0.1 samples a second"},
      {"a 3 250 101\na.dat 16 200\na.dat 16 200\n", "fewer lines than 3 signals"},
      {"a 1 250 101\na.dat 16\n", "a.hea:2: a signal has a file, a format and a gain"},
      {"a 1 250 101\na.dat sixteen 200\n", "'sixteen' is no format"},
      {"a 1 250 101\na.dat 310 200\n", "the format 310 is not read"},
      {"a 1 250 101\na.dat 16x4 200\n", "several samples in a frame"},
      {"a 1 250 101\na.dat 16 0\n", "a gain of 0 says"},
      {"a 1 250 101\na.dat 16 x/mV\n", "'x/mV' is no gain"},
      {"a 1 250 101\na.dat 16 200 12 zero\n", "a.hea:2: 'zero' is no number"},
      {"a 1 250 101\n../a.dat 16 200\n", "is no file beside the header"},
      {"a 1 250 101\nz.dat 16 200\n", "z.dat: cannot be read"},
      {"a 1 250 101\na.dat 16 200/mmHg\n", "none of its signals is a lead"},
      {"a 3 250 102\na.dat 16 200\na.dat 16 200\na.dat 16 200\n",
       "has 303 numbers, not 102 samples of 3 signals"},
      {"a 2 250 101\na.dat 16 200\na.dat 212 200\n", "signals of one file have one format"},
      {"a 3 250 101\na.dat 16 200\nb.dat 16 200\na.dat 16 200\n",
       "a.hea:4: signals of one file stand one below"},
      {"a 1 250 101\na.dat 16 200 12 0 0 77\n", "are not those of its checksum in"},
      {"a 1 250 1e12\na.dat 16 200\n", "are too many"},
      {"a 2 250 100\na.dat 16 200 12 0 0 -9 0 V1\na.dat 16 200 12 0 0 -9 0 v1\n", "checksum"},
  };
  put_16();
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
    iso_ecg_record r;
    put("a.hea", wrong[k][0]);
    ASSERT_REFUSED(iso_ecg_record_read(&r, path_of("a.hea"), &err), wrong[k][1]);
    iso_ecg_record_free(&r);
  }
}

static void samples_that_are_missing_are_refused(void **state) {
  (void)state;
  put("a.hea", "a 1 500\na.dat 16 200\n");
  put_bytes("a.dat", "\1\0\2\0\0\200\3\0", 8);
  refuse("a.hea", "signal 1 has no sample at 4 ms");
  put_bytes("a.dat", "\1\0", 2);
  refuse("a.hea", "fewer than two samples");
  put("a.hea", "a 2 500 2\na.dat 16 200\na.dat 16 200\n");
  put_bytes("a.dat", "\1\0\2\0\1\0\3\0", 8);
  put("e.hea", "a 2 500 2\na.dat 16 200 0 0 0 2 0 V1\na.dat 16 200 0 0 0 5 0 v1\n");
  refuse("e.hea", "two leads have the name 'V1'");
  refuse("a.dat", "name that, the .hea");
  refuse("a.bdf", "convert it to EDF");
}

static void edf_that_is_none_is_refused(void **state) {
  (void)state;
  static const struct {
    edf edf;
    const char *text;
  } wrong[] = {
      {{"1", "EDF+C", "1280", "101", "0.004", "4", "uV", "-2048"}, "is no EDF"},
      {{"0", "EDF+D", "1280", "101", "0.004", "4", "uV", "-2048"}, "with gaps"},
      {{"0", "", "1024", "101", "0.004", "4", "uV", "-2048"},
       "a header of 1024 bytes is not that of 4 signals"},
      {{"0", "", "1280", "many", "0.004", "4", "uV", "-2048"}, "byte 236: the number of records is 'many'"},
      {{"0", "", "1280", "m\nny\033", "0.004", "4", "uV", "-2048"}, "the number of records is 'm?ny?'"},
      {{"0", "", "1280", "102", "0.004", "4", "uV", "-2048"}, "has 101 records, not 102"},
      {{"0", "", "1280", "101", "0", "4", "uV", "-2048"}, "records last 0 s"},
      {{"0", "", "1280", "101", "0.004", "4", "Ohm", "-2048"}, "none of its signals is a lead"},
      {{"0", "", "1280", "101", "0.004", "4", "uV", "2047"}, "signal 1 (ECG I): from 2047 to 2047 counts"},
      {{"0", "", "1280", "101", "0.004", "4", "uV", "x"}, "the digital minimum is 'x'"},
      {{"0", "", "1280", "101", "0.004", "4", "uV", "-1e-300"},
       "(ECG I): the digital limits -1e-300 and 2047"},
      {{"0", "", "1280", "101", "0.004", "4", "uV", "-32769"}, "are no whole numbers from -32768 to 32767"},
      {{"0", "", "1280", "101", "0.004", "0", "uV", "-2048"}, "0 signals"},
  };
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
    put_edf(&wrong[k].edf);
    refuse("c.edf", wrong[k].text);
  }
  const edf unknown = {"0", "", "1280", "-1", "0.004", "4", "uV", "-2048"};
  iso_ecg_record r;
  put_edf(&unknown);
  ASSERT_OK(iso_ecg_record_read(&r, path_of("c.edf"), &err));
  assert_int_equal(r.n, SAMPLES);
  iso_ecg_record_free(&r);
  assert_int_equal(truncate(path_of("c.edf"), 700), 0);
  refuse("c.edf", "the file ends within it");
}

int main(int argc, char **argv) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_format_gives_the_same),
      cmocka_unit_test(a_measured_record_is_read),
      cmocka_unit_test(names_are_text),
      cmocka_unit_test(what_is_no_lead_is_left_out),
      cmocka_unit_test(headers_that_are_none_are_refused),
      cmocka_unit_test(samples_that_are_missing_are_refused),
      cmocka_unit_test(edf_that_is_none_is_refused),
  };
  MPI_Init(&argc, &argv);
  const int failed = cmocka_run_group_tests(tests, make_folder, remove_folder);
  MPI_Finalize();
  return failed;
}
