// Probe 10: build times from source and from a read-back binary, in this process and in a new one.
// Probe 12: which build options and language features are there.
#define _GNU_SOURCE
#include "common.h"
#include <unistd.h>

// A kernel of some size; the nonce makes it new to every cache.
static char *big_source(unsigned nonce) {
    size_t room = 1 << 16, used = 0;
    char *text = malloc(room);
    used += (size_t)snprintf(text, room, "kernel void k(global float *p) {\n  float x = p[get_global_id(0)] + %u.0f, y = x * 2, z = y + 1;\n", nonce);
    for (int i = 0; i < 300; i++)
        used += (size_t)snprintf(text + used, room - used,
            "  x = fma(y, z + %d.0f, x); y = native_exp(x * 0.%03d1f) + z; z = x > y ? z * 1.%03df : p[(int)x & 255];\n", i, i, i);
    snprintf(text + used, room - used, "  p[get_global_id(0)] = x + y + z;\n}\n");
    return text;
}

static char *small_source(unsigned nonce) {
    char *text = malloc(256);
    snprintf(text, 256, "kernel void k(global float *p) { p[get_global_id(0)] += %u.0f; }\n", nonce);
    return text;
}

static double timed_source(Env *e, const char *source, cl_program *program) {
    cl_int error = 0;
    double start = now();
    *program = build(e, source, "", &error);
    if (!error) clCreateKernel(*program, "k", &error);
    return error ? -1 : (now() - start) * 1e3;
}

static double timed_binary(Env *e, const char *data, size_t size) {
    cl_int error = 0;
    double start = now();
    cl_program program = build_binary(e, data, size, &error);
    if (!error) clCreateKernel(program, "k", &error);
    return error ? -1 : (now() - start) * 1e3;
}

static char *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    char *data = calloc(1, 1 << 22);
    *size = file ? fread(data, 1, (1 << 22) - 1, file) : 0;
    if (file) fclose(file);
    return data;
}

static void write_file(const char *path, const char *data, size_t size) {
    FILE *file = fopen(path, "wb");
    if (!file) return;
    fwrite(data, 1, size, file);
    fclose(file);
}

// Entry of the second process: probe --build source|binary FILE
int build_child(int argc, char **argv) {
    Env e;
    cl_program program;
    size_t size = 0;
    alarm(12);
    if (argc < 4 || !env_open(&e)) return 1;
    char *data = read_file(argv[3], &size);
    double ms = !strcmp(argv[2], "source") ? timed_source(&e, data, &program) : timed_binary(&e, data, size);
    printf("    new process, from %s: %.2f ms (context %.0f ms)\n", argv[2], ms, e.open_seconds * 1e3);
    fflush(NULL);
    _exit(0);
}

static void second_process(const char *environment, const char *kind, const char *path) {
    char self[512] = "", command[1200];
    if (readlink("/proc/self/exe", self, sizeof self - 1) < 0) return;
    snprintf(command, sizeof command, "%s '%s' --build %s '%s'", environment, self, kind, path);
    printf("    %s\n", *environment ? environment : "driver cache as it is");
    fflush(NULL);
    if (system(command)) detail("second process failed");
}

static void small_builds(Env *e, unsigned nonce) {
    double total = 0, worst = 0;
    cl_program program;
    for (unsigned i = 0; i < 10; i++) {
        double ms = timed_source(e, small_source(nonce + i + 1), &program);
        total += ms;
        if (ms > worst) worst = ms;
    }
    result("small kernel from source: mean %.2f ms, worst %.2f ms", total / 10, worst);
}

