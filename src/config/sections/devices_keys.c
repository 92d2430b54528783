/* The keys of devices. */
#include "config/sections/where_keys.h"

static const iso_key lead_sense_keys[] = {
    {"node", ISO_KEY_COUNT, IN(lead, node), RANGE(0, 1e15), .meaning = "Vm at this node, numbered from 0"},
    {"site", ISO_KEY_TEXT, IN(lead, sense.name),
     .meaning = "or at the node in the middle of one of the sites"},
    {"tip_mm", ISO_KEY_POINT, IN(lead, tip_mm), RANGE(-LENGTH_MM, LENGTH_MM),
     .meaning = "or the electrogram of an electrode here, against infinity"},
    {"ring_mm", ISO_KEY_POINT, IN(lead, ring_mm), RANGE(-LENGTH_MM, LENGTH_MM),
     .meaning = "or against another one here: tip minus ring"},
    {"threshold_mV", ISO_KEY_REAL, IN(lead, threshold_mV), VOLTAGE,
     .meaning =
         "Vm rises through it, that of activation where not given; or the electrogram's size does, 0.75 "
         "in the atrium and 2.5 in the ventricle where not given"},
    {"high_pass_Hz", ISO_KEY_REAL, IN(lead, high_pass_Hz), .fallback = "10", RANGE(0, 1e4),
     .meaning = "of the electrogram before that, of first order; 0: none"},
    {0}};

static const iso_key lead_keys[] = {
    {"sense", ISO_KEY_SECTION, .keys = lead_sense_keys, .meaning = "what it senses, once"},
    WHERE(iso_config_lead, where.),
    {"duration_ms", ISO_KEY_REAL, IN(lead, pulse.duration_ms), .fallback = "2", ABOVE(0, TIME_MS),
     .meaning = "of a pulse, to the nodes that meet all of these conditions"},
    {"amplitude_uA_per_uF", ISO_KEY_REAL, IN(lead, pulse.amplitude), RANGE(-1e6, 1e6),
     .meaning = "current per capacitance, which is mV per ms; positive depolarises"},
    {0}};

#define THERAPY(type, kind, name, ...) ROW(iso_config_therapy, name, kind, name, __VA_ARGS__)

static const iso_key therapy_keys[] = {ISO_THERAPY_KEYS(THERAPY){0}};

static const iso_key zone_keys[] = {
    {"interval_ms", ISO_KEY_REAL, .required = true, IN(zone, interval_ms), ABOVE(0, TIME_MS),
     .meaning = "intervals between ventricular beats that are not longer are within it"},
    {"count", ISO_KEY_INTEGER, IN(zone, count), .fallback = "30", RANGE(1, 100),
     .meaning = "it is detected when so many"},
    {"of", ISO_KEY_INTEGER, IN(zone, of), .fallback = "40", RANGE(1, 100),
     .meaning = "of the last so many are"},
    {"therapies", ISO_KEY_ITEMS, IN(zone, therapies), EXTRA(zone, ntherapies), .keys = therapy_keys,
     .size = sizeof(iso_config_therapy), .meaning = "trains of pulses against it, one after the other"},
    {0}};

#define IMPLANT(type, kind, name, ...) ROW(iso_config_implant, name, kind, name, __VA_ARGS__)

const iso_key iso_config_implant_keys[] = {
    {"mode", ISO_KEY_CHOICE, .required = true, IN(implant, mode),
     .choices = CHOICES("off", "VVI", "AAI", "DDD", "CRT"),
     .meaning = "what it paces and senses; off: it senses alone; CRT is DDD with a left lead"},
    ISO_IMPLANT_KEYS(IMPLANT){"atrium", ISO_KEY_SECTION, FLAG(implant, has_lead[0]), IN(implant, lead[0]),
                              .keys = lead_keys, .meaning = "its lead in the right atrium"},
    {"ventricle", ISO_KEY_SECTION, FLAG(implant, has_lead[1]), IN(implant, lead[1]), .keys = lead_keys,
     .meaning = "its lead in the right ventricle"},
    {"left_ventricle", ISO_KEY_SECTION, FLAG(implant, has_lead[2]), IN(implant, lead[2]), .keys = lead_keys,
     .meaning = "its lead on the left ventricle, which paces alone; with VVI and DDD, too"},
    {"zones", ISO_KEY_ITEMS, IN(implant, zones), EXTRA(implant, nzones), .keys = zone_keys,
     .size = sizeof(iso_config_zone),
     .meaning = "fast rhythms that it detects by counted intervals and paces against, from the slowest on"},
    {0}};
