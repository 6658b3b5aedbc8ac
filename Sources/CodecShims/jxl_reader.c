#include <jxl/decode.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "jxl_codec.h"
#include "messages.h"

/// Files with more channels are not pictures.
enum { MOST_CHANNELS = 16, FIRST_CAPACITY = 1 << 14 };

struct limpid_jxl_reader {
  JxlDecoder *codec;
  JxlPixelFormat format;
  limpid_jxl_header header;
  bool has_coding_points;
  uint8_t coding_points[4];
  uint8_t *icc;
  size_t icc_size, box_limit;
  limpid_bytes exif, xmp;
  limpid_bytes *box;  // the one that is being read
  limpid_messages messages;
};

bool limpid_jxl_is_built(void) { return true; }

static limpid_status fail(limpid_jxl_reader *reader, limpid_status status, const char *text) {
  limpid_record_error(&reader->messages, text);
  return status;
}

static limpid_status failure(limpid_jxl_reader *reader, JxlDecoderStatus status) {
  if (status == JXL_DEC_NEED_MORE_INPUT) return fail(reader, LIMPID_TRUNCATED, "it ends too early");
  return fail(reader, LIMPID_CORRUPT, "damaged image data");
}

static void end_box(limpid_jxl_reader *reader) {
  if (reader->box == NULL) return;
  reader->box->size = reader->box->capacity - JxlDecoderReleaseBoxBuffer(reader->codec);
  reader->box = NULL;
}

/// Gives libjxl the unused part of the buffer; a box beyond the limit is dropped.
static void offer_room(limpid_jxl_reader *reader) {
  limpid_bytes *box = reader->box;
  if (box->size > reader->box_limit || !limpid_bytes_reserve(box, FIRST_CAPACITY) ||
      JxlDecoderSetBoxBuffer(reader->codec, box->data + box->size, box->capacity - box->size) !=
          JXL_DEC_SUCCESS) {
    limpid_bytes_release(box);
    reader->box = NULL;
  }
}

static void begin_box(limpid_jxl_reader *reader) {
  JxlBoxType type;
  if (JxlDecoderGetBoxType(reader->codec, type, JXL_TRUE) != JXL_DEC_SUCCESS) return;
  if (memcmp(type, "Exif", 4) == 0 && reader->exif.data == NULL) reader->box = &reader->exif;
  if (memcmp(type, "xml ", 4) == 0 && reader->xmp.data == NULL) reader->box = &reader->xmp;
  if (reader->box != NULL) offer_room(reader);
}

/// Goes on to the next event that is not about a box.
static JxlDecoderStatus advance(limpid_jxl_reader *reader) {
  for (;;) {
    JxlDecoderStatus status = JxlDecoderProcessInput(reader->codec);
    if (status == JXL_DEC_BOX) {
      end_box(reader);
      begin_box(reader);
    } else if (status == JXL_DEC_BOX_NEED_MORE_OUTPUT && reader->box != NULL) {
      limpid_bytes *box = reader->box;
      box->size = box->capacity - JxlDecoderReleaseBoxBuffer(reader->codec);
      offer_room(reader);
    } else {
      if (status == JXL_DEC_SUCCESS) end_box(reader);
      return status;
    }
  }
}

static limpid_status read_info(limpid_jxl_reader *reader) {
  JxlBasicInfo info;
  if (JxlDecoderGetBasicInfo(reader->codec, &info) != JXL_DEC_SUCCESS)
    return fail(reader, LIMPID_CORRUPT, "its header makes no sense");
  if (info.num_extra_channels > MOST_CHANNELS)
    return fail(reader, LIMPID_UNSUPPORTED, "it has more than 16 further channels");
  limpid_jxl_header *header = &reader->header;
  bool has_alpha = info.alpha_bits > 0;
  header->width = info.xsize;
  header->height = info.ysize;
  header->channels = (int32_t)info.num_color_channels + has_alpha;
  header->bit_depth = info.bits_per_sample > 8 ? 16 : 8;
  header->is_premultiplied = has_alpha && info.alpha_premultiplied;
  header->is_animated = info.have_animation;
  header->has_preview = info.have_preview;
  header->other_channels = (int32_t)info.num_extra_channels - has_alpha;
  reader->format = (JxlPixelFormat){
      .num_channels = (uint32_t)header->channels,
      .data_type = header->bit_depth == 8 ? JXL_TYPE_UINT8 : JXL_TYPE_UINT16,
      .endianness = JXL_NATIVE_ENDIAN};
  return LIMPID_OK;
}

