// Attention between channels within the windows that cover a feature map: see WindowSimilarity and
// WindowMixture. Windows consist of cells, rectangles of pixels, in a grid of its own.
//
// A launch of each kernel does one cell, or one window. x is rows of `pitch` elements, one for each
// of the rows_per_image pixels of an image: channel c of the queries, keys or values is element
// c, channels heads + c, or 2 channels heads + c, where a head has `channels`.
//
// products: partials[n, head, chunk, i, j] = sum over the pixels p of the chunk of q[p, i] k[p, j],
// row `channels` holding the sums of q[j]^2, row `channels` + 1 those of k[j]^2. Rows have `lanes`
// floats. A cell has get_global_size(0) chunks from chunk_start on, of chunk_rows pixels or fewer.
// Work-item (chunk, i, n heads + head) owns a row.
//
// cosines: y[n, window, head, i, j] = G[i, j] / (|q_i| |k_j|), where G and the squares of the
// lengths are the partials of the window's cells, added in ascending order: rows cell_row ..., at
// most cell_rows, of columns cell_column .... A length is at least 1e-12. Work-item (i, head, n)
// owns a row.
//
// mean_mixture: mean[cell, n, head, i, j] = the mean of weights[n, w, head, i, j] over the windows
// w around the cell. Work-item (i, head, n) owns a row of `lanes` floats.
//
// mixed: y[n, p, head i] = sum over j of mean[cell, n, head, i, j] v[n, p, head j], v being the
// values, for the pixels of the cell. Work-item (vector, pixel of the cell, n).
#include "common/elements.h"

#define PIXEL(r) (area_start + (r) / area_width * width + (r) % area_width)

GROUP_OF_ONE
__kernel void products(__global const element *x, __global float *partials, int pitch,
                       int heads, int channels, int lanes, int rows_per_image, int chunk_rows,
                       int chunks, int chunk_start, int area_start, int area_rows, int area_width,
                       int width) {
  const int row = (int)get_global_id(1), group = (int)get_global_id(2);
  const int head = group % heads, depth = channels * heads;
  const int begin = (int)get_global_id(0) * chunk_rows, end = min(begin + chunk_rows, area_rows);
  const size_t part = (size_t)group * chunks + chunk_start + get_global_id(0);
  __global float *target = partials + (part * (channels + 2) + row) * lanes;
  x += (size_t)(group / heads) * rows_per_image * pitch + head * channels;
  const int second = row == channels ? 0 : depth;
  for (int col = 0; col < lanes; col += WIDTH) {
    float sums[WIDTH];
    for (int t = 0; t < WIDTH; ++t) sums[t] = 0.0f;
    for (int r = begin; r < end; ++r) {
      const size_t pixel = (size_t)PIXEL(r) * pitch;
      const float query = LOAD1(x, pixel + min(row, channels - 1));
      for (int t = 0; t < WIDTH; ++t) {
        const float value = LOAD1(x, pixel + second + min(col + t, channels - 1));
        sums[t] = fma(row < channels ? query : value, value, sums[t]);
      }
    }
    for (int t = 0; t < WIDTH; ++t) target[col + t] = col + t < channels ? sums[t] : 0.0f;
  }
}

GROUP_OF_ONE
__kernel void cosines(__global const float *partials, __global element *y, int channels,
                      int lanes, int y_lanes, int chunks, int cell_chunks, int grid_columns,
                      int cell_row, int cell_rows, int cell_column, int cell_columns, int window,
                      int windows) {
  const int i = (int)get_global_id(0), head = (int)get_global_id(1);
  const size_t image = get_global_id(2), heads = get_global_size(1);
  const size_t step = (size_t)(channels + 2) * lanes;
  __global const float *source = partials + (image * heads + head) * chunks * step;
  const size_t matrix = (image * windows + window) * heads + head;
  __global element *target = y + (matrix * channels + i) * y_lanes;
  const int line = cell_columns * cell_chunks, count = cell_rows * line;
#define PART(c)                                                                      \
  (source + step * (size_t)(((cell_row + (c) / line) * grid_columns + cell_column) * \
                                cell_chunks + (c) % line))
  float q_square = 0.0f;
  for (int c = 0; c < count; ++c) q_square += PART(c)[channels * lanes + i];
  const float q_length = fmax(sqrt(q_square), 1e-12f);
  for (int col = 0; col < y_lanes; col += WIDTH) {
    VEC product = (VEC)(0.0f), k_square = (VEC)(0.0f);
    for (int c = 0; c < count; ++c) {
      __global const float *part = PART(c) + col;
      product += LOADF(part, i * lanes);
      k_square += LOADF(part, (channels + 1) * lanes);
    }
    const VEC cosine = product / (q_length * fmax(sqrt(k_square), (VEC)(1e-12f)));
    STOREV(masked(cosine, col, channels), target, col);
  }
}

GROUP_OF_ONE
__kernel void mean_mixture(__global const element *weights, __global float *mean, int channels,
                           int lanes, int cell, int windows, int grid_columns, int window_row,
                           int window_rows, int window_column, int window_columns) {
  const int i = (int)get_global_id(0), head = (int)get_global_id(1);
  const size_t image = get_global_id(2), heads = get_global_size(1), images = get_global_size(2);
  __global float *target = mean + (((cell * images + image) * heads + head) * channels + i) * lanes;
  const float share = 1.0f / (float)(window_rows * window_columns);
  for (int col = 0; col < lanes; col += WIDTH) {
    VEC sum = (VEC)(0.0f);
    for (int row = window_row; row < window_row + window_rows; ++row) {
      for (int column = window_column; column < window_column + window_columns; ++column) {
        const size_t window = image * windows + row * grid_columns + column;
        sum += LOADV(weights, ((window * heads + head) * channels + i) * lanes + col);
      }
    }
    STOREF(sum * share, target, col);
  }
}

GROUP_OF_ONE
__kernel void mixed(__global const element *x, __global const float *mean, __global element *y,
                  int pitch, int heads, int channels, int lanes, int y_lanes, int rows_per_image,
                  int cell, int area_start, int area_width, int width) {
  const int vectors = y_lanes / WIDTH;
  const int col = (int)get_global_id(0) % vectors * WIDTH, r = (int)get_global_id(0) / vectors;
  const size_t image = get_global_id(1), images = get_global_size(1);
  const size_t pixel = image * rows_per_image + PIXEL(r);
  const int depth = heads * channels;
  __global const element *values = x + pixel * pitch + 2 * depth;
  mean += (cell * images + image) * depth * lanes;
  float sums[WIDTH];
  for (int t = 0; t < WIDTH; ++t) {
    const int channel = min(col + t, depth - 1), first = channel / channels * channels;
    float sum = 0.0f;
    for (int j = 0; j < channels; ++j)
      sum = fma(mean[channel * lanes + j], LOAD1(values, first + j), sum);
    sums[t] = col + t < depth ? sum : 0.0f;
  }
  STOREV(LOADF(sums, 0), y, pixel * y_lanes + col);
}
