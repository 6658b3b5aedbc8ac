// Probe 7: copies between host and device. Probe 8: device memory bandwidth. Probe 9: clEnqueueFillBuffer.
#include "common.h"

static double best_copy(Env *e, cl_mem memory, void *host, size_t bytes, int write) {
    double best = 1e9;
    for (int r = 0; r < 4; r++) {
        double start = now();
        if (write) clEnqueueWriteBuffer(e->queue, memory, CL_TRUE, 0, bytes, host, 0, NULL, NULL);
        else clEnqueueReadBuffer(e->queue, memory, CL_TRUE, 0, bytes, host, 0, NULL, NULL);
        if (now() - start < best) best = now() - start;
    }
    return best;
}

static void copy_line(Env *e, const char *label, cl_mem memory, void *host, size_t bytes) {
    double up = best_copy(e, memory, host, bytes, 1), down = best_copy(e, memory, host, bytes, 0);
    result("%s %zu KB: to device %.2f GB/s (%.1f us), to host %.2f GB/s (%.1f us)", label, bytes >> 10, bytes / up / 1e9, up * 1e6,
           bytes / down / 1e9, down * 1e6);
}

static void map_line(Env *e, cl_mem memory, size_t bytes) {
    cl_int error = 0;
    double start = now();
    void *host = clEnqueueMapBuffer(e->queue, memory, CL_TRUE, CL_MAP_READ, 0, bytes, 0, NULL, NULL, &error);
    if (error) {
        result("map FAILED %d", error);
        return;
    }
    double seconds = now() - start;
    clEnqueueUnmapMemObject(e->queue, memory, host, 0, NULL, NULL);
    clFinish(e->queue);
    result("map for reading %zu KB: %.1f us (%.2f GB/s)", bytes >> 10, seconds * 1e6, bytes / seconds / 1e9);
}

void probe_copy(void) {
    Env env, *e = &env;
    cl_int error = 0;
    if (!env_open(e)) return;
    size_t largest = (size_t)(e->gpu ? 512 : 64) << 20, sizes[] = {4096, 1 << 20, 16 << 20, largest};
    double start = now();
    cl_mem pinned = clCreateBuffer(e->context, CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR, largest, NULL, &error);
    void *host = error ? NULL : clEnqueueMapBuffer(e->queue, pinned, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, 0, largest, 0, NULL, NULL, &error);
    double pin_seconds = now() - start;
    char *pageable = malloc(largest);
    if (error || !pageable) {
        result("FAILED pinned buffer %d", error);
        return;
    }
    memset(host, 3, largest);
    memset(pageable, 4, largest);
    detail("pinned buffer of %zu MB made and mapped in %.1f ms", largest >> 20, pin_seconds * 1e3);
    cl_mem target = buffer(e, largest, NULL);
    for (int i = 0; i < 4; i++) copy_line(e, "pinned", target, host, sizes[i]);
    for (int i = 0; i < 4; i++) copy_line(e, "pageable", target, pageable, sizes[i]);
    map_line(e, target, 16 << 20);
}

static const char *stream_source =
    "kernel void copy(global const float4 *a, global float4 *b) { size_t i = get_global_id(0); b[i] = a[i]; }\n"
    "kernel void write(global const float4 *a, global float4 *b) { b[get_global_id(0)] = (float4)(1, 2, 3, 4); }\n"
    "kernel void read(global const float4 *a, global float4 *b) {\n"
    "  size_t n = get_global_size(0), i = get_global_id(0); float4 s = 0;\n"
    "  for (int r = 0; r < 8; r++) s += a[i + r * n];\n"
    "  if (s.x + s.y + s.z + s.w == 1.2345e30f) b[i] = s;\n}\n"
    "kernel void copy4(global const float4 *a, global float4 *b) {\n"
    "  size_t i = get_group_id(0) * get_local_size(0) * 4 + get_local_id(0), w = get_local_size(0);\n"
    "  float4 x = a[i], y = a[i + w], z = a[i + 2 * w], u = a[i + 3 * w];\n"
    "  b[i] = x; b[i + w] = y; b[i + 2 * w] = z; b[i + 3 * w] = u;\n}\n";

