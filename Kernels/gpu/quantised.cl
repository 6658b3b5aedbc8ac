// Products with quantised weights, for GPUs:
//
//   y = EPILOGUE(bias + PROLOGUE(x) W)
//
// x has `rows` rows of `depth` channels, y rows of `columns` (both padded to 16). Row r of x is at
// x_start + r * x_pitch, row r of y at y_start + r * y_pitch. W lies as common/quantised.h has it,
// panels being single vectors.
//
// Index map: work-group (g, r) of 16 * SLICES work-items computes columns 16 g ... of rows ROWS * r
// ... . Work-item (slice, lane), lane the faster, sums blocks number slice, slice + SLICES, ... of
// column `lane`, ascending, one chain of fma. The sums of slices are joined by a fixed tree.
#include "common/elements.h"
#include "common/activations.h"
#include "common/quantised.h"

#ifndef ROWS
#define ROWS 1  // that a group computes
#endif
#ifndef SLICES
#define SLICES 16  // of the depth
#endif
#ifndef EXTRA_PARAMETERS
#define EXTRA_PARAMETERS  // buffers and numbers that the hooks read
#endif
// Hooks: PROLOGUE(v, row, col) changes v, a vector of x; EPILOGUE(v, row, col) changes v, a vector of
// y. `rows_per_image` is in scope.

// What the group's codes are multiplied by, and what is added then.
static float2 scale_and_shift(__global const uchar *record, int group, int lane) {
  __global const char *factors = (__global const char *)(record + FACTORS_AT) + lane;
  float scale = vload_half(lane, (__global const half *)record);
#if GROUP_SCALES
  scale *= (float)factors[group * 16];
#endif
#if GROUP_SHIFTS
  const float shift = vload_half(16 + lane, (__global const half *)record);
  return (float2)(scale, -(shift * (float)factors[(GROUPS + group) * 16]));
#else
  return (float2)(scale, (float)-(ZERO) * scale);
#endif
}

__attribute__((reqd_work_group_size(16 * SLICES, 1, 1)))
__kernel void product(__global const element *x, __global const uchar *w,
                      __global const float *bias, __global element *y, int rows, int depth,
                      int rows_per_image, int x_pitch, int x_start, int y_pitch, int y_start,
                      int columns EXTRA_PARAMETERS) {
  __local float4 joined[SLICES * ROWS * 4];
  __local float *sums = (__local float *)joined;
  const int item = (int)get_local_id(0), lane = item % 16, slice = item / 16;
  const int vector = (int)get_group_id(0), first = (int)get_group_id(1) * ROWS;
  const int blocks = depth / (BLOCK_LENGTH);
  x += x_start;
  y += y_start;

  float totals[ROWS];
  #pragma unroll
  for (int i = 0; i < ROWS; ++i) totals[i] = 0.0f;
  for (int block = slice; block < blocks; block += SLICES) {
    __global const uchar *record = w + ((size_t)vector * blocks + block) * RECORD;
    __global const uint *lows = (__global const uint *)(record + LOW_AT) + lane;
#if HIGH_BITS
    __global const uint *highs = (__global const uint *)(record + HIGH_AT) + lane;
#endif
    for (int group = 0; group < GROUPS; ++group) {
      const float2 scaling = scale_and_shift(record, group, lane);
#if HIGH_BITS
      const uint high = highs[group * 16];
#endif
      #pragma unroll
      for (int word = 0; word < WORDS_OF_GROUP; ++word) {
        const uint low = lows[(group * WORDS_OF_GROUP + word) * 16];
        #pragma unroll
        for (int quad = 0; quad < CODES_OF_WORD; quad += 4) {
          float weights[4];
          #pragma unroll
          for (int i = 0; i < 4; ++i) {
            int code = LOW_CODE(as_int, low, quad + i);
#if HIGH_BITS
            code |= HIGH_CODE(as_int, high, word * CODES_OF_WORD + quad + i);
#endif
            weights[i] = fma((float)code, scaling.x, scaling.y);
          }
          const int col = block * (BLOCK_LENGTH) + group * (GROUP_LENGTH) +
                          word * CODES_OF_WORD + quad;
          #pragma unroll
          for (int i = 0; i < ROWS; ++i) {
            const int row = min(first + i, rows - 1);
            float4 v = LOADV(x, (size_t)row * x_pitch + col);
#ifdef PROLOGUE
            PROLOGUE(v, row, col)
#endif
            totals[i] = fma(v.x, weights[0], totals[i]);
            totals[i] = fma(v.y, weights[1], totals[i]);
            totals[i] = fma(v.z, weights[2], totals[i]);
            totals[i] = fma(v.w, weights[3], totals[i]);
          }
        }
      }
    }
  }

  #pragma unroll
  for (int i = 0; i < ROWS; ++i) sums[(slice * ROWS + i) * 16 + lane] = totals[i];
  for (int step = SLICES / 2; step > 0; step /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (slice < step)
      for (int i = 0; i < ROWS; ++i)
        sums[(slice * ROWS + i) * 16 + lane] += sums[((slice + step) * ROWS + i) * 16 + lane];
  }
  barrier(CLK_LOCAL_MEM_FENCE);

  const int row = first + item / 4, col = vector * 16 + item % 4 * 4;
  if (item < ROWS * 4 && row < rows) {
    float4 value = LOADF(bias, col) + joined[item];
#ifdef EPILOGUE
    EPILOGUE(value, row, col)
#endif
    STOREV(value, y, (size_t)row * y_pitch + col);
  }
}
