/// Decoding and encoding of JPEG XL, in memory, by libjxl.
#ifndef LIMPID_JXL_CODEC_H
#define LIMPID_JXL_CODEC_H

#include "codecs.h"

/// Whether this build has libjxl; without it every function here refuses.
bool limpid_jxl_is_built(void);

typedef struct limpid_jxl_reader limpid_jxl_reader;

typedef struct limpid_jxl_header {
  uint32_t width, height;    // upright
  int32_t channels;          // 1 gray, 2 gray+alpha, 3 RGB, 4 RGBA
  int32_t bit_depth;         // 8 or 16, as they are delivered
  bool is_premultiplied, is_animated, has_preview;
  int32_t other_channels;    // beside colours and alpha
} limpid_jxl_header;

/// Reads what comes before the pixels; the rules of limpid_png_open apply. Boxes of more than
/// `box_limit` bytes are passed over.
limpid_status limpid_jxl_open(const uint8_t *bytes, size_t size, size_t box_limit,
                              limpid_jxl_reader **reader, limpid_jxl_header *header);
/// Decodes the first frame upright, top down, interleaved, 16-bit samples in host order, into
/// `pixels` of width * height * channels * bit_depth / 8 bytes, and reads on to the end.
limpid_status limpid_jxl_read(limpid_jxl_reader *reader, uint8_t *pixels, size_t size);
/// What values mean, as in PNG's cICP; false when a profile says it. Both are there once pixels are
/// read.
bool limpid_jxl_coding_points(const limpid_jxl_reader *reader, uint8_t (*points)[4]);
limpid_span limpid_jxl_icc(limpid_jxl_reader *reader);
/// With the four bytes that say where the TIFF stream begins; complete once pixels are read.
limpid_span limpid_jxl_exif(limpid_jxl_reader *reader);
limpid_span limpid_jxl_xmp(limpid_jxl_reader *reader);
const char *limpid_jxl_error(const limpid_jxl_reader *reader);
void limpid_jxl_close(limpid_jxl_reader *reader);

typedef struct limpid_jxl_request {
  const uint8_t *pixels;   // interleaved, top down, 16-bit samples in host order
  uint32_t width, height;
  int32_t channels;        // 1...4
  int32_t bit_depth;       // 8 or 16
  int32_t quality;         // 1...100, or 0 for lossless
  int32_t orientation;     // 1...8
  bool has_coding_points;
  uint8_t coding_points[4];
  limpid_span icc, exif, xmp;
} limpid_jxl_request;

/// Encodes an image and its metadata.
limpid_status limpid_jxl_encode(const limpid_jxl_request *request, limpid_bytes *file);

#endif
