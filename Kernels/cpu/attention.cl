// Scaled dot-product attention for CPUs with wide vectors: y[i] = sum_j p[j] v[j], where p is the
// softmax over j of scale q[i] . k[j], in every head by itself. No matrix of scores is kept.
//
// Lanes are queries: a vector holds one number of each of 16 queries, so that no lane depends on
// another and keys and values are broadcast from their own rows. Keys come in blocks of BLOCK, in
// ascending order. A block's scores s and their largest so far, m, are powers of two:
//   p = 2^(s - m), sums = sums 2^(m before - m) + sum over the block of p v.
// Every sum is one chain of fma, channels and keys ascending.
//
// Index map: work-item (i, h, n) owns queries i * TILES * PANEL ..., at most TILES * PANEL of
// them, of head h of image n. Rows lie as in portable/attention.cl;
// head h owns HEAD (HEAD_VALUE) of them from h HEAD (h HEAD_VALUE) on.
#include "common/elements.h"
#include "common/activations.h"
#include "common/attention.h"

#ifndef BLOCK
#define BLOCK 64  // keys between two rescalings. Changes the order of sums
#endif
#ifndef TILES
#define TILES 4  // tiles of PANEL queries of a work-item
#endif
#ifndef MR
#define MR 8  // keys, then channels, of a register tile
#endif
#ifndef NV
#define NV 2  // vectors of queries of a register tile
#endif
#include "common/tile.h"
#include "cpu/attention.h"

#define KEY_ROWS ((BLOCK + MR - 1) / MR * MR)  // of whole tiles
#define DEPTH_BLOCK 128  // channels between two visits of a tile of scores

#define SCALE_SUM(r, v) sum##r##_##v = sum##r##_##v * factors[v];
#define SCALE_SUMS(r) EACH_VECTOR(SCALE_SUM, r)

// scores[key][lane] of `count` keys, rounded up to whole tiles.
static void multiply_keys(const __private float *keys, const __private float16 *queries,
                          __private float16 *scores, int count) {
  const int row_step = KEY_STRIDE;
  for (int from = 0; from < HEAD; from += DEPTH_BLOCK) {
    for (int key = 0; key < count; key += MR) {
      __private float16 *tile = scores + key * NV;
      const __private float *x = keys + key * KEY_STRIDE + from;
      const __private float16 *w = queries + from * NV;
      const int depth = min(DEPTH_BLOCK, HEAD - from);
      if (from == 0) {
        TILE_ZERO
        ADD_PRODUCTS_OF(x, 1, w, depth)
        TILE_SAVE(tile)
      } else {
        TILE_LOAD(tile)
        ADD_PRODUCTS_OF(x, 1, w, depth)
        TILE_SAVE(tile)
      }
    }
  }
}

// sums[channel][lane] = sums factors + the sum over `count` keys of shares[key][lane] times values.
static void add_values(const __private float *values, const __private float16 *shares,
                       const __private float16 *factors, __private float16 *sums, int count) {
  const int row_step = 1;
  for (int channel = 0; channel < VALUE_ROWS; channel += MR) {
    __private float16 *tile = sums + channel * NV;
    TILE_LOAD(tile)
    EACH_ROW(SCALE_SUMS)
    ADD_PRODUCTS_OF(values + channel, VALUE_STRIDE, shares, count)
    TILE_SAVE(tile)
  }
}

// Scores become 2^(score - largest); `largest` and `total` follow, `factor` is what rescales.
static void take_shares(__private float16 *scores, int count, __private float16 *largest,
                        __private float16 *total, __private float16 *factor) {
  float16 top = *largest;
  for (int j = 0; j < count; ++j) top = scores[j * NV] > top ? scores[j * NV] : top;
  float16 sum = (float16)(0.0f);
  for (int j = 0; j < count; ++j) {
    const float16 share = power_of_two_below(scores[j * NV] - top);
    scores[j * NV] = share;
    sum = sum + share;
  }
  *factor = power_of_two_below(*largest - top);
  *total = fma(*total, *factor, sum);
  *largest = top;
}

// Hides the keys that come after a query from it; `first` is the number of the first lane's query.
static void hide_later(__private float16 *scores, const __private int *numbers, int count,
                       int first) {
  const int16 lane = (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) + first;
  for (int j = 0; j < count; ++j)
    scores[j * NV] = lane < (int16)(numbers[j]) ? (float16)(UNSEEN) : scores[j * NV];
}

