/* The keys of outputs, but for its detectors. */
#include "config/sections/keys.h"

#include "grid/format/formats.h"

static const iso_key activation_keys[] = {
    {"threshold_mV", ISO_KEY_REAL, IN(outputs, activation_mV), VOLTAGE,
     .meaning = "crossed upwards; the model's usual one where not given"},
    {"by_slope", ISO_KEY_BOOLEAN, IN(outputs, by_slope), .fallback = "false",
     .meaning =
         "when Vm rose most steeply as activation_by_slope, too; looks at every node after every step"},
    {0}};

static const iso_key repolarisation_keys[] = {
    {"level_percent", ISO_KEY_REAL, IN(outputs, repolarisation_level), RANGE(10, 99),
     .meaning = "of the amplitude recovered: 90, which gives APD90, where neither is given"},
    {"threshold_mV", ISO_KEY_REAL, IN(outputs, repolarisation_mV), VOLTAGE,
     .meaning = "crossed downwards, instead of a level_percent"},
    {0}};

static const iso_key probe_keys[] = {
    {"name", ISO_KEY_TEXT, .required = true, IN(probe, name), .meaning = "in the results"},
    {"at_mm", ISO_KEY_POINT, IN(probe, at_mm), RANGE(-1e6, 1e6), .meaning = "where, inside the mesh"},
    {"node", ISO_KEY_COUNT, IN(probe, node), RANGE(0, 1e15), .meaning = "or at which node, numbered from 0"},
    {"site", ISO_KEY_TEXT, IN(probe, where.name),
     .meaning = "or at the node in the middle of one of the sites"},
    {0}};

