// Scales every row to Euclidean length 1: y = x / max(|x|, epsilon).
//
// Index map: work-item i owns row i; its padding is zero and does not count.
#include "common/elements.h"

GROUP_OF_ONE
__kernel void euclidean(__global const element *x, __global element *y, int lanes,
                        float epsilon) {
  const size_t start = get_global_id(0) * lanes;
  VEC sums = (VEC)(0.0f);
  for (int i = 0; i < lanes; i += WIDTH) {
    const VEC v = LOADV(x, start + i);
    sums = fma(v, v, sums);
  }
  const float length = fmax(sqrt(lane_sum(sums)), epsilon);
  for (int i = 0; i < lanes; i += WIDTH) STOREV(LOADV(x, start + i) / length, y, start + i);
}
