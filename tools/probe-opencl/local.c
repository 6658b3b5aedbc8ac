// Probe 3: how much local memory a work-group really gets, static and as an argument, contents checked.
#include "common.h"

// Every item fills its share, then reads what an item far away wrote.
static const char *body =
    "#ifdef STATIC\n"
    "kernel void k(global uint *out, int n) { local uint s[WORDS];\n"
    "#else\n"
    "kernel void k(global uint *out, int n, local uint *s) {\n"
    "#endif\n"
    "  uint l = get_local_id(0), w = get_local_size(0), seed = get_group_id(0) * 7919u, bad = 0;\n"
    "  for (int i = l; i < n; i += w) s[i] = (uint)i * 2654435761u ^ seed;\n"
    "  barrier(CLK_LOCAL_MEM_FENCE);\n"
    "  for (int i = w - 1 - l; i < n; i += w) bad += s[i] != ((uint)i * 2654435761u ^ seed);\n"
    "  out[get_global_id(0)] = bad + 1;\n"
    "}\n";

static int check(Env *e, cl_mem out, size_t items) {
    cl_uint *data = calloc(items, 4);
    int wrong = 0;
    cl_int error = fetch(e, out, data, items * 4);
    for (size_t i = 0; i < items; i++) wrong += data[i] != 1;
    free(data);
    return error ? -1 : wrong;
}

static void one(Env *e, int kilobytes, int is_static) {
    char options[64];
    cl_int error = 0;
    size_t local = 256, items = 256 * 600;
    cl_ulong used = 0;
    const char *kind = is_static ? "static" : "argument";
    snprintf(options, sizeof options, is_static ? "-DSTATIC -DWORDS=%d" : "-DWORDS=%d", kilobytes * 256);
    cl_kernel kernel = kernel_of(e, body, options, "k", &error);
    if (error) {
        result("%s %d KB FAILED build %d", kind, kilobytes, error);
        text_block("log", build_log, 6);
        return;
    }
    cl_mem out = buffer(e, items * 4, NULL);
    set_memory(kernel, 0, out);
    set_int(kernel, 1, kilobytes * 256);
    cl_int set = is_static ? 0 : clSetKernelArg(kernel, 2, (size_t)kilobytes << 10, NULL);
    error = set ? set : launch(e, kernel, items, local);
    int wrong = error ? -1 : check(e, out, items);
    clGetKernelWorkGroupInfo(kernel, e->device, CL_KERNEL_LOCAL_MEM_SIZE, sizeof used, &used, NULL);
    result("%s %d KB %s (set %d, run %d, wrong items %d, reported %llu B)", kind, kilobytes,
           error || wrong ? "FAILED" : "OK", set, error, wrong, (unsigned long long)used);
    spoiled(error);
}

// A failed launch may spoil the context, so each case has its own.
static void fresh(int kilobytes, int is_static) {
    Env e;
    if (!env_open(&e)) return;
    one(&e, kilobytes, is_static);
    clReleaseCommandQueue(e.queue);
    clReleaseContext(e.context);
}

void probe_local(void) {
    int sizes[] = {47, 48, 64, 96, 99, 128, 200, 227};
    for (int i; (i = next_case(16)) >= 0;) fresh(sizes[i % 8], i < 8);
}
