/* The keys of stimuli and actors. */
#include "config/sections/where_keys.h"

const iso_key iso_config_stimulus_keys[] = {
    {"name", ISO_KEY_TEXT, IN(stimulus, name),
     .meaning = "for messages; stimulus0, stimulus1, ... where not given"},
    WHERE(iso_config_stimulus, where.),
    {"start_ms", ISO_KEY_REAL, IN(stimulus, pulses.start_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "first pulse"},
    {"duration_ms", ISO_KEY_REAL, IN(stimulus, pulses.duration_ms), .fallback = "2", ABOVE(0, TIME_MS),
     .meaning = "of one pulse"},
    {"amplitude_uA_per_uF", ISO_KEY_REAL, .required = true, IN(stimulus, pulses.amplitude), RANGE(-1e6, 1e6),
     .meaning = "current per capacitance, which is mV per ms; positive depolarises"},
    {"period_ms", ISO_KEY_REAL, IN(stimulus, pulses.period_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "from pulse to pulse; 0: one pulse"},
    {"count", ISO_KEY_COUNT, IN(stimulus, pulses.count), .fallback = "0", RANGE(0, 1e9),
     .meaning = "pulses of a periodic stimulus; 0: until the run ends"},
    {0}};

static const iso_key sense_keys[] = {
    {"node", ISO_KEY_COUNT, IN(actor, node), RANGE(0, 1e15), .meaning = "at which node, numbered from 0"},
    {"site", ISO_KEY_TEXT, IN(actor, sense.name),
     .meaning = "or at the node in the middle of one of the sites"},
    {0}};

const iso_key iso_config_actor_keys[] = {
    {"name", ISO_KEY_TEXT, .required = true, IN(actor, name),
     .meaning = "in the results, NAME_pulse_time; letters, digits and _"},
    {"sense", ISO_KEY_SECTION, .required = true, .keys = sense_keys, .meaning = "where Vm is watched"},
    {"threshold_mV", ISO_KEY_REAL, IN(actor, threshold_mV), VOLTAGE,
     .meaning = "that of activation where not given"},
    {"crossing", ISO_KEY_CHOICE, IN(actor, crossing), .fallback = "up", .choices = CHOICES("up", "down"),
     .meaning = "upwards, as a cell activates, or downwards, as it recovers"},
    {"latency_ms", ISO_KEY_REAL, .required = true, IN(actor, latency_ms), ABOVE(0, TIME_MS),
     .meaning = "from the crossing to the pulse, in whole steps"},
    {"blank_ms", ISO_KEY_REAL, IN(actor, blank_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "crossings so soon after one that was answered are not"},
    WHERE(iso_config_actor, where.),
    {"duration_ms", ISO_KEY_REAL, IN(actor, pulses.duration_ms), .fallback = "2", ABOVE(0, TIME_MS),
     .meaning = "of a pulse"},
    {"amplitude_uA_per_uF", ISO_KEY_REAL, .required = true, IN(actor, pulses.amplitude), RANGE(-1e6, 1e6),
     .meaning = "current per capacitance, which is mV per ms; positive depolarises"},
    {0}};
