// Softmax of every row over its true channels; padding lanes become zero.
//
// Index map: work-item i owns row i.
#include "common/elements.h"
#include "common/activations.h"

__kernel void softmax(__global const element *x, __global element *y, int channels, int lanes) {
  const size_t start = get_global_id(0) * lanes;
  float largest = LOAD1(x, start);
  for (int i = 1; i < channels; ++i) largest = fmax(largest, LOAD1(x, start + i));
  VEC sums = (VEC)(0.0f);
  for (int i = 0; i < lanes; i += WIDTH)
    sums += masked(exponential(LOADV(x, start + i) - largest), i, channels);
  const float scale = 1.0f / lane_sum(sums);
  for (int i = 0; i < lanes; i += WIDTH)
    STOREV(masked(exponential(LOADV(x, start + i) - largest), i, channels) * scale, y, start + i);
}
