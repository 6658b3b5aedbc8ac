// Mean over some rows for every channel, in ascending order of the rows.
//
// Result row r is the mean of rows first + d, where `first` is the offset of position r of the kept
// digits and d that of each of the `count` positions of the summed digits; strides are in elements.
//
// Index map: work-item i owns the vector (i % vectors) of result row i / vectors.
#include "common/elements.h"
#include "common/digits.h"

GROUP_OF_ONE
__kernel void mean(__global const element *x, __global element *y, int8 kept_extents,
                   int8 kept_strides, int8 summed_extents, int8 summed_strides, int count,
                   int vectors) {
  const size_t row = get_global_id(0) / vectors;
  const int col = (int)(get_global_id(0) % vectors) * WIDTH;
  x += digits_offset((uint)row, kept_extents, kept_strides) + col;
  int8 outer_extents = summed_extents.s12345677;
  outer_extents.s7 = 1;
  VEC sum = (VEC)(0.0f);
  for (int i = 0; i < count / summed_extents.s0; ++i) {
    const size_t start = digits_offset((uint)i, outer_extents, summed_strides.s12345677);
    for (int j = 0; j < summed_extents.s0; ++j)
      sum += LOADV(x, start + (size_t)j * summed_strides.s0);
  }
  STOREV(sum / (float)count, y, (row * vectors) * WIDTH + col);
}
