// Group normalization as one affine map per channel and image, for GPUs: what it computes and its
// parameters are those of portable/group_norm_coefficient.cl. Where an image is small,
// `group_norm` computes the same in one launch.
//
// Of a part's rows member i of TEAM has those at i, i + TEAM, ..., and keeps them between the two
// passes over them. Of the channels of all parts of a group, parts counted slowest, work-item i has
// those at i, i + THREADS, ... Of a group of a whole image a work-item has TOGETHER channels of rows
// that are as far apart as WHOLE work-items reach. Sums ascend; then members are joined, neighbours
// first.
#include "common/elements.h"

#ifndef TEAM
#define TEAM 16  // members of a channel vector: a power of two
#endif
#ifndef ROWS
#define ROWS 8  // rows of a member
#endif
#ifndef VECTORS
#define VECTORS 4  // neighbouring channel vectors of a group: 64 or 32 bytes; a power of two
#endif
#ifndef TOGETHER
#define TOGETHER 1  // neighbouring channels that `group_norm` reads at once: 1, 2 or 4
#endif

#define THREADS (TEAM * VECTORS)
#define WHOLE 256  // work-items for a group of channels of a whole image
#define UNROLLED _Pragma("unroll")

// Defines `name`: the sum of the numbers of the `threads` work-items whose numbers differ by
// multiples of `neighbour`, in all of them.
#define JOINED(name, type, neighbour, threads)                                           \
  static type name(type v, __local type *exchange) {                            \
    const int item = (int)get_local_id(0);                                      \
    exchange[item] = v;                                                         \
    barrier(CLK_LOCAL_MEM_FENCE);                                               \
    for (int step = neighbour; step < (threads); step *= 2) {                   \
      if (item / neighbour % (2 * step / neighbour) == 0)                       \
        exchange[item] += exchange[item + step];                                \
      barrier(CLK_LOCAL_MEM_FENCE);                                             \
    }                                                                           \
    const type sum = exchange[item % neighbour];                                \
    barrier(CLK_LOCAL_MEM_FENCE);                                               \
    return sum;                                                                 \
  }
JOINED(joined_rows, float4, VECTORS, THREADS)
JOINED(joined_items, float, 1, THREADS)
JOINED(joined_whole, float, 1, WHOLE)

// Leaves the coefficients of this group's `members` channels; the last group's work-items also zero
// the padding.
static void put_coefficients(__global const float *gain, __global const float *offset,
                             __global element *scale, __global element *shift, int first,
                             int members, int lanes, float mean, float factor) {
  const int item = (int)get_local_id(0), items = (int)get_local_size(0);
  for (int c = first + item; c < first + members; c += items) {
    const float slope = gain[c] * factor;
    STORE1(slope, scale, c);
    STORE1(fma(-mean, slope, offset[c]), shift, c);
  }
  if (get_group_id(0) + 1 < get_num_groups(0)) return;
  for (int c = first + members + item; c < lanes; c += items) {
    STORE1(0.0f, scale, c);
    STORE1(0.0f, shift, c);
  }
}

// Some channels of a row of x in one go; every row begins at a multiple of 16 elements.
#if TOGETHER == 4
typedef float4 channels;
#define READ(p) LOADV(p, 0)
#define TOTAL(v) (((v).x + (v).y) + ((v).z + (v).w))
#elif TOGETHER == 2
typedef float2 channels;
#if HALF_STORAGE
static float2 read_pair(__global const half *p) {
  const uint bits = *(__global const uint *)p;
  return vload_half2(0, (const __private half *)&bits);
}
#define READ(p) read_pair(p)
#else
#define READ(p) (*(__global const float2 *)(p))
#endif
#define TOTAL(v) ((v).x + (v).y)
#else
typedef float channels;
#define READ(p) LOAD1(p, 0)
#define TOTAL(v) (v)
#endif

// The sum of the rows `begin`, begin + step, ... or of their squared distances from a mean, in
// ascending order. Some loads are under way at once; those past the last row are of the last.
#define AT_ONCE 8
static channels sum_of_rows(__global const element *x, int begin, int step, int rows, int pitch,
                            float mean, int takes_squares) {
  channels sum = (channels)(0.0f), own[AT_ONCE];
  for (int start = begin; start < rows; start += AT_ONCE * step) {
    UNROLLED
    for (int i = 0; i < AT_ONCE; ++i)
      own[i] = READ(x + (size_t)min(start + i * step, rows - 1) * pitch);
    UNROLLED
    for (int i = 0; i < AT_ONCE; ++i) {
      const channels distance = own[i] - mean;
      const channels next = takes_squares ? fma(distance, distance, sum) : sum + own[i];
      sum = start + i * step < rows ? next : sum;
    }
  }
  return sum;
}

