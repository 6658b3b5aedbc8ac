// What the matrix instructions of 32 lanes can do at best: products whose operands stay in
// registers. No plan has steps of this.
//
// Every 32 work-items own their sums; which ones they are does not matter.
#define THREADS 128
#include "gpu/matrix.h"

#define EACH(F) F(0) F(1) F(2) F(3) F(4) F(5) F(6) F(7)
#define BEGIN(i) float4 c##i = (float4)(i + y[3]);
#define MULTIPLY(i) c##i = matrix_multiply(c##i, a, low, high EXCHANGE_ARGUMENT);
#define ADD(i) sum += c##i;

// 8 products of 16x8 by 16, 4096 operations each, in each of `rounds` rounds of 32 lanes.
__attribute__((reqd_work_group_size(THREADS, 1, 1))) LANES_ATTRIBUTE
__kernel void matrix_limit(
    __global float *y, int rounds) {
  EXCHANGE_SPACE
  const uint4 a = (uint4)((uint)y[0]);
  const uint low = (uint)y[1], high = (uint)y[2];
  EACH(BEGIN)
  for (int i = 0; i < rounds; ++i) { EACH(MULTIPLY) }
  float4 sum = (float4)(0.0f);
  EACH(ADD)
  y[get_global_id(0) & 1023] = sum.x + sum.y + sum.z + sum.w;
}
