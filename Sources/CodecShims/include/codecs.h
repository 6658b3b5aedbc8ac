/// Decoding and encoding of PNG and JPEG byte streams, in memory.
///
/// libpng and libjpeg leave through longjmp when a file is bad. Every such jump starts and ends
/// inside these functions: callers see a status, a message and a list of warnings, never a jump.
#ifndef LIMPID_CODECS_H
#define LIMPID_CODECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum limpid_status {
  LIMPID_OK = 0,
  LIMPID_TRUNCATED,    // the data ends before the image does
  LIMPID_CORRUPT,      // the data contradicts the format
  LIMPID_UNSUPPORTED,  // valid, but a feature that is not handled
  LIMPID_TOO_LARGE,    // beyond what the format's library accepts
  LIMPID_NO_MEMORY,
} limpid_status;

/// A byte range that belongs to the reader it came from and lives as long as that reader.
typedef struct limpid_span {
  const uint8_t *data;
  size_t size;
} limpid_span;

/// Encoded bytes; `data` belongs to the caller, who releases it with free().
typedef struct limpid_bytes {
  uint8_t *data;
  size_t size;
  size_t capacity;
} limpid_bytes;

// MARK: PNG in

typedef struct limpid_png_reader limpid_png_reader;

typedef struct limpid_png_limits {
  uint32_t side;          // largest width or height in pixels
  uint32_t chunk_bytes;   // largest ancillary chunk, inflated
  uint32_t chunk_count;   // how many text and unknown chunks are looked at
} limpid_png_limits;

/// What the header says, after palettes, sub-byte samples and tRNS have been expanded.
typedef struct limpid_png_header {
  uint32_t width, height;
  int32_t channels;       // 1 gray, 2 gray+alpha, 3 RGB, 4 RGBA
  int32_t bit_depth;      // 8 or 16
  size_t row_bytes;       // width * channels * bit_depth / 8
} limpid_png_header;

/// Colour and density chunks; a zero or -1 means that the chunk is absent.
typedef struct limpid_png_properties {
  int32_t srgb_intent;            // sRGB chunk, -1 when absent
  int32_t gamma;                  // gAMA, scaled by 100000
  bool has_chromaticities;
  int32_t chromaticities[8];      // cHRM: white, red, green, blue as x, y, scaled by 100000
  uint32_t density_x, density_y;  // pHYs
  bool density_is_metric;         // pixels per metre, not only an aspect ratio
  uint8_t coding_points[4];       // cICP
  uint8_t mastering_display[24];  // mDCV
  uint8_t content_light[8];       // cLLI
  bool has_coding_points, has_mastering_display, has_content_light;
  bool is_animated;               // acTL was seen: only the default image is decoded
} limpid_png_properties;

typedef struct limpid_png_text {
  const char *keyword;  // Latin-1, zero-terminated
  limpid_span text;
  bool is_utf8;         // iTXt; otherwise Latin-1
} limpid_png_text;

/// Reads every chunk before the pixels. `*reader` is set even on failure (unless memory ran out)
/// so that the message can be read; close it in any case. `bytes` must outlive the reader.
limpid_status limpid_png_open(const uint8_t *bytes, size_t size, limpid_png_limits limits,
                              limpid_png_reader **reader, limpid_png_header *header);
/// Decodes all rows, top down, interleaved, 16-bit samples in host order, into `pixels`, which
/// holds row_bytes * height bytes; then reads the chunks that follow the pixels, to the end.
limpid_status limpid_png_read(limpid_png_reader *reader, uint8_t *pixels, size_t size);
limpid_span limpid_png_icc(limpid_png_reader *reader);
limpid_span limpid_png_exif(limpid_png_reader *reader);
bool limpid_png_text_at(limpid_png_reader *reader, size_t index, limpid_png_text *text);
limpid_png_properties limpid_png_get_properties(limpid_png_reader *reader);
const char *limpid_png_error(const limpid_png_reader *reader);
/// The warning of that number, or NULL when there are not so many.
const char *limpid_png_warning(const limpid_png_reader *reader, size_t index);
/// The name of the chunk of that number among those that nothing here understands, or NULL.
const char *limpid_png_unknown_chunk(const limpid_png_reader *reader, size_t index);
void limpid_png_close(limpid_png_reader *reader);

// MARK: PNG out

typedef struct limpid_png_writer limpid_png_writer;

