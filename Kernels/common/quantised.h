// Quantised weights, unpacked as they are read.
//
// A panel of NV vectors of columns lies as [block][vector][record]. A record holds the codes of
// BLOCK_LENGTH depths of 16 columns, column after column within each part:
//
//   half scale[16], and with GROUP_SHIFTS half shift[16];
//   with GROUP_SCALES char factor[groups][16] for the scales, then with GROUP_SHIFTS for the shifts;
//   uint low[BLOCK_LENGTH * LOW_BITS / 32][16], uint high[BLOCK_LENGTH * HIGH_BITS / 32][16].
//
// A word holds the bits of neighbouring depths, the first one's lowest. The high bits of a group are
// one word: of every eight depths the first four have theirs in its lower half, the others in its
// upper one. A weight is
// (code - ZERO) * scale * factor - shift * factor, where a code of 8 bits has a sign.
#ifndef LIMPID_QUANTISED_H
#define LIMPID_QUANTISED_H

#ifndef QUANTISED
// Q8_0.
#define BLOCK_LENGTH 32
#define GROUP_LENGTH 32
#define GROUP_SCALES 0
#define GROUP_SHIFTS 0
#define LOW_BITS 8
#define HIGH_BITS 0
#define ZERO 0
#endif

#define GROUPS ((BLOCK_LENGTH) / (GROUP_LENGTH))
#define FACTORS_AT (32 * (1 + GROUP_SHIFTS))
#define LOW_AT (FACTORS_AT + 16 * GROUPS * (GROUP_SCALES + GROUP_SHIFTS))
#define HIGH_AT (LOW_AT + 2 * (BLOCK_LENGTH) * (LOW_BITS))
#define RECORD (HIGH_AT + 2 * (BLOCK_LENGTH) * (HIGH_BITS))

#define CODES_OF_WORD (32 / (LOW_BITS))
#define WORDS_OF_GROUP ((GROUP_LENGTH) / CODES_OF_WORD)
// Code number `place` of a low word, as INTS, and bits number `place` of a high one.
#if LOW_BITS == 8
#define LOW_CODE(INTS, word, place) (INTS((word) << (24 - 8 * (place))) >> 24)
#else
#define LOW_CODE(INTS, word, place) INTS((word) >> (4 * (place)) & 15)
#endif
#define HIGH_CODE(INTS, word, place) \
  INTS(((word) >> HIGH_PLACE(place) & ((1 << (HIGH_BITS)) - 1)) << 4)
#define HIGH_PLACE(place) \
  ((place) / 4 % 2 * 16 + ((place) / 8 * 4 + (place) % 4) * (HIGH_BITS))

#if WIDTH == 16
#define WORDS(record, at, i) vload16(i, (__global const uint *)((record) + (at)))
#define HALVES(record, at) vload_half16(0, (__global const half *)((record) + (at)))
#define FACTORS(record, i) \
  convert_float16(vload16(i, (__global const char *)((record) + FACTORS_AT)))

// Depths `begin` to before `begin` + `count` of a panel as floats [depth][vector]; both are whole
// groups.
static void unpack_panel(__global const uchar *panel, int begin, int count,
                         __private float *unpacked) {
  for (int depth = begin; depth < begin + count; depth += GROUP_LENGTH) {
    const int group = depth % (BLOCK_LENGTH) / (GROUP_LENGTH);
    for (int v = 0; v < NV; ++v) {
      __global const uchar *record = panel + (size_t)(depth / (BLOCK_LENGTH) * NV + v) * RECORD;
      float16 scale = HALVES(record, 0);
#if GROUP_SCALES
      scale *= FACTORS(record, group);
#endif
#if GROUP_SHIFTS
      const float16 shift = -(HALVES(record, 32) * FACTORS(record, GROUPS + group));
#else
      const float16 shift = (float)-(ZERO) * scale;
#endif
#if HIGH_BITS
      const uint16 high = WORDS(record, HIGH_AT, group);
#endif
      __private float *target = unpacked + (depth - begin) * PANEL + v * 16;
      for (int word = 0; word < WORDS_OF_GROUP; ++word) {
        const uint16 low = WORDS(record, LOW_AT, group * WORDS_OF_GROUP + word);
#pragma unroll
        for (int place = 0; place < CODES_OF_WORD; ++place) {
          const int index = word * CODES_OF_WORD + place;
          int16 code = LOW_CODE(as_int16, low, place);
#if HIGH_BITS
          code |= HIGH_CODE(as_int16, high, index);
#endif
          STOREF(fma(convert_float16(code), scale, shift), target, index * PANEL);
        }
      }
    }
  }
}
#endif

#endif