// Index map: work-group (g, n) has the `members` channels of group g of image n, at most WHOLE
// TOGETHER.
__attribute__((reqd_work_group_size(WHOLE, 1, 1)))
__kernel void group_norm(__global const element *x, __global const float *gain,
                         __global const float *offset, __global element *scale,
                         __global element *shift, int rows, int members, int lanes, float epsilon,
                         int x_pitch, int x_start) {
  __local float exchange[WHOLE];
  const int item = (int)get_local_id(0), first = (int)get_group_id(0) * members;
  const size_t image = get_global_id(1);
  const int columns = members / TOGETHER, step = WHOLE / columns;
  const int begin = item / columns < step ? item / columns : rows;
  const float count = (float)(rows * members);
  x += x_start + image * rows * x_pitch + first + item % columns * TOGETHER;
  const channels sum = sum_of_rows(x, begin, step, rows, x_pitch, 0.0f, 0);
  const float mean = joined_whole(TOTAL(sum), exchange) / count;
  const channels squares = sum_of_rows(x, begin, step, rows, x_pitch, mean, 1);
  const float variance = joined_whole(TOTAL(squares), exchange) / count;
  put_coefficients(gain, offset, scale + image * lanes, shift + image * lanes, first, members,
                   lanes, mean, 1.0f / sqrt(variance + epsilon));
}

// Index map: work-group g on axis 0 has part g / blocks of the channel vectors
// g % blocks * VECTORS ..., at most VECTORS of them, where an image has `blocks` such; on axis 1
// are images. Work-item m * VECTORS + i is member m of vector i.
__attribute__((reqd_work_group_size(THREADS, 1, 1)))
__kernel void moments(__global const element *x, __global float *moments, int rows, int part_rows,
                      int lanes, int x_pitch, int x_start) {
  __local float4 exchange[THREADS];
  const int item = (int)get_local_id(0), member = item / VECTORS;
  const int blocks = (lanes / WIDTH + VECTORS - 1) / VECTORS, group = (int)get_group_id(0);
  const int col = (group % blocks * VECTORS + item % VECTORS) * WIDTH, part = group / blocks;
  const int parts = (int)get_num_groups(0) / blocks;
  const size_t image = get_global_id(1);
  const int count = min(part_rows, rows - part * part_rows);
  x += x_start + (image * rows + (size_t)part * part_rows) * x_pitch;
  float4 own[ROWS], sum = (float4)(0.0f);
  UNROLLED
  for (int i = 0; i < ROWS; ++i) {
    const int row = member + i * TEAM;
    own[i] = row < count && col < lanes ? LOADV(x, (size_t)row * x_pitch + col) : (float4)(0.0f);
    sum = sum + own[i];
  }
  const float4 mean = joined_rows(sum, exchange) / (float)count;
  float4 squares = (float4)(0.0f);
  UNROLLED
  for (int i = 0; i < ROWS; ++i) {
    const float4 deviation = member + i * TEAM < count ? own[i] - mean : (float4)(0.0f);
    squares = fma(deviation, deviation, squares);
  }
  squares = joined_rows(squares, exchange);
  moments += (image * parts + part) * 2 * lanes;
  if (member == 0 && col < lanes) {
    STOREF(mean, moments, col);
    STOREF(squares, moments, lanes + col);
  }
}

// Index map: work-group (g, n) has the `members` channels of group g of image n.
__attribute__((reqd_work_group_size(THREADS, 1, 1)))
__kernel void group_norm_coefficient(__global const float *moments, __global const float *gain,
                                     __global const float *offset, __global element *scale,
                                     __global element *shift, int rows, int part_rows, int parts,
                                     int members, int lanes, float epsilon) {
  __local float exchange[THREADS];
  const int item = (int)get_local_id(0), first = (int)get_group_id(0) * members;
  const size_t image = get_global_id(1);
  const float count = (float)rows * (float)members;
  moments += image * parts * 2 * lanes + first;
  float sum = 0.0f;
  for (int i = item; i < parts * members; i += THREADS) {
    const int part = i / members;
    sum = fma(moments[(size_t)part * 2 * lanes + i % members],
              (float)min(part_rows, rows - part * part_rows), sum);
  }
  const float mean = joined_items(sum, exchange) / count;
  float squares = 0.0f;
  for (int i = item; i < parts * members; i += THREADS) {
    const int part = i / members;
    __global const float *own = moments + (size_t)part * 2 * lanes + i % members;
    const float distance = own[0] - mean;
    squares = fma((float)min(part_rows, rows - part * part_rows) * distance, distance,
                  squares + own[lanes]);
  }
  const float factor = 1.0f / sqrt(joined_items(squares, exchange) / count + epsilon);
  put_coefficients(gain, offset, scale + image * lanes, shift + image * lanes, first, members,
                   lanes, mean, factor);
}
