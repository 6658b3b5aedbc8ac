// Mean of the rows of every image, for GPUs.
//
//   partials[n, part, c] = sum of x over the rows of the part      (entry `partial_sums`)
//   y[n, c] = sum of partials[n, :, c] / count                     (entry `pool`)
//
// Part p is the rows p * part_rows ..., at most part_rows of them, of the rows_per_image of an
// image. Of a part's rows, and of an image's parts, member i of TEAM adds those at i, i + TEAM,
// ... in ascending order; then the members are joined, neighbours first.
//
// Index map: a work-group of TEAM * VECTORS work-items owns the channel vectors v * VECTORS ...,
// at most VECTORS of them, where v is its number on axis 0; work-item m * VECTORS + i is member m
// of vector i. partial_sums: groups (channel blocks, parts, images); pool: (channel blocks, 1,
// images).
#include "common/elements.h"

#ifndef VECTORS
#define VECTORS 4  // neighbouring channel vectors of a group: 16 channels are 64 or 32 bytes
#endif
#ifndef TEAM
#define TEAM 32  // members of a channel vector: a power of two
#endif

#define SLOT ((int)get_local_id(0) % VECTORS)
#define MEMBER ((int)get_local_id(0) / VECTORS)

// The sum of the members' numbers, in the slots of member 0.
static VEC joined(VEC v, __local VEC *exchange) {
  const int item = (int)get_local_id(0);
  exchange[item] = v;
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int step = 1; step < TEAM; step *= 2) {
    if (MEMBER % (2 * step) == 0) exchange[item] += exchange[item + step * VECTORS];
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  return exchange[item];
}

__attribute__((reqd_work_group_size(TEAM * VECTORS, 1, 1)))
__kernel void partial_sums(__global const element *x, __global float *partials,
                           int rows_per_image, int part_rows, int columns) {
  __local VEC exchange[TEAM * VECTORS];
  const int col = ((int)get_group_id(0) * VECTORS + SLOT) * WIDTH;
  const int part = (int)get_group_id(1), parts = (int)get_num_groups(1);
  const size_t image = get_group_id(2);
  const int end = min((part + 1) * part_rows, rows_per_image);
  VEC sum = (VEC)(0.0f);
  if (col < columns)
    for (int row = part * part_rows + MEMBER; row < end; row += TEAM)
      sum = sum + LOADV(x, (image * rows_per_image + row) * columns + col);
  sum = joined(sum, exchange);
  if (MEMBER == 0 && col < columns) STOREF(sum, partials, (image * parts + part) * columns + col);
}

__attribute__((reqd_work_group_size(TEAM * VECTORS, 1, 1)))
__kernel void pool(__global const float *partials, __global element *y, int parts, int columns,
                   int count) {
  __local VEC exchange[TEAM * VECTORS];
  const int col = ((int)get_group_id(0) * VECTORS + SLOT) * WIDTH;
  const size_t image = get_group_id(2);
  VEC sum = (VEC)(0.0f);
  if (col < columns)
    for (int part = MEMBER; part < parts; part += TEAM)
      sum = sum + LOADF(partials, (image * parts + part) * columns + col);
  sum = joined(sum, exchange);
  if (MEMBER == 0 && col < columns) STOREV(sum / (float)count, y, image * columns + col);
}
