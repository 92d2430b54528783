/* From a configuration to a simulation that is ready to step: mesh, tissue, device, stimuli. */
#ifndef ISO_STUDY_SETUP_H
#define ISO_STUDY_SETUP_H

#include "base/log.h"
#include "config/config.h"
#include "grid/share/burn.h"
#include "plugin/own_model.h"
#include "solve/simulation.h"

/* A region while it is set up: what tissue sees as constant. */
typedef struct iso_setup_region {
  double *parameters, *states; /* those of the region */
  iso_parameter_field *fields; /* [region->nfields] */
  double **values;             /* [region->nfields] of each */
  double *scale;               /* of its conductivities, [nlocal], or NULL */
} iso_setup_region;

/* What a set-up consists of, in the order in which one is made from those before it. */
typedef enum {
  ISO_STAGE_DEVICE,
  ISO_STAGE_MESH,
  ISO_STAGE_TISSUE,
  ISO_STAGE_OPERATOR, /* iso_body */
  ISO_STAGE_CELLS,    /* the simulation: prepared cells, state, stimuli */
  ISO_STAGE_WAVE,     /* instead of the last two: what eikonal waves have in common */
  ISO_NSTAGES
} iso_stage;

typedef struct iso_setup {
  const iso_config *config; /* what is asked for, or with_step */
  iso_config with_step;     /* the same with the step that follows from the mesh (numerics.accuracy) */
  const iso_log *log;
  iso_timer *timer;
  bool no_pacing; /* initial.paced is left out: nothing is going to run */
  bool no_cache;  /* it is computed anew, and not kept */
  bool progress;  /* of pacing */
  char *inputs;   /* checksums of the files that the configuration names, as it was set up (inputs.h) */
  iso_mesh *mesh;
  iso_burned burned;      /* what lesions have taken out of it */
  int64_t burned_units;   /* what is burned so far, as setup_lesions.c counts it */
  double burned_percent;  /* of the tissue */
  double burned_mL;       /* NAN where the tissue has no volume */
  int32_t *site_tag;      /* [config->nregions] of the elements of regions by site; NULL: there are none */
  iso_tissue tissue;      /* regions in the configuration's order, constant for whoever comes after set-up */
  iso_region *regions;    /* [tissue.nregions] the same */
  iso_setup_region *room; /* [tissue.nregions] and what they point to */
  double *boost;          /* tissue.boost; NULL: neither layers nor a field */
  iso_device *device;
  int nown;
  iso_own_model *own;            /* the configuration's, each with loops for the device */
  iso_body *body;                /* of the simulation before, for the next one; NULL: none */
  struct iso_setup_front *front; /* with method: recurrent_eikonal (front.h); NULL: none */
  const iso_mover *moves;        /* what the simulation goes by: the front's; NULL: equations */
  iso_simulation *simulation;
  struct iso_wave_parts *parts; /* of eikonal waves (wave_parts.h); NULL: none has run */
  int made[ISO_NSTAGES];        /* how often each stage was */
} iso_setup;

/* Collective. Lists the files that the configuration names, where that is not done: as they are before
 * anything of them is read. Part of what follows. */
iso_status iso_setup_inputs(iso_setup *setup, MPI_Comm comm, iso_error *err);

/* Collective. Reads or makes the mesh, refines and distributes it, and logs what was mended. */
iso_status iso_setup_mesh(iso_setup *setup, MPI_Comm comm, iso_error *err);

/* Collective. Regions with their parameters and initial states. Fails where a tag of the mesh has no region,
 * a region no element, or a conductivity needs fibres that the mesh does not have. */
iso_status iso_setup_tissue(iso_setup *setup, iso_error *err);

/* Collective. Elements and nodes of each region on all ranks: elements, nodes [tissue.nregions], the same on
 * every rank. */
void iso_setup_sizes(const iso_setup *setup, int64_t *elements, int64_t *nodes);

