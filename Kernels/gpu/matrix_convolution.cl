// Dense convolution, zero-padded, as an implicit matrix product by matrix instructions, with what
// surrounds it, for NVIDIA devices and half storage. What it computes and its parameters are those
// of convolution.cl; the operand is rounded to half after the prologue, and the order of a sum is
// the instruction's in runs of 16 channels, ascending from run to run.
//
// Index map: work-group g of (BM / WM) * (BN / WN) runs of 32 lanes computes BM neighbouring output
// pixels, block g / panels, of panel g % panels; each run WM pixels of WN columns. STAGES slices of
// BK depths lie in local memory; while one is multiplied, later ones are copied. A depth is a
// channel of a tap; depths come in units of 16 that ascend through taps, in each through channels.
//
// In a slice, pixel r has BK / 8 chunks of 16 bytes, chunk c at place c ^ SWIZZLE(r), so that eight
// rows of a matrix lie in distinct banks. Weights are packed in the order of their fragments,
// [panel][unit][BN / 16][lane][8]: the halves of lane 4 g + t are depths 2 t, 2 t + 1, 2 t + 8,
// 2 t + 9 of column 4 (g / 2) + g % 2, and then the same of the column 2 farther. So a lane's sums
// are four neighbouring columns.
#define THREADS ((BM / WM) * (BN / WN) * 32)

#include "common/elements.h"
#include "common/activations.h"
#include "common/window.h"
#include "gpu/matrix.h"

#ifndef BM
#define BM 64  // output pixels of a group
#endif
#ifndef BN
#define BN 64  // packed columns of a group: a panel
#endif
#ifndef BK
#define BK 32  // depths of a slice: 16, 32 or 64
#endif
#ifndef WM
#define WM 32  // pixels of a run of lanes: a multiple of 16
#endif
#ifndef WN
#define WN 32  // columns of a run of lanes: a multiple of 16, of 32 with a gate
#endif
#ifndef STAGES
#define STAGES 3  // slices in local memory: at least 2
#endif
// Hooks: as in convolution.cl.

#define CHUNKS (BK / 8)  // of a row of a slice
#define PIECES CHUNKS
#define UNITS (BK / 16)  // of a slice
#define ROW_TILES (WM / 16)
#define BLOCKS (WN / 16)
#define SWIZZLE(r) ((r) / (8 / CHUNKS) % CHUNKS)
#define A_CHUNKS (BM * CHUNKS)  // of a slice of x
#define B_CHUNKS (UNITS * BN * 2)  // of a slice of the weights
#define A_LOADS ((A_CHUNKS + THREADS - 1) / THREADS)
#define B_LOADS ((B_CHUNKS + THREADS - 1) / THREADS)
#include "gpu/operand.h"
#include "gpu/output.h"
#ifdef GATE
#define OUTPUTS (BLOCKS / 2)
#define BLOCK(j) ((j) < OUTPUTS ? run_n * OUTPUTS + (j) : BN / 32 + run_n * OUTPUTS + (j) - OUTPUTS)
#define RESULT(pair, i, j) GATE(pair(i, j), pair(i, (j) + OUTPUTS))
#else
#define OUTPUTS BLOCKS
#define BLOCK(j) (run_n * BLOCKS + (j))
#define RESULT(pair, i, j) pair(i, j)
#endif
#define UPPER(i, j) ((float4)(sums[i][2 * (j)].xy, sums[i][2 * (j) + 1].xy))
#define LOWER(i, j) ((float4)(sums[i][2 * (j)].zw, sums[i][2 * (j) + 1].zw))

