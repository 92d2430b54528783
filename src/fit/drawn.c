#include "fit/drawn.h"

#include "base/memory.h"
#include "base/share.h"
#include "fit/exponential.h"
#include "fit/twin_read.h"
#include "grid/geometry.h"
#include "grid/hash.h"
#include "grid/shapes.h"

#include <math.h>
#include <stdlib.h>

/* ---- which members ---- */

typedef struct ticket {
  uint64_t hash;
  int member;
} ticket;

static int by_hash(const void *a, const void *b) {
  const ticket *x = a, *y = b;
  if (x->hash != y->hash) return x->hash < y->hash ? -1 : 1;
  return (x->member > y->member) - (x->member < y->member);
}

/* The first of all in an order that the seed makes. */
static iso_status choose(iso_twin_drawn *d, int members, bool all, int64_t seed, iso_error *err) {
  ticket *tickets;
  ISO_TRY(iso_alloc(&tickets, (size_t)members, sizeof *tickets, "members of a twin", err));
  for (int m = 0; m < members; m++)
    tickets[m] = (ticket){iso_hash(iso_hash((uint64_t)seed) + (uint64_t)m), m};
  if (!all) qsort(tickets, (size_t)members, sizeof *tickets, by_hash);
  for (int k = 0; k < d->n; k++) d->member[k] = tickets[k].member;
  free(tickets);
  return ISO_OK;
}

/* The median's numbers take the place of those of the best heart. */
static iso_status find_median(iso_twin_hearts *h, iso_error *err) {
  double *one;
  ISO_TRY(iso_alloc(&one, (size_t)h->members, sizeof *one, "members of a twin", err));
  for (int i = 0; i < h->nz; i++) {
    for (int m = 0; m < h->members; m++) one[m] = h->z[(size_t)m * (size_t)h->nz + (size_t)i];
    h->best[i] = iso_fit_quantile(h->members, one, 0.5);
  }
  free(one);
  return ISO_OK;
}

static iso_status fail_few(const iso_hearts_asked *asked, int members, iso_error *err) {
  return iso_fail(err, ISO_EINPUT,
                  asked->kind == ISO_HEARTS_DRAWN
                      ? "%s: %d draws are more than its %d members; draw fewer, or fit more"
                      : "%s: there is no member %d, it has %d; give the number of one",
                  asked->twin, asked->n, members);
}

static iso_status choose_all(iso_twin_drawn *d, const iso_hearts_asked *asked, iso_twin_hearts *hearts,
                             iso_error *err) {
  const bool drawn = asked->kind == ISO_HEARTS_DRAWN;
  if (asked->n > hearts->members) return fail_few(asked, hearts->members, err);
  d->n = !drawn ? 1 : asked->n > 0 ? asked->n : hearts->members;
  ISO_TRY(iso_alloc(&d->member, (size_t)d->n, sizeof *d->member, "members of a twin", err));
  if (drawn) return choose(d, hearts->members, asked->n == 0, asked->seed, err);
  d->member[0] = asked->kind == ISO_HEART_MEMBER ? asked->n - 1 : ISO_HEART_NO_MEMBER;
  return asked->kind == ISO_HEART_MEDIAN ? find_median(hearts, err) : ISO_OK;
}

/* The numbers of heart k of those that are drawn. */
static const double *numbers_of(const iso_twin_drawn *d, const iso_twin_hearts *h, int k) {
  return d->member[k] == ISO_HEART_NO_MEMBER ? h->best : h->z + (size_t)d->member[k] * (size_t)h->nz;
}

/* ---- what they say ---- */

/* A ball around a place takes in the nodes of the elements there, and tissue enough for a wave to leave it:
 * on fine meshes it is as large as tissue has to be for that (the liminal length, some tenths of a mm). */
#define BALL_EDGES 1.5
#define BALL_MM 1.0

/* How long a straight way between two places near an onset takes, by the metric there. */
static double takes(const iso_fit_onset *o, const double from[3], const double to[3]) {
  double u[3], sum = 0;
  for (int d = 0; d < 3; d++) u[d] = to[d] - from[d];
  for (int k = 0; k < o->place.n; k++) sum += o->place.weight[k] * iso_metric_dot(&o->around[k], u, u);
  return sqrt(sum);
}

