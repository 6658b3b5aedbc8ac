// Matrix product with what surrounds it, for CPUs with wide vectors.
//
//   y = EPILOGUE(GATE(PROLOGUE(norm(x)) W + bias))
//
// x has `rows` rows of `depth` channels, y rows of `columns` (both padded to 16). The sum over the
// channels starts at the bias and ascends, one chain of fma for each output.
//
// A launch takes rows from row `band` on. Row r of x is at x_start + (r - x_row) * x_pitch. Row r
// of y is at y_start + s * y_pitch, where s is slot + r - band, less `ring` where y is a ring of so
// many rows.
//
// Index map: work-item (i, j, n) computes rows i * item_rows ..., at most item_rows of them, of
// panels j * item_panels ..., at most item_panels of them, of product n, which takes the n-th `rows`
// rows of x and y and weights of its own. item_rows is a multiple of MR and at most MR * MOST_TILES.
// Global size (ceil(rows / item_rows), ceil(panels / item_panels), products), local (1, 1, 1).
//
// Weights are packed as [panel][depth][16 NV], zero where there is no such channel or column.
// Without a gate a panel is 16 NV neighbouring columns and panels = ceil(columns SHUFFLE^2 /
// (16 NV)). With one (NV even) it holds 8 NV columns of the first half and then the columns of the
// second half that belong to the same outputs; panels = ceil(columns SHUFFLE^2 / (8 NV)).
// `bias` is packed alike: [panel][16 NV].
// With SHUFFLE r, column block b = dy r + dx of `columns` columns goes to output pixel
// (r y + dy, r x + dx), where x rows are the pixels of images `width` wide.
// With QUANTISED `w` is as common/quantised.h has it, panels of whole blocks.
// With AREA a launch computes a rectangle of each image, the n-th product being of image n: `rows`
// pixels in lines of `area_width` from pixel area_start on, where image lines have `width`. Its
// weights are those of number area * images + n.
#include "common/elements.h"
#include "common/activations.h"
#include "common/row_statistics.h"

#ifndef DEPTH_LIMIT
#define DEPTH_LIMIT 1024  // largest depth; sizes private memory
#endif
#ifndef K_BLOCK
#define K_BLOCK 256  // channels between two visits of the same tile; a multiple of 16
#endif
#ifndef MOST_TILES
#define MOST_TILES 8  // most tiles of a work-item; sizes private memory
#endif
#ifndef NORMALIZATION
#define NORMALIZATION 0  // 1: centred, 2: not centred, 3: root mean square, over the true channels of each row of x
#endif
#ifndef SHUFFLE
#define SHUFFLE 1  // factor of depth to space
#endif
#ifndef AREA
#define AREA 0
#endif
#ifndef EXTRA_PARAMETERS
#define EXTRA_PARAMETERS  // buffers and numbers that the hooks read
#endif
// Hooks: PROLOGUE(v, row, col) changes v, the prepared operand at an input row; EPILOGUE(v, row,
// col) changes v, the output at an output row; AHEAD(row, col) may FETCH what EPILOGUE will read
// there, which pays where the operand passes by more than once. GATE(a, b) joins the halves.
// `rows_per_image` is in scope and counts input rows in the PROLOGUE, output rows in the others.

#define BLOCK_DEPTH ((DEPTH_LIMIT) < (K_BLOCK) ? (DEPTH_LIMIT) : (K_BLOCK))
#define BLOCKS (((DEPTH_LIMIT) + BLOCK_DEPTH - 1) / BLOCK_DEPTH)
#define TILE_STRIDE (BLOCK_DEPTH + 16)  // off the powers of two: rows in distinct cache sets
#ifndef QUANTISED
#define QUANTISED 0  // 1: weights are codes, unpacked block by block for all tiles
#endif
#if QUANTISED
#define TILE_WEIGHT_SPACE __private
#define TILE_WEIGHT float
#define LOAD_WEIGHTS(p, i) LOADF(p, i)
#endif
#include "common/tile.h"
#if QUANTISED
#include "common/quantised.h"
typedef uchar weight;
#define PANEL_SIZE(depth) ((size_t)(depth) / (BLOCK_LENGTH) * NV * RECORD)
#else
typedef element weight;
#define PANEL_SIZE(depth) ((size_t)(depth) * PANEL)
#endif

#define ROWS (MR * MOST_TILES)
#define BLOCK_SIZE (ROWS * TILE_STRIDE)
#ifdef GATE
#define OUTPUTS (NV / 2)
#define RESULT(i, v) GATE(sums[(i) * NV + (v)], sums[(i) * NV + OUTPUTS + (v)])
#else
#define OUTPUTS NV
#define RESULT(i, v) sums[(i) * NV + (v)]
#endif

static size_t ring_row(int row, int ring) { return row < ring ? row : row - ring; }

// Adds x w for `count` channels to the sums, which start at the bias when there is one block.
static void multiply(const __private float *x, TILE_WEIGHT_SPACE const TILE_WEIGHT *w,
                     int count, __global const float *bias, __private float16 *sums) {
#if BLOCKS == 1
  TILE_START(bias)
#else
  TILE_LOAD(sums)
#endif
  TILE_RUN(x, w, count)
  TILE_SAVE(sums)
}

