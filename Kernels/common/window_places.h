// Where the queries and keys of attention within windows lie: one axis of a map at a time.
//
// A window of queries has WINDOW_H x WINDOW_W pixels; that of its keys KEYS_H x KEYS_W, each of
// which is FOLD x FOLD pixels, the channels of one after those of the other. Windows are blocks
// beside each other, of keys OVERLAP pixels larger on every side, and move by `shift` pixels around
// the map; or they are grids: pixels that lie as far apart as there are windows.
#ifndef LIMPID_WINDOW_PLACES_H
#define LIMPID_WINDOW_PLACES_H

#ifndef WINDOW_H
#define WINDOW_H 8
#endif
#ifndef WINDOW_W
#define WINDOW_W 8
#endif
#ifndef OVERLAP
#define OVERLAP 0
#endif
#ifndef FOLD
#define FOLD 1
#endif
#ifndef GRID
#define GRID 0  // 1: windows are grids
#endif
#ifndef SHIFTED
#define SHIFTED 0  // 1: pixels on both sides of the border of the map do not see each other
#endif
#ifndef MIRRORED
#define MIRRORED 0  // 1: the table of the bias is by key minus query
#endif

#define KEYS_H (WINDOW_H / FOLD + 2 * OVERLAP)
#define KEYS_W (WINDOW_W / FOLD + 2 * OVERLAP)
#define QUERIES (WINDOW_H * WINDOW_W)
#define KEYS (KEYS_H * KEYS_W)
// The tables of the bias, by the place of a query's square minus that of a key, or the other way
// round, counted from the smallest that there is ...
#define BIAS_H (WINDOW_H / FOLD + KEYS_H - 1)
#define BIAS_W (WINDOW_W / FOLD + KEYS_W - 1)
// ... and as kernels keep them: by how far a query lies from the last pixel of a key.
#define TABLE_H (WINDOW_H + FOLD * KEYS_H - 1)
#define TABLE_W (WINDOW_W + FOLD * KEYS_W - 1)

// The line (or column) of pixel `pixel` of window `window`, of `side` pixels, in a map of `extent`;
// a pixel outside of the map has a number outside of it.
static int window_place(int window, int pixel, int side, int shift, int extent) {
#if GRID
  return pixel * (extent / side) + window;
#else
  const int place = window * side + pixel + shift;
  return SHIFTED && place >= extent ? place - extent : place;
#endif
}

// Whether a pixel of the last window came around the border of the map, which is where it sees
// others of its kind only.
static int is_around(int window, int pixel, int side, int shift, int extent) {
  return SHIFTED && window * side + pixel + shift >= extent;
}

// Which of the pixels of a window see each other: those with the same number. That of a key is its
// last pixel's.
static int region(int window_y, int window_x, int y, int x, int shift_y, int shift_x, int height,
                  int width) {
  return 2 * is_around(window_y, y, WINDOW_H, shift_y, height) +
         is_around(window_x, x, WINDOW_W, shift_x, width);
}

// The entry of the bias for place (y, x) of the table.
static int bias_place(int y, int x) {
  const int at = max((y + 1) / FOLD - 1, 0) * BIAS_W + max((x + 1) / FOLD - 1, 0);
  return MIRRORED ? BIAS_H * BIAS_W - 1 - at : at;
}

// The entry of the table, in rows of `pitch`, for the first pixel of a window and this key; that
// for another pixel lies its line and column further.
static int table_place(int key, int pitch) {
  return (FOLD * (KEYS_H - key / KEYS_W) - 1) * pitch + FOLD * (KEYS_W - key % KEYS_W) - 1;
}

#endif
