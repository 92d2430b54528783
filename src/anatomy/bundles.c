#include "anatomy/bundles.h"

#include "grid/geometry.h"

static const char *const side_names[2] = {"left", "right"};

/* Number of the division's point. */
static iso_status add_his(iso_grown *out, const iso_bundles *b, int64_t *division, iso_error *err) {
  ISO_TRY(iso_grown_put(out, b->av_node_mm, -1, 0, ISO_TAG_HIS, err));
  ISO_TRY(iso_grown_line(out, 0, b->division_mm, b->segment_mm, 0, ISO_TAG_HIS, err));
  *division = out->n - 1;
  return ISO_OK;
}

/* Number of the point where the tree begins. */
static iso_status add_branch(iso_grown *out, const iso_bundles *b, int64_t division, const iso_sheet *sheet,
                             const double root[3], int32_t tag, int64_t *end, iso_error *err) {
  const int64_t before = out->n;
  const iso_foot foot = iso_sheet_nearest(sheet, b->division_mm);
  ISO_TRY(iso_grown_line(out, division, foot.x, b->segment_mm, tag, tag, err));
  ISO_TRY(iso_grown_walk(out, sheet, out->n > before ? out->n - 1 : division, root, b->segment_mm, tag, tag,
                         err));
  *end = out->n > before ? out->n - 1 : division;
  return ISO_OK;
}

static iso_status add_side(iso_grown *out, const iso_bundles *b, int64_t division, int side,
                           const iso_sheet *sheet, const iso_growth *growth, iso_error *err) {
  iso_grown tree;
  iso_growth how = *growth;
  int64_t end;
  how.tag = side == 0 ? ISO_TAG_LEFT_TREE : ISO_TAG_RIGHT_TREE;
  how.fascicle_tag[0] = ISO_TAG_LEFT_ANTERIOR, how.fascicle_tag[1] = ISO_TAG_LEFT_POSTERIOR;
  ISO_TRY(iso_purkinje_grow(&tree, sheet, &how, err));
  iso_status status = add_branch(out, b, division, sheet, tree.xyz[0],
                                 side == 0 ? ISO_TAG_LEFT_BUNDLE : ISO_TAG_RIGHT_BUNDLE, &end, err);
  if (status == ISO_OK) status = iso_grown_join(out, end, &tree, err);
  iso_grown_free(&tree);
  return status;
}

iso_status iso_bundles_grow(iso_grown *out, const iso_bundles *bundles, const iso_sheet *sheet,
                            const iso_growth *growth, iso_error *err) {
  int64_t division;
  *out = (iso_grown){0};
  iso_status status = add_his(out, bundles, &division, err);
  for (int side = 0; side < 2 && status == ISO_OK; side++) {
    iso_error why = {0};
    status = add_side(out, bundles, division, side, &sheet[side], &growth[side], &why);
    if (status != ISO_OK) status = iso_fail(err, status, "%s side: %s", side_names[side], why.message);
  }
  if (status != ISO_OK) iso_grown_free(out);
  return status;
}
