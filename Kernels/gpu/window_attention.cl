// Attention within windows for GPUs: what it computes and its parameters are those of
// cpu/window_attention.cl. Keys come in blocks of BLOCK, in ascending order; the largest score so
// far is kept and the sums are rescaled when it grows. Sums ascend, one chain of fma.
//
// Index map: work-group g of THREADS work-items on axis 0 has the queries c THREADS ... of window
// w, g being w CHUNKS + c, one each; on axes 1 and 2 are heads and images. A block of keys and
// values lies in local memory, and the head's table of the bias.
#include "common/elements.h"
#include "common/activations.h"
#include "common/window_places.h"

#ifndef HEAD
#define HEAD 30  // channels of a head of queries
#endif
#ifndef HEAD_VALUE
#define HEAD_VALUE HEAD  // channels of a head of the result
#endif
#ifndef THREADS
#define THREADS 64
#endif

#define BLOCK 16  // keys between two rescalings: a multiple of 4. Changes the order of sums
#define CHUNKS ((QUERIES + THREADS - 1) / THREADS)
#define DEPTHS ((HEAD + 3) / 4)  // vectors of a head's channels
#define VALUES ((HEAD_VALUE + 3) / 4)
#define LOG2_E 1.44269504f
#define LOWEST -1.0e38f
// A score that is not seen: 2^(UNSEEN - LOWEST) is 0.
#define UNSEEN -3.0e38f

// Brings the keys from `first` on to local memory: of each the `length` channels of `head` in a row
// of `vectors`, out of pixels that have `pixel_length`.
static void load_block(__global const element *x, int first, int2 window, int2 shift, int2 extent,
                       int lanes, int head, int length, int pixel_length, int vectors,
                       __local float *to) {
  for (int i = (int)get_local_id(0); i < BLOCK * vectors * 4; i += THREADS) {
    const int key = first + i / (vectors * 4), c = i % (vectors * 4);
    const int part = (head * length + c) / pixel_length;
    const int inner = (head * length + c) % pixel_length;
    const int y = window_place(window.y, key / KEYS_W * FOLD + part / FOLD - OVERLAP, WINDOW_H,
                               shift.y, extent.y);
    const int at = window_place(window.x, key % KEYS_W * FOLD + part % FOLD - OVERLAP, WINDOW_W,
                                shift.x, extent.x);
    const int is_inside = key < KEYS && c < length && y >= 0 && y < extent.y && at >= 0 &&
                          at < extent.x;
    to[i] = is_inside ? LOAD1(x, (size_t)(y * extent.x + at) * lanes + inner) : 0.0f;
  }
}

__attribute__((reqd_work_group_size(THREADS, 1, 1)))
__kernel void window_attention(__global const element *q, __global const element *k,
                               __global const element *v, __global const float *bias,
                               __global element *y, int height, int width, int shift_y,
                               int shift_x, int q_lanes, int k_lanes, int v_lanes, int y_lanes,
                               int q_start, int k_start, int v_start, int channels,
                               float scale) {
  __local float4 key_rows[BLOCK * DEPTHS], value_rows[BLOCK * VALUES];
  __local float table[TABLE_H * TABLE_W];
  const int item = (int)get_local_id(0), group = (int)get_group_id(0);
  const int2 extent = (int2)(width, height), shift = (int2)(shift_x, shift_y);
  const int across = width / WINDOW_W;
  const int2 window = (int2)(group / CHUNKS % across, group / CHUNKS / across);
  const int own = group % CHUNKS * THREADS + item, query = min(own, QUERIES - 1);
  const int head = (int)get_global_id(1), heads = (int)get_global_size(1);
  const size_t pixels = get_global_id(2) * height * width;
  const int line = query / WINDOW_W, column = query % WINDOW_W;
  const int at = window_place(window.y, line, WINDOW_H, shift_y, height) * width +
                 window_place(window.x, column, WINDOW_W, shift_x, width);
  const int seen = region(window.y, window.x, line, column, shift_y, shift_x, height, width);
  q += (pixels + at) * q_lanes + q_start + head * HEAD;
  k += pixels * k_lanes + k_start;
  v += pixels * v_lanes + v_start;
  bias += head * (BIAS_H * BIAS_W);
  y += (pixels + at) * y_lanes;

  for (int i = item; i < TABLE_H * TABLE_W; i += THREADS)
    table[i] = bias[bias_place(i / TABLE_W, i % TABLE_W)] * LOG2_E;
  float own_query[DEPTHS * 4];
  for (int c = 0; c < DEPTHS * 4; ++c)
    own_query[c] = c < HEAD ? LOAD1(q, c) * (scale * LOG2_E) : 0.0f;
  float4 sums[VALUES];
  for (int c = 0; c < VALUES; ++c) sums[c] = (float4)(0.0f);
  float largest = LOWEST, total = 0.0f;

  for (int first = 0; first < KEYS; first += BLOCK) {
    barrier(CLK_LOCAL_MEM_FENCE);
    load_block(k, first, window, shift, extent, k_lanes, head, HEAD,
               heads * HEAD / (FOLD * FOLD), DEPTHS, (__local float *)key_rows);
    load_block(v, first, window, shift, extent, v_lanes, head, HEAD_VALUE,
               channels / (FOLD * FOLD), VALUES, (__local float *)value_rows);
    barrier(CLK_LOCAL_MEM_FENCE);
    float scores[BLOCK];
    float top = largest;
    for (int j = 0; j < BLOCK; ++j) {
      const int key = min(first + j, KEYS - 1);
      float score = table[table_place(key, TABLE_W) + line * TABLE_W + column];
      for (int c = 0; c < DEPTHS; ++c) {
        const float4 from = key_rows[j * DEPTHS + c];
        score = fma(own_query[4 * c], from.x, score);
        score = fma(own_query[4 * c + 1], from.y, score);
        score = fma(own_query[4 * c + 2], from.z, score);
        score = fma(own_query[4 * c + 3], from.w, score);
      }
      const int is_seen =
          first + j < KEYS &&
          (!SHIFTED || seen == region(window.y, window.x, key / KEYS_W * FOLD + FOLD - 1,
                                      key % KEYS_W * FOLD + FOLD - 1, shift_y, shift_x, height,
                                      width));
      scores[j] = is_seen ? score : UNSEEN;
      top = fmax(top, scores[j]);
    }
    float factor[4];
    vstore4(power_of_two((float4)(largest - top)), 0, factor);
    float4 shares = (float4)(0.0f);
    for (int j = 0; j < BLOCK; j += 4) {
      const float4 share = power_of_two(vload4(0, scores + j) - top);
      vstore4(share, 0, scores + j);
      shares = shares + share;
    }
    total = fma(total, factor[0], lane_sum(shares));
    for (int c = 0; c < VALUES; ++c) {
      float4 sum = sums[c] * factor[0];
      for (int j = 0; j < BLOCK; ++j)
        sum = fma((float4)(scores[j]), value_rows[j * VALUES + c], sum);
      sums[c] = sum;
    }
    largest = top;
  }

  if (own >= QUERIES) return;
  for (int c = 0; c < VALUES; ++c) {
    float numbers[4];
    vstore4(sums[c] / total, 0, numbers);
    for (int i = 0; i < min(HEAD_VALUE - 4 * c, 4); ++i)
      STORE1(numbers[i], y, head * HEAD_VALUE + 4 * c + i);
  }
  if (head == 0)
    for (int c = channels; c < y_lanes; ++c) STORE1(0.0f, y, c);
}
