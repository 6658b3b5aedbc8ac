// Scaled dot-product attention by matrix instructions, for NVIDIA devices and half storage. What it
// computes and its parameters are those of portable/attention.cl. Keys come in blocks of BLOCK, in
// ascending order; the largest score so far is kept and the sums are rescaled when it grows. The
// order of a sum is the instruction's in runs of 16, ascending from run to run; shares are rounded
// to half.
//
// Index map: work-group g on axis 0 has part g % PARTS of the queries g / PARTS * BM ..., each run
// of 32 lanes TILES tiles of 16; on axes 1 and 2 are heads and images. A slice of a block of keys
// and the block's values lie in local memory; while one is multiplied, the other is copied. Rows
// have an odd number of chunks of 16 bytes, so that eight of them lie in distinct banks.
//
// A lane holds numbers of two queries of a tile, as matrix.h has it: .xy are the upper one's, .zw
// the lower one's.
#define THREADS (BM / 16 / TILES * 32)

#include "common/elements.h"
#include "common/activations.h"
#include "gpu/attention.h"
#include "gpu/matrix.h"

#ifndef BM
#define BM 64  // queries of a group: a multiple of 16 TILES
#endif
#ifndef TILES
#define TILES 1  // tiles of 16 queries of a run of lanes
#endif

#define BLOCK 64  // keys between two rescalings: a multiple of 16. Changes the order of sums
#define SCORES (BLOCK / 8)
#define SUMS (PART / 8)
#define KEY_PITCH (SLICE / 8 | 1)
#define VALUE_PITCH (PART / 8 | 1)

#if SUBGROUPS
#define PEERS 0  // lanes need no local memory
#else
#define PEERS (__local float *)exchange
#endif

// 2^t: 2 ulp.
static float4 share_of(float4 t) {
#if MATRIX
  float p0, p1, p2, p3;
  asm volatile("ex2.approx.ftz.f32 %0, %1;" : "=f"(p0) : "f"(t.x));
  asm volatile("ex2.approx.ftz.f32 %0, %1;" : "=f"(p1) : "f"(t.y));
  asm volatile("ex2.approx.ftz.f32 %0, %1;" : "=f"(p2) : "f"(t.z));
  asm volatile("ex2.approx.ftz.f32 %0, %1;" : "=f"(p3) : "f"(t.w));
  return (float4)(p0, p1, p2, p3);
#else
  return power_of_two(t);
#endif
}

// Halves c and c + 1 of a query's row, zeros beyond HEAD.
static uint two_halves(__global const half *row, int c) {
#if HEAD % 2 == 0
  return c < HEAD ? *(__global const uint *)(row + c) : 0;
#else
  __global const ushort *bits = (__global const ushort *)row + c;
  return (c < HEAD ? bits[0] : 0) | (c + 1 < HEAD ? (uint)bits[1] << 16 : 0);
#endif
}

// The fragments of a slice of a tile of queries, of which the last one stands for those beyond.
static void load_queries(uint4 from_q[SLICE / 16], __global const half *q, int upper, int queries,
                         int lanes, int slice) {
  __global const half *upper_row = q + (size_t)min(upper, queries - 1) * lanes;
  __global const half *lower_row = q + (size_t)min(upper + 8, queries - 1) * lanes;
  UNROLLED
  for (int unit = 0; unit < SLICE / 16; ++unit) {
    const int c = slice * SLICE + unit * 16 + (int)get_local_id(0) % 4 * 2;
    from_q[unit] = (uint4)(two_halves(upper_row, c), two_halves(lower_row, c),
                           two_halves(upper_row, c + 8), two_halves(lower_row, c + 8));
  }
}

// Starts to bring `chunks` chunks of each row of a block from `first` on to local memory, of
// channels of which `length` are left; zeros where there is no such row.
static void rows_start(__global const half *x, int first, int rows, int lanes, int length,
                       int chunks, int pitch, __local uint4 *to) {
  for (int i = (int)get_local_id(0); i < BLOCK * chunks; i += THREADS) {
    const int row = i / chunks, c = i % chunks * 8;
    const int is_inside = first + row < rows && c < length;
    __global const half *from = x + (is_inside ? (size_t)(first + row) * lanes + c : 0);
#if HEAD % 8 == 0 && HEAD_VALUE % 8 == 0
    copy_start(to + row * pitch + c / 8, from, is_inside);
#else
    uint bits[4];
    for (int n = 0; n < 4; ++n) {
      __global const ushort *two = (__global const ushort *)from + 2 * n;
      const int left = is_inside ? length - c - 2 * n : 0;
      bits[n] = (left > 0 ? two[0] : 0) | (left > 1 ? (uint)two[1] << 16 : 0);
    }
    to[row * pitch + c / 8] = vload4(0, bits);
#endif
  }
}

