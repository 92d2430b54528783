/* The table of a study in memory, and as NetCDF and a page. */
#ifndef ISO_PLAN_TABLE_H
#define ISO_PLAN_TABLE_H

#include "plan/ledger.h"

typedef struct iso_study_table {
  const iso_ledger *ledger;
  int rows, columns;
  char **head; /* [columns] */
  char **cell; /* [rows][columns]: "" where there is nothing */
  char *text;  /* that they point into */
} iso_study_table;

/* One rank's, like all functions here. What is known of a study's members now; ledger outlives it. Free out
 * whatever the status. */
iso_status iso_study_table_new(iso_study_table *out, const iso_ledger *ledger, iso_error *err);
void iso_study_table_free(iso_study_table *table);

/* Number of the first column of an outcome: those of axes come before, accepted, status and why after all of
 * them. */
int iso_study_table_outcomes(const iso_study_table *table);

/* All rows [rows] into order, the best first (study.rank_by), those without that outcome last, else as they
 * are. Fails for lack of memory. */
iso_status iso_study_table_rank(const iso_study_table *table, int *order, iso_error *err);

/* "apex, dose 4.9": the cases of a member, numbers with their axis, into text [size]. Returns it. */
char *iso_study_table_label(const iso_study_table *table, int row, char *text, size_t size);

/* What stands in a column. */
const char *iso_study_table_cell(const iso_study_table *table, int row, int column);

/* A member's number in column c, NAN where there is none. */
double iso_study_table_value(const iso_study_table *table, int row, int c);

/* What goes with a table into files. */
typedef struct iso_study_about {
  const iso_config *config;
  const char *configuration;           /* its text */
  const struct iso_circuits *circuits; /* plan/circuits.h */
  const struct iso_spreads *spreads;   /* plan/spread.h */
  const char *screened;                /* what became of study.screen, or "" */
} iso_study_about;

/* A NetCDF file with the dimension member: its number, a text for each axis, the numbers that are drawn,
 * outcomes with unit and meaning, its circuit where one has any, in which part of a set for training it is,
 * status. */
iso_status iso_study_table_save(const iso_study_table *table, const char *path, const iso_study_about *about,
                                iso_error *err);

/* A page that needs nothing else: question, table, circuits, maps and signals of the best members as far as
 * their files are there (members/NUMBER_picture.json), configuration, program. */
iso_status iso_study_page_save(const iso_study_table *table, const char *path, const iso_study_about *about,
                               iso_error *err);

#endif
