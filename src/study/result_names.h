/* How the names of a run's results end behind their prefix, that of --output. Checkpoints say themselves what
 * they are of. */
#ifndef ISO_STUDY_RESULT_NAMES_H
#define ISO_STUDY_RESULT_NAMES_H

#define ISO_END_MAPS ".e.nc"
#define ISO_END_PAGE ".html"
#define ISO_END_PICTURE "_picture.json"
#define ISO_END_SERIES "_vm.e.nc"
#define ISO_END_VTU "_maps.vtu"
#define ISO_END_NODES "_nodes.csv"
#define ISO_END_ECG "_ecg.nc"
#define ISO_END_ECG_CSV "_ecg.csv"
/* Tables have the names of what guests publish (result/plain.h), and those of actors and devices theirs:
 * patterns.
 */
#define ISO_END_TABLES                                                                                       \
  "_probes.csv", "_probe_samples.csv", "_protocol_trials.csv", "_protocol_sites.csv", "_restitution.csv",    \
      "_wavefront_counts.csv", "_filaments.csv", "_filament_tracks.csv", "_singularities.csv",               \
      "_singularity_tracks.csv", "_*_pulses.csv", "_*_markers.csv", "_*_samples.csv", "_*_leads.csv"

/* All of them, as patterns. */
#define ISO_RESULT_ENDS                                                                                      \
  ISO_END_MAPS, ISO_END_SERIES, ISO_END_VTU, ISO_END_NODES, ISO_END_ECG, ISO_END_ECG_CSV, ISO_END_PAGE,      \
      ISO_END_PICTURE, ISO_END_TABLES

#endif
