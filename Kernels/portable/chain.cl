// Elementwise ops on rows of padded channels, one after the other in registers.
//
// y[row, col] = EPILOGUE(x[row, col])
//
// Row r of x is at x_start + r * x_pitch, row r of y at y_start + r * y_pitch.
//
// Index map: work-item i owns the vector of channels (i % vectors) of row i / vectors.
#include "common/elements.h"
#include "common/activations.h"

#ifndef EPILOGUE
#define EPILOGUE(v, row, col)  // the chain, on the vector at (row, col)
#endif
#ifndef EXTRA_PARAMETERS
#define EXTRA_PARAMETERS  // buffers and numbers that the chain reads
#endif

GROUP_OF_ONE
__kernel void chain(__global const element *x, __global element *y, int vectors,
                    int rows_per_image, int x_pitch, int x_start, int y_pitch,
                    int y_start EXTRA_PARAMETERS) {
  x += x_start;
  y += y_start;
  const size_t item = get_global_id(0);
  const size_t row = item / vectors;
  const int col = (int)(item % vectors) * WIDTH;
  const int columns = vectors * WIDTH;
  VEC v = LOADV(x, row * x_pitch + col);
  EPILOGUE(v, row, col)
  STOREV(v, y, row * y_pitch + col);
}
