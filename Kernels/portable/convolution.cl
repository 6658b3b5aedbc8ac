// Convolution in any number of groups, zero-padded.
//
// Index map: work-item i owns the vector (i % vectors) of output pixel i / vectors. Weights are
// (out channel, in channel of its group, ky, kx), float, not packed.
#include "common/elements.h"
#include "common/activations.h"

#ifndef EPILOGUE
#define EPILOGUE(v, row, col)  // applied to each output vector
#endif
#ifndef EXTRA_PARAMETERS
#define EXTRA_PARAMETERS  // buffers and numbers that the chain reads
#endif

GROUP_OF_ONE
__kernel void convolution(__global const element *x, __global const float *w,
                          __global const float *bias, __global element *y, int height, int width,
                          int lanes, int out_height, int out_width, int vectors, int channels,
                          int group_inputs, int group_outputs, int kernel_height,
                          int kernel_width, int stride, int dilation, int pad_top, int pad_left,
                          int rows_per_image EXTRA_PARAMETERS) {
  const size_t item = get_global_id(0);
  const int col = (int)(item % vectors) * WIDTH;
  const size_t row = item / vectors;
  const int columns = vectors * WIDTH;
  const int out_x = (int)(row % out_width);
  const int out_y = (int)(row / out_width % out_height);
  const size_t image = row / out_width / out_height;
  float sums[WIDTH];
  for (int j = 0; j < WIDTH; ++j) {
    const int channel = col + j;
    float sum = 0.0f;
    if (channel < channels) {
      sum = bias[channel];
      const int first = channel / group_outputs * group_inputs;
      for (int ky = 0; ky < kernel_height; ++ky) {
        const int in_y = out_y * stride + ky * dilation - pad_top;
        if (in_y < 0 || in_y >= height) continue;
        for (int kx = 0; kx < kernel_width; ++kx) {
          const int in_x = out_x * stride + kx * dilation - pad_left;
          if (in_x < 0 || in_x >= width) continue;
          const size_t pixel = ((image * height + in_y) * width + in_x) * lanes + first;
          for (int i = 0; i < group_inputs; ++i) {
            const size_t tap =
                ((size_t)(channel * group_inputs + i) * kernel_height + ky) * kernel_width + kx;
            sum = fma(LOAD1(x, pixel + i), w[tap], sum);
          }
        }
      }
    }
    sums[j] = sum;
  }
  VEC v = LOADF(sums, 0);
  EPILOGUE(v, row, col)
  STOREV(v, y, row * columns + col);
}
