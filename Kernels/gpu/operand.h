// What the GPU convolutions share of their operand: which rows of x a work-item brings into the
// slices in local memory, and what becomes of them on the way.
//
// The kernel names its parameters as convolution.cl does and defines A_LOADS, how many pieces of a
// slice a work-item brings: those at item + i * THREADS, a row of the slice having PIECES.
#ifndef LIMPID_OPERAND_H
#define LIMPID_OPERAND_H

#ifndef POINTWISE
#define POINTWISE 0  // 1: one tap, stride 1, no padding: row r of y belongs to row r of x
#endif
#ifndef NORMALIZATION
#define NORMALIZATION 0  // 1: centred, 2: not centred, 3: root mean square, over the channels of each row of x
#endif
#ifndef UNROLLED
#define UNROLLED _Pragma("unroll")
#endif

// Declares the input position of the first tap for every piece.
#define OUTSIDE (-(1 << 29))
#define FIND_PIECES                                                              \
  int images[A_LOADS], at_ys[A_LOADS], at_xs[A_LOADS];                           \
  UNROLLED                                                                       \
  for (int i = 0; i < A_LOADS; ++i) {                                            \
    const int pixel = first + (item + i * THREADS) / PIECES;                     \
    const int image = pixel / (output_height * output_width);                    \
    const int place = pixel % (output_height * output_width);                    \
    images[i] = image * height * width;                                          \
    at_ys[i] = pixel < pixels ? place / output_width * STRIDE - pad_top : OUTSIDE; \
    at_xs[i] = place % output_width * STRIDE - pad_left;                         \
  }

// Declares `row`, the row of x for piece i in row r of the slice, and whether x has it.
#if POINTWISE
#define FIND_ROW(i, r, tap_y, tap_x) \
  const int row = first + (r), is_row = row < pixels;
#else
#define FIND_ROW(i, r, tap_y, tap_x)                                                       \
  const int at_y = at_ys[i] + (tap_y) * DILATION, at_x = at_xs[i] + (tap_x) * DILATION;    \
  const int row = images[i] + (at_y >= 0 ? at_y * width + at_x : 0);                       \
  const int is_row = at_y >= 0 && at_y < height && at_x >= 0 && at_x < width;
#endif

// Changes v, a vector of x at `row` and a channel. FIND_STATISTICS comes first.
#if NORMALIZATION
#define FIND_STATISTICS const float2 pair = vload2(row, statistics);
#define NORMALIZED(v, channel) v = fma(v * pair.y, LOADF(gain, channel), LOADF(shift, channel));
#else
#define FIND_STATISTICS
#define NORMALIZED(v, channel)
#endif
#if NORMALIZATION == 1
#define CENTRED(v) v = v - pair.x;
#else
#define CENTRED(v)
#endif
#ifdef PROLOGUE
#define PREPARE(v, channel) CENTRED(v) NORMALIZED(v, channel) PROLOGUE(v, row, channel)
#else
#define PREPARE(v, channel) CENTRED(v) NORMALIZED(v, channel)
#endif
#if NORMALIZATION || defined(PROLOGUE)
#define IS_PREPARED 1  // the operand passes through registers
#else
#define IS_PREPARED 0
#endif

#endif
