// Scaled dot-product attention for CPUs and few queries: y[i] = sum_j p[j] v[j], p = softmax over j
// of scale q[i] . k[j], in every head by itself. Keys and values are read once for every query.
//
// Lanes are channels. A score is the sum of the lanes of one chain of fma, vectors ascending. Keys
// come in blocks of 16, in ascending order; the largest score so far is kept and the sums are
// rescaled when it grows. Sums over keys are chains of fma, keys ascending.
//
// Rows lie as in portable/attention.cl; HEAD and HEAD_VALUE are whole vectors.
//
// Index map: work-item (i, h, n) owns query i of head h of image n.
#include "common/elements.h"
#include "common/activations.h"
#include "common/attention.h"

#define KEY_BLOCK 16
#define PART (HEAD_VALUE % 64 ? 16 : 64)  // channels that are summed over a block at a time

// Adds `count` rows of PART channels, each times its share, to the sums, which are rescaled.
static void add_rows(__global const element *v, int pitch, const __private float *shares, int count,
                     float rescale, __private float16 *sums) {
  float16 part[PART / 16];
  for (int i = 0; i < PART / 16; ++i) part[i] = sums[i] * rescale;
  for (int j = 0; j < count; ++j) {
    const float16 share = (float16)(shares[j]);
#pragma unroll
    for (int i = 0; i < PART / 16; ++i)
      part[i] = fma(share, LOAD16(v, (size_t)j * pitch + i * 16), part[i]);
  }
  for (int i = 0; i < PART / 16; ++i) sums[i] = part[i];
}

GROUP_OF_ONE
__kernel void attention(__global const element *q, __global const element *k,
                        __global const element *v, MASK_PARAMETER BEGIN_PARAMETER
                        __global element *y, int queries, int keys, int q_pitch, int q_start,
                        int k_pitch, int k_start, int v_pitch, int v_start, int y_lanes,
                        int channels, float scale) {
  const int query = (int)get_global_id(0);
  const int head = (int)get_global_id(1);
  const size_t image = get_global_id(2);
  const size_t row = image * queries + query;
  q += q_start + row * q_pitch + head * HEAD;
  k += k_start + image * keys * k_pitch + head * HEAD;
  v += v_start + image * keys * v_pitch + head * HEAD_VALUE;
  const int visible = CAUSAL ? min(BEGIN + query + 1, keys) : keys;
  float16 asked[HEAD / 16], sums[HEAD_VALUE / 16];
  for (int i = 0; i < HEAD / 16; ++i) asked[i] = LOAD16(q, i * 16);
  for (int i = 0; i < HEAD_VALUE / 16; ++i) sums[i] = (float16)(0.0f);
  float largest = UNSEEN, total = 0.0f;
  for (int first = 0; first < visible; first += KEY_BLOCK) {
    const int count = min(KEY_BLOCK, visible - first);
    float scores[KEY_BLOCK], shares[KEY_BLOCK], rescales[16];
    float top = largest;
    for (int j = 0; j < KEY_BLOCK; ++j) {
      scores[j] = UNSEEN;
      if (j >= count || !SEES(first + j)) continue;
      float16 products = (float16)(0.0f);
#pragma unroll
      for (int i = 0; i < HEAD / 16; ++i)
        products = fma(asked[i], LOAD16(k, (size_t)(first + j) * k_pitch + i * 16), products);
      scores[j] = lane_sum(products) * scale;
      top = fmax(top, scores[j]);
    }
    if (top == UNSEEN) continue;
    const float16 s = LOADF(scores, 0);
    const float16 p = s == (float16)(UNSEEN) ? (float16)(0.0f) : exponential(s - top);
    STOREF(p, shares, 0);
    STOREF(exponential((float16)(largest - top)), rescales, 0);
    total = fma(total, rescales[0], lane_sum(p));
    for (int i = 0; i < HEAD_VALUE; i += PART)
      add_rows(v + (size_t)first * v_pitch + i, v_pitch, shares, count, rescales[0], sums + i / 16);
    largest = top;
  }
  const float divisor = total > 0.0f ? total : 1.0f;
  y += row * y_lanes;
  for (int i = 0; i < HEAD_VALUE / 16; ++i)
    STORE16(sums[i] / divisor, y, head * HEAD_VALUE + i * 16);
  if (head == 0)
    for (int c = channels; c < y_lanes; c += 16) STORE16((float16)(0.0f), y, c);
}
