/* The keys of study. */
#include "config/sections/keys.h"

static const iso_key case_keys[] = {
    {"name", ISO_KEY_TEXT, .at = offsetof(iso_config_case, name),
     .meaning = "in the table; what it sets where not given"},
    {"set", ISO_KEY_SETTINGS, .at = offsetof(iso_config_case, set), .extra = offsetof(iso_config_case, nset),
     .meaning = "what it sets, each as with --set: [\"stimuli.0.site=apex\", \"drugs=[]\"]"},
    {0}};

#define DRAWN(member, about)                                                                                 \
  { #member, ISO_KEY_INTERVAL, .at = offsetof(iso_config_drawn, member), .meaning = about }

static const iso_key drawn_keys[] = {
    {"key", ISO_KEY_TEXT, .required = true, .at = offsetof(iso_config_drawn, key),
     .meaning = "what is drawn, with its path as of --set: regions.0.parameters.g_Kr.scale"},
    {"name", ISO_KEY_TEXT, .at = offsetof(iso_config_drawn, name),
     .meaning = "its column in the table; the end of its key where not given"},
    DRAWN(uniform, "from the first number to the second, all alike"),
    DRAWN(normal, "mean and standard deviation"),
    DRAWN(lognormal, "median and factor: two thirds are within the factor of the median"),
    DRAWN(whole, "a whole number from the first to the second, both included: a seed"),
    {0}};

static const iso_key accept_keys[] = {{"outcome", ISO_KEY_TEXT, .required = true,
                                       .at = offsetof(iso_config_accept, outcome), .meaning = "in the table"},
                                      {"between", ISO_KEY_INTERVAL, .required = true,
                                       .at = offsetof(iso_config_accept, between),
                                       .meaning = "the least and the largest that it may be"},
                                      {0}};

static const iso_key axis_keys[] = {
    {"name", ISO_KEY_TEXT, .at = offsetof(iso_config_axis, name),
     .meaning = "its column in the table; the end of its key where not given"},
    {"key", ISO_KEY_TEXT, .at = offsetof(iso_config_axis, key),
     .meaning = "what differs, with its path as of --set: stimuli.0.site"},
    {"values", ISO_KEY_VALUES, .at = offsetof(iso_config_axis, values),
     .extra = offsetof(iso_config_axis, nvalues), .meaning = "what the key is, one after the other"},
    {"cases", ISO_KEY_ITEMS, .at = offsetof(iso_config_axis, cases),
     .extra = offsetof(iso_config_axis, ncases), .keys = case_keys, .size = sizeof(iso_config_case),
     .meaning = "instead of a key: settings that belong together"},
    {"file", ISO_KEY_PATH, .at = offsetof(iso_config_axis, file),
     .meaning = "instead of a key: a CSV file with a line for each case, whose columns are keys with their "
                "paths, and name for the case's own"},
    {"draws", ISO_KEY_INTEGER, .at = offsetof(iso_config_axis, draws), .fallback = "0", RANGE(0, 1e6),
     .meaning = "instead of a key: so many cases that draw the numbers of drawn; with twin so many of its "
                "members, 0: all of them"},
    {"seed", ISO_KEY_COUNT, .at = offsetof(iso_config_axis, seed), .fallback = "1", RANGE(0, 1e15),
     .meaning = "of these draws; more of them leave the first ones as they are"},
    {"twin", ISO_KEY_PATH, .at = offsetof(iso_config_axis, twin),
     .meaning =
         "instead of a key: NAME.twin.nc, that isochrone fit made with this configuration; its members "
         "are the cases"},
    {"own_beat", ISO_KEY_BOOLEAN, .at = offsetof(iso_config_axis, own_beat), .fallback = "true",
     .meaning = "with twin: waves begin where and when it says; false: only where stimuli do"},
    {"later_ms", ISO_KEY_REAL, .at = offsetof(iso_config_axis, later_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "with twin: so much later than it says, since a simulation begins at 0"},
    {"drawn", ISO_KEY_ITEMS, .at = offsetof(iso_config_axis, drawn),
     .extra = offsetof(iso_config_axis, ndrawn), .keys = drawn_keys, .size = sizeof(iso_config_drawn),
     .meaning = "what is drawn, each of a distribution of its own"},
    {0}};

static const iso_key ablation_keys[] = {
    {"lesions", ISO_KEY_INTEGER, IN(ablation, lesions), .fallback = "0", RANGE(0, ISO_MOST_ROUND_LESIONS),
     .meaning = "at most; 0: members run once"},
    {"at", ISO_KEY_CHOICE, IN(ablation, at), .fallback = "isthmus",
     .choices = CHOICES("exit", "isthmus", "frequency"),
     .meaning = "where activity comes back first, where the wave is when the least tissue activates, or "
                "where the dominant frequency is highest (outputs.spectra)"},
    {"radius_mm", ISO_KEY_REAL, IN(ablation, radius_mm), ABOVE(0, LENGTH_MM),
     .meaning = "of a ball that is burned there; 5 where neither it nor barriers are given"},
    {"barriers", ISO_KEY_NAMES, IN(ablation, barriers), EXTRA(ablation, nbarriers),
     .meaning = "instead of a ball: sites, of which a path through the place joins the nearest two"},
    {"width_mm", ISO_KEY_REAL, IN(ablation, width_mm), .fallback = "4", ABOVE(0, LENGTH_MM),
     .meaning = "of that path"},
    {0}};

static const iso_key screen_keys[] = {
    {"outcome", ISO_KEY_TEXT, IN(screen, outcome), .fallback = "induced",
     .meaning = "of the wave (method: recurrent_eikonal), which proposes a member by it"},
    {"at_least", ISO_KEY_REAL, IN(screen, at_least), .fallback = "1", RANGE(-1e12, 1e12),
     .meaning = "where it is so much or more"},
    {"sample", ISO_KEY_INTEGER, IN(screen, sample), .required = true, RANGE(0, 1e6),
     .meaning =
         "so many members, drawn of all, are run in full whatever the wave says, to tell how many it misses"},
    {"seed", ISO_KEY_COUNT, IN(screen, seed), .fallback = "1", RANGE(0, 1e15),
     .meaning = "of that draw; a larger sample has the members of a smaller one"},
    {"set", ISO_KEY_SETTINGS, IN(screen, set), EXTRA(screen, nset),
     .meaning = "settings of the wave alone, each as with --set: what it cannot have"},
    {0}};

#define CIRCUIT(type, kind, name, ...) ROW(iso_config_study, circuits.name, kind, name, __VA_ARGS__)
static const iso_key circuit_keys[] = {ISO_CIRCUIT_KEYS(CIRCUIT){0}};

const iso_key iso_config_study_keys[] = {
    {"question", ISO_KEY_TEXT, IN(study, question), .meaning = "what it is to answer, for its page"},
    {"axes", ISO_KEY_ITEMS, IN(study, axes), EXTRA(study, naxes), .keys = axis_keys,
     .size = sizeof(iso_config_axis),
     .meaning = "what members differ in; there is a member for every combination, the last axis first"},
    {"outcomes", ISO_KEY_NAMES, IN(study, outcomes), EXTRA(study, noutcomes),
     .meaning = "columns of the table, of those that isochrone study --help lists; all but processor_s where "
                "not given"},
    {"rank_by", ISO_KEY_TEXT, IN(study, rank_by),
     .meaning =
         "the outcome that ranks members on the page, the smallest first, or with - before it the largest: "
         "-sustained_ms; where not given they are in their order"},
    {"maps", ISO_KEY_INTEGER, IN(study, maps), .fallback = "4", RANGE(0, 12),
     .meaning = "of so many members, the first ones, the page shows maps and ECGs"},
    {"compare", ISO_KEY_TAGS, IN(study, compare), EXTRA(study, ncompare),
     .meaning =
         "numbers of members that the page shows before these, too; others are compared with the first"},
    {"circuits", ISO_KEY_SECTION, .keys = circuit_keys,
     .meaning = "which re-entries of members are the same circuit, to be counted once"},
    {"ranks", ISO_KEY_INTEGER, IN(study, ranks), .fallback = "1", RANGE(1, 1e6),
     .meaning = "that work on a member; the job's ranks make as many groups as there are of these"},
    {"shared_ms", ISO_KEY_REAL, IN(study, shared_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "members that differ only in what acts from then on, later stimuli or lesions, are one "
                "simulation up to then, which is made once; 0: each begins by itself"},
    {"ablation", ISO_KEY_SECTION, IN(study, ablation), .keys = ablation_keys,
     .meaning = "members induce, ablate and induce again until nothing is induced, see docs/study.md"},
    {"screen", ISO_KEY_SECTION, FLAG(study, has_screen), IN(study, screen), .keys = screen_keys,
     .meaning =
         "members are run by an eikonal wave first, and in full where it proposes them, see docs/study.md"},
    {"accept", ISO_KEY_ITEMS, IN(study, accept), EXTRA(study, naccept), .keys = accept_keys,
     .size = sizeof(iso_config_accept),
     .meaning = "the table has a column accepted, 1 where a member meets all of these: what a normal ECG "
                "allows of a cohort"},
    {0}};
