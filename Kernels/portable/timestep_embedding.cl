// Sines and cosines of times at given frequencies: time t becomes the `half` sines of t w and the
// `half` cosines, the cosines first when `cosine_first` is 1.
//
// Index map: work-item (v, n) owns the vector v of image n; times[n] has `count` numbers.
#include "common/elements.h"
#include "common/activations.h"

GROUP_OF_ONE
__kernel void timestep_embedding(__global const float *times, __global const float *frequencies,
                                 __global element *y, int count, int half_dimension,
                                 int cosine_first) {
  const int first = (int)get_global_id(0) * WIDTH;
  const size_t row = get_global_id(1);
  float angles[WIDTH];
  int turns[WIDTH];
  for (int lane = 0; lane < WIDTH; ++lane) {
    const int time = (first + lane) / (2 * half_dimension);
    const int place = (first + lane) % (2 * half_dimension);
    const int is_second = place >= half_dimension;
    turns[lane] = is_second != cosine_first;
    angles[lane] = time < count
        ? times[row * count + time] * frequencies[place - is_second * half_dimension] : 0.0f;
  }
  const VEC value = sine_or_cosine(PASTED(vload, WIDTH)(0, angles), PASTED(vload, WIDTH)(0, turns));
  STOREV(masked(value, first, count * 2 * half_dimension), y,
         row * get_global_size(0) * WIDTH + first);
}