/* Collective. Warns of a region whose cells rest above the threshold of activation, of edges that do not
 * resolve the wave, and of a mesh that does not hang together: these end in maps of a block that nothing else
 * mentions; of regions without a node, of tags that no element has; of stimuli and snapshots that would begin
 * after the end. */
iso_status iso_setup_judge(const iso_setup *setup, iso_error *err);

/* Part of that: keys whose section is not switched on, so that they do nothing. */
void iso_setup_judge_idle(const iso_setup *setup);

/* Collective. Whether a rank's share of the cores leaves something beside its threads for one more that packs
 * snapshots. The same on all ranks. Fails for lack of memory. */
iso_status iso_setup_spare_core(const iso_setup *setup, bool *spare, iso_error *err);

/* Collective over comm. The configuration's threads of each rank, or fewer, with a warning, where the ranks
 * of a machine would have more than it has cores. The same on all ranks. Part of iso_setup_device. */
iso_status iso_setup_threads(const iso_setup *setup, MPI_Comm comm, int *threads, iso_error *err);

/* Collective. Reads what differs from node to node, by fields and coordinates: parameters of regions, and
 * scales of their conductivities; part of iso_setup_tissue. */
iso_status iso_setup_fields(iso_setup *setup, iso_error *err);

/* Collective. tissue.boost of the configuration's fast layers (fast_endocardium): the part of each element
 * that is within a layer's depth has the square of its velocity ratio. Distances go through the tissue, in a
 * straight line in each element (eikonal.h with a velocity of one): the same on any number of ranks. Lines
 * have no layers. And of its velocity_field: times the square of the mean of an element's nodes. Part of
 * iso_setup_tissue. ISO_EINPUT where a layer's nodes are none, or the field is not above 0. */
iso_status iso_setup_layers(iso_setup *setup, iso_error *err);

/* Collective. A factor for each node from a file, velocity_field or apd_field, which is the section's name:
 * owned [nowned]. ISO_EINPUT where it cannot be read, or is not above 0 everywhere. */
iso_status iso_setup_factor(const iso_setup *setup, const char *section, const iso_config_factor *from,
                            double *owned, iso_error *err);

/* Collective. How long action potentials last, or whatever goes with it, lasting_ms [nowned], times the
 * configuration's apd_field, where it has one. ISO_EINPUT likewise. */
iso_status iso_setup_stretch(const iso_setup *setup, double *lasting_ms, iso_error *err);

/* Collective. States of regions with initial.paced: rank 0 paces, or reads its cache, and tells the others.
 */
iso_status iso_setup_paced(iso_setup *setup, MPI_Comm comm, iso_error *err);

/* Collective. The simulation begins with the configuration's phase map, if there is one. ISO_EINPUT where a
 * region has a model of the user's own. Part of iso_setup_simulation. */
iso_status iso_setup_phase_map(iso_setup *setup, iso_error *err);

/* Collective. Opens the device. */
iso_status iso_setup_device(iso_setup *setup, MPI_Comm comm, iso_error *err);

/* Whether own models can be compiled for a device that nobody insists on; if not, a warning says why. */
bool iso_setup_takes_own(iso_device *device, const iso_log *log);

/* Collective. Compiles and loads the loops of own models, for the device, unless compiled before. */
iso_status iso_setup_own(iso_setup *setup, MPI_Comm comm, iso_error *err);

/* The model of a region, as the device runs it. */
const iso_model *iso_setup_model(const iso_setup *setup, int region);

/* How a region's fast inward current is taken: as numerics say, but at the nodes for a model of one's own;
 * and of all regions at the nodes where it is so in any. */
iso_fast_current iso_setup_fast_current(const iso_setup *setup, int region);
iso_fast_current iso_setup_coarsest_fast_current(const iso_setup *setup);

/* What the configuration asks of a simulation of the mesh, tissue and device that are set up. */
iso_simulation_options iso_setup_options(const iso_setup *setup);

/* Collective. Assembles and adds the stimuli. Fails where a stimulus hits no node. */
iso_status iso_setup_simulation(iso_setup *setup, iso_error *err);

