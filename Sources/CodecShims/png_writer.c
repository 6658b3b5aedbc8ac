#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "codecs.h"
#include "messages.h"
#include "png_chunks.h"

struct limpid_png_writer {
  png_structp png;
  png_infop info;
  size_t row_bytes, height;
  limpid_bytes file;
  bool is_out_of_memory;
  limpid_messages messages;
};

static void on_error(png_structp png, png_const_charp text) {
  limpid_png_writer *writer = png_get_error_ptr(png);
  limpid_record_error(&writer->messages, text);
  png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  limpid_png_writer *writer = png_get_error_ptr(png);
  limpid_record_warning(&writer->messages, text);
}

static void write_bytes(png_structp png, png_bytep source, size_t count) {
  limpid_png_writer *writer = png_get_io_ptr(png);
  if (!limpid_bytes_reserve(&writer->file, count)) {
    writer->is_out_of_memory = true;
    png_error(png, "out of memory");
  }
  memcpy(writer->file.data + writer->file.size, source, count);
  writer->file.size += count;
}

static void flush_bytes(png_structp png) { (void)png; }

static limpid_status failure(const limpid_png_writer *writer, limpid_status otherwise) {
  return writer->is_out_of_memory ? LIMPID_NO_MEMORY : otherwise;
}

limpid_status limpid_png_create(uint32_t width, uint32_t height, int32_t channels,
                                int32_t bit_depth, int32_t level, limpid_png_writer **result) {
  static const int color_types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA,
                                    PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
  limpid_png_writer *writer = calloc(1, sizeof *writer);
  *result = writer;
  if (writer == NULL) return LIMPID_NO_MEMORY;
  writer->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, writer, on_error, on_warning);
  if (writer->png != NULL) writer->info = png_create_info_struct(writer->png);
  if (writer->info == NULL) return LIMPID_NO_MEMORY;
  writer->row_bytes = (size_t)width * (size_t)channels * (size_t)(bit_depth / 8);
  writer->height = height;

  if (setjmp(png_jmpbuf(writer->png))) return failure(writer, LIMPID_UNSUPPORTED);
  png_set_write_fn(writer->png, writer, write_bytes, flush_bytes);
  png_set_benign_errors(writer->png, 1);
  png_set_option(writer->png, PNG_SKIP_sRGB_CHECK_PROFILE, PNG_OPTION_ON);
  png_set_user_limits(writer->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_compression_level(writer->png, level);
  png_set_IHDR(writer->png, writer->info, width, height, bit_depth, color_types[channels - 1],
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE, PNG_FILTER_TYPE_BASE);
  return LIMPID_OK;
}

limpid_status limpid_png_add_icc(limpid_png_writer *writer, limpid_span profile) {
  if (profile.size > PNG_UINT_31_MAX) return LIMPID_UNSUPPORTED;
  if (setjmp(png_jmpbuf(writer->png))) return failure(writer, LIMPID_UNSUPPORTED);
  png_set_iCCP(writer->png, writer->info, "ICC profile", PNG_COMPRESSION_TYPE_BASE, profile.data,
               (png_uint_32)profile.size);
  bool is_kept = png_get_valid(writer->png, writer->info, PNG_INFO_iCCP) != 0;
  return is_kept ? LIMPID_OK : LIMPID_UNSUPPORTED;
}

limpid_status limpid_png_add_exif(limpid_png_writer *writer, limpid_span exif) {
  if (exif.size > PNG_UINT_31_MAX) return LIMPID_UNSUPPORTED;
  if (setjmp(png_jmpbuf(writer->png))) return failure(writer, LIMPID_UNSUPPORTED);
  png_set_eXIf_1(writer->png, writer->info, (png_uint_32)exif.size, (png_bytep)exif.data);
  bool is_kept = png_get_valid(writer->png, writer->info, PNG_INFO_eXIf) != 0;
  return is_kept ? LIMPID_OK : LIMPID_UNSUPPORTED;
}