GROUP_OF_ONE
__kernel void attention(__global const element *q, __global const element *k,
                        __global const element *v, MASK_PARAMETER BEGIN_PARAMETER
                        __global element *y, int queries, int keys, int q_pitch, int q_start,
                        int k_pitch, int k_start, int v_pitch, int v_start, int y_lanes,
                        int channels, float scale) {
  __private float key_rows[KEY_ROWS * KEY_STRIDE] __attribute__((aligned(64)));
  __private float value_rows[BLOCK * VALUE_STRIDE] __attribute__((aligned(64)));
  __private float16 scores[KEY_ROWS * NV], query_lanes[TILES * HEAD * NV];
  __private float16 sums[TILES * VALUE_ROWS * NV], largest[TILES * NV], totals[TILES * NV];
  __private float16 factors[NV];
  __private int numbers[BLOCK], rows[16];
  const int first = (int)get_global_id(0) * TILES * PANEL;
  const int head = (int)get_global_id(1);
  const size_t image = get_global_id(2);
  const int count = min(TILES * PANEL, queries - first);
  const int tiles = (count + PANEL - 1) / PANEL;
  q += q_start + (image * queries + first) * q_pitch + head * HEAD;
  k += k_start + image * keys * k_pitch + head * HEAD;
  v += v_start + image * keys * v_pitch + head * HEAD_VALUE;
  y += (image * queries + first) * y_lanes;

  for (int i = 0; i < tiles * NV; ++i) {
    for (int lane = 0; lane < 16; ++lane) rows[lane] = min(i * 16 + lane, count - 1);
    load_queries(q, rows, q_pitch, scale * 1.44269504f,
                 query_lanes + i / NV * HEAD * NV + i % NV);
    largest[i] = (float16)(LOWEST);
    totals[i] = (float16)(0.0f);
  }
  for (int i = 0; i < tiles * VALUE_ROWS * NV; ++i) sums[i] = (float16)(0.0f);
  // Rows that are multiplied without being seen, and the padding of the last tile of channels.
  for (int i = 0; i < KEY_ROWS * KEY_STRIDE; ++i) key_rows[i] = 0.0f;
  for (int i = 0; i < BLOCK * VALUE_STRIDE; ++i) value_rows[i] = 0.0f;

  const int begin = BEGIN;
  const int visible = CAUSAL ? min(begin + first + count, keys) : keys;
  for (int block = 0; block < visible; block += BLOCK) {
    int seen = 0;
    for (int j = block; j < min(block + BLOCK, visible); ++j) {
      if (!SEES(j)) continue;
      copy_row(k + (size_t)j * k_pitch, key_rows + seen * KEY_STRIDE, HEAD);
      copy_row(v + (size_t)j * v_pitch, value_rows + seen * VALUE_STRIDE, HEAD_VALUE);
      numbers[seen++] = j;
    }
    if (seen == 0) continue;
    for (int tile = 0; tile < tiles; ++tile) {
      const int query = begin + first + tile * PANEL;
      if (CAUSAL && numbers[0] >= query + PANEL) continue;
      multiply_keys(key_rows, query_lanes + tile * HEAD * NV, scores, seen);
      for (int i = 0; i < NV; ++i) {
        if (CAUSAL && numbers[seen - 1] > query)
          hide_later(scores + i, numbers, seen, query + i * 16);
        take_shares(scores + i, seen, largest + tile * NV + i, totals + tile * NV + i,
                    factors + i);
      }
      add_values(value_rows, scores, factors, sums + tile * VALUE_ROWS * NV, seen);
    }
  }

  for (int i = 0; i * 16 < count; ++i) {
    for (int lane = 0; lane < 16; ++lane)
      rows[lane] = i * 16 + lane < count ? i * 16 + lane : -1;
    const float16 total = totals[i] > (float16)(0.0f) ? totals[i] : (float16)(1.0f);
    store_queries(sums + i / NV * VALUE_ROWS * NV + i % NV, 1.0f / total, y + head * HEAD_VALUE,
                  rows, y_lanes);
  }
  if (head == 0)
    for (int i = 0; i < count; ++i)
      for (int c = channels; c < y_lanes; ++c) STORE1(0.0f, y, (size_t)i * y_lanes + c);
}
