// Quantised weights as pairs of whole numbers of 16 bits, and sums of their products.
//
// A pair is the codes of two depths that lie 16 bits apart in a low word: those of `place` and
// `place` + PAIRS_OF_WORD. The pairs of a word follow each other by `place`.
#ifndef LIMPID_PAIRS_H
#define LIMPID_PAIRS_H

#define PAIRS ((BLOCK_LENGTH) / 2)
#define PAIRS_OF_WORD (CODES_OF_WORD / 2)
#define PAIRS_OF_GROUP ((GROUP_LENGTH) / 2)

// The largest weight, a code times a factor, and the largest operand with which the sum over a
// block stays within 32 bits.
#define HIGHEST_CODE ((1 << ((LOW_BITS) + (HIGH_BITS))) - 1 - (ZERO))
#define LARGEST_CODE (LOW_BITS == 8 ? 128 : (ZERO) > HIGHEST_CODE ? (ZERO) : HIGHEST_CODE)
#define LARGEST_FACTOR (GROUP_SHIFTS ? 63 : GROUP_SCALES ? 128 : 1)
#define LARGEST_SUMMED (0x7fffffff / ((BLOCK_LENGTH) * LARGEST_CODE * LARGEST_FACTOR))
#define LARGEST (LARGEST_SUMMED < 32767 ? LARGEST_SUMMED : 32767)

// Products and differences of pairs, and a sum of products of 32 bits in each lane. Both last forms
// become one or two instructions where a compiler knows the pattern, or has a builtin.
#define LOW_HALF(v) ((v) << 16 >> 16)
#define HIGH_HALF(v) ((v) >> 16)
#define JOINED_HALVES(low, high) ((low) & 0xffff | (high) << 16)
#ifdef PLAIN
static int16 pair_product(int16 a, int16 b) {
  return JOINED_HALVES(LOW_HALF(a) * LOW_HALF(b), HIGH_HALF(a) * HIGH_HALF(b));
}
static int16 pair_difference(int16 a, int b) {
  return JOINED_HALVES(LOW_HALF(a) - b, HIGH_HALF(a) - b);
}
static int16 add_products(int16 sum, int16 a, int16 b) {
  return sum + LOW_HALF(a) * LOW_HALF(b) + HIGH_HALF(a) * HIGH_HALF(b);
}
#else
typedef short shorts __attribute__((ext_vector_type(32)));
typedef int ints __attribute__((ext_vector_type(32)));
typedef short half_shorts __attribute__((ext_vector_type(16)));
#define AS_SHORTS(v) __builtin_astype(v, shorts)
#define AS_HALF(v) __builtin_astype(v, half_shorts)
static int16 pair_product(int16 a, int16 b) { return as_int16(AS_SHORTS(a) * AS_SHORTS(b)); }
static int16 pair_difference(int16 a, int b) {
  return as_int16(AS_SHORTS(a) - (shorts)((short)b));
}
static int16 add_products(int16 sum, int16 a, int16 b) {
#ifdef __AVX512BW__
  return sum + __builtin_ia32_pmaddwd512(AS_SHORTS(a), AS_SHORTS(b));
#elif defined(__AVX2__)
  const int8 low = __builtin_ia32_pmaddwd256(AS_HALF(a.lo), AS_HALF(b.lo));
  const int8 high = __builtin_ia32_pmaddwd256(AS_HALF(a.hi), AS_HALF(b.hi));
  return sum + (int16)(low, high);
#else
  const ints products = __builtin_convertvector(AS_SHORTS(a), ints) *
                        __builtin_convertvector(AS_SHORTS(b), ints);
  return sum + (products.even + products.odd);
#endif
}
#endif

