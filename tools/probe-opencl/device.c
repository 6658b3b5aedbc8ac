// Probe 1: what the platform and the device say of themselves. Probe 13: limits that are tried out.
#include "common.h"

static void show_text(Env *e, const char *label, cl_device_info what) {
    char text[8192] = "";
    clGetDeviceInfo(e->device, what, sizeof text, text, NULL);
    detail("%s = %s", label, text);
}

static void show_number(Env *e, const char *label, cl_device_info what) {
    cl_ulong value = 0;
    if (clGetDeviceInfo(e->device, what, sizeof value, &value, NULL)) detail("%s = (refused)", label);
    else detail("%s = %llu", label, (unsigned long long)value);
}

#define TEXT(x) show_text(e, #x, x)
#define NUMBER(x) show_number(e, #x, x)

static void show_platform(Env *e) {
    char text[8192] = "";
    cl_platform_info items[] = {CL_PLATFORM_NAME, CL_PLATFORM_VERSION, CL_PLATFORM_EXTENSIONS};
    for (int i = 0; i < 3; i++) {
        clGetPlatformInfo(e->platform, items[i], sizeof text, text, NULL);
        detail("platform: %s", text);
    }
}

static void show_features(Env *e) {
    cl_name_version list[128];
    size_t size = 0;
    char line[4096] = "";
    if (clGetDeviceInfo(e->device, CL_DEVICE_OPENCL_C_FEATURES, sizeof list, list, &size)) return;
    for (size_t i = 0; i < size / sizeof *list; i++)
        snprintf(line + strlen(line), sizeof line - strlen(line), " %s", list[i].name);
    detail("CL_DEVICE_OPENCL_C_FEATURES =%s", line);
}

static void show_common(Env *e) {
    TEXT(CL_DEVICE_NAME); TEXT(CL_DEVICE_VENDOR); TEXT(CL_DRIVER_VERSION); TEXT(CL_DEVICE_VERSION);
    TEXT(CL_DEVICE_OPENCL_C_VERSION); TEXT(CL_DEVICE_EXTENSIONS);
    NUMBER(CL_DEVICE_MAX_COMPUTE_UNITS); NUMBER(CL_DEVICE_MAX_CLOCK_FREQUENCY);
    NUMBER(CL_DEVICE_MAX_WORK_GROUP_SIZE); NUMBER(CL_DEVICE_GLOBAL_MEM_SIZE);
    NUMBER(CL_DEVICE_MAX_MEM_ALLOC_SIZE); NUMBER(CL_DEVICE_LOCAL_MEM_SIZE);
    NUMBER(CL_DEVICE_MAX_CONSTANT_BUFFER_SIZE); NUMBER(CL_DEVICE_MAX_CONSTANT_ARGS);
    NUMBER(CL_DEVICE_MAX_PARAMETER_SIZE); NUMBER(CL_DEVICE_MEM_BASE_ADDR_ALIGN);
    NUMBER(CL_DEVICE_GLOBAL_MEM_CACHE_SIZE); NUMBER(CL_DEVICE_GLOBAL_MEM_CACHELINE_SIZE);
    NUMBER(CL_DEVICE_PROFILING_TIMER_RESOLUTION); NUMBER(CL_DEVICE_PREFERRED_VECTOR_WIDTH_HALF);
    show_number(e, "CL_DEVICE_HALF_FP_CONFIG", 0x1033); NUMBER(CL_DEVICE_SINGLE_FP_CONFIG); NUMBER(CL_DEVICE_SVM_CAPABILITIES);
    NUMBER(CL_DEVICE_QUEUE_ON_HOST_PROPERTIES); NUMBER(CL_DEVICE_IMAGE2D_MAX_WIDTH);
    NUMBER(CL_DEVICE_MAX_NUM_SUB_GROUPS); NUMBER(CL_DEVICE_NON_UNIFORM_WORK_GROUP_SUPPORT);
}

static void show_nvidia(Env *e) {
    show_number(e, "compute capability major (NV)", 0x4000);
    show_number(e, "compute capability minor (NV)", 0x4001);
    show_number(e, "registers per block (NV)", 0x4002);
    show_number(e, "warp size (NV)", 0x4003);
    show_number(e, "gpu overlap (NV)", 0x4004);
    show_number(e, "kernel exec timeout (NV)", 0x4005);
    show_number(e, "integrated memory (NV)", 0x4006);
    show_number(e, "async engine count (NV)", 0x4007);
}

