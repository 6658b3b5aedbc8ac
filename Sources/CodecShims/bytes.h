/// A growing byte buffer for encoders.
#ifndef LIMPID_BYTES_H
#define LIMPID_BYTES_H

#include "codecs.h"

/// Makes room for `count` bytes after the last one; false when memory ran out.
bool limpid_bytes_reserve(limpid_bytes *bytes, size_t count);
/// Releases the buffer and leaves it empty.
void limpid_bytes_release(limpid_bytes *bytes);

#endif
