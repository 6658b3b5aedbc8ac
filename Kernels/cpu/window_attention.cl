// Attention within windows for CPUs with wide vectors: y[i] = sum_j p[j] v[j], where p is the
// softmax over the keys j of a window of scale q[i] . k[j] + bias[i - j], in every head by itself.
//
// Lanes are queries, as in attention.cl. A vector holds two runs of eight neighbours of a line of
// the window, whose lines are rounded up to that: the bias of a key is two runs of the table. All
// scores of a panel of queries are there before the first is summed, so that the sums are one chain
// of fma each, channels and keys ascending.
//
// Index map: work-item (h, w, n) owns window w, counted in rows, of head h of image n: a thread that
// computes neighbours finds the rows of a window in its cache. Rows of q, k, v and y have `*_lanes`
// elements, their channels beginning at *_start; head h owns HEAD (HEAD_VALUE) channels of a query or
// key from h HEAD on.
#include "common/elements.h"
#include "common/activations.h"
#include "common/window_places.h"

#ifndef HEAD
#define HEAD 30  // channels of a head of queries
#endif
#ifndef HEAD_VALUE
#define HEAD_VALUE HEAD  // channels of a head of the result
#endif
#ifndef MR
#define MR 6  // keys, then channels, of a register tile
#endif
#ifndef NV
#define NV 4  // vectors of queries of a register tile
#endif
#include "common/tile.h"
#include "cpu/attention.h"

#define RUNS ((WINDOW_W + 7) / 8)  // runs of eight neighbours in a line
#define PITCH (TABLE_W - WINDOW_W + 8 * RUNS)
#define PANELS ((WINDOW_H * RUNS + 2 * NV - 1) / (2 * NV))
#define KEY_ROWS ((KEYS + MR - 1) / MR * MR)
#define LOG2_E 1.44269504f
// A score that is not seen: 2^(UNSEEN - any other) is 0.
#define UNSEEN -3.0e38f

// The bias of this head by the place of a query minus that of a key, as powers of two.
static void load_table(__global const float *bias, __private float *table) {
  for (int y = 0; y < TABLE_H; ++y)
    for (int x = 0; x < PITCH; ++x)
      table[y * PITCH + x] = bias[bias_place(y, min(x, TABLE_W - 1))] * LOG2_E;
}

// The channels of a head of key `key`, `length` from `first` on, out of the pixels that it consists
// of, which have `pixel_length` each; zeros outside. The next head's are fetched.
static void load_key(__global const element *x, int key, int window_y, int window_x, int shift_y,
                     int shift_x, int height, int width, int lanes, int first, int length,
                     int pixel_length, __private float *to) {
  for (int c = 0, count = 0; c < length; c += count) {
#if FOLD == 1
    const int part = 0, inner = first;
    count = length;
#else
    const int part = (first + c) / pixel_length, inner = (first + c) % pixel_length;
    count = min(length - c, pixel_length - inner);
#endif
    const int pixel_y = key / KEYS_W * FOLD + part / FOLD - OVERLAP;
    const int pixel_x = key % KEYS_W * FOLD + part % FOLD - OVERLAP;
    const int y = window_place(window_y, pixel_y, WINDOW_H, shift_y, height);
    const int x0 = window_place(window_x, pixel_x, WINDOW_W, shift_x, width);
    if (OVERLAP == 0 || (y >= 0 && y < height && x0 >= 0 && x0 < width)) {
      __global const element *from = x + (size_t)(y * width + x0) * lanes + inner;
      copy_row(from, to + c, count);
      FETCH(from, length + min(length, 15))
      FETCH(from, 2 * length - 1)
    } else {
      for (int i = c; i < c + count; ++i) to[i] = 0.0f;
    }
  }
}

static float16 runs_of(const __private float *table, const __private int *at) {
#if RUNS % 2 == 0
  return LOADF(table, at[0]);
#elif defined(PLAIN)
  float lanes[16];
  for (int i = 0; i < 16; ++i) lanes[i] = table[at[i / 8] + i % 8];
  return LOADF(lanes, 0);
#else
  return (float16)(vload8(0, table + at[0]), vload8(0, table + at[1]));
#endif
}
#define START_SCORES(r)                       \
  const int place##r = places_[r];            \
  EACH_VECTOR(START_SCORE_OF, r)
#define START_SCORE_OF(r, v) float16 sum##r##_##v = runs_of(table + place##r, at_ + 2 * v);

// scores[key][lane] of all keys, rounded up to whole tiles.
static void score(const __private float *keys, const __private float16 *queries,
                  const __private float *table, const __private int *key_places,
                  const __private int *query_places, __private float16 *scores) {
  const int row_step = KEY_STRIDE;
  for (int key = 0; key < KEYS; key += MR) {
    const __private int *places_ = key_places + key, *at_ = query_places;
    EACH_ROW(START_SCORES)
    ADD_PRODUCTS_OF(keys + key * KEY_STRIDE, 1, queries, HEAD)
    TILE_SAVE(scores + key * NV)
  }
}

// sums[channel][lane] of the shares of all keys times their values.
static void add_values(const __private float *values, const __private float16 *shares,
                       __private float16 *sums) {
  const int row_step = 1;
  for (int channel = 0; channel < VALUE_ROWS; channel += MR) {
    TILE_ZERO
    ADD_PRODUCTS_OF(values + channel, VALUE_STRIDE, shares, KEYS)
    TILE_SAVE(sums + channel * NV)
  }
}

