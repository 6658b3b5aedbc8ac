#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "tiff_codec.h"
#include "tiff_stream.h"

/// Classic TIFF addresses 4 GiB.
static const uint64_t largest_file = (uint64_t)4000 << 20;

struct limpid_tiff_writer {
  TIFF *tiff;
  limpid_tiff_stream stream;
};

static bool set_fields(TIFF *tiff, const limpid_tiff_request *request) {
  bool has_alpha = request->channels % 2 == 0;
  uint16_t extra = EXTRASAMPLE_UNASSALPHA;
  bool is_set =
      TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, request->width) &&
      TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, request->height) &&
      TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, request->channels) &&
      TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, request->bit_depth) &&
      TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) &&
      TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC,
                   request->channels > 2 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK) &&
      TIFFSetField(tiff, TIFFTAG_ORIENTATION, request->orientation) &&
      TIFFSetField(tiff, TIFFTAG_COMPRESSION,
                   request->level > 0 ? COMPRESSION_ADOBE_DEFLATE : COMPRESSION_NONE);
  if (has_alpha) is_set = is_set && TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &extra);
  if (request->level > 0)
    is_set = is_set && TIFFSetField(tiff, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL) &&
             TIFFSetField(tiff, TIFFTAG_ZIPQUALITY, request->level);
  if (request->dots_x > 0 && request->dots_y > 0)
    is_set = is_set && TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH) &&
             TIFFSetField(tiff, TIFFTAG_XRESOLUTION, request->dots_x * 0.0254) &&
             TIFFSetField(tiff, TIFFTAG_YRESOLUTION, request->dots_y * 0.0254);
  if (request->icc.size > 0)
    is_set = is_set && TIFFSetField(tiff, TIFFTAG_ICCPROFILE, (uint32_t)request->icc.size,
                                    request->icc.data);
  if (request->xmp.size > 0)
    is_set = is_set && TIFFSetField(tiff, TIFFTAG_XMLPACKET, (uint32_t)request->xmp.size,
                                    request->xmp.data);
  return is_set &&
         TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, TIFFDefaultStripSize(tiff, (uint32_t)-1));
}

static bool write_rows(TIFF *tiff, const limpid_tiff_request *request, uint8_t *row) {
  size_t row_bytes =
      (size_t)request->width * (size_t)request->channels * (size_t)(request->bit_depth / 8);
  for (uint32_t y = 0; y < request->height; y++) {
    // libtiff's predictor works in the caller's bytes.
    memcpy(row, request->pixels + y * row_bytes, row_bytes);
    if (TIFFWriteScanline(tiff, row, y, 0) < 0) return false;
  }
  return true;
}

limpid_tiff_writer *limpid_tiff_create(bool is_big_endian) {
  limpid_tiff_writer *writer = calloc(1, sizeof *writer);
  if (writer == NULL) return NULL;
  writer->tiff = limpid_tiff_stream_open(&writer->stream, is_big_endian ? "wb" : "wl");
  if (writer->tiff != NULL) return writer;
  limpid_tiff_discard(writer);
  return NULL;
}

static limpid_status failure(limpid_tiff_writer *writer, const char *text) {
  if (writer->stream.is_out_of_memory) return LIMPID_NO_MEMORY;
  if (writer->stream.messages.error[0] == 0) limpid_record_error(&writer->stream.messages, text);
  return LIMPID_UNSUPPORTED;
}

limpid_status limpid_tiff_add(limpid_tiff_writer *writer, const limpid_tiff_request *request) {
  size_t row_bytes =
      (size_t)request->width * (size_t)request->channels * (size_t)(request->bit_depth / 8);
  size_t size = writer->stream.file.size;
  if (size > largest_file || row_bytes > (largest_file - size) / request->height)
    return failure(writer, "a TIFF holds at most 4 GiB");
  uint8_t *row = malloc(row_bytes);
  if (row == NULL) return LIMPID_NO_MEMORY;
  bool is_written = set_fields(writer->tiff, request) && write_rows(writer->tiff, request, row) &&
                    TIFFWriteDirectory(writer->tiff);
  free(row);
  return is_written && !writer->stream.is_out_of_memory
             ? LIMPID_OK
             : failure(writer, "libtiff cannot encode it");
}

limpid_status limpid_tiff_finish(limpid_tiff_writer *writer, limpid_bytes *file) {
  TIFFClose(writer->tiff);
  writer->tiff = NULL;
  if (writer->stream.is_out_of_memory) return LIMPID_NO_MEMORY;
  *file = writer->stream.file;
  writer->stream.file = (limpid_bytes){0};
  return LIMPID_OK;
}

const char *limpid_tiff_writer_error(const limpid_tiff_writer *writer) {
  return writer->stream.messages.error;
}

void limpid_tiff_discard(limpid_tiff_writer *writer) {
  if (writer == NULL) return;
  if (writer->tiff != NULL) TIFFClose(writer->tiff);
  limpid_bytes_release(&writer->stream.file);
  free(writer);
}
