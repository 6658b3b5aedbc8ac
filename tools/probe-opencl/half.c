// Probe 5: which half arithmetic compiles, with and without a host-defined cl_khr_fp16, and is right.
#include "common.h"
#include <math.h>

typedef struct {
    const char *name, *body;
    float want[4];  // for a = 1.5 0.25 -2 3 and b = 0.5 4 1.25 -0.125
} Case;

// Bodies see "global const half *a, *b; global float *c" and run as one work-item.
static const Case cases[] = {
    {"vload_half/vstore_half", "vstore_half(vload_half(0, a) + 1.0f, 0, (global half *)c); c[0] = vload_half(0, (global half *)c);"
     " for (int i = 1; i < 4; i++) c[i] = vload_half(i, a) + 1.0f;", {2.5f, 1.25f, -1, 4}},
    {"vload_half4", "vstore4(vload_half4(0, a), 0, c);", {1.5f, 0.25f, -2, 3}},
    {"vstore_half4_rte", "vstore_half4_rte(vload_half4(0, a), 0, (global half *)c); float4 v = vload_half4(0, (global half *)c); vstore4(v, 0, c);",
     {1.5f, 0.25f, -2, 3}},
    {"scalar add", "for (int i = 0; i < 4; i++) c[i] = (float)(a[i] + b[i]);", {2, 4.25f, -0.75f, 2.875f}},
    {"scalar multiply-add", "for (int i = 0; i < 4; i++) { half x = a[i] * b[i] + a[i]; c[i] = (float)x; }", {2.25f, 1.25f, -4.5f, 2.625f}},
    {"conversion int/uint", "for (int i = 0; i < 4; i++) { half x = (half)(i * 3); c[i] = (float)(int)x; }", {0, 3, 6, 9}},
    {"half literal 1.0h", "for (int i = 0; i < 4; i++) c[i] = (float)(a[i] + 1.0h);", {2.5f, 1.25f, -1, 4}},
    {"comparison", "for (int i = 0; i < 4; i++) c[i] = a[i] > b[i] ? 1 : 0;", {1, 0, 0, 1}},
    {"half2 type", "half2 x = (half2)(a[0], a[1]), y = (half2)(b[0], b[1]); x = x * y; c[0] = (float)x.x; c[1] = (float)x.y; c[2] = c[3] = 0;", {0.75f, 1, 0, 0}},
    {"half4 vload4", "half4 x = vload4(0, a) + vload4(0, b); c[0] = (float)x.x; c[1] = (float)x.y; c[2] = (float)x.z; c[3] = (float)x.w;", {2, 4.25f, -0.75f, 2.875f}},
    {"convert_float4(half4)", "vstore4(convert_float4(*(global const half4 *)a), 0, c);", {1.5f, 0.25f, -2, 3}},
    {"convert_half4(float4)", "half4 h = convert_half4(vload_half4(0, a) + 1.0f); c[0] = (float)h.x; c[1] = (float)h.y; c[2] = (float)h.z; c[3] = (float)h.w;", {2.5f, 1.25f, -1, 4}},
    {"half8 type", "half8 x = (half8)(a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]); x += x; c[0] = (float)x.s0; c[1] = (float)x.s1; c[2] = (float)x.s4; c[3] = (float)x.s7;", {3, 0.5f, 1, -0.25f}},
    {"fma(half)", "for (int i = 0; i < 4; i++) c[i] = (float)fma(a[i], b[i], a[i]);", {2.25f, 1.25f, -4.5f, 2.625f}},
    {"fmax(half)", "for (int i = 0; i < 4; i++) c[i] = (float)fmax(a[i], b[i]);", {1.5f, 4, 1.25f, 3}},
    {"exp(half)", "for (int i = 0; i < 4; i++) c[i] = (float)exp(a[i]);", {4.4817f, 1.284f, 0.13534f, 20.086f}},
    {"sqrt(half)", "for (int i = 0; i < 4; i++) c[i] = (float)sqrt(a[i] * a[i]);", {1.5f, 0.25f, 2, 3}},
    {"local and private arrays", "local half s[4]; half p[4]; for (int i = 0; i < 4; i++) s[i] = p[i] = a[i]; for (int i = 0; i < 4; i++) c[i] = (float)s[3 - i];", {3, -2, 0.25f, 1.5f}},
    {"as_half / as_ushort", "for (int i = 0; i < 4; i++) c[i] = (float)as_half(as_ushort(a[i]));", {1.5f, 0.25f, -2, 3}},
    {"asm cvt.f32.f16", "for (int i = 0; i < 4; i++) { float f; asm volatile(\"cvt.f32.f16 %0, %1;\" : \"=f\"(f) : \"h\"(((global const ushort *)a)[i])); c[i] = f; }", {1.5f, 0.25f, -2, 3}},
    {"asm fma.rn.f16x2", "uint x = ((global const uint *)a)[0], y = ((global const uint *)b)[0], r; asm volatile(\"fma.rn.f16x2 %0, %1, %2, %1;\" : \"=r\"(r) : \"r\"(x), \"r\"(y));"
     " ushort2 u = as_ushort2(r); private ushort p[2] = {u.x, u.y}; c[0] = vload_half(0, (private half *)p); c[1] = vload_half(1, (private half *)p); c[2] = c[3] = 0;", {2.25f, 1.25f, 0, 0}},
    {"asm cvt.rn.f16x2.f32", "uint r; asm volatile(\"cvt.rn.f16x2.f32 %0, %1, %2;\" : \"=r\"(r) : \"f\"(2.5f), \"f\"(1.5f)); ushort2 u = as_ushort2(r); private ushort p[2] = {u.x, u.y};"
     " c[0] = vload_half(0, (private half *)p); c[1] = vload_half(1, (private half *)p); c[2] = c[3] = 0;", {1.5f, 2.5f, 0, 0}},
    {"asm ex2.approx.f16x2", "uint r; asm volatile(\"ex2.approx.f16x2 %0, %1;\" : \"=r\"(r) : \"r\"(0x40003c00u)); ushort2 u = as_ushort2(r); private ushort p[2] = {u.x, u.y};"
     " c[0] = vload_half(0, (private half *)p); c[1] = vload_half(1, (private half *)p); c[2] = c[3] = 0;", {2, 4, 0, 0}},
};

