// The small half of attention between channels, on CPUs with wide vectors: from the partial sums
// of gram.cl to a matrix product that mixes the channels of v and projects them.
//
//   A[n, head] = softmax(temperature[head] G / (|q_i| |k_j|))            (entry `similarity`)
//   w[n][head channel j] = sum over i of A[n, head, i, j] P[head channel i]     (entry `fold`)
//
// G, |q|^2 and |k|^2 are the partials added in ascending order; a length is at least epsilon. A
// has rows of `lanes` floats, zero past the `channels` of a head.
//
// P is the projection packed for gemm.cl, [panel][depth][16 NV]; w is packed alike for each image,
// and every head's i ascend in one chain of fma.
//
// Index map: similarity (i, head, n) owns row i of A. fold (panel, head, n) owns the rows of w
// that belong to the channels of the head; the last head's also the rows of the padding. Local size (1, 1, 1).
#include "common/elements.h"
#include "common/activations.h"

#define MR 4  // divides 16, so that a tile never leaves a row of A
#define TILE_SPACE __global
#define TILE_STRIDE 1
#define TILE_STEP lanes
#include "common/tile.h"

GROUP_OF_ONE
__kernel void similarity(__global const float *partials, __global const float *temperature,
                         __global float *attention, int channels, int lanes, int chunks,
                         float epsilon) {
  const int i = (int)get_global_id(0), head = (int)get_global_id(1);
  const size_t group = get_global_id(2) * get_global_size(1) + head;
  const size_t chunk_step = (size_t)(channels + 2) * lanes;
  __global const float *source = partials + group * chunks * chunk_step;
  __global float *target = attention + (group * channels + i) * lanes;
  float q_square = 0.0f;
  for (int chunk = 0; chunk < chunks; ++chunk)
    q_square += source[chunk * chunk_step + channels * lanes + i];
  const float q_length = fmax(sqrt(q_square), epsilon);
  for (int col = 0; col < lanes; col += 16) {
    float16 product = (float16)(0.0f), k_square = (float16)(0.0f);
    for (int chunk = 0; chunk < chunks; ++chunk) {
      __global const float *part = source + chunk * chunk_step + col;
      product += LOADF(part, i * lanes);
      k_square += LOADF(part, (channels + 1) * lanes);
    }
    const float16 cosine = product / (q_length * fmax(sqrt(k_square), (float16)(epsilon)));
    STOREF(cosine * temperature[head], target, col);
  }
  float largest = target[0];
  for (int j = 1; j < channels; ++j) largest = fmax(largest, target[j]);
  float16 sums = (float16)(0.0f);
  for (int col = 0; col < lanes; col += 16) {
    const float16 power = masked(exponential(LOADF(target, col) - largest), col, channels);
    STOREF(power, target, col);
    sums += power;
  }
  const float scale = 1.0f / lane_sum(sums);
  for (int col = 0; col < lanes; col += 16) STOREF(LOADF(target, col) * scale, target, col);
}

GROUP_OF_ONE
__kernel void fold(__global const float *attention, __global const element *projection,
                   __global element *w, int channels, int lanes, int depth) {
  const size_t panel = get_global_id(0), image = get_global_id(2);
  const int head = (int)get_global_id(1);
  const size_t first = panel * depth + head * channels;
  projection += first * PANEL;
  w += (image * get_global_size(0) * depth + first) * PANEL;
  attention += (image * get_global_size(1) + head) * channels * lanes;
  for (int j = 0; j < channels; j += MR) {
    float16 sums[MR * NV];
    {
      TILE_ZERO
      TILE_RUN(attention + j, projection, channels)
      TILE_SAVE(sums)
    }
    for (int r = 0; r < min(MR, channels - j); ++r)
      for (int v = 0; v < NV; ++v) STORE16(sums[r * NV + v], w, (j + r) * PANEL + v * 16);
  }
  if (head + 1 < (int)get_global_size(1)) return;
  for (int j = channels; j < depth - head * channels; ++j)
    for (int v = 0; v < NV; ++v) STORE16((float16)(0.0f), w, j * PANEL + v * 16);
}
