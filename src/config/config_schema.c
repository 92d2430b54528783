/* The configuration's own table, of the sections' ones, and what is looked up in them. */
#include "config/config_schema.h"

#include "config/sections/keys.h"

#include <stdlib.h>
#include <string.h>

#define TOP(member) .at = offsetof(iso_config, member)

const iso_key iso_config_keys[] = {
    {"title", ISO_KEY_TEXT, TOP(title),
     .meaning = "one line about the run, copied to the results; the file's name where not given"},
    {"method", ISO_KEY_CHOICE, TOP(method), .fallback = "monodomain",
     .choices = CHOICES("monodomain", "eikonal", "recurrent_eikonal"),
     .meaning =
         "monodomain, or in seconds when the wave arrives, by velocities alone, or when waves come again, by "
         "velocities and restitution: see docs/eikonal.md"},
    {"mesh", ISO_KEY_SECTION, .required = true, TOP(mesh), .keys = iso_config_mesh_keys,
     .meaning = "the tissue's shape"},
    {"regions", ISO_KEY_ITEMS, .required = true, TOP(regions), .extra = offsetof(iso_config, nregions),
     .keys = iso_config_region_keys, .size = sizeof(iso_config_region),
     .meaning = "what its parts are made of"},
    {"drugs", ISO_KEY_ITEMS, TOP(drugs), .extra = offsetof(iso_config, ndrugs), .keys = iso_config_drug_keys,
     .size = sizeof(iso_config_drug), .meaning = "what scales parameters; the effects of several multiply"},
    {"sites", ISO_KEY_NAMED, TOP(sites), .extra = offsetof(iso_config, nsites), .keys = iso_config_site_keys,
     .size = sizeof(iso_config_site),
     .meaning = "sets of nodes, named once and used many times; each has the nodes that meet all of its "
                "conditions, and "
                "may be made of those before it"},
    {"lesions", ISO_KEY_ITEMS, TOP(lesions), .extra = offsetof(iso_config, nlesions),
     .keys = iso_config_lesion_keys, .size = sizeof(iso_config_lesion), .single = true,
     .meaning = "tissue that is burned before the run begins, or later: elements all of whose nodes meet all "
                "conditions "
                "of one of them leave the mesh; not: what is left is a gap"},
    {"fast_endocardium", ISO_KEY_ITEMS, TOP(layers), .extra = offsetof(iso_config, nlayers),
     .keys = iso_config_layer_keys, .size = sizeof(iso_config_fast_layer), .single = true,
     .meaning =
         "layers of tissue along a surface that conduct faster, as with Purkinje cells in them; each along "
         "the nodes that meet all of its conditions; where layers overlap the fastest counts"},
    {"velocity_field", ISO_KEY_SECTION, .flagged = true, .extra = offsetof(iso_config, has_velocity_field),
     TOP(velocity_field), .keys = iso_config_velocity_field_keys,
     .meaning = "what velocities are times from place to place; conductivities are those times its square"},
    {"apd_field", ISO_KEY_SECTION, .flagged = true, .extra = offsetof(iso_config, has_apd_field),
     TOP(apd_field), .keys = iso_config_apd_field_keys,
     .meaning =
         "what the duration of action potentials is times from place to place, and the rest until they "
         "are excitable again; of methods eikonal and recurrent_eikonal"},
    {"stimuli", ISO_KEY_ITEMS, TOP(stimuli), .extra = offsetof(iso_config, nstimuli),
     .keys = iso_config_stimulus_keys, .size = sizeof(iso_config_stimulus),
     .meaning =
         "currents; each reaches the nodes that meet all of its conditions (site, box, sphere, nodes, tag, "
         "surface, and, or, not)"},
    {"actors", ISO_KEY_ITEMS, TOP(actors), .extra = offsetof(iso_config, nactors),
     .keys = iso_config_actor_keys, .size = sizeof(iso_config_actor),
     .meaning =
         "who gives a pulse to the nodes that meet all of its conditions when Vm somewhere has crossed a "
         "threshold"},
    {"devices", ISO_KEY_NAMED, TOP(implants), .extra = offsetof(iso_config, nimplants),
     .keys = iso_config_implant_keys, .size = sizeof(iso_config_implant),
     .meaning =
         "pacemakers and defibrillators, by the names that they have in the results: see docs/devices.md"},
    {"phase_map", ISO_KEY_SECTION, .flagged = true, .extra = offsetof(iso_config, has_phase_map),
     TOP(phase_map), .keys = iso_config_phase_map_keys,
     .meaning = "the run begins with waves that turn about lines: see docs/protocols.md"},
    {"protocol", ISO_KEY_SECTION, .flagged = true, .extra = offsetof(iso_config, has_protocol), TOP(protocol),
     .keys = iso_config_protocol_keys,
     .meaning = "a train of pulses to the nodes that meet all of its conditions, and premature pulses that "
                "are tried "
                "from saved states: see docs/protocols.md"},
    {"time", ISO_KEY_SECTION, .required = true, TOP(time), .keys = iso_config_time_keys,
     .meaning = "how long, how fine"},
    {"stop", ISO_KEY_SECTION, TOP(stop), .keys = iso_config_stop_keys, .meaning = "when to end early"},
    {"numerics", ISO_KEY_SECTION, TOP(numerics), .keys = iso_config_numerics_keys,
     .meaning = "schemes, see docs/numerics.md"},
    {"outputs", ISO_KEY_SECTION, TOP(outputs), .keys = iso_config_output_keys, .meaning = "what is recorded"},
    {"checkpoint", ISO_KEY_SECTION, TOP(checkpoint), .keys = iso_config_checkpoint_keys,
     .meaning =
         "states to go on from (run --restart), by time, by the clock or both, and when a signal stops "
         "the run; none where neither is given"},
    {"study", ISO_KEY_SECTION, TOP(study), .keys = iso_config_study_keys,
     .meaning = "many simulations as one: see isochrone study --help"},
    {"fit", ISO_KEY_SECTION, .flagged = true, .extra = offsetof(iso_config, has_fit), TOP(fit),
     .keys = iso_config_fit_keys, .meaning = "a twin from what was measured: see docs/fit.md"},
    {"twin", ISO_KEY_SECTION, .flagged = true, .extra = offsetof(iso_config, has_twin), TOP(twin),
     .keys = iso_config_twin_keys,
     .meaning = "the heart of isochrone run is one of a twin, which was fitted by the section fit: see "
                "docs/fit.md"},
    {"device", ISO_KEY_WORD, TOP(device), .fallback = "auto", .choices = CHOICES("auto", "cpu", "cuda"),
     .meaning = "auto: a GPU where there is one"},
    {"threads", ISO_KEY_INTEGER, TOP(threads), .fallback = "1", RANGE(1, 4096),
     .meaning = "of each rank; more ranks are usually faster than more threads"},
    {0}};

