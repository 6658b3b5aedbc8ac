// Elementary functions with the same bits on every runtime: nothing but fma, +, -, *, /, sqrt,
// comparisons and integer operations. Each names its largest error against the exact value.
#ifndef LIMPID_ACTIVATIONS_H
#define LIMPID_ACTIVATIONS_H

// 2^f for |f| <= 1/2.
static VEC fraction_power(VEC f) {
  VEC p = fma(f, (VEC)(1.5352955e-4f), (VEC)(1.3398874e-3f));
  p = fma(f, p, (VEC)(9.6184373e-3f));
  p = fma(f, p, (VEC)(5.5503324e-2f));
  p = fma(f, p, (VEC)(2.4022648e-1f));
  p = fma(f, p, (VEC)(6.9314718e-1f));
  return fma(f, p, (VEC)(1.0f));
}

// 2^n 2^f for n + f = t, |f| <= 1/2, t clamped to [-126, 129]; below -125.5 the result is 0.
static VEC scaled_power(VEC n, VEC f, VEC t) {
  // Half of 2^n, so that the factor is a normal number for the largest n too.
  const VEC_INT exponent = AS_VEC_INT(n + 12582912.0f) - 0x4b400000 + 126;
  const VEC half_scale = AS_VEC(exponent << 23);
  const VEC scaled = fraction_power(f) * half_scale * 2.0f;
  return t < (VEC)(-125.5f) ? (VEC)(0.0f) : scaled;
}

// The integer nearest to t, for |t| < 2^22.
static VEC nearest(VEC t) { return (t + 12582912.0f) - 12582912.0f; }

static VEC clamped_power(VEC t) {
  t = t < (VEC)(-126.0f) ? (VEC)(-126.0f) : t;
  return t > (VEC)(129.0f) ? (VEC)(129.0f) : t;
}

// 2^t: 2 ulp.
static VEC power_of_two(VEC t) {
  t = clamped_power(t);
  const VEC n = nearest(t);
  return scaled_power(n, t - n, t);
}

// 2^t for t <= 0, the same bits with fewer operations.
static VEC power_of_two_below(VEC t) {
  t = t < (VEC)(-126.0f) ? (VEC)(-126.0f) : t;
  const VEC shifted = t + 12582912.0f;
  // The low bits of `shifted` are the nearest integer.
  const VEC scale = AS_VEC((AS_VEC_INT(shifted) + 127) << 23);
  const VEC scaled = fraction_power(t - (shifted - 12582912.0f)) * scale;
  return t < (VEC)(-125.5f) ? (VEC)(0.0f) : scaled;
}

// e^x: 2 ulp; 0 below -87, infinity above 88.73, NaN for NaN.
static VEC exponential(VEC x) {
  x = x < (VEC)(-88.0f) ? (VEC)(-88.0f) : x;
  x = x > (VEC)(89.4f) ? (VEC)(89.4f) : x;
  const VEC t = x * 1.44269504f;
  const VEC n = nearest(t);
  // x log2(e) - n with the rounding error of the product and of the constant put back.
  VEC f = fma(x, (VEC)(1.44269504f), -n);
  f = fma(x, (VEC)(1.92596299e-8f), f);
  return scaled_power(n, f, t);
}

// 1 / (1 + e^-x): 3 ulp.
static VEC sigmoid(VEC x) { return 1.0f / (1.0f + exponential(-x)); }

// x sigmoid(x), the swish: 4 ulp.
static VEC silu(VEC x) { return x / (1.0f + exponential(-x)); }

// x above zero, and `slope` times as much below.
static VEC prelu(VEC x, VEC slope) { return x < (VEC)(0.0f) ? slope * x : x; }

// x tanh(log(1 + e^x)), the tanh being n / (n + 2) for n = e^x (e^x + 2): 6 ulp.
static VEC mish(VEC x) {
  const VEC e = exponential(x > (VEC)(20.0f) ? (VEC)(20.0f) : x);
  const VEC n = e * (e + 2.0f);
  return x * (n / (n + 2.0f));
}

// x sigmoid(1.702 x).
static VEC quick_gelu(VEC x) { return x / (1.0f + exponential(-1.702f * x)); }

// tanh(x): 2 ulp.
static VEC hyperbolic_tangent(VEC x) {
  const VEC a = fabs(x);
  const VEC outer = 1.0f - 2.0f / (1.0f + exponential(2.0f * a));
  const VEC t = x * x;
  VEC p = fma(t, (VEC)(2.09770817e-3f), (VEC)(-8.12898669e-3f));
  p = fma(t, p, (VEC)(2.16816366e-2f));
  p = fma(t, p, (VEC)(-5.39433993e-2f));
  p = fma(t, p, (VEC)(1.33331805e-1f));
  p = fma(t, p, (VEC)(-3.33333313e-1f));
  return copysign(a < (VEC)(0.625f) ? fma(a * t, p, a) : outer, x);
}

