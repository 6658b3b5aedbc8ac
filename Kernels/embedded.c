// The kernel files and the tables of their tuning as bytes. A new file needs one line here.
#include "CKernels.h"

#define BYTES static const unsigned char

BYTES common_elements[] = {
#embed "common/elements.h"
};
BYTES common_activations[] = {
#embed "common/activations.h"
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
BYTES common_digits[] = {
#embed "common/digits.h"
};
BYTES common_transpose[] = {
#embed "common/transpose.h"
};
BYTES portable_chain[] = {
#embed "portable/chain.cl"
};
BYTES portable_movement[] = {
#embed "portable/movement.cl"
};
BYTES portable_clear[] = {
#embed "portable/clear.cl"
};
BYTES portable_padding[] = {
#embed "portable/padding.cl"
};
BYTES portable_resize[] = {
#embed "portable/resize.cl"
};
BYTES portable_softmax[] = {
#embed "portable/softmax.cl"
};
BYTES portable_matmul[] = {
#embed "portable/matmul.cl"
};
BYTES portable_mean[] = {
#embed "portable/mean.cl"
};
BYTES portable_attention[] = {
#embed "portable/attention.cl"
};
BYTES portable_group_affine[] = {
#embed "portable/group_affine.cl"
};
BYTES portable_window_attention[] = {
#embed "portable/window_attention.cl"
};
BYTES portable_patch_matching[] = {
#embed "portable/patch_matching.cl"
};
BYTES portable_indexing[] = {
#embed "portable/indexing.cl"
};
BYTES portable_timestep_embedding[] = {
#embed "portable/timestep_embedding.cl"
};
BYTES portable_local_mean[] = {
#embed "portable/local_mean.cl"
};
BYTES portable_convolution[] = {
#embed "portable/convolution.cl"
};
BYTES portable_normalization[] = {
#embed "portable/normalization.cl"
};
BYTES wide_attention[] = {
#embed "wide/attention.cl"
};
BYTES wide_gemm[] = {
#embed "wide/gemm.cl"
};
BYTES wide_convolution[] = {
#embed "wide/convolution.cl"
};
BYTES wide_depthwise[] = {
#embed "wide/depthwise.cl"
};
BYTES wide_pool[] = {
#embed "wide/pool.cl"
};
BYTES wide_normalization[] = {
#embed "wide/normalization.cl"
};
BYTES wide_gram[] = {
#embed "wide/gram.cl"
};
BYTES wide_channel_attention[] = {
#embed "wide/channel_attention.cl"
};
BYTES tiled_lanes[] = {
#embed "tiled/lanes.h"
};
BYTES tiled_matrix[] = {
#embed "tiled/matrix.h"
};
BYTES tiled_operand[] = {
#embed "tiled/operand.h"
};
BYTES tiled_output[] = {
#embed "tiled/output.h"
};
BYTES tiled_convolution[] = {
#embed "tiled/convolution.cl"
};
BYTES tiled_matrix_convolution[] = {
#embed "tiled/matrix_convolution.cl"
};
BYTES tiled_warpgroup[] = {
#embed "tiled/warpgroup.h"
};
BYTES tiled_warpgroup_convolution[] = {
#embed "tiled/warpgroup_convolution.cl"
};
BYTES tiled_matmul[] = {
#embed "tiled/matmul.cl"
};
BYTES tiled_matrix_matmul[] = {
#embed "tiled/matrix_matmul.cl"
};
BYTES tiled_depthwise[] = {
#embed "tiled/depthwise.cl"
};
BYTES tiled_normalization[] = {
#embed "tiled/normalization.cl"
};
BYTES tiled_softmax[] = {
#embed "tiled/softmax.cl"
};
BYTES tiled_pool[] = {
#embed "tiled/pool.cl"
};
BYTES tiled_probe[] = {
#embed "tiled/probe.cl"
};
BYTES wide_winograd[] = {
#embed "wide/winograd.cl"
};
BYTES tuning_wide[] = {
#embed "tuning/wide.json"
};
BYTES tuning_tiled[] = {
#embed "tuning/tiled.json"
};

#define FILE(path, bytes) {path, bytes, sizeof bytes}

static const struct limpid_kernel_file files[] = {
    FILE("common/elements.h", common_elements),
    FILE("common/activations.h", common_activations),
    FILE("common/row_statistics.h", common_row_statistics),
    FILE("common/tile.h", common_tile),
    FILE("common/window.h", common_window),
    FILE("common/digits.h", common_digits),
    FILE("common/transpose.h", common_transpose),
    FILE("portable/chain.cl", portable_chain),
    FILE("portable/movement.cl", portable_movement),
    FILE("portable/clear.cl", portable_clear),
    FILE("portable/padding.cl", portable_padding),
    FILE("portable/resize.cl", portable_resize),
    FILE("portable/softmax.cl", portable_softmax),
    FILE("portable/matmul.cl", portable_matmul),
    FILE("portable/mean.cl", portable_mean),
    FILE("portable/attention.cl", portable_attention),
    FILE("portable/group_affine.cl", portable_group_affine),
    FILE("portable/indexing.cl", portable_indexing),
    FILE("portable/window_attention.cl", portable_window_attention),
    FILE("portable/patch_matching.cl", portable_patch_matching),
    FILE("portable/timestep_embedding.cl", portable_timestep_embedding),
    FILE("portable/local_mean.cl", portable_local_mean),
    FILE("portable/convolution.cl", portable_convolution),
    FILE("portable/normalization.cl", portable_normalization),
    FILE("wide/attention.cl", wide_attention),
    FILE("wide/gemm.cl", wide_gemm),
    FILE("wide/convolution.cl", wide_convolution),
    FILE("wide/depthwise.cl", wide_depthwise),
    FILE("wide/pool.cl", wide_pool),
    FILE("wide/normalization.cl", wide_normalization),
    FILE("wide/winograd.cl", wide_winograd),
    FILE("wide/gram.cl", wide_gram),
    FILE("wide/channel_attention.cl", wide_channel_attention),
    FILE("tiled/lanes.h", tiled_lanes),
    FILE("tiled/matrix.h", tiled_matrix),
    FILE("tiled/operand.h", tiled_operand),
    FILE("tiled/output.h", tiled_output),
    FILE("tiled/convolution.cl", tiled_convolution),
    FILE("tiled/matrix_convolution.cl", tiled_matrix_convolution),
    FILE("tiled/warpgroup.h", tiled_warpgroup),
    FILE("tiled/warpgroup_convolution.cl", tiled_warpgroup_convolution),
    FILE("tiled/matmul.cl", tiled_matmul),
    FILE("tiled/matrix_matmul.cl", tiled_matrix_matmul),
    FILE("tiled/depthwise.cl", tiled_depthwise),
    FILE("tiled/normalization.cl", tiled_normalization),
    FILE("tiled/softmax.cl", tiled_softmax),
    FILE("tiled/pool.cl", tiled_pool),
    FILE("tiled/probe.cl", tiled_probe),
    FILE("tuning/wide.json", tuning_wide),
    FILE("tuning/tiled.json", tuning_tiled),
};

const size_t limpid_kernel_file_count = sizeof files / sizeof *files;

const struct limpid_kernel_file *limpid_kernel_table(void) { return files; }
