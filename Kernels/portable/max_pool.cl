// The largest elements of the windows of a feature map: y[n, i, j] is that of the side x side
// pixels of x[n] whose first one is (i stride, j stride).
//
// Index map: work-item (v, p, r) owns vectors v * item_vectors ..., at most item_vectors of
// `vectors`, of pixels p * item_pixels ..., at most item_pixels, of row r of all images' rows.
#include "common/elements.h"

GROUP_OF_ONE
__kernel void largest(__global const element *x, __global element *y, int height, int width,
                      int out_height, int out_width, int side, int stride, int vectors,
                      int item_vectors, int item_pixels) {
  const size_t row = get_global_id(2), image = row / out_height;
  const int columns = vectors * WIDTH;
  __global const element *lines =
      x + (image * height + row % out_height * stride) * width * columns;
  const int first = (int)get_global_id(0) * item_vectors * WIDTH;
  const int last = min(first + item_vectors * WIDTH, columns);
  const int begin = (int)get_global_id(1) * item_pixels;
  for (int out_x = begin; out_x < min(begin + item_pixels, out_width); ++out_x) {
    for (int col = first; col < last; col += WIDTH) {
      __global const element *window = lines + (size_t)out_x * stride * columns + col;
      VEC most = (VEC)(-INFINITY);
      for (int i = 0; i < side; ++i)
        for (int j = 0; j < side; ++j)
          most = fmax(most, LOADV(window, ((size_t)i * width + j) * columns));
      STOREV(most, y, (row * out_width + out_x) * columns + col);
    }
  }
}
