// Softmax of every row over its true channels, for GPUs; padding lanes become zero.
//
// Index map: as in normalization.cl, a team of TEAM work-items for each row.
#include "common/elements.h"
#include "common/activations.h"
#include "gpu/lanes.h"

#ifndef THREADS
#define THREADS 128  // work-items of a group
#endif
#ifndef TEAM
#define TEAM 16  // work-items of a row: a power of two, at most THREADS
#endif

__attribute__((reqd_work_group_size(THREADS, 1, 1))) LANES_ATTRIBUTE
__kernel void softmax(__global const element *x, __global element *y, int rows, int channels,
                      int lanes) {
  __local float exchange[THREADS];
  const int item = (int)get_local_id(0) % TEAM;
  const int row = (int)get_group_id(0) * (THREADS / TEAM) + (int)get_local_id(0) / TEAM;
  const int count = row < rows ? lanes : 0;
  const size_t base = (size_t)row * lanes;
  float largest = -INFINITY;
  for (int col = item * WIDTH; col < count; col += TEAM * WIDTH) {
    const VEC v = LOADV(x, base + col);
    const int left = channels - col;
    const float4 inside = (float4)(left > 0 ? v.x : -INFINITY, left > 1 ? v.y : -INFINITY,
                                   left > 2 ? v.z : -INFINITY, left > 3 ? v.w : -INFINITY);
    largest = fmax(largest, fmax(fmax(inside.x, inside.y), fmax(inside.z, inside.w)));
  }
  largest = team_largest(largest, TEAM, exchange);
  VEC sums = (VEC)(0.0f);
  for (int col = item * WIDTH; col < count; col += TEAM * WIDTH)
    sums = sums + masked(exponential(LOADV(x, base + col) - largest), col, channels);
  const float scale = 1.0f / team_sum(lane_sum(sums), TEAM, exchange);
  for (int col = item * WIDTH; col < count; col += TEAM * WIDTH) {
    const VEC v = exponential(LOADV(x, base + col) - largest);
    STOREV(masked(v, col, channels) * scale, y, base + col);
  }
}
