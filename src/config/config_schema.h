/* Every key of a configuration: its type, default, range and meaning, and where its value goes.
 *
 * One table serves reading, messages, the dump and the reference that `isochrone keys` prints. */
#ifndef ISO_CONFIG_CONFIG_SCHEMA_H
#define ISO_CONFIG_CONFIG_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

/* kind, C type at .at, what a user writes */
#define ISO_KEY_LIST(X)                                                                                      \
  X(ISO_KEY_TEXT, "text")                   /* char * */                                                     \
  X(ISO_KEY_PATH, "file name")              /* char *, resolved against the configuration's folder */        \
  X(ISO_KEY_CHOICE, "word")                 /* an enum, the index into .choices, or -1 */                    \
  X(ISO_KEY_WORD, "word")                   /* const char *, one of .choices */                              \
  X(ISO_KEY_REAL, "number")                 /* double */                                                     \
  X(ISO_KEY_INTEGER, "whole number")        /* int */                                                        \
  X(ISO_KEY_COUNT, "whole number")          /* int64_t */                                                    \
  X(ISO_KEY_BOOLEAN, "true or false")       /* bool */                                                       \
  X(ISO_KEY_POINT, "three numbers")         /* double[3] */                                                  \
  X(ISO_KEY_INTERVAL, "two numbers")        /* double[2] */                                                  \
  X(ISO_KEY_NUMBERS, "numbers")             /* double *, count in int at .extra */                           \
  X(ISO_KEY_TAGS, "whole numbers")          /* int32_t *, count in int at .extra */                          \
  X(ISO_KEY_NAMES, "names")                 /* char **, count in int at .extra */                            \
  X(ISO_KEY_VALUES, "values")               /* char **, each the text of a value as YAML; count at .extra */ \
  X(ISO_KEY_SETTINGS, "settings")           /* char **, each "key.path=value"; count at .extra */            \
  X(ISO_KEY_SURFACE, "true or name")        /* char *, "" for true, or a resolved path; char * at .extra:    \
                                               the name of a surface */                                      \
  X(ISO_KEY_MODEL, "model")                 /* in an iso_config_region */                                    \
  X(ISO_KEY_PARAMETERS, "names and values") /* the same */                                                   \
  X(ISO_KEY_INITIAL, "names and values")    /* the same */                                                   \
  X(ISO_KEY_SECTION, "section")             /* .keys in the struct at .at */                                 \
  X(ISO_KEY_ITEMS, "list")                  /* array of structs of .size by .keys, count at .extra */        \
  X(ISO_KEY_NAMED, "names and sections")    /* the same by name, which is the struct's first char * */

typedef enum {
#define X(kind, text) kind,
  ISO_KEY_LIST(X)
#undef X
} iso_key_kind;

typedef struct iso_key {
  const char *key; /* NULL ends a table */
  iso_key_kind kind;
  bool required;
  size_t at; /* offset in the struct that the table describes */
  /* As YAML. NULL: a value not given is NULL, NAN or -1, and the dump leaves it out. */
  const char *fallback;
  double low, high; /* bounds included; not checked where equal */
  bool above_low;   /* low itself is out */
  const char *const *choices;
  const struct iso_key *keys;
  size_t size;
  bool single;  /* of a list: one item may stand without it; of sections by name: a value alone is that of
                   the first key */
  bool flagged; /* a bool at .extra says whether it was given */
  size_t extra;
  const char *meaning;
} iso_key;

/* The table of iso_config. */
extern const iso_key iso_config_keys[];

/* The table of iso_select. It holds itself. */
extern const iso_key iso_config_where_keys[];

/* The table of the field and variable of an iso_setting. */
extern const iso_key iso_config_source[];

/* The table of iso_course. */
extern const iso_key iso_config_course[];

/* The table of iso_config_paced. */
extern const iso_key iso_config_paced_keys[];

/* "a number" and the like. */
const char *iso_key_kind_text(iso_key_kind kind);

#endif
