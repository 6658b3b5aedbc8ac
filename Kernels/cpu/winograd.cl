// 3x3 convolution by Winograd's F(4x4, 3x3), for CPUs with wide vectors: 2.25 products for an
// output instead of 9. Same meaning and hooks as convolution.cl with KH = KW = 3, STRIDE =
// DILATION = 1 and no gate; sums are associated otherwise, errors are about twice as large. Row r
// of x is at x_start + r * x_pitch, row r of y at y_start + r * y_pitch.
//
// y is cut into tiles of 4x4 pixels, tile t = (n * tile_height + ty) * tile_width + tx, where
// tile_height = ceil(output_height / 4), tile_width = ceil(output_width / 4). The entries run for
// tiles first_tile ..., tile_count of them: strips of any size give the same bits.
//
// transform: v[p][t - first_tile] = (B^T d B)[p], d the 6x6 inputs of the tile, p = 6 i + j.
//   Work-item i owns tiles i * TILES ..., at most TILES. The last tile stands for those that fill
//   the last register tile up. Global size ceil(tile_count rounded up to MR / TILES).
//   v is 36 planes of planes * (DEPTH + 16) + 16 floats, planes >= tile_count rounded up to MR.
// winograd: y = EPILOGUE(A^T (sum over channels of u[p] v[p]) A + bias).
//   Work-item (i, j) owns tiles i * MR * ROW_TILES ..., at most MR * ROW_TILES, and panel j.
//   Global size (ceil(tile_count / (MR * ROW_TILES)), panels).
// Local size is 1 everywhere.
//
// With FILTERS u are the 3x3 filters, [panel][channels][3 ky + kx][16 NV] elements, a quarter as
// large: every work-item of `winograd` transforms those of its panel, CHUNK channels at a time, which
// pays where few tiles share them. Otherwise u is packed like the weights of convolution.cl, [panel][36][channels][16 NV], but float, with
// u[p] = (G g G^T)[i][j] computed in double. The points are 0, 5/8, -5/8, 3/2, -3/2, infinity:
// all constants are exact, and the error is half that of the usual 0, 1, -1, 2, -2. With p = 5/8,
// q = 3/2, a = 1 / (2 p^2 (p^2 - q^2)), b = 1 / (2 q^2 (q^2 - p^2)) the rows of G are
//   (1 / (p q)^2, 0, 0), a (1, p, p^2), a (1, -p, p^2), b (1, q, q^2), b (1, -q, q^2), (0, 0, 1).
#include "common/elements.h"
#include "common/activations.h"

#ifndef DEPTH
#define DEPTH 64  // channels of x, padded
#endif
#ifndef TILES
#define TILES 16  // tiles of a work-item of `transform`
#endif
#ifndef ROW_TILES
#define ROW_TILES 4  // register tiles of a work-item of `winograd`
#endif
#ifndef FILTERS
#define FILTERS 0  // 1: u are filters, in elements
#endif
#ifndef CHUNK
#define CHUNK 32  // channels whose filters are transformed at a time
#endif
#ifndef SHUFFLE
#define SHUFFLE 1  // factor of depth to space
#endif
#ifndef UPSAMPLE
#define UPSAMPLE 1  // factor of nearest-neighbour enlargement
#endif
#ifndef EXTRA_PARAMETERS
#define EXTRA_PARAMETERS  // buffers and numbers that the hooks read; both entries have them
#endif
// Hooks: PROLOGUE(v, row, col), EPILOGUE(v, row, col), AHEAD(row, col), as in convolution.cl.

#define TILE_STRIDE (DEPTH + 16)
#define TILE_SPACE __global
#if FILTERS
#define TILE_WEIGHT_SPACE __private
typedef element weight;
#else
typedef float weight;
#endif
#define TILE_WEIGHT float
#define LOAD_WEIGHTS(p, i) LOADF(p, i)
#include "common/tile.h"

#define RUN (MR * ROW_TILES)
#define PLANE(planes) ((size_t)(planes) * TILE_STRIDE + 16)  // planes in distinct cache sets too
#include "common/winograd.h"

