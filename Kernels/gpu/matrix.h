// Matrix instructions of NVIDIA devices for 32 lanes, through inline PTX: products of half with
// float sums, loads of their operands, and copies to local memory that run beside arithmetic.
//
// With MATRIX 0 the same functions are computed by exchange between the lanes: slower by far, for
// checks of the kernels on devices without such instructions. The fragments are those of
// mma.m16n8k16; lane l = 4 g + t holds
//   a: rows g and g + 8, depths 2 t, 2 t + 1 and 8 more: x (g, low), y (g + 8, low), z (g, high),
//      w (g + 8, high), two halves each
//   b: column g, depths 2 t, 2 t + 1 and 8 more: low, high
//   c: x (g, 2 t), y (g, 2 t + 1), z (g + 8, 2 t), w (g + 8, 2 t + 1)
// Every lane of the group must call these functions, the same ones in the same order.
#ifndef LIMPID_MATRIX_H
#define LIMPID_MATRIX_H

#include "gpu/lanes.h"

#ifndef MATRIX
#define MATRIX 0  // 0: emulated; inline PTX with local addresses 1: as they are, 2: converted
#endif

#if MATRIX
#define EXCHANGE_PARAMETER
#define EXCHANGE_ARGUMENT
#define EXCHANGE_SPACE
#define UNROLLED _Pragma("unroll")

#if MATRIX == 1
static uint local_address(const __local void *p) { return (uint)(size_t)p; }
#else
static uint local_address(const __local void *p) {
  uint address;
  asm volatile("{ .reg .u64 wide; cvta.to.shared.u64 wide, %1; cvt.u32.u64 %0, wide; }"
               : "=r"(address) : "l"(p));
  return address;
}
#endif

// c + a b, the 16 products of each sum in no particular order.
static float4 matrix_multiply(float4 c, uint4 a, uint low, uint high) {
  float c0 = c.x, c1 = c.y, c2 = c.z, c3 = c.w;
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 "
               "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
               : "+f"(c0), "+f"(c1), "+f"(c2), "+f"(c3)
               : "r"(a.x), "r"(a.y), "r"(a.z), "r"(a.w), "r"(low), "r"(high));
  return (float4)(c0, c1, c2, c3);
}

// Two numbers as halves, the first one in the low bits.
static uint half_bits(float2 v) {
  uint bits;
  asm volatile("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(bits) : "f"(v.y), "f"(v.x));
  return bits;
}

// Four matrices of 8 rows of 8 halves: lanes 8 m ... 8 m + 7 name the rows of matrix m, by their
// place in `slice`; lane 4 g + t gets halves 2 t and 2 t + 1 of row g of each.
static uint4 matrix_load(const __local uint4 *slice, int place) {
  uint r0, r1, r2, r3;
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(r0), "=r"(r1), "=r"(r2), "=r"(r3)
               : "r"(local_address(slice + place)) : "memory");
  return (uint4)(r0, r1, r2, r3);
}

// The same, transposed: lane 4 g + t gets half g of rows 2 t and 2 t + 1.
static uint4 matrix_load_transposed(const __local uint4 *slice, int place) {
  uint r0, r1, r2, r3;
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(r0), "=r"(r1), "=r"(r2), "=r"(r3)
               : "r"(local_address(slice + place)) : "memory");
  return (uint4)(r0, r1, r2, r3);
}

// Starts to copy 16 bytes, or zeros; `from` must be a valid address either way.
static void copy_start(__local uint4 *to, __global const half *from, int is_inside) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;"
               :: "r"(local_address(to)), "l"(from), "r"(is_inside ? 16 : 0) : "memory");
}

// Closes a batch of copies, and waits until at most PENDING batches (a literal) are under way.
#define COPY_COMMIT asm volatile("cp.async.commit_group;" ::: "memory");
#define COPY_WAIT(PENDING) asm volatile("cp.async.wait_group %0;" :: "n"(PENDING) : "memory");

#else
#if SUBGROUPS
#define EXCHANGE_PARAMETER
#define EXCHANGE_ARGUMENT
#define EXCHANGE_SPACE
#define READ(value, lane) lane_read(value, lane, 0)
#else
#define EXCHANGE_PARAMETER , __local uint *exchange
#define EXCHANGE_ARGUMENT , exchange
#define EXCHANGE_SPACE __local uint exchange[THREADS];
#define READ(value, lane) lane_read(value, lane, exchange)
#endif
#define UNROLLED

static float2 halves(uint bits) { return vload_half2(0, (const __private half *)&bits); }

static uint half_bits(float2 v) {
  uint bits;
  vstore_half2_rte(v, 0, (__private half *)&bits);
  return bits;
}

// Inlined, since PoCL 3.1 passes a wrong address of the kernel's local memory to a function.
__attribute__((always_inline))
static float4 matrix_multiply(float4 c, uint4 a, uint low, uint high EXCHANGE_PARAMETER) {
  const int lane = (int)get_local_id(0) % LANES, g = lane / 4, t = lane % 4;
  for (int part = 0; part < 2; ++part)
    for (int s = 0; s < 4; ++s) {
      const float2 upper = halves(READ(part ? a.z : a.x, 4 * g + s));
      const float2 lower = halves(READ(part ? a.w : a.y, 4 * g + s));
      const float2 left = halves(READ(part ? high : low, 8 * t + s));
      const float2 right = halves(READ(part ? high : low, 8 * t + 4 + s));
      c.x = fma(upper.y, left.y, fma(upper.x, left.x, c.x));
      c.y = fma(upper.y, right.y, fma(upper.x, right.x, c.y));
      c.z = fma(lower.y, left.y, fma(lower.x, left.x, c.z));
      c.w = fma(lower.y, right.y, fma(lower.x, right.x, c.w));
    }
  return c;
}

static uint4 matrix_load(const __local uint4 *slice, int place EXCHANGE_PARAMETER) {
  const int lane = (int)get_local_id(0) % LANES, g = lane / 4, t = lane % 4;
  uint rows[4];
  for (int m = 0; m < 4; ++m)
    rows[m] = ((const __local uint *)(slice + READ((uint)place, 8 * m + g)))[t];
  return vload4(0, rows);
}

static uint4 matrix_load_transposed(const __local uint4 *slice, int place EXCHANGE_PARAMETER) {
  const int lane = (int)get_local_id(0) % LANES, g = lane / 4, t = lane % 4;
  uint rows[4];
  for (int m = 0; m < 4; ++m) {
    const uint first = READ((uint)place, 8 * m + 2 * t), second = READ((uint)place, 8 * m + 2 * t + 1);
    rows[m] = ((const __local ushort *)(slice + first))[g] |
              (uint)((const __local ushort *)(slice + second))[g] << 16;
  }
  return vload4(0, rows);
}

static void copy_start(__local uint4 *to, __global const half *from, int is_inside) {
  *to = is_inside ? *(__global const uint4 *)from : (uint4)(0);
}

#define COPY_COMMIT
#define COPY_WAIT(PENDING)

#endif

#endif
