/* See cuda_runtime.h. */
#include "cuda_runtime.h"

#include "nvrtc.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <dlfcn.h>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <setjmp.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <vector>

emulated_index blockIdx, threadIdx, blockDim, gridDim;

namespace {

typedef std::function<void()> work;

/* What a stream does next: some work, or a wait for a place in another stream. */
struct item {
  work run;
  emulated_stream *stream; /* to wait for, or null */
  int64_t until;           /* items of that stream that have to be done */
};

} // namespace

struct emulated_stream {
  std::deque<item> items;
  int64_t put = 0, done = 0; /* items so far */
  std::vector<item> *capture = nullptr;
};

struct emulated_event {
  emulated_stream *stream = nullptr;
  int64_t until = 0;
};

struct emulated_graph {
  std::vector<item> items;
};

namespace {

enum { FENCE = 256, FENCE_BYTE = 0x5a }; /* behind every buffer */

/* ---- the machine ---- */

struct machine {
  char *arena;
  size_t size, used = 0, reached = 0; /* bytes: all, given out, up to the end of the last ever given out */
  std::map<char *, size_t> holes, buffers; /* free and taken pieces of the arena */
  std::set<emulated_stream *> streams;
  long launches_left;
  cudaError_t last = cudaSuccess, lost = cudaSuccess;
};

long number_from(const char *name, long otherwise) {
  const char *text = getenv(name);
  return text ? atol(text) : otherwise;
}

/* What the host asked for, and what ran. */
struct counts {
  long launches = 0, graphs = 0, copies = 0, waits = 0, kernels = 0;
  ~counts() {
    if (getenv("EMULATED_CUDA_COUNT"))
      fprintf(stderr, "emulated CUDA: %ld launches, %ld graphs, %ld copies, %ld waits; %ld kernels ran\n",
              launches, graphs, copies, waits, kernels);
  }
} counted;

machine &the_machine() {
  static machine m = [] {
    machine made;
    made.size = (size_t)number_from("EMULATED_CUDA_MEMORY", 1L << 30) / 4096 * 4096;
    made.arena =
        (char *)mmap(nullptr, made.size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (made.arena == MAP_FAILED) abort();
    made.holes[made.arena] = made.size;
    made.launches_left = number_from("EMULATED_CUDA_LOST_AFTER", -1);
    return made;
  }();
  return m;
}

cudaError_t say(cudaError_t error) {
  machine &m = the_machine();
  if (m.lost != cudaSuccess) error = m.lost;
  if (error != cudaSuccess) m.last = error;
  return error;
}

bool on_device(const void *p) {
  const machine &m = the_machine();
  return (const char *)p >= m.arena && (const char *)p < m.arena + m.size;
}

void demand(bool condition, const char *what) {
  if (condition) return;
  fprintf(stderr, "emulated CUDA: %s\n", what);
  abort();
}

/* ---- execution ---- */

void run_until(emulated_stream *s, int64_t until) {
  while (s->done < until) {
    item next = s->items.front();
    s->items.pop_front();
    if (next.stream)
      run_until(next.stream, next.until);
    else
      next.run();
    s->done++;
  }
}

/* Device memory is there only meanwhile. */
void with_arena(const work &run) {
  machine &m = the_machine();
  mprotect(m.arena, m.reached, PROT_READ | PROT_WRITE);
  run();
  mprotect(m.arena, m.reached, PROT_NONE);
}

cudaError_t wait_for(emulated_stream *s, int64_t until) {
  counted.waits++;
  if (s->done < until) with_arena([=] { run_until(s, until); });
  return say(cudaSuccess);
}

cudaError_t put(cudaStream_t s, item i) {
  if (the_machine().lost != cudaSuccess) return say(cudaSuccess);
  if (s->capture) {
    s->capture->push_back(i);
  } else {
    s->items.push_back(i);
    s->put++;
  }
  return say(cudaSuccess);
}

/* ---- order ---- */

/* The numbers below n in the order in which blocks or threads run: ascending, or shuffled from the seed
 * EMULATED_CUDA_ORDER, another time each time. */
std::vector<unsigned> order_of(unsigned n) {
  static const long seed = number_from("EMULATED_CUDA_ORDER", 0);
  static std::mt19937 random((unsigned)seed);
  std::vector<unsigned> order(n);
  for (unsigned k = 0; k < n; k++) order[k] = k;
  if (seed) std::shuffle(order.begin(), order.end(), random);
  return order;
}

/* ---- threads that meet ---- */

/* Where something goes on that has a stack of its own. */
struct place {
  ucontext_t first; /* where it began */
  jmp_buf here;
  bool has_begun = false;
};

/* setjmp and longjmp also move between stacks, and do not ask the kernel for the mask of signals as
 * swapcontext does each time, which is millions of times. AddressSanitizer only knows the latter. */
void move(place &from, place &to) {
#ifdef __SANITIZE_ADDRESS__
  swapcontext(&from.first, &to.first);
#else
  if (_setjmp(from.here)) return;
  if (to.has_begun) _longjmp(to.here, 1);
  to.has_begun = true;
  setcontext(&to.first);
#endif
}

/* One thread of a block, and of the blocks that follow. */
struct fiber {
  place at;
  bool finished = true;
  unsigned block_meetings = 0, warp_meetings = 0; /* that it has come to in this block */
  uint64_t given[2];                              /* to the last two meetings of its warp, by turns */
  std::vector<char> stack;
};

enum { STACK = 64 << 10 }; /* bytes for one thread */

std::vector<fiber> fibers;
place home;                    /* where they are started from */
const work *running = nullptr; /* a kernel whose threads have met, else null */
bool has_met = false;          /* the kernel calls __syncthreads, or a warp's functions */

void go_home() { move(fibers[threadIdx.x].at, home); }

void fiber_main() {
  for (;;) {
    (*running)();
    fibers[threadIdx.x].finished = true;
    go_home();
  }
}

/* There are fibers for so many threads afterwards. */
void make_fibers(unsigned threads) {
  if (fibers.size() >= threads) return;
  fibers = std::vector<fiber>(threads);
  home.has_begun = true;
  for (fiber &f : fibers) {
    f.stack.resize(STACK);
    getcontext(&f.at.first);
    f.at.first.uc_stack.ss_sp = f.stack.data();
    f.at.first.uc_stack.ss_size = STACK;
    makecontext(&f.at.first, fiber_main, 0);
  }
}

/* Threads of a block in turns, each to a meeting that others have not come to, until all have finished. */
void run_block_in_fibers(const work &kernel, unsigned threads) {
  make_fibers(threads);
  running = &kernel;
  for (unsigned k = 0; k < threads; k++)
    fibers[k].finished = false, fibers[k].block_meetings = fibers[k].warp_meetings = 0;
  const std::vector<unsigned> order = order_of(threads);
  for (bool more = true; more;) {
    more = false;
    for (const unsigned thread : order) {
      if (fibers[thread].finished) continue;
      threadIdx.x = thread;
      move(home, fibers[thread].at);
      more = true;
    }
  }
  running = nullptr;
}

struct met {};

/* A kernel is found to meet when its first thread does, before it has changed anything but
 * shared memory; the block then starts anew in fibers. */
void run_kernel(unsigned blocks, unsigned threads, const work &kernel) {
  counted.kernels++;
  gridDim.x = blocks, blockDim.x = threads;
  has_met = false;
  for (const unsigned block : order_of(blocks)) {
    blockIdx.x = block;
    if (!has_met) {
      try {
        for (const unsigned thread : order_of(threads)) threadIdx.x = thread, kernel();
        continue;
      } catch (const met &) {
        has_met = true;
      }
    }
    run_block_in_fibers(kernel, threads);
  }
}

} // namespace

/* Waits until the threads [first, end) of the block have come to as many meetings of a kind as this one has
 * now, or have finished. */
static void meet(unsigned fiber::*meetings, unsigned first, unsigned end) {
  if (!running) throw met();
  const unsigned mine = ++(fibers[threadIdx.x].*meetings);
  for (unsigned k = first; k < end;)
    if (fibers[k].finished || fibers[k].*meetings >= mine)
      k++;
    else
      go_home();
}

void __syncthreads() { meet(&fiber::block_meetings, 0, blockDim.x); }

/* What is given to a meeting stays until the thread comes to the next but one, and so until all have read it.
 */
unsigned emulated_warp::give(uint64_t value) {
  const unsigned first = threadIdx.x / 32 * 32, end = first + 32;
  demand(end <= blockDim.x, "a warp of less than 32 threads");
  if (running) {
    fiber &me = fibers[threadIdx.x];
    me.given[me.warp_meetings % 2] = value;
  }
  meet(&fiber::warp_meetings, first, end);
  return threadIdx.x - first;
}

uint64_t emulated_warp::given_by(unsigned lane) {
  const unsigned turn = (fibers[threadIdx.x].warp_meetings - 1) % 2;
  return fibers[threadIdx.x / 32 * 32 + lane].given[turn];
}

void emulated_launch(cudaStream_t stream, unsigned blocks, unsigned threads, work kernel) {
  machine &m = the_machine();
  demand(blocks > 0 && threads > 0 && threads <= 1024, "a launch without blocks or threads");
  if (m.launches_left == 0) m.lost = cudaErrorLaunchFailure;
  if (m.launches_left > 0) m.launches_left--;
  if (!stream->capture) counted.launches++;
  put(stream, {[=] { run_kernel(blocks, threads, kernel); }, nullptr, 0});
}

/* ---- the interface ---- */

cudaError_t cudaGetDeviceCount(int *count) {
  *count = 0;
  if (getenv("EMULATED_CUDA_DRIVER")) return say(cudaErrorInsufficientDriver);
  *count = (int)number_from("EMULATED_CUDA_GPUS", 2);
  return *count ? say(cudaSuccess) : say(cudaErrorNoDevice);
}

cudaError_t cudaDriverGetVersion(int *version) {
  *version = 11040;
  return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int *version) {
  *version = 13000;
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) {
  int count;
  cudaGetDeviceCount(&count);
  return say(device >= 0 && device < count ? cudaSuccess : cudaErrorInvalidValue);
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int device) {
  snprintf(properties->name, sizeof properties->name, "emulated %d", device);
  memset(&properties->uuid, 'a' + device, sizeof properties->uuid);
  properties->major = 9, properties->minor = 0;
  properties->multiProcessorCount = (int)number_from("EMULATED_CUDA_PROCESSORS", 2);
  return say(cudaSuccess);
}

cudaError_t cudaDeviceGetStreamPriorityRange(int *least, int *greatest) {
  *least = 0, *greatest = -5;
  return say(cudaSuccess);
}

const char *cudaGetErrorString(cudaError_t error) {
  switch (error) {
  case cudaSuccess:
    return "no error";
  case cudaErrorMemoryAllocation:
    return "out of memory";
  case cudaErrorNoDevice:
    return "no CUDA-capable device is detected";
  case cudaErrorSymbolNotFound:
    return "named symbol not found";
  case cudaErrorLaunchFailure:
    return "unspecified launch failure";
  default:
    return "an error";
  }
}

cudaError_t cudaGetLastError() {
  machine &m = the_machine();
  const cudaError_t error = m.last;
  m.last = cudaSuccess;
  return m.lost != cudaSuccess ? m.lost : error;
}

cudaError_t cudaMemGetInfo(size_t *free_bytes, size_t *all_bytes) {
  const machine &m = the_machine();
  *all_bytes = m.size;
  *free_bytes = m.size - m.used;
  return say(cudaSuccess);
}

int emulated_is_device_memory(const void *at) { return on_device(at); }

cudaError_t cudaMalloc(void **buffer, size_t bytes) {
  machine &m = the_machine();
  const size_t room = (bytes + 255) / 256 * 256 + FENCE;
  for (auto hole = m.holes.begin(); hole != m.holes.end(); hole++) {
    if (hole->second < room) continue;
    char *at = hole->first;
    const size_t left = hole->second - room;
    m.holes.erase(hole);
    if (left) m.holes[at + room] = left;
    m.buffers[at] = room;
    m.used += room;
    if (at + room > m.arena + m.reached) m.reached = ((size_t)(at + room - m.arena) + 4095) / 4096 * 4096;
    with_arena([=] { memset(at + room - FENCE, FENCE_BYTE, FENCE); });
    *buffer = at;
    return say(cudaSuccess);
  }
  *buffer = nullptr;
  return say(cudaErrorMemoryAllocation);
}

cudaError_t cudaFree(void *buffer) {
  machine &m = the_machine();
  if (!buffer) return say(cudaSuccess);
  const auto found = m.buffers.find((char *)buffer);
  demand(found != m.buffers.end(), "cudaFree of what cudaMalloc did not give");
  if (m.lost == cudaSuccess) /* what is under way may still use it */
    for (emulated_stream *s : m.streams) wait_for(s, s->put);
  with_arena([=] {
    for (size_t k = 0; k < FENCE; k++)
      demand(found->first[found->second - FENCE + k] == FENCE_BYTE,
             "a launch wrote past the end of a buffer");
  });
  m.used -= found->second;
  m.holes[found->first] = found->second;
  m.buffers.erase(found);
  for (auto a = m.holes.begin(); a != m.holes.end();) { /* join neighbours */
    const auto b = std::next(a);
    if (b == m.holes.end() || a->first + a->second != b->first) {
      a = b;
      continue;
    }
    a->second += b->second;
    m.holes.erase(b);
  }
  return say(cudaSuccess);
}

cudaError_t cudaMallocHost(void **buffer, size_t bytes) {
  *buffer = malloc(bytes);
  return say(*buffer ? cudaSuccess : cudaErrorMemoryAllocation);
}

cudaError_t cudaFreeHost(void *buffer) {
  free(buffer);
  return say(cudaSuccess);
}

cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  demand(on_device(to) == (kind != cudaMemcpyDeviceToHost), "a copy whose target is on the wrong side");
  demand(on_device(from) == (kind != cudaMemcpyHostToDevice), "a copy whose source is on the wrong side");
  if (kind == cudaMemcpyDeviceToHost && the_machine().lost == cudaSuccess) memset(to, 0xff, bytes);
  counted.copies++;
  demand(!stream->capture, "a captured copy");
  return put(stream, {[=] { memcpy(to, from, bytes); }, nullptr, 0});
}