/* Collective. All of the above that is not there, but for the simulation. */
iso_status iso_setup_heart(iso_setup *setup, MPI_Comm comm, iso_error *err);

/* Collective. All of the above that is not there. On failure, too, the setup is to be freed. */
iso_status iso_setup_all(iso_setup *setup, MPI_Comm comm, iso_error *err);

/* Collective. Makes what another configuration asks for, and keeps what it shares with the one before, which
 * may go afterwards: the simulation is always another one, but with the operator of the last where that
 * serves, as it does for other stimuli, parameters, drugs and splittings. Files are taken to be as they were.
 * On failure the setup is to be freed. */
iso_status iso_setup_move(iso_setup *setup, const iso_config *next, MPI_Comm comm, iso_error *err);

/* Collective. The same without a simulation, for an eikonal wave: what waves have in common stays where only
 * what they begin from is another. */
iso_status iso_setup_move_heart(iso_setup *setup, const iso_config *next, MPI_Comm comm, iso_error *err);

/* Stages backwards: the simulation, with its operator or without, which then waits for the next one. */
void iso_setup_drop_cells(iso_setup *setup, bool with_operator);
void iso_setup_drop_waves(iso_setup *setup);
void iso_setup_drop_tissue(iso_setup *setup);
void iso_setup_drop_mesh(iso_setup *setup);
void iso_setup_drop_device(iso_setup *setup);

void iso_setup_free(iso_setup *setup);

/* Whole steps that the duration has room for. */
int64_t iso_setup_steps(const iso_config_time *time);

/* Collective. distance [mesh->nlocal] mm: from the nodes of a selection through the tissue, in a straight
 * line in each element (eikonal.h with a velocity of one); INFINITY where no way leads. The same on any
 * number of ranks. ISO_EFAIL where memory is short. */
iso_status iso_setup_distances(const iso_mesh *mesh, const iso_selection *from, double *distance,
                               iso_error *err);

/* Collective. An iso_select_further: around and path. The same on any number of ranks. ISO_EINPUT where
 * a site that is needed has no node, or none on the outer surface, and where no path leads from one stop to
 * the next. */
iso_select_further iso_setup_meet;

/* Collective. The nodes of site number k, if any, to be freed with iso_selection_free. */
iso_status iso_setup_site(const iso_setup *setup, int k, iso_selection *out, iso_error *err);

/* Collective. The nodes of stimulus number k, which are some, to be freed with iso_selection_free. */
iso_status iso_setup_stimulated(const iso_setup *setup, int k, iso_selection *out, iso_error *err);

/* Collective. The nodes of fast layer number k, likewise. */
iso_status iso_setup_layer_nodes(const iso_setup *setup, int k, iso_selection *out, iso_error *err);

/* Collective. The nodes of the site of region number r, likewise. */
iso_status iso_setup_region_nodes(const iso_setup *setup, int r, iso_selection *out, iso_error *err);

/* Collective. Takes passive parts (mesh.passive) out of the slice. ISO_EINPUT where one has no element, where
 * no tissue is left, and where the configuration counts nodes and those that stay have other numbers. On
 * failure the slice is to be freed. Part of iso_setup_mesh. */
iso_status iso_setup_passive(const iso_setup *setup, MPI_Comm comm, iso_slice *slice, iso_error *err);

/* Collective. The mesh of the configuration as it is read, without what is made of it: surfaces that are no
 * tissue are left out. On failure the slice is to be freed. */
iso_status iso_setup_read_slice(const iso_setup *setup, MPI_Comm comm, iso_slice *slice, iso_notes *notes,
                                iso_error *err);

struct iso_networks; /* networks.h */

/* Collective. Moves the nodes of the mesh as it is read to the configuration's shape (mesh.shape), if there
 * is one, turns fibres with it, and carries the nodes of networks along, unless NULL; part of iso_setup_mesh.
 * ISO_EINPUT where the modes are not of this mesh, or an element turns over. On failure the slice is to be
 * freed. */