void probe_build(void) {
    Env env, *e = &env;
    char folder[256], source_path[300], binary_path[300];
    const char *temporary = getenv("TMPDIR");
    unsigned nonce = (unsigned)(now() * 1000) % 900000u;
    size_t size = 0;
    cl_program program, again;
    snprintf(folder, sizeof folder, "%s/probe-XXXXXX", temporary ? temporary : "/tmp");
    if (!env_open(e) || !mkdtemp(folder)) return;
    char *source = big_source(nonce);
    double first = timed_source(e, source, &program), second = timed_source(e, source, &again);
    char *binary = program_binary(program, &size);
    if (!binary) {
        result("FAILED no binary");
        return;
    }
    double reload = timed_binary(e, binary, size);
    result("source of %zu B first %.1f ms, again %.1f ms; binary of %zu B %.1f ms", strlen(source), first, second, size, reload);
    small_builds(e, nonce);
    snprintf(source_path, sizeof source_path, "%s/k.cl", folder);
    snprintf(binary_path, sizeof binary_path, "%s/k.bin", folder);
    write_file(source_path, source, strlen(source));
    write_file(binary_path, binary, size);
    second_process("", "source", source_path);
    second_process("", "binary", binary_path);
    second_process("CUDA_CACHE_DISABLE=1", "source", source_path);
    second_process("CUDA_CACHE_DISABLE=1", "binary", binary_path);
}

typedef struct {
    const char *name, *options, *source;
} Option;

#define PLAIN "kernel void k(global float *p) { p[get_global_id(0)] = exp(p[0]) + sqrt(p[1]); }\n"
#define REDUCE "kernel void k(global float *p) { p[get_global_id(0)] = sub_group_reduce_add(p[get_local_id(0)]); }\n"

static const Option options[] = {
    {"-cl-std=CL1.2", "-cl-std=CL1.2", PLAIN},
    {"-cl-std=CL2.0", "-cl-std=CL2.0", PLAIN},
    {"-cl-std=CL3.0", "-cl-std=CL3.0", PLAIN},
    {"CL3.0 sub-group functions", "-cl-std=CL3.0", REDUCE},
    {"CL3.0 sub-group functions, pragma", "-cl-std=CL3.0", "#pragma OPENCL EXTENSION cl_khr_subgroups : enable\n" REDUCE},
    {"CL3.0 generic pointers", "-cl-std=CL3.0", "float f(float *q) { return *q; }\nkernel void k(global float *p) { p[1] = f(p); }\n"},
    {"CL3.0 work_group_reduce_add", "-cl-std=CL3.0", "kernel void k(global float *p) { p[0] = work_group_reduce_add(p[get_local_id(0)]); }\n"},
    {"reqd_work_group_size(64,1,1)", "", "__attribute__((reqd_work_group_size(64, 1, 1)))\n" PLAIN},
    {"work_group_size_hint", "", "__attribute__((work_group_size_hint(64, 1, 1)))\n" PLAIN},
    {"pragma unroll", "", "kernel void k(global float *p) { float s = 0;\n#pragma unroll\nfor (int i = 0; i < 8; i++) s += p[i]; p[0] = s; }\n"},
    {"opencl_unroll_hint", "", "kernel void k(global float *p) { float s = 0;\n__attribute__((opencl_unroll_hint(8))) for (int i = 0; i < 8; i++) s += p[i]; p[0] = s; }\n"},
    {"-cl-fast-relaxed-math", "-cl-fast-relaxed-math", PLAIN},
    {"-cl-mad-enable -cl-no-signed-zeros", "-cl-mad-enable -cl-no-signed-zeros", PLAIN},
    {"-cl-denorms-are-zero", "-cl-denorms-are-zero", PLAIN},
    {"-cl-uniform-work-group-size", "-cl-std=CL3.0 -cl-uniform-work-group-size", PLAIN},
    {"-cl-nv-maxrregcount=64", "-cl-nv-maxrregcount=64", PLAIN},
    {"-cl-nv-opt-level=3", "-cl-nv-opt-level=3", PLAIN},
    {"-cl-nv-arch sm_90a", "-cl-nv-arch sm_90a", PLAIN},
    {"-cl-kernel-arg-info", "-cl-kernel-arg-info", PLAIN},
    {"printf", "", "kernel void k(global float *p) { if (p[0] > 1e30f) printf(\"%f\\n\", p[0]); }\n"},
    {"double", "", "kernel void k(global float *p) { double d = p[0]; p[0] = (float)(d * 1.0000001); }\n"},
    {"__builtin_assume", "", "kernel void k(global float *p) { __builtin_assume(get_local_id(0) < 64); p[get_local_id(0)] = 0; }\n"},
    {"dynamic inline function", "", "static inline __attribute__((always_inline)) float f(float x) { return x * 2; }\nkernel void k(global float *p) { p[0] = f(p[0]); }\n"},
    {"-cl-nv-verbose", "-cl-nv-verbose", PLAIN},
};

