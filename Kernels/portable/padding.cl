// Enlarges a feature map at its borders.
//
// y[n, i, j] = x[n, border(i - top), border(j - left)], zero where there is no such pixel.
//
// Index map: work-item (v, p, r) owns vectors v * item_vectors ..., at most item_vectors of
// `vectors`, of pixels p * item_pixels ..., at most item_pixels, of row r of all images' rows.
#include "common/elements.h"

#define ZERO 0  // modes
#define REFLECT 1
#define REPLICATE 2

// The position that stands for `at` along an axis of `extent`; -1 for none.
static int border(int at, int extent, int mode) {
  const int last = extent - 1;
  if (mode == REFLECT) return last - (int)abs(last - (int)abs(at));
  if (mode == REPLICATE) return clamp(at, 0, last);
  return at >= 0 && at <= last ? at : -1;
}

GROUP_OF_ONE
__kernel void padding(__global const element *x, __global element *y, int mode, int height,
                      int width, int out_height, int out_width, int top, int left, int vectors,
                      int item_vectors, int item_pixels) {
  const size_t row = get_global_id(2), image = row / out_height;
  const int in_y = border((int)(row % out_height) - top, height, mode);
  const int first = (int)get_global_id(0) * item_vectors * WIDTH;
  const int last = min(first + item_vectors * WIDTH, vectors * WIDTH);
  const int begin = (int)get_global_id(1) * item_pixels;
  for (int out_x = begin; out_x < min(begin + item_pixels, out_width); ++out_x) {
    const int in_x = border(out_x - left, width, mode);
    __global element *target = y + (row * out_width + out_x) * vectors * WIDTH;
    if (in_y < 0 || in_x < 0) {
      for (int col = first; col < last; col += WIDTH) STOREV((VEC)(0.0f), target, col);
    } else {
      __global const element *source =
          x + ((image * height + in_y) * width + in_x) * vectors * WIDTH;
      for (int col = first; col < last; col += WIDTH) STOREV(LOADV(source, col), target, col);
    }
  }
}
