/* Transfers from and to device memory go through copies on a stream of MPI's own, as in a real one: it knows
 * nothing of the program's streams, so that a wait that the program forgot shows as stale or lost values. */
#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include "direct_mpi.h"

#include "cuda_runtime.h"

#include <mpi.h>

#include <map>
#include <vector>

namespace {

struct transfer {
  void *device; /* where it arrives; NULL for what is sent */
  std::vector<char> host;
};

struct state {
  cudaStream_t stream;
  std::map<MPI_Request *, transfer> under_way;
  long sent = 0, received = 0;
};

state &mine() {
  static state s = [] {
    state made;
    cudaStreamCreateWithPriority(&made.stream, cudaStreamNonBlocking, 0);
    return made;
  }();
  return s;
}

void copy(void *to, const void *from, size_t bytes, cudaMemcpyKind kind) {
  cudaMemcpyAsync(to, from, bytes, kind, mine().stream);
  cudaStreamSynchronize(mine().stream);
}

bool is_direct(const void *buffer, int n) { return n > 0 && emulated_is_device_memory(buffer); }

} // namespace

extern "C" {

long direct_mpi_sent(void) { return mine().sent; }
long direct_mpi_received(void) { return mine().received; }

int MPI_Isend(const void *buffer, int n, MPI_Datatype type, int rank, int tag, MPI_Comm comm,
              MPI_Request *request) {
  if (!is_direct(buffer, n)) return PMPI_Isend(buffer, n, type, rank, tag, comm, request);
  transfer &t = mine().under_way[request] = {nullptr, std::vector<char>((size_t)n)};
  copy(t.host.data(), buffer, t.host.size(), cudaMemcpyDeviceToHost);
  mine().sent += n;
  return PMPI_Isend(t.host.data(), n, type, rank, tag, comm, request);
}

int MPI_Irecv(void *buffer, int n, MPI_Datatype type, int rank, int tag, MPI_Comm comm,
              MPI_Request *request) {
  if (!is_direct(buffer, n)) return PMPI_Irecv(buffer, n, type, rank, tag, comm, request);
  transfer &t = mine().under_way[request] = {buffer, std::vector<char>((size_t)n)};
  return PMPI_Irecv(t.host.data(), n, type, rank, tag, comm, request);
}

int MPI_Waitall(int n, MPI_Request request[], MPI_Status *status) {
  const int result = PMPI_Waitall(n, request, status);
  for (int k = 0; k < n; k++) {
    const auto found = mine().under_way.find(&request[k]);
    if (found == mine().under_way.end()) continue;
    transfer &t = found->second;
    if (t.device) {
      copy(t.device, t.host.data(), t.host.size(), cudaMemcpyHostToDevice);
      mine().received += (long)t.host.size();
    }
    mine().under_way.erase(found);
  }
  return result;
}

} // extern "C"
