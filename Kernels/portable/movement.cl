// Gathers: every element of the result is one element of an operand, or zero.
//
// Index map: work-item i owns lanes (i % VECTORS) * WIDTH ... of row i / VECTORS of the result.
// The generated code names the logical coordinates of the result c0, c1, ... and says where each
// element comes from.
#include "common/elements.h"

#ifndef SOURCES
#define SOURCES __global const element *x0  // operands
#define TARGET element                      // float when the result is dense
#define VECTORS 1                           // vectors in a row of the result
#define LANES WIDTH                         // elements in a row of the result
#define ROW_COORDINATES                     // declares c0 ... from `row`, all but the innermost
#define LANE_COORDINATE                     // declares the innermost coordinate from `lane`
#define IS_PADDING 0                        // whether `lane` is padding
#define VALUE value = LOAD1(x0, row * LANES + lane);  // sets `value`
#define STORE(value, y, i) STORE1(value, y, i)
#endif

#ifdef CONTIGUOUS  // lanes of a vector are neighbours in the operand too: VALUE sets a vector

__kernel void movement(SOURCES, __global TARGET *y) {
  const size_t item = get_global_id(0);
  const size_t row = item / VECTORS;
  const int lane = (int)(item % VECTORS) * WIDTH;
  ROW_COORDINATES
  LANE_COORDINATE
  VEC value = (VEC)(0.0f);
  VALUE
  STOREV(value, y, row * LANES + lane);
}

#else

__kernel void movement(SOURCES, __global TARGET *y) {
  const size_t item = get_global_id(0);
  const size_t row = item / VECTORS;
  const int first = (int)(item % VECTORS) * WIDTH;
  ROW_COORDINATES
  for (int lane = first; lane < first + WIDTH && lane < LANES; ++lane) {
    float value = 0.0f;
    if (!(IS_PADDING)) {
      LANE_COORDINATE
      VALUE
    }
    STORE(value, y, row * LANES + lane);
  }
}

#endif