static void read_coding_points(limpid_jxl_reader *reader) {
  JxlColorEncoding found;
  if (JxlDecoderGetColorAsEncodedProfile(reader->codec, &reader->format,
                                         JXL_COLOR_PROFILE_TARGET_DATA, &found) != JXL_DEC_SUCCESS)
    return;
  bool is_d65 = found.white_point == JXL_WHITE_POINT_D65;
  bool is_dci = found.white_point == JXL_WHITE_POINT_DCI && found.primaries == JXL_PRIMARIES_P3;
  bool is_known = found.transfer_function != JXL_TRANSFER_FUNCTION_GAMMA &&
                  found.transfer_function != JXL_TRANSFER_FUNCTION_UNKNOWN;
  bool is_gray = found.color_space == JXL_COLOR_SPACE_GRAY;
  if (!is_known || (!is_d65 && !is_dci) || (found.primaries == JXL_PRIMARIES_CUSTOM && !is_gray))
    return;
  uint8_t primaries = is_gray                                ? 1
                      : found.primaries == JXL_PRIMARIES_P3  ? (is_d65 ? 12 : 11)
                      : found.primaries == JXL_PRIMARIES_2100 ? 9
                                                              : 1;
  reader->has_coding_points = true;
  reader->coding_points[0] = primaries;
  reader->coding_points[1] = (uint8_t)found.transfer_function;
  reader->coding_points[3] = 1;
}

static void read_profile(limpid_jxl_reader *reader) {
  size_t size = 0;
  const JxlColorProfileTarget target = JXL_COLOR_PROFILE_TARGET_DATA;
  if (JxlDecoderGetICCProfileSize(reader->codec, &reader->format, target, &size) !=
          JXL_DEC_SUCCESS ||
      size == 0)
    return;
  reader->icc = malloc(size);
  if (reader->icc == NULL || JxlDecoderGetColorAsICCProfile(reader->codec, &reader->format, target,
                                                            reader->icc, size) != JXL_DEC_SUCCESS)
    return;
  reader->icc_size = size;
}

limpid_status limpid_jxl_open(const uint8_t *bytes, size_t size, size_t box_limit,
                              limpid_jxl_reader **result, limpid_jxl_header *header) {
  limpid_jxl_reader *reader = calloc(1, sizeof *reader);
  *result = reader;
  if (reader == NULL) return LIMPID_NO_MEMORY;
  reader->box_limit = box_limit;
  reader->codec = JxlDecoderCreate(NULL);
  if (reader->codec == NULL) return LIMPID_NO_MEMORY;
  int events = JXL_DEC_BASIC_INFO | JXL_DEC_COLOR_ENCODING | JXL_DEC_FULL_IMAGE | JXL_DEC_BOX;
  if (JxlDecoderSubscribeEvents(reader->codec, events) != JXL_DEC_SUCCESS ||
      JxlDecoderSetDecompressBoxes(reader->codec, JXL_TRUE) != JXL_DEC_SUCCESS ||
      JxlDecoderSetInput(reader->codec, bytes, size) != JXL_DEC_SUCCESS)
    return fail(reader, LIMPID_CORRUPT, "its header makes no sense");
  JxlDecoderCloseInput(reader->codec);
  JxlDecoderStatus status = advance(reader);
  if (status != JXL_DEC_BASIC_INFO) return failure(reader, status);
  limpid_status result_status = read_info(reader);
  *header = reader->header;
  return result_status;
}

limpid_status limpid_jxl_read(limpid_jxl_reader *reader, uint8_t *pixels, size_t size) {
  for (bool is_read = false;;) {
    JxlDecoderStatus status = advance(reader);
    size_t needed = 0;
    switch (status) {
      case JXL_DEC_COLOR_ENCODING:
        read_coding_points(reader);
        if (!reader->has_coding_points) read_profile(reader);
        continue;
      case JXL_DEC_NEED_IMAGE_OUT_BUFFER:
        // Of an animation one frame is enough.
        if (is_read) return LIMPID_OK;
        if (JxlDecoderImageOutBufferSize(reader->codec, &reader->format, &needed) !=
                JXL_DEC_SUCCESS ||
            needed > size ||
            JxlDecoderSetImageOutBuffer(reader->codec, &reader->format, pixels, size) !=
                JXL_DEC_SUCCESS)
          return fail(reader, LIMPID_NO_MEMORY, "the pixel buffer is too small");
        continue;
      case JXL_DEC_FULL_IMAGE: is_read = true; continue;
      case JXL_DEC_SUCCESS:
        return is_read ? LIMPID_OK : fail(reader, LIMPID_CORRUPT, "it holds no image");
      default: return failure(reader, status);
    }
  }
}

bool limpid_jxl_coding_points(const limpid_jxl_reader *reader, uint8_t (*points)[4]) {
  memcpy(*points, reader->coding_points, sizeof *points);
  return reader->has_coding_points;
}

limpid_span limpid_jxl_icc(limpid_jxl_reader *reader) {
  return (limpid_span){reader->icc, reader->icc_size};
}

limpid_span limpid_jxl_exif(limpid_jxl_reader *reader) {
  return (limpid_span){reader->exif.data, reader->exif.size};
}

limpid_span limpid_jxl_xmp(limpid_jxl_reader *reader) {
  return (limpid_span){reader->xmp.data, reader->xmp.size};
}

const char *limpid_jxl_error(const limpid_jxl_reader *reader) { return reader->messages.error; }

void limpid_jxl_close(limpid_jxl_reader *reader) {
  if (reader == NULL) return;
  if (reader->codec != NULL) JxlDecoderDestroy(reader->codec);
  limpid_bytes_release(&reader->exif);
  limpid_bytes_release(&reader->xmp);
  free(reader->icc);
  free(reader);
}