// x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), written as a logistic function.
static VEC tanh_gelu(VEC x) {
  const VEC inner = fma(x * x, (VEC)(-0.0713548163f), (VEC)(-1.59576912f));
  return x / (1.0f + exponential(x * inner));
}

// sin(x) and cos(x) for |x| < 10^5: absolute error 1e-7. `turn` is 0 for the sine, 1 for the cosine.
static VEC sine_or_cosine(VEC x, VEC_INT turn) {
  const VEC n = nearest(x * 0.636619772f);
  VEC r = fma(n, (VEC)(-1.57079637f), x);
  r = fma(n, (VEC)(4.37113883e-8f), r);
  const VEC t = r * r;
  VEC s = fma(t, (VEC)(-1.95152959e-4f), (VEC)(8.33216087e-3f));
  s = fma(t, s, (VEC)(-1.66666546e-1f));
  s = fma(t * r, s, r);
  VEC c = fma(t, (VEC)(2.44331571e-5f), (VEC)(-1.38873163e-3f));
  c = fma(t, c, (VEC)(4.16666457e-2f));
  c = fma(t * t, c, fma(t, (VEC)(-0.5f), (VEC)(1.0f)));
  const VEC_INT quarter = (AS_VEC_INT(n + 12582912.0f) - 0x4b400000) + turn;
  const VEC v = (quarter & 1) == 1 ? c : s;
  return (quarter & 2) == 2 ? -v : v;
}

// erf(z) / z for |z| <= 1, given t = z z.
static VEC error_core(VEC t) {
  VEC p = fma(t, (VEC)(7.8538604e-5f), (VEC)(-8.0101955e-4f));
  p = fma(t, p, (VEC)(5.1883282e-3f));
  p = fma(t, p, (VEC)(-2.6853813e-2f));
  p = fma(t, p, (VEC)(1.12835854e-1f));
  p = fma(t, p, (VEC)(-3.7612626e-1f));
  return fma(t, p, (VEC)(1.12837923f));
}

// 1 - erf(a) for a >= 0.95: absolute error 2e-8; 0 from a = 6 on, where it is below 3e-17.
static VEC error_tail(VEC a) {
  VEC g = fma(a, (VEC)(-1.44022633e-5f), (VEC)(3.86076397e-4f));
  g = fma(a, g, (VEC)(-4.53702826e-3f));
  g = fma(a, g, (VEC)(3.14196609e-2f));
  g = fma(a, g, (VEC)(-1.47237733e-1f));
  g = fma(a, g, (VEC)(-9.23317731e-1f));
  g = fma(a, g, (VEC)(-1.62408471f));
  g = fma(a, g, (VEC)(-1.03077490e-3f));
  g = a > (VEC)(6.0f) ? (VEC)(-126.0f) : g;
  return power_of_two(g);
}

// erf(x): absolute error 1e-7.
static VEC error_function(VEC x) {
  const VEC a = fabs(x);
  const VEC outer = copysign(1.0f - error_tail(a), x);
  return a < (VEC)(1.0f) ? x * error_core(x * x) : outer;
}

// x / 2 (1 + erf(x / sqrt(2))).
#if HALF_STORAGE && WIDTH == 4
// Absolute error 2e-7, in a third of the operations: max(x, 0) less |x| erfc(|x| / sqrt(2)) / 2, whose
// fourth root is nearly a polynomial. 2e-7 at most is left where the exact value is next to nothing.
static VEC gelu(VEC x) {
  const VEC a = fmin(fabs(x), (VEC)(5.5f));
  VEC p = fma(a, (VEC)(-3.2259204e-6f), (VEC)(5.5643879e-5f));
  p = fma(a, p, (VEC)(-2.8963081e-4f));
  p = fma(a, p, (VEC)(-9.4689735e-5f));
  p = fma(a, p, (VEC)(3.90688796e-3f));
  p = fma(a, p, (VEC)(4.5333798e-3f));
  p = fma(a, p, (VEC)(-5.0133776e-2f));
  p = fma(a, p, (VEC)(-0.1677499f));
  p = fma(a, p, (VEC)(0.84089762f));
  p = p * p;
  return fma(-a * p, p, x < (VEC)(0.0f) ? (VEC)(0.0f) : x);
}
#else
// Absolute error 1e-7 |x|, keeping relative accuracy for x << 0.
static VEC gelu(VEC x) {
  const VEC z = x * 0.707106781f;
  const VEC a = fabs(z);
  const VEC tail = 0.5f * error_tail(a);
  const VEC outer = x < (VEC)(0.0f) ? tail : 1.0f - tail;
  const VEC inner = fma(0.5f * z, error_core(z * z), (VEC)(0.5f));
  return x * (a < (VEC)(1.0f) ? inner : outer);
}
#endif

#endif
