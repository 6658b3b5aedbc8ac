// Probe 11: peak rates, f32 multiply-add in OpenCL C, f16x2 and mma.sync in assembly.
#include "common.h"

static const char *fma_source =
    "kernel void k(global float *p, int n) {\n"
    "  float b = p[0] + 0.999f, c = p[1] + 0.001f, x0 = get_global_id(0), x1 = x0 + 1, x2 = x0 + 2, x3 = x0 + 3;\n"
    "  float x4 = x0 + 4, x5 = x0 + 5, x6 = x0 + 6, x7 = x0 + 7;\n"
    "  for (int i = 0; i < n; i++) {\n"
    "#pragma unroll 16\n"
    "    for (int j = 0; j < 16; j++) {\n"
    "      x0 = fma(x0, b, c); x1 = fma(x1, b, c); x2 = fma(x2, b, c); x3 = fma(x3, b, c);\n"
    "      x4 = fma(x4, b, c); x5 = fma(x5, b, c); x6 = fma(x6, b, c); x7 = fma(x7, b, c);\n"
    "    }\n  }\n"
    "  p[get_global_id(0) & 1023] = x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7;\n}\n";

static const char *half_source = ASM_PREFIX
    "#define STEP(x) asm volatile(\"fma.rn.f16x2 %0, %0, %1, %2;\" : \"+r\"(x) : \"r\"(b), \"r\"(c))\n"
    "kernel void k(global uint *p, int n) {\n"
    "  uint b = p[0] | 0x3bff3bffu, c = p[1] | 0x10001u, x0 = get_global_id(0), x1 = x0, x2 = x0, x3 = x0, x4 = x0, x5 = x0, x6 = x0, x7 = x0;\n"
    "  for (int i = 0; i < n; i++) {\n"
    "#pragma unroll 16\n"
    "    for (int j = 0; j < 16; j++) { STEP(x0); STEP(x1); STEP(x2); STEP(x3); STEP(x4); STEP(x5); STEP(x6); STEP(x7); }\n"
    "  }\n"
    "  p[get_global_id(0) & 1023] = x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7;\n}\n";

// CHAINS independent sums per warp; the operands stay in registers.
static const char *mma_source = ASM_PREFIX
    "kernel void k(global float *p, int n) {\n"
    "  float d[CHAINS][4];\n"
    "  uint a0 = get_local_id(0), a1 = a0 + 1, a2 = a0 + 2, a3 = a0 + 3, b0 = a0 + 4, b1 = a0 + 5;\n"
    "#pragma unroll\n"
    "  for (int j = 0; j < CHAINS; j++) d[j][0] = d[j][1] = d[j][2] = d[j][3] = 0;\n"
    "  for (int i = 0; i < n; i++) {\n"
    "#pragma unroll\n"
    "    for (int j = 0; j < CHAINS; j++)\n"
    "      asm volatile(\"mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};\"\n"
    "        : \"+f\"(d[j][0]), \"+f\"(d[j][1]), \"+f\"(d[j][2]), \"+f\"(d[j][3])\n"
    "        : \"r\"(a0), \"r\"(a1), \"r\"(a2), \"r\"(a3), \"r\"(b0), \"r\"(b1));\n"
    "  }\n"
    "  float s = 0;\n"
    "#pragma unroll\n"
    "  for (int j = 0; j < CHAINS; j++) s += d[j][0] + d[j][1] + d[j][2] + d[j][3];\n"
    "  p[get_global_id(0) & 1023] = s;\n}\n";

static double seconds_of(Env *e, cl_kernel kernel, int n, size_t items) {
    double best = 1e9;
    set_int(kernel, 1, n);
    for (int r = 0; r < 4; r++) {
        double start = now();
        if (launch(e, kernel, items, 256)) return -1;
        if (r && now() - start < best) best = now() - start;
    }
    return best;
}

// "work" is the number of operations of one work-item in one round of the outer loop.
static void rate(Env *e, const char *name, const char *source, const char *options, double work) {
    cl_int error = 0;
    size_t items = (size_t)e->units * 2048;
    cl_kernel kernel = kernel_of(e, source, options, "k", &error);
    if (error) {
        result("%s FAILED build %d", name, error);
        text_block("log", build_log, 6);
        return;
    }
    set_memory(kernel, 0, buffer(e, 1 << 16, NULL));
    double trial = seconds_of(e, kernel, 20, items);
    if (trial < 0) {
        result("%s FAILED to run", name);
        return;
    }
    int n = (int)(20 * (e->gpu ? 0.03 : 0.05) / trial);
    n = n < 20 ? 20 : n > 200000 ? 200000 : n;
    double seconds = seconds_of(e, kernel, n, items);
    result("%s: %.2f TFLOP/s (%.2f ms)", name, work * n * (double)items / seconds / 1e12, seconds * 1e3);
}

typedef struct {
    const char *name, *const *source, *options;
    double work;
} Case;

static const Case cases[] = {
    {"fma f32", &fma_source, "", 2 * 8 * 16},
    {"fma.rn.f16x2", &half_source, "", 4 * 8 * 16},
    {"mma.sync f16 to f32, 4 chains", &mma_source, "-DCHAINS=4", 4 * 4096.0 / 32},
    {"mma.sync f16 to f32, 8 chains", &mma_source, "-DCHAINS=8", 8 * 4096.0 / 32},
    {"mma.sync f16 to f32, 16 chains", &mma_source, "-DCHAINS=16", 16 * 4096.0 / 32},
};

void probe_peak(void) {
    Env e;
    if (!env_open(&e)) return;
    for (int i; (i = next_case(sizeof cases / sizeof *cases)) >= 0;)
        if (i && !e.nvidia) result("%s unsupported: not NVIDIA", cases[i].name);
        else rate(&e, cases[i].name, cases[i].source[0], cases[i].options, cases[i].work);
}
