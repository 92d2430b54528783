/* The device interface: the only door between src/ and the memory that kernels work on.
 *
 * A device owns buffers and runs launches on them. Buffers are opaque addresses: src/ never dereferences one,
 * it moves values with iso_device_upload and _download. Launches may return before they are done; they run in
 * the order given, and a download waits for what it reads. Arrays of real hold doubles or floats as the
 * device's precision says, and scalars in launch structs are doubles rounded to it once. Ranges of nodes are
 * [first, first + count) of whole-rank arrays.
 *
 * Every result is a pure function of the values and of the order of global numbers: the same bits on every
 * device, with any number of threads, in any vector width. */
#ifndef ISO_KERNELS_DEVICE_H
#define ISO_KERNELS_DEVICE_H

#include "kernels/model.h"
#include "kernels/types.h"

#include <stddef.h>
#include <stdint.h>

typedef enum { ISO_PRECISION_DOUBLE, ISO_PRECISION_SINGLE } iso_precision;

typedef struct iso_device_options {
  const char *kind; /* "auto", "cpu" or "cuda" */
  iso_precision precision;
  int threads;      /* CPU threads; 0: one */
  const char *simd; /* "auto", "scalar", "avx2", "avx512": widest instructions to use */
  int local_rank;   /* among the ranks of this machine: GPUs are dealt out in turn */
} iso_device_options;

typedef struct iso_device_ops iso_device_ops;

typedef struct iso_device {
  const iso_device_ops *ops;
  const iso_cell_kernels *cells; /* to prepare parameters with */
  iso_precision precision;
  size_t real_bytes;
  int slice_rows; /* rows in a slice of iso_rows */
  int threads;
  int deferred;      /* 1: launches return before they are done */
  const char *flags; /* the compiler's, of own models; NULL where the device takes none */
  uint32_t gpu;      /* tells the GPUs of a machine apart, whatever numbers they are given; 0: the host */
  char name[128];    /* "cpu (avx2, double precision)" */
  void *self;
} iso_device;

/* Opens a device. On failure returns NULL and fills message with what is missing and what to do. */
iso_device *iso_device_open(const iso_device_options *options, char *message, size_t size);
void iso_device_close(iso_device *device);

/* One line for each kind of device: what is there, or why it is not. */
void iso_device_describe(int index, char *line, size_t size); /* index 0 .. iso_device_kinds - 1 */
extern const int iso_device_kinds;

/* What has gone wrong on the device since it was opened (a lost GPU, say) with what to do, or NULL. Launches
 * and copies of a failed device do nothing. */
const char *iso_device_failure(const iso_device *device);

/* ---- memory ---- */

/* A zeroed buffer, or NULL when memory is short. */
void *iso_device_alloc(iso_device *device, size_t bytes);
void iso_device_release(iso_device *device, void *buffer);
/* Memory of the host that iso_pack copies to and from, or NULL when memory is short. */
void *iso_device_host_alloc(iso_device *device, size_t bytes);
void iso_device_host_release(iso_device *device, void *buffer);
/* Bytes of a GPU that are free, and all it has; both 0 where buffers are the host's own memory. */
void iso_device_memory(const iso_device *device, size_t *free_bytes, size_t *all_bytes);
void iso_device_upload(iso_device *device, void *buffer, size_t offset, const void *host, size_t bytes);
void iso_device_download(iso_device *device, const void *buffer, size_t offset, void *host, size_t bytes);

/* Values of real, converted from and to double. */
void iso_device_upload_real(iso_device *device, void *buffer, int64_t first, int64_t n, const double *host);
void iso_device_download_real(iso_device *device, const void *buffer, int64_t first, int64_t n, double *host);
/* In single precision, rounded where real is double. */
void iso_device_download_single(iso_device *device, const void *buffer, int64_t first, int64_t n,
                                float *host);
/* A new buffer that holds a copy of bytes, or of n values of real, from the host; NULL when memory is short.
 */
