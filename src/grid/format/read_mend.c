#include "grid/format/read_mend.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const double FARTHEST_MM = 1e6;

double iso_unit_mm(const char *unit) {
  static const struct {
    const char *name;
    double mm;
  } units[] = {{"um", 1e-3}, {"mm", 1}, {"cm", 10}, {"m", 1000}};
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (strcmp(unit, units[i].name) == 0) return units[i].mm;
  return 0;
}

iso_status iso_mend_unit(MPI_Comm comm, iso_slice *slice, const char *unit, iso_notes *notes,
                         iso_error *err) {
  double mm = iso_unit_mm(unit);
  /* A division is exact where the factor 0.001 is not: 25483 um are 25.483 mm to the last bit. */
  for (int64_t i = 0; i < slice->nnode; i++)
    for (int k = 0; k < 3; k++) slice->xyz[i][k] = mm < 1 ? slice->xyz[i][k] / 1000 : slice->xyz[i][k] * mm;
  double farthest, size = iso_slice_extent(comm, slice, &farthest);
  /* Lengths, areas and volumes are summed as whole numbers, which reach so far. */
  if (farthest > FARTHEST_MM)
    return iso_fail(
        err, ISO_EINPUT,
        "%s: read in %s, a coordinate is %.3g mm, and %.0g are the most: name the unit of the file "
        "(um, mm, cm or m), or mend the coordinate",
        slice->file, unit, farthest, FARTHEST_MM);
  /* From a cell to a whale: tissue samples are larger than 0.1 mm, hearts smaller than 1 m. */
  if (size < 0.1 || size > 1000)
    iso_notes_add(
        notes,
        "read in %s, the mesh is %.3g mm across: is that its unit? Say it by the key unit or --unit (um, "
        "mm, cm or m)",
        unit, size);
  return ISO_OK;
}

typedef struct vector {
  double x, y, z;
} vector;

static vector load(const float v[3]) { return (vector){v[0], v[1], v[2]}; }

static double length(vector v) { return sqrt(v.x * v.x + v.y * v.y + v.z * v.z); }

static void store(float out[3], vector v, double divisor) {
  out[0] = (float)(v.x / divisor);
  out[1] = (float)(v.y / divisor);
  out[2] = (float)(v.z / divisor);
}

static void clear(float out[3]) { out[0] = out[1] = out[2] = 0; }

/* A vector this much shorter than the longest one of the file is rounding left by the program that wrote it:
 * files carry about six digits. */
static const double NEGLIGIBLE = 1e-6;

static double longest(MPI_Comm comm, int64_t n, float (*v)[3]) {
  double most = 0;
  for (int64_t i = 0; i < n; i++) {
    double l = length(load(v[i]));
    if (isfinite(l) && l > most) most = l;
  }
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_DOUBLE, MPI_MAX, comm);
  return most;
}

/* Returns how many have no direction, over all ranks. */
static int64_t normalise(MPI_Comm comm, int64_t n, float (*v)[3]) {
  double least = NEGLIGIBLE * longest(comm, n, v);
  int64_t none = 0;
  for (int64_t i = 0; i < n; i++) {
    double l = length(load(v[i]));
    if (isfinite(l) && l > least) {
      store(v[i], load(v[i]), l);
    } else {
      clear(v[i]);
      none++;
    }
  }
  MPI_Allreduce(MPI_IN_PLACE, &none, 1, MPI_INT64_T, MPI_SUM, comm);
  return none;
}

static bool is_zero(const float v[3]) { return v[0] == 0 && v[1] == 0 && v[2] == 0; }

/* Gram-Schmidt on unit vectors. Returns how many sheets with a fibre beside them were parallel to it. */
static int64_t orthogonalise(MPI_Comm comm, int64_t n, float (*fibre)[3], float (*sheet)[3]) {
  /* The sine of the least angle, 0.06 degrees, at which six digits still give a direction good to 0.1%. */
  const double least = 1e-3;
  int64_t parallel = 0;
  for (int64_t i = 0; i < n; i++) {
    vector f = load(fibre[i]), s = load(sheet[i]);
    double along = f.x * s.x + f.y * s.y + f.z * s.z;
    vector across = {s.x - along * f.x, s.y - along * f.y, s.z - along * f.z};
    double l = length(across);
    bool usable = !is_zero(fibre[i]) && l > least;
    parallel += !usable && !is_zero(fibre[i]) && !is_zero(sheet[i]);
    if (usable)
      store(sheet[i], across, l);
    else
      clear(sheet[i]);
  }
  MPI_Allreduce(MPI_IN_PLACE, &parallel, 1, MPI_INT64_T, MPI_SUM, comm);
  return parallel;
}

static void note_none(iso_notes *notes, int64_t none, const char *what, const char *consequence) {
  if (none > 0)
    iso_notes_add(notes, "%lld %s had zero length or were not numbers: %s", (long long)none, what,
                  consequence);
}

void iso_mend_frames(MPI_Comm comm, iso_slice *slice, iso_notes *notes) {
  if (slice->fibre)
    note_none(notes, normalise(comm, slice->nelem, slice->fibre), "fibres",
              "their elements conduct isotropically");
  if (slice->node_fibre)
    note_none(notes, normalise(comm, slice->nnode, slice->node_fibre), "fibres on nodes",
              "they do not count in their elements");
  if (slice->fibre && slice->sheet) {
    const char *consequence = "their elements conduct alike in all directions across the fibre";
    note_none(notes, normalise(comm, slice->nelem, slice->sheet), "sheet vectors", consequence);
    int64_t parallel = orthogonalise(comm, slice->nelem, slice->fibre, slice->sheet);
    if (parallel > 0)
      iso_notes_add(notes, "%lld sheet vectors were parallel to their fibre: %s", (long long)parallel,
                    consequence);
  }
}
