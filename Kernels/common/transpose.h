// A square of vectors turned in registers.
#ifndef LIMPID_TRANSPOSE_H
#define LIMPID_TRANSPOSE_H

// Rows become columns, by as many interleavings of both halves as the width has bits.
static void transpose_tile(VEC *tile) {
  VEC next[WIDTH];
#pragma unroll
  for (int bit = 1; bit < WIDTH; bit *= 2) {
#pragma unroll
    for (int i = 0; i < WIDTH / 2; ++i) {
      const VEC a = tile[i], b = tile[i + WIDTH / 2];
      next[2 * i].even = a.lo;
      next[2 * i].odd = b.lo;
      next[2 * i + 1].even = a.hi;
      next[2 * i + 1].odd = b.hi;
    }
#pragma unroll
    for (int i = 0; i < WIDTH; ++i) tile[i] = next[i];
  }
}

#endif
