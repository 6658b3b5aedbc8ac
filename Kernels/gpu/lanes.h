// Exchange of numbers between the work-items of a group.
//
// Work-items come in runs of 32 neighbours ("lanes"), which are a hardware sub-group where
// SUBGROUPS says so; otherwise they exchange through local memory. The numbers are the same.
// Every work-item of the group must call these functions, the same ones in the same order.
#ifndef LIMPID_LANES_H
#define LIMPID_LANES_H

#ifndef SUBGROUPS
#define SUBGROUPS 0  // 0: none, 1: 32 lanes through inline PTX, 2: 32 lanes through an extension
#endif

#define LANES 32

#if SUBGROUPS == 1
#ifndef __NV_CL_C_VERSION
#define asm __asm__
#endif
#define LANES_ATTRIBUTE
#elif SUBGROUPS == 2
#define LANES_ATTRIBUTE __attribute__((intel_reqd_sub_group_size(32)))
#else
#define LANES_ATTRIBUTE
#endif

// The number that `lane` of the same run holds. `exchange` has one number for each work-item.
static uint lane_read(uint value, int lane, __local uint *exchange) {
#if SUBGROUPS == 1
  uint other;
  asm volatile("shfl.sync.idx.b32 %0, %1, %2, 31, 0xffffffff;"
               : "=r"(other) : "r"(value), "r"(lane));
  return other;
#elif SUBGROUPS == 2
  return intel_sub_group_shuffle(value, (uint)lane);
#else
  const int item = (int)get_local_id(0);
  exchange[item] = value;
  barrier(CLK_LOCAL_MEM_FENCE);
  const uint other = exchange[item / LANES * LANES + lane];
  barrier(CLK_LOCAL_MEM_FENCE);
  return other;
#endif
}

// The number that the work-item holds whose place in the group differs in the bits of `mask`, a
// constant.
static float partner_read(float value, int mask, __local float *exchange) {
#if SUBGROUPS == 1
  if (mask < LANES) {
    float other;
    asm volatile("shfl.sync.bfly.b32 %0, %1, %2, 31, 0xffffffff;"
                 : "=f"(other) : "f"(value), "r"(mask));
    return other;
  }
#elif SUBGROUPS == 2
  if (mask < LANES) return intel_sub_group_shuffle_xor(value, (uint)mask);
#endif
  const int item = (int)get_local_id(0);
  exchange[item] = value;
  barrier(CLK_LOCAL_MEM_FENCE);
  const float other = exchange[item ^ mask];
  barrier(CLK_LOCAL_MEM_FENCE);
  return other;
}

// The sum and the largest over runs of `team` work-items, a power of two; each item of the run
// gets the same bits: neighbours are joined first, then pairs of neighbours, and so on.
static float team_sum(float value, int team, __local float *exchange) {
  for (int mask = 1; mask < team; mask *= 2) value = value + partner_read(value, mask, exchange);
  return value;
}

static float team_largest(float value, int team, __local float *exchange) {
  for (int mask = 1; mask < team; mask *= 2)
    value = fmax(value, partner_read(value, mask, exchange));
  return value;
}

#endif
