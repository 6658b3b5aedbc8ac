// Dense convolution, zero-padded, as an implicit matrix product with what surrounds it, for GPUs.
//
//   y[n, oy, ox] = EPILOGUE(GATE(bias + sum over ky, kx, channel of
//       PROLOGUE(norm(x))[n, oy STRIDE + ky DILATION - pad_top, ox STRIDE + kx DILATION - pad_left] w))
//
// x rows have `depth` channels, y rows `columns` (both padded to 16). Row r of x is at x_start +
// r * x_pitch, row r of y at y_start + r * y_pitch; `pixels` counts the output pixels of all
// images before the shuffle. Padding is zero after the prologue. The sum starts at the bias and
// ascends through the taps, in each through the channels, one chain of fma.
//
// Index map: work-group g of (BM / TM) * (BN / TN) work-items computes BM neighbouring output
// pixels, block g / panels, of panel g % panels. It walks the depth in slices of BK channels of a
// tap: while a slice in local memory is multiplied, the next is on its way to registers. Work-item
// (i, j), j the faster, holds rows 4 i ... + 3 of each quarter-spaced run of rows and columns 4 j
// ... + 3 of each run of columns.
//
// Weights are packed as [panel][KH * KW][depth][BN]; panels, the packed bias [panel][BN], GATE and
// SHUFFLE as in output.h. With NORMALIZATION, of the `channels` of x, a group finds mean and scale
// of its rows first; UPSAMPLE and IMAGE_WEIGHTS as in operand.h.
#include "common/elements.h"
#include "common/activations.h"
#include "common/window.h"

#ifndef BM
#define BM 64  // output pixels of a group
#endif
#ifndef BN
#define BN 64  // packed columns of a group: a panel
#endif
#ifndef BK
#define BK 16  // channels of a slice: 4, 8 or 16
#endif
#ifndef TM
#define TM 4  // rows of a work-item: a multiple of 4
#endif
#ifndef TN
#define TN 8  // columns of a work-item: a multiple of 4, of 8 with a gate
#endif
// Hooks: PROLOGUE(v, row, col) changes v, a vector of x at an input row; EPILOGUE(v, row, col)
// changes v, the output at an output row. GATE(a, b) joins the halves. `rows_per_image` is in scope
// and counts input rows in the PROLOGUE, output rows in the EPILOGUE.

#define THREADS ((BM / TM) * (BN / TN))
#define ROW_RUNS (TM / 4)
#define VECTORS (TN / 4)
#define ROW_SPACE (BM / ROW_RUNS)  // from one run of a work-item's rows to the next
#define COLUMN_SPACE (BN / VECTORS)
#define A_PITCH (BM + 4)
#define PIECES (BK / 4)  // of a row of a slice
#define A_VECTORS (BM * PIECES)  // of a slice of x
#define B_VECTORS (BK * BN / 4)  // of a slice of the weights
#define A_LOADS ((A_VECTORS + THREADS - 1) / THREADS)
#define B_LOADS ((B_VECTORS + THREADS - 1) / THREADS)
#include "gpu/operand.h"
#include "gpu/output.h"
#ifdef GATE
#define OUTPUTS (VECTORS / 2)
#define RESULT(i, v) GATE(sums[i][v], sums[i][OUTPUTS + (v)])
#else
#define OUTPUTS VECTORS
#define RESULT(i, v) sums[i][v]
#endif

