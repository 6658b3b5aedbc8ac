// Batched matrix products by matrix instructions, for NVIDIA devices and half storage. What it
// computes and its parameters are those of matmul.cl, whose parts join_parts.cl adds; the order
// of a sum is the instruction's in runs of 16 depths, ascending from run to run.
//
// Index map: as in matmul.cl, with (BM / WM) * (BN / WN) runs of 32 lanes, each WM rows of WN
// columns. STAGES slices of BK depths lie in local memory, as the operands lie; while one is
// multiplied, later ones are copied. A row of a slice has chunks of 16 bytes, chunk c of row r at
// place c ^ SWIZZLE(r, chunks), so that eight rows of a matrix lie in distinct banks.
#define THREADS ((BM / WM) * (BN / WN) * 32)

#include "common/elements.h"
#include "gpu/matrix.h"

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
#define BM 64  // rows of a tile: 32 or more
#endif
#ifndef BN
#define BN 64  // columns of a tile: 32 or more
#endif
#ifndef BK
#define BK 32  // depths of a slice: 16, 32 or 64
#endif
#ifndef WM
#define WM 32  // rows of a run of lanes: a multiple of 16
#endif
#ifndef WN
#define WN 32  // columns of a run of lanes: a multiple of 16
#endif
#ifndef STAGES
#define STAGES 4  // slices in local memory: at least 2
#endif

#define SWIZZLE(r, chunks) \
  ((chunks) >= 8 ? (r) % 8 : (r) / (8 / (chunks)) % (chunks))
#define PLACE(r, c, chunks) ((r) * (chunks) + ((c) ^ SWIZZLE(r, chunks)))
#define A_ROW (TRANSPOSES_FIRST ? BM / 8 : BK / 8)  // chunks of a row of a slice
#define B_ROW (TRANSPOSES_SECOND ? BK / 8 : BN / 8)
#define A_CHUNKS (BM * BK / 8)
#define B_CHUNKS (BN * BK / 8)
#define ROW_TILES (WM / 16)
#define BLOCKS (WN / 16)
#include "gpu/squares.h"

// Starts the copy of `chunks` chunks whose rows are row, row + 1, ... of `rows` and begin at `col`
// of `width`, `row_chunks` a row.
static void slice_start(__local uint4 *slice, __global const half *p, int chunks, int row_chunks,
                        int row, int rows, int col, int width, int lanes) {
  for (int index = (int)get_local_id(0); index < chunks; index += THREADS) {
    const int r = index / row_chunks, c = index % row_chunks;
    const int is_inside = row + r < rows && col + c * 8 < width;
    copy_start(slice + PLACE(r, c, row_chunks),
               p + (is_inside ? (size_t)(row + r) * lanes + col + c * 8 : 0), is_inside);
  }
}

