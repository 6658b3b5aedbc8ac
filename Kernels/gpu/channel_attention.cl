// The small half of attention between channels, for GPUs: from the partial sums of matmul.cl, which
// have the squares too, to the weights of a 1x1 convolution for each image, which mixes the
// channels of v and projects them.
//
//   A[i, j] = softmax over j of temperature[head] G[i, j] / (|q_i| |k_j|)
//   w[n][head CHANNELS + j] = sum over i of A[n, head, i, j] P[head CHANNELS + i]
//
// G, |q|^2 and |k|^2 are the partials [part][n, head][CHANNELS + 2][lanes] added in ascending order;
// a length is at least epsilon. P is the projection [panel][depth][BN]; w is packed for each image
// as the kernel wants it that multiplies with it, in panels of `padded` depths, zero past the last.
//
// Index map: work-group (s, head, n) of THREADS computes A of the head, ROWS rows at a time, and of w
// COLUMNS columns at the depths of the head, piece s % (BN / COLUMNS) of panel s / (BN / COLUMNS); the
// last head's groups also those of the padding. Every group adds all parts again.
#include "common/elements.h"
#include "common/activations.h"

#ifndef CHANNELS
#define CHANNELS 48  // of a head: a multiple of 4
#endif
#ifndef BN
#define BN 64  // columns of a panel
#endif
#ifndef COLUMNS
#define COLUMNS BN  // of a group: a divisor of BN
#endif
#ifndef THREADS
#define THREADS 256
#endif
#ifndef PACKING
#define PACKING 0  // 0: as P, 1: fragments of matrix_convolution.cl, 2: slices of warpgroup_convolution.cl
#endif
#ifndef BK
#define BK 64  // depths of a slice, with PACKING 2
#endif

#define ROWS (CHANNELS < 48 ? CHANNELS : 48)  // of A in local memory
#define PITCH (CHANNELS + 1)
#define VECTORS (CHANNELS / 4)
#define SHARES 8  // work-items of a row's largest number and its sum
#define OUTPUTS ((VECTORS * COLUMNS + THREADS - 1) / THREADS)  // vectors of w of a work-item

// Where in a packed panel the weight of a depth and a column is.
static size_t packed_place(int depth, int column) {
#if PACKING == 1
  const int lane = column % 16 / 4 * 8 + column % 2 * 4 + depth % 8 / 2;
  const int place = column % 4 / 2 * 4 + depth % 16 / 8 * 2 + depth % 2;
  return (size_t)(depth / 16) * 16 * BN + (column / 16 * 32 + lane) * 8 + place;
#elif PACKING == 2
  const int row = column / 16 * 16 + column % 4 / 2 * 8 + column % 16 / 4 * 2 + column % 2;
  const int chunk = depth % BK / 8 ^ row / (64 / BK) % (BK / 8);
  return (size_t)(depth / BK) * BK * BN + row * BK + chunk * 8 + depth % 8;
#else
  return (size_t)depth * BN + column;
#endif
}

