// Normalization of every row over its channels, for CPUs with wide vectors.
//
//   y = EPILOGUE((x - mean) / sqrt(variance + epsilon) * gain + shift)
//
// Mean and variance (biased) are those of the true channels of the row; in mode 2 x is not
// centred, and in mode 3 the mean counts as zero in the variance, too.
//
// Index map: work-item i owns rows i * ROWS ..., at most ROWS of them. Global size
// ceil(rows / ROWS), local size 1. gain and shift have `lanes` numbers, zero in the padding.
#include "common/elements.h"
#include "common/activations.h"
#include "common/row_statistics.h"

#ifndef NORMALIZATION
#define NORMALIZATION 1  // 1: centred, 2: not centred, 3: by the root mean square
#endif
#ifndef ROWS
#define ROWS 64  // rows of a work-item
#endif
#ifndef EXTRA_PARAMETERS
#define EXTRA_PARAMETERS  // buffers and numbers that the hook reads
#endif
// Hook: EPILOGUE(v, row, col) changes the output v; rows_per_image is in scope.

GROUP_OF_ONE
__kernel void normalization(__global const element *x, __global element *y,
                            __global const float *gain, __global const float *shift, int rows,
                            int lanes, int channels, int rows_per_image,
                            float epsilon EXTRA_PARAMETERS) {
  const int begin = (int)get_global_id(0) * ROWS, end = min(begin + ROWS, rows);
  for (int row = begin; row < end; ++row) {
    const size_t base = (size_t)row * lanes;
    const float2 statistics = row_statistics(x, base, lanes, channels, epsilon, NORMALIZATION);
    for (int col = 0; col < lanes; col += 16) {
      float16 value = normalized(LOAD16(x, base + col), statistics, LOADF(gain, col),
                                 LOADF(shift, col), NORMALIZATION);
#ifdef EPILOGUE
      EPILOGUE(value, row, col)
#endif
      STORE16(value, y, base + col);
    }
  }
}
