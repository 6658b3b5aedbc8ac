// Dense convolution, zero-padded, as an implicit matrix product by warpgroup instructions, with
// what surrounds it, for NVIDIA's Hopper and half storage. What it computes and its parameters are
// those of convolution.cl; the operand is rounded to half after the prologue, and the order of a
// sum is the instruction's in runs of 16 channels, ascending from run to run.
//
// Index map: work-group g of BM / 64 warpgroups computes BM neighbouring output pixels, block
// g / panels, of panel g % panels; each warpgroup 64 pixels of all columns. STAGES slices of BK
// depths lie in local memory, laid out as warpgroup.h says: rows of x are pixels, rows of the
// weights are columns. While one is multiplied, the one before it may still be, and STAGES - 2
// later ones are copied. A depth is a channel of a tap; depths come in units of 16 that ascend
// through taps, in each through channels.
//
// Weights are packed as their slices lie, [panel][slice][BN][BK], zero past the last depth. Row
// 16 b + 8 h + g of a slice is column 16 b + 4 (g / 2) + g % 2 + 2 h, so that a lane's sums are
// four neighbouring columns.
#define THREADS (BM * 2)

#include "common/elements.h"
#include "common/activations.h"
#include "common/window.h"

#ifndef BM
#define BM 128  // output pixels of a group: a multiple of 64
#endif
#ifndef BN
#define BN 128  // packed columns of a group, a panel: a multiple of 16, of 32 with a gate, to 256
#endif
#ifndef BK
#define BK 64  // depths of a slice: 32 or 64
#endif
#ifndef STAGES
#define STAGES 3  // slices in local memory: at least 3
#endif
#include "gpu/warpgroup.h"
// Hooks: as in convolution.cl.

#define CHUNKS (BK / 8)  // of a row of a slice
#define PIECES CHUNKS
#define UNITS (BK / 16)  // of a slice
#define A_CHUNKS (BM * CHUNKS)  // of a slice of x
#define B_CHUNKS (BN * CHUNKS)  // of a slice of the weights
#define A_LOADS (A_CHUNKS / THREADS)
#define B_LOADS ((B_CHUNKS + THREADS - 1) / THREADS)
#define AHEAD (STAGES - 2)
#include "gpu/operand.h"
#include "gpu/output.h"
#ifdef GATE
#define OUTPUTS (BN / 32)
#define RESULT(pair, j) GATE(pair(j), pair((j) + OUTPUTS))
#else
#define OUTPUTS (BN / 16)
#define RESULT(pair, j) pair(j)
#endif
#define UPPER(j) ((float4)(sums[8 * (j)], sums[8 * (j) + 1], sums[8 * (j) + 4], sums[8 * (j) + 5]))
#define LOWER(j) \
  ((float4)(sums[8 * (j) + 2], sums[8 * (j) + 3], sums[8 * (j) + 6], sums[8 * (j) + 7]))

