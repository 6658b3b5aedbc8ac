// What kinds of attention on CPUs share: 16 queries are the lanes of a vector, rows of keys and
// values are broadcast.
//
// The kernel defines HEAD and HEAD_VALUE, the channels of a head of queries and keys and of values,
// and includes common/tile.h before.
#ifndef LIMPID_ATTENTION_H
#define LIMPID_ATTENTION_H

#include "common/transpose.h"

#ifndef SPARE
#define SPARE 0  // 1: a vector that begins in a head ends in the row of its pixel
#endif

// Rows of keys and values lie off the powers of two: in distinct cache sets.
#define ROW_LENGTH(n) (((n) + 15) / 16 * 16 + 16)
#define KEY_STRIDE ROW_LENGTH(HEAD)
#define VALUE_STRIDE ROW_LENGTH(HEAD_VALUE)
#define VALUE_ROWS ((HEAD_VALUE + MR - 1) / MR * MR)

// Adds x[row * row_step + k * step] * w[k * PANEL + lane] to the sums, k ascending.
#define LOAD_LANES(r, v) const float16 weight##v = w_[v];
#define ADD_LANES(r)                          \
  {                                           \
    const float x##r = x_[r * row_step];      \
    EACH_VECTOR(ADD_PRODUCT, r)               \
  }
#define ADD_PRODUCTS_OF(x, step, w, count)    \
  {                                           \
    const __private float *x_ = x;            \
    const __private float16 *w_ = w;          \
    for (int k_ = 0; k_ < (count); ++k_) {    \
      EACH_VECTOR(LOAD_LANES, _)              \
      EACH_ROW(ADD_LANES)                     \
      x_ += step;                             \
      w_ += NV;                               \
    }                                         \
  }

// `length` numbers of a row, or whole vectors of them where there is room.
static void copy_row(__global const element *from, __private float *to, int length) {
  if (length < 16 && !SPARE) {
    for (int c = 0; c < length; ++c) to[c] = LOAD1(from, c);
    return;
  }
  for (int c = 0; c < length; c += 16) {
    const int at = SPARE ? c : min(c, length - 16);
    STOREF(LOAD16(from, at), to, at);
  }
}

// Channels of 16 queries, in these rows of `lanes` elements, as lanes, times `scale`.
static void load_queries(__global const element *q, const __private int *rows, int lanes,
                         float scale, __private float16 *to) {
  for (int c = 0; c < HEAD; c += 16) {
    const int at = SPARE ? c : max(min(c, HEAD - 16), 0);
    float16 tile[16];
    for (int i = 0; i < 16; ++i) {
      __global const element *from = q + (size_t)rows[i] * lanes + at;
#if HEAD < 16 && !SPARE
      float row[16];
      for (int j = 0; j < 16; ++j) row[j] = j < HEAD ? LOAD1(from, j) : 0.0f;
      tile[i] = LOADF(row, 0);
#else
      tile[i] = LOAD16(from, 0);
#endif
    }
    transpose_tile(tile);
    for (int i = 0; i < min(HEAD - at, 16); ++i) to[(at + i) * NV] = tile[i] * scale;
  }
}

// The channels of up to 16 queries, which were lanes, times `factor` in these rows of `lanes`
// elements; none where that is below zero.
static void store_queries(const __private float16 *sums, float16 factor, __global element *y,
                          const __private int *rows, int lanes) {
  for (int c = 0; c < HEAD_VALUE; c += 16) {
    const int at = max(min(c, HEAD_VALUE - 16), 0);
    float16 tile[16];
    for (int i = 0; i < 16; ++i)
      tile[i] = i < HEAD_VALUE ? sums[(at + i) * NV] * factor : (float16)(0.0f);
    transpose_tile(tile);
    for (int i = 0; i < 16; ++i) {
      if (rows[i] < 0) continue;
      const size_t to = (size_t)rows[i] * lanes;
#if HEAD_VALUE < 16
      float row[16];
      STOREF(tile[i], row, 0);
      for (int j = 0; j < HEAD_VALUE; ++j) STORE1(row[j], y, to + j);
#else
      STORE16(tile[i], y, to + at);
#endif
    }
  }
}

#endif
