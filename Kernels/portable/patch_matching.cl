// Numbers of cells in which blocks search, and maps made of what they found. Numbers are floats
// without padding.
#include "common/elements.h"

// The number 0 ... below - 1 nearest to a float.
static int number(float value, int below) {
  return value >= 0.0f ? (int)fmin(value, (float)(below - 1)) : 0;
}

// The position 0 ... extent - 1 that `index` is a whole number of extents away from.
static int wrapped(int index, int extent) {
  const int rest = index % extent;
  return rest < 0 ? rest + extent : rest;
}

// First row, or column, of a window with one cell around it, moved into the map.
static int window_start(int centre, int side, int extent) {
  const int start = max(centre - side / 2 - 1, 0);
  return start + side + 1 > extent - 1 ? extent - side - 2 : start;
}

// The cells of windows of height x width cells around the blocks' centres; of the picks, which are
// numbered within the windows, or of all cells and those around them.
//
// Index map: work-item i owns cell i % per_block of block i / per_block.
GROUP_OF_ONE
__kernel void search_window(__global const float *centres, __global const float *picks,
                            __global float *y, int map_height, int map_width, int height,
                            int width, int per_block, int has_picks) {
  const size_t item = get_global_id(0);
  const int centre = number(centres[item / per_block], map_height * map_width);
  int row = (int)(item % per_block) / (width + 2), column = (int)(item % per_block) % (width + 2);
  if (has_picks) {
    const int pick = number(picks[item], height * width);
    row = pick / width + 1;
    column = pick % width + 1;
  }
  const int top = window_start(centre / map_width, height, map_height);
  const int left = window_start(centre % map_width, width, map_width);
  y[item] = (float)(wrapped(top + row, map_height) * map_width + wrapped(left + column, map_width));
}

// Between the centres of a block's cells, not looking beyond it.
static float interpolated(__global const float *cells, int side, float at_y, float at_x) {
  const int y0 = (int)at_y, y1 = min(y0 + 1, side - 1);
  const int x0 = (int)at_x, x1 = min(x0 + 1, side - 1);
  const float share_y = at_y - (float)y0, share_x = at_x - (float)x0;
  __global const float *first = cells + y0 * side, *second = cells + y1 * side;
  const float upper = fma(share_x, first[x1] - first[x0], first[x0]);
  const float lower = fma(share_x, second[x1] - second[x0], second[x0]);
  return fma(share_y, lower - upper, upper);
}

// Every pixel is the mean of the up to nine patches of 3 x 3 cells that its neighbour cells brought
// with their matches, times the confidence.
//
// Index map: work-item i owns all channels of pixel i.
GROUP_OF_ONE
__kernel void patch_transfer(__global const element *x, __global const float *matches,
                             __global const float *confidence, __global element *y, int height,
                             int width, int vectors, int side, int rows, int columns, int scale) {
  const size_t pixel = get_global_id(0);
  const int extent = side * scale, out_width = columns * extent, out_height = rows * extent;
  const int out_x = (int)(pixel % out_width), out_y = (int)(pixel / out_width % out_height);
  const size_t image = pixel / out_width / out_height;
  const size_t block =
      ((image * rows + out_y / extent) * columns + out_x / extent) * side * side;
  const int pixel_y = out_y % extent, pixel_x = out_x % extent;
  const int cell_y = pixel_y / scale, cell_x = pixel_x / scale;
  const int map_width = width / scale, cells = height / scale * map_width;

  size_t sources[9];
  int count = 0;
  for (int row = max(cell_y - 1, 0); row <= min(cell_y + 1, side - 1); ++row) {
    for (int column = max(cell_x - 1, 0); column <= min(cell_x + 1, side - 1); ++column) {
      const int match = number(matches[block + row * side + column], cells);
      const int from_y = wrapped(match / map_width * scale + pixel_y - row * scale, height);
      const int from_x = wrapped(match % map_width * scale + pixel_x - column * scale, width);
      sources[count++] = ((image * height + from_y) * width + from_x) * vectors * WIDTH;
    }
  }
  const float step = 1.0f / (float)scale;
  const float at_y = fmax(fma((float)pixel_y + 0.5f, step, -0.5f), 0.0f);
  const float at_x = fmax(fma((float)pixel_x + 0.5f, step, -0.5f), 0.0f);
  const float gain = interpolated(confidence + block, side, at_y, at_x) / (float)count;
  for (int vector = 0; vector < vectors; ++vector) {
    VEC sum = LOADV(x, sources[0] + vector * WIDTH);
    for (int i = 1; i < count; ++i) sum += LOADV(x, sources[i] + vector * WIDTH);
    STOREV(sum * gain, y, (pixel * vectors + vector) * WIDTH);
  }
}
