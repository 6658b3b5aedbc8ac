// Rows picked and put by number, and numbers of the largest elements. Numbers are floats without
// padding.
#include "common/elements.h"

// Row r of the result is row index[r] of the `rows` of table number r / picked; numbers outside
// count as the nearest row.
//
// Index map: work-item i owns the vector (i % vectors) of result row i / vectors.
GROUP_OF_ONE
__kernel void gather(__global const element *x, __global const float *index, __global element *y,
                     int rows, int picked, int vectors) {
  const size_t row = get_global_id(0) / vectors;
  const int col = (int)(get_global_id(0) % vectors) * WIDTH;
  const float number = index[row];
  const int place = number >= 0.0f ? (int)fmin(number, (float)(rows - 1)) : 0;
  const size_t source = row / picked * rows + place;
  STOREV(LOADV(x, source * vectors * WIDTH + col), y, row * vectors * WIDTH + col);
}

// Row r of `rows` becomes the token starts[n] + r % count of image n = r / count; what lies past the
// last of the `tokens` is dropped.
//
// Index map: work-item i owns the vector (i % vectors) of row i / vectors.
GROUP_OF_ONE
__kernel void insert(__global const element *rows, __global const float *starts,
                     __global element *y, int count, int tokens, int vectors) {
  const size_t row = get_global_id(0) / vectors, image = row / count;
  const int col = (int)(get_global_id(0) % vectors) * WIDTH;
  const float start = starts[image];
  const int first = start >= 0.0f ? (int)fmin(start, (float)(tokens - 1)) : 0;
  const int token = first + (int)(row % count);
  if (token >= tokens) return;
  STOREV(LOADV(rows, row * vectors * WIDTH + col), y,
         (image * tokens + token) * vectors * WIDTH + col);
}

// The first of the largest of every row's true channels.
//
// Index map: work-item i owns row i.
GROUP_OF_ONE
__kernel void argmax(__global const element *x, __global float *y, int channels, int lanes) {
  x += get_global_id(0) * lanes;
  int best = 0;
  float largest = LOAD1(x, 0);
  for (int i = 1; i < channels; ++i) {
    const float candidate = LOAD1(x, i);
    if (candidate > largest) {
      largest = candidate;
      best = i;
    }
  }
  y[get_global_id(0)] = (float)best;
}
