#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "codecs.h"
#include "messages.h"
#include "png_chunks.h"

struct limpid_png_reader {
  png_structp png;
  png_infop info;
  const uint8_t *bytes;
  size_t size, position;
  size_t row_bytes, height;
  int passes;
  bool is_truncated;
  limpid_png_properties found;
  limpid_bytes exif;
  limpid_messages unknown;  // names of chunks
  limpid_messages messages;
};

static void on_error(png_structp png, png_const_charp text) {
  limpid_png_reader *reader = png_get_error_ptr(png);
  limpid_record_error(&reader->messages, text);
  png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  limpid_png_reader *reader = png_get_error_ptr(png);
  limpid_record_warning(&reader->messages, text);
}

static void read_bytes(png_structp png, png_bytep destination, size_t count) {
  limpid_png_reader *reader = png_get_io_ptr(png);
  if (count > reader->size - reader->position) {
    reader->is_truncated = true;
    png_error(png, "the data ends too early");
  }
  memcpy(destination, reader->bytes + reader->position, count);
  reader->position += count;
}

/// Whether it is the chunk of that name and size, which is copied.
static bool is_chunk(png_unknown_chunkp chunk, const char *name, uint8_t *target, size_t size) {
  if (memcmp(chunk->name, name, 4) != 0 || chunk->size != size) return false;
  memcpy(target, chunk->data, size);
  return true;
}

/// Takes what it knows of the chunks that libpng does not read. Critical ones stay an error.
static int on_unknown_chunk(png_structp png, png_unknown_chunkp chunk) {
  limpid_png_reader *reader = png_get_user_chunk_ptr(png);
  limpid_png_properties *found = &reader->found;
  found->is_animated |= memcmp(chunk->name, "acTL", 4) == 0;
  found->has_coding_points |= is_chunk(chunk, "cICP", found->coding_points, 4);
  found->has_mastering_display |= is_chunk(chunk, "mDCV", found->mastering_display, 24);
  found->has_content_light |= is_chunk(chunk, "cLLI", found->content_light, 8);
  if (memcmp(chunk->name, "eXIf", 4) == 0 && reader->exif.size == 0 && chunk->size > 0 &&
      limpid_bytes_reserve(&reader->exif, chunk->size)) {
    memcpy(reader->exif.data, chunk->data, chunk->size);
    reader->exif.size = chunk->size;
  }
  char name[5] = {0};
  memcpy(name, chunk->name, 4);
  bool is_taken = strstr("acTL fcTL fdAT cICP mDCV cLLI eXIf", name) != NULL;
  if (!is_taken) limpid_record_warning(&reader->unknown, name);
  bool is_ancillary = (chunk->name[0] & 0x20) != 0;
  return is_ancillary ? 1 : 0;
}

static limpid_status failure(const limpid_png_reader *reader) {
  if (reader->is_truncated) return LIMPID_TRUNCATED;
  if (strstr(reader->messages.error, "emory") != NULL) return LIMPID_NO_MEMORY;
  return LIMPID_CORRUPT;
}

static void configure(limpid_png_reader *reader, limpid_png_limits limits) {
  png_set_read_fn(reader->png, reader, read_bytes);
  png_set_benign_errors(reader->png, 1);
  png_set_user_limits(reader->png, limits.side, limits.side);
  png_set_chunk_cache_max(reader->png, limits.chunk_count);
  png_set_chunk_malloc_max(reader->png, limits.chunk_bytes);
  png_set_option(reader->png, PNG_SKIP_sRGB_CHECK_PROFILE, PNG_OPTION_ON);
  png_set_read_user_chunk_fn(reader->png, reader, on_unknown_chunk);
  // Later versions of libpng know them, but do not hand them out byte for byte.
  png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_ALWAYS, limpid_png_colour_chunks,
                              LIMPID_PNG_COLOUR_CHUNKS);
  // libpng drops blocks that begin with JPEG's prefix.
  png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_ALWAYS, (png_const_bytep)"eXIf", 1);
}

