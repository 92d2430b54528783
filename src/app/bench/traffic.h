/* Bytes that the launches of a step move between memory and processor: the counting rule of `isochrone
 * bench`.
 *
 * Every value that a launch needs is read once and every value that it makes is written once; a value read
 * again by neighbouring nodes or elements is taken to be in a cache by then, and so are the tables of rates
 * and the constants of a model. So these are lower bounds, and time at the bandwidth of copies is the best
 * that is possible for fields beyond the caches. real: bytes of a real. */
#ifndef ISO_APP_BENCH_TRAFFIC_H
#define ISO_APP_BENCH_TRAFFIC_H

#include "kernels/device.h"

#include <stdbool.h>

/* For each node: terms read, one result written. */
double iso_traffic_combine(int terms, size_t real);

/* For each cell: Vm, its predecessor and every state read; every state, the current and, if kept, V at the
 * middle of the step and the factors of the fast current written. */
double iso_traffic_cells(const iso_model *model, bool middle, bool fast, size_t real);

/* For a product of all rows: of each entry, padding included, column and value; for each row its number, x,
 * the terms and diagonal read, store and out written; the start of each slice; for a watch at rest the lowest
 * and highest Vm, and Vm before unless it is a term. entries: of all slices. */
double iso_traffic_product(const iso_product *product, int64_t entries, int slice_rows, size_t real);

/* What of a mesh the fast current listed: elements with a current above the threshold at a node (active),
 * their corners, the nodes of those elements (near), and the words of elements (kernels/node_elements.h)
 * that active and near nodes look through. */
typedef struct iso_front {
  int64_t elements, corners, active, near, looked;
} iso_front;

/* For a launch: of every node the factors and model read, the current written and read as a test; marks
 * zeroed and read; of listed elements the corners, weight, shape and model read, and a term for each corner
 * written and read; of active and near nodes the elements read; of near nodes the current read and written
 * and the mass read. */
double iso_traffic_fast(const iso_fast *fast, const iso_front *front, size_t real);

/* For each node packed, and the same unpacked: number of the node, each field read and written once, and once
 * more over the bus. */
double iso_traffic_pack(int nfields, size_t real);

#endif
