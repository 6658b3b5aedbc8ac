#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// jpeglib.h needs stdio.h before it; jerror.h needs the configuration that jpeglib.h reads.
#include <jpeglib.h>

#include <jerror.h>

#include "codecs.h"
#include "messages.h"

struct limpid_jpeg_reader {
  struct jpeg_decompress_struct codec;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf jump;
  size_t size;
  int scan_limit;
  limpid_status status;
  JOCTET *icc;
  limpid_messages messages;
};

static limpid_status status_of_error(int code) {
  switch (code) {
    case JWRN_JPEG_EOF:
    case JERR_INPUT_EOF: return LIMPID_TRUNCATED;
    case JERR_IMAGE_TOO_BIG:
    case JERR_WIDTH_OVERFLOW: return LIMPID_TOO_LARGE;
    case JERR_OUT_OF_MEMORY: return LIMPID_NO_MEMORY;
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_ARITH_NOTIMPL:
    case JERR_NOT_COMPILED: return LIMPID_UNSUPPORTED;
    default: return LIMPID_CORRUPT;
  }
}

static void on_error(j_common_ptr codec) {
  limpid_jpeg_reader *reader = codec->client_data;
  char text[JMSG_LENGTH_MAX];
  codec->err->format_message(codec, text);
  limpid_record_error(&reader->messages, text);
  reader->status = status_of_error(codec->err->msg_code);
  longjmp(reader->jump, 1);
}

/// Warnings that mean lost pixels are errors here; the others are kept as text.
static void on_message(j_common_ptr codec, int level) {
  limpid_jpeg_reader *reader = codec->client_data;
  if (level >= 0) return;
  switch (codec->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC: on_error(codec);
    default: break;
  }
  char text[JMSG_LENGTH_MAX];
  codec->err->format_message(codec, text);
  limpid_record_warning(&reader->messages, text);
}

static void on_output(j_common_ptr codec) { (void)codec; }

/// Stops files made of many tiny scans, which cost time out of proportion to their size.
static void on_progress(j_common_ptr codec) {
  limpid_jpeg_reader *reader = codec->client_data;
  if (reader->codec.input_scan_number <= reader->scan_limit) return;
  snprintf(reader->messages.error, LIMPID_MESSAGE_SIZE, "more than %d scans", reader->scan_limit);
  reader->status = LIMPID_TOO_LARGE;
  longjmp(reader->jump, 1);
}

static bool choose_output(limpid_jpeg_reader *reader) {
  switch (reader->codec.jpeg_color_space) {
    case JCS_GRAYSCALE: reader->codec.out_color_space = JCS_GRAYSCALE; return true;
    case JCS_YCbCr:
    case JCS_RGB: reader->codec.out_color_space = JCS_RGB; return true;
    case JCS_CMYK:
    case JCS_YCCK: reader->codec.out_color_space = JCS_CMYK; return true;
    default: return false;
  }
}

static void fill_header(const limpid_jpeg_reader *reader, limpid_jpeg_header *header) {
  const struct jpeg_decompress_struct *codec = &reader->codec;
  header->width = codec->image_width;
  header->height = codec->image_height;
  header->channels = codec->out_color_space == JCS_GRAYSCALE ? 1
                     : codec->out_color_space == JCS_RGB     ? 3
                                                             : 4;
  header->density_unit = codec->density_unit;
  header->density_x = codec->saw_JFIF_marker ? codec->X_density : 0;
  header->density_y = codec->saw_JFIF_marker ? codec->Y_density : 0;
}

static void save_markers(j_decompress_ptr codec) {
  const unsigned beginning = 32;
  for (int i = 0; i < 16; i++)
    jpeg_save_markers(codec, JPEG_APP0 + i, i == 1 || i == 2 || i == 13 ? 0xFFFF : beginning);
  jpeg_save_markers(codec, JPEG_COM, 0xFFFF);
}

limpid_status limpid_jpeg_open(const uint8_t *bytes, size_t size, int32_t scan_limit,
                               limpid_jpeg_reader **result, limpid_jpeg_header *header) {
  limpid_jpeg_reader *reader = calloc(1, sizeof *reader);
  *result = reader;
  if (reader == NULL) return LIMPID_NO_MEMORY;
  reader->size = size;
  reader->scan_limit = scan_limit;
  reader->codec.err = jpeg_std_error(&reader->errors);
  reader->codec.client_data = reader;
  reader->errors.error_exit = on_error;
  reader->errors.emit_message = on_message;
  reader->errors.output_message = on_output;
  reader->progress.progress_monitor = on_progress;

  if (setjmp(reader->jump)) return reader->status;
  jpeg_create_decompress(&reader->codec);
  reader->codec.progress = &reader->progress;
  jpeg_mem_src(&reader->codec, bytes, size);
  save_markers(&reader->codec);
  jpeg_read_header(&reader->codec, TRUE);
  if (!choose_output(reader)) {
    snprintf(reader->messages.error, LIMPID_MESSAGE_SIZE, "%d components of unknown meaning",
             reader->codec.num_components);
    return LIMPID_UNSUPPORTED;
  }
  fill_header(reader, header);
  return LIMPID_OK;
}

limpid_status limpid_jpeg_read(limpid_jpeg_reader *reader, uint8_t *pixels, size_t size) {
  if (setjmp(reader->jump)) return reader->status;
  jpeg_start_decompress(&reader->codec);
  size_t row_bytes = (size_t)reader->codec.output_width * (size_t)reader->codec.output_components;
  if (size / row_bytes < reader->codec.output_height) {
    limpid_record_error(&reader->messages, "the pixel buffer is too small");
    return LIMPID_NO_MEMORY;
  }
  while (reader->codec.output_scanline < reader->codec.output_height) {
    JSAMPROW row = pixels + reader->codec.output_scanline * row_bytes;
    jpeg_read_scanlines(&reader->codec, &row, 1);
  }
  jpeg_finish_decompress(&reader->codec);
  return LIMPID_OK;
}

bool limpid_jpeg_segment_at(limpid_jpeg_reader *reader, size_t index,
                            limpid_jpeg_segment *segment) {
  jpeg_saved_marker_ptr marker = reader->codec.marker_list;
  while (marker != NULL && index-- > 0) marker = marker->next;
  if (marker == NULL) return false;
  *segment = (limpid_jpeg_segment){marker->marker, {marker->data, marker->data_length}};
  return true;
}

size_t limpid_jpeg_end(const limpid_jpeg_reader *reader) {
  return reader->size - reader->codec.src->bytes_in_buffer;
}

limpid_status limpid_jpeg_icc(limpid_jpeg_reader *reader, limpid_span *profile) {
  unsigned int size = 0;
  *profile = (limpid_span){NULL, 0};
  if (setjmp(reader->jump)) return reader->status;
  if (jpeg_read_icc_profile(&reader->codec, &reader->icc, &size))
    *profile = (limpid_span){reader->icc, size};
  return LIMPID_OK;
}

const char *limpid_jpeg_error(const limpid_jpeg_reader *reader) { return reader->messages.error; }

const char *limpid_jpeg_warning(const limpid_jpeg_reader *reader, size_t index) {
  return limpid_warning_at(&reader->messages, index);
}

void limpid_jpeg_close(limpid_jpeg_reader *reader) {
  if (reader == NULL) return;
  jpeg_destroy_decompress(&reader->codec);
  free(reader->icc);
  free(reader);
}