static void try_option(Env *e, const Option *o) {
    cl_int error = 0;
    size_t wanted[3] = {0}, size = 0;
    cl_ulong private_bytes = 0;
    cl_kernel kernel = kernel_of(e, o->source, o->options, "k", &error);
    if (error) {
        result("%s: no (%d)", o->name, error);
        text_block("log", build_log, 3);
        return;
    }
    cl_mem p = buffer(e, 65536, NULL);
    set_memory(kernel, 0, p);
    error = launch(e, kernel, 64, 64);
    clGetKernelWorkGroupInfo(kernel, e->device, CL_KERNEL_WORK_GROUP_SIZE, sizeof size, &size, NULL);
    clGetKernelWorkGroupInfo(kernel, e->device, CL_KERNEL_COMPILE_WORK_GROUP_SIZE, sizeof wanted, wanted, NULL);
    clGetKernelWorkGroupInfo(kernel, e->device, CL_KERNEL_PRIVATE_MEM_SIZE, sizeof private_bytes, &private_bytes, NULL);
    result("%s: %s (run %d, max work-group %zu, required %zu, private %llu B)", o->name, error ? "builds, FAILED" : "OK", error, size,
           wanted[0], (unsigned long long)private_bytes);
    text_block("log", build_log, 8);
    spoiled(error);
}

static const char *macro_names[] = {
    "__OPENCL_VERSION__", "__OPENCL_C_VERSION__", "__NV_CL_C_VERSION", "__CUDA_ARCH__", "__CUDACC__", "__clang_major__", "__NVPTX__",
    "cl_khr_fp16", "cl_khr_subgroups", "cl_nv_pragma_unroll", "__opencl_c_subgroups", "__opencl_c_generic_address_space",
    "__opencl_c_program_scope_global_variables", "__opencl_c_atomic_order_acq_rel", "__opencl_c_int64", "__ENDIAN_LITTLE__",
    "__FAST_RELAXED_MATH__", "__IMAGE_SUPPORT__", "FP_FAST_FMAF"};

static void show_macros(Env *e, const char *options_text) {
    enum { COUNT = sizeof macro_names / sizeof *macro_names };
    char source[8192] = "kernel void k(global int *p) {\n", line[2048] = "";
    cl_int error = 0, values[COUNT];
    for (int i = 0; i < COUNT; i++)
        snprintf(source + strlen(source), sizeof source - strlen(source), "#ifdef %s\n  p[%d] = %s + 0;\n#else\n  p[%d] = -1;\n#endif\n",
                 macro_names[i], i, macro_names[i], i);
    strcat(source, "}\n");
    cl_kernel kernel = kernel_of(e, source, options_text, "k", &error);
    if (error) {
        detail("macros: build %d", error);
        text_block("log", build_log, 4);
        return;
    }
    cl_mem p = buffer(e, sizeof values, NULL);
    set_memory(kernel, 0, p);
    launch(e, kernel, 1, 1);
    fetch(e, p, values, sizeof values);
    for (int i = 0; i < COUNT; i++) snprintf(line + strlen(line), sizeof line - strlen(line), " %s=%d", macro_names[i], values[i]);
    detail("macros with '%s' (-1: not defined):%s", options_text, line);
}

void probe_options(void) {
    Env e;
    if (!env_open(&e)) return;
    for (int i; (i = next_case(2 + sizeof options / sizeof *options)) >= 0;)
        if (i < 2) show_macros(&e, i ? "-cl-std=CL3.0" : "");
        else try_option(&e, &options[i - 2]);
}
