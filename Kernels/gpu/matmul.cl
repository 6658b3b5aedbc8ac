// Batched matrix products, for GPUs: y[b, m, n] = sum_k a[b, m, k] b[b, k, n].
//
// Matrices lie with their last axis innermost: rows of a_lanes, b_lanes and y_lanes. Those of an
// operand begin at a_start or b_start, and `heads` of them lie side by side in its rows, each as
// many channels wide as it is, whole vectors; with one head, padding is zero. With PARTS above 1
// the depth is cut into parts of `part_depth` (a multiple of BK), whose sums `matmul` leaves in
// partials[part][b][m][y_lanes] and join_parts.cl adds in ascending order. Each sum ascends, one
// chain of fma.
//
// With SQUARES, where a is stored (k, m) and b is not transposed, there are partials even for one
// part, and two rows more of each matrix: at `rows` the sums of a[k, m]^2 at m, then those of
// b[k, n]^2 at n.
//
// Index map: matmul: work-group g of (BM / TM) * (BN / TN) work-items computes a tile of BM x BN,
// column tiles counted fastest, then row tiles, then matrices; on axis 1 the parts. A slice of BK
// depths of both operands lies in local memory while the next is on its way to registers.
#include "common/elements.h"

#ifndef TRANSPOSES_FIRST
#define TRANSPOSES_FIRST 0  // a is stored (k, m)
#endif
#ifndef TRANSPOSES_SECOND
#define TRANSPOSES_SECOND 0  // b is stored (n, k)
#endif
#ifndef PARTS
#define PARTS 1
#endif
#ifndef SQUARES
#define SQUARES 0  // 1: the sums of the squares of the columns of both operands, too
#endif
#define HAS_PARTIALS (PARTS > 1 || SQUARES)
#ifndef BM
#define BM 64  // rows of a tile
#endif
#ifndef BN
#define BN 64  // columns of a tile
#endif
#ifndef BK
#define BK 16  // depths of a slice: 4, 8 or 16
#endif
#ifndef TM
#define TM 4  // rows of a work-item: a multiple of 4
#endif
#ifndef TN
#define TN 8  // columns of a work-item: a multiple of 4
#endif

#define THREADS ((BM / TM) * (BN / TN))
#define ROW_RUNS (TM / 4)
#define VECTORS (TN / 4)
#define ROW_SPACE (BM / ROW_RUNS)  // from one run of a work-item's rows to the next
#define COLUMN_SPACE (BN / VECTORS)
#define A_PITCH (BM + 4)
#define B_PITCH (BN + 4)
#define A_VECTORS (BM * BK / 4)
#define B_VECTORS (BK * BN / 4)
#define A_LOADS ((A_VECTORS + THREADS - 1) / THREADS)
#define B_LOADS ((B_VECTORS + THREADS - 1) / THREADS)
#include "gpu/squares.h"

// Vector `index` of a slice that starts at depth k and row or column `first` of an operand of
// `count` such: stored along the depth ...
static float4 along_depth(__global const element *p, int index, int k, int depth, int first,
                          int count, int lanes) {
  const int row = first + index / (BK / 4), col = k + index % (BK / 4) * 4;
  return row < count && col < depth ? LOADV(p, (size_t)row * lanes + col) : (float4)(0.0f);
}

// ... or across it, SIZE wide.
#define ACROSS_DEPTH(p, index, k, depth, first, count, lanes, SIZE)                            \
  ((k) + (index) / (SIZE / 4) < (depth) && (first) + (index) % (SIZE / 4) * 4 < (count)        \
       ? LOADV(p, (size_t)((k) + (index) / (SIZE / 4)) * (lanes) + (first) +                   \
                      (index) % (SIZE / 4) * 4)                                                \
       : (float4)(0.0f))

static void put_along_depth(float4 v, int index, int pitch, __local float *slice) {
  __local float *at = slice + index % (BK / 4) * 4 * pitch + index / (BK / 4);
  at[0] = v.x;
  at[pitch] = v.y;
  at[2 * pitch] = v.z;
  at[3 * pitch] = v.w;
}

#define PUT_ACROSS_DEPTH(v, index, pitch, slice, SIZE) \
  (slice)[((index) / (SIZE / 4) * (pitch) + (index) % (SIZE / 4) * 4) / 4] = v;