typedef struct ball {
  const iso_fit_onset *onset;
  double radius_mm;
  int nin, nout; /* nodes in it, and others within twice its radius and an edge */
  iso_lid *in, *out;
} ball;

static double distance_of(const iso_fit_model *m, const iso_fit_onset *o, iso_lid node) {
  double u[3];
  for (int d = 0; d < 3; d++) u[d] = m->places.mesh->xyz[node][d] - o->place.at_mm[d];
  return iso_length(u);
}

static iso_status find_nodes(const iso_fit_model *m, ball *b, iso_error *err) {
  const iso_mesh *mesh = m->places.mesh;
  const double far_mm = 2 * b->radius_mm + b->onset->edge_mm;
  int n = 0;
  for (iso_lid i = 0; i < mesh->nlocal; i++) n += distance_of(m, b->onset, i) <= far_mm;
  ISO_TRY(iso_alloc(&b->in, (size_t)n, sizeof *b->in, "a ball", err));
  ISO_TRY(iso_alloc(&b->out, (size_t)n, sizeof *b->out, "a ball", err));
  for (iso_lid i = 0; i < mesh->nlocal; i++) {
    const double distance = distance_of(m, b->onset, i);
    if (distance <= b->radius_mm)
      b->in[b->nin++] = i;
    else if (distance <= far_mm)
      b->out[b->nout++] = i;
  }
  return ISO_OK;
}

/* By how much a wave from the ball, all of whose nodes begin at once, is ahead of one from its middle: the
 * mean over the nodes around it. */
static double ahead_ms(const iso_fit_model *m, const ball *b) {
  const iso_mesh *mesh = m->places.mesh;
  double sum = 0;
  if (b->nin == 0 || b->nout == 0) return 0;
  for (int i = 0; i < b->nout; i++) {
    const double *to = mesh->xyz[b->out[i]];
    double nearest = INFINITY;
    for (int j = 0; j < b->nin; j++) nearest = fmin(nearest, takes(b->onset, mesh->xyz[b->in[j]], to));
    sum += takes(b->onset, b->onset->place.at_mm, to) - nearest;
  }
  return sum / b->nout;
}

/* Of the last run of the model. */
static iso_status find_onset(const iso_fit_model *m, int k, iso_drawn_onset *out, iso_error *err) {
  const iso_fit_onset *o = &m->onset[k];
  ball b = {.onset = o, .radius_mm = fmax(BALL_EDGES * o->edge_mm, BALL_MM)};
  *out = (iso_drawn_onset){.begins_ms = o->time_ms};
  if (o->stimulus >= 0) return ISO_OK;
  const iso_status status = find_nodes(m, &b, err);
  for (int d = 0; d < 3; d++) out->at_mm[d] = o->place.at_mm[d];
  out->radius_mm = b.radius_mm;
  if (status == ISO_OK) out->within_ms = ahead_ms(m, &b);
  free(b.in);
  free(b.out);
  return status;
}

static iso_status allocate(iso_twin_drawn *d, iso_error *err) {
  const size_t n = (size_t)d->n;
  ISO_TRY(iso_alloc(&d->reach, (size_t)d->nregions, sizeof *d->reach, "members of a twin", err));
  for (int r = 0; r < d->nregions; r++) d->reach[r][0] = d->reach[r][1] = 1;
  ISO_TRY(iso_alloc(&d->speeds, n * (size_t)d->nregions, sizeof *d->speeds, "members of a twin", err));
  return iso_alloc(&d->onset, n * (size_t)d->nonsets, sizeof *d->onset, "members of a twin", err);
}

/* Whether velocities differ from place to place within regions. */
static bool has_field(const iso_fit_model *m) { return m->at.field >= 0 || m->at.scar >= 0; }

/* A node's logarithm is the mean over its elements, and a scar's nodes have its factor; sum [nlocal] becomes
 * factors. */
static void find_factors(const iso_fit_model *m, const double *z, double *sum) {
  const iso_mesh *mesh = m->places.mesh;
  for (iso_lid i = 0; i < mesh->nlocal; i++) {
    const int64_t n = m->places.around.first[i + 1] - m->places.around.first[i];
    sum[i] = 0;
    for (int64_t j = m->places.around.first[i]; j < m->places.around.first[i + 1] && m->at.field >= 0; j++)
      sum[i] +=
          m->at.field_spread * iso_basis_at(&m->basis, m->places.around.elem[j], z + m->at.field) / (double)n;
    sum[i] = iso_fit_exp(sum[i]) * iso_fit_scars_at_node(m, i, z);
  }
}

