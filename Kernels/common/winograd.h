// The transforms of Winograd's F(4x4, 3x3) at the points 0, 5/8, -5/8, 3/2, -3/2 and infinity; see
// winograd.cl. Expects TILE_STRIDE, the distance of neighbouring tiles in a plane.
#ifndef LIMPID_WINOGRAD_H
#define LIMPID_WINOGRAD_H

#define P2 0.390625f      // p^2
#define Q2 2.25f          // q^2
#define P 0.625f
#define Q 1.5f
#define A (0.5f / (P2 * (P2 - Q2)))
#define B (0.5f / (Q2 * (Q2 - P2)))
#define C (1.0f / (P2 * Q2))

// t = B^T d for the six values of a line.
#define TRANSFORM_LINE(d0, d1, d2, d3, d4, d5)                                                  \
  const float16 even_p = fma(d2, (float16)(-Q2), d4), odd_p = P * fma(d1, (float16)(-Q2), d3);  \
  const float16 even_q = fma(d2, (float16)(-P2), d4), odd_q = Q * fma(d1, (float16)(-P2), d3);  \
  const float16 t0 = fma(d0, (float16)(P2 * Q2), fma(d2, (float16)(-(P2 + Q2)), d4));           \
  const float16 t1 = even_p + odd_p, t2 = even_p - odd_p;                                       \
  const float16 t3 = even_q + odd_q, t4 = even_q - odd_q;                                       \
  const float16 t5 = fma(d1, (float16)(P2 * Q2), fma(d3, (float16)(-(P2 + Q2)), d5));

// y = A^T m for the six values of a line.
#define GATHER_LINE(m0, m1, m2, m3, m4, m5)                             \
  const float16 sum_p = m1 + m2, difference_p = m1 - m2;                \
  const float16 sum_q = m3 + m4, difference_q = m3 - m4;                \
  const float16 y0 = m0 + (sum_p + sum_q);                              \
  const float16 y1 = fma(difference_q, (float16)(Q), P * difference_p); \
  const float16 y2 = fma(sum_q, (float16)(Q2), P2 * sum_p);             \
  const float16 y3 =                                                    \
      fma(difference_q, (float16)(Q * Q2), fma(difference_p, (float16)(P * P2), m5));

// u = G g for the three values of a line.
#define FILTER_LINE(g0, g1, g2)                                                     \
  const float16 even_p = fma(g2, (float16)(A * P2), A * g0), odd_p = (A * P) * g1;  \
  const float16 even_q = fma(g2, (float16)(B * Q2), B * g0), odd_q = (B * Q) * g1;  \
  const float16 u0 = C * g0, u1 = even_p + odd_p, u2 = even_p - odd_p;              \
  const float16 u3 = even_q + odd_q, u4 = even_q - odd_q, u5 = g2;

// Both passes of the input transform: rows of the 6x6 values d, then columns, to the planes of v.
static void transform_tile(const __private float16 *d, __global float *v, size_t plane) {
  float16 t[36];
  for (int i = 0; i < 36; i += 6) {
    TRANSFORM_LINE(d[i], d[i + 1], d[i + 2], d[i + 3], d[i + 4], d[i + 5])
    t[i] = t0, t[i + 1] = t1, t[i + 2] = t2, t[i + 3] = t3, t[i + 4] = t4, t[i + 5] = t5;
  }
  for (int j = 0; j < 6; ++j) {
    TRANSFORM_LINE(t[j], t[j + 6], t[j + 12], t[j + 18], t[j + 24], t[j + 30])
    STOREF(t0, v, j * plane);
    STOREF(t1, v, (j + 6) * plane);
    STOREF(t2, v, (j + 12) * plane);
    STOREF(t3, v, (j + 18) * plane);
    STOREF(t4, v, (j + 24) * plane);
    STOREF(t5, v, (j + 30) * plane);
    for (int i = j; i < 36; i += 6) {
      FETCH_TARGET(v, i * plane + TILE_STRIDE)  // the next tile
    }
  }
}

// Both passes of the output transform: 36 products, `step` apart, to 4x4 values.
static void gather_tile(const __private float16 *m, int step, __private float16 *y) {
  float16 t[24];
  for (int i = 0; i < 6; ++i) {
    GATHER_LINE(m[0], m[step], m[2 * step], m[3 * step], m[4 * step], m[5 * step])
    t[i] = y0, t[i + 6] = y1, t[i + 12] = y2, t[i + 18] = y3;
    m += 6 * step;
  }
  for (int j = 0; j < 4; ++j) {
    GATHER_LINE(t[j * 6], t[j * 6 + 1], t[j * 6 + 2], t[j * 6 + 3], t[j * 6 + 4], t[j * 6 + 5])
    y[j] = y0, y[j + 4] = y1, y[j + 8] = y2, y[j + 12] = y3;
  }
}

#endif
