// Whether the exchange between work-items that SUBGROUPS names works on a device: every work-item
// writes 1 when it found what it expected.
//
// Index map: one work-group of 64 work-items.
#include "tiled/lanes.h"

__attribute__((reqd_work_group_size(64, 1, 1))) LANES_ATTRIBUTE
__kernel void exchange(__global int *verdicts) {
  __local uint integers[64];
  __local float floats[64];
  const int item = (int)get_local_id(0), lane = item % LANES;
  const uint rotated = lane_read(1000 + item, (lane + 5) % LANES, integers);
  const float partner = partner_read((float)item, 8, floats);
  const float far = partner_read((float)item, 32, floats);
  verdicts[item] = rotated == (uint)(1000 + item - lane + (lane + 5) % LANES) &&
                   partner == (float)(item ^ 8) && far == (float)(item ^ 32);
}