void *iso_device_copy(iso_device *device, const void *host, size_t bytes);
void *iso_device_copy_real(iso_device *device, const double *host, int64_t n);

/* Waits until every launch so far is done. */
void iso_device_sync(iso_device *device);

/* ---- models of the user's own: see kernels/own/own.h ---- */

/* A source to be compiled at run time. */
typedef struct iso_kernel_source {
  const char *file;
  const char *header; /* included first */
  const char *folder; /* that other includes start from */
  const char *define; /* "NAME=value" */
} iso_kernel_source;

/* Who compiles own/cells.c, with device->flags. */
typedef struct iso_kernel_compiler {
  char name[32];    /* and version, of the device's own; empty: a C compiler makes a shared library of it */
  char defines[32]; /* flags with which a C preprocessor sees what the device's own compiler will see */
} iso_kernel_compiler;

/* Returns 0, and a message, where the device takes no own models or its compiler cannot be loaded. */
int iso_device_compiler(iso_device *device, iso_kernel_compiler *compiler, char *message, size_t size);

/* The device's own compiler makes the file output; what it says goes to the file messages. Returns 1 if all
 * went well. */
int iso_device_compile(iso_device *device, const iso_kernel_source *source, const char *output,
                       const char *messages);

/* iso_own.kernels of what was compiled for the model of that name, to be released before the device is
 * closed; NULL, and a message. */
void *iso_device_load_own(iso_device *device, const char *file, const char *name, char *message, size_t size);
void iso_device_release_own(iso_device *device, void *kernels);

/* ---- launches ---- */

/* A sequence of launches that comes again and again with the same arguments, without copies, packing or
 * waits: if (!iso_device_replay(device, s)) { iso_device_record(device, s); ... iso_device_recorded(device,
 * s); } A device that can, launches the whole sequence at once from the second or third time on. It belongs
 * to who makes the launches, so that many may use one device. */
typedef struct iso_sequence {
  int seen;    /* the device's: 0 before the first time */
  void *graph; /* the device's */
} iso_sequence;
/* Whether it was launched; else it is to be recorded. */
int iso_device_replay(iso_device *device, iso_sequence *sequence);
void iso_device_record(iso_device *device, iso_sequence *sequence);
void iso_device_recorded(iso_device *device, iso_sequence *sequence);
/* It is recorded anew. Before a buffer or a kernel that it uses is released, and before the device is closed;
 * harmless on a cleared one. */
void iso_device_forget(iso_device *device, iso_sequence *sequence);

/* Advance cells by one step; see kernels/model.h. */
void iso_launch_cells(iso_device *device, const iso_model *model, const iso_cells *cells);

/* What happened in the steps since somebody last read it: counters that the launches below move on. */
typedef struct iso_pending {
  int32_t events, steps;
  int64_t first; /* step of the run that steps count from */
} iso_pending;

/* Upstrokes and recoveries in a step, looked for by the launch that makes the new Vm. A node is activated
 * when Vm crosses its threshold upwards, and then recovers when Vm falls to peak - fraction (peak - rest), or
 * below recovery where fraction is 0; rest is the lowest Vm since the last recovery. Times are interpolated
 * linearly. Events go to event[pending->events ..) in no fixed order, at most one a node and launch. */
typedef struct iso_watch_event {
  double part; /* of the step that was over; iso_settle: base steps, from the start of the patch's step */
  iso_lid node;
  int16_t step; /* pending->steps at the launch */
  int16_t kind; /* 0 activated, 1 recovered */
} iso_watch_event;
#define ISO_RESTING (-1e30)
typedef struct iso_watch {
  const void *before;     /* Vm at the start of the step */
  void *rest, *peak;      /* real; peak is ISO_RESTING except from activation to recovery */
  const void *activation; /* real, the threshold of each node; NULL: activation_mV everywhere */
  double activation_mV, fraction, recovery;
  int32_t capacity;
  iso_pending *pending;
  iso_watch_event *event; /* [capacity]; pending->events counts on past it */
} iso_watch;

