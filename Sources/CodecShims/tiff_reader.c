#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiff_codec.h"
#include "tiff_samples.h"
#include "tiff_stream.h"

struct limpid_tiff_reader {
  TIFF *tiff;
  limpid_tiff_stream stream;
  limpid_tiff_layout layout;
};

static limpid_status fail(limpid_tiff_reader *reader, limpid_status status, const char *text) {
  limpid_record_error(&reader->stream.messages, text);
  return status;
}

static limpid_status failure(limpid_tiff_reader *reader, const char *text) {
  if (reader->stream.is_truncated) return fail(reader, LIMPID_TRUNCATED, "the data ends too early");
  if (reader->stream.messages.error[0] == 0)
    limpid_record_error(&reader->stream.messages, text);
  return LIMPID_CORRUPT;
}

static double per_metre(TIFF *tiff, uint32_t tag) {
  float dots = 0;
  uint16_t unit = RESUNIT_INCH;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
  if (!TIFFGetField(tiff, tag, &dots) || !(dots > 0 && dots < 1e6f)) return 0;
  return unit == RESUNIT_INCH ? dots / 0.0254 : unit == RESUNIT_CENTIMETER ? dots * 100.0 : 0;
}

/// Those that are read if libtiff has been built with them.
static const uint16_t compressions[] = {
    COMPRESSION_NONE,     COMPRESSION_LZW,       COMPRESSION_DEFLATE,  COMPRESSION_ADOBE_DEFLATE,
    COMPRESSION_PACKBITS, COMPRESSION_JPEG,      COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX3,
    COMPRESSION_CCITTFAX4, COMPRESSION_ZSTD,     COMPRESSION_LZMA,     COMPRESSION_WEBP,
};

static const struct { uint16_t code; const char *name; } names[] = {
    {COMPRESSION_OJPEG, "JPEG in the old style"}, {COMPRESSION_NEXT, "NeXT's"},
    {COMPRESSION_CCITTRLEW, "CCITT RLE of words"}, {COMPRESSION_THUNDERSCAN, "ThunderScan's"},
    {COMPRESSION_PIXARFILM, "Pixar's film"}, {COMPRESSION_PIXARLOG, "Pixar's log"},
    {COMPRESSION_JBIG, "JBIG"}, {9, "JBIG"}, {10, "JBIG"}, {COMPRESSION_JP2000, "JPEG 2000"},
    {33003, "JPEG 2000"}, {33005, "JPEG 2000"}, {COMPRESSION_SGILOG, "SGI's log"},
    {COMPRESSION_SGILOG24, "SGI's log"}, {COMPRESSION_LERC, "LERC"}, {COMPRESSION_ZSTD, "ZSTD"},
    {COMPRESSION_LZMA, "LZMA"}, {COMPRESSION_WEBP, "WebP"}, {COMPRESSION_JPEG, "JPEG"},
    {34892, "lossy JPEG of DNG"}, {50002, "JPEG XL"}, {52546, "JPEG XL"}, {34933, "PNG"},
    {34934, "JPEG XR"}, {22610, "JPEG XR"},
};

static limpid_status check_compression(limpid_tiff_reader *reader) {
  uint16_t compression = COMPRESSION_NONE, bits = 1;
  TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_COMPRESSION, &compression);
  TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_BITSPERSAMPLE, &bits);
  bool is_known = false;
  for (size_t i = 0; i < sizeof compressions / sizeof *compressions; i++)
    is_known |= compressions[i] == compression && TIFFIsCODECConfigured(compression);
  if (compression == COMPRESSION_JPEG && bits != 8)
    return fail(reader, LIMPID_UNSUPPORTED, "its compression is JPEG of other than 8 bits");
  if (is_known) return LIMPID_OK;
  char text[LIMPID_MESSAGE_SIZE];
  snprintf(text, sizeof text, "its compression has the number %u", compression);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (names[i].code == compression)
      snprintf(text, sizeof text, "its compression is %s", names[i].name);
  return fail(reader, LIMPID_UNSUPPORTED, text);
}

