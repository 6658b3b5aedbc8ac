// A 1x1 convolution and the depthwise 3x3 one that alone reads it, zero-padded by one pixel, with the
// normalization before and the gate behind, by matrix instructions, for NVIDIA devices and half
// storage. What lies between exists for a tile of pixels at a time, in local memory.
//
//   e[p, c] = half(bias[c] + sum over k of w[k, c] half(normalized(x[p])[k])), 0 outside the image
//   y[n, oy, ox, c] = GATE(start[c] + sum over kx, ky of filters[ky, kx, c] e[n, oy + ky - 1, ox + kx - 1, c])
//
// Sums are those of matrix_convolution.cl and depthwise.cl. x rows have DEPTH channels, x_pitch
// apart; y rows `columns` channels, which with GATE are half of those of e.
//
// Index map: a work-group owns LINES x SPAN pixels and at most `group_panels` panels of BN columns
// of e (with GATE BN / 2 of the first half and their partners), split g % splits of tile g / splits.
// A run of 32 lanes has TILES times 16 of the tile's pixels, a border of one among them, and holds
// their channels in registers, as fragments. A panel of e goes to one of two places in local memory,
// so that its sums may begin while the filters of the panel before still read the other. Weights are
// packed as those of matrix_convolution.cl and come straight to registers. In the second half
// a work-item owns two channels of STRIP neighbouring pixels of a line, two of which are a vector.
#include "common/elements.h"
#include "common/activations.h"

#ifndef DEPTH
#define DEPTH 48  // channels of x with padding: a multiple of 16
#endif
#ifndef LINES
#define LINES 8  // of a tile
#endif
#ifndef SPAN
#define SPAN 16  // pixels of a line of a tile
#endif
#ifndef BN
#define BN 32  // packed columns of a panel
#endif
#ifndef TILES
#define TILES 2  // times 16 pixels of a run of lanes: a divisor of those of a tile
#endif
#ifndef NORMALIZATION
#define NORMALIZATION 0  // as in operand.h
#endif
// Hook: GATE(a, b) joins channel c and channel columns + c.

#define HALO (SPAN + 2)             // pixels of a line of e
#define ROWS ((LINES + 2) * HALO)  // pixels of e
#define ROW_TILES ((ROWS + 15) / 16)
#define THREADS (ROW_TILES / TILES * 32)
#define UNITS (DEPTH / 16)
#define BLOCKS (BN / 16)
#define PITCH (BN + 8)  // halves from a pixel of e to the next, in distinct banks
#include "gpu/matrix.h"
#if MATRIX
#define KEEP_ORDER asm volatile("" ::: "memory");
#else
#define KEEP_ORDER
#endif

#ifdef GATE
#define HALVES 2
#else
#define HALVES 1
#endif
#define OUTPUTS (BN / HALVES)  // of a panel
#define PAIRS (OUTPUTS / 2)
#define STRIPS (THREADS / (LINES * PAIRS) >= 4 ? 4 : THREADS / (LINES * PAIRS) >= 2 ? 2 : 1)
#define STRIP (SPAN / STRIPS)
#define ITEMS (LINES * PAIRS * STRIPS)
#if MATRIX || SUBGROUPS
#define PEERS 0
#else
#define PEERS (__local float *)exchange
#endif

#define LOAD_WEIGHTS(u)                                                              \
  UNROLLED                                                                           \
  for (int j = 0; j < BLOCKS; ++j) b[u][j] = weights[((u) * BLOCKS + j) * LANES];

// Column c of what an item sees of e, from `place` on.
#define LOAD_COLUMNS(c, place)                                                        \
  UNROLLED                                                                            \
  for (int h = 0; h < HALVES; ++h)                                                    \
    UNROLLED                                                                          \
    for (int ky = 0; ky < 3; ++ky)                                                    \
      seen[h][c][ky] = numbers((place)[ky * HALO * (PITCH / 2) + h * (OUTPUTS / 2)]);
#define PAIRED _Pragma("unroll 2")  // after which every column is in its register again

static float2 numbers(uint bits) { return vload_half2(0, (const __private half *)&bits); }

// The channels of one row of a fragment that this lane holds: of each unit two, and two 8 farther.
static void load_row(__global const half *source, int is_inside, uint2 words[UNITS]) {
  const int t = (int)get_local_id(0) % 4;
  UNROLLED
  for (int u = 0; u < UNITS; ++u) {
    __global const uint *from = (__global const uint *)(source + u * 16) + t;
    words[u] = is_inside ? (uint2)(from[0], from[4]) : (uint2)(0);
  }
}

#if NORMALIZATION
static float2 unless_padding(float2 v, int channel, int channels) {
  return (float2)(channel < channels ? v.x : 0.0f, channel + 1 < channels ? v.y : 0.0f);
}