static void note_reach(iso_twin_drawn *d, const iso_fit_model *m, const double *factor) {
  const iso_mesh *mesh = m->places.mesh;
  for (iso_lid i = 0; i < mesh->nlocal; i++) {
    double *reach = d->reach[iso_tissue_of_node(&m->tissue, mesh->node_tag[i])];
    reach[0] = fmin(reach[0], factor[i]), reach[1] = fmax(reach[1], factor[i]);
  }
}

/* room [nlocal] */
static void fill_field(iso_twin_drawn *d, const iso_fit_model *m, const iso_twin_hearts *hearts,
                       double *room) {
  const iso_mesh *mesh = m->places.mesh;
  for (iso_lid i = 0; i < mesh->nlocal; i++)
    d->field.region[mesh->gid[i]] = iso_tissue_of_node(&m->tissue, mesh->node_tag[i]);
  for (int k = 0; k < d->n; k++) {
    find_factors(m, numbers_of(d, hearts, k), room);
    note_reach(d, m, room);
    for (iso_lid i = 0; i < mesh->nlocal; i++)
      d->field.factor[(size_t)k * (size_t)d->field.nnodes + (size_t)mesh->gid[i]] = room[i];
  }
}

static iso_status take_apd(iso_twin_drawn *d, iso_fit_model *m, const iso_twin_hearts *hearts,
                           iso_error *err) {
  const iso_mesh *mesh = m->places.mesh;
  const size_t nodes = (size_t)mesh->nnodes;
  if (m->at.apd < 0) return ISO_OK;
  d->has_apd = 1;
  d->field.nnodes = mesh->nnodes;
  ISO_TRY(iso_alloc(&d->field.apd, (size_t)d->n * nodes, sizeof *d->field.apd, "fields", err));
  for (int k = 0; k < d->n; k++) {
    iso_fit_apd_set(&m->apd, mesh->nlocal, numbers_of(d, hearts, k) + m->at.apd);
    for (iso_lid i = 0; i < mesh->nlocal; i++)
      d->field.apd[(size_t)k * nodes + (size_t)mesh->gid[i]] = m->apd.factor[i];
  }
  return ISO_OK;
}

static iso_status take_field(iso_twin_drawn *d, const iso_fit_model *m, const iso_twin_hearts *hearts,
                             iso_error *err) {
  double *room;
  if (!has_field(m)) return ISO_OK;
  d->has_field = 1;
  d->field.nnodes = m->places.mesh->nnodes;
  const size_t nodes = (size_t)d->field.nnodes;
  ISO_TRY(iso_alloc(&d->field.factor, (size_t)d->n * nodes, sizeof *d->field.factor, "fields", err));
  ISO_TRY(iso_alloc(&d->field.region, nodes, sizeof *d->field.region, "fields", err));
  ISO_TRY(iso_alloc(&room, nodes, sizeof *room, "fields", err));
  fill_field(d, m, hearts, room);
  free(room);
  return ISO_OK;
}

static iso_status take(iso_twin_drawn *d, iso_fit_model *m, const iso_twin_hearts *hearts, iso_error *err) {
  ISO_TRY(allocate(d, err));
  for (int k = 0; k < d->n; k++) {
    const double *z = numbers_of(d, hearts, k);
    iso_speeds *speeds = d->speeds + (size_t)k * (size_t)d->nregions;
    for (int r = 0; r < d->nregions; r++) speeds[r] = iso_fit_model_speeds(m, r, z);
    ISO_TRY(iso_fit_model_run(m, z, err));
    for (int o = 0; o < d->nonsets; o++)
      ISO_TRY(find_onset(m, o, &d->onset[(size_t)k * (size_t)d->nonsets + (size_t)o], err));
  }
  return ISO_OK;
}

/* ---- on rank 0 ---- */

typedef struct source {
  const char *twin;
  iso_timer timer;
  iso_setup setup;
  iso_fit_model model;
  iso_fit_quantities asked;
  iso_twin_hearts hearts;
} source;

