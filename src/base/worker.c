#include "base/worker.h"

#include "base/memory.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

enum { MOST = 32 }; /* jobs that wait */

typedef struct given {
  iso_job job;
  void *self;
  int64_t number;
} given;

struct iso_worker {
  bool threaded;
  pthread_t thread;
  pthread_mutex_t lock; /* of all below */
  pthread_cond_t changed;
  given jobs[MOST];
  int64_t ngiven, ndone; /* job k is in jobs[k % MOST] */
  bool over;
};

static void *work(void *self) {
  iso_worker *w = self;
  pthread_mutex_lock(&w->lock);
  for (;;) {
    while (w->ndone == w->ngiven && !w->over) pthread_cond_wait(&w->changed, &w->lock);
    if (w->ndone == w->ngiven) break;
    const given next = w->jobs[w->ndone % MOST];
    pthread_mutex_unlock(&w->lock);
    next.job(next.self, next.number);
    pthread_mutex_lock(&w->lock);
    w->ndone++;
    pthread_cond_broadcast(&w->changed);
  }
  pthread_mutex_unlock(&w->lock);
  return NULL;
}

/* Signals are for the thread that everything else is done by. */
static bool start(iso_worker *w) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int code = pthread_create(&w->thread, NULL, work, w);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return code == 0;
}

iso_status iso_worker_new(iso_worker **out, bool threaded, iso_error *err) {
  iso_worker *w = NULL;
  *out = NULL;
  ISO_TRY(iso_alloc(&w, 1, sizeof *w, "a thread", err));
  pthread_mutex_init(&w->lock, NULL);
  pthread_cond_init(&w->changed, NULL);
  w->threaded = threaded && start(w);
  *out = w;
  return ISO_OK;
}

void iso_worker_give(iso_worker *w, iso_job job, void *self, int64_t number) {
  if (!w->threaded) {
    job(self, number);
    return;
  }
  pthread_mutex_lock(&w->lock);
  while (w->ngiven - w->ndone == MOST) pthread_cond_wait(&w->changed, &w->lock);
  w->jobs[w->ngiven++ % MOST] = (given){job, self, number};
  pthread_cond_broadcast(&w->changed);
  pthread_mutex_unlock(&w->lock);
}

void iso_worker_wait(iso_worker *w) {
  pthread_mutex_lock(&w->lock);
  while (w->threaded && w->ndone < w->ngiven) pthread_cond_wait(&w->changed, &w->lock);
  pthread_mutex_unlock(&w->lock);
}

void iso_worker_free(iso_worker *w) {
  if (!w) return;
  iso_worker_wait(w);
  pthread_mutex_lock(&w->lock);
  w->over = true;
  pthread_cond_broadcast(&w->changed);
  pthread_mutex_unlock(&w->lock);
  if (w->threaded) pthread_join(w->thread, NULL);
  pthread_cond_destroy(&w->changed);
  pthread_mutex_destroy(&w->lock);
  free(w);
}
