#include <jxl/encode.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "jxl_codec.h"

/// From fast to small; 5 takes a third of the default's time.
enum { EFFORT = 5, FIRST_CAPACITY = 1 << 16 };

static bool set_info(JxlEncoder *codec, const limpid_jxl_request *request) {
  bool has_alpha = request->channels % 2 == 0;
  JxlBasicInfo info;
  JxlEncoderInitBasicInfo(&info);
  info.xsize = request->width;
  info.ysize = request->height;
  info.bits_per_sample = (uint32_t)request->bit_depth;
  info.num_color_channels = request->channels > 2 ? 3 : 1;
  info.num_extra_channels = has_alpha;
  info.alpha_bits = has_alpha ? (uint32_t)request->bit_depth : 0;
  info.orientation = (JxlOrientation)request->orientation;
  info.uses_original_profile = request->quality == 0;
  return JxlEncoderSetBasicInfo(codec, &info) == JXL_ENC_SUCCESS;
}

static bool set_colours(JxlEncoder *codec, const limpid_jxl_request *request) {
  if (request->icc.size > 0)
    return JxlEncoderSetICCProfile(codec, request->icc.data, request->icc.size) == JXL_ENC_SUCCESS;
  JxlColorEncoding colours;
  JxlColorEncodingSetToSRGB(&colours, request->channels < 3);
  if (request->has_coding_points) {
    uint8_t primaries = request->coding_points[0];
    colours.primaries = primaries == 9    ? JXL_PRIMARIES_2100
                        : primaries >= 11 ? JXL_PRIMARIES_P3
                                          : JXL_PRIMARIES_SRGB;
    colours.white_point = primaries == 11 ? JXL_WHITE_POINT_DCI : JXL_WHITE_POINT_D65;
    colours.transfer_function = (JxlTransferFunction)request->coding_points[1];
  }
  return JxlEncoderSetColorEncoding(codec, &colours) == JXL_ENC_SUCCESS;
}

/// libjxl's own scale of qualities as a distance.
static float distance(int32_t quality) {
  float q = (float)quality;
  return quality >= 100 ? 0.0f
         : quality >= 30 ? 0.1f + (100 - q) * 0.09f
                         : 53.0f / 3000.0f * q * q - 23.0f / 20.0f * q + 25.0f;
}

static bool add_pixels(JxlEncoder *codec, const limpid_jxl_request *request) {
  JxlEncoderFrameSettings *settings = JxlEncoderFrameSettingsCreate(codec, NULL);
  if (settings == NULL ||
      JxlEncoderFrameSettingsSetOption(settings, JXL_ENC_FRAME_SETTING_EFFORT, EFFORT) !=
          JXL_ENC_SUCCESS ||
      JxlEncoderFrameSettingsSetOption(settings, JXL_ENC_FRAME_SETTING_KEEP_INVISIBLE, 1) !=
          JXL_ENC_SUCCESS)
    return false;
  JxlEncoderStatus status =
      request->quality == 0 ? JxlEncoderSetFrameLossless(settings, JXL_TRUE)
                            : JxlEncoderSetFrameDistance(settings, distance(request->quality));
  if (status != JXL_ENC_SUCCESS) return false;
  JxlPixelFormat format = {
      .num_channels = (uint32_t)request->channels,
      .data_type = request->bit_depth == 8 ? JXL_TYPE_UINT8 : JXL_TYPE_UINT16,
      .endianness = JXL_NATIVE_ENDIAN};
  size_t size = (size_t)request->width * request->height * (size_t)request->channels *
                (size_t)(request->bit_depth / 8);
  return JxlEncoderAddImageFrame(settings, &format, request->pixels, size) == JXL_ENC_SUCCESS;
}

static bool add_box(JxlEncoder *codec, const char *type, limpid_span contents) {
  return contents.size == 0 || JxlEncoderAddBox(codec, type, contents.data, contents.size,
                                                JXL_FALSE) == JXL_ENC_SUCCESS;
}

static limpid_status collect(JxlEncoder *codec, limpid_bytes *file) {
  for (;;) {
    if (!limpid_bytes_reserve(file, FIRST_CAPACITY)) return LIMPID_NO_MEMORY;
    uint8_t *next = file->data + file->size;
    size_t room = file->capacity - file->size;
    JxlEncoderStatus status = JxlEncoderProcessOutput(codec, &next, &room);
    file->size = file->capacity - room;
    if (status == JXL_ENC_SUCCESS) return LIMPID_OK;
    if (status != JXL_ENC_NEED_MORE_OUTPUT) return LIMPID_UNSUPPORTED;
  }
}

limpid_status limpid_jxl_encode(const limpid_jxl_request *request, limpid_bytes *file) {
  *file = (limpid_bytes){0};
  JxlEncoder *codec = JxlEncoderCreate(NULL);
  if (codec == NULL) return LIMPID_NO_MEMORY;
  bool has_boxes = request->exif.size + request->xmp.size > 0;
  limpid_status status = LIMPID_UNSUPPORTED;
  if ((!has_boxes || JxlEncoderUseBoxes(codec) == JXL_ENC_SUCCESS) && set_info(codec, request) &&
      set_colours(codec, request) && add_box(codec, "Exif", request->exif) &&
      add_box(codec, "xml ", request->xmp) && add_pixels(codec, request)) {
    JxlEncoderCloseInput(codec);
    status = collect(codec, file);
  }
  if (JxlEncoderGetError(codec) == JXL_ENC_ERR_OOM) status = LIMPID_NO_MEMORY;
  JxlEncoderDestroy(codec);
  if (status != LIMPID_OK) limpid_bytes_release(file);
  return status;
}
