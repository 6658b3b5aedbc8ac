// Batched matrix products: y[b, m, n] = sum_k a[b, m, k] b[b, k, n], k ascending.
//
// Index map: work-item (i, b) owns the vector (i % vectors) of row i / vectors of matrix b.
// Matrices lie with their last axis innermost and padded.
#include "common/elements.h"

#ifndef TRANSPOSES_FIRST
#define TRANSPOSES_FIRST 0  // a is stored (k, m)
#endif
#ifndef TRANSPOSES_SECOND
#define TRANSPOSES_SECOND 0  // b is stored (n, k)
#endif

GROUP_OF_ONE
__kernel void matmul(__global const element *a, __global const element *b, __global element *y,
                     int rows, int depth, int columns, int a_lanes, int b_lanes, int vectors) {
  const int m = (int)(get_global_id(0) / vectors);
  const int n = (int)(get_global_id(0) % vectors) * WIDTH;
  const size_t batch = get_global_id(1);
  a += batch * (TRANSPOSES_FIRST ? depth : rows) * a_lanes;
  b += batch * (TRANSPOSES_SECOND ? columns : depth) * b_lanes;
#if TRANSPOSES_FIRST
#define A(k) LOAD1(a, (size_t)(k) * a_lanes + m)
#else
#define A(k) LOAD1(a, (size_t)m * a_lanes + (k))
#endif
  y += (batch * rows + m) * (size_t)(vectors * WIDTH) + n;
#if TRANSPOSES_SECOND
  for (int j = 0; j < WIDTH; ++j) {
    float sum = 0.0f;
    if (n + j < columns) {
      const size_t row = (size_t)(n + j) * b_lanes;
#if TRANSPOSES_FIRST
      for (int k = 0; k < depth; ++k) sum = fma(A(k), LOAD1(b, row + k), sum);
#else
      // Padding lanes of both operands are zero, so whole vectors can be taken.
      VEC sums = (VEC)(0.0f);
      for (int k = 0; k < a_lanes; k += WIDTH)
        sums = fma(LOADV(a, (size_t)m * a_lanes + k), LOADV(b, row + k), sums);
      sum = lane_sum(sums);
#endif
    }
    STORE1(sum, y, j);
  }
#else
  VEC sum = (VEC)(0.0f);
  for (int k = 0; k < depth; ++k) sum = fma((VEC)(A(k)), LOADV(b, (size_t)k * b_lanes + n), sum);
  STOREV(sum, y, 0);
#endif
}
