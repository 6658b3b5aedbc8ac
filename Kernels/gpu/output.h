// Where the columns of a tile of a convolution go, for the GPU convolutions.
//
// A panel of BN packed columns is NV * 16; without a gate these are neighbouring columns, with one
// the columns of the first half of some outputs and then those of their second half. With SHUFFLE
// r, column block b = dy r + dx of `columns` columns goes to output pixel (r y + dy, r x + dx).
#ifndef LIMPID_OUTPUT_H
#define LIMPID_OUTPUT_H

#ifndef SHUFFLE
#define SHUFFLE 1  // factor of depth to space
#endif
#ifndef EXTRA_PARAMETERS
#define EXTRA_PARAMETERS  // buffers and numbers that the hooks read
#endif
#ifdef GATE
#define OUTPUT_COLUMNS (BN / 2)  // outputs of a panel
#else
#define OUTPUT_COLUMNS BN
#endif

// The output row of pixel `pixel` (before the shuffle) and packed output column `column`.
static int output_row(int pixel, int column, int columns, int output_width) {
#if SHUFFLE > 1
  const int block = column / columns;
  const int y = pixel / output_width * SHUFFLE + block / SHUFFLE;
  const int x = pixel % output_width * SHUFFLE + block % SHUFFLE;
  return y * output_width * SHUFFLE + x;
#else
  return pixel;
#endif
}

// Its channel.
static int output_column(int column, int columns) {
#if SHUFFLE > 1
  return column % columns;
#else
  return column;
#endif
}

// Applies the epilogue to VEC `value` and stores it, where `pixel` and `packed_column` are in range.
#ifdef EPILOGUE
#define FINISHED(v, row, col) EPILOGUE(v, row, col)
#else
#define FINISHED(v, row, col)
#endif
#if PARTS > 1
typedef float output;
#define PUT_OUTPUT(value, pixel, column)         \
  if ((pixel) < pixels && (column) < columns)     \
    *(__global VEC *)(y + (size_t)(pixel) * columns + (column)) = value;
#else
typedef element output;
#define PUT_OUTPUT(value, pixel, packed_column)                                        \
  if ((pixel) < pixels && (packed_column) < columns * SHUFFLE * SHUFFLE) {              \
    const int rows_per_image = output_height * output_width * SHUFFLE * SHUFFLE;       \
    const int row = output_row(pixel, packed_column, columns, output_width);           \
    const int col = output_column(packed_column, columns);                             \
    VEC finished = value;                                                              \
    FINISHED(finished, row, col)                                                       \
    STOREV(finished, y, (size_t)row * y_pitch + col);                                  \
  }
#endif

#endif