// Mean and scale of a row, of which four neighbouring lanes hold parts. Inlined, since PoCL 3.1 passes
// a wrong address of the kernel's local memory to a function.
__attribute__((always_inline))
static float2 statistics_of(const uint2 words[UNITS], int channels, float epsilon EXCHANGE_PARAMETER) {
  const int first = (int)get_local_id(0) % 4 * 2;
  float mean = 0.0f;
#if NORMALIZATION != 3
  UNROLLED
  for (int u = 0; u < UNITS; ++u) {
    const float2 sum = numbers(words[u].x) + numbers(words[u].y);
    mean = mean + (sum.x + sum.y);
  }
  mean = team_sum(mean, 4, PEERS) / (float)channels;
#endif
  float square = 0.0f;
  UNROLLED
  for (int u = 0; u < UNITS; ++u) {
    const int channel = u * 16 + first;
    const float2 low = unless_padding(numbers(words[u].x) - mean, channel, channels);
    const float2 high = unless_padding(numbers(words[u].y) - mean, channel + 8, channels);
    const float2 squares = fma(high, high, low * low);
    square = square + (squares.x + squares.y);
  }
  const float variance = team_sum(square, 4, PEERS) / (float)channels;
  return (float2)(NORMALIZATION == 1 ? mean : 0.0f, 1.0f / sqrt(variance + epsilon));
}

static uint normalized(uint word, float2 statistics, float2 gain, float2 shift) {
  return half_bits(fma((numbers(word) - statistics.x) * statistics.y, gain, shift));
}
#endif

