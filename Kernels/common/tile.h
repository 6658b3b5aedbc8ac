// The register tile of the CPU kernels: MR rows by NV vectors of columns, every
// accumulator a named variable, so that none is an indexed array.
//
//   TILE_START(bias), TILE_LOAD(sums) or TILE_ZERO, TILE_RUN(x, w, count) ..., TILE_SAVE(sums)
//
// TILE_RUN adds x[row * TILE_STRIDE + k * TILE_STEP] * w[k * 16 NV + column] for k = 0 ..< count in
// ascending order, one chain of fma per output: a result depends neither on MR nor on NV, nor on
// where the sum is cut into several runs.
#ifndef LIMPID_TILE_H
#define LIMPID_TILE_H

#ifndef MR
#define MR 12  // rows of a tile: 1 to 28
#endif
#ifndef NV
#define NV 2  // float16 vectors of a tile: 1 to 6; MR * NV + NV <= 31 stays in registers
#endif
#ifndef TILE_SPACE
#define TILE_SPACE __private  // address space of x
#endif
#ifndef TILE_STEP
#define TILE_STEP 1  // distance of neighbouring k in x
#endif
#ifndef TILE_WEIGHT_SPACE
#define TILE_WEIGHT_SPACE __global  // address space of w
#endif
#ifndef TILE_WEIGHT
#define TILE_WEIGHT element  // what w is
#define LOAD_WEIGHTS(p, i) LOAD16(p, i)
#endif

#define PANEL (NV * 16)  // columns of a panel of packed weights

#define ROWS_1(M) M(0)
#define ROWS_2(M) ROWS_1(M) M(1)
#define ROWS_3(M) ROWS_2(M) M(2)
#define ROWS_4(M) ROWS_3(M) M(3)
#define ROWS_5(M) ROWS_4(M) M(4)
#define ROWS_6(M) ROWS_5(M) M(5)
#define ROWS_7(M) ROWS_6(M) M(6)
#define ROWS_8(M) ROWS_7(M) M(7)
#define ROWS_9(M) ROWS_8(M) M(8)
#define ROWS_10(M) ROWS_9(M) M(9)
#define ROWS_11(M) ROWS_10(M) M(10)
#define ROWS_12(M) ROWS_11(M) M(11)
#define ROWS_13(M) ROWS_12(M) M(12)
#define ROWS_14(M) ROWS_13(M) M(13)
#define ROWS_15(M) ROWS_14(M) M(14)
#define ROWS_16(M) ROWS_15(M) M(15)
#define ROWS_17(M) ROWS_16(M) M(16)
#define ROWS_18(M) ROWS_17(M) M(17)
#define ROWS_19(M) ROWS_18(M) M(18)
#define ROWS_20(M) ROWS_19(M) M(19)
#define ROWS_21(M) ROWS_20(M) M(20)
#define ROWS_22(M) ROWS_21(M) M(21)
#define ROWS_23(M) ROWS_22(M) M(22)
#define ROWS_24(M) ROWS_23(M) M(23)
#define ROWS_25(M) ROWS_24(M) M(24)
#define ROWS_26(M) ROWS_25(M) M(25)
#define ROWS_27(M) ROWS_26(M) M(26)
#define ROWS_28(M) ROWS_27(M) M(27)
#define VECTORS_1(M, r) M(r, 0)
#define VECTORS_2(M, r) VECTORS_1(M, r) M(r, 1)
#define VECTORS_3(M, r) VECTORS_2(M, r) M(r, 2)
#define VECTORS_4(M, r) VECTORS_3(M, r) M(r, 3)
#define VECTORS_5(M, r) VECTORS_4(M, r) M(r, 4)
#define VECTORS_6(M, r) VECTORS_5(M, r) M(r, 5)
#define EACH_ROW(M) PASTED(ROWS_, MR)(M)
#define EACH_VECTOR(M, r) PASTED(VECTORS_, NV)(M, r)

#define START_SUM(r, v) float16 sum##r##_##v = LOADF(start_, v * 16);
#define START_SUMS(r) EACH_VECTOR(START_SUM, r)
#define TILE_START(bias)                  \
  __global const float *start_ = bias;    \
  EACH_ROW(START_SUMS)

#define ZERO_SUM(r, v) float16 sum##r##_##v = (float16)(0.0f);
#define ZERO_SUMS(r) EACH_VECTOR(ZERO_SUM, r)
#define TILE_ZERO EACH_ROW(ZERO_SUMS)

#define LOAD_SUM(r, v) float16 sum##r##_##v = from_[r * NV + v];
#define LOAD_SUMS(r) EACH_VECTOR(LOAD_SUM, r)
#define TILE_LOAD(sums)                   \
  const __private float16 *from_ = sums;  \
  EACH_ROW(LOAD_SUMS)

#define SAVE_SUM(r, v) to_[r * NV + v] = sum##r##_##v;
#define SAVE_SUMS(r) EACH_VECTOR(SAVE_SUM, r)
#define TILE_SAVE(sums)                   \
  __private float16 *to_ = sums;          \
  EACH_ROW(SAVE_SUMS)

#define LOAD_WEIGHT(r, v) const float16 weight##v = LOAD_WEIGHTS(w_, v * 16);
#define ADD_PRODUCT(r, v) sum##r##_##v = fma((float16)(x##r), weight##v, sum##r##_##v);
#define ADD_PRODUCTS(r)                       \
  {                                           \
    const float x##r = x_[r * (TILE_STRIDE)]; \
    EACH_VECTOR(ADD_PRODUCT, r)               \
  }
#define TILE_RUN(x, w, count)               \
  {                                         \
    const TILE_SPACE float *x_ = x;         \
    const TILE_WEIGHT_SPACE TILE_WEIGHT *w_ = w; \
    for (int k_ = 0; k_ < (count); ++k_) {  \
      EACH_VECTOR(LOAD_WEIGHT, _)           \
      EACH_ROW(ADD_PRODUCTS)                \
      x_ += TILE_STEP;                      \
      w_ += PANEL;                          \
    }                                       \
  }

#endif