__attribute__((reqd_work_group_size(THREADS, 1, 1)))
__kernel void matmul(__global const element *a, __global const element *b,
#if HAS_PARTIALS
                     __global float *partials,
#else
                     __global element *y,
#endif
                     int rows, int depth, int columns, int a_lanes, int b_lanes, int y_lanes,
                     int part_depth, int heads, int a_start, int b_start) {
  __local float4 a_slices[2][BK * A_PITCH / 4];
  __local float4 b_slices[2][BK * B_PITCH / 4];
  const int item = (int)get_local_id(0);
  const int column_tiles = (y_lanes + BN - 1) / BN, row_tiles = (rows + BM - 1) / BM;
  const int tile = (int)get_group_id(0) % (column_tiles * row_tiles);
  const size_t batch = get_group_id(0) / (column_tiles * row_tiles);
  const int first_n = tile % column_tiles * BN, first_m = tile / column_tiles * BM;
  const int row0 = item / (BN / TN) * 4, column0 = item % (BN / TN) * 4;
  const int begin = (int)get_group_id(1) * part_depth, end = min(begin + part_depth, depth);
  const int slices = (end - begin + BK - 1) / BK;
  const int head = (int)(batch % heads);
  a += batch / heads * (TRANSPOSES_FIRST ? depth : rows) * a_lanes + a_start +
       head * (TRANSPOSES_FIRST ? rows : depth);
  b += batch / heads * (TRANSPOSES_SECOND ? columns : depth) * b_lanes + b_start +
       head * (TRANSPOSES_SECOND ? depth : columns);

  float4 sums[TM][VECTORS];
  #pragma unroll
  for (int i = 0; i < TM; ++i)
    #pragma unroll
    for (int v = 0; v < VECTORS; ++v) sums[i][v] = (float4)(0.0f);
  START_SQUARES

  float4 a_next[A_LOADS], b_next[B_LOADS];
  for (int slice = 0; slice <= slices; ++slice) {
    if (slice < slices) {
      const int k = begin + slice * BK;
      #pragma unroll
      for (int i = 0; i < A_LOADS; ++i) {
        const int index = item + i * THREADS;
        if (A_VECTORS % THREADS == 0 || index < A_VECTORS)
#if TRANSPOSES_FIRST
          a_next[i] = ACROSS_DEPTH(a, index, k, end, first_m, rows, a_lanes, BM);
#else
          a_next[i] = along_depth(a, index, k, depth, first_m, rows, a_lanes);
#endif
      }
      #pragma unroll
      for (int i = 0; i < B_LOADS; ++i) {
        const int index = item + i * THREADS;
        if (B_VECTORS % THREADS == 0 || index < B_VECTORS)
#if TRANSPOSES_SECOND
          b_next[i] = along_depth(b, index, k, depth, first_n, columns, b_lanes);
#else
          b_next[i] = ACROSS_DEPTH(b, index, k, end, first_n, columns, b_lanes, BN);
#endif
      }
    }

    if (slice > 0) {
      const __local float4 *a_slice = a_slices[(slice - 1) % 2] + row0 / 4;
      const __local float4 *b_slice = b_slices[(slice - 1) % 2] + column0 / 4;
      for (int k = 0; k < BK; ++k) {
        float from_a[TM];
        float4 from_b[VECTORS];
        #pragma unroll
        for (int i = 0; i < ROW_RUNS; ++i)
          vstore4(a_slice[(k * A_PITCH + i * ROW_SPACE) / 4], i, from_a);
        #pragma unroll
        for (int v = 0; v < VECTORS; ++v)
          from_b[v] = b_slice[(k * B_PITCH + v * COLUMN_SPACE) / 4];
        #pragma unroll
        for (int i = 0; i < TM; ++i)
          #pragma unroll
          for (int v = 0; v < VECTORS; ++v)
            sums[i][v] = fma((float4)(from_a[i]), from_b[v], sums[i][v]);
      }
#if SQUARES
      const __local float *a_numbers = (const __local float *)a_slices[(slice - 1) % 2];
      const __local float *b_numbers = (const __local float *)b_slices[(slice - 1) % 2];
      #pragma unroll
      for (int i = 0; i < SQUARE_SUMS; ++i) {
        const int c = item + i * THREADS;
        const __local float *column = c < BM ? a_numbers + c : b_numbers + c - BM;
        const int pitch = c < BM ? A_PITCH : B_PITCH;
        if (c < BM + BN)
          for (int k = 0; k < BK; ++k)
            squares[i] = fma(column[k * pitch], column[k * pitch], squares[i]);
      }
#endif
    }

    if (slice < slices) {
      __local float4 *a_slice = a_slices[slice % 2], *b_slice = b_slices[slice % 2];
      #pragma unroll
      for (int i = 0; i < A_LOADS; ++i) {
        const int index = item + i * THREADS;
        if (A_VECTORS % THREADS == 0 || index < A_VECTORS) {
#if TRANSPOSES_FIRST
          PUT_ACROSS_DEPTH(a_next[i], index, A_PITCH, a_slice, BM)
#else
          put_along_depth(a_next[i], index, A_PITCH, (__local float *)a_slice);
#endif
        }
      }
      #pragma unroll
      for (int i = 0; i < B_LOADS; ++i) {
        const int index = item + i * THREADS;
        if (B_VECTORS % THREADS == 0 || index < B_VECTORS) {
#if TRANSPOSES_SECOND
          put_along_depth(b_next[i], index, B_PITCH, (__local float *)b_slice);
#else
          PUT_ACROSS_DEPTH(b_next[i], index, B_PITCH, b_slice, BN)
#endif
        }
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }

#if HAS_PARTIALS
  const size_t matrices = get_num_groups(0) / (column_tiles * row_tiles);
  const size_t base = (get_group_id(1) * matrices + batch) * (rows + 2 * SQUARES);
#else
  const size_t base = batch * rows;
#endif
  #pragma unroll
  for (int i = 0; i < TM; ++i) {
    const int m = first_m + i / 4 * ROW_SPACE + row0 + i % 4;
    #pragma unroll
    for (int v = 0; v < VECTORS; ++v) {
      const int n = first_n + v * COLUMN_SPACE + column0;
      if (m < rows && n < y_lanes) {
#if HAS_PARTIALS
        *(__global float4 *)(partials + (base + m) * y_lanes + n) = sums[i][v];
#else
        STOREV(sums[i][v], y, (base + m) * y_lanes + n);
#endif
      }
    }
  }
  STORE_SQUARES
}
