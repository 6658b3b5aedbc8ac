/// Decoding and encoding of WebP, in memory.
#ifndef LIMPID_WEBP_CODEC_H
#define LIMPID_WEBP_CODEC_H

#include "codecs.h"

typedef struct limpid_webp_reader limpid_webp_reader;

typedef struct limpid_webp_header {
  uint32_t width, height;  // of the canvas
  bool has_alpha;          // then there are 4 channels, otherwise 3
  bool is_animated;        // only the first frame is decoded
} limpid_webp_header;

/// Reads the chunks' headers; the rules of limpid_png_open apply.
limpid_status limpid_webp_open(const uint8_t *bytes, size_t size, limpid_webp_reader **reader,
                               limpid_webp_header *header);
/// Decodes into `pixels` of width * height * (has_alpha ? 4 : 3) bytes, interleaved. What the
/// first frame of an animation leaves free is transparent, or black.
limpid_status limpid_webp_read(limpid_webp_reader *reader, uint8_t *pixels, size_t size);
/// The contents of the first chunk of that name ("ICCP", "EXIF", "XMP "), empty when absent.
limpid_span limpid_webp_chunk(limpid_webp_reader *reader, const char *name);
const char *limpid_webp_error(const limpid_webp_reader *reader);
void limpid_webp_close(limpid_webp_reader *reader);

typedef struct limpid_webp_request {
  const uint8_t *pixels;   // interleaved, top down
  uint32_t width, height;  // at most 16383
  int32_t channels;        // 3 or 4
  int32_t quality;         // 1...100, or 0 for lossless
  limpid_span icc, exif, xmp;
} limpid_webp_request;

/// Encodes an image and its metadata. On failure `*message` says why.
limpid_status limpid_webp_encode(const limpid_webp_request *request, limpid_bytes *file,
                                 const char **message);

#endif