// Scores become 2^(score - largest), and factors one by their sum.
static void take_shares(__private float16 *scores, __private float16 *factors) {
  float16 top[NV], sum[NV];
#pragma unroll
  for (int v = 0; v < NV; ++v) {
    top[v] = scores[v];
    sum[v] = (float16)(0.0f);
  }
  for (int j = 1; j < KEYS; ++j)
#pragma unroll
    for (int v = 0; v < NV; ++v)
      top[v] = scores[j * NV + v] > top[v] ? scores[j * NV + v] : top[v];
  for (int j = 0; j < KEYS; ++j)
#pragma unroll
    for (int v = 0; v < NV; ++v) {
      const float16 share = power_of_two_below(scores[j * NV + v] - top[v]);
      scores[j * NV + v] = share;
      sum[v] = sum[v] + share;
    }
#pragma unroll
  for (int v = 0; v < NV; ++v) factors[v] = 1.0f / sum[v];
}

// Hides the keys of other regions from 16 queries.
static void hide_others(__private float16 *scores, const __private int *key_regions,
                        const __private int *query_regions) {
  const int16 own = vload16(0, query_regions);
  for (int j = 0; j < KEYS; ++j)
    scores[j * NV] = own == (int16)(key_regions[j]) ? scores[j * NV] : (float16)(UNSEEN);
}

GROUP_OF_ONE
__kernel void window_attention(__global const element *q, __global const element *k,
                               __global const element *v, __global const float *bias,
                               __global element *y, int height, int width, int shift_y,
                               int shift_x, int q_lanes, int k_lanes, int v_lanes, int y_lanes,
                               int q_start, int k_start, int v_start, int channels,
                               float scale) {
  __private float key_rows[KEY_ROWS * KEY_STRIDE] __attribute__((aligned(64)));
  __private float value_rows[KEYS * VALUE_STRIDE] __attribute__((aligned(64)));
  __private float table[TABLE_H * PITCH];
  __private float16 scores[KEY_ROWS * NV], query_lanes[HEAD * NV], sums[VALUE_ROWS * NV];
  __private int key_places[KEY_ROWS], key_regions[KEY_ROWS];
  const int windows_across = width / WINDOW_W;
  const int window_y = (int)get_global_id(1) / windows_across;
  const int window_x = (int)get_global_id(1) % windows_across;
  const int head = (int)get_global_id(0), heads = (int)get_global_size(0);
  const size_t pixels = get_global_id(2) * height * width;
  q += pixels * q_lanes + q_start + head * HEAD;
  k += pixels * k_lanes + k_start;
  v += pixels * v_lanes + v_start;
  y += pixels * y_lanes;

  load_table(bias + head * (BIAS_H * BIAS_W), table);
  for (int j = 0; j < KEYS; ++j) {
    load_key(k, j, window_y, window_x, shift_y, shift_x, height, width, k_lanes,
             head * HEAD, HEAD, heads * HEAD / (FOLD * FOLD), key_rows + j * KEY_STRIDE);
    load_key(v, j, window_y, window_x, shift_y, shift_x, height, width, v_lanes,
             head * HEAD_VALUE, HEAD_VALUE, channels / (FOLD * FOLD),
             value_rows + j * VALUE_STRIDE);
    for (int c = HEAD_VALUE; c < VALUE_ROWS; ++c) value_rows[j * VALUE_STRIDE + c] = 0.0f;
    key_places[j] = table_place(j, PITCH);
    key_regions[j] = region(window_y, window_x, j / KEYS_W * FOLD + FOLD - 1,
                            j % KEYS_W * FOLD + FOLD - 1, shift_y, shift_x, height, width);
  }
  for (int j = KEYS; j < KEY_ROWS; ++j) {
    for (int c = 0; c < HEAD; ++c) key_rows[j * KEY_STRIDE + c] = 0.0f;
    key_places[j] = 0;
  }
  const int is_last = (window_y + 1) * WINDOW_H == height || (window_x + 1) * WINDOW_W == width;

  for (int panel = 0; panel < PANELS; ++panel) {
    __private int query_places[2 * NV], query_regions[16 * NV], outputs[16 * NV];
    for (int vector = 0; vector < NV; ++vector) {
      __private int inputs[16];
      for (int lane = 0; lane < 16; ++lane) {
        const int run = (panel * NV + vector) * 2 + lane / 8;
        const int line = min(run / RUNS, WINDOW_H - 1);
        const int column = run % RUNS * 8 + lane % 8;
        const int inside = min(column, WINDOW_W - 1);
        const int at = window_place(window_y, line, WINDOW_H, shift_y, height) * width +
                       window_place(window_x, inside, WINDOW_W, shift_x, width);
        if (lane % 8 == 0) query_places[2 * vector + lane / 8] = line * PITCH + column;
        inputs[lane] = at;
        outputs[vector * 16 + lane] =
            run < WINDOW_H * RUNS && column < WINDOW_W ? at : -1;
        query_regions[vector * 16 + lane] =
            region(window_y, window_x, line, inside, shift_y, shift_x, height, width);
      }
      load_queries(q, inputs, q_lanes, scale * LOG2_E, query_lanes + vector);
    }
    score(key_rows, query_lanes, table, key_places, query_places, scores);
    float16 factors[NV];
    if (SHIFTED && is_last)
      for (int vector = 0; vector < NV; ++vector)
        hide_others(scores + vector, key_regions, query_regions + vector * 16);
    take_shares(scores, factors);
    add_values(value_rows, scores, sums);
    for (int vector = 0; vector < NV; ++vector)
      store_queries(sums + vector, factors[vector], y + head * HEAD_VALUE, outputs + vector * 16,
                    y_lanes);
    if (head == 0)
      for (int i = 0; i < 16 * NV; ++i)
        for (int c = channels; outputs[i] >= 0 && c < y_lanes; ++c)
          STORE1(0.0f, y, (size_t)outputs[i] * y_lanes + c);
  }
}