/* Stimuli in some steps, taken off the ionic current by the launches that use it. Nodes that the same stimuli
 * reach are one set. */
typedef struct iso_stimulation {
  const iso_lid *set; /* [nodes]; 0: no stimulus */
  const void *value;  /* real [steps][nsets] uA/uF of each set by pending->steps; 0 for set 0 */
  iso_lid nsets;
  const iso_pending *pending;
} iso_stimulation;

/* Sparse rows in slices of slice_rows (SELL): row r of slice s has its k-th entry at
 * start[s] + k * slice_rows + r; rows of a slice are sorted by length within a window, so row[] names them.
 * The entries of a row are in the order of the global number of their columns, without the diagonal, and act
 * on differences, so that constants are mapped to exactly diagonal * constant: (A x)_i = diagonal_i x_i +
 * sum_j a_ij (x_j - x_i)                                                   */
typedef struct iso_rows {
  int64_t nslices;
  int64_t *start;  /* [nslices + 1] into column and value */
  iso_lid *row;    /* [nslices * slice_rows] local row; padding repeats the slice's last real row */
  iso_lid *column; /* padding: the row itself */
  void *value;     /* real; padding: 0 */
  void *diagonal;  /* [nrows] real: sums of the full rows, or NULL for 0 */
} iso_rows;

/* out_i = sum_t coefficient_t term_t,i + apply (A x)_i for the rows of slices [first, last), or of runs of
 * slices. Where store is not NULL, (A x)_i is kept there. out and store may alias terms but not x. Terms are
 * added in order.
 *
 * Here and in iso_combine: with stimulus, the last term is an ionic current, which the stimulus is taken off
 * before it is used; the term itself stays as it is. With watch, out is the Vm at the end of a step; it may
 * not alias watch->before.
 *
 * A product may come in two launches: ISO_INNER_ROWS and then, after an unpack if need be, ISO_BOUNDARY_ROWS
 * of the same fields. The second may run before the first has finished, and a pack that follows with boundary
 * set before that, too. */
enum { ISO_ALL_ROWS, ISO_INNER_ROWS, ISO_BOUNDARY_ROWS };
#define ISO_MAX_TERMS 5
typedef struct iso_product {
  const iso_rows *rows;
  int64_t first, last;     /* do not matter where there is a run: */
  int32_t nruns;           /* how many; 0: nothing to do */
  const iso_lid (*run)[2]; /* [nruns] first and last + 1 slice, ascending, without overlaps, on the device */
  int part;                /* ISO_ALL_ROWS, .. */
  const void *x;
  double apply;
  int nterms;
  double coefficient[ISO_MAX_TERMS];
  const void *term[ISO_MAX_TERMS];
  const iso_stimulation *stimulus; /* may be NULL */
  const iso_watch *watch;          /* may be NULL */
  void *store, *out;
} iso_product;
void iso_launch_product(iso_device *device, const iso_product *product);

/* The same for all rows by a library of the device's maker, in whatever order that sums: an alternative and a
 * yardstick, not the same bits. Rows [nrows] and x [ncolumns]. NULL where there is none, with a message; the
 * rows may be released afterwards. product->rows, first, last and run do not matter. With store, at most
 * ISO_MAX_TERMS - 1 terms and no stimulus. */
void *iso_library_rows(iso_device *device, const iso_rows *rows, iso_lid nrows, iso_lid ncolumns,
                       char *message, size_t size);
void iso_library_rows_free(iso_device *device, void *library_rows);
void iso_launch_library_product(iso_device *device, void *library_rows, const iso_product *product);

/* out_i = sum_t coefficient_t term_t,i over [first, first + count), or over runs of nodes; at least one term.
 */
