// Between the host's row-major float32 and rows of padded channels.
//
// A dense tensor is seen as [outer][channels][inner]; row o * inner + i of the other form holds its
// channels. Index map: work-item i owns the vector (i % vectors) of row i / vectors.
#include "common/elements.h"

// dense -> rows; padding becomes zero.
__kernel void to_rows(__global const float *x, __global element *y, int channels, int inner,
                      int vectors) {
  const size_t row = get_global_id(0) / vectors;
  const int first = (int)(get_global_id(0) % vectors) * WIDTH;
  x += (row / inner * channels + first) * inner + row % inner;
  float lanes[WIDTH];
  for (int i = 0; i < WIDTH; ++i)
    lanes[i] = first + i < channels ? x[(size_t)i * inner] : 0.0f;
  STOREV(LOADF(lanes, 0), y, (row * vectors) * WIDTH + first);
}

// rows -> dense.
__kernel void to_dense(__global const element *x, __global float *y, int channels, int inner,
                       int vectors) {
  const size_t row = get_global_id(0) / vectors;
  const int first = (int)(get_global_id(0) % vectors) * WIDTH;
  y += (row / inner * channels + first) * inner + row % inner;
  float lanes[WIDTH];
  STOREF(LOADV(x, (row * vectors) * WIDTH + first), lanes, 0);
  for (int i = 0; i < WIDTH && first + i < channels; ++i) y[(size_t)i * inner] = lanes[i];
}
