/* The elements of each node. Those of one node mostly follow each other in the order of numbers, as the
 * children of a refined element do: a word tells which of a bundle of consecutive elements are the node's. */
#ifndef ISO_KERNELS_NODE_ELEMENTS_H
#define ISO_KERNELS_NODE_ELEMENTS_H

#include "kernels/types.h"

/* Elements of a bundle where there are nelem: its number has to fit beside a bit for each, into 32 bits. */
ISO_INLINE int iso_bundle(iso_lid nelem) { return nelem <= 1 << 27 ? 8 : 4; }

/* A loop over the elements of a node, ascending. list: has node_start [nodes + 1] into node_elem, words of
 * each node, ascending. A word w of bundles of so many stands for those of the elements
 * (w >> bundle) * bundle + b for which bit b < bundle is set. A break would leave that word alone, not the
 * loop. */
#define ISO_FOR_ELEMENTS(element, list, bundle, node)                                                        \
  for (int64_t element##_k = (list).node_start[node]; element##_k < (list).node_start[(node) + 1];           \
       element##_k++)                                                                                        \
    for (iso_lid element = (iso_lid)((uint32_t)(list).node_elem[element##_k] >> (bundle)) * (bundle),        \
                 element##_end = element + (bundle);                                                         \
         element < element##_end; element++)                                                                 \
      if ((uint32_t)(list).node_elem[element##_k] >> (element & ((bundle)-1)) & 1)

#endif
