#include <string.h>

#include "bytes.h"
#include "tiff_codec.h"
#include "tiff_stream.h"

/// Classic TIFF addresses 4 GiB.
static const uint64_t largest_file = (uint64_t)4000 << 20;

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
      TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT) &&
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
  if (request->software != NULL)
    is_set = is_set && TIFFSetField(tiff, TIFFTAG_SOFTWARE, request->software);
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

limpid_status limpid_tiff_encode(const limpid_tiff_request *request, limpid_bytes *file,
                                 const char **message) {
  *file = (limpid_bytes){0};
  *message = "out of memory";
  size_t row_bytes =
      (size_t)request->width * (size_t)request->channels * (size_t)(request->bit_depth / 8);
  if (row_bytes > largest_file / request->height) {
    *message = "a TIFF holds at most 4 GiB";
    return LIMPID_UNSUPPORTED;
  }
  limpid_tiff_stream stream = {0};
  limpid_bytes row = {0};
  TIFF *tiff = limpid_tiff_stream_open(&stream, "w");
  bool is_written = tiff != NULL && limpid_bytes_reserve(&row, row_bytes) &&
                    set_fields(tiff, request) && write_rows(tiff, request, row.data) &&
                    TIFFFlush(tiff);
  if (tiff != NULL) TIFFClose(tiff);
  limpid_bytes_release(&row);
  if (is_written && !stream.is_out_of_memory) {
    *file = stream.file;
    return LIMPID_OK;
  }
  limpid_bytes_release(&stream.file);
  if (stream.is_out_of_memory || tiff == NULL) return LIMPID_NO_MEMORY;
  *message = "libtiff cannot encode it";
  return LIMPID_UNSUPPORTED;
}
