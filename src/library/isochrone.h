/* Isochrone as a library: a heart that its caller steps, reads and stimulates.
 *
 *     isochrone *heart;
 *     int status = isochrone_open(&heart, "heart.yaml", NULL);
 *     if (!status) status = isochrone_advance(heart, 100);
 *     if (status) fprintf(stderr, "%s\n", isochrone_error(heart));
 *     isochrone_close(heart);
 *
 * Every function that is not said to be of this rank alone is collective: all ranks of the communicator call
 * it, in the same order and with the same arguments, and get the same status. None ends the process, and
 * nothing is printed but what isochrone_options.messages asks for. A call that is refused for its arguments
 * changes nothing. NULL, as a heart or as a place for what is read, is ISOCHRONE_INPUT; functions without a
 * status say what they return for it. Several hearts may be open at a time; one thread calls at a time.
 * Lengths are in mm, times in ms, potentials in mV. A research tool, not a medical device. */
#ifndef ISOCHRONE_H
#define ISOCHRONE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ISOCHRONE_API __attribute__((visibility("default")))

/* What functions return: whose fault it was, as the program's exit codes say. */
enum {
  ISOCHRONE_OK = 0,
  ISOCHRONE_FAILED = 1, /* the machine's: memory, disk; or the solution is no longer one */
  ISOCHRONE_INPUT = 2   /* the caller's, or of a file: the message says what to change */
};

/* What the first rank tells: warnings on standard error, nothing, or what the program tells, on standard
 * error and its summary on standard output. */
enum { ISOCHRONE_WARNINGS, ISOCHRONE_SILENT, ISOCHRONE_INFO };

/* Begin a pulse with the next step. */
#define ISOCHRONE_NOW (-1.0)

typedef struct isochrone isochrone;

/* All zero but size: the defaults. Members may be added at the end. */
typedef struct isochrone_options {
  size_t size;              /* sizeof(isochrone_options) */
  const void *communicator; /* an MPI_Comm *, which is duplicated; NULL: MPI_COMM_WORLD */
  int nset;                 /* settings that win over the configuration's */
  const char *const *set;   /* [nset] each "KEY.PATH=VALUE", none NULL */
  const char *output;  /* prefix of the results; NULL: the configuration's name, where the process works */
  const char *restart; /* a checkpoint to go on from; NULL: from the start */
  int messages;        /* ISOCHRONE_WARNINGS .. */
} isochrone_options;

/* "0.1.0". Of this rank alone. */
ISOCHRONE_API const char *isochrone_version(void);

/* Reads a configuration, a YAML file, and sets up its heart. Starts MPI where nobody has; it then ends with
 * the process. On failure, too, *out is to be closed, and has the message; it is NULL where memory is short.
 * ISOCHRONE_INPUT, too, where out is NULL or the communicator is MPI_COMM_NULL, and for what has no steps:
 * method: eikonal, and a protocol, which goes back in time. With a twin it is the heart that isochrone run
 * takes, and a field of it is written to output.heart.nc here. */
ISOCHRONE_API int isochrone_open(isochrone **out, const char *configuration,
                                 const isochrone_options *options);

/* Ends without results that were not asked for; harmless on NULL. */
ISOCHRONE_API void isochrone_close(isochrone *heart);

/* The message of the last call that failed, one line: what is wrong, where, and what to do. "" before; of
 * NULL that there is no simulation. Of this rank alone; valid until the next call. */
ISOCHRONE_API const char *isochrone_error(const isochrone *heart);

/* The number of this rank in the communicator, from 0: who speaks, say; 0 of NULL. Of this rank alone. */
ISOCHRONE_API int isochrone_rank(const isochrone *heart);

/* ---- nodes ---- */

/* Nodes of the whole heart, and those of this rank; of NULL, or after a failure, 0. Of this rank alone. */
ISOCHRONE_API int64_t isochrone_nodes(const isochrone *heart);
ISOCHRONE_API int64_t isochrone_owned(const isochrone *heart);

/* Global numbers, as in the mesh file and in results, and places of this rank's nodes: ids [owned],
 * ascending, xyz [owned][3]. All arrays have this order; every node is of one rank. Of this rank alone. */