/* The key that a path begins with, and *rest of the path: after an entry's number or name, too. */
static const iso_key *first_of(const iso_key *table, const char *path, const char **rest) {
  const size_t n = strcspn(path, ".");
  const iso_key *f = table;
  while (f->key && (strlen(f->key) != n || strncmp(f->key, path, n))) f++;
  *rest = path + n + (path[n] == '.');
  if (f->kind == ISO_KEY_ITEMS || f->kind == ISO_KEY_NAMED) {
    *rest += strcspn(*rest, ".");
    *rest += **rest == '.';
  }
  return f->key ? f : NULL;
}

bool iso_config_is_default(const char *path, const char *text) {
  const iso_key *f = first_of(iso_config_keys, path, &path);
  char *end, *end_of_default;
  while (f && *path) f = f->keys ? first_of(f->keys, path, &path) : NULL;
  if (!f || !f->fallback) return false;
  if (!strcmp(f->fallback, text)) return true;
  const double value = strtod(text, &end), of_default = strtod(f->fallback, &end_of_default);
  return !*end && !*end_of_default && value == of_default;
}

const char *iso_key_kind_text(iso_key_kind kind) {
  static const char *const texts[] = {
#define X(name, text) text,
      ISO_KEY_LIST(X)
#undef X
  };
  return texts[kind];
}
