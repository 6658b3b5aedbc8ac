/// How a TIFF stores its samples, and their way into interleaved rows.
#ifndef LIMPID_TIFF_SAMPLES_H
#define LIMPID_TIFF_SAMPLES_H

#include <tiffio.h>

#include "tiff_codec.h"

typedef struct limpid_tiff_layout {
  uint32_t width, height;
  uint16_t samples, bits, format;  // as stored
  int32_t channels, depth;         // as delivered
  limpid_tiff_colours colours;
  bool is_tiled, is_planar, is_inverted, is_premultiplied, is_alpha_unspecified;
  bool has_signed_chroma;  // Lab whose a and b are numbers with a sign
  uint32_t block_width, block_height, blocks_across, blocks_down;
  size_t block_row_bytes;  // of a strip or tile, of one plane
  const uint16_t *palette[3];
  int palette_shift;       // from its values to 8 bits
} limpid_tiff_layout;

/// Reads and checks the layout. Returns NULL, or what cannot be read.
const char *limpid_tiff_layout_read(TIFF *tiff, limpid_tiff_layout *layout);
/// Lays `count` pixels of a block's row at (x, y); `plane` counts for planar images.
void limpid_tiff_lay(const limpid_tiff_layout *layout, const uint8_t *row, uint32_t plane,
                     uint32_t count, uint32_t x, uint32_t y, uint8_t *pixels);
void limpid_tiff_divide_by_alpha(const limpid_tiff_layout *layout, uint8_t *pixels);

#endif
