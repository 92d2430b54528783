/* Drugs that block channels, in tissue and in single cells: simple pore block. */
#ifndef ISO_TISSUE_DRUG_H
#define ISO_TISSUE_DRUG_H

#include <math.h>
#include <string.h>

/* How a drug blocks a parameter: scaled by 1 / (1 + (concentration / ic50)^hill), Hill's equation for a
 * blocker without kinetics. */
typedef struct iso_block {
  char *parameter;
  double ic50_nM;
  double ic50_uM; /* the same as somebody may give it; NAN once ic50_nM is known */
  double hill;
} iso_block;

typedef struct iso_drug {
  char *name;
  int nblocks;
  iso_block *blocks; /* [nblocks], each of another parameter */
} iso_drug;

/* What so much of a drug leaves of the parameter of that name; 1 where it does not act on it. */
static inline double iso_drug_leaves(const iso_drug *drug, double concentration_nM, const char *parameter) {
  double left = 1;
  for (int k = 0; k < drug->nblocks; k++) {
    const iso_block *b = &drug->blocks[k];
    if (!strcmp(b->parameter, parameter)) left *= 1 / (1 + pow(concentration_nM / b->ic50_nM, b->hill));
  }
  return left;
}

#endif
