/* Sections whose keys are the members of one struct are lists: each line is a member of it and a row of its
 * table. Type, kind of the key, name, meaning, default and bounds; those of numerics are in solve/options.h.
 */
#ifndef ISO_CONFIG_SECTIONS_MEMBER_H
#define ISO_CONFIG_SECTIONS_MEMBER_H

#define ISO_CONFIG_MEMBER(type, kind, name, ...) type name;

#endif
