/// libtiff's idea of a file, in memory.
#ifndef LIMPID_TIFF_STREAM_H
#define LIMPID_TIFF_STREAM_H

#include <tiffio.h>

#include "codecs.h"
#include "messages.h"

typedef struct limpid_tiff_stream {
  const uint8_t *source;  // when reading
  size_t source_size;
  limpid_bytes file;      // when writing
  size_t position;
  bool is_truncated, is_out_of_memory;
  limpid_messages messages;
} limpid_tiff_stream;

/// Opens the stream in `mode` ("r" or "w"); NULL with a message when libtiff refuses.
TIFF *limpid_tiff_stream_open(limpid_tiff_stream *stream, const char *mode);

#endif
