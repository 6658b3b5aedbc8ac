// What a build without libheif has in place of its functions. None is reached but the first.
#include "heif_codec.h"

bool limpid_heif_is_built(void) { return false; }

limpid_status limpid_heif_open(const uint8_t *bytes, size_t size, uint32_t side,
                               limpid_heif_reader **reader, limpid_heif_header *header) {
  (void)bytes, (void)size, (void)side, (void)header;
  *reader = NULL;
  return LIMPID_UNSUPPORTED;
}

limpid_status limpid_heif_read(limpid_heif_reader *reader, uint8_t *pixels, size_t size) {
  (void)reader, (void)pixels, (void)size;
  return LIMPID_UNSUPPORTED;
}

static limpid_span nothing(limpid_heif_reader *reader) {
  (void)reader;
  return (limpid_span){0};
}

limpid_span limpid_heif_icc(limpid_heif_reader *reader) {
  return nothing(reader);
}

limpid_span limpid_heif_exif(limpid_heif_reader *reader) {
  return nothing(reader);
}

limpid_span limpid_heif_xmp(limpid_heif_reader *reader) {
  return nothing(reader);
}

const char *limpid_heif_error(const limpid_heif_reader *reader) {
  (void)reader;
  return "";
}

void limpid_heif_close(limpid_heif_reader *reader) { (void)reader; }

limpid_status limpid_avif_encode(const limpid_avif_request *request, limpid_bytes *file,
                                 char *message) {
  (void)request, (void)file;
  message[0] = 0;
  return LIMPID_UNSUPPORTED;
}
