// Depthwise convolution, zero-padded, with gate and pooling, for CPUs with wide vectors.
//
//   y[n, oy, ox, c] = EPILOGUE(GATE(bias + sum over kx, ky of w[ky, kx, c]
//       x[n, oy STRIDE + ky DILATION - pad_top, ox STRIDE + kx DILATION - pad_left, c]))
//
// x rows have `columns` channels (2 * columns with GATE), y rows `columns`, padded to 16; w is
// [KH * KW][channels of x] floats, bias one float for each. The sum starts at the bias and ascends
// through kx, in each through ky, one chain of fma.
//
// A launch takes the lines line_begin ..., up to line_end, of images from image `image` on. x
// starts with image x_image and holds `ring` lines of each, line iy at iy mod ring. y starts with
// line y_line of all lines of all images.
//
// Index map: work-item (i, n) owns output lines line_begin + i * item_rows ..., at most item_rows,
// of image image + n. Global size (ceil((line_end - line_begin) / item_rows), images), local size
// (1, 1). It walks strips of RUN columns, in a strip the lines, in a line the vectors of channels,
// so that the lines of x that neighbouring output lines share are still in the cache.
// With POOL the sums of the outputs of each pixel row, ox ascending, go to
// partials[(n * output_height + oy) * columns + c].
#include "common/elements.h"
#include "common/activations.h"
#include "common/window.h"

#ifndef POOL
#define POOL 0  // 1: write the partial sums
#endif
#ifndef RUN
#define RUN 16  // neighbouring outputs of a channel that are computed in one go
#endif
#ifndef EXTRA_PARAMETERS
#define EXTRA_PARAMETERS  // buffers and numbers that the hook reads
#endif
// Hooks: GATE(a, b) joins channel c and channel columns + c; EPILOGUE(v, row, col) changes the
// output v; rows_per_image is in scope and counts output rows.

#ifdef GATE
#define HALVES 2
#define RESULT(j) GATE(sums[j], sums[RUN + (j)])
#else
#define HALVES 1
#define RESULT(j) sums[j]
#endif
#define LINE(y) ((y) < ring ? (y) : (y) % ring)

// sums = `count` outputs from column ox on, for the vector of channels at x; y0 and x0 are the
// input position of the first tap of the first output, x is the image, `pitch` channels a pixel.
#if KH == 3 && KW == 3 && STRIDE == 1 && DILATION == 1

#define LOAD_COLUMN(at)                                                     \
  const float16 upper = LOAD16(above, at), centre = LOAD16(line, at);       \
  const float16 lower = LOAD16(below, at);