__attribute__((reqd_work_group_size(THREADS, 1, 1))) LANES_ATTRIBUTE
__kernel void matrix_convolution(__global const half *x, __global const half *w,
                                 __global const float *bias, __global output *y, int pixels,
                                 int height, int width, int depth, int output_height,
                                 int output_width, int columns, int panels, int pad_top,
                                 int pad_left, int x_pitch, int x_start, int y_pitch, int y_start
#if NORMALIZATION
                                 , __global const float *gain, __global const float *shift,
                                 int channels, float epsilon
#endif
                                 PART_PARAMETER EXTRA_PARAMETERS) {
  __local uint4 a_slices[STAGES][A_CHUNKS];
  __local uint4 b_slices[STAGES][B_CHUNKS];
  EXCHANGE_SPACE
  const int item = (int)get_local_id(0), lane = item % LANES;
  const int run_m = item / LANES % (BM / WM), run_n = item / LANES / (BM / WM);
  const int panel = (int)get_group_id(0) % panels;
  const int channel_units = depth / 16, all_units = KH * KW * channel_units;
  x += x_start;
  y += y_start;
  FIND_BLOCK(all_units * BN * 16)
  FIND_PART(all_units)
  const int slices = (units + UNITS - 1) / UNITS;
  w += (size_t)first_unit * BN * 16;
  FIND_STATISTICS(a_slices)

  // Of the slice that is brought next: the tap, and the unit of this item's chunk.
  FIND_PIECES
  int tap_y = 0, tap_x = 0, unit = first_unit + item % CHUNKS / 2;
#if IS_PREPARED
  float4 prepared[A_LOADS][2];
#endif

  float4 sums[ROW_TILES][2 * BLOCKS];
  UNROLLED
  for (int j = 0; j < BLOCKS; ++j) {
    const float4 start = LOADF(bias, panel * BN + BLOCK(j) * 16 + lane % 4 * 4);
    UNROLLED
    for (int i = 0; i < ROW_TILES; ++i) {
      sums[i][2 * j] = start.xyxy;
      sums[i][2 * j + 1] = start.zwzw;
    }
  }

  for (int slice = 1 - STAGES; slice < slices; ++slice) {
    const int next = slice + STAGES - 1, next_stage = next % STAGES;
    if (slice >= 0) {
      COPY_WAIT(STAGES - 2)
      barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (next < slices) {
      while (unit >= channel_units) {
        unit -= channel_units;
        if (++tap_x == KW) {
          tap_x = 0;
          ++tap_y;
        }
      }
      const int col = unit * 16 + item % 2 * 8;
      UNROLLED
      for (int i = 0; i < A_LOADS; ++i) {
        const int index = item + i * THREADS, r = index / CHUNKS;
        FIND_ROW(i, r, tap_y, tap_x)
        const int is_inside = tap_y < KH && is_row;
        __global const half *source = x + (is_inside ? (size_t)row * x_pitch + col : 0);
#if IS_PREPARED
        prepared[i][0] = prepared[i][1] = (float4)(0.0f);
        if (is_inside) {
          const int rows_per_image = height * width;
          UNROLLED
          for (int part = 0; part < 2; ++part) {
            const int channel = col + part * 4;
            float4 v = LOADV(source, part * 4);
            PREPARE(v, channel)
            prepared[i][part] = v;
          }
        }
#else
        if (A_CHUNKS % THREADS == 0 || index < A_CHUNKS)
          copy_start(&a_slices[next_stage][r * CHUNKS + (index % CHUNKS ^ SWIZZLE(r))], source,
                     is_inside);
#endif
      }
      UNROLLED
      for (int i = 0; i < B_LOADS; ++i) {
        const int index = item + i * THREADS;
        const int is_inside = next * UNITS + index / (BN * 2) < units;
        if (B_CHUNKS % THREADS == 0 || index < B_CHUNKS)
          copy_start(&b_slices[next_stage][index],
                     w + (is_inside ? ((size_t)next * B_CHUNKS + index) * 8 : 0), is_inside);
      }
      unit += UNITS;
    }
    COPY_COMMIT

    if (slice >= 0) {
      const __local uint4 *a_slice = a_slices[slice % STAGES];
      const __local uint4 *b_slice = b_slices[slice % STAGES];
      UNROLLED
      for (int k = 0; k < UNITS; ++k) {
        uint4 a[ROW_TILES], b[BLOCKS];
        UNROLLED
        for (int i = 0; i < ROW_TILES; ++i) {
          const int r = run_m * WM + i * 16 + lane % 16;
          a[i] = matrix_load(
              a_slice, r * CHUNKS + ((k * 2 + lane / 16) ^ SWIZZLE(r)) EXCHANGE_ARGUMENT);
        }
        UNROLLED
        for (int j = 0; j < BLOCKS; ++j) b[j] = b_slice[(k * (BN / 16) + BLOCK(j)) * 32 + lane];
        UNROLLED
        for (int i = 0; i < ROW_TILES; ++i)
          UNROLLED
          for (int j = 0; j < BLOCKS; ++j) {
            sums[i][2 * j] =
                matrix_multiply(sums[i][2 * j], a[i], b[j].x, b[j].y EXCHANGE_ARGUMENT);
            sums[i][2 * j + 1] =
                matrix_multiply(sums[i][2 * j + 1], a[i], b[j].z, b[j].w EXCHANGE_ARGUMENT);
          }
      }
    }

#if IS_PREPARED
    if (next < slices) {
      UNROLLED
      for (int i = 0; i < A_LOADS; ++i) {
        const int index = item + i * THREADS, r = index / CHUNKS;
        if (A_CHUNKS % THREADS == 0 || index < A_CHUNKS) {
          uint4 bits;
          vstore_half4(prepared[i][0], 0, (__private half *)&bits);
          vstore_half4(prepared[i][1], 1, (__private half *)&bits);
          a_slices[next_stage][r * CHUNKS + (index % CHUNKS ^ SWIZZLE(r))] = bits;
        }
      }
    }
#endif
  }

  UNROLLED
  for (int i = 0; i < ROW_TILES; ++i) {
    const int upper = first + run_m * WM + i * 16 + lane / 4;
    UNROLLED
    for (int j = 0; j < OUTPUTS; ++j) {
      const int column = panel * OUTPUT_COLUMNS + BLOCK(j) * 16 + lane % 4 * 4;
      PUT_OUTPUT(RESULT(UPPER, i, j), upper, column)
      PUT_OUTPUT(RESULT(LOWER, i, j), upper + 8, column)
    }
  }
}
