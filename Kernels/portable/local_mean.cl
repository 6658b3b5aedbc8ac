// Means of all windows of a feature map: (N, H, W) rows of channels to (N, H - height + 1,
// W - width + 1), first sums along the rows of pixels, then along the columns.
//
// A line is cut into blocks as long as the window. A window is the end of one block and the
// beginning of the next: sums from the right inside the first, from the left inside the second.
// So a window costs two additions whatever its length, and nothing is ever subtracted.
//
// Index map: across (v, r): vector v of the channels of row r of all images' rows, global size
// (vectors, N H). down (c, n): the c-th ITEM vectors of the rows of pixels of image n, global
// size (rounded up out_width vectors / ITEM, N).
#include "common/elements.h"

#ifndef ITEM
#define ITEM 4  // vectors that a work-item of `down` holds: neighbours in memory
#endif

GROUP_OF_ONE
__kernel void across(__global const element *x, __global float *sums, int extent, int window,
                     int vectors) {
  const int count = extent - window + 1, lanes = vectors * WIDTH;
  const int col = (int)get_global_id(0) * WIDTH;
  __global const element *source = x + get_global_id(1) * extent * lanes + col;
  __global float *target = sums + get_global_id(1) * count * lanes + col;
  for (int block = 0; block < count; block += window) {
    const int end = min(block + window, count);
    VEC sum = (VEC)(0.0f);
    for (int at = block + window - 1; at >= block; --at) {
      sum = sum + LOADV(source, (size_t)at * lanes);
      if (at < end) STOREF(sum, target, (size_t)at * lanes);
    }
    sum = (VEC)(0.0f);
    for (int at = block + 1; at < end; ++at) {
      sum = sum + LOADV(source, (size_t)(at + window - 1) * lanes);
      STOREF(LOADF(target, (size_t)at * lanes) + sum, target, (size_t)at * lanes);
    }
  }
}

// Sums from the right replace what they sum: no later block reads it.
GROUP_OF_ONE
__kernel void down(__global float *sums, __global element *y, int extent, int window,
                   int vectors, int pixels) {
  const int count = extent - window + 1;
  const int first = (int)get_global_id(0) * ITEM, held = min(ITEM, vectors - first);
  const size_t row = (size_t)vectors * WIDTH;
  __global float *source = sums + get_global_id(1) * extent * row + first * WIDTH;
  __global element *target = y + get_global_id(1) * count * row + first * WIDTH;
  VEC held_sums[ITEM];
  for (int block = 0; block < count; block += window) {
    const int end = min(block + window, count);
    for (int v = 0; v < held; ++v) held_sums[v] = (VEC)(0.0f);
    for (int at = block + window - 1; at >= block; --at) {
      for (int v = 0; v < held; ++v) {
        held_sums[v] = held_sums[v] + LOADF(source, at * row + v * WIDTH);
        STOREF(held_sums[v], source, at * row + v * WIDTH);
      }
    }
    for (int v = 0; v < held; ++v) held_sums[v] = (VEC)(0.0f);
    for (int at = block; at < end; ++at) {
      for (int v = 0; v < held; ++v) {
        if (at > block)
          held_sums[v] = held_sums[v] + LOADF(source, (at + window - 1) * row + v * WIDTH);
        const VEC sum = LOADF(source, at * row + v * WIDTH) + held_sums[v];
        STOREV(sum / (float)pixels, target, at * row + v * WIDTH);
      }
    }
  }
}