static iso_status read(source *s, iso_error *err) {
  ISO_TRY(iso_twin_hearts_read(&s->hearts, s->twin, err));
  ISO_TRY(iso_fit_model_new(&s->model, &s->setup, err));
  ISO_TRY(iso_fit_quantities_new(&s->asked, &s->model, err));
  ISO_TRY(iso_twin_hearts_turn(&s->hearts, s->twin, &s->model, &s->asked, err));
  if (s->model.at.angle >= 0)
    return iso_config_fail(
        s->setup.config, err, "fit.fibre_angle",
        "the members of %s have fibres of their own each, which runs cannot take yet; fit it "
        "without, with the mesh's fibres turned by what was found",
        s->twin);
  if (s->model.at.apd >= 0 && s->setup.config->has_apd_field)
    return iso_config_fail(
        s->setup.config, err, "apd_field",
        "the members of %s have durations of their own, which would take its place; leave it "
        "out of the fit, too",
        s->twin);
  if (!has_field(&s->model) || !s->setup.config->has_velocity_field) return ISO_OK;
  return iso_config_fail(s->setup.config, err, "velocity_field",
                         "the members of %s have fields of their own, which would take its place; leave it "
                         "out of the fit, too",
                         s->twin);
}

static iso_status draw(iso_twin_drawn *d, source *s, const iso_hearts_asked *asked, iso_error *err) {
  ISO_TRY(read(s, err));
  ISO_TRY(choose_all(d, asked, &s->hearts, err));
  ISO_TRY(take(d, &s->model, &s->hearts, err));
  ISO_TRY(take_apd(d, &s->model, &s->hearts, err));
  return take_field(d, &s->model, &s->hearts, err);
}

static iso_status draw_alone(iso_twin_drawn *d, const iso_config *config, const iso_hearts_asked *asked,
                             iso_error *err) {
  source s = {.twin = asked->twin};
  iso_timer_start(&s.timer);
  s.setup = (iso_setup){.config = config, .timer = &s.timer, .no_pacing = true};
  const iso_status status = draw(d, &s, asked, err);
  iso_twin_hearts_free(&s.hearts);
  iso_fit_quantities_free(&s.asked);
  if (s.model.config) iso_fit_model_free(&s.model);
  iso_setup_free(&s.setup);
  return status;
}

iso_status iso_twin_drawn_new(iso_twin_drawn *out, MPI_Comm comm, const iso_config *config,
                              const iso_hearts_asked *asked, iso_error *err) {
  iso_status status = ISO_OK;
  *out = (iso_twin_drawn){.nregions = config->nregions, .nonsets = config->fit.nonsets};
  if (!config->has_fit)
    return iso_fail(err, ISO_EINPUT,
                    "%s: there is no section fit, which says what the numbers of %s mean; a study of a twin "
                    "has that of the configuration that it was fitted with",
                    config->file, asked->twin);
  if (iso_rank(comm) == 0) status = draw_alone(out, config, asked, err);
  ISO_TRY(iso_agree(comm, status, err));
  MPI_Bcast(&out->n, 1, MPI_INT, 0, comm);
  MPI_Bcast(&out->has_field, 1, MPI_INT, 0, comm);
  MPI_Bcast(&out->has_apd, 1, MPI_INT, 0, comm);
  const char *what = "members of a twin";
  ISO_TRY(iso_share_items(comm, &out->reach, out->nregions, sizeof *out->reach, what, err));
  ISO_TRY(iso_share_items(comm, &out->member, out->n, sizeof *out->member, what, err));
  ISO_TRY(iso_share_items(comm, &out->speeds, out->n * out->nregions, sizeof *out->speeds, what, err));
  return iso_share_items(comm, &out->onset, out->n * out->nonsets, sizeof *out->onset, what, err);
}

void iso_drawn_field_free(iso_drawn_field *field) {
  free(field->factor);
  free(field->apd);
  free(field->region);
  *field = (iso_drawn_field){0};
}

void iso_twin_drawn_free(iso_twin_drawn *d) {
  iso_drawn_field_free(&d->field);
  free(d->reach);
  free(d->member);
  free(d->speeds);
  free(d->onset);
  *d = (iso_twin_drawn){0};
}
