// Probe 4, second half: wgmma m64n128k16 f16 spliced into PTX at markers, checked on the host and timed;
// and whether simpler routes (plain assembly, compile without link, a target option) work as well.
#include "common.h"
#include "ptx.h"

enum { M = 64, N = 128, K = 64, ACC = N / 2 };

typedef struct {
    char *text;
    size_t used, room;
} Text;

static void add(Text *t, const char *piece) {
    size_t n = strlen(piece);
    if (t->used + n + 1 > t->room) t->text = realloc(t->text, t->room = (t->used + n + 1) * 2);
    memcpy(t->text + t->used, piece, n + 1);
    t->used += n;
}

static void add_list(Text *t, const char *format, int count) {
    char item[64];
    for (int i = 0; i < count; i++) {
        snprintf(item, sizeof item, format, i);
        if (i) add(t, ",");
        add(t, item);
    }
}

// The instruction with its operands; with "as_marker" it is a comment, which every assembler accepts.
static void add_wgmma(Text *t, int as_marker) {
    char tail[128];
    add(t, "  asm volatile(\"");
    add(t, as_marker ? "// WGMMA " : "{ .reg .pred p; setp.ne.b32 p, 1, 0; wgmma.mma_async.sync.aligned.m64n128k16.f32.f16.f16 ");
    add(t, "{");
    add_list(t, "%%%d", ACC);
    snprintf(tail, sizeof tail, "}, %%%d, %%%d, %s\"\n    : ", ACC, ACC + 1, as_marker ? "p, 1, 1, 0, 0;" : "p, 1, 1, 0, 0; }");
    add(t, tail);
    add_list(t, "\"+f\"(d[%d])", ACC);
    add(t, " : \"l\"(da), \"l\"(db) : \"memory\");\n");
}

static void add_plain(Text *t, int as_marker, const char *marker, const char *instruction) {
    add(t, "  asm volatile(\"");
    add(t, as_marker ? marker : instruction);
    add(t, "\" ::: \"memory\");\n");
}

// Tiles of 8 rows by 16 bytes lie one after another; the two K halves of one row block are 128 B apart.
static const char *head =
    "ulong descriptor(local const void *p) {\n"
    "  return (((ulong)p & 0x3ffff) >> 4) | (8ul << 16) | (16ul << 32);\n}\n"
    "void stage(local ushort *to, global const ushort *from, int rows) {\n"
    "  for (int i = get_local_id(0); i < rows * 64; i += get_local_size(0)) {\n"
    "    int r = i / 64, k = i % 64, step = k / 16;\n"
    "    to[step * rows * 16 + (r / 8) * 128 + (k % 16 / 8) * 64 + (r % 8) * 8 + k % 8] = from[i];\n"
    "  }\n}\n"
    "__attribute__((reqd_work_group_size(128, 1, 1)))\n"
    "kernel void k(global const ushort *a, global const ushort *b, global float *c, int loops) {\n"
    "  local ushort sa[64 * 64] __attribute__((aligned(128))), sb[128 * 64] __attribute__((aligned(128)));\n"
    "  float d[64];\n"
    "  int l = get_local_id(0);\n"
    "#pragma unroll\n"
    "  for (int i = 0; i < 64; i++) d[i] = 0;\n"
    "  stage(sa, a, 64); stage(sb, b, 128);\n";

static const char *tail =
    "  global float *o = c + (size_t)get_group_id(0) * 64 * 128;\n"
    "#pragma unroll\n"
    "  for (int i = 0; i < 64; i++)\n"
    "    o[(l / 32 * 16 + l % 32 / 4 + i % 4 / 2 * 8) * 128 + i / 4 * 8 + l % 4 * 2 + i % 2] = d[i];\n"
    "}\n";

static char *kernel_text(int as_marker) {
    Text t = {0};
    add(&t, ASM_PREFIX);
    add(&t, head);
    add_plain(&t, as_marker, "// PROXY_FENCE", "fence.proxy.async.shared::cta;");
    add(&t, "  barrier(CLK_LOCAL_MEM_FENCE);\n  for (int n = 0; n < loops; n++) {\n");
    add_plain(&t, as_marker, "// WG_FENCE", "wgmma.fence.sync.aligned;");
    add(&t, "#pragma unroll\n  for (int s = 0; s < 4; s++) {\n  ulong da = descriptor(sa + s * 1024), db = descriptor(sb + s * 2048);\n");
    add_wgmma(&t, as_marker);
    add(&t, "  }\n");
    add_plain(&t, as_marker, "// WG_COMMIT", "wgmma.commit_group.sync.aligned;");
    add_plain(&t, as_marker, "// WG_WAIT", "wgmma.wait_group.sync.aligned 0;");
    add(&t, "  }\n");
    add(&t, tail);
    return t.text;
}

static int replace_all(char **text, const char *from, const char *to) {
    int count = 0;
    for (char *next; (next = replaced(*text, from, to)); count++) {
        free(*text);
        *text = next;
    }
    return count;
}

// Markers become instructions; returns NULL when the text does not look as expected.
static char *spliced(const char *ptx, int *count) {
    char *text = retargeted(ptx);
    if (!text) return NULL;
    replace_all(&text, "// PROXY_FENCE", "fence.proxy.async.shared::cta;");
    replace_all(&text, "// WG_FENCE", "wgmma.fence.sync.aligned;");
    replace_all(&text, "// WG_COMMIT", "wgmma.commit_group.sync.aligned;");
    replace_all(&text, "// WG_WAIT", "wgmma.wait_group.sync.aligned 0;");
    *count = replace_all(&text, "// WGMMA {", "wgmma.mma_async.sync.aligned.m64n128k16.f32.f16.f16 {");
    replace_all(&text, ", p, 1, 1, 0, 0;", ", 1, 1, 1, 0, 0;");
    return text;
}

