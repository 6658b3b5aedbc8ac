#include "tiff_stream.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bytes.h"

/// The most that libtiff may allocate at once.
static const tmsize_t largest_allocation = (tmsize_t)1 << 30;

static size_t size(const limpid_tiff_stream *stream) {
  return stream->source != NULL ? stream->source_size : stream->file.size;
}

/// libtiff also reads what it writes: it looks for the last directory to put another behind it.
static tmsize_t read_bytes(thandle_t handle, void *target, tmsize_t count) {
  limpid_tiff_stream *stream = handle;
  const uint8_t *bytes = stream->source != NULL ? stream->source : stream->file.data;
  size_t left = stream->position < size(stream) ? size(stream) - stream->position : 0;
  size_t wanted = count > 0 ? (size_t)count : 0;
  if (wanted > left) {
    stream->is_truncated = true;
    wanted = left;
  }
  if (wanted > 0) memcpy(target, bytes + stream->position, wanted);
  stream->position += wanted;
  return (tmsize_t)wanted;
}

static tmsize_t write_bytes(thandle_t handle, void *data, tmsize_t count) {
  limpid_tiff_stream *stream = handle;
  limpid_bytes *file = &stream->file;
  size_t end;
  if (count < 0 || __builtin_add_overflow(stream->position, (size_t)count, &end)) return 0;
  if (end > file->size) {
    if (!limpid_bytes_reserve(file, end - file->size)) {
      stream->is_out_of_memory = true;
      return 0;
    }
    memset(file->data + file->size, 0, end - file->size);
    file->size = end;
  }
  memcpy(file->data + stream->position, data, (size_t)count);
  stream->position = end;
  return count;
}

static toff_t size_of(thandle_t handle) { return size(handle); }

static toff_t seek(thandle_t handle, toff_t offset, int whence) {
  limpid_tiff_stream *stream = handle;
  size_t base = whence == SEEK_CUR ? stream->position : whence == SEEK_END ? size_of(handle) : 0;
  if (__builtin_add_overflow(base, (size_t)offset, &stream->position)) stream->position = base;
  return stream->position;
}

static int finish(thandle_t handle) {
  (void)handle;
  return 0;
}

static int on_error(TIFF *tiff, void *data, const char *module, const char *form, va_list values) {
  (void)tiff, (void)module;
  limpid_tiff_stream *stream = data;
  char text[LIMPID_MESSAGE_SIZE];
  vsnprintf(text, sizeof text, form, values);
  // The first says most.
  if (stream->messages.error[0] == 0) limpid_record_error(&stream->messages, text);
  return 1;
}

static int on_warning(TIFF *tiff, void *data, const char *module, const char *form,
                      va_list values) {
  (void)tiff, (void)module;
  limpid_tiff_stream *stream = data;
  char text[LIMPID_MESSAGE_SIZE];
  // Tags that libtiff does not know are named with the others that are left out.
  if (strncmp(form, "Unknown field with tag", 22) == 0) return 1;
  vsnprintf(text, sizeof text, form, values);
  limpid_record_warning(&stream->messages, text);
  return 1;
}

TIFF *limpid_tiff_stream_open(limpid_tiff_stream *stream, const char *mode) {
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (options == NULL) return NULL;
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, largest_allocation);
  TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, stream);
  TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, stream);
  TIFF *tiff = TIFFClientOpenExt("TIFF", mode, stream, read_bytes, write_bytes, seek, finish,
                                 size_of, NULL, NULL, options);
  TIFFOpenOptionsFree(options);
  return tiff;
}
