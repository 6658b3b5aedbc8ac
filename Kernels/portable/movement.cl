// Copies elements between two layouts.
//
// Position (i0, i1, ...) is element x_start + sum of i_d * x_strides[d] of x and y_start + sum of
// i_d * y_strides[d] of y, for i_d below extents[d]; extents past those in use are 1. Along the
// first digit y is written at `filled` positions, zeros past the extent: the padding of a row.
#include "common/elements.h"
#include "common/digits.h"
#include "common/transpose.h"

#ifndef SOURCE_IS_HALF
#define SOURCE_IS_HALF 0  // whether x is half, and not float
#endif
#ifndef TARGET_IS_HALF
#define TARGET_IS_HALF 0  // whether y is
#endif

#if SOURCE_IS_HALF
typedef half source;
#define READV(p) PASTED(vload_half, WIDTH)(0, p)
#define READ1(p) vload_half(0, p)
#else
typedef float source;
#define READV(p) PASTED(vload, WIDTH)(0, p)
#define READ1(p) (*(p))
#endif
#if TARGET_IS_HALF
typedef half target;
#define WRITEV(v, p) PASTED(PASTED(vstore_half, WIDTH), _rte)(v, 0, p)
#define WRITE1(v, p) vstore_half_rte(v, 0, p)
#else
typedef float target;
#define WRITEV(v, p) PASTED(vstore, WIDTH)(v, 0, p)
#define WRITE1(v, p) (*(p) = (v))
#endif

// `count` elements, then zeros up to `filled`, of each of `rows` rows.
static void copy_rows(__global const source *x, int x_step, int x_row, __global target *y,
                      int y_step, int y_row, uint rows, int count, int filled) {
  if (x_step == 1 && y_step == 1) {
    for (; rows > 0; --rows, x += x_row, y += y_row) {
      int i = 0;
      for (; i + WIDTH <= count; i += WIDTH) WRITEV(READV(x + i), y + i);
      for (; i < count; ++i) WRITE1(READ1(x + i), y + i);
      for (; i < filled; ++i) WRITE1(0.0f, y + i);
    }
  } else {
    for (; rows > 0; --rows, x += x_row, y += y_row) {
      int i = 0;
      for (; i < count; ++i) WRITE1(READ1(x + (long)i * x_step), y + (long)i * y_step);
      for (; i < filled; ++i) WRITE1(0.0f, y + (long)i * y_step);
    }
  }
}

// Index map: a row is what the first digit spans; rows are numbered by the others, the second the
// fastest. Rows are cut into runs; work-item i + runs * j owns positions i * run ..., at most
// `run`, of rows j * item_rows ..., at most item_rows of `rows`.
GROUP_OF_ONE
__kernel void copy(__global const source *x, __global target *y, int8 extents, int8 x_strides,
                   int8 y_strides, long x_start, long y_start, int filled, int run, int rows,
                   int item_rows) {
  int extent[DIGITS], x_step[DIGITS], y_step[DIGITS], at[DIGITS];
  vstore8(extents, 0, extent);
  vstore8(x_strides, 0, x_step);
  vstore8(y_strides, 0, y_step);
  const uint item = (uint)get_global_id(0), runs = (uint)(filled + run - 1) / run;
  const uint first = item / runs * item_rows;
  if (first >= (uint)rows) return;
  const int begin = (int)(item % runs) * run;
  const int end = min(begin + run, filled), count = min(end, extent[0]) - begin;
  x += x_start + (long)begin * x_step[0];
  y += y_start + (long)begin * y_step[0];
  uint rest = first;
  for (int d = 1; d < DIGITS; ++d) {
    at[d] = rest > 0 ? (int)(rest % extent[d]) : 0;
    rest = rest > 0 ? rest / extent[d] : 0;
    x += (long)at[d] * x_step[d];
    y += (long)at[d] * y_step[d];
  }
  uint left = min((uint)item_rows, (uint)rows - first);
  int start = at[1];
  while (left > 0) {
    const uint together = min((uint)(extent[1] - start), left);
    copy_rows(x, x_step[0], x_step[1], y, y_step[0], y_step[1], together, count, end - begin);
    left -= together;
    x -= (long)start * x_step[1];
    y -= (long)start * y_step[1];
    start = 0;
    for (int d = 2; d < DIGITS; ++d) {
      x += x_step[d];
      y += y_step[d];
      if (++at[d] < extent[d]) break;
      at[d] = 0;
      x -= (long)extent[d] * x_step[d];
      y -= (long)extent[d] * y_step[d];
    }
  }
}

// One tile that lies whole in both: `rows` rows of x exist, y takes the first `columns` columns.
static void copy_tile(__global const source *x, int x_stride, __global target *y, int y_stride,
                      int rows, int columns) {
  VEC tile[WIDTH];
#pragma unroll
  for (int i = 0; i < WIDTH; ++i)
    tile[i] = i < rows ? READV(x + (long)i * x_stride) : (VEC)(0.0f);
  transpose_tile(tile);
#pragma unroll
  for (int i = 0; i < WIDTH; ++i)
    if (i < columns) WRITEV(tile[i], y + (long)i * y_stride);
}

// The first digit is contiguous in y, the second in x, where `readable` positions may be read.
//
// Index map: work-item i + columns * (j + rows * k) owns positions i * across ..., at most `across`,
// of the first digit and j * down ..., at most `down`, of the second, at position k of the others,
// which have `planes`.
GROUP_OF_ONE
__kernel void transpose(__global const source *x, __global target *y, int8 extents,
                        int8 x_strides, int8 y_strides, long x_start, long y_start, int filled,
                        int readable, int across, int down, int planes) {
  const uint columns = (uint)(filled + across - 1) / across;
  const uint rows_of_tiles = (uint)(extents.s1 + down - 1) / down;
  const uint item = (uint)get_global_id(0), plane = item / columns / rows_of_tiles;
  if (plane >= (uint)planes) return;
  const int x_step = x_strides.s0, y_step = y_strides.s1;
  const int left = (int)(item % columns) * across, right = min(left + across, filled);
  const int top = (int)(item / columns % rows_of_tiles) * down;
  const int bottom = min(top + down, extents.s1);
  int8 outer = extents.s23456777;
  outer.s67 = 1;
  x += x_start + digits_offset(plane, outer, x_strides.s23456777);
  y += y_start + digits_offset(plane, outer, y_strides.s23456777);
  for (int i = left; i < right; i += WIDTH) {
    const int rows = extents.s0 - i;
    for (int j = top; j < bottom; j += WIDTH) {
      __global const source *from = x + (long)i * x_step + j;
      __global target *to = y + (long)j * y_step + i;
      if (i + WIDTH <= right && j + WIDTH <= readable) {
        copy_tile(from, x_step, to, y_step, rows, bottom - j);
      } else {
        copy_rows(from, x_step, 1, to, 1, y_step, (uint)min(bottom - j, WIDTH),
                  min(rows, WIDTH), min(right - i, WIDTH));
      }
    }
  }
}
