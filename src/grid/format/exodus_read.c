/* From Exodus files to a slice. */
#include "grid/format/exodus_items.h"

#include "base/memory.h"
#include "grid/format/read_foreign.h"
#include "grid/share/order.h"

#include <stdlib.h>
#include <string.h>

static iso_status kind_at(const iso_exodus_items *items, int64_t e, iso_kind *kind) {
  const iso_exodus_block *b = &items->index->block[items->block[e]];
  return iso_kind_of_exodus(b->type, b->nodes, kind) ? ISO_OK : ISO_EINPUT;
}

/* What came of each element. */
typedef struct {
  int64_t *key;   /* [slice nelem] its place */
  int64_t *parts; /* [items n] of ours */
} origin;

static iso_status put_elements(const iso_exodus_items *items, iso_foreign *f, origin *o, iso_error *err) {
  ISO_TRY(iso_alloc(&o->parts, (size_t)items->n, sizeof *o->parts, "elements", err));
  for (int64_t e = 0; e < items->n; e++) {
    const int64_t before = f->slice->nelem;
    iso_kind kind;
    ISO_TRY(kind_at(items, e, &kind));
    ISO_TRY(iso_foreign_put(f, &kind, kind.nodes, items->node + items->begin[e], items->tag[e], err));
    o->parts[e] = f->slice->nelem - before;
  }
  return ISO_OK;
}

/* Fibres, sheets and places of the parts are those of the whole. */
static iso_status inherit(const iso_exodus_items *items, iso_slice *slice, origin *o, iso_error *err) {
  const size_t n = (size_t)slice->nelem;
  int64_t part = 0;
  ISO_TRY(iso_alloc(&o->key, n, sizeof *o->key, "elements", err));
  if (items->fibre) ISO_TRY(iso_alloc(&slice->fibre, n, sizeof *slice->fibre, "fibres", err));
  if (items->sheet) ISO_TRY(iso_alloc(&slice->sheet, n, sizeof *slice->sheet, "sheets", err));
  for (int64_t e = 0; e < items->n; e++)
    for (int64_t k = 0; k < o->parts[e]; k++, part++) {
      o->key[part] = items->id[e];
      if (items->fibre) memcpy(slice->fibre[part], items->fibre[e], sizeof *slice->fibre);
      if (items->sheet) memcpy(slice->sheet[part], items->sheet[e], sizeof *slice->sheet);
    }
  return ISO_OK;
}

static iso_status make_elements(iso_exodus_items *items, const iso_read_options *options, iso_slice *slice,
                                bool *split, iso_error *err) {
  iso_foreign f = {0};
  origin o = {0};
  for (int64_t e = 0; e < items->n; e++) {
    iso_kind kind;
    if (kind_at(items, e, &kind) == ISO_OK) iso_foreign_see(&f, &kind);
  }
  iso_foreign_begin(&f, items->comm, slice, options->cut_second_order);
  *split = f.how & ISO_PARTS_ALL_TETRAHEDRA;
  iso_status status = iso_agree(items->comm, put_elements(items, &f, &o, err), err);
  if (status == ISO_OK) status = iso_foreign_end(&f, items->comm, options->path, options->notes, err);
  if (status == ISO_OK) status = iso_agree(items->comm, inherit(items, slice, &o, err), err);
  if (status == ISO_OK) status = iso_slice_order(items->comm, slice, items->index->nelems, o.key, err);
  free(o.key), free(o.parts);
  return status;
}

/* Our own files call blocks by their tags. */
static iso_status name_blocks(const iso_exodus_index *index, iso_slice *slice, iso_error *err) {
  for (int k = 0; k < index->nblocks; k++) {
    const iso_exodus_block *b = &index->block[k];
    iso_kind kind;
    if (!*b->name || !strncmp(b->name, "tag_", 4) || !iso_kind_of_exodus(b->type, b->nodes, &kind)) continue;
    ISO_TRY(
        iso_tag_names_add(&slice->tag_names, iso_form_dimension(kind.form), (int32_t)b->id, b->name, err));
  }
  return ISO_OK;
}

static iso_status assemble(iso_exodus_items *items, const iso_read_options *options, iso_slice *slice,
                           iso_error *err) {
  bool split;
  ISO_TRY(iso_exodus_read_items(items, slice, err));
  ISO_TRY(make_elements(items, options, slice, &split, err));
  ISO_TRY(iso_agree(items->comm, name_blocks(items->index, slice, err), err));
  return iso_exodus_read_sets(items, split, slice, err);
}

iso_status iso_exodus_read(MPI_Comm comm, const iso_read_options *options, iso_slice *slice, iso_error *err) {
  int rank;
  iso_exodus_index index = {0};
  MPI_Comm_rank(comm, &rank);
  iso_status status =
      iso_agree(comm, rank == 0 ? iso_exodus_index_make(options->path, &index, err) : ISO_OK, err);
  if (status == ISO_OK) status = iso_exodus_index_share(comm, &index, err);
  iso_exodus_items items = {.comm = comm, .index = &index};
  if (status == ISO_OK) status = assemble(&items, options, slice, err);
  iso_exodus_items_free(&items);
  iso_exodus_index_free(&index);
  return status;
}
