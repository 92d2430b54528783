/* Writing and reading files in places that others share, and printing what was read from them. */
#include "base/atomic.h"
#include "base/input.h"
#include "base/path.h"
#include "base/sha256.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char before[4096];

static int enter(void **state) {
  static char folder[] = "files.XXXXXX";
  (void)state;
  strcpy(folder + strlen(folder) - 6, "XXXXXX");
  return getcwd(before, sizeof before) && mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int count_files(void) {
  int n = 0;
  DIR *dir = opendir(".");
  for (struct dirent *e; dir && (e = readdir(dir));) n += e->d_name[0] != '.';
  closedir(dir);
  return n;
}

static int leave(void **state) {
  (void)state;
  char here[4096];
  DIR *dir = opendir(".");
  for (struct dirent *e; dir && (e = readdir(dir));)
    if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..") && unlink(e->d_name) != 0) rmdir(e->d_name);
  closedir(dir);
  return getcwd(here, sizeof here) && chdir(before) == 0 ? rmdir(here) : -1;
}

static void put(const void *text, FILE *f) { fputs(text, f); }

static void write_text(const char *path, const char *text) {
  iso_error err = {0};
  if (iso_atomic_write(path, false, put, text, &err) != ISO_OK) fail_msg("%s", err.message);
}

static void assert_text(const char *path, const char *expected) {
  char text[100] = "";
  FILE *f = fopen(path, "r");
  assert_non_null(f);
  text[fread(text, 1, sizeof text - 1, f)] = '\0';
  fclose(f);
  assert_string_equal(text, expected);
}

static void begin(iso_atomic *file, const char *path) {
  iso_error err = {0};
  if (iso_atomic_begin(file, MPI_COMM_SELF, path, &err) != ISO_OK) fail_msg("%s", err.message);
}

/* ---- writing ---- */

static void test_a_text_replaces_another(void **state) {
  (void)state;
  write_text("a", "old and long");
  write_text("a", "new");
  assert_text("a", "new");
  assert_int_equal(count_files(), 1);
}

static void test_modes(void **state) {
  (void)state;
  struct stat info;
  iso_error err = {0};
  const mode_t mask = umask(0);
  write_text("public", "x");
  assert_int_equal(iso_atomic_write("mine", true, put, "x", &err), ISO_OK);
  umask(mask);
  assert_int_equal(stat("public", &info), 0);
  assert_int_equal(info.st_mode & 0777, 0666);
  assert_int_equal(stat("mine", &info), 0);
  assert_int_equal(info.st_mode & 0777, 0600);
}

/* Somebody who may write to the folder puts a link to another file in the place of the temporary one. */
static void test_a_link_is_never_followed(void **state) {
  (void)state;
  iso_atomic file;
  iso_error err = {0};
  write_text("victim", "precious");
  begin(&file, "a");
  assert_int_equal(unlink(file.temporary), 0);
  assert_int_equal(symlink("victim", file.temporary), 0);
  assert_int_equal(iso_atomic_open(&file, O_WRONLY), -1);
  assert_int_equal(errno, ELOOP);
  assert_int_equal(iso_atomic_commit(&file, &err), ISO_EFAIL);
  assert_text("victim", "precious");
  assert_int_equal(access("a", F_OK), -1);
}

static void test_another_file_is_not_taken_for_mine(void **state) {
  (void)state;
  iso_atomic file;
  iso_error err = {0};
  begin(&file, "a");
  assert_int_equal(rename(file.temporary, "aside"), 0);
  close(open(file.temporary, O_WRONLY | O_CREAT, 0600));
  assert_int_equal(iso_atomic_commit(&file, &err), ISO_EFAIL);
  assert_non_null(strstr(err.message, "somebody else replaced"));
  assert_int_equal(access("a", F_OK), -1);
}

static void test_a_group_is_named_whole_or_not_at_all(void **state) {
  (void)state;
  iso_atomic file[3];
  iso_error err = {0};
  const char *const names[] = {"a.pts", "a.elem", "a.lon"};
  for (int i = 0; i < 3; i++) begin(&file[i], names[i]);
  write_text("a.lon", "old");
  assert_int_equal(chmod("a.lon", 0444), 0); /* since they were begun */
  assert_int_equal(iso_atomic_commit_all(3, file, &err), ISO_EFAIL);
  assert_non_null(strstr(err.message, "a.lon"));
  assert_int_equal(count_files(), 1);
  assert_text("a.lon", "old");
  assert_int_equal(chmod("a.lon", 0644), 0);
  err = (iso_error){0};
  for (int i = 0; i < 3; i++) begin(&file[i], names[i]);
  assert_int_equal(iso_atomic_commit_all(3, file, &err), ISO_OK);
  assert_int_equal(count_files(), 3);
  assert_text("a.lon", "");
}

static void limit_files(rlim_t bytes) {
  struct rlimit limit;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
  limit.rlim_cur = bytes;
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void put_much(const void *self, FILE *f) {
  (void)self;
  for (int i = 0; i < 100000; i++) fputc('x', f);
}

static void test_what_does_not_fit_leaves_nothing(void **state) {
  (void)state;
  iso_error err = {0};
  void (*usual)(int) = signal(SIGXFSZ, SIG_IGN);
  limit_files(50000);
  iso_status status = iso_atomic_write("a", false, put_much, NULL, &err);
  limit_files(RLIM_INFINITY);
  signal(SIGXFSZ, usual);
  assert_int_equal(status, ISO_EFAIL);
  assert_non_null(strstr(err.message, "ulimit"));
  assert_int_equal(count_files(), 0);
}

/* ---- reading ---- */

static void assert_refused(const char *path, const char *why) {
  const char *said;
  assert_int_equal(iso_input_open(path, &said), -1);
  assert_string_equal(said, why);
  assert_null(iso_input_stream(path, &said));
  assert_string_equal(iso_input_trouble(path), why);
}

static void test_only_files_are_read(void **state) {
  (void)state;
  const char *why;
  alarm(20); /* a FIFO must not make it wait */
  assert_int_equal(mkfifo("fifo", 0600), 0);
  assert_int_equal(mkdir("folder", 0700), 0);
  assert_int_equal(symlink("fifo", "link"), 0);
  assert_refused("fifo", "it is no regular file");
  assert_refused("link", "it is no regular file");
  assert_refused("/dev/zero", "it is no regular file");
  assert_refused("folder", "it is a folder");
  assert_refused("missing", strerror(ENOENT));
  alarm(0);
  write_text("a", "x");
  assert_null(iso_input_trouble("a"));
  FILE *f = iso_input_stream("a", &why);
  assert_non_null(f);
  assert_int_equal(fgetc(f), 'x');
  fclose(f);
}

/* Of the examples of FIPS 180-2 and of a million letters, added by pieces that end nowhere near a block. */
static void test_checksums(void **state) {
  static const struct {
    const char *text, *sum;
  } known[] = {{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
               {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
               {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"}};
  char sum[ISO_SHA256_TEXT], letters[1000];
  iso_error err = {0};
  (void)state;
  for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
    write_text("a", known[k].text);
    assert_int_equal(iso_sha256_file("a", sum, &err), ISO_OK);
    assert_string_equal(sum, known[k].sum);
  }
  iso_sha256 many;
  iso_sha256_begin(&many);
  memset(letters, 'a', sizeof letters);
  for (size_t k = 0; k < 1000000 / sizeof letters; k++) iso_sha256_add(&many, letters, sizeof letters);
  iso_sha256_end(&many, sum);
  assert_string_equal(sum, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  assert_int_equal(iso_sha256_file("none", sum, &err), ISO_EFAIL);
}

/* Of absolute paths the last names stay, whatever is in the folders' if they are there. */
static void test_folders_are_left_out_of_texts(void **state) {
  static const char *const known[][2] = {
      {"/home/Surname/a.vtk: 3 m/s", "a.vtk: 3 m/s"},
      {"/a.vtk", "a.vtk"},
      {"members/0001.log and ../b/c", "members/0001.log and ../b/c"},
      {"--set mesh.file=/home/Surname/a.vtk: no", "--set mesh.file=a.vtk: no"},
      {"in '/home/Surname/x/', (\"/tmp/b\") / 2", "in 'x/', (\"b\") / 2"},
      {"/home/Surname: /", "Surname: /"},
  };
  char text[5000], here[1000];
  (void)state;
  for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
    snprintf(text, sizeof text, "%s", known[k][0]);
    iso_path_shorten(text);
    assert_string_equal(text, known[k][1]);
  }
  assert_non_null(getcwd(here, sizeof here));
  assert_int_equal(mkdir("of (two, names", 0777), 0);
  snprintf(text, sizeof text, "%s/of (two, names/new/a.vtk: not there; see %s/of (two, names/b c", here,
           here);
  iso_path_shorten(text);
  assert_string_equal(text, "a.vtk: not there; see b c");
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  const struct CMUnitTest tests[] = {
#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter, leave)
      IN_A_FOLDER(test_a_text_replaces_another),
      IN_A_FOLDER(test_modes),
      IN_A_FOLDER(test_a_link_is_never_followed),
      IN_A_FOLDER(test_another_file_is_not_taken_for_mine),
      IN_A_FOLDER(test_a_group_is_named_whole_or_not_at_all),
      IN_A_FOLDER(test_what_does_not_fit_leaves_nothing),
      IN_A_FOLDER(test_only_files_are_read),
      IN_A_FOLDER(test_checksums),
      IN_A_FOLDER(test_folders_are_left_out_of_texts),
  };
  int failures = cmocka_run_group_tests(tests, NULL, NULL);
  MPI_Finalize();
  return failures;
}
