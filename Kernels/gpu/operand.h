// What the GPU convolutions share of their operand: which rows of x a work-item brings into the
// slices in local memory, and what becomes of them on the way.
//
// The kernel names its parameters as convolution.cl does and defines, before it includes this,
// A_LOADS, how many pieces of a slice a work-item brings: those at item + i * THREADS, a row of the
// slice having PIECES.
#ifndef LIMPID_OPERAND_H
#define LIMPID_OPERAND_H

#ifndef POINTWISE
#define POINTWISE 0  // 1: one tap, stride 1, no padding: row r of y belongs to row r of x
#endif
#ifndef NORMALIZATION
#define NORMALIZATION 0  // 1: centred, 2: not centred, 3: root mean square, over the channels of each row of x
#endif
#ifndef UPSAMPLE
#define UPSAMPLE 1  // x is enlarged by it before the convolution: every pixel repeated
#endif
#ifndef IMAGE_WEIGHTS
#define IMAGE_WEIGHTS 0  // 1: w has panels for every image, one after the other
#endif
#ifndef PARTS
#define PARTS 1  // of the depths of a sum: with more, group_id(1) is the part, and each leaves its own
#endif
#ifndef UNROLLED
#define UNROLLED _Pragma("unroll")
#endif

// A part has `part_units` units of 16 depths, a multiple of the units of a slice, and starts from
// the bias that it is given; its sums go to y [part][pixel][column], which are floats.
// Declares `first_unit` of the group's part and `units`, how many it has of `all_units`.
#if PARTS > 1
#define PART_PARAMETER , int part_units
#define FIND_PART(all_units)                                      \
  const int first_unit = (int)get_group_id(1) * part_units;       \
  const int units = min(part_units, (all_units) - first_unit);    \
  y += get_group_id(1) * (size_t)pixels * columns;
#else
#define PART_PARAMETER
#define FIND_PART(all_units) const int first_unit = 0, units = all_units;
#endif

// Declares `first`, the first pixel of the group, whose pixels are those before `pixels`, and finds
// the group's panel of weights; PANEL_SIZE has an element of w for each weight.
#if IMAGE_WEIGHTS
#define FIND_BLOCK(PANEL_SIZE)                                                        \
  const int image_pixels = output_height * output_width;                              \
  const int image_blocks = (image_pixels + BM - 1) / BM;                              \
  const int of_image = (int)get_group_id(0) / panels / image_blocks;                  \
  const int first = of_image * image_pixels +                                         \
                    (int)get_group_id(0) / panels % image_blocks * BM;                \
  pixels = min(pixels, (of_image + 1) * image_pixels);                                \
  w += ((size_t)of_image * panels + panel) * (PANEL_SIZE);
#else
#define FIND_BLOCK(PANEL_SIZE)                            \
  const int first = (int)get_group_id(0) / panels * BM;   \
  w += (size_t)panel * (PANEL_SIZE);
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
  const int row = images[i] + (at_y >= 0 ? at_y / UPSAMPLE * width + at_x / UPSAMPLE : 0); \
  const int is_row = at_y >= 0 && at_y < height * UPSAMPLE && at_x >= 0 &&                 \
                     at_x < width * UPSAMPLE;
#endif

#if NORMALIZATION
#define SHARES 8  // sums that the vectors of a row are dealt out to, whatever the tile is

static float shares_joined(const __local float *shares) {
  return ((shares[0] + shares[1]) + (shares[2] + shares[3])) +
         ((shares[4] + shares[5]) + (shares[6] + shares[7]));
}

// Mean and scale of the rows of x that the work-item's pieces are of: see normalization.cl. Needs
// local memory for 2 SHARES numbers a row, which may be the slices'. A work-item has the same share
// of some rows, whose loads are under way together; rows past the last are read as the last.
#define ROW_SUMS ((BM * SHARES + THREADS - 1) / THREADS)
#define ROW(i) ((item + (i) * THREADS) / SHARES)
#define HAS_ROW(i) (BM * SHARES % THREADS == 0 || ROW(i) < BM)
#define FOUR_COLUMNS _Pragma("unroll 4")
#if NORMALIZATION == 3
#define ROW_MEAN(r) 0.0f
#else
#define ROW_MEAN(r) (shares_joined(sums + (r) * SHARES) / (float)channels)
#endif
static void find_statistics(__global const element *x, int first, int pixels, int pitch, int depth,
                            int channels, float epsilon, __local float *sums, float2 pairs[A_LOADS]) {
  const int item = (int)get_local_id(0);
  __local float *squares = sums + BM * SHARES;
  size_t starts[ROW_SUMS];
  float4 own[ROW_SUMS];
  float means[ROW_SUMS];
  UNROLLED
  for (int i = 0; i < ROW_SUMS; ++i) {
    starts[i] = (size_t)min(first + min(ROW(i), BM - 1), pixels - 1) * pitch;
    own[i] = (float4)(0.0f);
  }
#if NORMALIZATION != 3
  FOUR_COLUMNS
  for (int col = item % SHARES * 4; col < depth; col += SHARES * 4) {
    UNROLLED
    for (int i = 0; i < ROW_SUMS; ++i) own[i] = own[i] + LOADV(x, starts[i] + col);
  }
  UNROLLED
  for (int i = 0; i < ROW_SUMS; ++i)
    if (HAS_ROW(i)) sums[item + i * THREADS] = lane_sum(own[i]);
  barrier(CLK_LOCAL_MEM_FENCE);
#endif
  UNROLLED
  for (int i = 0; i < ROW_SUMS; ++i) {
    means[i] = ROW_MEAN(min(ROW(i), BM - 1));
    own[i] = (float4)(0.0f);
  }
  FOUR_COLUMNS
  for (int col = item % SHARES * 4; col < depth; col += SHARES * 4) {
    UNROLLED
    for (int i = 0; i < ROW_SUMS; ++i) {
      const float4 d = masked(LOADV(x, starts[i] + col) - means[i], col, channels);
      own[i] = fma(d, d, own[i]);
    }
  }
  UNROLLED
  for (int i = 0; i < ROW_SUMS; ++i)
    if (HAS_ROW(i)) squares[item + i * THREADS] = lane_sum(own[i]);
  barrier(CLK_LOCAL_MEM_FENCE);
  UNROLLED
  for (int i = 0; i < A_LOADS; ++i) {
    const int r = min((item + i * THREADS) / PIECES, BM - 1);
    const float variance = shares_joined(squares + r * SHARES) / (float)channels;
    pairs[i] = (float2)(ROW_MEAN(r), 1.0f / sqrt(variance + epsilon));
  }
  barrier(CLK_LOCAL_MEM_FENCE);
}
#define FIND_STATISTICS(space)                                                          \
  float2 pairs[A_LOADS];                                                                \
  find_statistics(x, first, pixels, x_pitch, depth, channels, epsilon,                  \
                  (__local float *)(space), pairs);
#else
#define FIND_STATISTICS(space)
#endif

// Changes v, a vector of x at `row` and a channel, of piece i.
#if NORMALIZATION
#define NORMALIZED(v, channel) v = fma(v * pairs[i].y, LOADF(gain, channel), LOADF(shift, channel));
#else
#define NORMALIZED(v, channel)
#endif
#if NORMALIZATION == 1
#define CENTRED(v) v = v - pairs[i].x;
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
