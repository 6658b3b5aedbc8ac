// What a build without libjxl has in place of its functions. None is reached but the first.
#include "jxl_codec.h"

bool limpid_jxl_is_built(void) { return false; }

limpid_status limpid_jxl_open(const uint8_t *bytes, size_t size, size_t box_limit,
                              limpid_jxl_reader **reader, limpid_jxl_header *header) {
  (void)bytes, (void)size, (void)box_limit, (void)header;
  *reader = NULL;
  return LIMPID_UNSUPPORTED;
}

limpid_status limpid_jxl_read(limpid_jxl_reader *reader, uint8_t *pixels, size_t size) {
  (void)reader, (void)pixels, (void)size;
  return LIMPID_UNSUPPORTED;
}

bool limpid_jxl_coding_points(const limpid_jxl_reader *reader, uint8_t (*points)[4]) {
  (void)reader, (void)points;
  return false;
}

static limpid_span nothing(limpid_jxl_reader *reader) {
  (void)reader;
  return (limpid_span){0};
}

limpid_span limpid_jxl_icc(limpid_jxl_reader *reader) { return nothing(reader); }

limpid_span limpid_jxl_exif(limpid_jxl_reader *reader) { return nothing(reader); }

limpid_span limpid_jxl_xmp(limpid_jxl_reader *reader) { return nothing(reader); }

const char *limpid_jxl_error(const limpid_jxl_reader *reader) {
  (void)reader;
  return "";
}

void limpid_jxl_close(limpid_jxl_reader *reader) { (void)reader; }

limpid_status limpid_jxl_encode(const limpid_jxl_request *request, limpid_bytes *file) {
  (void)request, (void)file;
  return LIMPID_UNSUPPORTED;
}
