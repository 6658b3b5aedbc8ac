// Mean of the rows of every image, for CPUs with wide vectors.
//
//   partials[n, part, c] = sum of x over the rows of the part      (entry `partial_sums`)
//   y[n, c] = EPILOGUE(sum of partials[n, :, c] / count)           (entry `pool`)
//
// Rows and parts are added in ascending order. The depthwise kernel can write the partials too,
// a part being a row of pixels; `count` is the number of pixels of an image.
//
// Index map: partial_sums (part, n): global size (parts, images). pool (v, n): the vector of
// channels v of image n: global size (columns / 16, images). Local size (1, 1).
#include "common/elements.h"
#include "common/activations.h"

#ifndef EXTRA_PARAMETERS
#define EXTRA_PARAMETERS  // buffers and numbers that the hook reads
#endif
// Hook: EPILOGUE(v, row, col) changes the mean v; row is the image. rows_per_image is 1.

// Part p is rows p * part_rows ..., at most part_rows of them, of the rows_per_image of an image.
GROUP_OF_ONE
__kernel void partial_sums(__global const element *x, __global float *partials,
                           int rows_per_image, int part_rows, int columns) {
  const int part = (int)get_global_id(0);
  const size_t image = get_global_id(1);
  const int begin = part * part_rows, end = min(begin + part_rows, rows_per_image);
  __global const element *source = x + (image * rows_per_image + begin) * columns;
  __global float *target = partials + (image * get_global_size(0) + part) * columns;
  for (int col = 0; col < columns; col += 16) STOREF((float16)(0.0f), target, col);
  for (int row = begin; row < end; ++row) {
    for (int col = 0; col < columns; col += 16)
      STOREF(LOADF(target, col) + LOAD16(source, col), target, col);
    source += columns;
  }
}

GROUP_OF_ONE
__kernel void pool(__global const float *partials, __global element *y, int parts, int columns,
                   int count EXTRA_PARAMETERS) {
  const int col = (int)get_global_id(0) * 16;
  const int row = (int)get_global_id(1);
  const int rows_per_image = 1;
  __global const float *source = partials + (size_t)row * parts * columns + col;
  float16 value = (float16)(0.0f);
  for (int part = 0; part < parts; ++part) value = value + LOADF(source, (size_t)part * columns);
  value = value / (float)count;
#ifdef EPILOGUE
  EPILOGUE(value, row, col)
#endif
  STORE16(value, y, (size_t)row * columns + col);
}
