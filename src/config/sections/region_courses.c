/* Courses: parameters and conductivities along a coordinate of the mesh's file. */
#include "config/sections/rules.h"

#include <math.h>
#include <stdio.h>

iso_status iso_config_needs_coordinates(const iso_config *config, const char *path, iso_error *err) {
  if (!config->mesh.file)
    return FAIL(
        path, "a slab has no coordinates and segments; 'isochrone mesh coordinates' writes a mesh with them");
  if (config->mesh.refine > 0 || !isnan(config->mesh.edge_mm))
    return FAIL(path, "coordinates and segments are those of the nodes in mesh.file, and mesh.refine and "
                      "edge_mm make others; "
                      "use 'isochrone mesh refine', and 'isochrone mesh coordinates' after it");
  return ISO_OK;
}

static iso_status check_points(const iso_config *config, const iso_course *c, const char *path,
                               iso_error *err) {
  if (c->npoints == 1) return FAIL(path, "one point is no course; give two at least, or a number alone");
  for (int k = 1; k < c->npoints; k++)
    if (!(c->points[k].at > c->points[k - 1].at))
      return FAIL(path, "the point at %.6g comes after that at %.6g; sort them", c->points[k].at,
                  c->points[k - 1].at);
  return ISO_OK;
}

static iso_status check_course(const iso_config *config, const iso_course *c, const char *path,
                               iso_error *err) {
  const bool ends = !isnan(c->from) && !isnan(c->to);
  if (c->npoints > 0 ? !isnan(c->from) || !isnan(c->to) : !ends)
    return FAIL(path,
                "give both from and to, the values at 0 and 1, or points, like [{at: 0, value: 2}, {at: 1, "
                "value: 1}]");
  ISO_TRY(check_points(config, c, path, err));
  return iso_config_needs_coordinates(config, path, err);
}

/* A factor of conductivities. */
static iso_status check_positive(const iso_config *config, const iso_course *c, const char *path,
                                 iso_error *err) {
  double least = c->npoints > 0 ? c->points[0].value : fmin(c->from, c->to);
  for (int k = 1; k < c->npoints; k++) least = fmin(least, c->points[k].value);
  return least > 0 ? ISO_OK : FAIL(path, "a scale of %.10g is out of range: it must be above 0", least);
}

static iso_status check_scale(const iso_config *config, int r, iso_error *err) {
  const iso_config_region *region = &config->regions[r];
  char path[64];
  if (!region->has_scale) return ISO_OK;
  snprintf(path, sizeof path, "regions.%d.conductivity.scale", r);
  ISO_TRY(check_course(config, &region->scale, path, err));
  if (config->method != ISO_METHOD_MONODOMAIN)
    return FAIL(path, "an eikonal wave has the same velocities throughout a region; make regions by sites, "
                      "each with its own, or take method: monodomain");
  return check_positive(config, &region->scale, path, err);
}

iso_status iso_config_check_courses(const iso_config *config, int r, iso_error *err) {
  const iso_config_region *region = &config->regions[r];
  for (int k = 0; k < region->nparameters; k++) {
    const iso_setting *s = &region->parameters[k];
    char path[160];
    snprintf(path, sizeof path, "regions.%d.parameters.%.80s", r, s->name);
    if (s->course.by) ISO_TRY(check_course(config, &s->course, path, err));
  }
  return check_scale(config, r, err);
}