static const iso_key snapshot_keys[] = {
    {"interval_ms", ISO_KEY_REAL, IN(outputs, snapshot_interval_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "between snapshots of Vm; 0: none"},
    {"start_ms", ISO_KEY_REAL, IN(outputs, snapshot_start_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "first; the others are multiples of the interval later"},
    {"stop_ms", ISO_KEY_REAL, IN(outputs, snapshot_stop_ms), RANGE(0, TIME_MS),
     .meaning = "last; the end of the run where not given"},
    {0}};

static const iso_key torso_keys[] = {
    {"file", ISO_KEY_PATH, IN(torso, file),
     .meaning = "a mesh of the body with the heart in it, in the frame of the heart's mesh; not needed where "
                "that has passive parts around the heart (mesh.passive)"},
    {"format", ISO_KEY_WORD, IN(torso, format), .fallback = "auto", .choices = iso_format_words,
     .meaning = "as of mesh"},
    {"unit", ISO_KEY_WORD, IN(torso, unit), .fallback = "auto",
     .choices = CHOICES("auto", "um", "mm", "cm", "m"), .meaning = "as of mesh"},
    {"regions", ISO_KEY_ITEMS, IN(torso, regions), EXTRA(torso, nregions),
     .keys = iso_config_torso_region_keys, .size = sizeof(iso_config_torso_region),
     .meaning = "what its parts conduct; of the heart's own mesh, only where the heart's bulk is not "
                "what follows from its conductivities"},
    {"ground", ISO_KEY_TEXT, IN(torso, ground),
     .meaning = "the electrode that the others are against; RL, or the first, where not given"},
    {0}};

static const iso_key ecg_keys[] = {
    {"electrodes", ISO_KEY_PATH, IN(outputs, ecg.electrodes),
     .meaning = "a CSV file with a line for each and columns name, x_mm, y_mm, z_mm; RA, LA, LL and V1 to V6 "
                "give the twelve leads"},
    {"interval_ms", ISO_KEY_REAL, IN(outputs, ecg.interval_ms), .fallback = "1", ABOVE(0, TIME_MS),
     .meaning = "between samples"},
    {"medium_S_per_m", ISO_KEY_REAL, IN(outputs, ecg.medium_S_per_m), .fallback = "0.2", ABOVE(0, 1e3),
     .meaning = "conductivity of the medium without bounds that the heart and the electrodes are in"},
    {"pairs", ISO_KEY_NAMES, IN(outputs, ecg.pairs), EXTRA(outputs, ecg.npairs),
     .meaning = "bipolar leads of two electrodes, A-B for A minus B"},
    {"torso", ISO_KEY_SECTION, IN(outputs, ecg.torso), .keys = torso_keys,
     .meaning = "a body with bounds around the heart, instead of a medium without"},
    {0}};

static const iso_key left_keys[] = {
    {"site", ISO_KEY_TEXT, .required = true, IN(outputs, left.name), .meaning = "one of the sites"}, {0}};
static const iso_key right_keys[] = {
    {"site", ISO_KEY_TEXT, .required = true, IN(outputs, right.name), .meaning = "one of the sites"}, {0}};

static const iso_key synchrony_keys[] = {
    {"left", ISO_KEY_SECTION, .keys = left_keys, .meaning = "nodes that stand for the left ventricle"},
    {"right", ISO_KEY_SECTION, .keys = right_keys, .meaning = "nodes that stand for the right one"},
    {"lead", ISO_KEY_TEXT, IN(outputs, qlv_lead),
     .meaning = "an electrogram of outputs.ecg: from the beginning of QRS to its activation is qlv_ms"},
    {"segments", ISO_KEY_NAMES, IN(outputs, segments), EXTRA(outputs, nsegments),
     .meaning =
         "sites, say the AHA segments in their order: the one whose nodes activate latest on average is "
         "latest_segment, counted from 1"},
    {0}};

const iso_key iso_config_output_keys[] = {
    {"activation", ISO_KEY_SECTION, .keys = activation_keys, .meaning = "activation times"},
    {"repolarisation", ISO_KEY_SECTION, .keys = repolarisation_keys,
     .meaning = "repolarisation times and APD"},
    {"beats", ISO_KEY_INTEGER, IN(outputs, beats), .fallback = "0", RANGE(0, 1e6),
     .meaning = "kept for each node, the first ones; 0: all"},
    {"probes", ISO_KEY_ITEMS, IN(outputs, probes), EXTRA(outputs, nprobes), .keys = probe_keys,
     .size = sizeof(iso_config_probe), .meaning = "points whose Vm and activation are recorded"},
    {"probe_interval_ms", ISO_KEY_REAL, IN(outputs, probe_interval_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "between the values of a trace; 0: every step"},
    {"snapshots", ISO_KEY_SECTION, .keys = snapshot_keys, .meaning = "Vm of the whole mesh over time"},
    {"ecg", ISO_KEY_SECTION, .keys = ecg_keys,
     .meaning = "potentials at electrodes as NAME_ecg.csv and NAME_ecg.nc, see docs/ecg.md"},
    {"reentry", ISO_KEY_SECTION, .keys = iso_config_reentry_keys,
     .meaning = "what goes on after the last stimulus, see docs/detectors.md"},
    {"singularities", ISO_KEY_SECTION, .keys = iso_config_singularity_keys,
     .meaning = "what waves turn about: on surfaces, and filaments through volumes; see docs/detectors.md"},
    {"conduction", ISO_KEY_SECTION, .keys = iso_config_conduction_keys,
     .meaning = "what a beat's activation times say of velocity and block; see docs/detectors.md"},
    {"spectra", ISO_KEY_SECTION, .keys = iso_config_spectra_keys,
     .meaning = "dominant frequency and regularity index of Vm at every node; see docs/detectors.md"},
    {"wavefronts", ISO_KEY_SECTION, .keys = iso_config_wavefront_keys,
     .meaning = "how many there are over time; see docs/detectors.md"},
    {"synchrony", ISO_KEY_SECTION, .keys = synchrony_keys,
     .meaning = "how the ventricles are activated together, as outcomes of studies"},
    {"compression", ISO_KEY_INTEGER, IN(outputs, compression), .fallback = "1", RANGE(0, 9),
     .meaning = "deflate level of maps and snapshots; 0: none"},
    {"csv", ISO_KEY_BOOLEAN, IN(outputs, csv), .fallback = "false",
     .meaning = "maps and probes as NAME_nodes.csv, NAME_probes.csv and NAME_probe_samples.csv, too"},
    {"vtu", ISO_KEY_BOOLEAN, IN(outputs, vtu), .fallback = "false",
     .meaning = "the mesh with its maps as NAME_maps.vtu, too"},
    {"page", ISO_KEY_BOOLEAN, IN(outputs, page), .fallback = "false",
     .meaning = "maps to be turned, ECG and probes as NAME.html, which opens without a network, too"},
    {0}};
