// Softmax of every row over its true channels, or over the largest of them; the other lanes become
// zero.
//
// Index map: work-item i owns row i.
#include "common/elements.h"
#include "common/activations.h"

#ifndef LARGEST
#define LARGEST 0  // 1: the `taken` largest channels of a row take part, the first among equals
#endif

// v with zeros in the lanes that do not take part.
static VEC chosen(VEC v, __global const element *row, int first, int channels, int taken) {
#if LARGEST
  const VEC x = LOADV(row, first);
  VEC_INT larger = (VEC_INT)(0);
  for (int i = 0; i < channels; ++i) {
    const VEC other = (VEC)(LOAD1(row, i));
    larger -= (other > x) | ((other == x) & ((VEC_INT)(i - first) < LANES));
  }
  v = larger < (VEC_INT)(taken) ? v : (VEC)(0.0f);
#endif
  return masked(v, first, channels);
}

GROUP_OF_ONE
__kernel void softmax(__global const element *x, __global element *y, int channels, int lanes,
                      int taken) {
  const size_t start = get_global_id(0) * lanes;
  float largest = LOAD1(x, start);
  for (int i = 1; i < channels; ++i) largest = fmax(largest, LOAD1(x, start + i));
  VEC sums = (VEC)(0.0f);
  for (int i = 0; i < lanes; i += WIDTH)
    sums += chosen(exponential(LOADV(x, start + i) - largest), x + start, i, channels, taken);
  const float scale = 1.0f / lane_sum(sums);
  for (int i = 0; i < lanes; i += WIDTH) {
    const VEC e = exponential(LOADV(x, start + i) - largest);
    STOREV(chosen(e, x + start, i, channels, taken) * scale, y, start + i);
  }
}
