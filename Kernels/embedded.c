// The kernel files and the tables of their tuning as bytes. A new file needs one line here.
#include "CKernels.h"

#define BYTES static const unsigned char

#include "embedded_common.h"

BYTES portable_chain[] = {
#embed "portable/chain.cl"
};
BYTES portable_limits[] = {
#embed "portable/limits.cl"
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
BYTES portable_group_norm_coefficient[] = {
#embed "portable/group_norm_coefficient.cl"
};
BYTES portable_local_channel_attention[] = {
#embed "portable/local_channel_attention.cl"
};
BYTES portable_patch_matching[] = {
#embed "portable/patch_matching.cl"
};
BYTES portable_indexing[] = {
#embed "portable/indexing.cl"
};
BYTES portable_rotary_embedding[] = {
#embed "portable/rotary_embedding.cl"
};
BYTES portable_timestep_embedding[] = {
#embed "portable/timestep_embedding.cl"
};
BYTES portable_local_mean[] = {
#embed "portable/local_mean.cl"
};
BYTES portable_max_pool[] = {
#embed "portable/max_pool.cl"
};
BYTES portable_convolution[] = {
#embed "portable/convolution.cl"
};
BYTES portable_normalization[] = {
#embed "portable/normalization.cl"
};
BYTES cpu_attention[] = {
#embed "cpu/attention.cl"
};
BYTES cpu_attention_lanes[] = {
#embed "cpu/attention.h"
};
BYTES cpu_row_attention[] = {
#embed "cpu/row_attention.cl"
};
BYTES cpu_window_attention[] = {
#embed "cpu/window_attention.cl"
};
BYTES cpu_integer_product[] = {
#embed "cpu/integer_product.cl"
};
BYTES cpu_gemm[] = {
#embed "cpu/gemm.cl"
};
BYTES cpu_convolution[] = {
#embed "cpu/convolution.cl"
};
BYTES cpu_depthwise[] = {
#embed "cpu/depthwise.cl"
};
BYTES cpu_pool[] = {
#embed "cpu/pool.cl"
};
BYTES cpu_normalization[] = {
#embed "cpu/normalization.cl"
};
BYTES cpu_gram[] = {
#embed "cpu/gram.cl"
};
BYTES cpu_channel_attention[] = {
#embed "cpu/channel_attention.cl"
};
BYTES gpu_lanes[] = {
#embed "gpu/lanes.h"
};
BYTES gpu_matrix[] = {
#embed "gpu/matrix.h"
};
BYTES gpu_operand[] = {
#embed "gpu/operand.h"
};
BYTES gpu_output[] = {
#embed "gpu/output.h"
};
BYTES gpu_squares[] = {
#embed "gpu/squares.h"
};
BYTES gpu_convolution[] = {
#embed "gpu/convolution.cl"
};
BYTES gpu_matrix_convolution[] = {
#embed "gpu/matrix_convolution.cl"
};
BYTES gpu_warpgroup[] = {
#embed "gpu/warpgroup.h"
};
BYTES gpu_warpgroup_convolution[] = {
#embed "gpu/warpgroup_convolution.cl"
};
BYTES gpu_matmul[] = {
#embed "gpu/matmul.cl"
};
BYTES gpu_matrix_matmul[] = {
#embed "gpu/matrix_matmul.cl"
};
BYTES gpu_depthwise[] = {
#embed "gpu/depthwise.cl"
};
BYTES gpu_normalization[] = {
#embed "gpu/normalization.cl"
};
BYTES gpu_quantised[] = {
#embed "gpu/quantised.cl"
};
BYTES gpu_softmax[] = {
#embed "gpu/softmax.cl"
};
BYTES gpu_channel_attention[] = {
#embed "gpu/channel_attention.cl"
};
BYTES gpu_join_parts[] = {
#embed "gpu/join_parts.cl"
};
BYTES gpu_pool[] = {
#embed "gpu/pool.cl"
};
BYTES gpu_group_norm_coefficient[] = {
#embed "gpu/group_norm_coefficient.cl"
};
BYTES gpu_attention_channels[] = {
#embed "gpu/attention.h"
};
BYTES gpu_attention[] = {
#embed "gpu/attention.cl"
};
BYTES gpu_matrix_depthwise[] = {
#embed "gpu/matrix_depthwise.cl"
};
BYTES gpu_matrix_attention[] = {
#embed "gpu/matrix_attention.cl"
};
BYTES gpu_window_attention[] = {
#embed "gpu/window_attention.cl"
};
BYTES gpu_matrix_limit[] = {
#embed "gpu/matrix_limit.cl"
};
BYTES gpu_probe[] = {
#embed "gpu/probe.cl"
};
BYTES gpu_samples[] = {
#embed "gpu/samples.cl"
};
BYTES cpu_winograd[] = {
#embed "cpu/winograd.cl"
};
BYTES tuning_cpu[] = {
#embed "tuning/cpu.json"
};
BYTES tuning_gpu[] = {
#embed "tuning/gpu.json"
};

#define FILE(path, bytes) {path, bytes, sizeof bytes}

static const struct limpid_kernel_file files[] = {
    FILE("common/elements.h", common_elements),
    FILE("common/activations.h", common_activations),
    FILE("common/attention.h", common_attention),
    FILE("common/row_statistics.h", common_row_statistics),
    FILE("common/tile.h", common_tile),
    FILE("common/window.h", common_window),
    FILE("common/window_places.h", common_window_places),
    FILE("common/quantised.h", common_quantised),
    FILE("common/winograd.h", common_winograd),
    FILE("common/pairs.h", common_pairs),
    FILE("common/digits.h", common_digits),
    FILE("common/transpose.h", common_transpose),
    FILE("portable/chain.cl", portable_chain),
    FILE("portable/limits.cl", portable_limits),
    FILE("portable/movement.cl", portable_movement),
    FILE("portable/clear.cl", portable_clear),
    FILE("portable/padding.cl", portable_padding),
    FILE("portable/resize.cl", portable_resize),
    FILE("portable/softmax.cl", portable_softmax),
    FILE("portable/matmul.cl", portable_matmul),
    FILE("portable/mean.cl", portable_mean),
    FILE("portable/attention.cl", portable_attention),
    FILE("portable/group_norm_coefficient.cl", portable_group_norm_coefficient),
    FILE("portable/indexing.cl", portable_indexing),
    FILE("portable/local_channel_attention.cl", portable_local_channel_attention),
    FILE("portable/patch_matching.cl", portable_patch_matching),
    FILE("portable/rotary_embedding.cl", portable_rotary_embedding),
    FILE("portable/timestep_embedding.cl", portable_timestep_embedding),
    FILE("portable/local_mean.cl", portable_local_mean),
    FILE("portable/max_pool.cl", portable_max_pool),
    FILE("portable/convolution.cl", portable_convolution),
    FILE("portable/normalization.cl", portable_normalization),
    FILE("cpu/attention.cl", cpu_attention),
    FILE("cpu/attention.h", cpu_attention_lanes),
    FILE("cpu/row_attention.cl", cpu_row_attention),
    FILE("cpu/window_attention.cl", cpu_window_attention),
    FILE("cpu/gemm.cl", cpu_gemm),
    FILE("cpu/integer_product.cl", cpu_integer_product),
    FILE("cpu/convolution.cl", cpu_convolution),
    FILE("cpu/depthwise.cl", cpu_depthwise),
    FILE("cpu/pool.cl", cpu_pool),
    FILE("cpu/normalization.cl", cpu_normalization),
    FILE("cpu/winograd.cl", cpu_winograd),
    FILE("cpu/gram.cl", cpu_gram),
    FILE("cpu/channel_attention.cl", cpu_channel_attention),
    FILE("gpu/lanes.h", gpu_lanes),
    FILE("gpu/matrix.h", gpu_matrix),
    FILE("gpu/operand.h", gpu_operand),
    FILE("gpu/output.h", gpu_output),
    FILE("gpu/squares.h", gpu_squares),
    FILE("gpu/convolution.cl", gpu_convolution),
    FILE("gpu/matrix_convolution.cl", gpu_matrix_convolution),
    FILE("gpu/warpgroup.h", gpu_warpgroup),
    FILE("gpu/warpgroup_convolution.cl", gpu_warpgroup_convolution),
    FILE("gpu/matmul.cl", gpu_matmul),
    FILE("gpu/matrix_matmul.cl", gpu_matrix_matmul),
    FILE("gpu/depthwise.cl", gpu_depthwise),
    FILE("gpu/normalization.cl", gpu_normalization),
    FILE("gpu/softmax.cl", gpu_softmax),
    FILE("gpu/quantised.cl", gpu_quantised),
    FILE("gpu/channel_attention.cl", gpu_channel_attention),
    FILE("gpu/join_parts.cl", gpu_join_parts),
    FILE("gpu/pool.cl", gpu_pool),
    FILE("gpu/group_norm_coefficient.cl", gpu_group_norm_coefficient),
    FILE("gpu/attention.h", gpu_attention_channels),
    FILE("gpu/attention.cl", gpu_attention),
    FILE("gpu/matrix_depthwise.cl", gpu_matrix_depthwise),
    FILE("gpu/matrix_attention.cl", gpu_matrix_attention),
    FILE("gpu/window_attention.cl", gpu_window_attention),
    FILE("gpu/matrix_limit.cl", gpu_matrix_limit),
    FILE("gpu/probe.cl", gpu_probe),
    FILE("gpu/samples.cl", gpu_samples),
    FILE("tuning/cpu.json", tuning_cpu),
    FILE("tuning/gpu.json", tuning_gpu),
};

const size_t limpid_kernel_file_count = sizeof files / sizeof *files;

const struct limpid_kernel_file *limpid_kernel_table(void) { return files; }