typedef struct iso_combine {
  iso_lid first, count;    /* do not matter where there is a run: */
  int32_t nruns;           /* how many; 0: nothing to do */
  const iso_lid (*run)[2]; /* [nruns] first and last + 1 node, ascending, without overlaps, on the device */
  int nterms;
  double coefficient[ISO_MAX_TERMS];
  const void *term[ISO_MAX_TERMS];
  const iso_stimulation *stimulus; /* may be NULL */
  const iso_watch *watch;          /* may be NULL */
  void *out;
} iso_combine;
void iso_launch_combine(iso_device *device, const iso_combine *combine);

/* out_i = a_i b_i over [0, count). */
void iso_launch_multiply(iso_device *device, iso_lid count, const void *a, const void *b, void *out);

/* packed[k][f] = field_f[node[k]], and its inverse onto the consecutive nodes [first, first + count). Where
 * host is not NULL, the values go on to it, or come from it; iso_device_wait_packed waits until they are
 * where they belong, and for nothing else. host may be used again after the next wait. Launches after an
 * unpack see what it unpacked. */
#define ISO_MAX_FIELDS (ISO_MAX_FAST + 1)
typedef struct iso_pack {
  int64_t count;
  iso_lid first;       /* unpack */
  const iso_lid *node; /* pack */
  int boundary; /* pack: the values are the last ISO_BOUNDARY_ROWS', and need nothing else to be finished */
  int nfields;
  void *field[ISO_MAX_FIELDS];
  void *packed;
  void *host; /* of iso_device_host_alloc */
} iso_pack;
void iso_launch_pack(iso_device *device, const iso_pack *pack);
void iso_device_wait_packed(iso_device *device);
void iso_launch_unpack(iso_device *device, const iso_pack *pack);

/* The fast inward current inside elements (references: Pathmanathan et al., Int J Numer Meth Biomed Eng
 * 27:1863, 2011, for the interpolation of state variables). With I_k the nodal fast current, I(q) its linear
 * interpolant and F(q) the current of the interpolated factors at quadrature point q, node k of an element
 * gets, for each q,
 *     weight_q phi_k(q) [interpolation (F(q) - I_k) - smoothing (I_k - I(q))]
 * summed over elements in the order of their global numbers, times inverse_mass_k, added to iion. The second
 * term is the lumped minus the consistent mass applied to I. Elements where |I_k| <= threshold at every node
 * add nothing: there both forms agree to within that threshold.
 *
 * With runs of nodes, only these have other factors than at the last launch, and only the owned ones among
 * them are added to: the same numbers as a launch for all nodes would add. It costs what the runs and the
 * front in them cost. The first launch with a scratch has to be for all nodes. */
typedef struct iso_fast {
  iso_lid nelem, nowned, nlocal; /* elements and nodes of this rank */
  int64_t ld;
  const uint8_t *shape;     /* [nelem] */
  const int8_t *elem_model; /* [nelem] model index, or -1 where the nodes of the element differ */
  const int8_t *node_model; /* [nlocal] model index, or -1 for a model without a fast current */
  const iso_lid *conn;      /* [nelem][width] */
  int width;
  const void *weight;        /* real [nelem] weight of each quadrature point of a simplex (all are equal) */
  const int64_t *hexahedron; /* [nelem] offset into hexahedron_weight; NULL without hexahedra */
  const void *hexahedron_weight; /* real [..][8] */
  const int64_t *node_start;     /* [nlocal + 1] into node_elem */
  const iso_lid *node_elem;      /* words of the elements of a node: see kernels/node_elements.h */
  const void *fast;              /* [ISO_MAX_FAST][ld] factors, owned and ghosts */
  const void *inverse_mass;      /* [nowned] */
  double interpolation, smoothing, threshold;
  int32_t nruns;           /* where there is a run: how many; 0: nothing to do */
  const iso_lid (*run)[2]; /* [nruns] first and last + 1 local node, ascending, without overlaps, on the
                            * device; some 64 nodes each keep a GPU busy best; NULL: all nodes, one run */
  const int32_t *count;    /* of a device that plans (iso_plan): how many of the runs there are; then in any
                            * order; NULL: all */
  void *scratch; /* iso_device_fast_scratch bytes, zero before the first launch and kept between launches */
  void *iion;
} iso_fast;
size_t iso_device_fast_scratch(const iso_device *device, iso_lid nelem, iso_lid nlocal, int width);
void iso_launch_fast(iso_device *device, const iso_fast *fast);