/// Begins a PNG of 1...4 channels, 8 or 16 bits, zlib level 0...9.
limpid_status limpid_png_create(uint32_t width, uint32_t height, int32_t channels,
                                int32_t bit_depth, int32_t level, limpid_png_writer **writer);
/// Each of these adds one chunk; LIMPID_UNSUPPORTED means that libpng refused the contents, which
/// leaves the image as it was without that chunk.
limpid_status limpid_png_add_icc(limpid_png_writer *writer, limpid_span profile);
limpid_status limpid_png_add_exif(limpid_png_writer *writer, limpid_span exif);
limpid_status limpid_png_add_text(limpid_png_writer *writer, const char *keyword,
                                  const char *text, bool is_utf8);
limpid_status limpid_png_add_properties(limpid_png_writer *writer,
                                        const limpid_png_properties *properties);
/// Encodes interleaved rows (16-bit samples in host order) and hands the file's bytes over.
limpid_status limpid_png_write(limpid_png_writer *writer, const uint8_t *pixels, size_t size,
                               limpid_bytes *file);
const char *limpid_png_writer_error(const limpid_png_writer *writer);
void limpid_png_discard(limpid_png_writer *writer);

// MARK: JPEG in

typedef struct limpid_jpeg_reader limpid_jpeg_reader;

typedef struct limpid_jpeg_header {
  uint32_t width, height;
  int32_t channels;               // 1 gray, 3 RGB, 4 CMYK
  int32_t density_unit;           // JFIF: 0 aspect ratio, 1 per inch, 2 per centimetre
  uint32_t density_x, density_y;  // zero without a JFIF marker
} limpid_jpeg_header;

typedef struct limpid_jpeg_segment {
  uint8_t marker;       // 0xE0 for APP0 to 0xEF, and 0xFE for a comment
  limpid_span payload;
} limpid_jpeg_segment;

/// Reads everything before the first scan; the rules of limpid_png_open apply.
limpid_status limpid_jpeg_open(const uint8_t *bytes, size_t size, int32_t scan_limit,
                               limpid_jpeg_reader **reader, limpid_jpeg_header *header);
/// Decodes all rows, top down, interleaved, into `pixels` of width * height * channels bytes, and
/// reads on to the end-of-image marker. Damaged entropy-coded data is LIMPID_CORRUPT.
limpid_status limpid_jpeg_read(limpid_jpeg_reader *reader, uint8_t *pixels, size_t size);
/// The marker segment of that number; false when there are not so many. Of APP1, APP2, APP13 and
/// comments there is all, of the others the beginning. Segments and profile can be had between
/// opening and limpid_jpeg_read, which releases them.
bool limpid_jpeg_segment_at(limpid_jpeg_reader *reader, size_t index, limpid_jpeg_segment *segment);
/// How many bytes the image took, once it has been read.
size_t limpid_jpeg_end(const limpid_jpeg_reader *reader);
/// The ICC profile joined from its APP2 segments, empty when absent or incomplete.
limpid_status limpid_jpeg_icc(limpid_jpeg_reader *reader, limpid_span *profile);
const char *limpid_jpeg_error(const limpid_jpeg_reader *reader);
const char *limpid_jpeg_warning(const limpid_jpeg_reader *reader, size_t index);
void limpid_jpeg_close(limpid_jpeg_reader *reader);

// MARK: JPEG out

typedef struct limpid_jpeg_writer limpid_jpeg_writer;

/// Begins a baseline JPEG of 1 (gray) or 3 (RGB, stored as YCbCr 4:4:4) channels, quality 1...100.
/// A density of zero leaves JFIF's default, square pixels.
limpid_status limpid_jpeg_create(uint32_t width, uint32_t height, int32_t channels,
                                 int32_t quality, uint32_t dots_per_inch_x,
                                 uint32_t dots_per_inch_y, limpid_jpeg_writer **writer);
/// Adds one segment of at most 65533 bytes.
limpid_status limpid_jpeg_add_segment(limpid_jpeg_writer *writer, limpid_jpeg_segment segment);
/// Adds a profile, cut into as many APP2 segments as it needs.
limpid_status limpid_jpeg_add_icc(limpid_jpeg_writer *writer, limpid_span profile);
limpid_status limpid_jpeg_write(limpid_jpeg_writer *writer, const uint8_t *pixels, size_t size,
                                limpid_bytes *file);
const char *limpid_jpeg_writer_error(const limpid_jpeg_writer *writer);
void limpid_jpeg_discard(limpid_jpeg_writer *writer);

#endif
