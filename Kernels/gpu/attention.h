// What the kernels of attention for GPUs share: which channels a group has, and which keys a query
// sees.
//
// A group has one part of PART of the channels of values; scores are formed over slices of SLICE of
// the channels of keys.
#ifndef LIMPID_GPU_ATTENTION_H
#define LIMPID_GPU_ATTENTION_H

#include "common/attention.h"

#ifndef SLICE
#define SLICE ((HEAD + 15) / 16 * 16)  // channels of keys in local memory
#endif
#ifndef PART
#define PART ((HEAD_VALUE + 15) / 16 * 16)  // channels of values of a group
#endif
#define SLICES ((HEAD + SLICE - 1) / SLICE)
#define PARTS ((HEAD_VALUE + PART - 1) / PART)

#define LOG2_E 1.44269504f
// Whether a query that sees so many keys, counted from the first one, sees key j.
#define SEES_BELOW(count, j) ((j) < (count) && SEES(j))

// How many keys a query sees, counted from the first one.
#define SEEN_BY(query) (CAUSAL ? min(begin + (query) + 1, keys) : keys)

#endif
