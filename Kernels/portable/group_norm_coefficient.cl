// Group normalization as one affine map per channel and image: scale = gain / sqrt(var + epsilon),
// shift = offset - mean scale.
//
// The rows of an image are cut into parts. `moments` leaves mean and squared deviations of every
// channel of every part, `group_norm_coefficient` joins those of a group, parts and channels ascending.
#include "common/elements.h"

// Index map: work-item (part, n) owns rows part * part_rows ..., at most part_rows of them, of the
// `rows` of image n; row r of x is at x_start + r * x_pitch. moments[n][part] is the means, then the
// sums of squared deviations.
GROUP_OF_ONE
__kernel void moments(__global const element *x, __global float *moments, int rows, int part_rows,
                      int lanes, int x_pitch, int x_start) {
  const int part = (int)get_global_id(0);
  const size_t image = get_global_id(1);
  const int count = min(part_rows, rows - part * part_rows);
  x += x_start + (image * rows + (size_t)part * part_rows) * x_pitch;
  moments += (image * get_global_size(0) + part) * 2 * lanes;
  for (int col = 0; col < lanes; col += WIDTH) {
    VEC sum = (VEC)(0.0f);
    for (int row = 0; row < count; ++row) sum = sum + LOADV(x, (size_t)row * x_pitch + col);
    const VEC mean = sum / (float)count;
    VEC squares = (VEC)(0.0f);
    for (int row = 0; row < count; ++row) {
      const VEC deviation = LOADV(x, (size_t)row * x_pitch + col) - mean;
      squares = fma(deviation, deviation, squares);
    }
    STOREF(mean, moments, col);
    STOREF(squares, moments, lanes + col);
  }
}

// Index map: work-item (g, n) owns the `members` channels of group g of image n.
GROUP_OF_ONE
__kernel void group_norm_coefficient(__global const float *moments, __global const float *gain,
                           __global const float *offset, __global element *scale,
                           __global element *shift, int rows, int part_rows, int parts,
                           int members, int lanes, float epsilon) {
  const int first = (int)get_global_id(0) * members;
  const size_t image = get_global_id(1);
  moments += image * parts * 2 * lanes;
  float sum = 0.0f;
  for (int part = 0; part < parts; ++part) {
    float means = 0.0f;
    for (int c = first; c < first + members; ++c) means += moments[(size_t)part * 2 * lanes + c];
    sum = fma(means, (float)min(part_rows, rows - part * part_rows), sum);
  }
  const float count = (float)rows * (float)members;
  const float mean = sum / count;
  float squares = 0.0f;
  for (int part = 0; part < parts; ++part) {
    const float weight = (float)min(part_rows, rows - part * part_rows);
    __global const float *own = moments + (size_t)part * 2 * lanes;
    for (int c = first; c < first + members; ++c) {
      const float distance = own[c] - mean;
      squares = fma(weight * distance, distance, squares + own[lanes + c]);
    }
  }
  const float factor = 1.0f / sqrt(squares / count + epsilon);
  scale += image * lanes;
  shift += image * lanes;
  for (int c = first; c < first + members; ++c) {
    const float slope = gain[c] * factor;
    STORE1(slope, scale, c);
    STORE1(fma(-mean, slope, offset[c]), shift, c);
  }
  if (get_global_id(0) + 1 == get_global_size(0)) {
    for (int c = first + members; c < lanes; ++c) {
      STORE1(0.0f, scale, c);
      STORE1(0.0f, shift, c);
    }
  }
}