void probe_device(void) {
    Env env, *e = &env;
    char driver[256] = "", version[256] = "";
    if (!env_open(e)) return;
    clGetDeviceInfo(e->device, CL_DRIVER_VERSION, sizeof driver, driver, NULL);
    clGetDeviceInfo(e->device, CL_DEVICE_VERSION, sizeof version, version, NULL);
    result("OK %s, driver %s, %s, capability %d.%d, first context %.2f s", e->name, driver, version, e->major,
           e->minor, e->open_seconds);
    show_platform(e);
    show_common(e);
    show_features(e);
    if (e->nvidia) show_nvidia(e);
}

static const char *ends_source =
    "kernel void ends(global uchar *p, ulong last, uint v) { p[0] = (uchar)v; p[last] = (uchar)(v + 1); }";

// Allocates, writes the first and the last byte by a kernel, and reads them back.
static int try_alloc(Env *e, cl_kernel kernel, cl_ulong bytes) {
    cl_int error = 0;
    unsigned char ends[2] = {0, 0};
    cl_ulong last = bytes - 1;
    cl_uint value = 41;
    cl_mem memory = clCreateBuffer(e->context, CL_MEM_READ_WRITE, bytes, NULL, &error);
    if (error) return error;
    set_memory(kernel, 0, memory);
    clSetKernelArg(kernel, 1, sizeof last, &last);
    clSetKernelArg(kernel, 2, sizeof value, &value);
    error = launch(e, kernel, 1, 1);
    if (!error) error = clEnqueueReadBuffer(e->queue, memory, CL_TRUE, 0, 1, ends, 0, NULL, NULL);
    if (!error) error = clEnqueueReadBuffer(e->queue, memory, CL_TRUE, last, 1, ends + 1, 0, NULL, NULL);
    clReleaseMemObject(memory);
    return error ? error : ends[0] == 41 && ends[1] == 42 ? 0 : 1;
}

static void alloc_steps(Env *e) {
    cl_int error = 0;
    double parts[] = {0.25, 0.3, 0.5, 0.75, 0.9};
    cl_kernel kernel = kernel_of(e, ends_source, "", "ends", &error);
    cl_ulong best = 0;
    if (error) {
        result("FAILED build %d", error);
        return;
    }
    for (int i = 0; i < 5 && e->gpu; i++) {
        cl_ulong bytes = (cl_ulong)(parts[i] * (double)e->memory) & ~(cl_ulong)4095;
        double start = now();
        int code = try_alloc(e, kernel, bytes);
        detail("one buffer of %.1f GB (%.0f%% of memory): %s (%d), %.1f ms", bytes / GB, 100 * parts[i],
               code ? "FAILED" : "ok", code, (now() - start) * 1e3);
        if (!code) best = bytes;
    }
    result("OK max alloc reported %.2f GB, largest tried that works %.2f GB", e->max_alloc / GB, best / GB);
}

static void sub_buffers(Env *e) {
    size_t origins[] = {16, 64, 128, 256, 512, 4096};
    cl_mem parent = buffer(e, 65536, NULL);
    for (int i = 0; i < 6; i++) {
        cl_int error = 0;
        cl_buffer_region region = {origins[i], 1024};
        clCreateSubBuffer(parent, 0, CL_BUFFER_CREATE_TYPE_REGION, &region, &error);
        detail("sub-buffer at %zu: %s (%d)", origins[i], error ? "refused" : "ok", error);
    }
}

static void alloc_cost(Env *e) {
    size_t sizes[] = {4096, 1 << 20, 64 << 20};
    cl_int error = 0;
    cl_kernel kernel = kernel_of(e, ends_source, "", "ends", &error);
    for (int i = 0; i < 3 && !error; i++) {
        double start = now();
        for (int r = 0; r < 5; r++) try_alloc(e, kernel, sizes[i]);
        double touched = (now() - start) / 5;
        start = now();
        for (int r = 0; r < 20; r++) clReleaseMemObject(buffer(e, sizes[i], NULL));
        detail("create+release %zu KB: %.1f us untouched, %.1f us with a kernel and two reads", sizes[i] >> 10,
               (now() - start) / 20 * 1e6, touched * 1e6);
    }
}

void probe_limits(void) {
    Env e;
    if (!env_open(&e)) return;
    alloc_steps(&e);
    sub_buffers(&e);
    alloc_cost(&e);
}