#define KEYS_START(block, slice)                                                             \
  rows_start(k + (slice) * SLICE, block, keys, k_pitch, HEAD - (slice) * SLICE, SLICE / 8,   \
             KEY_PITCH, key_rows);                                                           \
  COPY_COMMIT
#define VALUES_START(block)                                                                  \
  rows_start(v, block, keys, v_pitch, HEAD_VALUE - from, PART / 8, VALUE_PITCH, value_rows); \
  COPY_COMMIT

// Adds the products of a slice to the scores.
static void multiply_keys(float4 scores[TILES][SCORES], const uint4 from_q[TILES][SLICE / 16],
                          const __local uint4 *key_rows EXCHANGE_PARAMETER) {
  const int lane = (int)get_local_id(0) % LANES;
  UNROLLED
  for (int unit = 0; unit < SLICE / 16; ++unit)
    UNROLLED
    for (int j = 0; j < BLOCK / 16; ++j) {
      const int row = j * 16 + lane % 8 + lane / 16 * 8, c = unit * 2 + lane / 8 % 2;
      const uint4 from_k = matrix_load(key_rows, row * KEY_PITCH + c EXCHANGE_ARGUMENT);
      UNROLLED
      for (int i = 0; i < TILES; ++i) {
        scores[i][2 * j] = matrix_multiply(scores[i][2 * j], from_q[i][unit], from_k.x,
                                           from_k.y EXCHANGE_ARGUMENT);
        scores[i][2 * j + 1] = matrix_multiply(scores[i][2 * j + 1], from_q[i][unit], from_k.z,
                                               from_k.w EXCHANGE_ARGUMENT);
      }
    }
}

// Scores of a tile become 2^(score - largest); `largest` and `total`, of which lanes hold parts,
// follow, and what rescales is returned.
static float4 take_shares(float4 scores[SCORES], float2 *largest,
                          float2 *total EXCHANGE_PARAMETER) {
  float2 top = *largest;
  UNROLLED
  for (int j = 0; j < SCORES; ++j) top = fmax(top, fmax(scores[j].xz, scores[j].yw));
  top.x = team_largest(top.x, 4, PEERS);
  top.y = team_largest(top.y, 4, PEERS);
  const float4 factor = share_of((*largest - top).xxyy);
  float2 sum = *total * factor.xz;
  UNROLLED
  for (int j = 0; j < SCORES; ++j) {
    scores[j] = share_of(scores[j] - top.xxyy);
    sum = sum + (scores[j].xz + scores[j].yw);
  }
  *largest = top;
  *total = sum;
  return factor;
}

// Adds the products of shares and the values of a block to the sums.
static void add_values(float4 sums[TILES][SUMS], float4 scores[TILES][SCORES],
                       const __local uint4 *value_rows EXCHANGE_PARAMETER) {
  const int lane = (int)get_local_id(0) % LANES;
  UNROLLED
  for (int unit = 0; unit < BLOCK / 16; ++unit) {
    uint4 shares[TILES];
    UNROLLED
    for (int i = 0; i < TILES; ++i) {
      const float4 low = scores[i][2 * unit], high = scores[i][2 * unit + 1];
      shares[i] = (uint4)(half_bits(low.xy), half_bits(low.zw), half_bits(high.xy),
                          half_bits(high.zw));
    }
    UNROLLED
    for (int c = 0; c < PART / 16; ++c) {
      const int row = unit * 16 + lane % 16, chunk = c * 2 + lane / 16;
      const uint4 from_v =
          matrix_load_transposed(value_rows, row * VALUE_PITCH + chunk EXCHANGE_ARGUMENT);
      UNROLLED
      for (int i = 0; i < TILES; ++i) {
        sums[i][2 * c] =
            matrix_multiply(sums[i][2 * c], shares[i], from_v.x, from_v.y EXCHANGE_ARGUMENT);
        // The last tile of channels may be empty.
        if (16 * c + 8 < HEAD_VALUE)
          sums[i][2 * c + 1] = matrix_multiply(sums[i][2 * c + 1], shares[i], from_v.z,
                                               from_v.w EXCHANGE_ARGUMENT);
      }
    }
  }
}

// The first `width` channels of one query.
static void store_query(const float4 sums[SUMS], int is_lower, float total, int width,
                        __global half *y) {
  const float divisor = total > 0.0f ? total : 1.0f;
  UNROLLED
  for (int c = 0; c < SUMS; ++c) {
    const int channel = c * 8 + (int)get_local_id(0) % 4 * 2;
    const float2 result = (is_lower ? sums[c].zw : sums[c].xy) / divisor;
#if HEAD_VALUE % 2 == 0
    if (channel < width) *(__global uint *)(y + channel) = half_bits(result);
#else
    if (channel < width) STORE1(result.x, y, channel);
    if (channel + 1 < width) STORE1(result.y, y, channel + 1);
#endif
  }
}

