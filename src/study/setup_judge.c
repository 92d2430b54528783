/* What is likely not what was meant, though nothing forbids it. */
#include "study/setup.h"

#include "base/memory.h"
#include "grid/ask/parts.h"
#include "tissue/resolution.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Widths of the front that the edges of an element may have on average, see docs/numerics.md: beyond, a front
 * along the edges is blocked or nearly so. The nodal current asks for finer meshes. */
#define MOST_WIDTHS 3.0
#define MOST_WIDTHS_NODAL 1.5

/* Elements that may be coarser: a few of a mesh are no obstacle. */
#define MOST_COARSE 0.01

static void judge_threshold(const iso_setup *setup, int r) {
  const iso_region *region = &setup->tissue.regions[r];
  const double asked = setup->config->outputs.activation_mV;
  const double threshold = isnan(asked) ? region->model->activation_mV : asked;
  if (region->vm < threshold) return;
  iso_log_say(setup->log, ISO_LOG_WARNING,
              "region %s: its cells start at %g mV, and activation is a rise through %g mV, which they are "
              "above: none "
              "counts as activated; set outputs.activation.threshold_mV between rest and peak",
              setup->config->regions[r].name, region->vm, threshold);
}

static void judge_resolution(const iso_setup *setup, int r, double limit, const iso_resolution *found) {
  if (found->coarse <= MOST_COARSE * (double)found->elements) return;
  const int halvings = (int)ceil(log2(found->widths / limit));
  iso_log_say(
      setup->log, ISO_LOG_WARNING,
      "region %s: edges are too coarse for the wave: its front, expected at %.2g m/s along and %.2g m/s "
      "across "
      "the fibres, is about %.2g and %.2g mm wide, and %.3g%% of the elements have edges of %.2g mm, %.2g "
      "widths; it may be slow or blocked: set mesh.refine to %d, or use a finer mesh",
      setup->config->regions[r].name, found->along, found->across, found->along, found->across,
      100 * (double)found->coarse / (double)found->elements, found->edge_mm, found->widths,
      setup->config->mesh.refine + (halvings > 1 ? halvings : 1));
}

/* "12, 5 and 3 nodes", or with " nodes in the largest" where there are more. */
static void write_sizes(const iso_parts *parts, char *text, size_t room) {
  const int shown = parts->n < ISO_LARGEST_PARTS ? (int)parts->n : ISO_LARGEST_PARTS;
  size_t at = 0;
  for (int k = 0; k < shown && at < room; k++)
    at += (size_t)snprintf(text + at, room - at, "%s%lld",
                           k == 0           ? ""
                           : k == shown - 1 ? " and "
                                            : ", ",
                           (long long)parts->largest[k]);
  if (at < room) snprintf(text + at, room - at, parts->n > shown ? " nodes in the largest" : " nodes");
}

static iso_status judge_parts(const iso_setup *setup, iso_error *err) {
  iso_parts parts;
  char sizes[128];
  ISO_TRY(iso_parts_of(setup->mesh, &parts, err));
  write_sizes(&parts, sizes, sizeof sizes);
  if (parts.n > 1)
    iso_log_say(setup->log, ISO_LOG_WARNING,
                "mesh: it falls into %lld parts that share no node, of %s: no excitation passes from one to "
                "another%s",
                (long long)parts.n, sizes,
                parts.coincident ? "" : "; if it should, join them where the mesh was made");
  if (parts.coincident > 0)
    iso_log_say(setup->log, ISO_LOG_WARNING,
                "mesh: %lld nodes lie where another node lies, and conduct nothing to it: if they are one "
                "node, written by each piece of a parallel program or each side of a boundary, merge them: "
                "isochrone mesh convert IN OUT.vtu --merge",
                (long long)parts.coincident);
  return ISO_OK;
}

iso_status iso_setup_judge(const iso_setup *setup, iso_error *err) {
  const bool nodal = setup->config->numerics.scheme.fast_current == ISO_FAST_NODAL;
  const double limit = nodal ? MOST_WIDTHS_NODAL : MOST_WIDTHS;
  iso_resolution *found;
  iso_status status =
      iso_alloc(&found, (size_t)setup->tissue.nregions, sizeof *found, "the resolution of the mesh", err);
  status = iso_agree(setup->mesh->comm, status, err);
  if (status == ISO_OK) status = iso_tissue_resolution(setup->mesh, &setup->tissue, limit, found, err);
  for (int r = 0; status == ISO_OK && r < setup->tissue.nregions; r++) {
    judge_threshold(setup, r);
    judge_resolution(setup, r, limit, &found[r]);
  }
  free(found);
  if (status == ISO_OK) status = judge_parts(setup, err);
  return status;
}