cudaError_t cudaMemsetAsync(void *buffer, int value, size_t bytes, cudaStream_t stream) {
  demand(on_device(buffer), "cudaMemset of host memory");
  return put(stream, {[=] { memset(buffer, value, bytes); }, nullptr, 0});
}

cudaError_t cudaStreamCreateWithPriority(cudaStream_t *stream, unsigned, int) {
  *stream = new emulated_stream;
  the_machine().streams.insert(*stream);
  return say(cudaSuccess);
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  if (the_machine().lost == cudaSuccess) wait_for(stream, stream->put);
  the_machine().streams.erase(stream);
  delete stream;
  return say(cudaSuccess);
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  demand(!stream->capture, "cudaStreamSynchronize during a capture");
  return wait_for(stream, stream->put);
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  demand(!stream->capture, "a captured wait");
  if (!event->stream) return say(cudaSuccess);
  return put(stream, {nullptr, event->stream, event->until});
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  demand(!stream->capture, "a capture within a capture");
  stream->capture = new std::vector<item>;
  return say(cudaSuccess);
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t *graph) {
  demand(stream->capture, "the end of no capture");
  *graph = new emulated_graph;
  (*graph)->items.swap(*stream->capture);
  delete stream->capture;
  stream->capture = nullptr;
  return say(cudaSuccess);
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned) {
  *event = new emulated_event;
  return say(cudaSuccess);
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return say(cudaSuccess);
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  demand(!stream->capture, "a captured event");
  event->stream = stream;
  event->until = stream->put;
  return say(cudaSuccess);
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  return event->stream ? wait_for(event->stream, event->until) : say(cudaSuccess);
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t *exec, cudaGraph_t graph, unsigned long long) {
  *exec = new emulated_graph(*graph);
  return say(cudaSuccess);
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream) {
  machine &m = the_machine();
  if (m.launches_left == 0) m.lost = cudaErrorLaunchFailure;
  if (m.launches_left > 0) m.launches_left--;
  counted.graphs++;
  for (const item &i : exec->items) put(stream, i);
  return say(cudaSuccess);
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  return say(cudaSuccess);
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec) {
  delete exec;
  return say(cudaSuccess);
}

cudaError_t cudaLibraryLoadFromFile(cudaLibrary_t *library, const char *file, void *, void **, unsigned,
                                    void *, void **, unsigned) {
  *library = (cudaLibrary_t)dlopen(file, RTLD_NOW | RTLD_LOCAL);
  return say(*library ? cudaSuccess : cudaErrorInvalidValue);
}

cudaError_t cudaLibraryGetKernel(cudaKernel_t *kernel, cudaLibrary_t library, const char *name) {
  *kernel = (cudaKernel_t)dlsym(library, name);
  return say(*kernel ? cudaSuccess : cudaErrorSymbolNotFound);
}

/* Kernels that wait in a stream would be gone: they end the program when they are run. */
cudaError_t cudaLibraryUnload(cudaLibrary_t library) {
  dlclose(library);
  return say(cudaSuccess);
}

const char *emulated_nvrtc() {
  const char *other = getenv("EMULATED_CUDA_NVRTC");
  return other ? other : EMULATED_NVRTC;
}
