// Product with quantised weights in whole numbers, for CPUs:
//
//   y = EPILOGUE(bias + PROLOGUE(norm(x)) W)
//
// x has `rows` rows of `depth` channels, y rows of `columns` (both padded to 16). Row r of x is at
// x_start + r * x_pitch, row r of y at y_start + r * y_pitch. W lies as common/quantised.h has it.
//
// Each row of the operand is rounded to whole numbers, block by block: at most LARGEST times a step
// that is the block's own. The sum over a block is exact in 32 bits, whatever its order; so a result
// depends neither on MR nor on how many rows there are. Sums of blocks start at the bias and ascend:
// first what the shifts of the block's groups take away, one fma for each group, then the block's
// sum times its scale and step.
//
// Index map: work-item (i, j) computes rows i * item_rows ..., at most item_rows of them, of panels
// j * item_panels ..., at most item_panels of them. item_rows is a multiple of MR and at most
// MR * MOST_TILES. Global size (ceil(rows / item_rows), ceil(panels / item_panels)), local (1, 1).
#include "common/elements.h"
#include "common/activations.h"
#include "common/row_statistics.h"

#ifndef DEPTH_LIMIT
#define DEPTH_LIMIT 1024  // largest depth; sizes private memory
#endif
#ifndef MOST_TILES
#define MOST_TILES 4  // most tiles of a work-item; sizes private memory
#endif
#ifndef NORMALIZATION
#define NORMALIZATION 0  // as in cpu/gemm.cl
#endif
#ifndef EXTRA_PARAMETERS
#define EXTRA_PARAMETERS  // buffers and numbers that the hooks read
#endif
// Hooks: PROLOGUE(v, row, col) changes v, the prepared operand; EPILOGUE(v, row, col) changes v, the
// output. `rows_per_image` is in scope.
#include "common/tile.h"
#include "common/quantised.h"
#include "common/pairs.h"

#define BLOCKS ((DEPTH_LIMIT) / (BLOCK_LENGTH))
#define ROWS (MR * MOST_TILES)

static float lane_most(float16 v) {
  float lanes[16], most = 0.0f;
  vstore16(v, 0, lanes);
  for (int i = 0; i < 16; ++i) most = fmax(most, lanes[i]);
  return most;
}

// A block of prepared numbers in whole ones, two in a word as common/pairs.h has them, and the
// sums of its groups: times the step, which is returned, and times ZERO. The step is not a number
// where one of the block is not finite.
static float round_block(const __private float *prepared, __private int *pairs,
                         __private float *sums, __private int *zeros) {
  float16 most = (float16)(0.0f), faults = (float16)(0.0f);
  for (int col = 0; col < BLOCK_LENGTH; col += 16) {
    const float16 v = LOADF(prepared, col);
    most = fmax(most, fabs(v));
    faults = fma(v, (float16)(0.0f), faults);
  }
  const float largest = lane_most(most);
  const float step = largest * (1.0f / (LARGEST)) + lane_sum(faults);
  // What is smaller counts as zero, so that nothing overflows.
  const float inverse = largest > 1e-30f ? (float)(LARGEST) / largest : 0.0f;
  for (int group = 0; group < GROUPS; ++group) {
    float16 sum = (float16)(0.0f);
    for (int col = group * (GROUP_LENGTH); col < (group + 1) * (GROUP_LENGTH); col += 16) {
      const int16 whole = convert_int16_rte(LOADF(prepared, col) * inverse);
      store_pairs(whole, pairs + col / 2);
      sum = sum + convert_float16(whole);
    }
    sums[group] = lane_sum(sum) * step;
    zeros[group] = (int)lane_sum(sum) * ZERO;
  }
  return step;
}

#if MR > 1
#define ZERO_TOTAL(r, v) int16 total##r##_##v = (int16)(0);
#define ZERO_TOTALS(r) EACH_VECTOR(ZERO_TOTAL, r)
#define LOAD_PAIRS(r, v) const int16 weight##v = vload16(v, w);
#define ADD_PAIR(r, v) total##r##_##v = add_products(total##r##_##v, x##r, weight##v);
#define ADD_PAIRS(r)                      \
  {                                       \
    const int16 x##r = (int16)(x[r * PAIRS]); \
    EACH_VECTOR(ADD_PAIR, r)              \
  }
#define SAVE_TOTAL(r, v) totals[r * NV + v] = total##r##_##v;
#define SAVE_TOTALS(r) EACH_VECTOR(SAVE_TOTAL, r)

// The sums over a block for the rows of a tile.
static void multiply_block(const __private int *x, const __private int *w,
                           __private int16 *totals) {
  EACH_ROW(ZERO_TOTALS)
  for (int pair = 0; pair < PAIRS; ++pair) {
    EACH_VECTOR(LOAD_PAIRS, _)
    EACH_ROW(ADD_PAIRS)
    x += 1;
    w += PANEL;
  }
  EACH_ROW(SAVE_TOTALS)
}
#endif

