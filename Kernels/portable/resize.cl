// Bilinear resampling of a feature map, pixel centres aligned.
//
// Index map: work-item i owns the vector of channels (i % vectors) of output pixel i / vectors.
// Source coordinate of output y: (y + 0.5) height / out_height - 0.5, clamped at 0.
#include "common/elements.h"

__kernel void resize(__global const element *x, __global element *y, int height, int width,
                     int out_height, int out_width, int vectors) {
  const size_t item = get_global_id(0);
  const int col = (int)(item % vectors) * WIDTH;
  const size_t pixel = item / vectors;
  const int out_x = (int)(pixel % out_width);
  const int out_y = (int)(pixel / out_width % out_height);
  const size_t image = pixel / out_width / out_height;
  const float scale_y = (float)height / (float)out_height;
  const float scale_x = (float)width / (float)out_width;
  const float at_y = fmax(fma((float)out_y + 0.5f, scale_y, -0.5f), 0.0f);
  const float at_x = fmax(fma((float)out_x + 0.5f, scale_x, -0.5f), 0.0f);
  const int y0 = min((int)at_y, height - 1), y1 = min(y0 + 1, height - 1);
  const int x0 = min((int)at_x, width - 1), x1 = min(x0 + 1, width - 1);
  const VEC wy = (VEC)(at_y - (float)y0), wx = (VEC)(at_x - (float)x0);
  const int columns = vectors * WIDTH;
#define PIXEL(py, px) LOADV(x, ((image * height + (py)) * width + (px)) * columns + col)
  const VEC a = PIXEL(y0, x0), b = PIXEL(y0, x1), c = PIXEL(y1, x0), d = PIXEL(y1, x1);
  const VEC upper = fma(wx, b - a, a), lower = fma(wx, d - c, c);
  STOREV(fma(wy, lower - upper, upper), y, pixel * columns + col);
}
