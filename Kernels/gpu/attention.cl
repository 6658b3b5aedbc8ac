// Scaled dot-product attention for GPUs: what it computes and its parameters are those of
// portable/attention.cl. Keys come in blocks of BLOCK, in ascending order; the largest score so far
// is kept and the sums are rescaled when it grows. Sums ascend, one chain of fma.
//
// Index map: work-group g of BM / TM * TEAM work-items on axis 0 has part g % PARTS of the queries
// g / PARTS * BM ...; on axes 1 and 2 are heads and images. TEAM neighbours share TM queries: each
// has every TEAM-th key of a block, then every TEAM-th vector of channels. A slice of the queries
// lies in local memory, beside it a slice of a block of keys and then the values of the block.
#include "common/elements.h"
#include "common/activations.h"
#include "gpu/attention.h"

#ifndef BM
#define BM 64  // queries of a group
#endif
#ifndef TEAM
#define TEAM 4  // work-items that share queries: 4 or 8
#endif

#define TM 4      // queries of a work-item
#define BLOCK 32  // keys between two rescalings. Changes the order of sums
#define SPACE (BM / TM)  // from one query of a work-item to the next
#define THREADS (SPACE * TEAM)
#define KEYS (BLOCK / TEAM)  // keys of a work-item
#define SUMS ((PART / 4 + TEAM - 1) / TEAM)  // vectors of channels of a work-item
// Vectors from row to row: odd, so that rows begin in distinct banks.
#define DEPTH_PITCH (SLICE / 4 | 1)
#define SHARE_PITCH (BLOCK / 4 | 1)
#define VALUE_PITCH (SUMS * TEAM)
#define BLOCK_PITCH (DEPTH_PITCH > VALUE_PITCH ? DEPTH_PITCH : VALUE_PITCH)
#define UNROLLED _Pragma("unroll")

// Vector `at` of a head's row of `length` channels, zeros beyond them.
static float4 head_vector(__global const element *row, int at, int length) {
  const int c = 4 * at;
#if HEAD % 4 == 0 && HEAD_VALUE % 4 == 0
  return c < length ? LOADV(row, c) : (float4)(0.0f);
#else
  return (float4)(c < length ? LOAD1(row, c) : 0.0f, c + 1 < length ? LOAD1(row, c + 1) : 0.0f,
                  c + 2 < length ? LOAD1(row, c + 2) : 0.0f,
                  c + 3 < length ? LOAD1(row, c + 3) : 0.0f);
#endif
}

// Brings `vectors` vectors of each of `count` rows from `first` on to local memory, of channels of
// which `length` are left; zeros where there is no such row.
static void load_rows(__global const element *x, int first, int rows, int lanes, int length,
                      int count, int vectors, int pitch, __local float4 *to) {
  for (int i = (int)get_local_id(0); i < count * vectors; i += THREADS) {
    const int row = i / vectors, at = i % vectors;
    to[row * pitch + at] = first + row < rows
                               ? head_vector(x + (size_t)(first + row) * lanes, at, length)
                               : (float4)(0.0f);
  }
}

// Adds the products of a slice to the scores.
static void multiply_keys(float scores[TM][KEYS], const __local float4 *query_rows,
                          const __local float4 *key_rows) {
  const int mate = (int)get_local_id(0) % TEAM, own = (int)get_local_id(0) / TEAM;
  for (int c = 0; c < SLICE / 4; ++c) {
    float4 from_q[TM];
    UNROLLED
    for (int i = 0; i < TM; ++i) from_q[i] = query_rows[(own + i * SPACE) * DEPTH_PITCH + c];
    UNROLLED
    for (int j = 0; j < KEYS; ++j) {
      const float4 from_k = key_rows[(mate + j * TEAM) * DEPTH_PITCH + c];
      UNROLLED
      for (int i = 0; i < TM; ++i) {
        float score = fma(from_q[i].x, from_k.x, scores[i][j]);
        score = fma(from_q[i].y, from_k.y, score);
        score = fma(from_q[i].z, from_k.z, score);
        scores[i][j] = fma(from_q[i].w, from_k.w, score);
      }
    }
  }
}

// Leaves 2^(score - largest) of a query's scores in its row of shares; `largest`, of which the team
// has left its parts in `tops`, follows, and what rescales is returned.
static float take_shares(const float scores[KEYS], float *largest, const __local float *tops,
                         __local float *shares) {
  const int mate = (int)get_local_id(0) % TEAM;
  float top = *largest;
  UNROLLED
  for (int j = 0; j < TEAM; ++j) top = fmax(top, tops[j]);
  UNROLLED
  for (int j = 0; j < KEYS; j += 4) {
    const float4 share = power_of_two(vload4(0, scores + j) - top);
    shares[mate + j * TEAM] = share.x;
    shares[mate + (j + 1) * TEAM] = share.y;
    shares[mate + (j + 2) * TEAM] = share.z;
    shares[mate + (j + 3) * TEAM] = share.w;
  }
  const float factor = power_of_two((float4)(*largest - top)).x;
  *largest = top;
  return factor;
}