iso_status iso_setup_shape(const iso_setup *setup, MPI_Comm comm, iso_slice *slice,
                           struct iso_networks *networks, iso_error *err);

/* Collective. The nodes of lesion number k without its gaps, likewise. ISO_EINPUT where a gap takes none. */
iso_status iso_setup_lesion_nodes(const iso_setup *setup, int k, iso_selection *out, iso_error *err);

/* Collective. Takes the configuration's lesions out of a mesh that has all of its elements and is not packed:
 * burned, burned_percent and burned_mL; part of iso_setup_mesh. ISO_EINPUT where a lesion has no element, or
 * all have everything. */
iso_status iso_setup_burn(iso_setup *setup, iso_error *err);

/* Whether lesions are burned after after_ms and until until_ms. */
bool iso_setup_burns(const iso_config *config, double after_ms, double until_ms);

/* Collective. Refuses lesions from a time on as iso_setup_burn does those from the beginning; part of
 * iso_setup_mesh. */
iso_status iso_setup_check_late(const iso_setup *setup, iso_error *err);

/* Collective. Burns those lesions: their elements conduct nothing any more, and cells of nodes that are left
 * alone go on by themselves. The simulation is made anew, without guests, and waits for its state. */
iso_status iso_setup_burn_late(iso_setup *setup, double after_ms, double until_ms, iso_error *err);

/* Collective. hit [mesh->nlocal]: 1 at the nodes of a selection, ghosts included, else 0. */
iso_status iso_setup_mark(const iso_mesh *mesh, const iso_selection *found, uint8_t *hit, iso_error *err);

/* Whether a local element has all its nodes among the marked ones. */
bool iso_setup_is_inside(const iso_mesh *mesh, iso_lid e, const uint8_t *hit);

/* Collective. Gives the elements of regions by site, those with all nodes in it, tags of their own; part of
 * iso_setup_mesh. */
iso_status iso_setup_sites(iso_setup *setup, iso_error *err);

/* Collective. The node that actor number k senses, and the nodes that its pulses reach, which are some, to be
 * freed with iso_selection_free. */
iso_status iso_setup_actor(const iso_setup *setup, int k, iso_gid *sensed, iso_selection *out,
                           iso_error *err);

/* Collective. Of a lead (iso_chamber) of device number k: the node whose Vm it senses, -1 where it senses
 * none; the nodes that it paces, to be freed likewise, and the one in their middle; none and -1 where it does
 * not pace. */
iso_status iso_setup_lead(const iso_setup *setup, int k, int lead, iso_gid *sensed, iso_gid *centre,
                          iso_selection *out, iso_error *err);

/* Collective. The nodes of a site of outputs.synchrony.segments, likewise. */
iso_status iso_setup_segment(const iso_setup *setup, int k, iso_selection *out, iso_error *err);

/* Collective. The nodes that stand for the left or the right ventricle (outputs.synchrony), likewise. */
iso_status iso_setup_ventricle(const iso_setup *setup, bool left, iso_selection *out, iso_error *err);

/* Collective. The nodes of an electrode of the protocol, likewise: 0 is that of the train, and 1 + k that of
 * its sites' number k. */
iso_status iso_setup_electrode(const iso_setup *setup, int k, iso_selection *out, iso_error *err);

/* Collective. The node that the protocol senses, or -1 where it senses at a distance from its electrodes. */
iso_status iso_setup_protocol_sense(const iso_setup *setup, iso_gid *sensed, iso_error *err);

/* Collective. The nodes between which the protocol measures restitution. */
iso_status iso_setup_restitution(const iso_setup *setup, iso_gid *from, iso_gid *to, iso_error *err);

/* Collective. The activation threshold at a node, mV: the configuration's, or that of its model. */
double iso_setup_threshold(const iso_setup *setup, iso_gid node);

/* Collective. The node in the middle of the site of probe number k. */
iso_status iso_setup_probed(const iso_setup *setup, int k, iso_gid *node, iso_error *err);

#endif
