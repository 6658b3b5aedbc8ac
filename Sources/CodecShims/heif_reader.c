#include <libheif/heif.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "heif_codec.h"
#include "messages.h"

struct limpid_heif_reader {
  struct heif_context *context;
  struct heif_image_handle *handle;
  limpid_heif_header header;
  uint8_t *blocks[3];  // profile, EXIF, XMP
  limpid_messages messages;
};

bool limpid_heif_is_built(void) { return true; }

static limpid_status fail(limpid_heif_reader *reader, limpid_status status, const char *text) {
  limpid_record_error(&reader->messages, text);
  return status;
}

static limpid_status failure(limpid_heif_reader *reader, struct heif_error error) {
  limpid_record_error(&reader->messages, error.message != NULL ? error.message : "no reason given");
  switch (error.code) {
    case heif_error_Memory_allocation_error:
      return error.subcode == heif_suberror_Security_limit_exceeded ? LIMPID_TOO_LARGE
                                                                    : LIMPID_NO_MEMORY;
    case heif_error_Unsupported_filetype:
    case heif_error_Unsupported_feature: return LIMPID_UNSUPPORTED;
    default:
      return error.subcode == heif_suberror_End_of_data ? LIMPID_TRUNCATED : LIMPID_CORRUPT;
  }
}

static void read_coding_points(limpid_heif_reader *reader) {
  limpid_heif_header *header = &reader->header;
  struct heif_color_profile_nclx *points = NULL;
  struct heif_error error = heif_image_handle_get_nclx_color_profile(reader->handle, &points);
  if (points == NULL) return;
  header->has_coding_points = error.code == heif_error_Ok;
  header->coding_points[0] = (uint8_t)points->color_primaries;
  header->coding_points[1] = (uint8_t)points->transfer_characteristics;
  header->coding_points[2] = 0;  // libheif delivers RGB of full range
  header->coding_points[3] = 1;
  heif_nclx_color_profile_free(points);
}

static void read_header(limpid_heif_reader *reader) {
  struct heif_image_handle *handle = reader->handle;
  limpid_heif_header *header = &reader->header;
  header->width = (uint32_t)heif_image_handle_get_width(handle);
  header->height = (uint32_t)heif_image_handle_get_height(handle);
  header->has_alpha = heif_image_handle_has_alpha_channel(handle) != 0;
  header->is_premultiplied = heif_image_handle_is_premultiplied_alpha(handle) != 0;
  header->stored_bits = heif_image_handle_get_luma_bits_per_pixel(handle);
  header->bit_depth = header->stored_bits > 8 ? 16 : 8;
  int filter = LIBHEIF_AUX_IMAGE_FILTER_OMIT_ALPHA | LIBHEIF_AUX_IMAGE_FILTER_OMIT_DEPTH;
  header->has_thumbnail = heif_image_handle_get_number_of_thumbnails(handle) > 0;
  header->has_depth_map = heif_image_handle_has_depth_image(handle) != 0;
  header->has_auxiliary_image =
      heif_image_handle_get_number_of_auxiliary_images(handle, filter) > 0;
  header->has_more_images = heif_context_get_number_of_top_level_images(reader->context) > 1;
  read_coding_points(reader);
}

limpid_status limpid_heif_open(const uint8_t *bytes, size_t size, uint32_t side,
                               limpid_heif_reader **result, limpid_heif_header *header) {
  limpid_heif_reader *reader = calloc(1, sizeof *reader);
  *result = reader;
  if (reader == NULL) return LIMPID_NO_MEMORY;
  reader->context = heif_context_alloc();
  if (reader->context == NULL) return LIMPID_NO_MEMORY;
  heif_context_set_maximum_image_size_limit(reader->context, (int)side);
  heif_context_set_max_decoding_threads(reader->context, 0);
  struct heif_error error =
      heif_context_read_from_memory_without_copy(reader->context, bytes, size, NULL);
  if (error.code == heif_error_Ok)
    error = heif_context_get_primary_image_handle(reader->context, &reader->handle);
  if (error.code != heif_error_Ok) return failure(reader, error);
  read_header(reader);
  *header = reader->header;
  if (header->width == 0 || header->height == 0 || header->stored_bits < 1 ||
      header->stored_bits > 16)
    return fail(reader, LIMPID_CORRUPT, "its picture has no size or no bits");
  return LIMPID_OK;
}

