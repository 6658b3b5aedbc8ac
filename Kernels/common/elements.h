// How a tensor lies in memory, and the vectors that the kernels compute with.
//
// A tensor is rows of padded channels: element (row, channel) is p[row * lanes + channel], lanes
// being the channels rounded up to 16, the padding zero. Storage is float or half; arithmetic is
// always float. Nothing here needs cl_khr_fp16.
#ifndef LIMPID_ELEMENTS_H
#define LIMPID_ELEMENTS_H

// A product and a sum are rounded separately unless fma() says otherwise, on every runtime.
#pragma OPENCL FP_CONTRACT OFF

#ifndef HALF_STORAGE
#define HALF_STORAGE 0  // 1: elements are half
#endif
// Defined for a checker that lacks clang's builtins and mistakes some swizzles: the same numbers
// by plainer means.
// #define PLAIN
#ifndef WIDTH
#define WIDTH 16  // channels per vector: 16 for wide-vector CPUs, 4 for GPUs
#endif

// Before a kernel: on CPUs its groups have one work-item, which computes whole vectors. So nothing
// is compiled for other groups, and no compiler makes vectors of neighbouring work-items, which takes
// it ten times as long as all the rest.
#if WIDTH == 16
#define GROUP_OF_ONE __attribute__((reqd_work_group_size(1, 1, 1), vec_type_hint(float16)))
#else
#define GROUP_OF_ONE
#endif

#define PASTED_(a, b) a##b
#define PASTED(a, b) PASTED_(a, b)
#define VEC PASTED(float, WIDTH)
#define VEC_INT PASTED(int, WIDTH)
#define AS_VEC PASTED(as_float, WIDTH)
#define AS_VEC_INT PASTED(as_int, WIDTH)

// The vector of floats at p[i] ...
#define LOADF(p, i) PASTED(vload, WIDTH)(0, (p) + (i))
#define STOREF(v, p, i) PASTED(vstore, WIDTH)(v, 0, (p) + (i))

// ... and of elements; LOAD1 and STORE1 take a single one.
#if HALF_STORAGE
typedef half element;
#define LOADV(p, i) PASTED(vload_half, WIDTH)(0, (p) + (i))
#define STOREV(v, p, i) PASTED(PASTED(vstore_half, WIDTH), _rte)(v, 0, (p) + (i))
#define LOAD1(p, i) vload_half(0, (p) + (i))
#define STORE1(v, p, i) vstore_half_rte(v, 0, (p) + (i))
#else
typedef float element;
#define LOADV(p, i) LOADF(p, i)
#define STOREV(v, p, i) STOREF(v, p, i)
#define LOAD1(p, i) ((p)[i])
#define STORE1(v, p, i) ((p)[i] = (v))
#endif
#if WIDTH == 16
#define LOAD16(p, i) LOADV(p, i)
#define STORE16(v, p, i) STOREV(v, p, i)
#endif

// GPUs read and write a vector in one go when they are told that it is aligned, as every vector of
// a tensor is.
#if WIDTH == 4
#undef LOADV
#undef STOREV
#if HALF_STORAGE
static float4 loaded(__global const half *p) {
  const uint2 bits = *(__global const uint2 *)p;
  return vload_half4(0, (const __private half *)&bits);
}
static void store(float4 v, __global half *p) {
  uint2 bits;
  vstore_half4(v, 0, (__private half *)&bits);
  *(__global uint2 *)p = bits;
}
#define LOADV(p, i) loaded((p) + (i))
#define STOREV(v, p, i) store(v, (p) + (i))
#else
#define LOADV(p, i) (*(__global const float4 *)((p) + (i)))
#define STOREV(v, p, i) (*(__global float4 *)((p) + (i)) = (v))
#endif
#endif

// Stores as usual or, where it `streams`, past the caches: for results that are too large to be
// found there again. p is aligned to a vector; half elements are stored as usual. What is volatile
// keeps compilers from making one usual store of the two.
#if HALF_STORAGE || defined(PLAIN)
#define PUTV(v, p, i, streams) STOREV(v, p, i);
#else
#define PUTV(v, p, i, streams)                                    \
  if (streams)                                                    \
    __builtin_nontemporal_store(v, (__global VEC *)((p) + (i)));  \
  else                                                            \
    *(volatile __global VEC *)((p) + (i)) = v;
#endif

// Start to bring p[i] close, to be read or to be written soon. They never change a result.
#ifdef PLAIN
#define FETCH(p, i)
#define FETCH_TARGET(p, i)
#elif defined(__x86_64__) || defined(__aarch64__) || defined(cl_intel_subgroups)
#define FETCH(p, i) __builtin_prefetch((p) + (i));
#define FETCH_TARGET(p, i) __builtin_prefetch((p) + (i), 1, 2);
#else
// Mesa's translator does not know clang's builtin, and OpenCL C has no half to fetch.
#define FETCH(p, i) prefetch((__global const ushort *)((p) + (i)), 1);
#define FETCH_TARGET(p, i)
#endif

// The sum of all lanes, always by the same tree: halves are added to each other.
static float lane_sum(VEC v) {
#if WIDTH == 16 && defined(PLAIN)
  float lanes[16];
  vstore16(v, 0, lanes);
  const float8 octet = vload8(0, lanes) + vload8(1, lanes);
  const float4 quad = octet.lo + octet.hi;
#elif WIDTH == 16
  const float8 octet = v.lo + v.hi;
  const float4 quad = octet.lo + octet.hi;
#else
  const float4 quad = v;
#endif
  const float2 pair = quad.lo + quad.hi;
  return pair.lo + pair.hi;
}

// The number of every lane.
#if WIDTH == 16
#define LANES ((VEC_INT)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
#else
#define LANES ((VEC_INT)(0, 1, 2, 3))
#endif

// v with zeros in the lanes whose channel, first + lane, is not below `count`.
static VEC masked(VEC v, int first, int count) {
  return LANES < (VEC_INT)(count - first) ? v : (VEC)(0.0f);
}

#endif
