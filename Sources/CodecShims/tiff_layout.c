#include "tiff_samples.h"

/// Decoded strips and tiles are no larger than this.
static const uint64_t largest_block = (uint64_t)1 << 30;

static void read_alpha(TIFF *tiff, limpid_tiff_layout *layout) {
  uint16_t count = 0, *kinds = NULL;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds);
  uint16_t kind = count > 0 && kinds != NULL ? kinds[0] : EXTRASAMPLE_UNSPECIFIED;
  bool is_light = layout->colours == LIMPID_TIFF_GRAY || layout->colours == LIMPID_TIFF_RGB;
  layout->is_premultiplied = kind == EXTRASAMPLE_ASSOCALPHA && is_light;
  layout->is_alpha_unspecified = kind == EXTRASAMPLE_UNSPECIFIED;
}

static const char *read_palette(TIFF *tiff, limpid_tiff_layout *layout) {
  uint16_t *red, *green, *blue;
  if (layout->samples != 1 || layout->bits > 8 || layout->format != SAMPLEFORMAT_UINT ||
      !TIFFGetField(tiff, TIFFTAG_COLORMAP, &red, &green, &blue))
    return "its palette makes no sense";
  layout->palette[0] = red;
  layout->palette[1] = green;
  layout->palette[2] = blue;
  layout->channels = 3;
  // Some writers fill the map with values of 8 bits, as all readers know.
  uint16_t brightest = 0;
  for (int c = 0; c < 3; c++)
    for (size_t i = 0; i < (size_t)1 << layout->bits; i++)
      if (layout->palette[c][i] > brightest) brightest = layout->palette[c][i];
  layout->palette_shift = brightest > 255 ? 8 : 0;
  return NULL;
}

static const char *read_colours(TIFF *tiff, limpid_tiff_layout *layout, uint16_t photometric) {
  uint16_t compression = COMPRESSION_NONE;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &compression);
  uint16_t count = 3;
  layout->colours = LIMPID_TIFF_RGB;
  switch (photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK: count = 1; layout->colours = LIMPID_TIFF_GRAY; break;
    case PHOTOMETRIC_PALETTE: count = 1; break;
    case PHOTOMETRIC_RGB: break;
    case PHOTOMETRIC_YCBCR:
      // libtiff makes RGB of it.
      if (compression != COMPRESSION_JPEG) return "its colours are YCbCr without JPEG";
      break;
    case PHOTOMETRIC_SEPARATED: count = 4; layout->colours = LIMPID_TIFF_CMYK; break;
    case PHOTOMETRIC_CIELAB: layout->colours = LIMPID_TIFF_LAB; break;
    case PHOTOMETRIC_ICCLAB: layout->colours = LIMPID_TIFF_ICC_LAB; break;
    case PHOTOMETRIC_ITULAB: return "its colours are Lab as in fax";
    case PHOTOMETRIC_MASK: return "it is a mask for transparency, not a picture";
    case PHOTOMETRIC_CFA: return "its colours are the mosaic of a camera's sensor";
    case PHOTOMETRIC_LOGL:
    case PHOTOMETRIC_LOGLUV: return "its colours are LogLuv";
    default: return "its colours are of a kind without a name";
  }
  if (layout->samples < count || layout->samples > count + 1)
    return layout->colours == LIMPID_TIFF_CMYK ? "it has other inks than cyan, magenta, yellow and black"
                                               : "its number of channels does not fit its colours";
  layout->channels = layout->samples;
  layout->is_inverted = photometric == PHOTOMETRIC_MINISWHITE;
  layout->has_signed_chroma = layout->colours == LIMPID_TIFF_LAB;
  if (layout->samples > count) read_alpha(tiff, layout);
  return photometric == PHOTOMETRIC_PALETTE ? read_palette(tiff, layout) : NULL;
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

/// Whether limpid_tiff_lay knows samples of that size and format.
static bool is_known(const limpid_tiff_layout *layout) {
  uint16_t bits = layout->bits;
  switch (layout->format) {
    case SAMPLEFORMAT_VOID:
    case SAMPLEFORMAT_UINT: return (bits >= 1 && bits <= 16) || bits == 32;
    case SAMPLEFORMAT_INT: return bits == 8 || bits == 16 || bits == 32;
    case SAMPLEFORMAT_IEEEFP: return bits == 16 || bits == 32 || bits == 64;
    default: return false;
  }
}

const char *limpid_tiff_layout_read(TIFF *tiff, limpid_tiff_layout *layout) {
  uint16_t photometric = PHOTOMETRIC_MINISBLACK, planar = PLANARCONFIG_CONTIG;
  if (!TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &layout->width) ||
      !TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &layout->height) || layout->width == 0 ||
      layout->height == 0)
    return "it has no size";
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &layout->samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &layout->bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planar);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &layout->format);
  if (!TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric))
    return "it does not say what its colours are";
  if (layout->samples == 0 || layout->samples > 5) return "it has more than five channels";
  if (!is_known(layout))
    return layout->format >= SAMPLEFORMAT_COMPLEXINT
               ? "its samples are complex numbers"
               : "its samples have a number of bits that is not read";
  layout->depth = layout->bits > 8 ? 16 : 8;
  layout->is_planar = planar == PLANARCONFIG_SEPARATE && layout->samples > 1;
  const char *problem = read_colours(tiff, layout, photometric);
  bool is_lab = layout->colours == LIMPID_TIFF_LAB || layout->colours == LIMPID_TIFF_ICC_LAB;
  if (problem == NULL && is_lab && layout->bits != 8 && layout->bits != 16)
    return "its colours are Lab of neither 8 nor 16 bits";
  return problem != NULL ? problem : read_blocks(tiff, layout);
}
