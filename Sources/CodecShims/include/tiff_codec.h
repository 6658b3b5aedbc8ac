/// Decoding and encoding of TIFF, in memory, strip by strip or tile by tile.
///
/// Read are gray, RGB, palette, CMYK and Lab images, alone or with one more channel, of 1 to 16 or
/// of 32 bits, with a sign or without, or of floats, in every compression that libtiff knows of
/// LZW, Deflate, PackBits, JPEG, CCITT, ZSTD, LZMA and WebP.
#ifndef LIMPID_TIFF_CODEC_H
#define LIMPID_TIFF_CODEC_H

#include "codecs.h"

typedef struct limpid_tiff_reader limpid_tiff_reader;

/// What the channels are, before alpha.
typedef enum limpid_tiff_colours {
  LIMPID_TIFF_GRAY,
  LIMPID_TIFF_RGB,
  LIMPID_TIFF_CMYK,     // the largest sample is full ink
  LIMPID_TIFF_LAB,      // L from 0 to the largest sample; a and b with their middle at 0
  LIMPID_TIFF_ICC_LAB,  // the same, but that L of 16 bits ends at 0xFF00
} limpid_tiff_colours;

typedef struct limpid_tiff_header {
  uint32_t width, height;
  limpid_tiff_colours colours;
  int32_t channels;             // with alpha
  int32_t bit_depth;            // 8 or 16, as they are delivered
  int32_t orientation;          // 1...8
  bool has_orientation;         // the file says it
  double dots_x, dots_y;        // per metre; 0 when unknown
  bool is_float;                // clamped to [0, 1]
  bool is_signed;               // what is below zero is 0
  bool has_unspecified_channel; // taken for alpha
  uint64_t directory;           // where the page's own is
} limpid_tiff_header;

/// Reads the directory at an offset, or the first one if that is 0; the rules of limpid_png_open
/// apply.
limpid_status limpid_tiff_open(const uint8_t *bytes, size_t size, uint64_t directory,
                               limpid_tiff_reader **reader, limpid_tiff_header *header);
/// Goes to the directory at an offset.
limpid_status limpid_tiff_go(limpid_tiff_reader *reader, uint64_t directory,
                             limpid_tiff_header *header);
/// Decodes the page, top down as stored, interleaved, 16-bit samples in host order, colours
/// not multiplied by alpha, into `pixels` of width * height * channels * bit_depth / 8 bytes.
limpid_status limpid_tiff_read(limpid_tiff_reader *reader, uint8_t *pixels, size_t size);
limpid_span limpid_tiff_icc(limpid_tiff_reader *reader);
limpid_span limpid_tiff_xmp(limpid_tiff_reader *reader);
const char *limpid_tiff_error(const limpid_tiff_reader *reader);
const char *limpid_tiff_warning(const limpid_tiff_reader *reader, size_t index);
void limpid_tiff_close(limpid_tiff_reader *reader);

typedef struct limpid_tiff_writer limpid_tiff_writer;

typedef struct limpid_tiff_request {
  const uint8_t *pixels;  // interleaved, top down, 16-bit samples in host order
  uint32_t width, height;
  int32_t channels, bit_depth;
  int32_t orientation;    // 1...8
  int32_t level;          // of Deflate, 1...9; 0 stores
  double dots_x, dots_y;  // per metre; 0 when unknown
  limpid_span icc, xmp;
} limpid_tiff_request;

/// Begins a file of that byte order; NULL when memory is short.
limpid_tiff_writer *limpid_tiff_create(bool is_big_endian);
/// Appends a page.
limpid_status limpid_tiff_add(limpid_tiff_writer *writer, const limpid_tiff_request *request);
/// Hands over the file of at least one page; to be called once.
limpid_status limpid_tiff_finish(limpid_tiff_writer *writer, limpid_bytes *file);
const char *limpid_tiff_writer_error(const limpid_tiff_writer *writer);
void limpid_tiff_discard(limpid_tiff_writer *writer);

#endif