GROUP_OF_ONE
__kernel void transform(__global const element *x, __global float *v, int height, int width,
                        int tile_height, int tile_width, int pad_top, int pad_left,
                        int first_tile, int tile_count, int planes, int x_pitch, int x_start
                        EXTRA_PARAMETERS) {
  float16 d[36];
  x += x_start;
  const int rows_per_image = height * width, depth = DEPTH;
  const size_t plane = PLANE(planes);
  const int filled = (tile_count + MR - 1) / MR * MR;
  const int begin = (int)get_global_id(0) * TILES, end = min(begin + TILES, filled);
  for (int tile = begin; tile < end; ++tile) {
    const int place = first_tile + min(tile, tile_count - 1), line = place / tile_width;
    const int first_row = line / tile_height * rows_per_image;
    const int y0 = line % tile_height * 4 - pad_top;
    const int x0 = place % tile_width * 4 - pad_left;
    const int i_begin = max(0, -y0), i_end = min(6, height * UPSAMPLE - y0);
    const int j_begin = max(0, -x0), j_end = min(6, width * UPSAMPLE - x0);
    if (i_begin > 0 || j_begin > 0 || i_end < 6 || j_end < 6)
      for (int i = 0; i < 36; ++i) d[i] = (float16)(0.0f);
    for (int col = 0; col < depth; col += 16) {
      for (int i = i_begin; i < i_end; ++i) {
        for (int j = j_begin; j < j_end; ++j) {
          const int row = first_row + (y0 + i) / UPSAMPLE * width + (x0 + j) / UPSAMPLE;
          float16 value = LOAD16(x, (size_t)row * x_pitch + col);
#ifdef PROLOGUE
          PROLOGUE(value, row, col)
#endif
          FETCH(x, ((size_t)row + 4) * x_pitch + col)  // the tile to the right
          d[i * 6 + j] = value;
        }
      }
      transform_tile(d, v + (size_t)tile * TILE_STRIDE + col, plane);
    }
  }
}

#if FILTERS
#define POINT (CHUNK * NV + 1)  // vectors of a point: points in distinct cache sets
#define FILTER (9 * PANEL)

// The transforms of the filters of `count` channels, POINT vectors for each of the 36 points.
static void transform_filters(__global const weight *w, int count, __private float16 *u) {
  for (int k = 0; k < count; ++k) {
    for (int n = 0; n < NV; ++n) {
      float16 g[9], t[18];
      for (int i = 0; i < 9; ++i) g[i] = LOAD16(w, k * FILTER + i * PANEL + n * 16);
      for (int j = 0; j < 3; ++j) {
        FILTER_LINE(g[j], g[j + 3], g[j + 6])
        t[j] = u0, t[j + 3] = u1, t[j + 6] = u2, t[j + 9] = u3, t[j + 12] = u4, t[j + 15] = u5;
      }
      for (int i = 0; i < 6; ++i) {
        FILTER_LINE(t[i * 3], t[i * 3 + 1], t[i * 3 + 2])
        __private float16 *line = u + i * 6 * POINT + k * NV + n;
        line[0] = u0, line[POINT] = u1, line[2 * POINT] = u2;
        line[3 * POINT] = u3, line[4 * POINT] = u4, line[5 * POINT] = u5;
      }
    }
  }
}

// sums += v u over `count` channels; meanwhile fetches a part of the filters that come next, and first
// what the same register tile reads at the next point.
static void add_products(__global const float *v, const __private float *u, int count, size_t plane,
                         __global const weight *next, __private float16 *sums) {
  TILE_LOAD(sums)
  for (int row = 0; row < MR; ++row) {
    for (int i = 0; i < CHUNK; i += 16) {
      FETCH(v, plane + row * TILE_STRIDE + i)
    }
  }
  __global const float *x_ = v;
  const __private float *w_ = u;
  for (int k = 0; k < count; ++k) {
    EACH_VECTOR(LOAD_WEIGHT, _)
    EACH_ROW(ADD_PRODUCTS)
    FETCH(next, k * (PANEL / 4))
#if NV > 4
    FETCH(next, k * (PANEL / 4) + PANEL / 8)
#endif
    ++x_;
    w_ += PANEL;
  }
  TILE_SAVE(sums)
}