#define ADD_COLUMN(sum, kx)          \
  sum = fma(upper, tap0##kx, sum);   \
  sum = fma(centre, tap1##kx, sum);  \
  sum = fma(lower, tap2##kx, sum);

// Every input vector is read once and used by the three outputs that see it. Rows outside x are
// read from the middle row with taps of zero.
static void filter(__global const element *x, __global const float *w, __global const float *bias,
                   int height, int width, int ring, int pitch, int y0, int x0, int count,
                   __private float16 *sums) {
  const float16 zero = (float16)(0.0f), start = LOADF(bias, 0);
  const long row = (long)width * pitch, here = (long)pitch * (x0 + 1);
  const int has_line = y0 >= -1 && y0 + 1 < height;
  const int has_above = y0 >= 0 && y0 < height, has_below = y0 >= -2 && y0 + 2 < height;
  __global const element *line = x + (has_line ? LINE(y0 + 1) * row : 0) + here;
  __global const element *above = has_above ? x + LINE(y0) * row + here : line;
  __global const element *below = has_below ? x + LINE(y0 + 2) * row + here : line;
  __global const element *next = below + row;
#define TAP(has, k) (has ? LOADF(w, (k) * pitch) : zero)
  const float16 tap00 = TAP(has_above, 0), tap01 = TAP(has_above, 1), tap02 = TAP(has_above, 2);
  const float16 tap10 = TAP(has_line, 3), tap11 = TAP(has_line, 4), tap12 = TAP(has_line, 5);
  const float16 tap20 = TAP(has_below, 6), tap21 = TAP(has_below, 7), tap22 = TAP(has_below, 8);
  float16 current = start, following = start;
  if (x0 >= 0 && x0 < width) {
    LOAD_COLUMN(-(long)pitch)
    ADD_COLUMN(current, 0)
  }
  if (x0 >= -1 && x0 + 1 < width) {
    LOAD_COLUMN(0)
    ADD_COLUMN(current, 1)
    ADD_COLUMN(following, 0)
  }
  int j = 0;
  for (; j < count && x0 + 2 + j < 0; ++j) sums[j] = start;  // sees zeros alone
  for (; j < count && x0 + 2 + j < width; ++j) {
    const long at = (long)(j + 1) * pitch;
    LOAD_COLUMN(at)
    FETCH(next, at)
    ADD_COLUMN(current, 2)
    sums[j] = current;
    current = following;
    ADD_COLUMN(current, 1)
    following = start;
    ADD_COLUMN(following, 0)
  }
  for (; j < count; ++j) {
    sums[j] = current;
    current = following;
    following = start;
  }
}

#else

static void filter(__global const element *x, __global const float *w, __global const float *bias,
                   int height, int width, int ring, int pitch, int y0, int x0, int count,
                   __private float16 *sums) {
  for (int j = 0; j < count; ++j) {
    float16 sum = LOADF(bias, 0);
    for (int kx = 0; kx < KW; ++kx) {
      const int at_x = x0 + j * STRIDE + kx * DILATION;
      if (at_x < 0 || at_x >= width) continue;
      for (int ky = 0; ky < KH; ++ky) {
        const int at_y = y0 + ky * DILATION;
        if (at_y < 0 || at_y >= height) continue;
        const float16 tap = LOADF(w, (ky * KW + kx) * pitch);
        sum = fma(LOAD16(x, ((size_t)LINE(at_y) * width + at_x) * pitch), tap, sum);
      }
    }
    sums[j] = sum;
  }
}

#endif

GROUP_OF_ONE
__kernel void depthwise(__global const element *x, __global const float *w,
                        __global const float *bias, __global element *y,
#if POOL
                        __global float *partials,
#endif
                        int height, int width, int columns, int output_height, int output_width,
                        int pad_top, int pad_left, int image, int line_begin, int line_end,
                        int ring, int x_image, int y_line, int item_rows, int streams
                        EXTRA_PARAMETERS) {
  float16 sums[HALVES * RUN];
  const int pitch = HALVES * columns;
  const int rows_per_image = output_height * output_width;
  const int y_begin = line_begin + (int)get_global_id(0) * item_rows;
  const int y_end = min(y_begin + item_rows, line_end);
  const int skipped = y_line * output_width;
  image += (int)get_global_id(1);
  x += (size_t)(image - x_image) * ring * width * pitch;
  for (int ox = 0; ox < output_width; ox += RUN) {
    const int count = min(RUN, output_width - ox);
    const int x0 = ox * STRIDE - pad_left;
    for (int oy = y_begin; oy < y_end; ++oy) {
      const int y0 = oy * STRIDE - pad_top;
      const int first_row = (image * output_height + oy) * output_width + ox;
#if POOL
      __global float *pooled = partials + (size_t)(image * output_height + oy) * columns;
#endif
      for (int col = 0; col < columns; col += 16) {
        for (int half_ = 0; half_ < HALVES; ++half_) {
          const int c = half_ * columns + col;
          filter(x + c, w + c, bias + c, height, width, ring, pitch, y0, x0, count,
                 sums + half_ * RUN);
        }
#if POOL
        float16 pool = ox == 0 ? (float16)(0.0f) : LOADF(pooled, col);
#endif
        for (int j = 0; j < count; ++j) {
          const int row = first_row + j;
          float16 value = RESULT(j);
#ifdef EPILOGUE
          EPILOGUE(value, row, col)
#endif
          PUTV(value, y, (size_t)(row - skipped) * columns + col, streams)
          if (!streams) {
            FETCH_TARGET(y, (size_t)(row - skipped + output_width) * columns + col)
          }
#if POOL
          pool = pool + value;
#endif
        }
#if POOL
        STOREF(pool, pooled, col);
#endif
      }
    }
  }
}
