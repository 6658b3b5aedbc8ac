/// Decoding of HEIC and AVIF and encoding of AVIF, in memory, by libheif.
#ifndef LIMPID_HEIF_CODEC_H
#define LIMPID_HEIF_CODEC_H

#include "codecs.h"

/// Whether this build has libheif; without it every function here refuses.
bool limpid_heif_is_built(void);

typedef struct limpid_heif_reader limpid_heif_reader;

typedef struct limpid_heif_header {
  uint32_t width, height;      // as the file turns them
  bool has_alpha;              // then there are 4 channels, otherwise 3
  bool is_premultiplied;
  int32_t stored_bits;         // 8 to 16
  int32_t bit_depth;           // 8 or 16, as they are delivered
  bool has_coding_points;
  uint8_t coding_points[4];    // as in PNG's cICP, with the matrix of RGB
  bool has_thumbnail, has_depth_map, has_auxiliary_image, has_more_images;
} limpid_heif_header;

/// Reads all but the pixels; the rules of limpid_png_open apply.
limpid_status limpid_heif_open(const uint8_t *bytes, size_t size, uint32_t side,
                               limpid_heif_reader **reader, limpid_heif_header *header);
/// Decodes the picture upright, top down, interleaved, 16-bit samples in host order, into `pixels`
/// of width * height * channels * bit_depth / 8 bytes.
limpid_status limpid_heif_read(limpid_heif_reader *reader, uint8_t *pixels, size_t size);
limpid_span limpid_heif_icc(limpid_heif_reader *reader);
/// With the four bytes that say where the TIFF stream begins.
limpid_span limpid_heif_exif(limpid_heif_reader *reader);
limpid_span limpid_heif_xmp(limpid_heif_reader *reader);
const char *limpid_heif_error(const limpid_heif_reader *reader);
void limpid_heif_close(limpid_heif_reader *reader);

typedef struct limpid_avif_request {
  const uint8_t *pixels;   // interleaved, top down, 16-bit samples in host order
  uint32_t width, height;
  int32_t channels;        // 3 or 4
  int32_t bit_depth;       // 8, or 16 of which 12 bits are stored
  int32_t quality;         // 1...100
  int32_t orientation;     // 1...8
  bool has_coding_points;
  uint8_t coding_points[4];
  limpid_span icc, exif, xmp;
} limpid_avif_request;

/// Encodes an image and its metadata. On failure `message` (200 bytes) says why.
limpid_status limpid_avif_encode(const limpid_avif_request *request, limpid_bytes *file,
                                 char *message);

#endif
