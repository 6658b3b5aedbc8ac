// Matrix instructions of NVIDIA's Hopper for a warpgroup, 128 neighbouring work-items: products of
// half with float sums whose operands lie in local memory, and which run beside what follows them.
//
// NVIDIA's compiler for OpenCL C knows sm_90 and refuses these instructions, which are of sm_90a.
// So they stand here as comments with real operands, which it passes on to its PTX, and the host
// takes the comment sign away (PTXSplice.swift). Until that is done NOT_SPLICED is true.
//
// A slice is rows of BK halves: chunk c of 16 bytes of row r is at place c ^ SWIZZLE(r). A
// descriptor names its rows from a multiple of 8 on: bits 0 ... 13 are their address, 16 ... 29 are
// not used in this layout, 32 ... 45 the distance of runs of 8 rows, all of them in 16 bytes; bits
// 62 and 63 say whether a row has 128 bytes (1) or 64 (2). Adding 2 goes on to the next 16 depths.
//
// Lane 4 g + t of warp w has the sums of rows 16 w + g and 16 w + g + 8: for run j of 8 columns
// sums[4 j] and sums[4 j + 1] are columns 2 t and 2 t + 1 of the first, the next two of the second.
//
// With MATRIX 0 plain C computes the same from the same descriptors, as late as it is allowed.
// Every work-item of the group must come by these macros, the same ones in the same order.
//
// A kernel for sm_90 may declare 48 KiB of local memory, one for sm_90a may have 227. So SLICE_SPACE
// declares little, and says in a comment how much is wanted, which the host then puts in its place.
#ifndef LIMPID_WARPGROUP_H
#define LIMPID_WARPGROUP_H

#include "gpu/matrix.h"

#ifndef BN
#define BN 128  // rows of the second slice
#endif
#ifndef BK
#define BK 64  // depths of a slice: 32 or 64
#endif

#define WARPGROUP 128  // work-items
#define SWIZZLE(r) ((r) / (64 / BK) % (BK / 8))

static ulong slice_descriptor(uint address) {
  return (ulong)(address >> 4 & 0x3fff) | 1ul << 16 | (ulong)BK << 32 |
         (ulong)(BK == 64 ? 1 : 2) << 62;
}

#ifndef ENLARGED_LATER
#define ENLARGED_LATER MATRIX  // whether the declared local memory is to be enlarged
#endif
#define DECLARED_UNITS(count) (ENLARGED_LATER ? 64 : (count))

#if MATRIX
#define SPLICED "//spliced "
#define PRODUCT_SPACE
// `slices`, an array of `count` uint4 in local memory. That it is longer than declared is hidden
// from the compiler, which might rely on it otherwise.
#define SLICE_SPACE(count)                                                              \
  __local uint4 declared[DECLARED_UNITS(count)] __attribute__((aligned(1024)));         \
  __local uint4 *slices = declared;                                                     \
  asm volatile(SPLICED "slices %1;" : "+l"(slices) : "n"((count) * 16) : "memory");
#define SLICE_ADDRESS(slices) local_address(slices)
#define NOT_SPLICED not_spliced()

static int not_spliced(void) {
  uint is_spliced = 0;
  asm volatile(SPLICED "mov.u32 %0, 1;" : "+r"(is_spliced));
  return is_spliced == 0;
}

// Shows the products what this work-item wrote to local memory; a barrier must follow.
#define PRODUCT_PUBLISH asm volatile(SPLICED "fence.proxy.async.shared::cta;" ::: "memory");

// Waits until at most PENDING products (a literal) are under way.
#define PRODUCT_WAIT(PENDING) \
  asm volatile(SPLICED "wgmma.wait_group.sync.aligned %0;" ::"n"(PENDING) : "memory");

// Waits for all products; only then may the sums be read.
#define PRODUCT_FINISH \
  PRODUCT_WAIT(0)      \
  asm volatile("" : PASTED(EIGHTS_, BN)(SUM_PLACES, COMMA)::"memory");

// Calls M with the numbers of the sums of BN columns, in eights, and C() in between.
#define EIGHTS_16(M, C) M(2, 3, 4, 5, 6, 7, 8, 9)
#define EIGHTS_32(M, C) EIGHTS_16(M, C) C() M(10, 11, 12, 13, 14, 15, 16, 17)
#define EIGHTS_48(M, C) EIGHTS_32(M, C) C() M(18, 19, 20, 21, 22, 23, 24, 25)
#define EIGHTS_64(M, C) EIGHTS_48(M, C) C() M(26, 27, 28, 29, 30, 31, 32, 33)
#define EIGHTS_80(M, C) EIGHTS_64(M, C) C() M(34, 35, 36, 37, 38, 39, 40, 41)
#define EIGHTS_96(M, C) EIGHTS_80(M, C) C() M(42, 43, 44, 45, 46, 47, 48, 49)
#define EIGHTS_112(M, C) EIGHTS_96(M, C) C() M(50, 51, 52, 53, 54, 55, 56, 57)
#define EIGHTS_128(M, C) EIGHTS_112(M, C) C() M(58, 59, 60, 61, 62, 63, 64, 65)
#define EIGHTS_144(M, C) EIGHTS_128(M, C) C() M(66, 67, 68, 69, 70, 71, 72, 73)
#define EIGHTS_160(M, C) EIGHTS_144(M, C) C() M(74, 75, 76, 77, 78, 79, 80, 81)
#define EIGHTS_176(M, C) EIGHTS_160(M, C) C() M(82, 83, 84, 85, 86, 87, 88, 89)
#define EIGHTS_192(M, C) EIGHTS_176(M, C) C() M(90, 91, 92, 93, 94, 95, 96, 97)
#define EIGHTS_208(M, C) EIGHTS_192(M, C) C() M(98, 99, 100, 101, 102, 103, 104, 105)
#define EIGHTS_224(M, C) EIGHTS_208(M, C) C() M(106, 107, 108, 109, 110, 111, 112, 113)
#define EIGHTS_240(M, C) EIGHTS_224(M, C) C() M(114, 115, 116, 117, 118, 119, 120, 121)
#define EIGHTS_256(M, C) EIGHTS_240(M, C) C() M(122, 123, 124, 125, 126, 127, 128, 129)
#define COMMA() ,
#define COMMA_TEXT() ", "
#define SUM_TEXTS(a, b, c, d, e, f, g, h) \
  "%" #a ", %" #b ", %" #c ", %" #d ", %" #e ", %" #f ", %" #g ", %" #h