__attribute__((reqd_work_group_size(THREADS, 1, 1))) LANES_ATTRIBUTE
__kernel void matrix_depthwise(__global const half *x, __global const half *w,
                               __global const float *bias, __global const float *filters,
                               __global const float *start, __global half *y, int height, int width,
                               int columns, int panels, int group_panels, int x_pitch, int x_start
#if NORMALIZATION
                               , __global const float *gain, __global const float *shift,
                               int channels, float epsilon
#endif
                               ) {
  __local uint2 between[2][ROWS * PITCH / 4];
  EXCHANGE_SPACE
  const int item = (int)get_local_id(0), lane = item % LANES, run = item / LANES;
  const int splits = (panels + group_panels - 1) / group_panels;
  const int tile_columns = (width + SPAN - 1) / SPAN, tile_lines = (height + LINES - 1) / LINES;
  const int tile = (int)get_group_id(0) / splits;
  const int image = tile / (tile_columns * tile_lines);
  const int top = tile / tile_columns % tile_lines * LINES, left = tile % tile_columns * SPAN;
  const int first_panel = (int)get_group_id(0) % splits * group_panels;
  const int panel_count = min(group_panels, panels - first_panel);
  x += x_start;

  // The fragments of the tile's pixels, and which of them the image has.
  uint4 a[TILES][UNITS];
  int is_inside[TILES][2];
  UNROLLED
  for (int i = 0; i < TILES; ++i) {
    uint2 words[2][UNITS];
    UNROLLED
    for (int part = 0; part < 2; ++part) {
      const int r = (run * TILES + i) * 16 + lane / 4 + part * 8;
      const int at_y = top + r / HALO - 1, at_x = left + r % HALO - 1;
      is_inside[i][part] =
          r < ROWS && at_y >= 0 && at_y < height && at_x >= 0 && at_x < width;
      const int row = is_inside[i][part] ? (image * height + at_y) * width + at_x : 0;
      load_row(x + (size_t)row * x_pitch, is_inside[i][part], words[part]);
    }
#if NORMALIZATION
    float2 statistics[2];
    UNROLLED
    for (int part = 0; part < 2; ++part)
      statistics[part] = statistics_of(words[part], channels, epsilon EXCHANGE_ARGUMENT);
    UNROLLED
    for (int u = 0; u < UNITS; ++u) {
      const int channel = u * 16 + lane % 4 * 2;
      __global const float2 *gains = (__global const float2 *)(gain + channel);
      __global const float2 *shifts = (__global const float2 *)(shift + channel);
      const float2 low = gains[0], low_shift = shifts[0], high = gains[4], high_shift = shifts[4];
      UNROLLED
      for (int part = 0; part < 2; ++part) {
        words[part][u].x = normalized(words[part][u].x, statistics[part], low, low_shift);
        words[part][u].y = normalized(words[part][u].y, statistics[part], high, high_shift);
      }
      KEEP_ORDER
    }
#endif
    UNROLLED
    for (int u = 0; u < UNITS; ++u)
      a[i][u] = (uint4)(words[0][u].x, words[1][u].x, words[0][u].y, words[1][u].y);
  }

  // Of the second half: this item's pair of channels, line and strip. Lanes read distinct banks.
  const int pair = item % PAIRS * 2, spot = item / PAIRS % LINES, strip = item / PAIRS / LINES * STRIP;
  const int line = spot / 4 * 4 + spot % 2 * 2 + spot % 4 / 2;

  for (int count = 0; count < panel_count; ++count) {
    const int panel = first_panel + count, column = panel * OUTPUTS + pair;
    __local uint2 *e = between[count % 2];
    float4 sums[TILES][2 * BLOCKS];
    UNROLLED
    for (int j = 0; j < BLOCKS; ++j) {
      const float4 first = *(__global const float4 *)(bias + panel * BN + j * 16 + lane % 4 * 4);
      UNROLLED
      for (int i = 0; i < TILES; ++i) {
        sums[i][2 * j] = first.xyxy;
        sums[i][2 * j + 1] = first.zwzw;
      }
    }
    // Weights of two more units are under way while those of one are multiplied.
    __global const uint4 *weights = (__global const uint4 *)w + (size_t)panel * UNITS * BLOCKS * LANES + lane;
    uint4 b[UNITS][BLOCKS];
    LOAD_WEIGHTS(0)
    if (UNITS > 1) LOAD_WEIGHTS(1)
    UNROLLED
    for (int u = 0; u < UNITS; ++u) {
      if (u + 2 < UNITS) LOAD_WEIGHTS(u + 2)
      KEEP_ORDER
      UNROLLED
      for (int i = 0; i < TILES; ++i)
        UNROLLED
        for (int j = 0; j < BLOCKS; ++j) {
          sums[i][2 * j] =
              matrix_multiply(sums[i][2 * j], a[i][u], b[u][j].x, b[u][j].y EXCHANGE_ARGUMENT);
          sums[i][2 * j + 1] =
              matrix_multiply(sums[i][2 * j + 1], a[i][u], b[u][j].z, b[u][j].w EXCHANGE_ARGUMENT);
        }
    }
    UNROLLED
    for (int i = 0; i < TILES; ++i) {
      const int r = (run * TILES + i) * 16 + lane / 4;
      UNROLLED
      for (int j = 0; j < BLOCKS; ++j) {
        const float4 left_sums = sums[i][2 * j], right_sums = sums[i][2 * j + 1];
        const uint2 upper = (uint2)(half_bits(left_sums.xy), half_bits(right_sums.xy));
        const uint2 lower = (uint2)(half_bits(left_sums.zw), half_bits(right_sums.zw));
        const int place = r * (PITCH / 4) + j * 4 + lane % 4;
        if (r < ROWS) e[place] = is_inside[i][0] ? upper : (uint2)(0);
        if (r + 8 < ROWS) e[place + 8 * (PITCH / 4)] = is_inside[i][1] ? lower : (uint2)(0);
      }
    }

    barrier(CLK_LOCAL_MEM_FENCE);
    if (item >= ITEMS || column >= columns) continue;

    float2 taps[HALVES][9], starts[HALVES];
    UNROLLED
    for (int h = 0; h < HALVES; ++h) {
      const int at = h * columns + column;
      starts[h] = *(__global const float2 *)(start + at);
      UNROLLED
      for (int tap = 0; tap < 9; ++tap)
        taps[h][tap] = *(__global const float2 *)(filters + tap * HALVES * columns + at);
    }
    // Four neighbouring columns of three pixels each, for two neighbouring outputs.
    float2 seen[HALVES][4][3];
    const __local uint *from = (const __local uint *)e + (line * HALO + strip) * (PITCH / 2) + pair / 2;
    LOAD_COLUMNS(0, from)
    LOAD_COLUMNS(1, from + PITCH / 2)
    __global half *to =
        y + ((size_t)(image * height + top + line) * width + left + strip) * columns + column;
    const int room = top + line < height ? width - left - strip : 0;
    PAIRED
    for (int n = 0; n < STRIP; n += 2) {
      from += PITCH;
      LOAD_COLUMNS(2, from)
      LOAD_COLUMNS(3, from + PITCH / 2)
      float4 values[HALVES];
      UNROLLED
      for (int h = 0; h < HALVES; ++h) {
        values[h] = starts[h].xyxy;
        UNROLLED
        for (int kx = 0; kx < 3; ++kx)
          UNROLLED
          for (int ky = 0; ky < 3; ++ky)
            values[h] = fma((float4)(seen[h][kx][ky], seen[h][kx + 1][ky]),
                            taps[h][ky * 3 + kx].xyxy, values[h]);
        UNROLLED
        for (int ky = 0; ky < 3; ++ky) {
          seen[h][0][ky] = seen[h][2][ky];
          seen[h][1][ky] = seen[h][3][ky];
        }
      }
#ifdef GATE
      const float4 value = GATE(values[0], values[1]);
#else
      const float4 value = values[0];
#endif
      const uint first_bits = half_bits(value.xy), second_bits = half_bits(value.zw);
      if (n < room) *(__global uint *)to = first_bits;
      if (n + 1 < room) *(__global uint *)(to + columns) = second_bits;
      to += 2 * columns;
    }
  }
}