static const char *prefixes[] = {
    "", "#pragma OPENCL EXTENSION cl_khr_fp16 : enable\n",
    "#define cl_khr_fp16 1\n#pragma OPENCL EXTENSION cl_khr_fp16 : enable\n"};
static const char *prefix_names[] = {"as is", "pragma", "define+pragma"};

static cl_int run(Env *e, const Case *c, const char *prefix, float *got) {
    char source[4096];
    uint16_t a[4], b[4];
    float fa[4] = {1.5f, 0.25f, -2, 3}, fb[4] = {0.5f, 4, 1.25f, -0.125f};
    cl_int error = 0;
    for (int i = 0; i < 4; i++) a[i] = float_to_half(fa[i]), b[i] = float_to_half(fb[i]);
    snprintf(source, sizeof source, "%s%skernel void k(global const half *a, global const half *b, global float *c) {\n%s\n}\n",
             ASM_PREFIX, prefix, c->body);
    cl_kernel kernel = kernel_of(e, source, "", "k", &error);
    if (error) return error;
    cl_mem out = buffer(e, 64, NULL);
    set_memory(kernel, 0, buffer(e, sizeof a, a));
    set_memory(kernel, 1, buffer(e, sizeof b, b));
    set_memory(kernel, 2, out);
    error = launch(e, kernel, 1, 1);
    return error ? error : fetch(e, out, got, 16);
}

static void run_case(Env *e, const Case *c) {
    char line[512] = "", reason[200] = "";
    for (int p = 0; p < 3; p++) {
        float got[4] = {-99, -99, -99, -99}, worst = 0;
        cl_int error = run(e, c, prefixes[p], got);
        for (int i = 0; i < 4; i++) worst = farther(worst, (got[i] - c->want[i]) / (1 + fabsf(c->want[i])));
        const char *verdict = error ? "no" : worst < 2e-3f ? "OK" : "WRONG";
        snprintf(line + strlen(line), sizeof line - strlen(line), "  %s: %s (%d)", prefix_names[p], verdict, error);
        const char *why = strstr(build_log, "error");
        if (error && p == 2) snprintf(reason, sizeof reason, "%.*s", (int)strcspn(why ? why : build_log, "\n"), why ? why : build_log);
    }
    result("%s:%s", c->name, line);
    if (*reason) detail("reason: %s", reason);
}

void probe_half(void) {
    Env e;
    if (!env_open(&e)) return;
    for (int i; (i = next_case(sizeof cases / sizeof *cases)) >= 0;)
        if (e.nvidia || strncmp(cases[i].name, "asm", 3)) run_case(&e, &cases[i]);
        else result("%s unsupported: not NVIDIA", cases[i].name);
}
