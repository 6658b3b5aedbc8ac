// Resampling of a feature map to another height and width.
//
// Index map: work-item (v, p, r) owns vectors v * item_vectors ..., at most item_vectors of
// `vectors`, of pixels p * item_pixels ..., at most item_pixels, of row r of all images' rows.
#include "common/elements.h"

// Pixel centres aligned: the source coordinate of output row i is (i + 0.5) height / out_height -
// 0.5, clamped at 0; columns likewise.
GROUP_OF_ONE
__kernel void bilinear(__global const element *x, __global element *y, int height, int width,
                       int out_height, int out_width, int vectors, int item_vectors,
                       int item_pixels) {
  const size_t row = get_global_id(2), image = row / out_height;
  const float scale_y = (float)height / (float)out_height;
  const float scale_x = (float)width / (float)out_width;
  const float at_y = fmax(fma((float)(row % out_height) + 0.5f, scale_y, -0.5f), 0.0f);
  const int y0 = min((int)at_y, height - 1), y1 = min(y0 + 1, height - 1);
  const VEC wy = (VEC)(at_y - (float)y0);
  const int columns = vectors * WIDTH;
  __global const element *upper_row = x + (image * height + y0) * width * columns;
  __global const element *lower_row = x + (image * height + y1) * width * columns;
  const int first = (int)get_global_id(0) * item_vectors * WIDTH;
  const int last = min(first + item_vectors * WIDTH, columns);
  const int begin = (int)get_global_id(1) * item_pixels;
  for (int out_x = begin; out_x < min(begin + item_pixels, out_width); ++out_x) {
    const float at_x = fmax(fma((float)out_x + 0.5f, scale_x, -0.5f), 0.0f);
    const int x0 = min((int)at_x, width - 1), x1 = min(x0 + 1, width - 1);
    const VEC wx = (VEC)(at_x - (float)x0);
    const size_t left = (size_t)x0 * columns, right = (size_t)x1 * columns;
    __global element *target = y + (row * out_width + out_x) * columns;
    for (int col = first; col < last; col += WIDTH) {
      const VEC a = LOADV(upper_row, left + col), b = LOADV(upper_row, right + col);
      const VEC c = LOADV(lower_row, left + col), d = LOADV(lower_row, right + col);
      const VEC upper = fma(wx, b - a, a), lower = fma(wx, d - c, c);
      STOREV(fma(wy, lower - upper, upper), target, col);
    }
  }
}

// y[n, i, j] = x[n, i height / out_height, j width / out_width], rounded down.
GROUP_OF_ONE
__kernel void nearest(__global const element *x, __global element *y, int height, int width,
                      int out_height, int out_width, int vectors, int item_vectors,
                      int item_pixels) {
  const size_t row = get_global_id(2), image = row / out_height;
  const size_t in_row = image * height + row % out_height * height / out_height;
  const int first = (int)get_global_id(0) * item_vectors * WIDTH;
  const int last = min(first + item_vectors * WIDTH, vectors * WIDTH);
  const int begin = (int)get_global_id(1) * item_pixels;
  for (int out_x = begin; out_x < min(begin + item_pixels, out_width); ++out_x) {
    const size_t in_x = (size_t)out_x * width / out_width;
    __global const element *source = x + (in_row * width + in_x) * vectors * WIDTH;
    __global element *target = y + (row * out_width + out_x) * vectors * WIDTH;
    for (int col = first; col < last; col += WIDTH) STOREV(LOADV(source, col), target, col);
  }
}