/// Copies rows, samples of more than 8 bits as shares of 65535.
static limpid_status copy(limpid_heif_reader *reader, const struct heif_image *image,
                          uint8_t *pixels) {
  const limpid_heif_header *header = &reader->header;
  int stride = 0;
  const uint8_t *plane = heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride);
  int bits = heif_image_get_bits_per_pixel_range(image, heif_channel_interleaved);
  size_t samples = (size_t)header->width * (header->has_alpha ? 4 : 3);
  size_t row = samples * (size_t)header->bit_depth / 8;
  if (plane == NULL || stride < 0 || (size_t)stride < row || bits < 8 || bits > 16 ||
      heif_image_get_width(image, heif_channel_interleaved) != (int)header->width ||
      heif_image_get_height(image, heif_channel_interleaved) != (int)header->height)
    return fail(reader, LIMPID_CORRUPT, "its picture has another size than it says");
  uint32_t largest = (1u << bits) - 1;
  for (size_t y = 0; y < header->height; y++) {
    const uint8_t *source = plane + y * (size_t)stride;
    uint8_t *target = pixels + y * row;
    if (header->bit_depth == 8) {
      memcpy(target, source, row);
      continue;
    }
    for (size_t i = 0; i < samples; i++) {
      uint32_t value = (uint32_t)source[2 * i] | (uint32_t)source[2 * i + 1] << 8;
      if (value > largest) value = largest;
      uint16_t wide = (uint16_t)((value * 65535 + largest / 2) / largest);
      memcpy(target + 2 * i, &wide, 2);
    }
  }
  return LIMPID_OK;
}

limpid_status limpid_heif_read(limpid_heif_reader *reader, uint8_t *pixels, size_t size) {
  const limpid_heif_header *header = &reader->header;
  size_t row = (size_t)header->width * (header->has_alpha ? 4 : 3) * (size_t)header->bit_depth / 8;
  if (size / row < header->height)
    return fail(reader, LIMPID_NO_MEMORY, "the pixel buffer is too small");
  enum heif_chroma chroma =
      header->bit_depth == 8
          ? (header->has_alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB)
          : (header->has_alpha ? heif_chroma_interleaved_RRGGBBAA_LE
                               : heif_chroma_interleaved_RRGGBB_LE);
  struct heif_image *image = NULL;
  struct heif_error error =
      heif_decode_image(reader->handle, &image, heif_colorspace_RGB, chroma, NULL);
  if (error.code != heif_error_Ok) return failure(reader, error);
  limpid_status status = copy(reader, image, pixels);
  heif_image_release(image);
  return status;
}

limpid_span limpid_heif_icc(limpid_heif_reader *reader) {
  size_t size = heif_image_handle_get_raw_color_profile_size(reader->handle);
  if (size == 0) return (limpid_span){NULL, 0};
  if (reader->blocks[0] == NULL) reader->blocks[0] = malloc(size);
  if (reader->blocks[0] == NULL ||
      heif_image_handle_get_raw_color_profile(reader->handle, reader->blocks[0]).code !=
          heif_error_Ok)
    return (limpid_span){NULL, 0};
  return (limpid_span){reader->blocks[0], size};
}

static limpid_span metadata(limpid_heif_reader *reader, const char *type, const char *content,
                            uint8_t **block) {
  heif_item_id ids[16];
  int count = heif_image_handle_get_list_of_metadata_block_IDs(reader->handle, type, ids, 16);
  for (int i = 0; i < count; i++) {
    const char *found = heif_image_handle_get_metadata_content_type(reader->handle, ids[i]);
    if (content != NULL && (found == NULL || strcmp(found, content) != 0)) continue;
    size_t size = heif_image_handle_get_metadata_size(reader->handle, ids[i]);
    if (size == 0) continue;
    if (*block == NULL) *block = malloc(size);
    if (*block == NULL || heif_image_handle_get_metadata(reader->handle, ids[i], *block).code !=
                              heif_error_Ok)
      return (limpid_span){NULL, 0};
    return (limpid_span){*block, size};
  }
  return (limpid_span){NULL, 0};
}

limpid_span limpid_heif_exif(limpid_heif_reader *reader) {
  return metadata(reader, "Exif", NULL, &reader->blocks[1]);
}

limpid_span limpid_heif_xmp(limpid_heif_reader *reader) {
  return metadata(reader, "mime", "application/rdf+xml", &reader->blocks[2]);
}

const char *limpid_heif_error(const limpid_heif_reader *reader) { return reader->messages.error; }

void limpid_heif_close(limpid_heif_reader *reader) {
  if (reader == NULL) return;
  if (reader->handle != NULL) heif_image_handle_release(reader->handle);
  if (reader->context != NULL) heif_context_free(reader->context);
  for (int i = 0; i < 3; i++) free(reader->blocks[i]);
  free(reader);
}