/* out[pending->steps][k] = field[node[k]] for k in [0, count); then pending->steps counts one step more.
 * Where there is a slope, it is added for as many steps as lie from the one that the node's patch stands at
 * to the end of this one. */
typedef struct iso_sample {
  int32_t count;
  const iso_lid *node;
  const void *field;
  const void *slope;     /* real, like field, or NULL; then */
  const int32_t *patch;  /* [count] of each node, and */
  const int64_t *stands; /* [patches] the run's step; both on the device */
  void *out;
  iso_pending *pending;
} iso_sample;
void iso_launch_sample(iso_device *device, const iso_sample *sample);

/* Ends the steps of some patches of consecutive nodes, each of `steps` base steps: slope = (after - vm)
 * (1 / steps), in mV per base step, and vm = after. Of each patch, the largest |slope| and |slope - slope
 * before| are left. Crossings are looked for between vm and after; an event's part is in [0, steps]. */
typedef struct iso_settle {
  int32_t npatches;     /* whose steps end */
  const int32_t *patch; /* [npatches] on the device, ascending: which */
  const iso_lid *first; /* [patches + 1] on the device: first node of each patch; some 64 nodes each */
  int steps;            /* base steps that all of these patches made, at least 1 */
  const void *after;    /* real [nowned] */
  void *vm, *slope;     /* real [nowned]; nodes of other patches stay */
  void *rate, *bend; /* real [patches]: max |slope|, max |slope - slope before|; NaN where one of them is */
  const iso_watch *watch; /* may be NULL; its before is not read */
} iso_settle;
void iso_launch_settle(iso_device *device, const iso_settle *settle);

/* The sum of x_i y_i, exactly: each product, rounded to double, is added to a fixed-point number of ISO_LIMBS
 * 32-bit digits held in 64-bit words. Sums of such numbers are exact too, so the result does not depend on
 * how the nodes are spread over threads and ranks. limb [ISO_LIMBS] on the host, added to; the launch waits.
 */
#define ISO_LIMBS 70
void iso_launch_dot(iso_device *device, iso_lid count, const void *x, const void *y, int64_t *limb);
/* The double nearest to the sum (rounded once more than necessary at worst). */
double iso_limbs_value(const int64_t *limb);

/* Largest value of x over [0, count), NaN where one of them is; waits. */
double iso_device_max(iso_device *device, iso_lid count, const void *x);

/* sum_k += the sum over i of weight_k,i x_i, each product rounded to the nearest whole number, for k in
 * [0, nsums): sums of whole numbers do not depend on how the nodes are spread over threads and ranks, and are
 * a memory's read of the weights fast. x is taken as within +-bound, and as bound where it is NaN. Whoever
 * makes the weights scales them: |weight| bound is at most 2^51, and its sum over all nodes at most 2^62.
 * Does not wait. */
typedef struct iso_weigh {
  iso_lid count;
  int32_t nsums;
  const double *weight; /* [nsums][count] on the device, in both precisions */
  const void *x;        /* real [count] */
  double bound;
  int64_t *sum; /* [nsums] on the device */
} iso_weigh;
void iso_launch_weigh(iso_device *device, const iso_weigh *weigh);

/* Patches that step at their own pace: see kernels/plan.h. */
typedef struct iso_plan iso_plan;
typedef struct iso_pace_fill iso_pace_fill;
typedef struct iso_cell_list iso_cell_list;

/* Whether the device decides itself which patches go on: has the launches of kernels/plan.h. */
int iso_device_plans(const iso_device *device);

/* What each device has once for each precision (and instruction set): X(result, name, parameters). A row here
 * makes the slot below, the prototypes iso_cpu_NAME and iso_cuda_NAME of every build, and their places in the
 * tables. */