// The lengths of q, then those of k.
static void find_lengths(__global const float *partials, size_t step, int parts, int lanes,
                         float epsilon, __local float *lengths) {
  for (int c = (int)get_local_id(0); c < 2 * CHANNELS; c += THREADS) {
    const int at = (CHANNELS + c / CHANNELS) * lanes + c % CHANNELS;
    float square = 0.0f;
    _Pragma("unroll 8")
    for (int part = 0; part < parts; ++part) square = square + partials[part * step + at];
    lengths[c] = fmax(sqrt(square), epsilon);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
}

// Leaves temperature * cosine of `count` rows from `first` on in the scores.
static void find_scores(__global const float *partials, size_t step, int parts, int lanes,
                        float temperature, int first, int count, const __local float *lengths,
                        __local float *scores) {
  for (int index = (int)get_local_id(0); index < count * VECTORS; index += THREADS) {
    const int i = index / VECTORS, j = index % VECTORS * 4;
    float4 product = (float4)(0.0f);
    _Pragma("unroll 8")  // so many loads are under way at once
    for (int part = 0; part < parts; ++part)
      product =
          product + *(__global const float4 *)(partials + part * step + (first + i) * lanes + j);
    const float4 length = lengths[first + i] * LOADF(lengths, CHANNELS + j);
    STOREF(product / length * temperature, scores, i * PITCH + j);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
}

// Leaves the exponentials of the scores there, and of each row what they have to be multiplied by.
// What SHARES work-items find of a row goes to `shares`, and is joined in order.
static void take_exponentials(int count, __local float *scores, __local float *rows,
                              __local float *shares) {
  const int item = (int)get_local_id(0);
  for (int index = item; index < count * SHARES; index += THREADS) {
    const __local float *row = scores + index / SHARES * PITCH;
    float largest = row[0];
    for (int j = index % SHARES; j < CHANNELS; j += SHARES) largest = fmax(largest, row[j]);
    shares[index] = largest;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  if (item < count) {
    float largest = shares[item * SHARES];
    for (int k = 1; k < SHARES; ++k) largest = fmax(largest, shares[item * SHARES + k]);
    rows[item] = largest;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int index = item; index < count * VECTORS; index += THREADS) {
    const int i = index / VECTORS, at = i * PITCH + index % VECTORS * 4;
    STOREF(exponential(LOADF(scores, at) - rows[i]), scores, at);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int index = item; index < count * SHARES; index += THREADS) {
    const __local float *row = scores + index / SHARES * PITCH;
    float sum = 0.0f;
    for (int j = index % SHARES; j < CHANNELS; j += SHARES) sum = sum + row[j];
    shares[index] = sum;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  if (item < count) {
    float sum = 0.0f;
    for (int k = 0; k < SHARES; ++k) sum = sum + shares[item * SHARES + k];
    rows[item] = 1.0f / sum;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
}

__attribute__((reqd_work_group_size(THREADS, 1, 1)))
__kernel void fold(__global const float *partials, __global const float *temperature,
                   __global const element *projection, __global element *w, int parts, int lanes,
                   int depth, int padded, float epsilon) {
  __local float scores[ROWS * PITCH], lengths[2 * CHANNELS], rows[ROWS], shares[ROWS * SHARES];
  const int item = (int)get_local_id(0), head = (int)get_group_id(1);
  const int heads = (int)get_num_groups(1), first = head * CHANNELS;
  const int pieces = BN / COLUMNS, first_column = (int)get_group_id(0) % pieces * COLUMNS;
  const size_t panel = get_group_id(0) / pieces, image = get_group_id(2);
  const size_t size = (size_t)(CHANNELS + 2) * lanes, step = get_num_groups(2) * heads * size;
  partials += (image * heads + head) * size;
  projection += (panel * depth + first) * BN + first_column;
  w += (image * (get_num_groups(0) / pieces) + panel) * padded * BN;

  find_lengths(partials, step, parts, lanes, epsilon, lengths);
  float4 sums[OUTPUTS];
  _Pragma("unroll")
  for (int o = 0; o < OUTPUTS; ++o) sums[o] = (float4)(0.0f);
  for (int row = 0; row < CHANNELS; row += ROWS) {
    const int count = min(ROWS, CHANNELS - row);
    find_scores(partials, step, parts, lanes, temperature[head], row, count, lengths, scores);
    take_exponentials(count, scores, rows, shares);
    for (int i = 0; i < count; ++i) {
      _Pragma("unroll")
      for (int o = 0; o < OUTPUTS; ++o) {
        const int index = min(item + o * THREADS, VECTORS * COLUMNS - 1);
        const float weight = LOAD1(projection, (size_t)(row + i) * BN + index % COLUMNS) * rows[i];
        sums[o] = fma(LOADF(scores, i * PITCH + index / COLUMNS * 4), (float4)(weight), sums[o]);
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }

  _Pragma("unroll")
  for (int o = 0; o < OUTPUTS; ++o) {
    const int index = item + o * THREADS, column = first_column + index % COLUMNS;
    const int j = first + index / COLUMNS * 4;
    if (index >= VECTORS * COLUMNS) continue;
    STORE1(sums[o].x, w, packed_place(j, column));
    STORE1(sums[o].y, w, packed_place(j + 1, column));
    STORE1(sums[o].z, w, packed_place(j + 2, column));
    STORE1(sums[o].w, w, packed_place(j + 3, column));
  }
  if (head + 1 < heads) return;
  const int end = first + CHANNELS;
  for (int index = item; index < (padded - end) * COLUMNS; index += THREADS)
    STORE1(0.0f, w, packed_place(end + index / COLUMNS, first_column + index % COLUMNS));
}
