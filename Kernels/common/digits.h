// Positions in an index space that is a product of digits, the first the fastest.
#ifndef LIMPID_DIGITS_H
#define LIMPID_DIGITS_H

#define DIGITS 8  // extents past those in use are 1

// The offset of position `index`: the sum of digit times stride.
static size_t digits_offset(uint index, int8 extents, int8 strides) {
  int extent[DIGITS], step[DIGITS];
  vstore8(extents, 0, extent);
  vstore8(strides, 0, step);
  size_t offset = 0;
  for (int d = 0; d < DIGITS && index > 0; ++d) {
    offset += (size_t)(index % extent[d]) * step[d];
    index /= extent[d];
  }
  return offset;
}

#endif
