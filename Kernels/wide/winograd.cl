// 3x3 convolution by Winograd's F(4x4, 3x3), for CPUs with wide vectors: 2.25 products for an output
// instead of 9. Same meaning and hooks as convolution.cl with KH = KW = 3, STRIDE = DILATION = 1
// and no gate; sums are associated otherwise, errors are about twice as large.
//
// y is cut into tiles of 4x4 pixels, tile t = (n * tile_height + ty) * tile_width + tx, where
// tile_height = ceil(output_height / 4) and tile_width = ceil(output_width / 4). The two entries run
// for tiles first_tile ..., tile_count of them: a plan may take all at once or strips of any size.
//
// transform: v[p][t - first_tile] = (B^T d B)[p], d the 6x6 inputs of the tile, p = 6 i + j.
//   Work-item i owns tiles i * TILES ..., at most TILES. Global size ceil(tile_count / TILES).
//   v is [36][planes][DEPTH + 16] floats, planes >= tile_count rounded up to MR.
// winograd: y = EPILOGUE(A^T (sum over channels of u[p] v[p]) A + bias).
//   Work-item (i, j) owns tiles i * MR * ROW_TILES ..., at most MR * ROW_TILES, and panels
//   j * PANELS ..., at most PANELS. Global size (ceil(tile_count / (MR * ROW_TILES)),
//   PANELS == 0 ? 1 : ceil(panels / PANELS)).
// Local size is 1 everywhere.
//
// u is packed like the weights of convolution.cl, [panel][36][channels][16 NV], but float, with
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
#ifndef PANELS
#define PANELS 1  // panels of a work-item of `winograd`; 0: all
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
// Hooks: PROLOGUE(v, row, col), EPILOGUE(v, row, col), as in convolution.cl.

#define TILE_STRIDE (DEPTH + 16)
#define TILE_SPACE __global
#define TILE_WEIGHT float
#define LOAD_WEIGHTS(p, i) LOADF(p, i)
#include "common/tile.h"

#define RUN (MR * ROW_TILES)
#define P2 0.390625f      // p^2
#define Q2 2.25f          // q^2
#define P 0.625f
#define Q 1.5f

// The six values B^T d of a line d, its elements `step` apart, in place.
static void transform_line(__private float16 *d, int step) {
  const float16 d0 = d[0], d1 = d[step], d2 = d[2 * step];
  const float16 d3 = d[3 * step], d4 = d[4 * step], d5 = d[5 * step];
  const float16 even_p = fma(d2, (float16)(-Q2), d4), odd_p = P * fma(d1, (float16)(-Q2), d3);
  const float16 even_q = fma(d2, (float16)(-P2), d4), odd_q = Q * fma(d1, (float16)(-P2), d3);
  d[0] = fma(d0, (float16)(P2 * Q2), fma(d2, (float16)(-(P2 + Q2)), d4));
  d[step] = even_p + odd_p;
  d[2 * step] = even_p - odd_p;
  d[3 * step] = even_q + odd_q;
  d[4 * step] = even_q - odd_q;
  d[5 * step] = fma(d1, (float16)(P2 * Q2), fma(d3, (float16)(-(P2 + Q2)), d5));
}

// The four values A^T m of a line m, its elements `from` apart, to places `to` apart.
static void gather_line(const __private float16 *m, int from, __private float16 *y, int to) {
  const float16 m1 = m[from], m2 = m[2 * from], m3 = m[3 * from], m4 = m[4 * from];
  const float16 sum_p = m1 + m2, difference_p = m1 - m2;
  const float16 sum_q = m3 + m4, difference_q = m3 - m4;
  y[0] = m[0] + (sum_p + sum_q);
  y[to] = fma(difference_q, (float16)(Q), P * difference_p);
  y[2 * to] = fma(sum_q, (float16)(Q2), P2 * sum_p);
  y[3 * to] = fma(difference_q, (float16)(Q * Q2), fma(difference_p, (float16)(P * P2), m[5 * from]));
}

