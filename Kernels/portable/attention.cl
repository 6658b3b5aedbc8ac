// Scaled dot-product attention: y[i] = sum_j p[j] v[j], p = softmax over j of scale q[i] . k[j], in
// every head by itself. Keys come in blocks of WIDTH, in ascending order; the largest score so far
// is kept and the sums are rescaled when it grows.
//
// Row r of q is at q_start + r * q_pitch, and so of k and v; rows of y have y_lanes.
//
// Index map: work-item (i, h, n) owns query i of head h of image n. HEAD and HEAD_VALUE are the
// channels of a head in q and k and in v.
#include "common/elements.h"
#include "common/activations.h"
#include "common/attention.h"

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
  float sums[HEAD_VALUE];
  for (int c = 0; c < HEAD_VALUE; ++c) sums[c] = 0.0f;
  float largest = UNSEEN, total = 0.0f;
  for (int first = 0; first < visible; first += WIDTH) {
    float scores[WIDTH];
    float top = largest;
    for (int j = 0; j < WIDTH; ++j) {
      scores[j] = UNSEEN;
      if (first + j >= visible || !SEES(first + j)) continue;
      float product = 0.0f;
      for (int c = 0; c < HEAD; ++c)
        product = fma(LOAD1(q, c), LOAD1(k, (size_t)(first + j) * k_pitch + c), product);
      scores[j] = product * scale;
      top = fmax(top, scores[j]);
    }
    if (top == UNSEEN) continue;
    const VEC s = PASTED(vload, WIDTH)(0, scores);
    const VEC p = s == (VEC)(UNSEEN) ? (VEC)(0.0f) : exponential(s - top);
    float rescale[WIDTH], shares[WIDTH];
    PASTED(vstore, WIDTH)(exponential((VEC)(largest - top)), 0, rescale);
    PASTED(vstore, WIDTH)(p, 0, shares);
    total = fma(total, rescale[0], lane_sum(p));
    for (int c = 0; c < HEAD_VALUE; ++c) {
      float sum = sums[c] * rescale[0];
      for (int j = 0; j < min(WIDTH, visible - first); ++j)
        sum = fma(shares[j], LOAD1(v, (size_t)(first + j) * v_pitch + c), sum);
      sums[c] = sum;
    }
    largest = top;
  }
  const float divisor = total > 0.0f ? total : 1.0f;
  y += row * y_lanes;
  for (int c = 0; c < HEAD_VALUE; ++c) STORE1(sums[c] / divisor, y, head * HEAD_VALUE + c);
  if (head == 0)
    for (int c = channels; c < y_lanes; ++c) STORE1(0.0f, y, c);
}
