#include <libheif/heif.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "heif_codec.h"
#include "messages.h"

enum { STORED_BITS = 12 };

typedef struct writing {
  const limpid_avif_request *request;
  struct heif_context *context;
  struct heif_encoder *encoder;
  struct heif_image *image;
  struct heif_image_handle *handle;
  struct heif_encoding_options *options;
  struct heif_color_profile_nclx *points;
} writing;

static const struct heif_error no_memory = {heif_error_Memory_allocation_error,
                                            heif_suberror_Unspecified, "out of memory"};
static const struct heif_error success = {heif_error_Ok, heif_suberror_Unspecified, ""};

static bool failed(struct heif_error *kept, struct heif_error error) {
  *kept = error;
  return error.code != heif_error_Ok;
}

static struct heif_error make_image(writing *it) {
  const limpid_avif_request *request = it->request;
  bool is_deep = request->bit_depth == 16, has_alpha = request->channels == 4;
  enum heif_chroma chroma =
      is_deep ? (has_alpha ? heif_chroma_interleaved_RRGGBBAA_LE : heif_chroma_interleaved_RRGGBB_LE)
              : (has_alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB);
  struct heif_error error;
  int width = (int)request->width, height = (int)request->height, stride = 0;
  if (failed(&error, heif_image_create(width, height, heif_colorspace_RGB, chroma, &it->image)) ||
      failed(&error, heif_image_add_plane(it->image, heif_channel_interleaved, width, height,
                                          is_deep ? STORED_BITS : 8)))
    return error;
  uint8_t *plane = heif_image_get_plane(it->image, heif_channel_interleaved, &stride);
  if (plane == NULL) return no_memory;
  size_t samples = (size_t)request->width * (size_t)request->channels;
  uint32_t largest = (1u << STORED_BITS) - 1;
  for (size_t y = 0; y < request->height; y++) {
    uint8_t *row = plane + y * (size_t)stride;
    if (!is_deep) {
      memcpy(row, request->pixels + y * samples, samples);
      continue;
    }
    for (size_t i = 0; i < samples; i++) {
      uint16_t wide;
      memcpy(&wide, request->pixels + 2 * (y * samples + i), 2);
      uint32_t value = (wide * largest + 32767) / 65535;
      row[2 * i] = (uint8_t)value;
      row[2 * i + 1] = (uint8_t)(value >> 8);
    }
  }
  return success;
}

/// Colours as the request has them; where it says nothing, they are sRGB.
static struct heif_error describe(writing *it) {
  const limpid_avif_request *request = it->request;
  struct heif_error error;
  it->points = heif_nclx_color_profile_alloc();
  it->options = heif_encoding_options_alloc();
  if (it->points == NULL || it->options == NULL) return no_memory;
  uint16_t primaries = 1, transfer = 13;
  if (request->has_coding_points) {
    primaries = request->coding_points[0];
    transfer = request->coding_points[1];
  }
  if (failed(&error, heif_nclx_color_profile_set_color_primaries(it->points, primaries)) ||
      failed(&error, heif_nclx_color_profile_set_transfer_characteristics(it->points, transfer)) ||
      failed(&error, heif_nclx_color_profile_set_matrix_coefficients(it->points, 6)))
    return error;
  it->points->full_range_flag = 1;
  it->options->output_nclx_profile = it->points;
  it->options->image_orientation = (enum heif_orientation)request->orientation;
  if (failed(&error, heif_image_set_nclx_color_profile(it->image, it->points))) return error;
  if (request->icc.size == 0) return success;
  it->options->save_two_colr_boxes_when_ICC_and_nclx_available = 1;
  return heif_image_set_raw_color_profile(it->image, "prof", request->icc.data, request->icc.size);
}

static struct heif_error append(struct heif_context *context, const void *data, size_t size,
                                void *target) {
  (void)context;
  limpid_bytes *file = target;
  if (!limpid_bytes_reserve(file, size)) return no_memory;
  memcpy(file->data + file->size, data, size);
  file->size += size;
  return success;
}

static struct heif_error encode(writing *it, limpid_bytes *file) {
  const limpid_avif_request *request = it->request;
  struct heif_error error;
  struct heif_writer writer = {.writer_api_version = 1, .write = append};
  if (failed(&error, heif_context_get_encoder_for_format(it->context, heif_compression_AV1,
                                                         &it->encoder)) ||
      failed(&error, heif_encoder_set_lossy_quality(it->encoder, request->quality)) ||
      failed(&error, heif_encoder_set_parameter_string(it->encoder, "chroma", "444")) ||
      failed(&error, make_image(it)) || failed(&error, describe(it)) ||
      failed(&error, heif_context_encode_image(it->context, it->image, it->encoder, it->options,
                                               &it->handle)))
    return error;
  if (request->exif.size > 0 &&
      failed(&error, heif_context_add_exif_metadata(it->context, it->handle, request->exif.data,
                                                    (int)request->exif.size)))
    return error;
  if (request->xmp.size > 0 &&
      failed(&error, heif_context_add_XMP_metadata(it->context, it->handle, request->xmp.data,
                                                   (int)request->xmp.size)))
    return error;
  return heif_context_write(it->context, &writer, file);
}

limpid_status limpid_avif_encode(const limpid_avif_request *request, limpid_bytes *file,
                                 char *message) {
  *file = (limpid_bytes){0};
  writing it = {.request = request, .context = heif_context_alloc()};
  struct heif_error error = it.context == NULL ? no_memory : encode(&it, file);
  snprintf(message, LIMPID_MESSAGE_SIZE, "%s", error.message != NULL ? error.message : "");
  if (it.handle != NULL) heif_image_handle_release(it.handle);
  if (it.image != NULL) heif_image_release(it.image);
  if (it.encoder != NULL) heif_encoder_release(it.encoder);
  if (it.options != NULL) heif_encoding_options_free(it.options);
  if (it.points != NULL) heif_nclx_color_profile_free(it.points);
  if (it.context != NULL) heif_context_free(it.context);
  if (error.code == heif_error_Ok) return LIMPID_OK;
  limpid_bytes_release(file);
  return error.code == heif_error_Memory_allocation_error ? LIMPID_NO_MEMORY : LIMPID_UNSUPPORTED;
}