__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void transform(__global const element *x, __global float *v, int height, int width,
                        int tile_height, int tile_width, int pad_top, int pad_left,
                        int first_tile, int tile_count, int planes EXTRA_PARAMETERS) {
  __private float16 d[36];
  const int rows_per_image = height * width;
  const int begin = (int)get_global_id(0) * TILES, end = min(begin + TILES, tile_count);
  for (int tile = begin; tile < end; ++tile) {
    const int line = (first_tile + tile) / tile_width, image = line / tile_height;
    const int y0 = line % tile_height * 4 - pad_top;
    const int x0 = (first_tile + tile) % tile_width * 4 - pad_left;
    for (int col = 0; col < DEPTH; col += 16) {
      for (int i = 0; i < 6; ++i) {
        for (int j = 0; j < 6; ++j) {
          const int at_y = y0 + i, at_x = x0 + j;
          float16 value = (float16)(0.0f);
          if (at_y >= 0 && at_y < height * UPSAMPLE && at_x >= 0 && at_x < width * UPSAMPLE) {
            const int row = image * rows_per_image + at_y / UPSAMPLE * width + at_x / UPSAMPLE;
            value = LOAD16(x, (size_t)row * DEPTH + col);
#ifdef PROLOGUE
            PROLOGUE(value, row, col)
#endif
          }
          d[i * 6 + j] = value;
        }
      }
      for (int j = 0; j < 6; ++j) transform_line(d + j, 6);
      for (int i = 0; i < 6; ++i) {
        transform_line(d + i * 6, 1);
        for (int j = 0; j < 6; ++j)
          STOREF(d[i * 6 + j], v, ((size_t)(i * 6 + j) * planes + tile) * TILE_STRIDE + col);
      }
    }
  }
}

// sums = v u over `channels` channels.
static void multiply(__global const float *v, __global const float *u, int channels,
                     __private float16 *sums) {
  TILE_ZERO
  TILE_RUN(v, u, channels)
  TILE_SAVE(sums)
}

__attribute__((reqd_work_group_size(1, 1, 1)))
__kernel void winograd(__global const float *v, __global const float *u,
                       __global const float *bias, __global element *y, int channels,
                       int output_height, int output_width, int columns, int tile_height,
                       int tile_width, int first_tile, int tile_count, int planes
                       EXTRA_PARAMETERS) {
  __private float16 products[36 * RUN * NV], part[24], result[16];
  const int rows_per_image = output_height * output_width * SHUFFLE * SHUFFLE;
  const int first = (int)get_global_id(0) * RUN;
  const int count = min(RUN, tile_count - first);
  const int vectors = columns / 16 * SHUFFLE * SHUFFLE;
  const int panels = (vectors + NV - 1) / NV;
  const int panel_begin = PANELS ? (int)get_global_id(1) * PANELS : 0;
  const int panel_end = PANELS ? min(panel_begin + PANELS, panels) : panels;
  for (int panel = panel_begin; panel < panel_end; ++panel) {
    for (int p = 0; p < 36; ++p)
      for (int begin = 0; begin < count; begin += MR)
        multiply(v + ((size_t)p * planes + first + begin) * TILE_STRIDE,
                 u + ((size_t)panel * 36 + p) * channels * PANEL, channels,
                 products + (p * RUN + begin) * NV);

    for (int i = 0; i < count; ++i) {
      const int tile = first_tile + first + i, line = tile / tile_width;
      const int image = line / tile_height;
      const int y0 = line % tile_height * 4, x0 = tile % tile_width * 4;
      for (int k = 0; k < NV && panel * NV + k < vectors; ++k) {
        const int column = (panel * NV + k) * 16, block = column / columns;
        const int col = column % columns;
        const float16 start = LOADF(bias, panel * PANEL + k * 16);
        for (int j = 0; j < 6; ++j)
          gather_line(products + (j * RUN + i) * NV + k, 6 * RUN * NV, part + j, 6);
        for (int dy = 0; dy < 4; ++dy) gather_line(part + dy * 6, 1, result + dy * 4, 1);
        for (int dy = 0; dy < min(4, output_height - y0); ++dy) {
          const int out_y = (image * output_height + y0 + dy) * SHUFFLE + block / SHUFFLE;
          for (int dx = 0; dx < min(4, output_width - x0); ++dx) {
            const int out_x = (x0 + dx) * SHUFFLE + block % SHUFFLE;
            const int row = out_y * output_width * SHUFFLE + out_x;
            float16 value = result[dy * 4 + dx] + start;
#ifdef EPILOGUE
            EPILOGUE(value, row, col)
#endif
            STORE16(value, y, (size_t)row * columns + col);
          }
        }
      }
    }
  }
}