__attribute__((reqd_work_group_size(THREADS, 1, 1))) LANES_ATTRIBUTE
__kernel void matrix_matmul(__global const half *a, __global const half *b,
#if HAS_PARTIALS
                            __global float *partials,
#else
                            __global half *y,
#endif
                            int rows, int depth, int columns, int a_lanes, int b_lanes,
                            int y_lanes, int part_depth, int heads, int a_start, int b_start) {
  __local uint4 a_slices[STAGES][A_CHUNKS];
  __local uint4 b_slices[STAGES][B_CHUNKS];
  EXCHANGE_SPACE
  const int item = (int)get_local_id(0), lane = item % LANES;
  const int run_m = item / LANES % (BM / WM) * WM, run_n = item / LANES / (BM / WM) * WN;
  const int column_tiles = (y_lanes + BN - 1) / BN, row_tiles = (rows + BM - 1) / BM;
  const int tile = (int)get_group_id(0) % (column_tiles * row_tiles);
  const size_t batch = get_group_id(0) / (column_tiles * row_tiles);
  const int first_n = tile % column_tiles * BN, first_m = tile / column_tiles * BM;
  const int begin = (int)get_group_id(1) * part_depth, end = min(begin + part_depth, depth);
  const int slices = (end - begin + BK - 1) / BK;
  const int head = (int)(batch % heads);
  a += batch / heads * (TRANSPOSES_FIRST ? depth : rows) * a_lanes + a_start +
       head * (TRANSPOSES_FIRST ? rows : depth);
  b += batch / heads * (TRANSPOSES_SECOND ? columns : depth) * b_lanes + b_start +
       head * (TRANSPOSES_SECOND ? depth : columns);

  float4 sums[ROW_TILES][2 * BLOCKS];
  UNROLLED
  for (int i = 0; i < ROW_TILES; ++i)
    UNROLLED
    for (int j = 0; j < 2 * BLOCKS; ++j) sums[i][j] = (float4)(0.0f);
  START_SQUARES

  for (int slice = 1 - STAGES; slice < slices; ++slice) {
    const int next = slice + STAGES - 1, k = begin + next * BK;
    if (slice >= 0) {
      COPY_WAIT(STAGES - 2)
      barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (next < slices) {
#if TRANSPOSES_FIRST
      slice_start(a_slices[next % STAGES], a, A_CHUNKS, A_ROW, k, end, first_m, rows,
                  a_lanes);
#else
      slice_start(a_slices[next % STAGES], a, A_CHUNKS, A_ROW, first_m, rows, k, depth,
                  a_lanes);
#endif
#if TRANSPOSES_SECOND
      slice_start(b_slices[next % STAGES], b, B_CHUNKS, B_ROW, first_n, columns, k, depth,
                  b_lanes);
#else
      slice_start(b_slices[next % STAGES], b, B_CHUNKS, B_ROW, k, end, first_n, columns,
                  b_lanes);
#endif
    }
    COPY_COMMIT
    if (slice < 0) continue;

    const __local uint4 *a_slice = a_slices[slice % STAGES];
    const __local uint4 *b_slice = b_slices[slice % STAGES];
    UNROLLED
    for (int unit = 0; unit < BK / 16; ++unit) {
      uint4 from_a[ROW_TILES], from_b[BLOCKS];
      UNROLLED
      for (int i = 0; i < ROW_TILES; ++i) {
        const int m = run_m + i * 16;
#if TRANSPOSES_FIRST
        const int r = unit * 16 + lane % 8 + lane / 16 * 8, c = m / 8 + lane / 8 % 2;
        from_a[i] = matrix_load_transposed(a_slice, PLACE(r, c, A_ROW) EXCHANGE_ARGUMENT);
#else
        const int r = m + lane % 16, c = unit * 2 + lane / 16;
        from_a[i] = matrix_load(a_slice, PLACE(r, c, A_ROW) EXCHANGE_ARGUMENT);
#endif
      }
      UNROLLED
      for (int j = 0; j < BLOCKS; ++j) {
        const int n = run_n + j * 16;
#if TRANSPOSES_SECOND
        const int r = n + lane % 8 + lane / 16 * 8, c = unit * 2 + lane / 8 % 2;
        from_b[j] = matrix_load(b_slice, PLACE(r, c, B_ROW) EXCHANGE_ARGUMENT);
#else
        const int r = unit * 16 + lane % 16, c = n / 8 + lane / 16;
        from_b[j] = matrix_load_transposed(b_slice, PLACE(r, c, B_ROW) EXCHANGE_ARGUMENT);
#endif
      }
      UNROLLED
      for (int i = 0; i < ROW_TILES; ++i)
        UNROLLED
        for (int j = 0; j < BLOCKS; ++j) {
          sums[i][2 * j] = matrix_multiply(sums[i][2 * j], from_a[i], from_b[j].x,
                                           from_b[j].y EXCHANGE_ARGUMENT);
          sums[i][2 * j + 1] = matrix_multiply(sums[i][2 * j + 1], from_a[i], from_b[j].z,
                                               from_b[j].w EXCHANGE_ARGUMENT);
        }
    }
#if SQUARES
    UNROLLED
    for (int i = 0; i < SQUARE_SUMS; ++i) {
      const int c = item + i * THREADS, own = c < BM ? c : c - BM;
      for (int r = 0; c < BM + BN && r < BK; ++r) {
        const __local uint4 *chunk = c < BM ? a_slice + PLACE(r, own / 8, A_ROW)
                                            : b_slice + PLACE(r, own / 8, B_ROW);
        const float number = vload_half(own % 8, (const __local half *)chunk);
        squares[i] = fma(number, number, squares[i]);
      }
    }
#endif
  }

#if HAS_PARTIALS
  const size_t matrices = get_num_groups(0) / (column_tiles * row_tiles);
  const size_t base = (get_group_id(1) * matrices + batch) * (rows + 2 * SQUARES);
#define PUT(v, at) *(__global float2 *)(partials + (at)) = v;
#else
  const size_t base = batch * rows;
#define PUT(v, at) vstore_half2(v, 0, y + (at));
#endif
  UNROLLED
  for (int i = 0; i < ROW_TILES; ++i) {
    const int m = first_m + run_m + i * 16 + lane / 4;
    UNROLLED
    for (int j = 0; j < 2 * BLOCKS; ++j) {
      const int n = first_n + run_n + j * 8 + lane % 4 * 2;
      if (m < rows && n < y_lanes) PUT(sums[i][j].xy, (base + m) * y_lanes + n)
      if (m + 8 < rows && n < y_lanes) PUT(sums[i][j].zw, (base + m + 8) * y_lanes + n)
    }
  }
  STORE_SQUARES
}