ISOCHRONE_API int isochrone_ids(isochrone *heart, int64_t *ids);
ISOCHRONE_API int isochrone_coordinates(isochrone *heart, double *xyz);

/* The node in the middle of a site of the configuration (sites: {NAME: ..}). ISOCHRONE_INPUT where there is
 * no such site, or it has no node. */
ISOCHRONE_API int isochrone_site_node(isochrone *heart, const char *site, int64_t *node);

/* ---- time ---- */

/* Of the simulation so far, of a step, and at its end (time.duration_ms); of NULL, or after a failure, NAN.
 * Of this rank alone. */
ISOCHRONE_API double isochrone_time_ms(const isochrone *heart);
ISOCHRONE_API double isochrone_step_ms(const isochrone *heart);
ISOCHRONE_API double isochrone_duration_ms(const isochrone *heart);

/* One step, or steps until the time is time_ms or as little as possible later. Nothing happens once the
 * simulation has ended: by its duration, or by what stop asks for. After a failure only isochrone_error and
 * isochrone_close are left. */
ISOCHRONE_API int isochrone_step(isochrone *heart);
ISOCHRONE_API int isochrone_advance(isochrone *heart, double time_ms);

/* Why the simulation has ended, or NULL: it goes on. Of a NULL heart, and after a failure, that a call
 * failed. Of this rank alone. */
ISOCHRONE_API const char *isochrone_ended(const isochrone *heart);

/* ---- reading ---- */

/* Vm now of this rank's nodes: vm [owned]. */
ISOCHRONE_API int isochrone_vm(isochrone *heart, double *vm);

/* Vm now of any n nodes, by their global numbers: vm [n], on every rank. */
ISOCHRONE_API int isochrone_vm_at(isochrone *heart, int64_t n, const int64_t *nodes, double *vm);

/* When this rank's nodes activated first: ms [owned], NAN where they have not yet. */
ISOCHRONE_API int isochrone_activation(isochrone *heart, double *ms);

/* Leads of the ECG and electrograms that outputs.ecg asks for: how many, the name of number k or NULL, and
 * the last sample of one, which is at most outputs.ecg.interval_ms old. The first two are of this rank alone,
 * and 0 and NULL of a NULL heart. */
ISOCHRONE_API int isochrone_leads(const isochrone *heart);
ISOCHRONE_API const char *isochrone_lead_name(const isochrone *heart, int k);
ISOCHRONE_API int isochrone_lead(isochrone *heart, const char *name, double *time_ms, double *mV);

/* ---- acting ---- */

/* Places where currents may be given, a site of the configuration or n nodes by their global numbers:
 * *electrode is the number of the new one. Before the first step, and before a checkpoint's state is read,
 * because patches of an adaptive pace that may be paced at any time keep the shortest step. */
ISOCHRONE_API int isochrone_electrode(isochrone *heart, const char *site, int *electrode);
ISOCHRONE_API int isochrone_electrode_nodes(isochrone *heart, int64_t n, const int64_t *nodes,
                                            int *electrode);

/* A current at an electrode: amplitude in uA/uF (= mV/ms), positive depolarises. start_ms is the simulation's
 * time, not before now; ISOCHRONE_NOW: now. Pulses add up. The simulation begins with it, so that no
 * electrode can follow, unless it is refused. */
ISOCHRONE_API int isochrone_pulse(isochrone *heart, int electrode, double start_ms, double duration_ms,
                                  double amplitude_uA_per_uF);

/* ---- results ---- */

/* Writes the results of the configuration's outputs up to now. No steps can follow; reading can. */
ISOCHRONE_API int isochrone_write(isochrone *heart);

/* Runs a command of the program, "run" or "mesh" and so on, on all ranks of MPI_COMM_WORLD: words [n] are its
 * name and arguments. It prints and listens to signals as the program does; the return value is the program's
 * exit code, and ISOCHRONE_INPUT, of which nothing is said, where words or one of them is NULL. */
ISOCHRONE_API int isochrone_command(int n, const char *const *words);

#ifdef __cplusplus
}
#endif

#endif