__attribute__((reqd_work_group_size(THREADS, 1, 1)))
__kernel void convolution(__global const element *x, __global const element *w,
                          __global const float *bias, __global output *y, int pixels, int height,
                          int width, int depth, int output_height, int output_width, int columns,
                          int panels, int pad_top, int pad_left, int x_pitch, int x_start,
                          int y_pitch, int y_start
#if NORMALIZATION
                          , __global const float *gain, __global const float *shift, int channels,
                          float epsilon
#endif
                          PART_PARAMETER EXTRA_PARAMETERS) {
  __local float4 a_slices[2][BK * A_PITCH / 4];
  __local float4 b_slices[2][BK * BN / 4];
  const int item = (int)get_local_id(0);
  const int panel = (int)get_group_id(0) % panels;
  const int row0 = item / (BN / TN) * 4, column0 = item % (BN / TN) * 4;
  const int chunks = depth / BK;
  x += x_start;
  y += y_start;
  FIND_BLOCK(KH * KW * depth * BN)
  FIND_PART(KH * KW * depth / 16)
  const int first_slice = first_unit * (16 / BK), slices = units * (16 / BK);
  w += (size_t)first_slice * BK * BN;
  FIND_STATISTICS(a_slices)
  FIND_PIECES

  float4 sums[TM][VECTORS];
  #pragma unroll
  for (int v = 0; v < VECTORS; ++v) {
    const float4 start = LOADF(bias, panel * BN + v * COLUMN_SPACE + column0);
    #pragma unroll
    for (int i = 0; i < TM; ++i) sums[i][v] = start;
  }

  float4 a_next[A_LOADS], b_next[B_LOADS];
  for (int slice = 0; slice <= slices; ++slice) {
    if (slice < slices) {
      const int tap = (first_slice + slice) / chunks, chunk = (first_slice + slice) % chunks * BK;
      #pragma unroll
      for (int i = 0; i < A_LOADS; ++i) {
        const int index = item + i * THREADS;
        const int col = chunk + index % PIECES * 4;
        const int rows_per_image = height * width;
        FIND_ROW(i, index / PIECES, tap / KW, tap % KW)
        float4 v = (float4)(0.0f);
        if ((A_VECTORS % THREADS == 0 || index < A_VECTORS) && is_row) {
          v = LOADV(x, (size_t)row * x_pitch + col);
          PREPARE(v, col)
        }
        a_next[i] = v;
      }
      #pragma unroll
      for (int i = 0; i < B_LOADS; ++i) {
        const int index = item + i * THREADS;
        if (B_VECTORS % THREADS == 0 || index < B_VECTORS)
          b_next[i] = LOADV(w, (size_t)slice * BK * BN + index * 4);
      }
    }

    if (slice > 0) {
      const __local float4 *a_slice = a_slices[(slice - 1) % 2] + row0 / 4;
      const __local float4 *b_slice = b_slices[(slice - 1) % 2] + column0 / 4;
      for (int k = 0; k < BK; ++k) {
        float a[TM];
        float4 b[VECTORS];
        #pragma unroll
        for (int i = 0; i < ROW_RUNS; ++i)
          vstore4(a_slice[(k * A_PITCH + i * ROW_SPACE) / 4], i, a);
        #pragma unroll
        for (int v = 0; v < VECTORS; ++v) b[v] = b_slice[(k * BN + v * COLUMN_SPACE) / 4];
        #pragma unroll
        for (int i = 0; i < TM; ++i)
          #pragma unroll
          for (int v = 0; v < VECTORS; ++v) sums[i][v] = fma((float4)(a[i]), b[v], sums[i][v]);
      }
    }

    if (slice < slices) {
      __local float *a_slice = (__local float *)a_slices[slice % 2];
      __local float4 *b_slice = b_slices[slice % 2];
      #pragma unroll
      for (int i = 0; i < A_LOADS; ++i) {
        const int index = item + i * THREADS;
        __local float *at = a_slice + index % PIECES * 4 * A_PITCH + index / PIECES;
        if (A_VECTORS % THREADS == 0 || index < A_VECTORS) {
          at[0] = a_next[i].x;
          at[A_PITCH] = a_next[i].y;
          at[2 * A_PITCH] = a_next[i].z;
          at[3 * A_PITCH] = a_next[i].w;
        }
      }
      #pragma unroll
      for (int i = 0; i < B_LOADS; ++i) {
        const int index = item + i * THREADS;
        if (B_VECTORS % THREADS == 0 || index < B_VECTORS) b_slice[index] = b_next[i];
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }

  #pragma unroll
  for (int i = 0; i < TM; ++i) {
    const int pixel = first + i / 4 * ROW_SPACE + row0 + i % 4;
    #pragma unroll
    for (int v = 0; v < OUTPUTS; ++v) {
      const int column = panel * OUTPUT_COLUMNS + v * COLUMN_SPACE + column0;
      PUT_OUTPUT(RESULT(i, v), pixel, column)
    }
  }
}
