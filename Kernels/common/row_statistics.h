// Statistics of a row of channels, for the normalizations over channels.
#ifndef LIMPID_ROW_STATISTICS_H
#define LIMPID_ROW_STATISTICS_H

// (mean, 1 / sqrt(variance + epsilon)) of the row at p[base], whose padding is zero: two passes,
// vectors in ascending order, lanes by the tree of lane_sum. The variance is the biased one. In mode
// 3 the mean counts as zero.
static float2 row_statistics(__global const element *p, size_t base, int lanes, int channels,
                             float epsilon, int mode) {
  float mean = 0.0f;
  if (mode != 3) {
    VEC sums = (VEC)(0.0f);
    for (int col = 0; col < lanes; col += WIDTH) sums = sums + LOADV(p, base + col);
    mean = lane_sum(sums) / (float)channels;
  }
  VEC squares = (VEC)(0.0f);
  for (int col = 0; col < lanes; col += WIDTH) {
    const VEC d = masked(LOADV(p, base + col) - mean, col, channels);
    squares = fma(d, d, squares);
  }
  const float variance = lane_sum(squares) / (float)channels;
  return (float2)(mean, 1.0f / sqrt(variance + epsilon));
}

// One vector of the normalized row. Mode 1 centres it, modes 2 ("BiasFree") and 3 (root mean
// square) do not.
static VEC normalized(VEC v, float2 statistics, VEC gain, VEC shift, int mode) {
  const VEC centred = mode == 1 ? v - statistics.x : v;
  return fma(centred * statistics.y, gain, shift);
}

#endif
