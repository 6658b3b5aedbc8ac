// Dense convolution, zero-padded, with what surrounds it, for CPUs with wide vectors.
//
//   y[n, oy, ox] = EPILOGUE(GATE(bias + sum over ky, kx, channel of
//       PROLOGUE(x)[n, oy STRIDE + ky DILATION - pad_top, ox STRIDE + kx DILATION - pad_left] w))
//
// x rows have `depth` channels, of which the first `channels` count; y rows `columns` (depth and
// columns padded to 16). Row r of x is at x_start + r * x_pitch, row r of y at y_start + r *
// y_pitch. Padding is zero after the prologue. The sum starts at the bias and ascends through
// chunks of CHUNK channels, in each through ky, kx and the channel.
//
// Index map: work-item (i, j, p) computes the output pixels ox = i * MR * ROW_TILES ..., at most
// MR * ROW_TILES of them, of the output rows r * LINES ..., at most LINES, of image n, where
// j = n * ceil(output_height / LINES) + r, and panels p * item_panels ..., at most item_panels.
// Global size (ceil(output_width / (MR * ROW_TILES)), images * ceil(output_height / LINES),
//   ceil(panels / item_panels)), local (1, 1, 1).
// output_height and output_width are those before the shuffle.
//
// Weights are packed as [panel][KH * KW][channels][16 NV]; panels, the packed bias [panel][16 NV],
// GATE and SHUFFLE as in gemm.cl. With UPSAMPLE u the convolution sees x enlarged u times, every
// pixel repeated; height and width are those of x itself.
#include "common/elements.h"
#include "common/activations.h"
#include "common/window.h"

#ifndef CHUNK
#define CHUNK 64  // channels summed before the next come; a multiple of 16. Changes the order
#endif
#ifndef TAP_ROWS
#define TAP_ROWS KH  // kernel rows summed in one visit of a tile: KH or 1
#endif
#ifndef ROW_TILES
#define ROW_TILES 4  // tiles side by side in a work-item
#endif
#ifndef LINES
#define LINES 1  // output rows of a work-item
#endif
#ifndef SHUFFLE
#define SHUFFLE 1  // factor of depth to space
#endif
#ifndef UPSAMPLE
#define UPSAMPLE 1  // factor of nearest-neighbour enlargement
#endif
#ifndef EXTRA_PARAMETERS
#define EXTRA_PARAMETERS  // buffers and numbers that the hooks read
#endif
// Hooks: PROLOGUE(v, row, col) changes v, a vector of x at an input row; EPILOGUE(v, row, col)
// changes v, the output at an output row; AHEAD(row, col) may FETCH what EPILOGUE will read there.
// GATE(a, b) joins the halves. `rows_per_image` is in scope and counts input rows in the PROLOGUE,
// output rows in the others.

#define PIXEL_STRIDE (CHUNK + 16)  // off the powers of two: pixels in distinct cache sets
#define TILE_STRIDE (STRIDE * PIXEL_STRIDE)
#include "common/tile.h"

#define RUN (MR * ROW_TILES)  // output pixels side by side
#define PATCH_WIDTH ((RUN - 1) * STRIDE + (KW - 1) * DILATION + 1)
#define PATCH_HEIGHT ((LINES - 1) * STRIDE + (KH - 1) * DILATION + 1)
#define PATCH_LINE (PATCH_WIDTH * PIXEL_STRIDE)
#ifdef GATE
#define OUTPUTS (NV / 2)
#define RESULT(i, v) GATE(sums[(i) * NV + (v)], sums[(i) * NV + OUTPUTS + (v)])
#else
#define OUTPUTS NV
#define RESULT(i, v) sums[(i) * NV + (v)]
#endif

// Adds the products of TAP_ROWS kernel rows to the sums; the weights have `channels` rows for each
// tap, of which `count` are taken. Rows begin ..< end of what `next` has for each tap are fetched,
// so that the weights that come next have arrived when all tiles are done.
static void multiply(const __private float *patch, __global const element *w, int count,
                     int channels, __global const element *next, int begin, int end,
                     __private float16 *sums) {
  TILE_LOAD(sums)
  for (int ky = 0; ky < TAP_ROWS; ++ky)
    for (int kx = 0; kx < KW; ++kx) {
      const size_t tap = (size_t)(ky * KW + kx) * channels * PANEL;
      TILE_RUN(patch + ky * DILATION * PATCH_LINE + kx * DILATION * PIXEL_STRIDE, w + tap, count)
      for (int i = begin * PANEL; i < end * PANEL; i += 16) {
        FETCH(next, tap + i)
      }
    }
  TILE_SAVE(sums)
}

