/* One compressed block of a VTK array after the other, inflated in parts: by zlib, LZ4 or LZMA.
 *
 * zlib and LZMA inflate as bytes come; LZ4's blocks have no such form, and are held whole, packed and not. A
 * program may be built without LZ4 or LZMA (iso_vtk_can_inflate). */
#ifndef ISO_GRID_FORMAT_VTK_INFLATE_H
#define ISO_GRID_FORMAT_VTK_INFLATE_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum { ISO_VTK_PLAIN, ISO_VTK_ZLIB, ISO_VTK_LZ4, ISO_VTK_LZMA, ISO_VTK_NCODECS } iso_vtk_codec;

/* The codec of VTK's name for it ("vtkZLibDataCompressor"), ISO_VTK_NCODECS where it is none. */
iso_vtk_codec iso_vtk_codec_of(const char *compressor);

/* Whether this program was built with that codec. */
bool iso_vtk_can_inflate(iso_vtk_codec codec);

/* Takes exactly n bytes of the packed block, or fails. */
typedef iso_status (*iso_inflate_source)(void *context, void *bytes, int64_t n, iso_error *err);

typedef struct iso_inflater iso_inflater;

iso_status iso_inflater_new(iso_inflater **out, iso_vtk_codec codec, iso_inflate_source source, void *context,
                            iso_error *err);

void iso_inflater_free(iso_inflater *inflater);

/* The next block: so many bytes of the source, which become bytes. */
iso_status iso_inflater_begin(iso_inflater *inflater, int64_t packed, int64_t bytes, iso_error *err);

/* Passes the next block by: so many bytes of the source. */
void iso_inflater_pass(iso_inflater *inflater, int64_t packed);

/* The next n bytes of the block, of which there must be as many. ISO_EINPUT: they are damaged or cut short.
 */
iso_status iso_inflater_take(iso_inflater *inflater, unsigned char *to, int64_t n, iso_error *err);

/* Bytes of the packed block, begun or passed by, that were not taken from the source. */
int64_t iso_inflater_left(const iso_inflater *inflater);

#endif
