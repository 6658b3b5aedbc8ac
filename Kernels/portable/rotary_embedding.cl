// Turns pairs of channels of every head by the angle position * frequency: (a, b) becomes
// (a cos - b sin, a sin + b cos). Pair k of a head is channels k and k + depth / 2 of it, or, with
// INTERLEAVED, channels 2 k and 2 k + 1.
//
// Index map: work-item (v, r) owns the vector v of row r, a token with the position positions[r].
#include "common/elements.h"
#include "common/activations.h"

#ifndef INTERLEAVED
#define INTERLEAVED 0  // 1: the channels of a pair are neighbours
#endif

GROUP_OF_ONE
__kernel void rotary_embedding(__global const element *x, __global const float *positions,
                               __global const float *frequencies, __global element *y,
                               int channels, int depth) {
  const int first = (int)get_global_id(0) * WIDTH;
  const size_t row = get_global_id(1), base = row * get_global_size(0) * WIDTH;
  const int half_depth = depth / 2;
  float angles[WIDTH], partners[WIDTH];
  for (int lane = 0; lane < WIDTH; ++lane) {
    const int channel = min(first + lane, channels - 1), place = channel % depth;
#if INTERLEAVED
    const int pair = place / 2, is_first = place % 2 == 0;
    const int partner = is_first ? channel + 1 : channel - 1;
#else
    const int pair = place % half_depth, is_first = place < half_depth;
    const int partner = is_first ? channel + half_depth : channel - half_depth;
#endif
    angles[lane] = positions[row] * frequencies[pair];
    partners[lane] = is_first ? -LOAD1(x, base + partner) : LOAD1(x, base + partner);
  }
  const VEC angle = PASTED(vload, WIDTH)(0, angles);
  const VEC partner = PASTED(vload, WIDTH)(0, partners);
  const VEC turned = partner * sine_or_cosine(angle, (VEC_INT)(0));
  const VEC v = fma(LOADV(x, base + first), sine_or_cosine(angle, (VEC_INT)(1)), turned);
  STOREV(masked(v, first, channels), y, base + first);
}
