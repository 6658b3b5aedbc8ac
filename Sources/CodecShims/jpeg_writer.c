#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// jpeglib.h needs stdio.h before it; jerror.h needs the configuration that jpeglib.h reads.
#include <jpeglib.h>

#include <jerror.h>

#include "bytes.h"
#include "codecs.h"
#include "messages.h"

enum { FIRST_CAPACITY = 1 << 16 };

struct limpid_jpeg_writer {
  struct jpeg_compress_struct codec;
  struct jpeg_error_mgr errors;
  struct jpeg_destination_mgr destination;
  jmp_buf jump;
  limpid_bytes file;
  limpid_status status;
  limpid_messages messages;
};

static void on_error(j_common_ptr codec) {
  limpid_jpeg_writer *writer = codec->client_data;
  char text[JMSG_LENGTH_MAX];
  codec->err->format_message(codec, text);
  limpid_record_error(&writer->messages, text);
  bool is_memory = codec->err->msg_code == JERR_OUT_OF_MEMORY;
  writer->status = is_memory ? LIMPID_NO_MEMORY : LIMPID_UNSUPPORTED;
  longjmp(writer->jump, 1);
}

static void on_output(j_common_ptr codec) { (void)codec; }

/// Gives libjpeg the unused part of the buffer, growing it first when it is full.
static void offer_room(limpid_jpeg_writer *writer) {
  if (!limpid_bytes_reserve(&writer->file, FIRST_CAPACITY))
    ERREXIT1(&writer->codec, JERR_OUT_OF_MEMORY, 0);
  writer->destination.next_output_byte = writer->file.data + writer->file.size;
  writer->destination.free_in_buffer = writer->file.capacity - writer->file.size;
}

static void on_start(j_compress_ptr codec) { offer_room(codec->client_data); }

static boolean on_full(j_compress_ptr codec) {
  limpid_jpeg_writer *writer = codec->client_data;
  writer->file.size = writer->file.capacity;
  offer_room(writer);
  return TRUE;
}

static void on_end(j_compress_ptr codec) {
  limpid_jpeg_writer *writer = codec->client_data;
  writer->file.size = writer->file.capacity - writer->destination.free_in_buffer;
}

static void configure(limpid_jpeg_writer *writer, int quality, uint32_t dots_x, uint32_t dots_y) {
  struct jpeg_compress_struct *codec = &writer->codec;
  jpeg_set_defaults(codec);
  jpeg_set_quality(codec, quality, TRUE);
  for (int i = 0; i < codec->num_components; i++)
    codec->comp_info[i].h_samp_factor = codec->comp_info[i].v_samp_factor = 1;
  codec->optimize_coding = TRUE;
  if (dots_x > 0 && dots_x <= UINT16_MAX && dots_y > 0 && dots_y <= UINT16_MAX) {
    codec->density_unit = 1;
    codec->X_density = (UINT16)dots_x;
    codec->Y_density = (UINT16)dots_y;
  }
}

limpid_status limpid_jpeg_create(uint32_t width, uint32_t height, int32_t channels,
                                 int32_t quality, uint32_t dots_per_inch_x,
                                 uint32_t dots_per_inch_y, limpid_jpeg_writer **result) {
  limpid_jpeg_writer *writer = calloc(1, sizeof *writer);
  *result = writer;
  if (writer == NULL) return LIMPID_NO_MEMORY;
  writer->codec.err = jpeg_std_error(&writer->errors);
  writer->codec.client_data = writer;
  writer->errors.error_exit = on_error;
  writer->errors.output_message = on_output;
  writer->destination.init_destination = on_start;
  writer->destination.empty_output_buffer = on_full;
  writer->destination.term_destination = on_end;

  if (setjmp(writer->jump)) return writer->status;
  jpeg_create_compress(&writer->codec);
  writer->codec.dest = &writer->destination;
  writer->codec.image_width = width;
  writer->codec.image_height = height;
  writer->codec.input_components = channels;
  writer->codec.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  configure(writer, quality, dots_per_inch_x, dots_per_inch_y);
  jpeg_start_compress(&writer->codec, TRUE);
  return LIMPID_OK;
}

limpid_status limpid_jpeg_add_segment(limpid_jpeg_writer *writer, limpid_jpeg_segment segment) {
  if (setjmp(writer->jump)) return writer->status;
  jpeg_write_marker(&writer->codec, segment.marker, segment.payload.data,
                    (unsigned int)segment.payload.size);
  return LIMPID_OK;
}

limpid_status limpid_jpeg_add_icc(limpid_jpeg_writer *writer, limpid_span profile) {
  if (setjmp(writer->jump)) return writer->status;
  jpeg_write_icc_profile(&writer->codec, profile.data, (unsigned int)profile.size);
  return LIMPID_OK;
}

limpid_status limpid_jpeg_write(limpid_jpeg_writer *writer, const uint8_t *pixels, size_t size,
                                limpid_bytes *file) {
  struct jpeg_compress_struct *codec = &writer->codec;
  size_t row_bytes = (size_t)codec->image_width * (size_t)codec->input_components;
  if (size / row_bytes < codec->image_height) {
    limpid_record_error(&writer->messages, "the pixel buffer is too small");
    return LIMPID_NO_MEMORY;
  }
  if (setjmp(writer->jump)) return writer->status;
  while (codec->next_scanline < codec->image_height) {
    JSAMPROW row = (JSAMPROW)(pixels + codec->next_scanline * row_bytes);
    jpeg_write_scanlines(codec, &row, 1);
  }
  jpeg_finish_compress(codec);
  *file = writer->file;
  writer->file = (limpid_bytes){0};
  return LIMPID_OK;
}

const char *limpid_jpeg_writer_error(const limpid_jpeg_writer *writer) {
  return writer->messages.error;
}

void limpid_jpeg_discard(limpid_jpeg_writer *writer) {
  if (writer == NULL) return;
  jpeg_destroy_compress(&writer->codec);
  limpid_bytes_release(&writer->file);
  free(writer);
}
