/// Decoding and encoding of TIFF, in memory, strip by strip or tile by tile.
///
/// Read are gray, RGB and palette images, alone or with one more channel, of 1, 2, 4, 8 or 16
/// bits or 32-bit floats, without compression or with LZW, Deflate or PackBits.
#ifndef LIMPID_TIFF_CODEC_H
#define LIMPID_TIFF_CODEC_H

#include "codecs.h"

typedef struct limpid_tiff_reader limpid_tiff_reader;

typedef struct limpid_tiff_header {
  uint32_t width, height;
  int32_t channels;             // 1 gray, 2 gray+alpha, 3 RGB, 4 RGBA
  int32_t bit_depth;            // 8 or 16, as they are delivered
  int32_t orientation;          // 1...8
  double dots_x, dots_y;        // per metre; 0 when unknown
  bool is_float;                // clamped to [0, 1]
  bool has_unspecified_channel; // taken for alpha
  bool has_more_pages;
} limpid_tiff_header;

/// Reads the first directory; the rules of limpid_png_open apply.
limpid_status limpid_tiff_open(const uint8_t *bytes, size_t size, limpid_tiff_reader **reader,
                               limpid_tiff_header *header);
/// Decodes the first page, top down as stored, interleaved, 16-bit samples in host order, colours
/// not multiplied by alpha, into `pixels` of width * height * channels * bit_depth / 8 bytes.
limpid_status limpid_tiff_read(limpid_tiff_reader *reader, uint8_t *pixels, size_t size);
limpid_span limpid_tiff_icc(limpid_tiff_reader *reader);
limpid_span limpid_tiff_xmp(limpid_tiff_reader *reader);
const char *limpid_tiff_error(const limpid_tiff_reader *reader);
const char *limpid_tiff_warning(const limpid_tiff_reader *reader, size_t index);
void limpid_tiff_close(limpid_tiff_reader *reader);

typedef struct limpid_tiff_request {
  const uint8_t *pixels;  // interleaved, top down, 16-bit samples in host order
  uint32_t width, height;
  int32_t channels, bit_depth;
  int32_t level;          // of Deflate, 1...9; 0 stores
  double dots_x, dots_y;  // per metre; 0 when unknown
  limpid_span icc, xmp;
  const char *software;   // NULL for none
} limpid_tiff_request;

limpid_status limpid_tiff_encode(const limpid_tiff_request *request, limpid_bytes *file,
                                 const char **message);

#endif
