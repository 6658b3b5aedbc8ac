// Whether what SUBGROUPS and MATRIX name works on a device: every work-item writes 1 when it found
// what it expected.
//
// Index map: one work-group of 64 work-items. `data` has 384 halves, small whole numbers.
#define THREADS 64
#include "gpu/matrix.h"

__attribute__((reqd_work_group_size(THREADS, 1, 1))) LANES_ATTRIBUTE
__kernel void exchange(__global int *verdicts, __global const half *data) {
  __local uint integers[THREADS];
  __local float floats[THREADS];
  const int item = (int)get_local_id(0), lane = item % LANES;
  const uint rotated = lane_read(1000 + item, (lane + 5) % LANES, integers);
  const float partner = partner_read((float)item, 8, floats);
  const float far = partner_read((float)item, 32, floats);
  verdicts[item] = rotated == (uint)(1000 + item - lane + (lane + 5) % LANES) &&
                   partner == (float)(item ^ 8) && far == (float)(item ^ 32);
}

// a, 16 x 16, is the first 256 numbers, b the next 128, as 8 columns of 16 depths or, read
// transposed, 16 depths of 8 columns.
#define A(r, k) vload_half((r) * 16 + (k), data)
#define B(n, k) vload_half(256 + (n) * 16 + (k), data)
#define B_TRANSPOSED(n, k) vload_half(256 + (k) * 8 + (n), data)

__attribute__((reqd_work_group_size(THREADS, 1, 1))) LANES_ATTRIBUTE
__kernel void matrix(__global int *verdicts, __global const half *data) {
  __local uint4 a_slice[32], b_slice[32];
  EXCHANGE_SPACE
  const int item = (int)get_local_id(0), lane = item % LANES, g = lane / 4, t = lane % 4;
  if (item < 32) {
    copy_start(a_slice + item, data + item * 8, 1);
    copy_start(b_slice + item, data + (item < 16 ? 256 + item * 8 : 0), item < 16);
  }
  COPY_COMMIT
  COPY_WAIT(0)
  barrier(CLK_LOCAL_MEM_FENCE);
  const uint4 a = matrix_load(a_slice, lane % 16 * 2 + lane / 16 EXCHANGE_ARGUMENT);
  const uint4 b = matrix_load(b_slice, lane % 8 * 2 + lane / 8 % 2 EXCHANGE_ARGUMENT);
  const uint4 bt = matrix_load_transposed(b_slice, lane % 16 EXCHANGE_ARGUMENT);
  const float4 c = matrix_multiply((float4)(1.0f), a, b.x, b.y EXCHANGE_ARGUMENT);
  const float4 ct = matrix_multiply((float4)(0.0f), a, bt.x, bt.y EXCHANGE_ARGUMENT);
  float4 sum = (float4)(1.0f), sum_t = (float4)(0.0f);
  for (int k = 0; k < 16; ++k) {
    const float4 rows = (float4)(A(g, k), A(g, k), A(g + 8, k), A(g + 8, k));
    const float left = B(2 * t, k), right = B(2 * t + 1, k);
    sum += rows * (float4)(left, right, left, right);
    const float left_t = B_TRANSPOSED(2 * t, k), right_t = B_TRANSPOSED(2 * t + 1, k);
    sum_t += rows * (float4)(left_t, right_t, left_t, right_t);
  }
  // The second run of lanes reads zeros that were copied past the end.
  const uint4 zeros = matrix_load(b_slice, 16 + lane % 16 EXCHANGE_ARGUMENT);
  verdicts[item] = all(c == sum) && all(ct == sum_t) && all(zeros == (uint4)(0));
}