// Adds a block's shares to the totals, and their products with its values to the sums.
static void add_values(float4 sums[TM][SUMS], float totals[TM], const __local float4 *share_rows,
                       const __local float4 *value_rows) {
  const int mate = (int)get_local_id(0) % TEAM, own = (int)get_local_id(0) / TEAM;
  for (int j = 0; j < BLOCK; j += 4) {
    float shares[TM][4];
    UNROLLED
    for (int i = 0; i < TM; ++i)
      vstore4(share_rows[(own + i * SPACE) * SHARE_PITCH + j / 4], 0, shares[i]);
    UNROLLED
    for (int key = 0; key < 4; ++key) {
      UNROLLED
      for (int i = 0; i < TM; ++i) totals[i] = totals[i] + shares[i][key];
      UNROLLED
      for (int c = 0; c < SUMS; ++c) {
        const float4 value = value_rows[(j + key) * VALUE_PITCH + mate + c * TEAM];
        UNROLLED
        for (int i = 0; i < TM; ++i)
          sums[i][c] = fma((float4)(shares[i][key]), value, sums[i][c]);
      }
    }
  }
}

// The channels of a query that the work-item has, of `width`.
static void store_query(const float4 sums[SUMS], float total, int width, __global element *y) {
  const float divisor = total > 0.0f ? total : 1.0f;
  UNROLLED
  for (int c = 0; c < SUMS; ++c) {
    const int at = 4 * ((int)get_local_id(0) % TEAM + c * TEAM);
    float numbers[4];
    vstore4(sums[c] / divisor, 0, numbers);
    UNROLLED
    for (int n = 0; n < 4; ++n)
      if (at + n < width) STORE1(numbers[n], y, at + n);
  }
}

__attribute__((reqd_work_group_size(THREADS, 1, 1)))
__kernel void attention(__global const element *q, __global const element *k,
                        __global const element *v, MASK_PARAMETER BEGIN_PARAMETER
                        __global element *y, int queries, int keys, int q_pitch, int q_start,
                        int k_pitch, int k_start, int v_pitch, int v_start, int y_lanes,
                        int channels, float scale) {
  __local float4 query_rows[BM * DEPTH_PITCH], block_rows[BLOCK * BLOCK_PITCH];
  __local float4 share_rows[BM * SHARE_PITCH];
  __local float tops[BM * TEAM];
  const int item = (int)get_local_id(0), mate = item % TEAM, own = item / TEAM;
  const int group = (int)get_global_id(0) / THREADS;
  const int first = group / PARTS * BM, from = group % PARTS * PART;
  const int head = (int)get_global_id(1);
  const size_t image = get_global_id(2);
  const int begin = BEGIN;
  q += q_start + image * queries * q_pitch + head * HEAD;
  k += k_start + image * keys * k_pitch + head * HEAD;
  v += v_start + image * keys * v_pitch + head * HEAD_VALUE + from;
  y += image * queries * y_lanes;

  float4 sums[TM][SUMS];
  float largest[TM], totals[TM];
  UNROLLED
  for (int i = 0; i < TM; ++i) {
    UNROLLED
    for (int c = 0; c < SUMS; ++c) sums[i][c] = (float4)(0.0f);
    largest[i] = LOWEST;
    totals[i] = 0.0f;
  }

  const int visible = SEEN_BY(first + BM - 1);
  for (int block = 0; block < visible; block += BLOCK) {
    float scores[TM][KEYS];
    UNROLLED
    for (int i = 0; i < TM; ++i)
      UNROLLED
      for (int j = 0; j < KEYS; ++j) scores[i][j] = 0.0f;
    for (int slice = 0; slice < SLICES; ++slice) {
      const int c = slice * SLICE;
      barrier(CLK_LOCAL_MEM_FENCE);
      if (SLICES > 1 || block == 0)
        load_rows(q + c, first, queries, q_pitch, HEAD - c, BM, SLICE / 4, DEPTH_PITCH, query_rows);
      load_rows(k + c, block, keys, k_pitch, HEAD - c, BLOCK, SLICE / 4, DEPTH_PITCH, block_rows);
      barrier(CLK_LOCAL_MEM_FENCE);
      multiply_keys(scores, query_rows, block_rows);
    }

    UNROLLED
    for (int i = 0; i < TM; ++i) {
      const int row = own + i * SPACE, count = SEEN_BY(first + row);
      float top = UNSEEN;
      UNROLLED
      for (int j = 0; j < KEYS; ++j) {
        const float score = scores[i][j] * (scale * LOG2_E);
        scores[i][j] = SEES_BELOW(count, block + mate + j * TEAM) ? score : UNSEEN;
        top = fmax(top, scores[i][j]);
      }
      tops[row * TEAM + mate] = top;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    load_rows(v, block, keys, v_pitch, HEAD_VALUE - from, BLOCK, VALUE_PITCH, VALUE_PITCH,
              block_rows);
    UNROLLED
    for (int i = 0; i < TM; ++i) {
      const int row = own + i * SPACE;
      const float factor = take_shares(scores[i], largest + i, tops + row * TEAM,
                                       (__local float *)(share_rows + row * SHARE_PITCH));
      totals[i] = totals[i] * factor;
      UNROLLED
      for (int c = 0; c < SUMS; ++c) sums[i][c] = sums[i][c] * factor;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    add_values(sums, totals, share_rows, block_rows);
  }

  UNROLLED
  for (int i = 0; i < TM; ++i) {
    const int query = first + own + i * SPACE;
    if (query >= queries) continue;
    __global element *row = y + (size_t)query * y_lanes;
    store_query(sums[i], totals[i], min(PART, HEAD_VALUE - from), row + head * HEAD_VALUE + from);
    if (head == 0 && from == 0)
      for (int c = channels + mate; c < y_lanes; c += TEAM) STORE1(0.0f, row, c);
  }
}