GROUP_OF_ONE
__kernel void gemm(__global const element *x, __global const weight *w,
                   __global const float *bias, __global element *y, int rows, int depth,
                   int columns, int rows_per_image, int item_rows, int item_panels, int streams,
                   int x_pitch, int x_start, int y_pitch, int y_start, int band, int x_row,
                   int slot, int ring
#if NORMALIZATION
                   , __global const float *gain, __global const float *shift, int channels,
                   float epsilon
#endif
#if SHUFFLE > 1
                   , int width
#endif
#if AREA
                   , int area, int area_start, int area_width, int width
#endif
                   EXTRA_PARAMETERS) {
  __private float prepared[BLOCKS * BLOCK_SIZE] __attribute__((aligned(64)));
  __private float16 partial[BLOCKS == 1 ? MR * NV : ROWS * NV];
#if QUANTISED
  __private float unpacked[BLOCK_DEPTH * PANEL] __attribute__((aligned(64)));
#endif
  x += x_start;
  y += y_start;
  const int product = (int)get_global_id(2);
  const int skipped = (int)get_global_id(0) * item_rows;
#if AREA
  const int first = skipped, corner = product * rows_per_image + area_start;
  const int matrix = area * (int)get_global_size(2) + product;
#define PIXEL(r) (corner + (r) / area_width * width + (r) % area_width)
#else
  const int matrix = product;
#define PIXEL(r) (r)
  const int first = band + product * rows + skipped;
#endif
  const int count = min(item_rows, rows - skipped);
  const int tiles = (count + MR - 1) / MR;
#if SHUFFLE > 1 || AREA
  int corners[ROWS];  // output row of block 0
#endif

  for (int i = 0; i < tiles * MR; ++i) {
    const int row = PIXEL(first + min(i, count - 1));
    const size_t base = (size_t)(row - x_row) * x_pitch;
#if NORMALIZATION
    const float2 statistics = row_statistics(x, base, depth, channels, epsilon, NORMALIZATION);
#endif
    for (int col = 0; col < depth; col += 16) {
      float16 v = LOAD16(x, base + col);
#if NORMALIZATION
      v = normalized(v, statistics, LOADF(gain, col), LOADF(shift, col), NORMALIZATION);
#endif
#ifdef PROLOGUE
      PROLOGUE(v, row, col)
#endif
      STOREF(v, prepared, col / BLOCK_DEPTH * BLOCK_SIZE + i * TILE_STRIDE + col % BLOCK_DEPTH);
    }
#if SHUFFLE > 1
    corners[i] = row / width * SHUFFLE * width * SHUFFLE + row % width * SHUFFLE;
#elif AREA
    corners[i] = row;
#endif
  }

  const int vectors = columns / 16 * SHUFFLE * SHUFFLE;
  const int panels = (vectors + OUTPUTS - 1) / OUTPUTS;
  const int panel_begin = (int)get_global_id(1) * item_panels;
  const int panel_end = min(panel_begin + item_panels, panels);
#if SHUFFLE > 1
  rows_per_image *= SHUFFLE * SHUFFLE;
#endif
  for (int panel = panel_begin; panel < panel_end; ++panel) {
    const int outputs = min(OUTPUTS, vectors - panel * OUTPUTS);
#if SHUFFLE > 1
    int cols[OUTPUTS], offsets[OUTPUTS];
    for (int v = 0; v < OUTPUTS; ++v) {
      const int column = (panel * OUTPUTS + v) * 16, block = column / columns;
      cols[v] = column % columns;
      offsets[v] = block / SHUFFLE * width * SHUFFLE + block % SHUFFLE;
    }
#define ROW(i, v) (corners[i] + offsets[v])
#define COL(v) cols[v]
#else
#if AREA
#define ROW(i, v) corners[i]
#else
#define ROW(i, v) (first + (i))
#endif
#define COL(v) ((panel * OUTPUTS + (v)) * 16)
#endif
    __global const weight *weights = w + ((size_t)matrix * panels + panel) * PANEL_SIZE(depth);
    __global const float *sum_start = bias + panel * PANEL;
    for (int k = 0; k < depth; k += BLOCK_DEPTH) {
      const int is_last = BLOCKS == 1 || k + BLOCK_DEPTH >= depth;
      const int share = min(BLOCK_DEPTH, depth - k);
#if QUANTISED
      unpack_panel(weights, k, share, unpacked);
#define WEIGHTS unpacked
#else
#define WEIGHTS (weights + k * PANEL)
#endif
      for (int tile = 0; tile < tiles; ++tile) {
        const int begin = tile * MR, end = min(begin + MR, count);
#ifdef AHEAD
        if (is_last && panels > 1)
          for (int i = begin; i < end; ++i)
            for (int v = 0; v < outputs; ++v) {
              const int row = ROW(i, v), col = COL(v);
              AHEAD(row, col)
            }
#endif
        const __private float *operand =
            prepared + k / BLOCK_DEPTH * BLOCK_SIZE + begin * TILE_STRIDE;
        __private float16 *sums = BLOCKS == 1 ? partial : partial + begin * NV;
        if (BLOCKS > 1 && k == 0)
          for (int i = 0; i < MR; ++i)
            for (int v = 0; v < NV; ++v) sums[i * NV + v] = LOADF(sum_start, v * 16);
        multiply(operand, WEIGHTS, share, sum_start, sums);
        if (!is_last) continue;

        for (int i = begin; i < end; ++i) {
          for (int v = 0; v < outputs; ++v) {
            const int row = ROW(i, v), col = COL(v);
            float16 value = RESULT(i - begin, v);
#ifdef EPILOGUE
            EPILOGUE(value, row, col)
#endif
            PUTV(value, y, ring_row(row - band + slot, ring) * y_pitch + col, streams)
          }
        }
      }
    }
  }
}
