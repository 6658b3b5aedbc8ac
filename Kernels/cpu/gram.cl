// Products of the channels of q with those of k over the pixels, and the sums of their squares,
// for the attention between channels, on CPUs with wide vectors.
//
//   partials[n, head, chunk, i, j] = sum over the pixels p of the chunk of q[n, p, i] k[n, p, j]
//
// for the `channels` channels of a head; row `channels` holds the sums of q[i]^2 at i, row
// `channels` + 1 those of k[j]^2 at j. Rows have PANELS * 16 NV floats, zero past `channels`.
// Pixels are added in ascending order, one chain of fma for each number.
//
// x is rows of `pitch` elements, one for each of the rows_per_image pixels of an image; channel i
// of a head is element (head * channels + i) past q_start or k_start. They need no alignment.
//
// Index map: work-item (chunk, head, n) owns pixels chunk * chunk_rows ..., at most chunk_rows of
// them. Local size (1, 1, 1).
//
// With AREA a launch reads a rectangle of the image instead: `area_rows` pixels in lines of
// `area_width` from pixel area_start on, where image lines have `width`. Its chunks are those from
// chunk_start on among the `chunks` of the image; those past its end are zero.
#include "common/elements.h"

#ifndef PANELS
#define PANELS 2  // panels of NV vectors that hold the channels of a head
#endif
#ifndef BLOCK
#define BLOCK 64  // pixels that are copied close at a time
#endif

#ifndef AREA
#define AREA 0
#endif

#define LANES (PANELS * PANEL)
#define TILE_STRIDE 1
#define TILE_STEP Q_LANES
#define TILE_WEIGHT float
#define TILE_WEIGHT_SPACE __private
#define LOAD_WEIGHTS(p, i) LOADF(p, i)
#include "common/tile.h"

#define Q_LANES (LANES + 32)  // a tile may start at the last channel

// The vector of elements at p[first], zero from `channels` on.
static float16 load_head(__global const element *p, int first, int channels) {
  if (first + 16 <= channels) return LOAD16(p, first);
  float lanes[16];
  for (int j = 0; j < 16; ++j) lanes[j] = first + j < channels ? LOAD1(p, first + j) : 0.0f;
  return LOADF(lanes, 0);
}

// Copies `count` of the `pixels` of x: vector v of pixel p to copy[v / group * BLOCK * lanes + p *
// lanes + v % group * 16], `vectors` of them, and adds their squares to those at `squares`.
static void gather(__global const element *x, const __private int *pixels, int pitch,
                   int channels, int count, int vectors, int group, int lanes,
                   __private float *copy, __global float *squares, int is_first) {
  for (int v = 0; v < vectors; ++v) {
    __private float *target = copy + v / group * BLOCK * lanes + v % group * 16;
    float16 sum = is_first || v * 16 >= LANES ? (float16)(0.0f) : LOADF(squares, v * 16);
    for (int p = 0; p < count; ++p) {
      const float16 value = load_head(x + (size_t)pixels[p] * pitch, v * 16, channels);
      STOREF(value, target, p * lanes);
      sum = fma(value, value, sum);
    }
    if (v * 16 < LANES) STOREF(sum, squares, v * 16);
  }
}

// Adds the products of `count` pixels to the MR rows of sums at `rows`, of which `valid` exist.
static void multiply(const __private float *q, const __private float *k, int count,
                     __global float *rows, int valid, int is_first) {
  float16 sums[MR * NV];
  for (int i = 0; i < MR; ++i)
    for (int v = 0; v < NV; ++v)
      sums[i * NV + v] =
          is_first || i >= valid ? (float16)(0.0f) : LOADF(rows, i * LANES + v * 16);
  {
    TILE_LOAD(sums)
    TILE_RUN(q, k, count)
    TILE_SAVE(sums)
  }
  for (int i = 0; i < min(valid, MR); ++i)
    for (int v = 0; v < NV; ++v) STOREF(sums[i * NV + v], rows, i * LANES + v * 16);
}

GROUP_OF_ONE
__kernel void gram(__global const element *x, __global float *partials, int pitch, int q_start,
                   int k_start, int channels, int rows_per_image, int chunk_rows
#if AREA
                   , int chunks, int chunk_start, int area_start, int area_rows, int area_width,
                   int width
#endif
                   ) {
  __private float q[BLOCK * Q_LANES] __attribute__((aligned(64)));
  __private float k[BLOCK * LANES] __attribute__((aligned(64)));
  const int head = (int)get_global_id(1);
  const size_t image = get_global_id(2);
  const int begin = (int)get_global_id(0) * chunk_rows;
#if AREA
  const int end = min(begin + chunk_rows, area_rows), chunk = chunk_start + (int)get_global_id(0);
#define PIXEL(r) (area_start + (r) / area_width * width + (r) % area_width)
#else
  const int end = min(begin + chunk_rows, rows_per_image), chunk = (int)get_global_id(0);
  const int chunks = (int)get_global_size(0);
#define PIXEL(r) (r)
#endif
  const size_t part = (image * get_global_size(1) + head) * chunks + chunk;
  __global float *sums = partials + part * (channels + 2) * LANES;
  x += image * rows_per_image * pitch + head * channels;
  int row = begin;
  do {
    int pixels[BLOCK];
    const int count = max(min(BLOCK, end - row), 0), is_first = row == begin;
    for (int p = 0; p < count; ++p) pixels[p] = PIXEL(row + p);
    gather(x + q_start, pixels, pitch, channels, count, Q_LANES / 16, Q_LANES / 16, Q_LANES, q,
           sums + channels * LANES, is_first);
    gather(x + k_start, pixels, pitch, channels, count, LANES / 16, NV, PANEL, k,
           sums + (channels + 1) * LANES, is_first);
    for (int panel = 0; panel < PANELS; ++panel)
      for (int i = 0; i < channels; i += MR)
        multiply(q + i, k + panel * BLOCK * PANEL, count, sums + i * LANES + panel * PANEL,
                 channels - i, is_first);
    row += BLOCK;
  } while (row < end);
}
