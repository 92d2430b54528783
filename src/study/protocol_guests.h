/* Who serves a protocol in a simulation: electrodes, ears, and the record of what was tried. */
#ifndef ISO_STUDY_PROTOCOL_GUESTS_H
#define ISO_STUDY_PROTOCOL_GUESTS_H

#include "act/electrode.h"
#include "observe/hearing.h"
#include "study/protocol_record.h"
#include "study/setup.h"

/* All zero where there is no protocol. */
typedef struct iso_protocol_guests {
  int nelectrodes;
  iso_electrode **electrode; /* [nelectrodes] 0: of the train; 1 + k: of the protocol's sites' number k */
  int *sense;                /* [nelectrodes] the ear that hears whether a pulse there captured */
  int *centre;               /* [nelectrodes] with PEERP: that of the node in the middle of it */
  int from, to;              /* with restitution: of the ends of the way */
  double way_mm;
  iso_hearing *hearing;
  iso_protocol_record *record;
} iso_protocol_guests;

/* How many guests there will be. */
int iso_protocol_guests_count(const iso_config *config);

/* Collective. Makes them, and stimulates with the train. Free them whatever the status. ISO_EINPUT where an
 * electrode has no node, or nothing is where it senses. */
iso_status iso_protocol_guests_new(iso_protocol_guests *out, const iso_setup *setup, iso_error *err);
void iso_protocol_guests_free(iso_protocol_guests *guests);

/* Guest number k of those. */
iso_guest iso_protocol_guest(const iso_protocol_guests *guests, int k);

#endif