GROUP_OF_ONE
__kernel void product(__global const element *x, __global const uchar *w,
                      __global const float *bias, __global element *y, int rows, int depth,
                      int columns, int rows_per_image, int item_rows, int item_panels, int streams,
                      int x_pitch, int x_start, int y_pitch, int y_start
#if NORMALIZATION
                      , __global const float *gain, __global const float *shift, int channels,
                      float epsilon
#endif
                      EXTRA_PARAMETERS) {
  // [block][row][pair], [block][row] and twice [block][row][group].
  __private int operand[BLOCKS * ROWS * PAIRS] __attribute__((aligned(64)));
  __private float steps[BLOCKS * ROWS], sums[BLOCKS * ROWS * GROUPS];
  __private int zeros[BLOCKS * ROWS * GROUPS];
  __private float16 results[ROWS * NV];
  x += x_start;
  y += y_start;
  const int first = (int)get_global_id(0) * item_rows;
  const int count = min(item_rows, rows - first);
  const int tiles = (count + MR - 1) / MR;

  for (int i = 0; i < tiles * MR; ++i) {
    const int row = first + min(i, count - 1);
    const size_t base = (size_t)row * x_pitch;
#if NORMALIZATION
    const float2 statistics = row_statistics(x, base, depth, channels, epsilon, NORMALIZATION);
#endif
    for (int block = 0; block < depth / (BLOCK_LENGTH); ++block) {
      __private float prepared[BLOCK_LENGTH] __attribute__((aligned(64)));
      for (int place = 0; place < BLOCK_LENGTH; place += 16) {
        const int col = block * (BLOCK_LENGTH) + place;
        float16 v = LOAD16(x, base + col);
#if NORMALIZATION
        v = normalized(v, statistics, LOADF(gain, col), LOADF(shift, col), NORMALIZATION);
#endif
#ifdef PROLOGUE
        PROLOGUE(v, row, col)
#endif
        STOREF(v, prepared, place);
      }
      const int at = block * ROWS + i;
      steps[at] =
          round_block(prepared, operand + at * PAIRS, sums + at * GROUPS, zeros + at * GROUPS);
    }
  }

  const int vectors = columns / 16;
  const int panel_begin = (int)get_global_id(1) * item_panels;
  const int panel_end = min(panel_begin + item_panels, (vectors + NV - 1) / NV);
  for (int panel = panel_begin; panel < panel_end; ++panel) {
    for (int i = 0; i < tiles * MR; ++i)
      for (int v = 0; v < NV; ++v) results[i * NV + v] = LOADF(bias, panel * PANEL + v * 16);
    __global const uchar *records =
        w + (size_t)panel * (depth / (BLOCK_LENGTH)) * NV * RECORD;
    for (int block = 0; block < depth / (BLOCK_LENGTH); ++block) {
      __private float16 scales[NV], shifts[NV * GROUPS];
      for (int v = 0; v < NV; ++v) {
        __global const uchar *record = records + (block * NV + v) * RECORD;
        scales[v] = HALVES(record, 0);
#if GROUP_SHIFTS
        for (int group = 0; group < GROUPS; ++group)
          shifts[v * GROUPS + group] = -(HALVES(record, 32) * FACTORS(record, GROUPS + group));
#endif
      }
#if MR > 1
      __private int unpacked[PAIRS * PANEL] __attribute__((aligned(64)));
      for (int v = 0; v < NV; ++v)
        unpack_pairs(records + (block * NV + v) * RECORD, unpacked + v * 16);
#endif
      for (int tile = 0; tile < tiles; ++tile) {
        __private int16 totals[MR * NV];
        const int at = block * ROWS + tile * MR;
#if MR > 1
        multiply_block(operand + at * PAIRS, unpacked, totals);
#else
        for (int v = 0; v < NV; ++v)
          totals[v] = block_sum(
              operand + at * PAIRS, zeros + at * GROUPS, records + (block * NV + v) * RECORD);
#endif
        for (int i = 0; i < MR; ++i)
          for (int v = 0; v < NV; ++v) {
            float16 sum = results[(tile * MR + i) * NV + v];
#if GROUP_SHIFTS
            for (int group = 0; group < GROUPS; ++group)
              sum = fma(shifts[v * GROUPS + group], (float16)(sums[(at + i) * GROUPS + group]), sum);
#endif
            results[(tile * MR + i) * NV + v] =
                fma(convert_float16(totals[i * NV + v]), scales[v] * steps[at + i], sum);
          }
      }
    }

    const int outputs = min(NV, vectors - panel * NV);
    for (int i = 0; i < count; ++i)
      for (int v = 0; v < outputs; ++v) {
        const int row = first + i, col = (panel * NV + v) * 16;
        float16 value = results[i * NV + v];
#ifdef EPILOGUE
        EPILOGUE(value, row, col)
#endif
        PUTV(value, y, (size_t)row * y_pitch + col, streams)
      }
  }
}
