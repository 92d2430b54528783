/* A part of page.c: the table of a study for people. */
#ifndef ISO_PLAN_PAGE_TABLE_H
#define ISO_PLAN_PAGE_TABLE_H

#include "plan/table.h"

#include <stdio.h>

/* The rows in an order [rows], heads in words, and what the columns mean. With a member to compare with
 * (study.compare) and a rank there is a column of how far each is from the first of these. One rank's. */
void iso_page_table(const iso_study_table *table, const iso_config_study *study, const int *order,
                    FILE *file);

/* Whether a row is one to compare with. */
bool iso_page_is_reference(const iso_config_study *study, int row);

#endif