/// Checks the directory that libtiff has read and says what it holds.
static limpid_status read_header(limpid_tiff_reader *reader, limpid_tiff_header *header) {
  limpid_status status = check_compression(reader);
  if (status != LIMPID_OK) return status;
  reader->layout = (limpid_tiff_layout){0};
  uint16_t photometric = 0;
  if (TIFFGetField(reader->tiff, TIFFTAG_PHOTOMETRIC, &photometric) &&
      photometric == PHOTOMETRIC_YCBCR)
    TIFFSetField(reader->tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  const char *problem = limpid_tiff_layout_read(reader->tiff, &reader->layout);
  if (problem != NULL) return fail(reader, LIMPID_UNSUPPORTED, problem);

  const limpid_tiff_layout *layout = &reader->layout;
  uint16_t orientation = ORIENTATION_TOPLEFT;
  bool has_orientation = TIFFGetField(reader->tiff, TIFFTAG_ORIENTATION, &orientation) != 0;
  *header = (limpid_tiff_header){.width = layout->width,
                                 .height = layout->height,
                                 .colours = layout->colours,
                                 .channels = layout->channels,
                                 .bit_depth = layout->depth,
                                 .orientation = orientation,
                                 .has_orientation = has_orientation,
                                 .dots_x = per_metre(reader->tiff, TIFFTAG_XRESOLUTION),
                                 .dots_y = per_metre(reader->tiff, TIFFTAG_YRESOLUTION),
                                 .is_float = layout->format == SAMPLEFORMAT_IEEEFP,
                                 .is_signed = layout->format == SAMPLEFORMAT_INT,
                                 .has_unspecified_channel = layout->is_alpha_unspecified,
                                 .directory = TIFFCurrentDirOffset(reader->tiff)};
  return LIMPID_OK;
}

limpid_status limpid_tiff_open(const uint8_t *bytes, size_t size, uint64_t directory,
                               limpid_tiff_reader **result, limpid_tiff_header *header) {
  limpid_tiff_reader *reader = calloc(1, sizeof *reader);
  *result = reader;
  if (reader == NULL) return LIMPID_NO_MEMORY;
  reader->stream.source = bytes;
  reader->stream.source_size = size;
  // "m": the bytes are not mapped; "O": offsets of strips are read when they are needed; "h": no
  // directory is read yet.
  reader->tiff = limpid_tiff_stream_open(&reader->stream, directory > 0 ? "rmOh" : "rmO");
  if (reader->tiff == NULL) return failure(reader, "its header makes no sense");
  return directory > 0 ? limpid_tiff_go(reader, directory, header) : read_header(reader, header);
}

limpid_status limpid_tiff_go(limpid_tiff_reader *reader, uint64_t directory,
                             limpid_tiff_header *header) {
  if (!TIFFSetSubDirectory(reader->tiff, directory))
    return failure(reader, "the directory of a page makes no sense");
  return read_header(reader, header);
}

/// Decodes block `index`, a strip or a tile, and lays its samples at their places.
static limpid_status read_block(limpid_tiff_reader *reader, uint32_t index, uint8_t *block,
                                tmsize_t block_bytes, uint8_t *pixels) {
  const limpid_tiff_layout *layout = &reader->layout;
  uint32_t per_plane = layout->blocks_across * layout->blocks_down;
  uint32_t place = index % per_plane, plane = index / per_plane;
  uint32_t x = place % layout->blocks_across * layout->block_width;
  uint32_t y = place / layout->blocks_across * layout->block_height;
  uint32_t columns = layout->width - x, rows = layout->height - y;
  if (columns > layout->block_width) columns = layout->block_width;
  if (rows > layout->block_height) rows = layout->block_height;
  tmsize_t needed = layout->is_tiled ? block_bytes : (tmsize_t)(layout->block_row_bytes * rows);
  tmsize_t got = layout->is_tiled ? TIFFReadEncodedTile(reader->tiff, index, block, block_bytes)
                                  : TIFFReadEncodedStrip(reader->tiff, index, block, needed);
  if (got < needed) return failure(reader, "damaged image data");
  for (uint32_t row = 0; row < rows; row++)
    limpid_tiff_lay(layout, block + row * layout->block_row_bytes, plane, columns, x, y + row,
                    pixels);
  return LIMPID_OK;
}

limpid_status limpid_tiff_read(limpid_tiff_reader *reader, uint8_t *pixels, size_t size) {
  const limpid_tiff_layout *layout = &reader->layout;
  size_t row = (size_t)layout->width * (size_t)layout->channels * (size_t)(layout->depth / 8);
  if (size / row < layout->height)
    return fail(reader, LIMPID_NO_MEMORY, "the pixel buffer is too small");
  tmsize_t block_bytes = layout->is_tiled ? TIFFTileSize(reader->tiff) : TIFFStripSize(reader->tiff);
  if (block_bytes <= 0 || (size_t)block_bytes / layout->block_row_bytes < layout->block_height)
    return failure(reader, "its strips or tiles have no size");
  uint8_t *block = malloc((size_t)block_bytes);
  if (block == NULL) return LIMPID_NO_MEMORY;
  uint32_t planes = layout->is_planar ? layout->samples : 1;
  uint32_t count = layout->blocks_across * layout->blocks_down * planes;
  limpid_status status = LIMPID_OK;
  for (uint32_t i = 0; i < count && status == LIMPID_OK; i++)
    status = read_block(reader, i, block, block_bytes, pixels);
  free(block);
  if (status == LIMPID_OK && layout->is_premultiplied) limpid_tiff_divide_by_alpha(layout, pixels);
  return status;
}

static limpid_span field(limpid_tiff_reader *reader, uint32_t tag) {
  uint32_t count = 0;
  void *data = NULL;
  if (!TIFFGetField(reader->tiff, tag, &count, &data) || data == NULL)
    return (limpid_span){NULL, 0};
  return (limpid_span){data, count};
}

limpid_span limpid_tiff_icc(limpid_tiff_reader *reader) {
  return field(reader, TIFFTAG_ICCPROFILE);
}

limpid_span limpid_tiff_xmp(limpid_tiff_reader *reader) { return field(reader, TIFFTAG_XMLPACKET); }

const char *limpid_tiff_error(const limpid_tiff_reader *reader) {
  return reader->stream.messages.error;
}

const char *limpid_tiff_warning(const limpid_tiff_reader *reader, size_t index) {
  return limpid_warning_at(&reader->stream.messages, index);
}

void limpid_tiff_close(limpid_tiff_reader *reader) {
  if (reader == NULL) return;
  if (reader->tiff != NULL) TIFFClose(reader->tiff);
  free(reader);
}
