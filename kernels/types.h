/* Index and shape types shared by every layer. */
#ifndef ISO_KERNELS_TYPES_H
#define ISO_KERNELS_TYPES_H

#include <stdint.h>

/* Host and device code from one source. */
#ifdef __CUDACC__
#define ISO_INLINE static __host__ __device__ __forceinline__
#define ISO_RESTRICT __restrict__
#define ISO_UNROLLED _Pragma("unroll")
#else
#define ISO_INLINE static inline __attribute__((always_inline))
#define ISO_RESTRICT restrict
#define ISO_UNROLLED _Pragma("GCC unroll 8")
#endif

/* Numbers of nodes and elements: global ones count the whole mesh in file order from 0, local ones one rank.
 */
typedef int64_t iso_gid;
typedef int32_t iso_lid;

/* Nodes of a run in a list of runs, at most where a launch says so. */
#define ISO_RUN 64

/* Linear elements. Node order is VTK's: a tetrahedron's fourth node sees the first three counter-clockwise
 * (positive volume); a hexahedron's first four nodes are one face, the last four the opposite one, in the
 * same turn. */
typedef enum { ISO_LINE, ISO_TRIANGLE, ISO_TETRAHEDRON, ISO_HEXAHEDRON, ISO_NSHAPES } iso_shape;

/* Nodes of a shape: 2, 3, 4, 8. */
ISO_INLINE int iso_shape_nodes(int shape) { return shape == ISO_HEXAHEDRON ? 8 : shape + 2; }

#define ISO_MAX_NODES 8 /* of one element */

#endif
