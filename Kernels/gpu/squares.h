// Sums of the squares of the columns of both operands of a matrix product, beside the product itself.
//
// The kernel names its numbers as matmul.cl does and defines BM, BN and THREADS before.
#ifndef LIMPID_SQUARES_H
#define LIMPID_SQUARES_H

#ifndef UNROLLED
#define UNROLLED _Pragma("unroll")
#endif
#define SQUARE_SUMS ((BM + BN + THREADS - 1) / THREADS)  // columns of both that an item has

#if SQUARES
// Declares the sums.
#define START_SQUARES                                          \
  float squares[SQUARE_SUMS];                                  \
  UNROLLED                                                     \
  for (int i = 0; i < SQUARE_SUMS; ++i) squares[i] = 0.0f;
// Puts them behind the rows of the product. Each tile of columns has them once: in the first tile of
// the other operand.
#define STORE_SQUARES                                                                    \
  UNROLLED                                                                               \
  for (int i = 0; i < SQUARE_SUMS; ++i) {                                                \
    const int c = item + i * THREADS, is_second = c >= BM;                               \
    const int column = is_second ? first_n + c - BM : first_m + c;                       \
    if (c < BM + BN && column < y_lanes && (is_second ? first_m : first_n) == 0)         \
      partials[(base + rows + is_second) * y_lanes + column] = squares[i];               \
  }
#else
#define START_SQUARES
#define STORE_SQUARES
#endif

#endif