#define ISO_EACH_LAUNCH(X)                                                                                   \
  X(void, cells, (iso_device * device, const iso_model *model, const iso_cells *cells))                      \
  X(void, product, (iso_device * device, const iso_product *product))                                        \
  X(void, combine, (iso_device * device, const iso_combine *combine))                                        \
  X(void, multiply, (iso_device * device, iso_lid count, const void *a, const void *b, void *out))           \
  X(void, pack, (iso_device * device, const iso_pack *pack))                                                 \
  X(void, unpack, (iso_device * device, const iso_pack *pack))                                               \
  X(size_t, fast_scratch, (const iso_device *device, iso_lid nelem, iso_lid nlocal, int width))              \
  X(void, fast, (iso_device * device, const iso_fast *fast))                                                 \
  X(void, sample, (iso_device * device, const iso_sample *sample))                                           \
  X(void, settle, (iso_device * device, const iso_settle *settle))                                           \
  X(void, dot, (iso_device * device, iso_lid count, const void *x, const void *y, int64_t *limb))            \
  X(double, max, (iso_device * device, iso_lid count, const void *x))                                        \
  X(void, weigh, (iso_device * device, const iso_weigh *weigh))

/* The same of devices that plan; NULL of others. */
#define ISO_EACH_PACE_LAUNCH(X)                                                                              \
  X(void, listed_cells,                                                                                      \
    (iso_device * device, const iso_model *model, const iso_cells *cells, const iso_cell_list *list))        \
  X(void, pace_plan, (iso_device * device, const iso_plan *pace))                                            \
  X(void, pace_fill, (iso_device * device, const iso_plan *pace, const iso_pace_fill *fill))                 \
  X(void, pace_product, (iso_device * device, const iso_plan *pace, int party, const iso_product *product))  \
  X(void, pace_settle, (iso_device * device, const iso_plan *pace, const iso_watch *watch))                  \
  X(void, pace_show, (iso_device * device, const iso_plan *pace, void *out))

/* ---- what a device implements ---- */
struct iso_device_ops {
  void (*close)(iso_device *device);
  const char *(*failure)(const iso_device *device);
  void *(*alloc)(iso_device *device, size_t bytes);
  void (*release)(iso_device *device, void *buffer);
  void *(*host_alloc)(iso_device *device, size_t bytes);
  void (*host_release)(iso_device *device, void *buffer);
  void (*memory)(const iso_device *device, size_t *free_bytes, size_t *all_bytes);
  void (*upload)(iso_device *device, void *to, const void *from, size_t bytes);
  void (*download)(iso_device *device, const void *from, void *to, size_t bytes);
  void (*sync)(iso_device *device);
  int (*replay)(iso_device *device, iso_sequence *sequence);
  void (*record)(iso_device *device, iso_sequence *sequence);
  void (*recorded)(iso_device *device, iso_sequence *sequence);
  void (*forget)(iso_device *device, iso_sequence *sequence);
  /* The first four are NULL for a device that takes no own models, the first two for one that leaves them to
   * a C compiler. */
  int (*compiler)(iso_kernel_compiler *compiler, char *message, size_t size);
  int (*compile)(iso_device *device, const iso_kernel_source *source, const char *output,
                 const char *messages);
  void *(*load_own)(iso_device *device, const char *file, const char *name, char *message, size_t size);
  void (*release_own)(iso_device *device, void *kernels);
  /* NULL for a device without a library. */
  void *(*library_rows)(iso_device *device, const iso_rows *rows, iso_lid nrows, iso_lid ncolumns,
                        char *message, size_t size);
  void (*library_rows_free)(iso_device *device, void *library_rows);
  void (*library_product)(iso_device *device, void *library_rows, const iso_product *product);
  void (*wait_packed)(iso_device *device);
#define X(result, name, parameters) result(*name) parameters;
  ISO_EACH_LAUNCH(X)
  ISO_EACH_PACE_LAUNCH(X)
#undef X
};

#endif
