#include "tiff_samples.h"

#include <string.h>

/// Decoded strips and tiles are no larger than this.
static const uint64_t largest_block = (uint64_t)1 << 30;

static const char *read_alpha(TIFF *tiff, limpid_tiff_layout *layout) {
  uint16_t count = 0, *kinds = NULL;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds);
  uint16_t kind = count > 0 && kinds != NULL ? kinds[0] : EXTRASAMPLE_UNSPECIFIED;
  layout->is_premultiplied = kind == EXTRASAMPLE_ASSOCALPHA;
  layout->is_alpha_unspecified = kind == EXTRASAMPLE_UNSPECIFIED;
  return NULL;
}

static const char *read_colours(TIFF *tiff, limpid_tiff_layout *layout, uint16_t photometric) {
  uint16_t colours = photometric == PHOTOMETRIC_RGB ? 3 : 1;
  if (layout->samples < colours || layout->samples > colours + 1)
    return "its number of channels does not fit its colours";
  layout->channels = layout->samples;
  layout->is_inverted = photometric == PHOTOMETRIC_MINISWHITE;
  if (layout->samples > colours) read_alpha(tiff, layout);
  if (photometric != PHOTOMETRIC_PALETTE) return NULL;
  uint16_t *red, *green, *blue;
  if (layout->samples != 1 || layout->bits > 8 ||
      !TIFFGetField(tiff, TIFFTAG_COLORMAP, &red, &green, &blue))
    return "its palette makes no sense";
  layout->palette[0] = red;
  layout->palette[1] = green;
  layout->palette[2] = blue;
  layout->channels = 3;
  return NULL;
}

static const char *read_blocks(TIFF *tiff, limpid_tiff_layout *layout) {
  layout->is_tiled = TIFFIsTiled(tiff) != 0;
  layout->block_width = layout->width;
  layout->block_height = layout->height;
  if (layout->is_tiled) {
    if (!TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &layout->block_width) ||
        !TIFFGetField(tiff, TIFFTAG_TILELENGTH, &layout->block_height))
      return "its tiles have no size";
  } else {
    uint32_t rows = 0;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &rows);
    if (rows > 0 && rows < layout->height) layout->block_height = rows;
  }
  if (layout->block_width == 0 || layout->block_height == 0) return "its tiles have no size";
  uint64_t samples = layout->is_planar ? 1 : layout->samples;
  uint64_t row = ((uint64_t)layout->block_width * samples * layout->bits + 7) / 8;
  if (row > largest_block / layout->block_height) return "its strips or tiles are too large";
  layout->block_row_bytes = row;
  layout->blocks_across = (layout->width - 1) / layout->block_width + 1;
  layout->blocks_down = (layout->height - 1) / layout->block_height + 1;
  uint64_t count = (uint64_t)layout->blocks_across * layout->blocks_down *
                   (layout->is_planar ? layout->samples : 1);
  uint32_t stored = layout->is_tiled ? TIFFNumberOfTiles(tiff) : TIFFNumberOfStrips(tiff);
  return count == stored ? NULL : "the number of its strips or tiles is wrong";
}

const char *limpid_tiff_layout_read(TIFF *tiff, limpid_tiff_layout *layout) {
  uint16_t photometric = PHOTOMETRIC_MINISBLACK, planar = PLANARCONFIG_CONTIG;
  uint16_t format = SAMPLEFORMAT_UINT;
  if (!TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &layout->width) ||
      !TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &layout->height) || layout->width == 0 ||
      layout->height == 0)
    return "it has no size";
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &layout->samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &layout->bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planar);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &format);
  if (!TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric) || photometric > PHOTOMETRIC_PALETTE)
    return "its colours are neither gray nor RGB nor of a palette";
  if (layout->samples == 0 || layout->samples > 4) return "it has more than four channels";
  bool is_float = layout->bits == 32 && format == SAMPLEFORMAT_IEEEFP;
  bool is_small = layout->bits == 1 || layout->bits == 2 || layout->bits == 4;
  bool is_whole = (layout->bits == 8 || layout->bits == 16) && format == SAMPLEFORMAT_UINT;
  if (!is_float && !is_whole && !(is_small && layout->samples == 1))
    return "its samples are neither of 1 to 16 bits nor 32-bit floats";
  layout->depth = layout->bits > 8 ? 16 : 8;
  layout->is_planar = planar == PLANARCONFIG_SEPARATE && layout->samples > 1;
  const char *problem = read_colours(tiff, layout, photometric);
  return problem != NULL ? problem : read_blocks(tiff, layout);
}

/// Sample `index` of a row, as 8 or 16 bits.
static uint16_t sample(const limpid_tiff_layout *layout, const uint8_t *row, size_t index) {
  uint16_t wide;
  float real;
  switch (layout->bits) {
    case 8: return row[index];
    case 16: memcpy(&wide, row + 2 * index, 2); return wide;
    case 32:
      memcpy(&real, row + 4 * index, 4);
      return real > 0 ? (uint16_t)((real < 1 ? real : 1) * 65535 + 0.5f) : 0;
    default: {
      size_t bit = index * layout->bits;
      return row[bit / 8] >> (8 - layout->bits - bit % 8) & ((1 << layout->bits) - 1);
    }
  }
}

static void put(const limpid_tiff_layout *layout, uint8_t *pixels, size_t index, uint16_t value) {
  if (layout->depth == 16)
    memcpy(pixels + 2 * index, &value, 2);
  else
    pixels[index] = (uint8_t)value;
}

void limpid_tiff_lay(const limpid_tiff_layout *layout, const uint8_t *row, uint32_t plane,
                     uint32_t count, uint32_t x, uint32_t y, uint8_t *pixels) {
  size_t samples = layout->is_planar ? 1 : layout->samples;
  size_t start = ((size_t)y * layout->width + x) * (size_t)layout->channels;
  unsigned small = layout->bits < 8 ? (1u << layout->bits) - 1 : 1;
  unsigned largest = layout->depth == 16 ? 65535 : 255;
  for (size_t i = 0; i < count; i++) {
    for (size_t s = 0; s < samples; s++) {
      unsigned value = sample(layout, row, i * samples + s);
      size_t target = start + i * (size_t)layout->channels + plane + s;
      if (layout->palette[0] != NULL) {
        for (int c = 0; c < 3; c++)
          put(layout, pixels, target + (size_t)c, layout->palette[c][value] >> 8);
        continue;
      }
      if (layout->bits < 8) value = value * 255 / small;
      bool is_colour = plane + s == 0;
      put(layout, pixels, target, layout->is_inverted && is_colour ? largest - value : value);
    }
  }
}

void limpid_tiff_divide_by_alpha(const limpid_tiff_layout *layout, uint8_t *pixels) {
  size_t count = (size_t)layout->width * layout->height, channels = (size_t)layout->channels;
  uint32_t largest = layout->depth == 16 ? 65535 : 255;
  limpid_tiff_layout whole = *layout;
  whole.bits = (uint16_t)layout->depth;
  for (size_t i = 0; i < count; i++) {
    uint32_t alpha = sample(&whole, pixels, i * channels + channels - 1);
    if (alpha == 0) continue;
    for (size_t c = 0; c + 1 < channels; c++) {
      uint32_t value = (sample(&whole, pixels, i * channels + c) * largest + alpha / 2) / alpha;
      put(layout, pixels, i * channels + c, (uint16_t)(value < largest ? value : largest));
    }
  }
}
