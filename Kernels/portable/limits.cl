// What a device can do at best: multiply-adds in float and in half, reading, copying, and a launch
// that does nothing. No plan has steps of these.
//
// Every work-item computes CHAINS sums that do not wait for each other, or moves its own share of
// the vectors: `count` of them, `step` apart, from its number times `stride` on.
#include "common/elements.h"

#ifndef CHAINS
#define CHAINS 6  // 6 or 12
#endif
#ifndef HALF_ARITHMETIC
#define HALF_ARITHMETIC 0  // how halves are computed with 0: not, 1: cl_khr_fp16, 2: inline PTX
#endif

#if CHAINS == 12
#define EACH(F) F(0) F(1) F(2) F(3) F(4) F(5) F(6) F(7) F(8) F(9) F(10) F(11)
#else
#define EACH(F) F(0) F(1) F(2) F(3) F(4) F(5)
#endif
#define UNROLL(F) EACH(F) EACH(F) EACH(F) EACH(F) EACH(F) EACH(F) EACH(F) EACH(F)

#define BEGIN(i) VEC x##i = (VEC)(i + y[2]);
#define STEP(i) x##i = fma(x##i, factor, term);
#define ADD(i) sum += x##i;

// 8 CHAINS multiply-adds of vectors in each of `rounds` rounds.
GROUP_OF_ONE
__kernel void multiply_add(__global float *y, int rounds) {
  const VEC factor = (VEC)(0.5f + y[0]), term = (VEC)(0.25f + y[1]);
  EACH(BEGIN)
  for (int i = 0; i < rounds; ++i) { UNROLL(STEP) }
  VEC sum = (VEC)(0.0f);
  EACH(ADD)
  STOREF(sum, y, (get_global_id(0) & 63) * WIDTH);
}

#if HALF_ARITHMETIC == 1
#pragma OPENCL EXTENSION cl_khr_fp16 : enable
#define HALF_VEC PASTED(half, WIDTH)
#define HALF_BEGIN(i) HALF_VEC x##i = (HALF_VEC)((half)(i + y[2]));
#define HALF_ADD(i) sum += x##i;

// The same in half.
GROUP_OF_ONE
__kernel void half_multiply_add(__global float *y, int rounds) {
  const HALF_VEC factor = (HALF_VEC)((half)(0.5f + y[0]));
  const HALF_VEC term = (HALF_VEC)((half)(0.25f + y[1]));
  EACH(HALF_BEGIN)
  for (int i = 0; i < rounds; ++i) { UNROLL(STEP) }
  HALF_VEC sum = (HALF_VEC)((half)0);
  EACH(HALF_ADD)
  STOREF(PASTED(convert_float, WIDTH)(sum), y, (get_global_id(0) & 63) * WIDTH);
}
#elif HALF_ARITHMETIC == 2
#define PAIR_BEGIN(i) uint x##i = i;
#define PAIR_STEP(i) \
  asm volatile("fma.rn.f16x2 %0, %0, %1, %2;" : "+r"(x##i) : "r"(factor), "r"(term));
#define PAIR_ADD(i) sum += x##i;

// The same in half, for vectors of two.
__kernel void half_multiply_add(__global float *y, int rounds) {
  const uint factor = 0x38003800u + (uint)y[0], term = 0x34003400u + (uint)y[1];
  EACH(PAIR_BEGIN)
  for (int i = 0; i < rounds; ++i) { UNROLL(PAIR_STEP) }
  uint sum = 0;
  EACH(PAIR_ADD)
  y[get_global_id(0) & 1023] = (float)sum;
}
#endif

// Goes over all of x so many times.
GROUP_OF_ONE
__kernel void read_all(__global const float *x, __global float *y, int count, int step, int stride,
                       int rounds) {
  const size_t start = get_global_id(0) * (size_t)stride;
  VEC first = (VEC)(0.0f), second = (VEC)(0.0f);
  for (int round = 0; round < rounds; ++round)
    for (int i = 0; i < count; i += 2) {
      first += LOADF(x, (start + (size_t)i * step) * WIDTH);
      second += LOADF(x, (start + (size_t)(i + 1) * step) * WIDTH);
    }
  STOREF(first + second, y, (get_global_id(0) & 63) * WIDTH);
}

GROUP_OF_ONE
__kernel void copy_all(__global const float *x, __global float *y, int count, int step, int stride,
                       int rounds) {
  const size_t start = get_global_id(0) * (size_t)stride;
  for (int round = 0; round < rounds; ++round)
    for (int i = 0; i < count; ++i) {
      const size_t place = (start + (size_t)i * step) * WIDTH;
      STOREF(LOADF(x, place), y, place);
    }
}

GROUP_OF_ONE
__kernel void nothing(__global float *y) {
  if (y[0] < -1.0f) y[0] = 0.0f;
}
