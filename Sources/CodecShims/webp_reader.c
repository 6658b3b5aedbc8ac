#include <stdlib.h>
#include <string.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include "messages.h"
#include "webp_codec.h"

struct limpid_webp_reader {
  WebPData file;
  WebPDemuxer *demuxer;
  limpid_webp_header header;
  limpid_messages messages;
};

static limpid_status fail(limpid_webp_reader *reader, limpid_status status, const char *text) {
  limpid_record_error(&reader->messages, text);
  return status;
}

/// Why there is no demuxer: the file is shorter than it says, or wrong.
static limpid_status refusal(limpid_webp_reader *reader) {
  WebPDemuxState state = WEBP_DEMUX_PARSE_ERROR;
  WebPDemuxer *partial = WebPDemuxPartial(&reader->file, &state);
  WebPDemuxDelete(partial);
  if (state == WEBP_DEMUX_PARSE_ERROR)
    return fail(reader, LIMPID_CORRUPT, "its chunks contradict each other");
  return fail(reader, LIMPID_TRUNCATED, "the data ends too early");
}

limpid_status limpid_webp_open(const uint8_t *bytes, size_t size, limpid_webp_reader **result,
                               limpid_webp_header *header) {
  limpid_webp_reader *reader = calloc(1, sizeof *reader);
  *result = reader;
  if (reader == NULL) return LIMPID_NO_MEMORY;
  reader->file = (WebPData){bytes, size};
  reader->demuxer = WebPDemux(&reader->file);
  if (reader->demuxer == NULL) return refusal(reader);
  uint32_t flags = WebPDemuxGetI(reader->demuxer, WEBP_FF_FORMAT_FLAGS);
  header->width = WebPDemuxGetI(reader->demuxer, WEBP_FF_CANVAS_WIDTH);
  header->height = WebPDemuxGetI(reader->demuxer, WEBP_FF_CANVAS_HEIGHT);
  header->is_animated = (flags & ANIMATION_FLAG) != 0;
  header->has_alpha = (flags & ALPHA_FLAG) != 0;
  reader->header = *header;
  return LIMPID_OK;
}

static limpid_status failure(limpid_webp_reader *reader, VP8StatusCode code) {
  switch (code) {
    case VP8_STATUS_OUT_OF_MEMORY: return fail(reader, LIMPID_NO_MEMORY, "out of memory");
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED: return fail(reader, LIMPID_TRUNCATED, "the data ends too early");
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      return fail(reader, LIMPID_UNSUPPORTED, "a feature that libwebp does not know");
    default: return fail(reader, LIMPID_CORRUPT, "damaged image data");
  }
}

limpid_status limpid_webp_read(limpid_webp_reader *reader, uint8_t *pixels, size_t size) {
  const limpid_webp_header *header = &reader->header;
  size_t channels = header->has_alpha ? 4 : 3, row = header->width * channels;
  if (row == 0 || size / row < header->height)
    return fail(reader, LIMPID_NO_MEMORY, "the pixel buffer is too small");
  WebPIterator frame;
  if (!WebPDemuxGetFrame(reader->demuxer, 1, &frame))
    return fail(reader, LIMPID_CORRUPT, "it holds no image");
  limpid_status status = LIMPID_CORRUPT;
  WebPDecoderConfig config;
  bool is_inside = frame.x_offset >= 0 && frame.y_offset >= 0 && frame.width > 0 &&
                   frame.height > 0 && (uint32_t)frame.width <= header->width &&
                   (uint32_t)frame.x_offset <= header->width - (uint32_t)frame.width &&
                   (uint32_t)frame.height <= header->height &&
                   (uint32_t)frame.y_offset <= header->height - (uint32_t)frame.height;
  if (!frame.complete) {
    status = fail(reader, LIMPID_TRUNCATED, "the data ends too early");
  } else if (!is_inside || !WebPInitDecoderConfig(&config)) {
    fail(reader, LIMPID_CORRUPT, "the frame lies outside the canvas");
  } else {
    memset(pixels, 0, row * header->height);
    size_t start = (size_t)frame.y_offset * row + (size_t)frame.x_offset * channels;
    config.output.colorspace = header->has_alpha ? MODE_RGBA : MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = pixels + start;
    config.output.u.RGBA.stride = (int)row;
    config.output.u.RGBA.size = row * header->height - start;
    VP8StatusCode code = WebPDecode(frame.fragment.bytes, frame.fragment.size, &config);
    status = code == VP8_STATUS_OK ? LIMPID_OK : failure(reader, code);
    WebPFreeDecBuffer(&config.output);
  }
  WebPDemuxReleaseIterator(&frame);
  return status;
}

limpid_span limpid_webp_chunk(limpid_webp_reader *reader, const char *name) {
  WebPChunkIterator chunk;
  limpid_span span = {NULL, 0};
  if (WebPDemuxGetChunk(reader->demuxer, name, 1, &chunk)) {
    span = (limpid_span){chunk.chunk.bytes, chunk.chunk.size};
    WebPDemuxReleaseChunkIterator(&chunk);
  }
  return span;
}

const char *limpid_webp_error(const limpid_webp_reader *reader) { return reader->messages.error; }

void limpid_webp_close(limpid_webp_reader *reader) {
  if (reader == NULL) return;
  WebPDemuxDelete(reader->demuxer);
  free(reader);
}
