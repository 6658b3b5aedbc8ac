// What kernels share as bytes, for embedded.c.
#ifndef LIMPID_EMBEDDED_COMMON_H
#define LIMPID_EMBEDDED_COMMON_H

BYTES common_elements[] = {
#embed "common/elements.h"
};
BYTES common_activations[] = {
#embed "common/activations.h"
};
BYTES common_attention[] = {
#embed "common/attention.h"
};
BYTES common_row_statistics[] = {
#embed "common/row_statistics.h"
};
BYTES common_tile[] = {
#embed "common/tile.h"
};
BYTES common_window[] = {
#embed "common/window.h"
};
BYTES common_window_places[] = {
#embed "common/window_places.h"
};
BYTES common_quantised[] = {
#embed "common/quantised.h"
};
BYTES common_winograd[] = {
#embed "common/winograd.h"
};
BYTES common_pairs[] = {
#embed "common/pairs.h"
};
BYTES common_digits[] = {
#embed "common/digits.h"
};
BYTES common_transpose[] = {
#embed "common/transpose.h"
};

#endif