#define SUM_PLACES(a, b, c, d, e, f, g, h)                                             \
  "+f"(sums[a - 2]), "+f"(sums[b - 2]), "+f"(sums[c - 2]), "+f"(sums[d - 2]),          \
      "+f"(sums[e - 2]), "+f"(sums[f - 2]), "+f"(sums[g - 2]), "+f"(sums[h - 2])
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
#define MULTIPLY "wgmma.mma_async.sync.aligned.m64n" TEXT(BN) "k16.f32.f16.f16 "

// Starts to add the products of the 64 rows of descriptor `first` and the BN rows of `second`. What
// was done to the sums is done before the fence.
#define PRODUCT_START(first, second)                                                     \
  asm volatile("" : PASTED(EIGHTS_, BN)(SUM_PLACES, COMMA)::"memory");                   \
  asm volatile(SPLICED "wgmma.fence.sync.aligned;" ::: "memory");                        \
  UNROLLED                                                                               \
  for (int step = 0; step < BK / 16; ++step) {                                           \
    ulong a = (first) + step * 2, b = (second) + step * 2;                               \
    asm volatile(SPLICED "{ .reg .pred p; setp.ne.b32 p, 1, 0; " MULTIPLY                \
                 "{" PASTED(EIGHTS_, BN)(SUM_TEXTS, COMMA_TEXT) "}, %0, %1, p, 1, 1, 0, 0; }" \
                 : "+l"(a), "+l"(b), PASTED(EIGHTS_, BN)(SUM_PLACES, COMMA)              \
                 :: "memory");                                                           \
  }                                                                                      \
  asm volatile(SPLICED "wgmma.commit_group.sync.aligned;" ::: "memory");

#else
#define SLICE_SPACE(count) \
  __local uint4 slices[DECLARED_UNITS(count)] __attribute__((aligned(1024)));
#define PRODUCT_SPACE \
  ulong2 products[2]; \
  int products_under_way = 0;
#define SLICE_ADDRESS(slices) 0
#ifndef NOT_SPLICED
#define NOT_SPLICED 0  // 1: as if nobody had spliced, for checks
#endif
#define PRODUCT_PUBLISH
#define PRODUCT_START(first, second) products[products_under_way++] = (ulong2)(first, second);
#define PRODUCT_WAIT(PENDING)                                 \
  for (; products_under_way > (PENDING); --products_under_way) { \
    multiply_slices(sums, slices, products[0]);               \
    products[0] = products[1];                                \
  }
#define PRODUCT_FINISH PRODUCT_WAIT(0)

// What a descriptor's product reads at a row and a depth. The swizzle is one of addresses: it mixes
// the number of the row within its run into that of the chunk.
static float operand(const __local uint4 *slices, ulong descriptor, int row, int depth) {
  const uint row_bytes = descriptor >> 62 == 1 ? 128 : 64;
  const uint run_bytes = (uint)(descriptor >> 32 & 0x3fff) << 4;
  const uint start = (uint)(descriptor & 0x3fff) << 4;
  const uint place = start + row / 8 * run_bytes + row % 8 * row_bytes + depth * 2;
  return vload_half((place ^ (place >> 3 & (row_bytes - 16))) / 2, (const __local half *)slices);
}

// Inlined, since PoCL 3.1 passes a wrong address of the kernel's local memory to a function.
__attribute__((always_inline))
static void multiply_slices(float *sums, const __local uint4 *slices, ulong2 descriptors) {
  const int item = (int)get_local_id(0), g = item % LANES / 4, t = item % 4;
  const int row = item % WARPGROUP / LANES * 16 + g;
  for (int depth = 0; depth < BK; ++depth) {
    const ulong a = descriptors.x + depth / 16 * 2, b = descriptors.y + depth / 16 * 2;
    const float upper = operand(slices, a, row, depth % 16);
    const float lower = operand(slices, a, row + 8, depth % 16);
    for (int i = 0; i < BN / 4; ++i) {
      const float right = operand(slices, b, i / 2 * 8 + t * 2 + i % 2, depth % 16);
      const int place = i / 2 * 4 + i % 2;
      sums[place] = fma(upper, right, sums[place]);
      sums[place + 2] = fma(lower, right, sums[place + 2]);
    }
  }
}

#endif

#endif