static uint32_t big_endian(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/// Whether a chunk claims more bytes than there are: libpng would allocate them first.
static bool overstates_a_chunk(const uint8_t *bytes, size_t size) {
  const size_t signature = 8, frame = 12;  // length, name and checksum
  for (size_t start = signature; start <= size && size - start >= frame;) {
    size_t length = big_endian(bytes + start), left = size - start - frame;
    if (length > left) return true;
    if (memcmp(bytes + start + 4, "IEND", 4) == 0) return false;
    start += frame + length;
  }
  return false;
}

limpid_status limpid_png_open(const uint8_t *bytes, size_t size, limpid_png_limits limits,
                              limpid_png_reader **result, limpid_png_header *header) {
  limpid_png_reader *reader = calloc(1, sizeof *reader);
  *result = reader;
  if (reader == NULL) return LIMPID_NO_MEMORY;
  reader->bytes = bytes;
  reader->size = size;
  if (overstates_a_chunk(bytes, size)) {
    limpid_record_error(&reader->messages, "the data ends too early");
    return LIMPID_TRUNCATED;
  }
  reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, on_error, on_warning);
  if (reader->png != NULL) reader->info = png_create_info_struct(reader->png);
  if (reader->info == NULL) return LIMPID_NO_MEMORY;

  if (setjmp(png_jmpbuf(reader->png))) return failure(reader);
  configure(reader, limits);
  png_read_info(reader->png, reader->info);
  png_set_expand(reader->png);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (png_get_bit_depth(reader->png, reader->info) == 16) png_set_swap(reader->png);
#endif
  reader->passes = png_set_interlace_handling(reader->png);
  png_read_update_info(reader->png, reader->info);

  header->width = png_get_image_width(reader->png, reader->info);
  header->height = png_get_image_height(reader->png, reader->info);
  header->channels = png_get_channels(reader->png, reader->info);
  header->bit_depth = png_get_bit_depth(reader->png, reader->info);
  header->row_bytes = png_get_rowbytes(reader->png, reader->info);
  reader->row_bytes = header->row_bytes;
  reader->height = header->height;
  return LIMPID_OK;
}

limpid_status limpid_png_read(limpid_png_reader *reader, uint8_t *pixels, size_t size) {
  if (size / reader->row_bytes < reader->height) {
    limpid_record_error(&reader->messages, "the pixel buffer is too small");
    return LIMPID_NO_MEMORY;
  }
  if (setjmp(png_jmpbuf(reader->png))) return failure(reader);
  for (int pass = 0; pass < reader->passes; pass++)
    for (size_t y = 0; y < reader->height; y++)
      png_read_row(reader->png, pixels + y * reader->row_bytes, NULL);
  png_read_end(reader->png, reader->info);
  return LIMPID_OK;
}

limpid_span limpid_png_icc(limpid_png_reader *reader) {
  png_charp name;
  png_bytep profile;
  png_uint_32 size;
  int compression;
  if (!png_get_iCCP(reader->png, reader->info, &name, &compression, &profile, &size))
    return (limpid_span){NULL, 0};
  return (limpid_span){profile, size};
}

limpid_span limpid_png_exif(limpid_png_reader *reader) {
  return (limpid_span){reader->exif.data, reader->exif.size};
}

bool limpid_png_text_at(limpid_png_reader *reader, size_t index, limpid_png_text *text) {
  png_textp texts;
  int count = 0;
  png_get_text(reader->png, reader->info, &texts, &count);
  if (count < 0 || index >= (size_t)count) return false;
  png_textp entry = &texts[index];
  text->is_utf8 = entry->compression > 0;
  text->keyword = entry->key;
  text->text.data = (const uint8_t *)entry->text;
  text->text.size = text->is_utf8 ? entry->itxt_length : entry->text_length;
  return true;
}

limpid_png_properties limpid_png_get_properties(limpid_png_reader *reader) {
  limpid_png_properties found = reader->found;
  found.srgb_intent = -1;
  int unit = 0;
  int32_t *xy = found.chromaticities;
  png_get_sRGB(reader->png, reader->info, &found.srgb_intent);
  png_get_gAMA_fixed(reader->png, reader->info, &found.gamma);
  found.has_chromaticities =
      png_get_cHRM_fixed(reader->png, reader->info, &xy[0], &xy[1], &xy[2], &xy[3], &xy[4], &xy[5],
                         &xy[6], &xy[7]) != 0;
  if (png_get_pHYs(reader->png, reader->info, &found.density_x, &found.density_y, &unit))
    found.density_is_metric = unit == PNG_RESOLUTION_METER;
  return found;
}

const char *limpid_png_error(const limpid_png_reader *reader) { return reader->messages.error; }

const char *limpid_png_warning(const limpid_png_reader *reader, size_t index) {
  return limpid_warning_at(&reader->messages, index);
}

const char *limpid_png_unknown_chunk(const limpid_png_reader *reader, size_t index) {
  return limpid_warning_at(&reader->unknown, index);
}

void limpid_png_close(limpid_png_reader *reader) {
  if (reader == NULL) return;
  png_destroy_read_struct(&reader->png, &reader->info, NULL);
  limpid_bytes_release(&reader->exif);
  free(reader);
}
