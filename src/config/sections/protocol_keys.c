/* The keys of protocol and phase_map. */
#include "config/sections/where_keys.h"

static const iso_key protocol_sense_keys[] = {
    {"node", ISO_KEY_COUNT, IN(protocol, node), RANGE(0, 1e15), .meaning = "at which node, numbered from 0"},
    {"site", ISO_KEY_TEXT, IN(protocol, sense.name),
     .meaning = "or at the node in the middle of one of the sites"},
    {"distance_mm", ISO_KEY_REAL, IN(protocol, sense_distance_mm), ABOVE(0, LENGTH_MM),
     .meaning =
         "or at all nodes between this and half as much again from the pulsed site, through the tissue"},
    {0}};

static const iso_key s1_keys[] = {
    {"start_ms", ISO_KEY_REAL, IN(protocol, s1.start_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "first pulse"},
    {"cycle_ms", ISO_KEY_REAL, .required = true, IN(protocol, s1.period_ms), ABOVE(0, TIME_MS),
     .meaning = "from pulse to pulse"},
    {"count", ISO_KEY_COUNT, .required = true, IN(protocol, s1.count), RANGE(1, 1e9), .meaning = "pulses"},
    {0}};

static const iso_key extra_keys[] = {
    {"at_ms", ISO_KEY_REAL, IN(extra, at_ms), ABOVE(0, TIME_MS),
     .meaning = "coupling interval, from the beginning of the pulse before; or it is searched:"},
    {"longest_ms", ISO_KEY_REAL, IN(extra, longest_ms), ABOVE(0, TIME_MS),
     .meaning = "coupling interval that is expected to capture"},
    {"shortest_ms", ISO_KEY_REAL, IN(extra, shortest_ms), ABOVE(0, TIME_MS),
     .meaning = "coupling interval that is expected not to"},
    {"resolution_ms", ISO_KEY_REAL, IN(extra, resolution_ms), .fallback = "1", ABOVE(0, TIME_MS),
     .meaning = "of the effective refractory period: coupling intervals are shortest_ms and multiples of it "
                "more"},
    {"search", ISO_KEY_CHOICE, IN(extra, search), .fallback = "bisect",
     .choices = CHOICES("bisect", "decrement"),
     .meaning = "by halves, or from longest_ms down by resolution_ms until it is blocked"},
    {0}};

static const iso_key burst_keys[] = {
    {"cycle_ms", ISO_KEY_REAL, .required = true, IN(burst, cycle_ms), ABOVE(0, TIME_MS),
     .meaning = "from the last S1 pulse to the first of the burst, and on from pulse to pulse"},
    {"count", ISO_KEY_COUNT, .required = true, IN(burst, count), RANGE(1, 1e4), .meaning = "pulses"},
    {"decrement_ms", ISO_KEY_REAL, IN(burst, decrement_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "by which each interval is shorter than the one before: a ramp"},
    {"shortest_ms", ISO_KEY_REAL, IN(burst, shortest_ms), ABOVE(0, TIME_MS),
     .meaning = "intervals of a ramp are no shorter; cycle_ms where not given"},
    {"test_each", ISO_KEY_BOOLEAN, IN(burst, test_each), .fallback = "false",
     .meaning = "with look_for_reentry: after each pulse, and what is induced ends the burst"},
    {0}};

static const iso_key peerp_keys[] = {
    {"beats", ISO_KEY_INTEGER, IN(peerp, beats), .fallback = "4", RANGE(1, 1000),
     .meaning = "premature pulses at most"},
    {"below_ms", ISO_KEY_REAL, IN(peerp, below_ms), .fallback = "80", ABOVE(0, TIME_MS),
     .meaning = "how long before the site has recovered from S1 the search for S2 begins"},
    {"above_ms", ISO_KEY_REAL, IN(peerp, above_ms), .fallback = "40", ABOVE(0, TIME_MS),
     .meaning = "and how long after it ends; later windows are as wide"},
    {"earliest_ms", ISO_KEY_REAL, IN(peerp, earliest_ms), .fallback = "60", ABOVE(0, TIME_MS),
     .meaning = "where later windows begin, from the pulse before"},
    {"resolution_ms", ISO_KEY_REAL, IN(peerp, resolution_ms), .fallback = "1", ABOVE(0, TIME_MS),
     .meaning = "of the end of the effective refractory period"},
    {0}};

static const iso_key restitution_keys[] = {
    {"from", ISO_KEY_TEXT, .required = true, IN(restitution, from.name),
     .meaning = "site whose middle node tells rest and action potential duration, and where the way begins"},
    {"to", ISO_KEY_TEXT, .required = true, IN(restitution, to.name),
     .meaning = "site to whose middle node the velocity is measured, in a straight line"},
    {"longest_ms", ISO_KEY_REAL, .required = true, IN(restitution, longest_ms), ABOVE(0, TIME_MS),
     .meaning = "coupling interval of S2, from the beginning of the last S1 pulse"},
    {"shortest_ms", ISO_KEY_REAL, .required = true, IN(restitution, shortest_ms), ABOVE(0, TIME_MS),
     .meaning = "the first that is tried"},
    {"resolution_ms", ISO_KEY_REAL, IN(restitution, resolution_ms), .fallback = "10", ABOVE(0, TIME_MS),
     .meaning = "from one interval to the next"},
    {0}};

#define EXTRA_STIMULUS(key_name, k, about)                                                                   \
  {                                                                                                          \
    key_name, ISO_KEY_SECTION, FLAG(protocol, has_extra[k]), IN(protocol, extra[k]), .keys = extra_keys,     \
                                                                                     .meaning = about        \
  }

const iso_key iso_config_protocol_keys[] = {
    WHERE(iso_config_protocol, where.),
    {"sense", ISO_KEY_SECTION, .required = true, .keys = protocol_sense_keys,
     .meaning = "a premature pulse has captured where this node, or any of these, activates after it"},
    {"amplitude_uA_per_uF", ISO_KEY_REAL, .required = true, IN(protocol, s1.amplitude), RANGE(-1e6, 1e6),
     .meaning = "of all pulses: current per capacitance, which is mV per ms; positive depolarises"},
    {"duration_ms", ISO_KEY_REAL, IN(protocol, s1.duration_ms), .fallback = "2", ABOVE(0, TIME_MS),
     .meaning = "of each pulse"},
    {"window_ms", ISO_KEY_REAL, IN(protocol, window_ms), .fallback = "200", ABOVE(0, TIME_MS),
     .meaning = "from the beginning of a premature pulse: who has not activated by then is not captured"},
    {"look_for_reentry", ISO_KEY_BOOLEAN, IN(protocol, look_for_reentry), .fallback = "false",
     .meaning = "whether a premature pulse induces what lasts outputs.reentry.sustained_ms after it"},
    {"sites", ISO_KEY_NAMES, IN(protocol, sites), EXTRA(protocol, nsites),
     .meaning = "where premature pulses are given, each of these sites after the same train; where the train "
                "is where not given"},
    {"s1", ISO_KEY_SECTION, .required = true, .keys = s1_keys, .meaning = "the train"},
    EXTRA_STIMULUS("s2", 0, "the first premature pulse"),
    EXTRA_STIMULUS("s3", 1, "the second, after the shortest interval of S2 that captured"),
    EXTRA_STIMULUS("s4", 2, "the third, likewise"),
    {"burst", ISO_KEY_SECTION, FLAG(protocol, has_burst), IN(protocol, burst), .keys = burst_keys,
     .meaning = "or a burst or ramp"},
    {"peerp", ISO_KEY_SECTION, FLAG(protocol, has_peerp), IN(protocol, peerp), .keys = peerp_keys,
     .meaning = "or pacing at the end of the effective refractory period, pulse after pulse until re-entry"},
    {"restitution", ISO_KEY_SECTION, FLAG(protocol, has_restitution), IN(protocol, restitution),
     .keys = restitution_keys, .meaning = "or action potential duration and velocity against rest"},
    {0}};

static const iso_key rotor_keys[] = {
    {"from_mm", ISO_KEY_POINT, .required = true, IN(rotor, from_mm), .meaning = "a point of the line"},
    {"to_mm", ISO_KEY_POINT, .required = true, IN(rotor, to_mm),
     .meaning = "another one, from which the wave is seen to turn"},
    {"turns", ISO_KEY_CHOICE, IN(rotor, clockwise), .fallback = "counterclockwise",
     .choices = CHOICES("counterclockwise", "clockwise"), .meaning = "which way"},
    {0}};

const iso_key iso_config_phase_map_keys[] = {
    {"rotors", ISO_KEY_ITEMS, .required = true, IN(phase_map, rotors), EXTRA(phase_map, nrotors),
     .keys = rotor_keys, .size = sizeof(iso_config_rotor), .single = true,
     .meaning = "straight lines that the wave turns about; their phases add up"},
    {"cycle_ms", ISO_KEY_REAL, .required = true, IN(phase_map, cycle_ms), ABOVE(0, 1e4),
     .meaning = "of a turn: cells are paced with it"},
    {"beats", ISO_KEY_INTEGER, IN(phase_map, beats), .fallback = "20", RANGE(1, 1e6),
     .meaning = "of a cell of each region, the last of which tells the states at each phase"},
    {"amplitude_uA_per_uF", ISO_KEY_REAL, IN(phase_map, amplitude_uA_per_uF), .fallback = "50", ABOVE(0, 1e4),
     .meaning = "of their pulses"},
    {"duration_ms", ISO_KEY_REAL, IN(phase_map, duration_ms), .fallback = "2", ABOVE(0, TIME_MS),
     .meaning = "of each pulse"},
    {0}};
