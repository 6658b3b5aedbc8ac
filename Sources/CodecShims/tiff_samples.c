#include "tiff_samples.h"

#include <math.h>
#include <string.h>

/// IEEE 754's numbers of 16 bits.
static double half(uint16_t bits) {
  int exponent = bits >> 10 & 31, fraction = bits & 1023;
  double value = exponent == 31  ? (fraction == 0 ? INFINITY : NAN)
                 : exponent == 0 ? ldexp(fraction, -24)
                                 : ldexp(1024 + fraction, exponent - 25);
  return bits >> 15 ? -value : value;
}

static double real(const uint8_t *row, uint16_t bits, size_t index) {
  uint16_t small;
  float single;
  double wide;
  switch (bits) {
    case 16: memcpy(&small, row + 2 * index, 2); return half(small);
    case 32: memcpy(&single, row + 4 * index, 4); return single;
    default: memcpy(&wide, row + 8 * index, 8); return wide;
  }
}

/// A whole number of 1 to 16 or of 32 bits; smaller ones are packed, the first in the highest.
static uint32_t whole(const uint8_t *row, uint16_t bits, size_t index) {
  uint16_t small;
  uint32_t wide;
  switch (bits) {
    case 8: return row[index];
    case 16: memcpy(&small, row + 2 * index, 2); return small;
    case 32: memcpy(&wide, row + 4 * index, 4); return wide;
    default: break;
  }
  uint32_t value = 0;
  for (size_t bit = index * bits; bit < (index + 1) * bits; bit++)
    value = value << 1 | (row[bit / 8] >> (7 - bit % 8) & 1);
  return value;
}

/// Sample `index` of a row, as the 8 or 16 bits that are delivered.
static uint16_t sample(const limpid_tiff_layout *layout, const uint8_t *row, size_t index) {
  uint16_t bits = layout->bits;
  uint32_t largest = layout->depth == 16 ? 65535 : 255;
  if (layout->format == SAMPLEFORMAT_IEEEFP) {
    double value = real(row, bits, index);
    return value > 0 ? (uint16_t)((value < 1 ? value : 1) * 65535 + 0.5) : 0;
  }
  uint32_t value = whole(row, bits, index);
  uint32_t top = bits == 32 ? UINT32_MAX : (1u << bits) - 1;
  if (layout->format == SAMPLEFORMAT_INT && layout->colours < LIMPID_TIFF_LAB) {
    // What is below zero is below black.
    top >>= 1;
    if (value > top) value = 0;
  }
  if (top == largest) return (uint16_t)value;
  return (uint16_t)(((uint64_t)value * largest + top / 2) / top);
}

static void put(const limpid_tiff_layout *layout, uint8_t *pixels, size_t index, uint16_t value) {
  if (layout->depth == 16)
    memcpy(pixels + 2 * index, &value, 2);
  else
    pixels[index] = (uint8_t)value;
}

void limpid_tiff_lay(const limpid_tiff_layout *layout, const uint8_t *row, uint32_t plane,
                     uint32_t count, uint32_t x, uint32_t y, uint8_t *pixels) {
  size_t samples = layout->is_planar ? 1 : layout->samples;
  size_t start = ((size_t)y * layout->width + x) * (size_t)layout->channels;
  unsigned largest = layout->depth == 16 ? 65535 : 255;
  for (size_t i = 0; i < count; i++) {
    for (size_t s = 0; s < samples; s++) {
      size_t target = start + i * (size_t)layout->channels + plane + s;
      if (layout->palette[0] != NULL) {
        uint32_t entry = whole(row, layout->bits, i);
        for (int c = 0; c < 3; c++)
          put(layout, pixels, target + (size_t)c,
              (uint16_t)(layout->palette[c][entry] >> layout->palette_shift));
        continue;
      }
      unsigned value = sample(layout, row, i * samples + s);
      size_t channel = plane + s;
      if (layout->is_inverted && channel == 0) value = largest - value;
      bool is_chroma = channel == 1 || channel == 2;
      if (layout->has_signed_chroma && is_chroma) value ^= (largest + 1) / 2;
      put(layout, pixels, target, (uint16_t)value);
    }
  }
}

void limpid_tiff_divide_by_alpha(const limpid_tiff_layout *layout, uint8_t *pixels) {
  size_t count = (size_t)layout->width * layout->height, channels = (size_t)layout->channels;
  uint32_t largest = layout->depth == 16 ? 65535 : 255;
  uint16_t bits = (uint16_t)layout->depth;
  for (size_t i = 0; i < count; i++) {
    uint32_t alpha = whole(pixels, bits, i * channels + channels - 1);
    if (alpha == 0) continue;
    for (size_t c = 0; c + 1 < channels; c++) {
      uint32_t value = (whole(pixels, bits, i * channels + c) * largest + alpha / 2) / alpha;
      put(layout, pixels, i * channels + c, (uint16_t)(value < largest ? value : largest));
    }
  }
}
