// Mean over some rows for every channel, in ascending order of the rows.
//
// Index map: work-item i owns the vector (i % vectors) of result row i / vectors. The generated
// code walks the operand rows that belong to a result row.
#include "common/elements.h"

#ifndef FIRST_ROW
#define FIRST_ROW(row) (row)   // operand row at which the sum of result row `row` starts
#define REDUCED_ROWS 1         // how many operand rows are summed
#define ROW_OFFSET(i) (i)      // distance of the i-th summed row from the first
#endif

__kernel void mean(__global const element *x, __global element *y, int vectors) {
  const size_t item = get_global_id(0);
  const int col = (int)(item % vectors) * WIDTH;
  const size_t row = item / vectors;
  const size_t columns = (size_t)vectors * WIDTH;
  const size_t first = FIRST_ROW(row);
  VEC sum = (VEC)(0.0f);
  for (size_t i = 0; i < REDUCED_ROWS; ++i)
    sum += LOADV(x, (first + ROW_OFFSET(i)) * columns + col);
  STOREV(sum / (float)(REDUCED_ROWS), y, row * columns + col);
}
