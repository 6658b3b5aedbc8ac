// Sums whose parts were computed apart, such as those of convolution.cl and matmul.cl: the parts are
// added to the bias in ascending order, and the chain is applied.
//
//   y[row, c] = EPILOGUE(bias[c] + sum over p of partials[p, row, c])
//
// Index map: work-item i computes vector i % (columns / WIDTH) of row i / (columns / WIDTH).
// Hooks: EPILOGUE(v, row, col), as in convolution.cl.
#include "common/elements.h"
#include "common/activations.h"
#include "gpu/output.h"

__kernel void join_parts(__global const float *partials, __global const float *bias,
                         __global element *y, int parts, int rows, int rows_per_image, int columns,
                         int y_pitch, int y_start EXTRA_PARAMETERS) {
  const int vectors = columns / WIDTH;
  const int row = (int)get_global_id(0) / vectors, col = (int)get_global_id(0) % vectors * WIDTH;
  VEC sum = LOADF(bias, col);
  for (int part = 0; part < parts; ++part)
    sum = sum + *(__global const VEC *)(partials + ((size_t)part * rows + row) * columns + col);
  FINISHED(sum, row, col)
  STOREV(sum, y + y_start, (size_t)row * y_pitch + col);
}