static double stream(Env *e, cl_program program, const char *name, cl_mem a, cl_mem b, size_t items) {
    cl_int error = 0;
    size_t local = 256;
    cl_kernel kernel = clCreateKernel(program, name, &error);
    set_memory(kernel, 0, a);
    set_memory(kernel, 1, b);
    double best = 1e9;
    for (int r = 0; r < 4 && !error; r++) {
        double start = now();
        int count = r ? 5 : 1;
        for (int i = 0; i < count; i++) error |= clEnqueueNDRangeKernel(e->queue, kernel, 1, NULL, &items, &local, 0, NULL, NULL);
        error |= clFinish(e->queue);
        if (r && (now() - start) / count < best) best = (now() - start) / count;
    }
    if (error) detail("%s failed: %d", name, error);
    return best;
}

static void stream_size(Env *e, cl_program program, size_t bytes) {
    cl_mem a = buffer(e, bytes, NULL), b = buffer(e, bytes, NULL);
    size_t items = bytes / 16;
    double copy = stream(e, program, "copy", a, b, items), copy4 = stream(e, program, "copy4", a, b, items / 4);
    double write = stream(e, program, "write", a, b, items), read = stream(e, program, "read", a, b, items / 8);
    double start = now();
    for (int i = 0; i < 5; i++) clEnqueueCopyBuffer(e->queue, a, b, 0, 0, bytes, 0, NULL, NULL);
    clFinish(e->queue);
    double engine = (now() - start) / 5;
    result("%zu MB GB/s: copy %.0f, copy 4 per item %.0f, write %.0f, read %.0f, clEnqueueCopyBuffer %.0f", bytes >> 20,
           2 * bytes / copy / 1e9, 2 * bytes / copy4 / 1e9, bytes / write / 1e9, bytes / read / 1e9, 2 * bytes / engine / 1e9);
    clReleaseMemObject(a);
    clReleaseMemObject(b);
}

void probe_bandwidth(void) {
    Env env, *e = &env;
    cl_int error = 0;
    if (!env_open(e)) return;
    cl_program program = build(e, stream_source, "", &error);
    if (error) {
        result("FAILED build %d", error);
        return;
    }
    size_t sizes[] = {16, 64, 256, 1024, 4096};
    for (int i = 0; i < (e->gpu ? 5 : 2); i++) stream_size(e, program, sizes[i] << 20);
}

static const char *count_source =
    "kernel void poison(global uint *p) { p[get_global_id(0)] = 0xdeadbeefu; }\n"
    "kernel void count(global const uint *p, uint v, global uint *bad) {\n"
    "  if (p[get_global_id(0)] != v) atomic_inc(bad);\n}\n";

static void fill_size(Env *e, cl_program program, cl_ulong bytes, cl_uint value, size_t pattern) {
    cl_int error = 0;
    cl_uint zero = 0, bad = 0, parts[4] = {value, value, value, value};
    cl_mem memory = buffer(e, bytes, NULL), counter = buffer(e, 4, &zero);
    if (!memory) {
        result("%.2f GB FAILED to allocate", bytes / GB);
        return;
    }
    cl_kernel poison = clCreateKernel(program, "poison", &error), count = clCreateKernel(program, "count", &error);
    set_memory(poison, 0, memory);
    error = launch(e, poison, bytes / 4, 256);
    double start = now();
    if (!error) error = clEnqueueFillBuffer(e->queue, memory, parts, pattern, 0, bytes, 0, NULL, NULL);
    if (!error) error = clFinish(e->queue);
    double seconds = now() - start;
    set_memory(count, 0, memory);
    clSetKernelArg(count, 1, 4, &value);
    set_memory(count, 2, counter);
    if (!error) error = launch(e, count, bytes / 4, 256);
    if (!error) error = fetch(e, counter, &bad, 4);
    result("%.2f GB, pattern %zu B: %s (error %d, wrong words %u), %.0f GB/s", bytes / GB, pattern, error || bad ? "FAILED" : "OK",
           error, bad, bytes / seconds / 1e9);
    clReleaseMemObject(memory);
}

void probe_fill(void) {
    Env env, *e = &env;
    cl_int error = 0;
    if (!env_open(e)) return;
    cl_program program = build(e, count_source, "", &error);
    if (error) {
        result("FAILED build %d", error);
        return;
    }
    fill_size(e, program, 32 << 20, 0x01020304, 4);
    fill_size(e, program, 32 << 20, 0x01020304, 16);
    if (!e->gpu) {
        result("unsupported: 8 GB only on a GPU");
        return;
    }
    fill_size(e, program, 3ull << 30, 0, 4);
    fill_size(e, program, 6ull << 30, 0x01020304, 4);
    fill_size(e, program, 8ull << 30, 0, 4);
    fill_size(e, program, 8ull << 30, 0x3f800000, 16);
}
