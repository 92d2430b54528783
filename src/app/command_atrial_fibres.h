/* The part of 'mesh fibres' that makes an atrium's. */
#ifndef ISO_APP_COMMAND_ATRIAL_FIBRES_H
#define ISO_APP_COMMAND_ATRIAL_FIBRES_H

#include "anatomy/atria.h"
#include "app/command_options.h"

#define ISO_ATRIUM_OPTIONS                                                                                   \
  {"endo", 0, "WHERE", NULL, "atria: endocardium"},                                                          \
      {"mv", 0, "WHERE", NULL, "left atrium: ring of the mitral valve"},                                     \
      {"lpv", 0, "WHERE", NULL, "left atrium: ends of the left pulmonary veins"},                            \
      {"rpv", 0, "WHERE", NULL, "left atrium: ends of the right pulmonary veins"},                           \
      {"laa", 0, "WHERE", NULL, "left atrium: tip of the appendage"},                                        \
      {"tv-septal", 0, "WHERE", NULL, "right atrium: ring of the tricuspid valve along the septum"},         \
      {"tv-free", 0, "WHERE", NULL, "right atrium: the rest of that ring"},                                  \
      {"svc", 0, "WHERE", NULL, "right atrium: end of the superior vena cava"},                              \
      {"ivc", 0, "WHERE", NULL, "right atrium: end of the inferior vena cava"},                              \
      {"raa", 0, "WHERE", NULL, "right atrium: tip of the appendage"},                                       \
      {"top", 0, "WHERE", NULL,                                                                              \
       "right atrium: its top from one vena cava to the other; without, it is found"},                       \
  {                                                                                                          \
    "bundles", 0, "NAME=VALUE,..", NULL,                                                                     \
        "atria: where bundles begin: valve, low-veins, high-veins, low-crista, high-crista, wall"            \
  }

/* What is made of an atrium. */
typedef struct iso_atrium_request {
  iso_atrium atrium;
  iso_atrial_bundles bundles;
} iso_atrium_request;

/* By --chamber, which is no "ventricles", and --bundles. ISO_EINPUT for what is unknown there. */
iso_status iso_command_read_atrium(const iso_arguments *arguments, iso_atrium_request *out, iso_error *err);

/* Collective. Marks on [nowned] with the bits of anatomy/atria.h; every surface of the atrium is needed. */
iso_status iso_command_mark_atrium(const iso_arguments *arguments, const iso_mesh *mesh, iso_atrium atrium,
                                   uint8_t *on, iso_error *err);

#endif
