// Depthwise convolution, zero-padded, with gate and pooling, for GPUs.
//
//   y[n, oy, ox, c] = EPILOGUE(GATE(bias + sum over kx, ky of w[ky, kx, c]
//       x[n, oy STRIDE + ky DILATION - pad_top, ox STRIDE + kx DILATION - pad_left, c]))
//
// x rows have `columns` channels (2 * columns with GATE), y rows `columns`, padded to 16; w is
// [KH * KW][channels of x] floats, bias one float for each. The sum starts at the bias and ascends
// through kx, in each through ky, one chain of fma.
//
// Index map: a work-group of VECTORS * SPAN work-items owns VECTORS channel vectors of SPAN
// neighbouring output columns and of ROWS output rows; work-item s * VECTORS + i is vector i of
// column s, so that neighbours read neighbouring bytes. Groups: (channel blocks, column blocks,
// images * row blocks).
// With POOL the sums of a group's outputs go to partials[((n * row_blocks + row_block) *
// column_blocks + column_block) * columns + c]: every work-item adds its rows in ascending order,
// then the columns are joined, neighbours first.
#include "common/elements.h"
#include "common/activations.h"
#include "common/window.h"

#ifndef POOL
#define POOL 0  // 1: write the partial sums
#endif
#ifndef VECTORS
#define VECTORS 4  // neighbouring channel vectors of a group
#endif
#ifndef SPAN
#define SPAN 32  // neighbouring output columns of a group: a power of two
#endif
#ifndef ROWS
#define ROWS 8  // output rows of a work-item
#endif
#ifndef EXTRA_PARAMETERS
#define EXTRA_PARAMETERS  // buffers and numbers that the hook reads
#endif
// Hooks: GATE(a, b) joins channel c and channel columns + c; EPILOGUE(v, row, col) changes the
// output v; rows_per_image is in scope and counts output rows.

#ifdef GATE
#define HALVES 2
#else
#define HALVES 1
#endif
#if KH * KW <= 9
#define TAPS const __private VEC *taps  // held in registers
#define TAP(k) taps[k]
#else
#define TAPS __global const float *taps
#define TAP(k) LOADF(taps, (k) * pitch)
#endif

// The filter's value at input position (y0, x0) of its first tap; x is the image at the channel.
static VEC filtered(__global const element *x, TAPS, VEC start, int height,
                    int width, int pitch, int y0, int x0) {
  VEC sum = start;
  #pragma unroll
  for (int kx = 0; kx < KW; ++kx) {
    const int at_x = x0 + kx * DILATION;
    if (at_x < 0 || at_x >= width) continue;
    #pragma unroll
    for (int ky = 0; ky < KH; ++ky) {
      const int at_y = y0 + ky * DILATION;
      if (at_y < 0 || at_y >= height) continue;
      sum = fma(LOADV(x, ((size_t)at_y * width + at_x) * pitch), TAP(ky * KW + kx), sum);
    }
  }
  return sum;
}

__attribute__((reqd_work_group_size(VECTORS * SPAN, 1, 1)))
__kernel void depthwise(__global const element *x, __global const float *w,
                        __global const float *bias, __global element *y,
#if POOL
                        __global float *partials,
#endif
                        int height, int width, int columns, int output_height, int output_width,
                        int pad_top, int pad_left EXTRA_PARAMETERS) {
  const int pitch = HALVES * columns;
  const int item = (int)get_local_id(0);
  const int col = ((int)get_group_id(0) * VECTORS + item % VECTORS) * WIDTH;
  const int ox = (int)get_group_id(1) * SPAN + item / VECTORS;
  const int row_blocks = (output_height + ROWS - 1) / ROWS;
  const int image = (int)get_group_id(2) / row_blocks;
  const int y_begin = (int)get_group_id(2) % row_blocks * ROWS;
  const int y_end = min(y_begin + ROWS, output_height);
  const int rows_per_image = output_height * output_width;
  VEC pool = (VEC)(0.0f);
  if (col < columns && ox < output_width) {
#if KH * KW <= 9
    VEC taps[HALVES * KH * KW];
    for (int h = 0; h < HALVES; ++h)
      for (int tap = 0; tap < KH * KW; ++tap)
        taps[h * KH * KW + tap] = LOADF(w, tap * pitch + h * columns + col);
#define FILTER_OF(h) taps + (h) * KH * KW
#else
#define FILTER_OF(h) w + (h) * columns + col
#endif
    const VEC start = LOADF(bias, col);
#ifdef GATE
    const VEC second_start = LOADF(bias, columns + col);
#endif
    __global const element *source = x + (size_t)image * height * width * pitch + col;
    for (int oy = y_begin; oy < y_end; ++oy) {
      const int y0 = oy * STRIDE - pad_top, x0 = ox * STRIDE - pad_left;
      const int row = (image * output_height + oy) * output_width + ox;
      VEC value = filtered(source, FILTER_OF(0), start, height, width, pitch, y0, x0);
#ifdef GATE
      const VEC second = filtered(source + columns, FILTER_OF(1), second_start, height, width,
                                  pitch, y0, x0);
      value = GATE(value, second);
#endif
#ifdef EPILOGUE
      EPILOGUE(value, row, col)
#endif
      STOREV(value, y, (size_t)row * columns + col);
      pool = pool + value;
    }
  }
#if POOL
  __local VEC exchange[VECTORS * SPAN];
  exchange[item] = pool;
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int step = 1; step < SPAN; step *= 2) {
    if (item / VECTORS % (2 * step) == 0) exchange[item] += exchange[item + step * VECTORS];
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  if (item < VECTORS && col < columns) {
    const size_t part = get_group_id(2) * get_num_groups(1) + get_group_id(1);
    STOREF(exchange[item], partials, part * columns + col);
  }
#endif
}
