// What the kernels of attention for GPUs share: which channels a group has, and which keys a query
// sees.
//
// A group has one part of PART of the channels of values; scores are formed over slices of SLICE of
// the channels of keys.
#ifndef LIMPID_GPU_ATTENTION_H
#define LIMPID_GPU_ATTENTION_H

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
#ifndef SLICE
#define SLICE ((HEAD + 15) / 16 * 16)  // channels of keys in local memory
#endif
#ifndef PART
#define PART ((HEAD_VALUE + 15) / 16 * 16)  // channels of values of a group
#endif
#define SLICES ((HEAD + SLICE - 1) / SLICE)
#define PARTS ((HEAD_VALUE + PART - 1) / PART)

#define LOG2_E 1.44269504f
// Where no score is seen yet, and a score that is not seen: 2^(UNSEEN - LOWEST) is 0.
#define LOWEST -1.0e38f
#define UNSEEN -3.0e38f

#if MASKED
#define MASK_PARAMETER __global const float *mask,
#define SEES(j, count) ((j) < (count) && mask[image * keys + (j)] != 0.0f)
#else
#define MASK_PARAMETER
#define SEES(j, count) ((j) < (count))
#endif

#if STARTS_LATER
#define BEGIN_PARAMETER __global const float *begins,
#define BEGIN (int)clamp(begins[image], 0.0f, (float)(keys - 1))
#else
#define BEGIN_PARAMETER
#define BEGIN 0
#endif

// How many keys a query sees, counted from the first one.
#define SEEN_BY(query) (CAUSAL ? min(begin + (query) + 1, keys) : keys)

#endif
