/* Going on from a checkpoint: is it of this run, and its state. */
#ifndef ISO_STUDY_RESTART_H
#define ISO_STUDY_RESTART_H

#include "result/checkpoint.h"
#include "study/setup.h"

/* Collective. Opens a checkpoint of a set-up's configuration, of which it makes the list of files. ISO_EINPUT
 * where it is of another one: the message says which keys differ and how. What may differ is in
 * study/alike.h, what acts only after the checkpoint included; mesh files are told apart by the mesh, in
 * iso_restart_state. */
iso_status iso_restart_open(iso_checkpoint **out, MPI_Comm comm, const char *path, iso_setup *setup,
                            iso_error *err);

/* Collective. ISO_EINPUT where path or an older one beside it (NAME.ckpt.1.nc, ...) is a checkpoint of a run
 * of another configuration or mesh than a set-up's, which a new run of its name would replace, with the
 * snapshots that it needs to go on. A damaged file has nothing to lose. */
iso_status iso_restart_spare(const iso_setup *setup, const char *path, iso_error *err);

/* Collective. Brings a simulation and its guests to the state of the checkpoint. *saved: all that it holds,
 * to be freed, and NULL where it fails. loop_s, wall_s: what the run had taken then. ISO_EINPUT where the
 * mesh is another one. */
iso_status iso_restart_state(const iso_checkpoint *checkpoint, const char *path, const iso_setup *setup,
                             iso_archive **saved, double *loop_s, double *wall_s, iso_error *err);

/* Where the run of a checkpoint kept its snapshots: "NAME.ckpt.vm" of "NAME.ckpt.nc" and "NAME.ckpt.2.nc". To
 * be freed. Not collective. */
iso_status iso_restart_spool(const char *path, char **out, iso_error *err);

#endif