// Pair `place` of a low word whose pairs begin at number `first` of the group, with the high word of
// the group. ZERO is not taken away.
static int16 code_pair(uint16 low, uint16 high, int first, int place) {
#if LOW_BITS == 8
  const int16 word = as_int16(low);
  return JOINED_HALVES(word << (24 - 8 * place) >> 24, word << (8 - 8 * place) >> 24);
#else
  int16 pair = as_int16(low >> (4 * place) & 0x000f000f);
#if HIGH_BITS
  const int mask = ((1 << HIGH_BITS) - 1) * 0x00010001;
  pair |= as_int16(high >> (HIGH_BITS * (first + place)) & mask) << 4;
#endif
  return pair;
#endif
}

// Runs BODY for every pair of a group of `record`, whose number in the group is `index`.
#if HIGH_BITS
#define HIGH_WORD(record, group) WORDS(record, HIGH_AT, group)
#else
#define HIGH_WORD(record, group) ((uint16)(0))
#endif
#define EACH_PAIR(record, group, BODY)                                                    \
  {                                                                                       \
    const uint16 high = HIGH_WORD(record, group);                                         \
    _Pragma("unroll") for (int word = 0; word < WORDS_OF_GROUP; ++word) {                 \
      const uint16 low = WORDS(record, LOW_AT, (group) * WORDS_OF_GROUP + word);          \
      _Pragma("unroll") for (int place = 0; place < PAIRS_OF_WORD; ++place) {             \
        const int index = word * PAIRS_OF_WORD + place;                                   \
        const int16 pair = code_pair(low, high, word * PAIRS_OF_WORD, place);             \
        BODY                                                                              \
      }                                                                                   \
    }                                                                                     \
  }
#if GROUP_SCALES
#define FACTOR(record, group) \
  convert_int16(vload16(group, (__global const char *)((record) + FACTORS_AT)))
#else
#define FACTOR(record, group) ((int16)(1))
#endif

// The weights of a record before the scale, PANEL words from a pair to the next.
static void unpack_pairs(__global const uchar *record, __private int *unpacked) {
  for (int group = 0; group < GROUPS; ++group) {
    const int16 factor = FACTOR(record, group);
    const int16 factors = JOINED_HALVES(factor, factor);
    __private int *target = unpacked + group * PAIRS_OF_GROUP * PANEL;
    EACH_PAIR(record, group, {
      const int16 weight = ZERO ? pair_difference(pair, ZERO) : pair;
      vstore16(GROUP_SCALES ? pair_product(weight, factors) : weight, 0, target + index * PANEL);
    })
  }
}

// The sum of the products of such weights with the pairs of an operand. ZERO is taken away from whole
// groups: times their sums.
static int16 block_sum(const __private int *x, const __private int *zeros,
                       __global const uchar *record) {
  int16 total = (int16)(0);
  for (int group = 0; group < GROUPS; ++group) {
    int16 sums[PAIRS_OF_WORD];
    for (int place = 0; place < PAIRS_OF_WORD; ++place) sums[place] = (int16)(0);
    EACH_PAIR(record, group, {
      sums[place] = add_products(sums[place], (int16)(x[group * PAIRS_OF_GROUP + index]), pair);
    })
    for (int place = 1; place < PAIRS_OF_WORD; ++place) sums[0] += sums[place];
    if (ZERO) sums[0] -= zeros[group];
    total += sums[0] * FACTOR(record, group);
  }
  return total;
}

// Writes 16 neighbouring whole numbers of 16 bits as pairs.
static void store_pairs(int16 v, __private int *target) {
#ifdef PLAIN
  int lanes[16];
  vstore16(v, 0, lanes);
  for (int i = 0; i < 8; ++i) {
    const int low = i / PAIRS_OF_WORD * CODES_OF_WORD + i % PAIRS_OF_WORD;
    target[i] = JOINED_HALVES(lanes[low], lanes[low + PAIRS_OF_WORD]);
  }
#elif LOW_BITS == 8
  vstore8(JOINED_HALVES(v.s014589cd, v.s2367abef), 0, target);
#else
  vstore8(JOINED_HALVES(v.s012389ab, v.s4567cdef), 0, target);
#endif
}

#endif
