/* What a run will write, and what that takes beside its steps. */
#include "result/summary.h"
#include "study/estimate.h"
#include "study/protocol.h"

#include <math.h>

/* Of maps as they are before compression: bytes of a node and an element, and a second to compress and write;
 * and what any file takes. The mesh is in the file of snapshots, too. */
#define NODE_BYTES 48.0
#define ELEMENT_BYTES 32.0
#define MESH_NODE_BYTES 28.0
#define BYTES_PER_S 60e6
#define FILE_S 0.05

/* A snapshot, in single precision, and a checkpoint, which is written as it is and read back. Seen: user time
 * of 301 snapshots of 390,027 nodes, 4 of 13 parts of it the rank's and the rest its thread's
 * (docs/benchmarks.md), of 600 of 945 nodes, of 20 checkpoints of 53,390 nodes and of 7,000 of 45. Ranks
 * share the bytes of snapshots. */
#define RANKS_PART 0.3
#define SNAPSHOT_BYTES 4.0
#define SNAPSHOT_BYTES_PER_S 300e6
#define SNAPSHOT_S 2e-4
#define STATE_BYTES_PER_S 200e6
#define CHECKPOINT_S 0.03

#define RUN_MORE 1.1 /* of the memory of a run over that of its set-up: buffers of results */

/* Of an element while the mesh of snapshots is written beside the state, of a node to send them and
 * checkpoints to files, and what MPI takes on a rank to write these. Seen: 64, of which 12 are no
 * longer kept, 80 and 11 million on 15,625 and 68,921 nodes. */
#define SNAPSHOT_ELEMENT_BYTES 52.0
#define SEND_NODE_BYTES 80.0
#define RANK_BYTES 11e6

/* Of a node: two blocks of eight snapshots, and one of them packed. */
#define BLOCK_NODE_BYTES 84.0

static bool has_checkpoints(const iso_setup *setup) {
  const iso_config_checkpoint *c = &setup->config->checkpoint;
  return setup->simulation && (c->interval_ms > 0 || c->every_minutes > 0);
}

static bool has_snapshots(const iso_setup *setup) {
  return setup->simulation && setup->config->outputs.snapshot_interval_ms > 0;
}

static bool has_trials(const iso_setup *setup) { return setup->simulation && setup->config->has_protocol; }

static double blocks_bytes(const iso_setup *setup) {
  return has_snapshots(setup) ? BLOCK_NODE_BYTES * (double)setup->mesh->nnodes : 0;
}

/* Collective. Of a checkpoint, over all ranks. */
static iso_status measure_state(const iso_setup *setup, double *bytes, iso_error *err) {
  iso_archive *archive = NULL;
  MPI_Comm comm = setup->mesh->comm;
  *bytes = 0;
  iso_status status = iso_agree(comm, iso_archive_new(&archive, setup->mesh, err), err);
  if (status == ISO_OK) status = iso_simulation_save(setup->simulation, archive, err);
  for (int k = 0; status == ISO_OK && k < iso_archive_count(archive); k++) {
    const iso_archive_array *array = iso_archive_array_at(archive, k);
    *bytes += (double)array->count * (double)iso_archive_bytes(array->type);
  }
  MPI_Allreduce(MPI_IN_PLACE, bytes, 1, MPI_DOUBLE, MPI_SUM, comm);
  iso_archive_free(archive);
  return status;
}

/* What is put together for snapshots: their mesh, or later blocks of them, which are more where a node has
 * one element. */
static double snapshots_bytes(const iso_setup *setup) {
  const iso_mesh *mesh = setup->mesh;
  return has_snapshots(setup) ? fmax(SNAPSHOT_ELEMENT_BYTES * (double)mesh->nelems, blocks_bytes(setup)) : 0;
}

/* Of the states that trials go back to, and those of a checkpoint once more while it is written: seen. */
static double trials_bytes(const iso_setup *setup, double state_bytes) {
  const int times = has_checkpoints(setup) ? 2 : 1;
  return has_trials(setup) ? times * iso_protocol_most_states(&setup->config->protocol) * state_bytes : 0;
}

iso_status iso_estimate_memory(const iso_setup *setup, iso_estimate *e, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  const double setup_bytes = RUN_MORE * iso_peak_memory(mesh->comm);
  const int senders = has_snapshots(setup) + has_checkpoints(setup);
  double with_state = 0;
  int ranks;
  MPI_Comm_size(mesh->comm, &ranks);
  if (has_checkpoints(setup) || has_trials(setup)) ISO_TRY(measure_state(setup, &e->state_bytes, err));
  if (has_checkpoints(setup))
    with_state = iso_peak_memory(mesh->comm) + ranks * RANK_BYTES +
                 senders * SEND_NODE_BYTES * (double)mesh->nnodes + blocks_bytes(setup);
  e->peak_bytes =
      fmax(setup_bytes + snapshots_bytes(setup), with_state) + trials_bytes(setup, e->state_bytes);
  return ISO_OK;
}

/* The mesh, and a row of it at each multiple of the interval. spare: whether they are packed behind the run.
 */
static double snapshots_s(const iso_setup *setup, double end_ms, bool spare) {
  const iso_config_outputs *o = &setup->config->outputs;
  const double nodes = (double)setup->mesh->nnodes, elements = (double)setup->mesh->nelems;
  const double last_ms = fmin(end_ms, o->snapshot_stop_ms); /* which may be no number: none */
  if (!has_snapshots(setup)) return 0;
  const double rows = fmax(floor((last_ms - o->snapshot_start_ms) / o->snapshot_interval_ms) + 1, 0);
  const double part = spare ? RANKS_PART : 1;
  int ranks;
  MPI_Comm_size(setup->mesh->comm, &ranks);
  return FILE_S + (MESH_NODE_BYTES * nodes + ELEMENT_BYTES * elements) / BYTES_PER_S +
         part * rows * (SNAPSHOT_S + SNAPSHOT_BYTES * nodes / ranks / SNAPSHOT_BYTES_PER_S);
}

static double checkpoints_s(const iso_setup *setup, const iso_estimate *e) {
  const iso_config_checkpoint *c = &setup->config->checkpoint;
  double n = 0;
  if (!has_checkpoints(setup)) return 0;
  if (c->interval_ms > 0) n += floor(e->end_ms / c->interval_ms);
  if (c->every_minutes > 0) n += floor(e->loop_s / (60 * c->every_minutes));
  return n * (CHECKPOINT_S + e->state_bytes / STATE_BYTES_PER_S);
}

iso_status iso_estimate_results(const iso_setup *setup, iso_estimate *e, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  bool spare = false;
  if (has_snapshots(setup)) ISO_TRY(iso_setup_spare_core(setup, &spare, err));
  const double bytes = NODE_BYTES * (double)mesh->nnodes + ELEMENT_BYTES * (double)mesh->nelems;
  e->output_s = FILE_S + bytes / BYTES_PER_S;
  e->kept_s = snapshots_s(setup, e->end_ms, spare) + checkpoints_s(setup, e);
  MPI_Bcast(e, sizeof *e, MPI_BYTE, 0, mesh->comm); /* clocks differ */
  return ISO_OK;
}

double iso_estimate_member_seconds(const iso_estimate *e) { return e->loop_s + e->kept_s + e->output_s; }
double iso_estimate_seconds(const iso_estimate *e) { return e->setup_s + iso_estimate_member_seconds(e); }
