#include <string.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include "bytes.h"
#include "webp_codec.h"

/// How hard the lossless encoder tries, 0...9.
enum { LOSSLESS_LEVEL = 4 };

static int write_bytes(const uint8_t *data, size_t size, const WebPPicture *picture) {
  limpid_bytes *file = picture->custom_ptr;
  if (!limpid_bytes_reserve(file, size)) return 0;
  memcpy(file->data + file->size, data, size);
  file->size += size;
  return 1;
}

static limpid_status encode_pixels(const limpid_webp_request *request, limpid_bytes *file,
                                   const char **message) {
  WebPConfig config;
  WebPPicture picture;
  *message = "libwebp is of another version";
  if (!WebPConfigInit(&config) || !WebPPictureInit(&picture)) return LIMPID_UNSUPPORTED;
  if (request->quality > 0) {
    config.quality = (float)request->quality;
    config.use_sharp_yuv = 1;
  } else {
    WebPConfigLosslessPreset(&config, LOSSLESS_LEVEL);
    config.exact = 1;
  }
  picture.use_argb = 1;
  picture.width = (int)request->width;
  picture.height = (int)request->height;
  picture.writer = write_bytes;
  picture.custom_ptr = file;
  int stride = picture.width * request->channels;
  bool is_in = request->channels == 4 ? WebPPictureImportRGBA(&picture, request->pixels, stride)
                                      : WebPPictureImportRGB(&picture, request->pixels, stride);
  bool is_done = is_in && WebPEncode(&config, &picture);
  bool has_memory = is_in && picture.error_code != VP8_ENC_ERROR_OUT_OF_MEMORY &&
                    picture.error_code != VP8_ENC_ERROR_BAD_WRITE;
  WebPPictureFree(&picture);
  if (is_done) return LIMPID_OK;
  *message = has_memory ? "libwebp cannot encode it" : "out of memory";
  return has_memory ? LIMPID_UNSUPPORTED : LIMPID_NO_MEMORY;
}

static bool set_chunk(WebPMux *mux, const char *name, limpid_span span) {
  if (span.size == 0) return true;
  WebPData data = {span.data, span.size};
  return WebPMuxSetChunk(mux, name, &data, 0) == WEBP_MUX_OK;
}

/// Puts the metadata around the encoded pixels.
static limpid_status wrap(const limpid_webp_request *request, limpid_bytes *file) {
  WebPData image = {file->data, file->size}, whole = {NULL, 0};
  WebPMux *mux = WebPMuxCreate(&image, 0);
  bool is_set = mux != NULL && set_chunk(mux, "ICCP", request->icc) &&
                set_chunk(mux, "EXIF", request->exif) && set_chunk(mux, "XMP ", request->xmp) &&
                WebPMuxAssemble(mux, &whole) == WEBP_MUX_OK;
  limpid_bytes wrapped = {0};
  bool is_copied = is_set && limpid_bytes_reserve(&wrapped, whole.size);
  if (is_copied) {
    memcpy(wrapped.data, whole.bytes, whole.size);
    wrapped.size = whole.size;
    limpid_bytes_release(file);
    *file = wrapped;
  }
  WebPDataClear(&whole);
  WebPMuxDelete(mux);
  return is_copied ? LIMPID_OK : LIMPID_NO_MEMORY;
}

limpid_status limpid_webp_encode(const limpid_webp_request *request, limpid_bytes *file,
                                 const char **message) {
  *file = (limpid_bytes){0};
  *message = "";
  if (request->width > WEBP_MAX_DIMENSION || request->height > WEBP_MAX_DIMENSION) {
    *message = "a WebP has at most 16383 pixels a side";
    return LIMPID_UNSUPPORTED;
  }
  limpid_status status = encode_pixels(request, file, message);
  if (status == LIMPID_OK && request->icc.size + request->exif.size + request->xmp.size > 0)
    status = wrap(request, file);
  if (status != LIMPID_OK) limpid_bytes_release(file);
  return status;
}