__attribute__((reqd_work_group_size(THREADS, 1, 1)))
__kernel void warpgroup_convolution(__global const half *x, __global const half *w,
                                    __global const float *bias, __global output *y, int pixels,
                                    int height, int width, int depth, int output_height,
                                    int output_width, int columns, int panels, int pad_top,
                                    int pad_left, int x_pitch, int x_start, int y_pitch,
                                    int y_start
#if NORMALIZATION
                                    , __global const float *gain, __global const float *shift,
                                    int channels, float epsilon
#endif
                                    PART_PARAMETER EXTRA_PARAMETERS) {
  SLICE_SPACE(STAGES * (A_CHUNKS + B_CHUNKS))
  PRODUCT_SPACE
  const int item = (int)get_local_id(0), lane = item % LANES;
  const int panel = (int)get_group_id(0) % panels;
  const int channel_units = depth / 16, all_units = KH * KW * channel_units;
  x += x_start;
  y += y_start;
  FIND_BLOCK((all_units + UNITS - 1) / UNITS * BN * BK)
  FIND_PART(all_units)
  const int count = (units + UNITS - 1) / UNITS;
  w += (size_t)(first_unit / UNITS) * BN * BK;
  FIND_STATISTICS(slices)

  // Of the slice that is brought next: the tap, and the unit of this item's chunk.
  FIND_PIECES
  int tap_y = 0, tap_x = 0, unit = first_unit + item % CHUNKS / 2;
  float sums[BN / 2];
  const int is_refused = NOT_SPLICED;
  UNROLLED
  for (int j = 0; j < BN / 16; ++j) {
    const float4 start = LOADF(bias, panel * BN + j * 16 + lane % 4 * 4);
    UNROLLED
    for (int part = 0; part < 2; ++part) {
      sums[8 * j + 2 * part] = is_refused ? NAN : start.x;
      sums[8 * j + 2 * part + 1] = is_refused ? NAN : start.y;
      sums[8 * j + 2 * part + 4] = is_refused ? NAN : start.z;
      sums[8 * j + 2 * part + 5] = is_refused ? NAN : start.w;
    }
  }

  const ulong a_first = slice_descriptor(SLICE_ADDRESS(slices)) + item / WARPGROUP * (8 * BK);
  const ulong b_first = slice_descriptor(SLICE_ADDRESS(slices)) + STAGES * A_CHUNKS;
  int slice = 0, next = 0;
  do {
    // All slices that there is room for are brought while the product before runs.
    do {
      while (unit >= channel_units) {
        unit -= channel_units;
        if (++tap_x == KW) {
          tap_x = 0;
          ++tap_y;
        }
      }
      const int col = unit * 16 + item % 2 * 8;
      __local uint4 *a_slice = slices + next % STAGES * A_CHUNKS;
      __local uint4 *b_slice = slices + STAGES * A_CHUNKS + next % STAGES * B_CHUNKS;
      UNROLLED
      for (int i = 0; i < A_LOADS; ++i) {
        const int index = item + i * THREADS, r = index / CHUNKS;
        __local uint4 *to = a_slice + r * CHUNKS + (index % CHUNKS ^ SWIZZLE(r));
        FIND_ROW(i, r, tap_y, tap_x)
        const int is_inside = tap_y < KH && is_row;
        __global const half *source = x + (is_inside ? (size_t)row * x_pitch + col : 0);
#if IS_PREPARED
        uint4 bits = (uint4)(0);
        if (is_inside) {
          const int rows_per_image = height * width;
          const uint4 raw = *(__global const uint4 *)source;
          UNROLLED
          for (int part = 0; part < 2; ++part) {
            const int channel = col + part * 4;
            float4 v = vload_half4(part, (const __private half *)&raw);
            PREPARE(v, channel)
            vstore_half4(v, part, (__private half *)&bits);
          }
        }
        *to = bits;
#else
        copy_start(to, source, is_inside);
#endif
      }
      UNROLLED
      for (int i = 0; i < B_LOADS; ++i) {
        const int index = item + i * THREADS;
        if ((B_CHUNKS % THREADS == 0 || index < B_CHUNKS) && next < count)
          copy_start(b_slice + index, w + ((size_t)next * B_CHUNKS + index) * 8, 1);
      }
      COPY_COMMIT
      unit += UNITS;
    } while (++next < slice + AHEAD);

    COPY_WAIT(AHEAD - 1)
    PRODUCT_WAIT(1)
    PRODUCT_PUBLISH
    barrier(CLK_LOCAL_MEM_FENCE);
    PRODUCT_START(a_first + slice % STAGES * A_CHUNKS, b_first + slice % STAGES * B_CHUNKS)
  } while (++slice < count);
  PRODUCT_FINISH

  const int upper = first + item / LANES * 16 + lane / 4;
  UNROLLED
  for (int j = 0; j < OUTPUTS; ++j) {
    const int column = panel * OUTPUT_COLUMNS + j * 16 + lane % 4 * 4;
    PUT_OUTPUT(RESULT(UPPER, j), upper, column)
    PUT_OUTPUT(RESULT(LOWER, j), upper + 8, column)
  }
}