limpid_status limpid_png_add_text(limpid_png_writer *writer, const char *keyword,
                                  const char *text, bool is_utf8) {
  png_text entry = {.compression = is_utf8 ? PNG_ITXT_COMPRESSION_NONE : PNG_TEXT_COMPRESSION_NONE,
                    .key = (png_charp)keyword,
                    .text = (png_charp)text};
  if (setjmp(png_jmpbuf(writer->png))) return failure(writer, LIMPID_UNSUPPORTED);
  png_set_text(writer->png, writer->info, &entry, 1);
  return LIMPID_OK;
}

/// Puts a chunk that libpng does not write by itself before the palette and the pixels.
static void add_chunk(limpid_png_writer *writer, const char *name, const uint8_t *data,
                      size_t size) {
  png_unknown_chunk chunk = {.data = (png_bytep)data, .size = size, .location = PNG_HAVE_IHDR};
  memcpy(chunk.name, name, 4);
  png_set_unknown_chunks(writer->png, writer->info, &chunk, 1);
}

limpid_status limpid_png_add_properties(limpid_png_writer *writer,
                                        const limpid_png_properties *properties) {
  const int32_t *xy = properties->chromaticities;
  if (setjmp(png_jmpbuf(writer->png))) return failure(writer, LIMPID_UNSUPPORTED);
  if (properties->srgb_intent >= 0)
    png_set_sRGB_gAMA_and_cHRM(writer->png, writer->info, properties->srgb_intent);
  else if (properties->gamma > 0)
    png_set_gAMA_fixed(writer->png, writer->info, properties->gamma);
  if (properties->srgb_intent < 0 && properties->has_chromaticities)
    png_set_cHRM_fixed(writer->png, writer->info, xy[0], xy[1], xy[2], xy[3], xy[4], xy[5], xy[6],
                       xy[7]);
  if (properties->density_x > 0 && properties->density_y > 0)
    png_set_pHYs(writer->png, writer->info, properties->density_x, properties->density_y,
                 properties->density_is_metric ? PNG_RESOLUTION_METER : PNG_RESOLUTION_UNKNOWN);
  png_set_keep_unknown_chunks(writer->png, PNG_HANDLE_CHUNK_ALWAYS, limpid_png_colour_chunks,
                              LIMPID_PNG_COLOUR_CHUNKS);
  if (properties->has_coding_points) add_chunk(writer, "cICP", properties->coding_points, 4);
  if (properties->has_mastering_display)
    add_chunk(writer, "mDCV", properties->mastering_display, 24);
  if (properties->has_content_light) add_chunk(writer, "cLLI", properties->content_light, 8);
  return LIMPID_OK;
}

limpid_status limpid_png_write(limpid_png_writer *writer, const uint8_t *pixels, size_t size,
                               limpid_bytes *file) {
  if (size / writer->row_bytes < writer->height) {
    limpid_record_error(&writer->messages, "the pixel buffer is too small");
    return LIMPID_NO_MEMORY;
  }
  if (setjmp(png_jmpbuf(writer->png))) return failure(writer, LIMPID_UNSUPPORTED);
  png_write_info(writer->png, writer->info);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (png_get_bit_depth(writer->png, writer->info) == 16) png_set_swap(writer->png);
#endif
  for (size_t y = 0; y < writer->height; y++)
    png_write_row(writer->png, pixels + y * writer->row_bytes);
  // Without the info: libpng 1.6 would write the EXIF chunk a second time.
  png_write_end(writer->png, NULL);
  *file = writer->file;
  writer->file = (limpid_bytes){0};
  return LIMPID_OK;
}

const char *limpid_png_writer_error(const limpid_png_writer *writer) {
  return writer->messages.error;
}

void limpid_png_discard(limpid_png_writer *writer) {
  if (writer == NULL) return;
  png_destroy_write_struct(&writer->png, &writer->info);
  limpid_bytes_release(&writer->file);
  free(writer);
}
