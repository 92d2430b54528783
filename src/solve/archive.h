/* An archive: named arrays that a simulation and its guests can go on from, kept in memory.
 *
 * Values of nodes belong to global numbers: whoever fills an archive on one partition of a mesh and gets it
 * back on another (by way of a checkpoint, result/checkpoint.h) finds every node's value at its owner. An
 * archive that stays in memory costs a copy of each array, and putting the same arrays again reuses their
 * room.
 *
 * All ranks put the same names in the same order. Functions are not collective and fail on one rank alone, so
 * callers agree (iso_agree) after a group of them. */
#ifndef ISO_SOLVE_ARCHIVE_H
#define ISO_SOLVE_ARCHIVE_H

#include "grid/mesh.h"

#include <stdint.h>

/* How a value is kept: as it is, bit for bit. Who keeps a field of the device chooses by its precision. */
typedef enum { ISO_ARCHIVE_FLOAT, ISO_ARCHIVE_DOUBLE, ISO_ARCHIVE_INT32, ISO_ARCHIVE_INT64 } iso_archive_type;

/* Whose values an array holds. */
typedef enum {
  ISO_ARCHIVE_NODES, /* one of each owned node, in local order */
  ISO_ARCHIVE_ROOT,  /* any number on rank 0, none elsewhere: arrays that grow */
  ISO_ARCHIVE_ALL    /* any number, the same on all ranks: counters, times */
} iso_archive_place;

typedef struct iso_archive_array {
  const char *name; /* letters, digits, '_' and '.', say "activation.count"; unique */
  const char *unit; /* "mV"; "1" where there is none */
  const char *meaning;
  iso_archive_place place;
  iso_archive_type type;
  int64_t count; /* values on this rank: nowned, or as many as there are */
  void *values;  /* [count] of the type */
} iso_archive_array;

typedef struct iso_archive iso_archive;

/* An empty archive of a mesh, which must outlive it. */
iso_status iso_archive_new(iso_archive **out, const iso_mesh *mesh, iso_error *err);
void iso_archive_free(iso_archive *archive);

/* Copies an array into the archive, in place of one of that name. ISO_EFAIL where memory is short. */
iso_status iso_archive_put(iso_archive *archive, const iso_archive_array *array, iso_error *err);

/* The usual ones. values of nodes [nowned]. */
iso_status iso_archive_put_nodes(iso_archive *archive, const char *name, const char *unit,
                                 const char *meaning, iso_archive_type type, const void *values,
                                 iso_error *err);
iso_status iso_archive_put_root(iso_archive *archive, const char *name, const char *unit, const char *meaning,
                                iso_archive_type type, int64_t count, const void *values, iso_error *err);
iso_status iso_archive_put_number(iso_archive *archive, const char *name, const char *unit,
                                  const char *meaning, double value, iso_error *err);
iso_status iso_archive_put_count(iso_archive *archive, const char *name, const char *unit,
                                 const char *meaning, int64_t value, iso_error *err);

/* Reserves the room of an array instead of copying one: *values [count], which the caller fills. What stood
 * there under that name is lost. array.values is not read. */
iso_status iso_archive_room(iso_archive *archive, const iso_archive_array *array, void **values,
                            iso_error *err);

/* Adds the arrays of another archive of the mesh under names that begin with prefix. Their values stay where
 * they are: the other one is neither written to nor freed before this one is freed, and this one's are not
 * written to. ISO_EFAIL where memory is short. */
iso_status iso_archive_lend(iso_archive *archive, const char *prefix, const iso_archive *other,
                            iso_error *err);

/* Moves the arrays of another archive of the mesh whose names begin with prefix into this one, under what
 * follows it: *taken of them. Their values are not copied. ISO_EFAIL where memory is short. */
iso_status iso_archive_take(iso_archive *archive, const char *prefix, iso_archive *other, int *taken,
                            iso_error *err);

/* The array of a name, or NULL; valid until the archive is written to. */
const iso_archive_array *iso_archive_find(const iso_archive *archive, const char *name);

/* The array of a name, place and type, inside the archive. ISO_EINPUT where it has none. */
iso_status iso_archive_get(const iso_archive *archive, const char *name, iso_archive_place place,
                           iso_archive_type type, const iso_archive_array **out, iso_error *err);

/* Copies an array out. values [nowned]. ISO_EINPUT where the archive has none of that name, place and type:
 * it is of another kind of run. */
iso_status iso_archive_get_nodes(const iso_archive *archive, const char *name, iso_archive_type type,
                                 void *values, iso_error *err);
iso_status iso_archive_get_number(const iso_archive *archive, const char *name, double *value,
                                  iso_error *err);
iso_status iso_archive_get_count(const iso_archive *archive, const char *name, int64_t *value,
                                 iso_error *err);

/* The array of rank 0: *count values at *values inside the archive; 0 on other ranks. */
iso_status iso_archive_get_root(const iso_archive *archive, const char *name, iso_archive_type type,
                                int64_t *count, const void **values, iso_error *err);

/* count doubles of that array into out, on rank 0. ISO_EINPUT where there are others than count. */
iso_status iso_archive_get_doubles(const iso_archive *archive, const char *name, int64_t count, double *out,
                                   iso_error *err);

/* Arrays in the order in which they were first put, from 0. */
int iso_archive_count(const iso_archive *archive);
const iso_archive_array *iso_archive_array_at(const iso_archive *archive, int k);

const iso_mesh *iso_archive_mesh(const iso_archive *archive);

/* Bytes of one value of a type. */
size_t iso_archive_bytes(iso_archive_type type);

#endif
