/* Effective refractory periods that were measured at sites, as data.
 *
 * A node whose factor is k (apd.h) has its region's restitution with all times k times as long. Paced at a
 * cycle B its action potential lasts a = k f((B - a) / k), f being the table's durations by rests; the
 * earliest beat that leaves it comes after a + k (r - w): r is the least rest after which a wave comes, and w
 * how long a front waits for that, as in waves that come again (eikonal/recurrent.h). A site has the mean of
 * its nodes. */
#ifndef ISO_FIT_ERP_H
#define ISO_FIT_ERP_H

#include "fit/data.h"

extern const iso_data_kind iso_fit_erp_kind;

/* Of the regions in which some of the configuration's sites with fit.erps are; the other ones have no rows.
 * Simulates strips (study/restitution.h). No erps: none. ISO_EINPUT where a site is not there or has no node,
 * and where no premature beat comes through. To be freed by iso_restitutions_free, whatever the status. */
iso_status iso_fit_erp_measure(iso_restitutions *out, const iso_fit_model *model, iso_error *err);

/* Reads ERP number k of the configuration into set. restitution outlives it. ISO_EINPUT where the heart that
 * is thought of beforehand does not follow its cycle. */
iso_status iso_fit_erp_read(iso_data_set *set, const iso_fit_model *model, int k,
                            const iso_restitutions *restitution, iso_error *err);
void iso_fit_erp_free(iso_fit_erp *erp);

/* The ERP, ms, of a node with that factor at a cycle. by_log, which may be NULL: its derivative by the
 * logarithm of the factor. */
double iso_fit_erp_at(const iso_restitution *table, double factor, double cycle_ms, double *by_log);

#endif