GROUP_OF_ONE
__kernel void convolution(__global const element *x, __global const element *w,
                          __global const float *bias, __global element *y, int height, int width,
                          int depth, int channels, int output_height, int output_width,
                          int columns, int pad_top, int pad_left, int item_panels, int streams,
                          int x_pitch, int x_start, int y_pitch, int y_start EXTRA_PARAMETERS) {
  __private float patch[PATCH_HEIGHT * PATCH_LINE] __attribute__((aligned(64)));
  __private float16 partial[LINES * RUN * NV];
  x += x_start;
  y += y_start;
  const int groups = (output_height + LINES - 1) / LINES;
  const int image = (int)get_global_id(1) / groups;
  const int first_y = (int)get_global_id(1) % groups * LINES;
  const int first_x = (int)get_global_id(0) * RUN;
  const int lines = min(LINES, output_height - first_y);
  const int count = min(RUN, output_width - first_x);
  const int tiles = (count + MR - 1) / MR;
  const int patch_height = (lines - 1) * STRIDE + (KH - 1) * DILATION + 1;
  const int patch_width = (tiles * MR - 1) * STRIDE + (KW - 1) * DILATION + 1;
  const int vectors = columns / 16 * SHUFFLE * SHUFFLE;
  const int panels = (vectors + OUTPUTS - 1) / OUTPUTS;
  const int panel_begin = (int)get_global_id(2) * item_panels;
  const int panel_end = min(panel_begin + item_panels, panels);
  const int is_single_visit = TAP_ROWS == KH && channels <= CHUNK;

  for (int panel = panel_begin; panel < panel_end; ++panel) {
    const int outputs = min(OUTPUTS, vectors - panel * OUTPUTS);
    int cols[OUTPUTS], offsets[OUTPUTS];
    for (int v = 0; v < OUTPUTS; ++v) {
      const int column = (panel * OUTPUTS + v) * 16, block = column / columns;
      cols[v] = column % columns;
      offsets[v] = block / SHUFFLE * output_width * SHUFFLE + block % SHUFFLE;
    }
    for (int chunk = 0; chunk < channels; chunk += CHUNK) {
      const int part = min(CHUNK, channels - chunk);

      if (panel == panel_begin || channels > CHUNK) {
        const int rows_per_image = height * width;
        for (int i = 0; i < patch_height; ++i) {
          const int at_y = first_y * STRIDE - pad_top + i;
          for (int j = 0; j < patch_width; ++j) {
            const int at_x = first_x * STRIDE - pad_left + j;
            const int is_inside =
                at_y >= 0 && at_y < height * UPSAMPLE && at_x >= 0 && at_x < width * UPSAMPLE;
            const int row = image * rows_per_image + at_y / UPSAMPLE * width + at_x / UPSAMPLE;
            for (int c = 0; c < part; c += 16) {
              float16 v = (float16)(0.0f);
              if (is_inside) {
                const int col = chunk + c;
                v = LOAD16(x, (size_t)row * x_pitch + col);
#ifdef PROLOGUE
                PROLOGUE(v, row, col)
#endif
              }
              STOREF(v, patch, i * PATCH_LINE + j * PIXEL_STRIDE + c);
            }
          }
        }
      }

      for (int ky = 0; ky < KH; ky += TAP_ROWS) {
        const int is_first = chunk == 0 && ky == 0;
        const int is_last = chunk + CHUNK >= channels && ky + TAP_ROWS >= KH;
        __global const element *weights =
            w + (((size_t)panel * KH + ky) * KW * channels + chunk) * PANEL;
        // Many weights come from far away. Those of the next rows, channels or panel:
        const int fetched = TAP_ROWS < KH ? part : 0;
        __global const element *next =
            ky + TAP_ROWS < KH ? weights + (size_t)TAP_ROWS * KW * channels * PANEL
            : chunk + CHUNK < channels
                ? weights + (CHUNK - (long)ky * KW * channels) * PANEL
                : w + (size_t)min(panel + 1, panel_end - 1) * KH * KW * channels * PANEL;
        for (int at = 0; at < lines * tiles; ++at) {
          const int line = at / tiles, begin = at % tiles * MR, end = min(begin + MR, count);
          const __private float *operand =
              patch + (line * STRIDE + ky * DILATION) * PATCH_LINE + begin * TILE_STRIDE;
          __private float16 *sums = partial + (is_single_visit ? 0 : (line * RUN + begin) * NV);
          const int rows_per_image = output_height * output_width * SHUFFLE * SHUFFLE;
          const int corner =
              ((image * output_height + first_y + line) * SHUFFLE * output_width + first_x) *
              SHUFFLE;
#ifdef AHEAD
          if (is_last && panels > 1)
            for (int i = begin; i < end; ++i)
              for (int v = 0; v < outputs; ++v) {
                const int row = corner + i * SHUFFLE + offsets[v], col = cols[v];
                AHEAD(row, col)
              }
#endif
          if (is_first)
            for (int i = 0; i < MR; ++i)
              for (int v = 0; v < NV; ++v) sums[i * NV + v] = LOADF(bias, panel * PANEL + v * 16);
          multiply(operand, weights, part, channels, next, fetched * at / (lines * tiles),
                   fetched * (at + 1) / (lines * tiles), sums);
          if (!is_last) continue;

          for (int i = begin; i < end; ++i) {
            for (int v = 0; v < outputs; ++v) {
              const int row = corner + i * SHUFFLE + offsets[v], col = cols[v];
              float16 value = RESULT(i - begin, v);
#ifdef EPILOGUE
              EPILOGUE(value, row, col)
#endif
              PUTV(value, y, (size_t)row * y_pitch + col, streams)
            }
          }
        }
      }
    }
  }
}