__attribute__((reqd_work_group_size(THREADS, 1, 1))) LANES_ATTRIBUTE
__kernel void matrix_attention(__global const half *q, __global const half *k,
                               __global const half *v, MASK_PARAMETER BEGIN_PARAMETER
                               __global half *y, int queries, int keys, int q_pitch, int q_start,
                               int k_pitch, int k_start, int v_pitch, int v_start, int y_lanes,
                               int channels, float scale) {
  __local uint4 key_rows[BLOCK * KEY_PITCH], value_rows[BLOCK * VALUE_PITCH];
  EXCHANGE_SPACE
  const int item = (int)get_local_id(0), lane = item % LANES;
  const int group = (int)get_global_id(0) / THREADS;
  const int first = group / PARTS * BM, from = group % PARTS * PART;
  const int upper = first + item / LANES * 16 * TILES + lane / 4;
  const int head = (int)get_global_id(1);
  const size_t image = get_global_id(2);
  const int begin = BEGIN;
  q += q_start + image * queries * q_pitch + head * HEAD;
  k += k_start + image * keys * k_pitch + head * HEAD;
  v += v_start + image * keys * v_pitch + head * HEAD_VALUE + from;
  y += image * queries * y_lanes;

  float4 sums[TILES][SUMS];
  float2 largest[TILES], totals[TILES];
  uint4 from_q[TILES][SLICE / 16];
  UNROLLED
  for (int i = 0; i < TILES; ++i) {
    UNROLLED
    for (int c = 0; c < SUMS; ++c) sums[i][c] = (float4)(0.0f);
    largest[i] = (float2)(LOWEST);
    totals[i] = (float2)(0.0f);
    if (SLICES == 1) load_queries(from_q[i], q, upper + 16 * i, queries, q_pitch, 0);
  }

  KEYS_START(0, 0)
  const int visible = SEEN_BY(first + BM - 1), seen_by_all = SEEN_BY(first);
  for (int block = 0; block < visible; block += BLOCK) {
    float4 scores[TILES][SCORES];
    UNROLLED
    for (int i = 0; i < TILES; ++i)
      UNROLLED
      for (int j = 0; j < SCORES; ++j) scores[i][j] = (float4)(0.0f);
    for (int slice = 0; slice < SLICES; ++slice) {
      if (slice > 0) {
        barrier(CLK_LOCAL_MEM_FENCE);
        KEYS_START(block, slice)
      }
      if (SLICES > 1) {
        UNROLLED
        for (int i = 0; i < TILES; ++i)
          load_queries(from_q[i], q, upper + 16 * i, queries, q_pitch, slice);
      }
      COPY_WAIT(0)
      barrier(CLK_LOCAL_MEM_FENCE);
      if (slice == SLICES - 1) {
        VALUES_START(block)
      }
      multiply_keys(scores, from_q, key_rows EXCHANGE_ARGUMENT);
    }

    UNROLLED
    for (int i = 0; i < TILES; ++i) {
      const int upper_count = SEEN_BY(upper + 16 * i), lower_count = SEEN_BY(upper + 16 * i + 8);
      UNROLLED
      for (int j = 0; j < SCORES; ++j) {
        float4 score = scores[i][j] * (scale * LOG2_E);
        if (MASKED || block + BLOCK > seen_by_all) {
          const int key = block + j * 8 + lane % 4 * 2;
          score.x = SEES_BELOW(upper_count, key) ? score.x : UNSEEN;
          score.y = SEES_BELOW(upper_count, key + 1) ? score.y : UNSEEN;
          score.z = SEES_BELOW(lower_count, key) ? score.z : UNSEEN;
          score.w = SEES_BELOW(lower_count, key + 1) ? score.w : UNSEEN;
        }
        scores[i][j] = score;
      }
      const float4 factor = take_shares(scores[i], largest + i, totals + i EXCHANGE_ARGUMENT);
      UNROLLED
      for (int c = 0; c < SUMS; ++c) sums[i][c] = sums[i][c] * factor;
    }

    COPY_WAIT(0)
    barrier(CLK_LOCAL_MEM_FENCE);
    if (block + BLOCK < visible) {
      KEYS_START(block + BLOCK, 0)
    }
    add_values(sums, scores, value_rows EXCHANGE_ARGUMENT);
  }

  UNROLLED
  for (int i = 0; i < TILES; ++i) {
    const float upper_total = team_sum(totals[i].x, 4, PEERS);
    const float lower_total = team_sum(totals[i].y, 4, PEERS);
    UNROLLED
    for (int is_lower = 0; is_lower < 2; ++is_lower) {
      const int query = upper + 16 * i + 8 * is_lower;
      if (query >= queries) continue;
      __global half *row = y + (size_t)query * y_lanes;
      store_query(sums[i], is_lower, is_lower ? lower_total : upper_total,
                  min(PART, HEAD_VALUE - from), row + head * HEAD_VALUE + from);
      if (head == 0 && from == 0)
        for (int c = channels + lane % 4; c < y_lanes; c += 4) STORE1(0.0f, row, c);
    }
  }
}
