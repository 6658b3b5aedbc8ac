// Normalizations over the channels of every row, for GPUs.
//
//   y = EPILOGUE((x - mean) / sqrt(variance + epsilon) * gain + shift)    (entry `normalization`)
//   y = x / max(|x|, epsilon)                                             (entry `euclidean`)
//
// Mean and variance (biased) are those of the true channels of the row; in mode 2 x is not
// centred, and in mode 3 the mean counts as zero in the variance, too. The padding of x is zero; gain and shift have `lanes` numbers, zero in the padding.
//
// Index map: a team of TEAM work-items owns a row, work-item i of it the vectors i, i + TEAM, ...;
// a work-group of THREADS has THREADS / TEAM rows. Global size: teams for all rows, rounded up to
// whole groups. Each work-item adds its vectors in ascending order, then the lanes of a vector are
// joined, then the team.
#include "common/elements.h"
#include "common/activations.h"
#include "gpu/lanes.h"

#ifndef NORMALIZATION
#define NORMALIZATION 1  // 1: centred, 2: not centred, 3: by the root mean square
#endif
#ifndef THREADS
#define THREADS 128  // work-items of a group
#endif
#ifndef TEAM
#define TEAM 16  // work-items of a row: a power of two, at most THREADS
#endif
#ifndef EXTRA_PARAMETERS
#define EXTRA_PARAMETERS  // buffers and numbers that the hook reads
#endif
// Hook: EPILOGUE(v, row, col) changes the output v; rows_per_image is in scope.

#define ITEM ((int)get_local_id(0) % TEAM)
#define GROUP_ROWS (THREADS / TEAM)
#define ROW ((int)get_group_id(0) * GROUP_ROWS + (int)get_local_id(0) / TEAM)

// Rows past the last take part in the exchanges with zeros.
static float2 team_statistics(__global const element *x, size_t base, int lanes, int channels,
                              float epsilon, __local float *exchange) {
#if NORMALIZATION == 3
  const float mean = 0.0f;
#else
  VEC sums = (VEC)(0.0f);
  for (int col = ITEM * WIDTH; col < lanes; col += TEAM * WIDTH)
    sums = sums + LOADV(x, base + col);
  const float mean = team_sum(lane_sum(sums), TEAM, exchange) / (float)channels;
#endif
  VEC squares = (VEC)(0.0f);
  for (int col = ITEM * WIDTH; col < lanes; col += TEAM * WIDTH) {
    const VEC d = masked(LOADV(x, base + col) - mean, col, channels);
    squares = fma(d, d, squares);
  }
  const float variance = team_sum(lane_sum(squares), TEAM, exchange) / (float)channels;
  return (float2)(mean, 1.0f / sqrt(variance + epsilon));
}

__attribute__((reqd_work_group_size(THREADS, 1, 1))) LANES_ATTRIBUTE
__kernel void normalization(__global const element *x, __global element *y,
                            __global const float *gain, __global const float *shift, int rows,
                            int lanes, int channels, int rows_per_image,
                            float epsilon EXTRA_PARAMETERS) {
  __local float exchange[THREADS];
  const int row = ROW, count = row < rows ? lanes : 0;
  const size_t base = (size_t)row * lanes;
  const float2 pair = team_statistics(x, base, count, channels, epsilon, exchange);
  for (int col = ITEM * WIDTH; col < count; col += TEAM * WIDTH) {
    VEC v = LOADV(x, base + col);
#if NORMALIZATION == 1
    v = v - pair.x;
#endif
    v = fma(v * pair.y, LOADF(gain, col), LOADF(shift, col));
#ifdef EPILOGUE
    EPILOGUE(v, row, col)
#endif
    STOREV(v, y, base + col);
  }
}

__attribute__((reqd_work_group_size(THREADS, 1, 1))) LANES_ATTRIBUTE
__kernel void euclidean(__global const element *x, __global element *y, int rows, int lanes,
                        float epsilon) {
  __local float exchange[THREADS];
  const int row = ROW, count = row < rows ? lanes : 0;
  const size_t base = (size_t)row * lanes;
  VEC sums = (VEC)(0.0f);
  for (int col = ITEM * WIDTH; col < count; col += TEAM * WIDTH) {
    const VEC v = LOADV(x, base + col);
    sums = fma(v, v, sums);
  }
  const float length = fmax(sqrt(team_sum(lane_sum(sums), TEAM, exchange)), epsilon);
  for (int col = ITEM * WIDTH; col < count; col += TEAM * WIDTH)
    STOREV(LOADV(x, base + col) / length, y, base + col);
}