typedef struct {
    uint16_t a[M * K], b[N * K];
    float want[M * N];
} Data;

static void fill(Data *d) {
    for (int i = 0; i < M * K; i++) d->a[i] = float_to_half((float)((i * 37 + i / 64) % 23 - 11) / 8);
    for (int i = 0; i < N * K; i++) d->b[i] = float_to_half((float)((i * 29 + i / 64) % 19 - 9) / 8);
    for (int i = 0; i < M; i++)
        for (int j = 0; j < N; j++) {
            float sum = 0;
            for (int k = 0; k < K; k++) sum += half_to_float(d->a[i * K + k]) * half_to_float(d->b[j * K + k]);
            d->want[i * N + j] = sum;
        }
}

static float worst_difference(const Data *d, const float *got, size_t groups) {
    float worst = 0;
    for (size_t i = 0; i < groups * M * N; i++) worst = farther(worst, got[i] - d->want[i % (M * N)]);
    return worst;
}

// Four times as many work-groups as units: an ordering fault shows only when several share a unit.
static void run_program(Env *e, const char *name, cl_program program) {
    Data *d = malloc(sizeof *d);
    cl_int error = 0;
    size_t groups = e->units * 4, bytes = groups * M * N * 4;
    float *got = calloc(bytes, 1);
    cl_kernel kernel = clCreateKernel(program, "k", &error);
    if (error) {
        result("%s FAILED clCreateKernel %d", name, error);
        return;
    }
    fill(d);
    cl_mem c = buffer(e, bytes, NULL);
    set_memory(kernel, 0, buffer(e, sizeof d->a, d->a));
    set_memory(kernel, 1, buffer(e, sizeof d->b, d->b));
    set_memory(kernel, 2, c);
    set_int(kernel, 3, 1);
    error = launch(e, kernel, groups * 128, 128);
    if (!error) error = fetch(e, c, got, bytes);
    float worst = worst_difference(d, got, groups);
    result("%s %s run %d, max difference %g over %zu work-groups", name, !error && worst < 1e-3f ? "OK" : "FAILED", error, worst, groups);
    spoiled(error);
    int loops = 20000;
    set_int(kernel, 3, loops);
    double start = now();
    error = launch(e, kernel, groups * 128, 128);
    double flops = 2.0 * M * N * K * loops * (double)groups;
    detail("rate with a wait every 4 instructions: %.0f TFLOP/s (run %d)", flops / (now() - start) / 1e12, error);
}

static void try_spliced(Env *e) {
    cl_int error = 0;
    size_t size = 0;
    int count = 0;
    cl_program program = build(e, kernel_text(1), "", &error);
    char *ptx = error ? NULL : program_binary(program, &size);
    if (!ptx) {
        result("splice FAILED marker build %d", error);
        text_block("log", build_log, 10);
        return;
    }
    char *text = spliced(ptx, &count);
    if (!text || !count) {
        result("splice FAILED: %d markers found", count);
        text_block("PTX", ptx, 60);
        return;
    }
    detail("%d wgmma instructions spliced", count);
    program = build_binary(e, text, strlen(text), &error);
    if (error) {
        result("splice FAILED load %d", error);
        text_block("log", build_log, 20);
        return;
    }
    run_program(e, "splice", program);
}

static void try_direct(Env *e, const char *options) {
    cl_int error = 0;
    size_t size = 0;
    cl_program program = build(e, kernel_text(0), options, &error);
    if (!error) {
        result("plain assembly with options '%s' builds", options);
        run_program(e, "plain assembly", program);
        return;
    }
    result("plain assembly with options '%s': build %d", options, error);
    text_block("log", build_log, 4);
    char *ptx = program_binary(program, &size);
    detail("binary after the failed build: %zu bytes, PTX %s", size, ptx && strstr(ptx, "wgmma") ? "with wgmma" : "no");
}

// Would compiling without linking hand out PTX before it is assembled?
static void try_compile_only(Env *e) {
    cl_int error = 0;
    size_t size = 0;
    const char *source = kernel_text(0);
    cl_program program = clCreateProgramWithSource(e->context, 1, &source, NULL, &error);
    error = clCompileProgram(program, 1, &e->device, "", 0, NULL, NULL, NULL, NULL);
    char *ptx = program_binary(program, &size);
    int usable = ptx && strstr(ptx, "wgmma") && strstr(ptx, ".target");
    result("compile without link: %d, binary %zu bytes, PTX with wgmma: %s", error, size, usable ? "yes" : "no");
    char *text = usable ? retargeted(ptx) : NULL;
    if (!text) return;
    program = build_binary(e, text, strlen(text), &error);
    if (error) {
        result("compile-only route FAILED load %d", error);
        text_block("log", build_log, 6);
        return;
    }
    run_program(e, "compile-only route", program);
}

void probe_wgmma(void) {
    Env env, *e = &env;
    if (!env_open(e) || !need_nvidia(e)) return;
    if (e->major != 9) {
        result("unsupported: capability %d.%d", e->major, e->minor);
        return;
    }
    for (int i; (i = next_case(4)) >= 0;)
        if (i == 0) try_spliced(e);
        else if (i == 3) try_compile_only(e);
        else try_direct(e, i == 1 ? "" : "-cl-nv-arch sm_90a");
}
