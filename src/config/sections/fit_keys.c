/* The keys of fit. */
#include "config/sections/keys.h"

static const iso_key map_keys[] = {
    {"file", ISO_KEY_PATH, .required = true, IN(map, file),
     .meaning =
         "CSV with columns x, y, z and lat_ms, and sd_ms and voltage_mV where it has them; or VTK points "
         "(.vtp, .vtu, .vtk)"},
    {"unit", ISO_KEY_WORD, .required = true, IN(map, unit), .choices = CHOICES("um", "mm", "cm", "m"),
     .meaning = "of x, y and z"},
    {"array", ISO_KEY_TEXT, IN(map, array),
     .meaning = "of a VTK file, with the times in ms; lat_ms where not given"},
    {"sd_ms", ISO_KEY_REAL, IN(map, sd_ms), RANGE(1e-6, TIME_MS),
     .meaning = "standard deviation of the times' errors, of points for which the file says none"},
    {"paced", ISO_KEY_TEXT, IN(map, paced),
     .meaning = "a site that was paced when the map was measured, from 0 ms on: a beat of its own, without "
                "onsets and stimuli; of their beat where not given"},
    {"clock_sd_ms", ISO_KEY_REAL, IN(map, clock_sd_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning =
         "how well the map's zero of time is known, which is then fitted; 0: it is that of the onsets"},
    {"farthest_mm", ISO_KEY_REAL, IN(map, farthest_mm), .fallback = "5", ABOVE(0, LENGTH_MM),
     .meaning = "points that are farther from the heart are left out"},
    {"hold_out", ISO_KEY_INTEGER, IN(map, hold_out), .fallback = "0", RANGE(0, 1e6),
     .meaning = "9: every ninth point is not used, but predicted, to see how good predictions are; 0: none"},
    {"date", ISO_KEY_TEXT, IN(map, date), .meaning = "when it was measured"},
    {"source", ISO_KEY_TEXT, .required = true, IN(map, source),
     .meaning = "by what, and who says its errors"},
    {0}};

static const iso_key t_wave_keys[] = {
    {"from_ms", ISO_KEY_REAL, .required = true, IN(t_wave, from_ms), RANGE(-TIME_MS, TIME_MS),
     .meaning = "of the file's times, where the T wave begins; not before end_ms"},
    {"to_ms", ISO_KEY_REAL, .required = true, IN(t_wave, to_ms), RANGE(-TIME_MS, TIME_MS),
     .meaning = "where it ends"},
    {"interval_ms", ISO_KEY_REAL, IN(t_wave, interval_ms), .fallback = "10", ABOVE(0, TIME_MS),
     .meaning = "from sample to sample that is used"},
    {0}};

static const iso_key fit_ecg_keys[] = {
    {"file", ISO_KEY_PATH, .required = true, IN(fit_ecg, file),
     .meaning = "WFDB (.hea), EDF, or CSV with a column t_ms or time_ms, and one for each lead in mV, by its "
                "name; of several beats the average is made"},
    {"electrodes", ISO_KEY_PATH, .required = true, IN(fit_ecg, electrodes),
     .meaning = "CSV with columns name, x_mm, y_mm and z_mm"},
    {"paced", ISO_KEY_TEXT, IN(fit_ecg, paced),
     .meaning = "a site that was paced when it was measured, from 0 ms on: a beat of its own, as of maps"},
    {"leads", ISO_KEY_NAMES, IN(fit_ecg, leads), EXTRA(fit_ecg, nleads),
     .meaning = "that are used; where not given, all of the file that are independent"},
    {"sd_mV", ISO_KEY_REAL, IN(fit_ecg, sd_mV), ABOVE(0, 1e3),
     .meaning =
         "standard deviation of errors of a sample, those of the model included; where not given, that of "
         "the average of several beats, lead by lead, as these differ"},
    {"begin_ms", ISO_KEY_REAL, IN(fit_ecg, begin_ms), RANGE(-TIME_MS, TIME_MS),
     .meaning = "of the file's times, where the QRS complex begins; the file's first where not given"},
    {"end_ms", ISO_KEY_REAL, IN(fit_ecg, end_ms), RANGE(-TIME_MS, TIME_MS),
     .meaning = "where it ends; the file's last where not given"},
    {"t_wave", ISO_KEY_SECTION, FLAG(fit_ecg, has_t_wave), IN(fit_ecg, t_wave), .keys = t_wave_keys,
     .meaning = "samples of the T wave that count, too: what travels with the wave is then the whole action "
                "potential of each region's model, and upstroke_mV and upstroke_ms are not used"},
    {"interval_ms", ISO_KEY_REAL, IN(fit_ecg, interval_ms), .fallback = "5", ABOVE(0, TIME_MS),
     .meaning = "from sample to sample that is used: far enough for their errors to be independent"},
    {"model_sd_mV", ISO_KEY_REAL, IN(fit_ecg, model_sd_mV), .fallback = "0", RANGE(0, 1e3),
     .meaning =
         "standard deviation of errors besides, of the model, which go on for parts of a QRS complex; 0: "
         "sd_mV has them, and they are independent"},
    {"model_correlation_ms", ISO_KEY_REAL, IN(fit_ecg, model_correlation_ms), .fallback = "20",
     ABOVE(0, 1000),
     .meaning = "those of samples of a lead that are t ms apart are correlated by exp(-t / this)"},
    {"low_pass_hz", ISO_KEY_REAL, IN(fit_ecg, low_pass_hz), ABOVE(0, 1e4),
     .meaning = "measured and predicted waveforms go through a Gaussian filter with -3 dB there; none where "
                "not given"},
    {"medium_S_per_m", ISO_KEY_REAL, IN(fit_ecg, medium_S_per_m), .fallback = "0.2", ABOVE(0, 1e3),
     .meaning = "conductivity of the medium without bounds around the heart"},
    {"upstroke_mV", ISO_KEY_REAL, IN(fit_ecg, upstroke_mV), .fallback = "100", ABOVE(0, 1e3),
     .meaning = "height of the upstroke that travels with the wave"},
    {"upstroke_ms", ISO_KEY_REAL, IN(fit_ecg, upstroke_ms), .fallback = "1", ABOVE(0, 100),
     .meaning = "how fast it rises: as tanh(t / upstroke_ms)"},
    {"clock_ms", ISO_KEY_REAL, IN(fit_ecg, clock_ms), .fallback = "0", RANGE(-TIME_MS, TIME_MS),
     .meaning = "what its times are later than those of the onsets"},
    {"clock_sd_ms", ISO_KEY_REAL, IN(fit_ecg, clock_sd_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "how well that is known; 0: it is"},
    {"amplitude_spread_percent", ISO_KEY_REAL, IN(fit_ecg, amplitude_percent), .fallback = "0",
     RANGE(0, 1000),
     .meaning =
         "of a factor of all leads, as of fit.velocity; 0: the heart's and the medium's conductivities "
         "are known"},
    {"date", ISO_KEY_TEXT, IN(fit_ecg, date), .meaning = "when it was measured"},
    {"source", ISO_KEY_TEXT, .required = true, IN(fit_ecg, source),
     .meaning = "by what, and who says its errors"},
    {0}};

static const iso_key erp_keys[] = {
    {"site", ISO_KEY_TEXT, .required = true, IN(fit_erp, site),
     .meaning = "where it was measured, a site's name"},
    {"cycle_ms", ISO_KEY_REAL, .required = true, IN(fit_erp, cycle_ms), ABOVE(0, TIME_MS),
     .meaning = "from beat to beat before the premature one"},
    {"erp_ms", ISO_KEY_REAL, .required = true, IN(fit_erp, erp_ms), ABOVE(0, TIME_MS),
     .meaning = "the interval from which on a premature beat captures; less than the cycle"},
    {"sd_ms", ISO_KEY_REAL, .required = true, IN(fit_erp, sd_ms), RANGE(1e-6, TIME_MS),
     .meaning = "standard deviation of its error, by the steps of the study and from one to the next"},
    {"date", ISO_KEY_TEXT, IN(fit_erp, date), .meaning = "when it was measured"},
    {"source", ISO_KEY_TEXT, .required = true, IN(fit_erp, source),
     .meaning = "by what, and who says its error"},
    {0}};

static const iso_key onset_keys[] = {
    {"at_mm", ISO_KEY_POINT, IN(onset, at_mm), RANGE(-LENGTH_MM, LENGTH_MM),
     .meaning = "where it is thought to be"},
    {"stimulus", ISO_KEY_TEXT, IN(onset, stimulus),
     .meaning = "instead of at_mm and time_ms: the name of a stimulus, at whose nodes the wave begins, about "
                "when it does"},
    {"within_mm", ISO_KEY_REAL, IN(onset, within_mm), .fallback = "0", RANGE(0, LENGTH_MM),
     .meaning = "standard deviation along the wall, in each direction; 0: known"},
    {"depth_within_mm", ISO_KEY_REAL, IN(onset, depth_within_mm), .fallback = "0", RANGE(0, LENGTH_MM),
     .meaning = "standard deviation through the wall; 0: known"},
    {"time_ms", ISO_KEY_REAL, IN(onset, time_ms), .fallback = "0", RANGE(-TIME_MS, TIME_MS),
     .meaning = "when the wave begins there"},
    {"within_ms", ISO_KEY_REAL, IN(onset, within_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "its standard deviation; 0: known"},
    {"source", ISO_KEY_TEXT, .required = true, IN(onset, source), .meaning = "who says so"},
    {0}};

static const iso_key fit_scar_keys[] = {
    {"site", ISO_KEY_TEXT, .required = true, IN(fit_scar, site), .meaning = "where it is: one of sites"},
    {"velocity_factor", ISO_KEY_REAL, .required = true, IN(fit_scar, velocity_factor), RANGE(0.01, 2),
     .meaning = "what velocities there are thought to be times those around; 1: as around"},
    {"spread_percent", ISO_KEY_REAL, .required = true, IN(fit_scar, percent), ABOVE(0, 1000),
     .meaning = "how well that is known: 100 is from half to twice as much (one standard deviation of its "
                "logarithm)"},
    {"source", ISO_KEY_TEXT, .required = true, IN(fit_scar, source), .meaning = "who says so"},
    {0}};

static const iso_key spread_keys[] = {
    {"spread_percent", ISO_KEY_REAL, .required = true, IN(spread, percent), ABOVE(0, 300),
     .meaning =
         "of the velocity of each region, all directions together, around its section velocity: 30 is from "
         "1 / 1.3 to 1.3 of it (one standard deviation of its logarithm)"},
    {"ratio_spread_percent", ISO_KEY_REAL, IN(spread, ratio_percent), ABOVE(0, 300),
     .meaning = "the same of the ratio of the velocities along and across the fibres; known where not given"},
    {"source", ISO_KEY_TEXT, .required = true, IN(spread, source), .meaning = "who says so"},
    {0}};

static const iso_key fibre_angle_keys[] = {
    {"spread_degrees", ISO_KEY_REAL, .required = true, IN(fibre_angle, degrees), ABOVE(0, 60),
     .meaning = "standard deviation of the angle, about 0"},
    {"source", ISO_KEY_TEXT, .required = true, IN(fibre_angle, source), .meaning = "who says so"},
    {0}};

/* Of velocities or of durations. */
static const iso_key field_keys[] = {
    {"spread_percent", ISO_KEY_REAL, .required = true, IN(spread, percent), ABOVE(0, 300),
     .meaning = "from place to place, as of velocity"},
    {"correlation_mm", ISO_KEY_REAL, .required = true, IN(spread, correlation_mm), ABOVE(0, LENGTH_MM),
     .meaning = "how far through the tissue places are alike: a correlation of 0.61 there"},
    {"source", ISO_KEY_TEXT, .required = true, IN(spread, source), .meaning = "who says so"},
    {0}};

const iso_key iso_config_twin_keys[] = {
    {"file", ISO_KEY_PATH, .required = true, IN(twin, file),
     .meaning = "NAME.twin.nc, that isochrone fit made with this configuration"},
    {"member", ISO_KEY_TEXT, IN(twin, member), .fallback = "median",
     .meaning = "the heart: the number of a member, from 1; median, each of whose numbers is the median of "
                "the members'; or best, which goes best with the data"},
    {"own_beat", ISO_KEY_BOOLEAN, IN(twin, own_beat), .fallback = "true",
     .meaning = "waves begin where and when it says; false: only where stimuli do"},
    {"later_ms", ISO_KEY_REAL, IN(twin, later_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "so much later than it says, since a simulation begins at 0"},
    {0}};

static const iso_key apd_regions_keys[] = {
    {"spread_percent", ISO_KEY_REAL, .required = true, IN(spread, percent), ABOVE(0, 300),
     .meaning = "of the duration in each region, about that of its model, as of velocity"},
    {"source", ISO_KEY_TEXT, .required = true, IN(spread, source), .meaning = "who says so"},
    {0}};

static const iso_key apd_gradient_keys[] = {
    {"by", ISO_KEY_WORD, IN(apd_gradient, by), .choices = iso_course_coordinates,
     .meaning = "a coordinate, which is a field of the mesh's file (isochrone mesh coordinates)"},
    {"field", ISO_KEY_PATH, IN(apd_gradient, field),
     .meaning = "instead of by: a file with a number for each node, as of a parameter's field"},
    {"variable", ISO_KEY_TEXT, IN(apd_gradient, variable), .meaning = "in field"},
    {"percent", ISO_KEY_REAL, IN(apd_gradient, percent), .fallback = "0", RANGE(-90, 300),
     .meaning = "how much longer action potentials are where it is 1 than where it is 0: the middle of what "
                "is known beforehand"},
    {"spread_percent", ISO_KEY_REAL, .required = true, IN(apd_gradient, spread_percent), ABOVE(0, 300),
     .meaning = "10: from 1 / 1.1 to 1.1 times that, one standard deviation of the logarithm"},
    {"source", ISO_KEY_TEXT, .required = true, IN(apd_gradient, source), .meaning = "who says so"},
    {0}};

static const iso_key apd_keys[] = {
    {"regions", ISO_KEY_SECTION, FLAG(apd, has_regions), IN(apd, regions), .keys = apd_regions_keys,
     .meaning = "the duration in each region; known where not given"},
    {"gradients", ISO_KEY_NAMED, IN(apd, gradients), EXTRA(apd, ngradients), .keys = apd_gradient_keys,
     .size = sizeof(iso_config_apd_gradient),
     .meaning = "along coordinates of the heart, by names; of all regions together"},
    {"field", ISO_KEY_SECTION, FLAG(apd, has_field), IN(apd, field), .keys = field_keys,
     .meaning = "a smooth field that durations are times; none where not given"},
    {0}};

const iso_key iso_config_fit_keys[] = {
    {"maps", ISO_KEY_NAMED, IN(fit, maps), EXTRA(fit, nmaps), .keys = map_keys,
     .size = sizeof(iso_config_map), .meaning = "local activation times that were measured, by names"},
    {"ecgs", ISO_KEY_NAMED, IN(fit, ecgs), EXTRA(fit, necgs), .keys = fit_ecg_keys,
     .size = sizeof(iso_config_fit_ecg), .meaning = "QRS complexes that were measured, by names"},
    {"erps", ISO_KEY_NAMED, IN(fit, erps), EXTRA(fit, nerps), .keys = erp_keys,
     .size = sizeof(iso_config_fit_erp),
     .meaning = "effective refractory periods that were measured at sites, by names; they tell of apd"},
    {"onsets", ISO_KEY_NAMED, IN(fit, onsets), EXTRA(fit, nonsets), .keys = onset_keys,
     .size = sizeof(iso_config_onset),
     .meaning = "where and when waves begin, by names, beside the stimuli, which are known"},
    {"scars", ISO_KEY_NAMED, IN(fit, scars), EXTRA(fit, nscars), .keys = fit_scar_keys,
     .size = sizeof(iso_config_fit_scar),
     .meaning = "tissue whose place is known, but not how slow it is, by names"},
    {"velocity", ISO_KEY_SECTION, FLAG(fit, has_velocity), IN(fit, velocity), .keys = spread_keys,
     .meaning = "what is known of velocities beforehand; they are known where not given"},
    {"fibre_angle", ISO_KEY_SECTION, FLAG(fit, has_fibre_angle), IN(fit, fibre_angle),
     .keys = fibre_angle_keys,
     .meaning = "an angle that all fibres of a surface are turned by; they are known where not given"},
    {"field", ISO_KEY_SECTION, FLAG(fit, has_field), IN(fit, field), .keys = field_keys,
     .meaning = "a smooth field that velocities are times; none where not given"},
    {"slow_percent", ISO_KEY_REAL, IN(fit, slow_percent), .fallback = "70", ABOVE(0, 100),
     .meaning = "tissue is called slow below so much of the configuration's velocity: the map "
                "slow_probability"},
    {"apd", ISO_KEY_SECTION, FLAG(fit, has_apd), IN(fit, apd), .keys = apd_keys,
     .meaning = "what is known beforehand of the duration of action potentials; that of the models where not "
                "given"},
    {"members", ISO_KEY_INTEGER, IN(fit, members), .fallback = "100", RANGE(10, 1e5),
     .meaning = "hearts that the twin consists of"},
    {"seed", ISO_KEY_COUNT, IN(fit, seed), .fallback = "1", RANGE(0, 1e15),
     .meaning = "of what is drawn at random"},
    {0}};
