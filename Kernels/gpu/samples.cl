// Pixels as files have them, of 8 or 16 bits, as numbers in [0, 1]: n / LARGEST, correctly rounded
// whatever a device makes of a division.
//
// Index map: work-item i makes number `first` + i of the result out of sample i of `count`.
#ifndef SAMPLE
#define SAMPLE uchar     // type of a sample
#define LARGEST 255.0f   // the number that stands for 1
#endif

__kernel void samples(__global const SAMPLE *x, __global float *y, long first, int count) {
  const int i = (int)get_global_id(0);
  if (i >= count) return;
  const float reciprocal = 1.0f / LARGEST, n = (float)x[i];
  const float near = n * reciprocal;
  y[first + i] = fma(fma(-near, LARGEST, n), reciprocal, near);
}
