// What every kernel of attention is told: channels, and which keys a query sees.
//
// The kernel calls its parameters `mask`, `begins` and `keys`, and the number of its image `image`.
#ifndef LIMPID_COMMON_ATTENTION_H
#define LIMPID_COMMON_ATTENTION_H

#ifndef HEAD
#define HEAD 40  // channels of a head of q and k
#endif
#ifndef HEAD_VALUE
#define HEAD_VALUE HEAD  // channels of a head of v
#endif
#ifndef CAUSAL
#define CAUSAL 0  // 1: query number i sees keys 0 ... i only
#endif
#ifndef MASKED
#define MASKED 0  // 1: keys whose mask is 0 are not seen
#endif
#ifndef STARTS_LATER
#define STARTS_LATER 0  // 1: query i of image n has the number begins[n] + i among the keys
#endif

// Where no score is seen yet, and a score that is not seen: 2^(UNSEEN - LOWEST) is 0.
#define LOWEST -1.0e38f
#define UNSEEN -3.0e38f

#if MASKED
#define MASK_PARAMETER __global const float *mask,
#define SEES(j) (mask[image * keys + (j)] != 0.0f)
#else
#define MASK_PARAMETER
#define SEES(j) 1
#endif

#if STARTS_LATER
#define BEGIN_PARAMETER __global const float *begins,
#define BEGIN (int)clamp(begins[image], 0.0f, (float)(keys - 1))
#else
#define BEGIN_PARAMETER
#define BEGIN 0
#endif

#endif
