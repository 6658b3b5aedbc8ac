// Probe 2: mma.sync, ldmatrix, cp.async, bulk copies, shfl.sync from inline assembly, checked on the host.
#include "common.h"

// One warp; A is 16x16 row-major, B is stored as 8 rows (columns of the product) of 16.
static const char *mma_source = ASM_PREFIX
    "kernel void k(global const uint *a, global const uint *b, global float *c) {\n"
    "  uint l = get_local_id(0), g = l / 4, t = l % 4;\n"
    "  uint a0 = a[g * 8 + t], a1 = a[(g + 8) * 8 + t], a2 = a[g * 8 + t + 4], a3 = a[(g + 8) * 8 + t + 4];\n"
    "  uint b0 = b[g * 8 + t], b1 = b[g * 8 + t + 4];\n"
    "  float d0 = 0, d1 = 0, d2 = 0, d3 = 0;\n"
    "  asm volatile(\"mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, \"\n"
    "    \"{%0,%1,%2,%3};\" : \"+f\"(d0), \"+f\"(d1), \"+f\"(d2), \"+f\"(d3)\n"
    "    : \"r\"(a0), \"r\"(a1), \"r\"(a2), \"r\"(a3), \"r\"(b0), \"r\"(b1));\n"
    "  c[g * 8 + t * 2] = d0; c[g * 8 + t * 2 + 1] = d1;\n"
    "  c[(g + 8) * 8 + t * 2] = d2; c[(g + 8) * 8 + t * 2 + 1] = d3;\n"
    "}\n";

static const char *mma_half_source = ASM_PREFIX
    "kernel void k(global const uint *a, global const uint *b, global float *c) {\n"
    "  uint l = get_local_id(0), g = l / 4, t = l % 4, d0 = 0, d1 = 0;\n"
    "  uint a0 = a[g * 8 + t], a1 = a[(g + 8) * 8 + t], a2 = a[g * 8 + t + 4], a3 = a[(g + 8) * 8 + t + 4];\n"
    "  uint b0 = b[g * 8 + t], b1 = b[g * 8 + t + 4];\n"
    "  asm volatile(\"mma.sync.aligned.m16n8k16.row.col.f16.f16.f16.f16 {%0,%1}, {%2,%3,%4,%5}, {%6,%7}, {%0,%1};\"\n"
    "    : \"+r\"(d0), \"+r\"(d1) : \"r\"(a0), \"r\"(a1), \"r\"(a2), \"r\"(a3), \"r\"(b0), \"r\"(b1));\n"
    "  private uint p[2] = {d0, d1};\n"
    "  for (int i = 0; i < 4; i++) c[(g + i / 2 * 8) * 8 + t * 2 + i % 2] = vload_half(i, (private half *)p);\n"
    "}\n";

// ADDRESS is how a local address reaches the instruction: 0 as 32 bits by a cast, 1 as the 64-bit pointer,
// 2 through cvta.to.shared (right only where local pointers are generic ones).
static const char *ldmatrix_source = ASM_PREFIX
    "#if ADDRESS == 0\n#define L \"r\"\nuint address(local void *p) { return (uint)(size_t)p; }\n"
    "#elif ADDRESS == 1\n#define L \"l\"\nulong address(local void *p) { return (ulong)p; }\n"
    "#else\n#define L \"l\"\nulong address(local void *p) {\n"
    "  ulong r; asm volatile(\"cvta.to.shared.u64 %0, %1;\" : \"=l\"(r) : \"l\"(p)); return r; }\n#endif\n"
    "void load16(local uint *to, global const uint *from) {\n"
    "#if ASYNC\n  asm volatile(\"cp.async.cg.shared.global [%0], [%1], 16;\" :: L(address(to)), \"l\"(from) : \"memory\");\n"
    "#else\n  for (int i = 0; i < 4; i++) to[i] = from[i];\n#endif\n}\n"
    "kernel void k(global const uint *a, global const uint *b, global float *c) {\n"
    "  local uint sa[128] __attribute__((aligned(128))), sb[64] __attribute__((aligned(128)));\n"
    "  uint l = get_local_id(0), g = l / 4, t = l % 4, a0, a1, a2, a3, b0, b1;\n"
    "  load16(sa + l * 4, a + l * 4);\n"
    "  if (l < 16) load16(sb + l * 4, b + l * 4);\n"
    "#if ASYNC\n  asm volatile(\"cp.async.commit_group; cp.async.wait_group 0;\" ::: \"memory\");\n#endif\n"
    "  barrier(CLK_LOCAL_MEM_FENCE);\n"
    "  asm volatile(\"ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];\"\n"
    "    : \"=r\"(a0), \"=r\"(a1), \"=r\"(a2), \"=r\"(a3) : L(address(sa + (l % 16) * 8 + l / 16 * 4)) : \"memory\");\n"
    "  asm volatile(\"ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0,%1}, [%2];\"\n"
    "    : \"=r\"(b0), \"=r\"(b1) : L(address(sb + (l % 8) * 8 + l / 8 % 2 * 4)) : \"memory\");\n"
    "  float d0 = 0, d1 = 0, d2 = 0, d3 = 0;\n"
    "  asm volatile(\"mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, \"\n"
    "    \"{%0,%1,%2,%3};\" : \"+f\"(d0), \"+f\"(d1), \"+f\"(d2), \"+f\"(d3)\n"
    "    : \"r\"(a0), \"r\"(a1), \"r\"(a2), \"r\"(a3), \"r\"(b0), \"r\"(b1));\n"
    "  c[g * 8 + t * 2] = d0; c[g * 8 + t * 2 + 1] = d1;\n"
    "  c[(g + 8) * 8 + t * 2] = d2; c[(g + 8) * 8 + t * 2 + 1] = d3;\n"
    "}\n";