// The products of a work-item: transforms of filters exist for CHUNK channels at a time.
static void multiply_all(__global const float *v, __global const weight *w, int channels,
                         int count, size_t plane, __private float16 *products) {
  float16 u[36 * POINT];
  const int filled = (count + MR - 1) / MR * MR;
  for (int p = 0; p < 36; ++p)
    for (int i = 0; i < filled * NV; ++i) products[p * RUN * NV + i] = (float16)(0.0f);
  for (int chunk = 0; chunk < channels; chunk += CHUNK) {
    const int part = min(CHUNK, channels - chunk);
    transform_filters(w, part, u);
    w += CHUNK * FILTER;
    for (int p = 0; p < 36; ++p) {
      for (int begin = 0; begin < count; begin += MR)
        add_products(v + p * plane + begin * TILE_STRIDE + chunk,
                     (const __private float *)(u + p * POINT), part, plane,
                     w + p * (CHUNK * PANEL / 4), products + (p * RUN + begin) * NV);
    }
  }
}
#else
// sums = v u over `channels` channels; meanwhile fetches the operands of the same register tile at
// the next point, of which the tiles of a work-item share the weights.
static void multiply(__global const float *v, __global const float *u, int channels,
                     __global const float *next_v, __global const float *next_u,
                     __private float16 *sums) {
  TILE_ZERO
  __global const float *x_ = v, *w_ = u;
  for (int k = 0; k < channels; ++k) {
    EACH_VECTOR(LOAD_WEIGHT, _)
    EACH_ROW(ADD_PRODUCTS)
    FETCH(next_v, k * MR)
    FETCH(next_u, k * ((PANEL + ROW_TILES - 1) / ROW_TILES))
    ++x_;
    w_ += PANEL;
  }
  TILE_SAVE(sums)
}

static void multiply_all(__global const float *v, __global const weight *u, int channels,
                         int count, size_t plane, __private float16 *products) {
  const size_t part = (size_t)channels * PANEL;
  for (int p = 0; p < 36; ++p) {
    __global const float *operand = v + p * plane;
    __global const float *weights = u + p * part;
    for (int begin = 0; begin < count; begin += MR) {
      __global const float *next = weights + part + begin / MR * (part / ROW_TILES);
      multiply(operand, weights, channels, operand + plane, next,
               products + (p * RUN + begin) * NV);
      operand += MR * TILE_STRIDE;
    }
  }
}
#endif

GROUP_OF_ONE
__kernel void winograd(__global const float *v, __global const weight *u,
                       __global const float *bias, __global element *y, int channels,
                       int output_height, int output_width, int columns, int tile_height,
                       int tile_width, int first_tile, int tile_count, int planes, int y_pitch,
                       int y_start EXTRA_PARAMETERS) {
  float16 products[36 * RUN * NV], result[16];
  y += y_start;
  const int rows_per_image = output_height * output_width * SHUFFLE * SHUFFLE;
  const size_t plane = PLANE(planes), part = (size_t)channels * PANEL;
  const int first = (int)get_global_id(0) * RUN;
  const int count = min(RUN, tile_count - first);
  const int vectors = columns / 16 * SHUFFLE * SHUFFLE;
  const int panel = (int)get_global_id(1);
  multiply_all(v + first * TILE_STRIDE, u + (size_t)panel * (FILTERS ? 9 : 36) * part, channels,
               count, plane, products);

  const int outputs = min(NV, vectors - panel * NV);
  for (int i = 0; i < count; ++i) {
    const int tile = first_tile + first + i, line = tile / tile_width;
    const int y0 = line % tile_height * 4, x0 = tile % tile_width * 4;
    const int tall = min(4, output_height - y0), wide = min(4, output_width - x0);
    const int first_y = (line / tile_height * output_height + y0) * SHUFFLE;
    const int corner = (first_y * output_width + x0) * SHUFFLE;
    for (int k = 0; k < outputs; ++k) {
      const int column = (panel * NV + k) * 16, block = column / columns, col = column % columns;
      const int shifted = corner + block / SHUFFLE * output_width * SHUFFLE + block % SHUFFLE;
      const float16 start = LOADF(bias, panel * PANEL + k * 16);
      gather_tile(products + i * NV + k, RUN * NV, result);
      for (int dy = 0; dy < tall; ++dy) {
        for (int dx = 0; dx < wide; ++dx) {
          const int row = shifted + (dy * SHUFFLE * output_width + dx) * SHUFFLE;
          float16 value = result[dy * 4 + dx] + start;
#ifdef EPILOGUE
          EPILOGUE(value, row, col)
#endif
          STORE16(value, y, (size_t)row * y_pitch + col);
          FETCH_TARGET(y, ((size_t)row + 4 * SHUFFLE) * y_pitch + col)  // the tile to the right
#ifdef AHEAD
          AHEAD(row + 4 * SHUFFLE, col)
#endif
        }
      }
    }
  }
}
