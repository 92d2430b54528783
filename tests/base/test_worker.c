/* Jobs behind the caller: all of them, in their order, with a thread and where none can be had. */
#include "grid/mpi_main.h"

#include "base/worker.h"

#include <errno.h>
#include <pthread.h>

static iso_error err;
static bool refuses; /* that a thread begins */

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*work)(void *), void *self);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*work)(void *), void *self);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*work)(void *), void *self) {
  return refuses ? EAGAIN : __real_pthread_create(thread, how, work, self);
}

typedef struct list {
  int64_t n, number[100];
  pthread_t by;
} list;

static void note(void *self, int64_t number) {
  list *l = self;
  l->number[l->n++] = number;
  l->by = pthread_self();
}

static void do_jobs(list *l, bool threaded) {
  iso_worker *worker;
  *l = (list){0};
  ASSERT_OK(iso_worker_new(&worker, threaded, &err));
  for (int64_t k = 0; k < 90; k++) iso_worker_give(worker, note, l, 3 * k);
  iso_worker_wait(worker);
  assert_int_equal(l->n, 90);
  for (int64_t k = 90; k < 100; k++) iso_worker_give(worker, note, l, 3 * k);
  iso_worker_free(worker); /* waits, too */
  assert_int_equal(l->n, 100);
  for (int64_t k = 0; k < 100; k++) assert_int_equal(l->number[k], 3 * k);
}

static void jobs_are_done_in_their_order(void **state) {
  (void)state;
  list l;
  do_jobs(&l, true);
  assert_false(pthread_equal(l.by, pthread_self()));
}

static void without_a_thread_as_well(void **state) {
  (void)state;
  list l;
  refuses = true;
  do_jobs(&l, true);
  refuses = false;
  assert_true(pthread_equal(l.by, pthread_self()));
  do_jobs(&l, false);
  assert_true(pthread_equal(l.by, pthread_self()));
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(jobs_are_done_in_their_order),
                                          cmocka_unit_test(without_a_thread_as_well)};

int main(void) { return cmocka_run_group_tests(tests, NULL, NULL); }