// A bulk copy that completes on an mbarrier; the wait gives up after many tries instead of hanging.
static const char *bulk_source = ASM_PREFIX
    "kernel void k(global const uint *a, global const uint *b, global float *c) {\n"
    "  local uint s[192] __attribute__((aligned(128)));\n"
    "  local ulong bar[1];\n"
    "  uint l = get_local_id(0), m = (uint)(size_t)bar, done = 0;\n"
    "  if (l == 0) {\n"
    "    asm volatile(\"mbarrier.init.shared::cta.b64 [%0], 1;\" :: \"r\"(m) : \"memory\");\n"
    "    asm volatile(\"fence.proxy.async.shared::cta;\" ::: \"memory\");\n"
    "    asm volatile(\"{ .reg .b64 t; mbarrier.arrive.expect_tx.shared::cta.b64 t, [%0], 512; }\" :: \"r\"(m) : \"memory\");\n"
    "    asm volatile(\"cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], 512, [%2];\"\n"
    "      :: \"r\"((uint)(size_t)s), \"l\"(a), \"r\"(m) : \"memory\");\n"
    "  }\n"
    "  barrier(CLK_LOCAL_MEM_FENCE);\n"
    "  for (int i = 0; i < 100000 && !done; i++)\n"
    "    asm volatile(\"{ .reg .pred p; mbarrier.try_wait.parity.shared::cta.b64 p, [%1], 0; selp.u32 %0, 1, 0, p; }\"\n"
    "      : \"=r\"(done) : \"r\"(m) : \"memory\");\n"
    "  for (int i = 0; i < 4; i++) c[l * 4 + i] = done && s[l * 4 + i] == a[l * 4 + i] ? 1.0f : 0.0f;\n"
    "}\n";

static const char *shuffle_source = ASM_PREFIX
    "kernel void k(global const uint *a, global const uint *b, global float *c) {\n"
    "  uint l = get_local_id(0), r;\n"
    "  asm volatile(\"shfl.sync.bfly.b32 %0, %1, 5, 31, 0xffffffff;\" : \"=r\"(r) : \"r\"(l * 7));\n"
    "  for (int i = 0; i < 4; i++) c[l * 4 + i] = r == (l ^ 5) * 7;\n"
    "}\n";

static void product(const uint16_t *a, const uint16_t *b, float *c) {
    for (int i = 0; i < 16; i++)
        for (int j = 0; j < 8; j++) {
            float sum = 0;
            for (int k = 0; k < 16; k++) sum += half_to_float(a[i * 16 + k]) * half_to_float(b[j * 16 + k]);
            c[i * 8 + j] = sum;
        }
}

static void run_case(Env *e, const char *name, const char *source, const char *options, int is_product) {
    uint16_t a[256], b[128];
    float got[128], want[128], worst = 0;
    cl_int error = 0;
    for (int i = 0; i < 256; i++) a[i] = float_to_half((float)((i * 37) % 23 - 11) / 8);
    for (int i = 0; i < 128; i++) b[i] = float_to_half((float)((i * 29) % 19 - 9) / 8);
    for (int i = 0; i < 128; i++) got[i] = -1, want[i] = 1;
    if (is_product) product(a, b, want);
    cl_kernel kernel = kernel_of(e, source, options, "k", &error);
    if (error) {
        result("%s FAILED build %d", name, error);
        text_block("log", build_log, 12);
        return;
    }
    cl_mem c = buffer(e, sizeof got, NULL);
    set_memory(kernel, 0, buffer(e, sizeof a, a));
    set_memory(kernel, 1, buffer(e, sizeof b, b));
    set_memory(kernel, 2, c);
    error = launch(e, kernel, 32, 32);
    if (!error) error = fetch(e, c, got, sizeof got);
    for (int i = 0; i < 128; i++) worst = farther(worst, got[i] - want[i]);
    float limit = is_product == 2 ? 0.1f : 1e-5f;
    result("%s %s run %d, max difference %g", name, !error && worst <= limit ? "OK" : "FAILED", error, worst);
    spoiled(error);
}

typedef struct {
    const char *name, *const *source, *options;
    int is_product;
} Case;

static const Case cases[] = {
    {"mma.sync m16n8k16 f16 to f32", &mma_source, "", 1},
    {"mma.sync with f16 sums", &mma_half_source, "", 2},
    {"ldmatrix, address cast to 32 bits", &ldmatrix_source, "-DADDRESS=0 -DASYNC=0", 1},
    {"ldmatrix, 64-bit pointer", &ldmatrix_source, "-DADDRESS=1 -DASYNC=0", 1},
    {"ldmatrix, cvta.to.shared", &ldmatrix_source, "-DADDRESS=2 -DASYNC=0", 1},
    {"cp.async 16 B + ldmatrix + mma, 32 bits", &ldmatrix_source, "-DADDRESS=0 -DASYNC=1", 1},
    {"cp.async 16 B + ldmatrix + mma, 64 bits", &ldmatrix_source, "-DADDRESS=1 -DASYNC=1", 1},
    {"cp.async.bulk + mbarrier", &bulk_source, "", 0},
    {"shfl.sync", &shuffle_source, "", 0},
    {"keyword __asm__", &shuffle_source, "-Dasm=__asm__", 0},
};

void probe_matrix(void) {
    Env env, *e = &env;
    if (!env_open(e) || !need_nvidia(e)) return;
    for (int i; (i = next_case(sizeof cases / sizeof *cases)) >= 0;)
        run_case(e, cases[i].name, *cases[i].source, cases[i].options, cases[i].is_product);
}
