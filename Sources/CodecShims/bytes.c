#include "bytes.h"

#include <stdlib.h>

bool limpid_bytes_reserve(limpid_bytes *bytes, size_t count) {
  size_t needed, doubled;
  if (__builtin_add_overflow(bytes->size, count, &needed)) return false;
  if (needed <= bytes->capacity) return true;
  if (__builtin_mul_overflow(bytes->capacity, 2, &doubled) || doubled < needed) doubled = needed;
  uint8_t *data = realloc(bytes->data, doubled);
  if (data == NULL) return false;
  bytes->data = data;
  bytes->capacity = doubled;
  return true;
}

void limpid_bytes_release(limpid_bytes *bytes) {
  free(bytes->data);
  *bytes = (limpid_bytes){0};
}
