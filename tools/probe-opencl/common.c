// Helpers every probe uses: opening the device, building, launching, printing, half conversion.
#define _GNU_SOURCE
#include "common.h"
#include <stdarg.h>
#include <time.h>
#include <unistd.h>

int probe_number;
const char *probe_name = "";
char build_log[16384];
Cases *cases_shared;

const char *spin_source =
    "kernel void spin(global float *a, int n) {\n"
    "  float x = a[get_global_id(0)];\n"
    "  for (int i = 0; i < n; i++) x = fma(x, 1.0001f, 0.5f);\n"
    "  a[get_global_id(0)] = x;\n}\n";

int next_case(int count) {
    cases_shared->count = count;
    return cases_shared->next < count ? cases_shared->next++ : -1;
}

void spoiled(cl_int error) {
    if (!error) return;
    fflush(NULL);
    _exit(EXIT_SPOILED);
}

double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

void result(const char *format, ...) {
    va_list list;
    printf("PROBE %d %s: ", probe_number, probe_name);
    va_start(list, format);
    vprintf(format, list);
    va_end(list);
    printf("\n");
    fflush(stdout);
}

void detail(const char *format, ...) {
    va_list list;
    printf("    ");
    va_start(list, format);
    vprintf(format, list);
    va_end(list);
    printf("\n");
    fflush(stdout);
}

void text_block(const char *title, const char *text, int lines) {
    if (!text[strspn(text, " \n")]) return;
    printf("    --- %s\n", title);
    while (*text && lines-- > 0) {
        size_t n = strcspn(text, "\n");
        if (n) printf("    | %.*s\n", (int)(n > 200 ? 200 : n), text);
        text += n + (text[n] == '\n');
    }
    fflush(stdout);
}

static int first_device(Env *e) {
    cl_platform_id platforms[8];
    cl_uint count = 0;
    if (clGetPlatformIDs(8, platforms, &count) != CL_SUCCESS) return 0;
    cl_device_type wanted[2] = {CL_DEVICE_TYPE_GPU, CL_DEVICE_TYPE_ALL};
    for (int w = 0; w < 2; w++)
        for (cl_uint i = 0; i < count && i < 8; i++) {
            e->platform = platforms[i];
            if (clGetDeviceIDs(platforms[i], wanted[w], 1, &e->device, NULL) == CL_SUCCESS) return 1;
        }
    return 0;
}

static void read_device(Env *e) {
    cl_uint vendor = 0, major = 0, minor = 0;
    cl_device_type type = 0;
    clGetDeviceInfo(e->device, CL_DEVICE_VENDOR_ID, sizeof vendor, &vendor, NULL);
    clGetDeviceInfo(e->device, CL_DEVICE_TYPE, sizeof type, &type, NULL);
    clGetDeviceInfo(e->device, CL_DEVICE_NAME, sizeof e->name, e->name, NULL);
    clGetDeviceInfo(e->device, CL_DEVICE_MAX_COMPUTE_UNITS, sizeof e->units, &e->units, NULL);
    clGetDeviceInfo(e->device, CL_DEVICE_GLOBAL_MEM_SIZE, sizeof e->memory, &e->memory, NULL);
    clGetDeviceInfo(e->device, CL_DEVICE_MAX_MEM_ALLOC_SIZE, sizeof e->max_alloc, &e->max_alloc, NULL);
    clGetDeviceInfo(e->device, CL_DEVICE_LOCAL_MEM_SIZE, sizeof e->local, &e->local, NULL);
    e->nvidia = vendor == 0x10de;
    e->gpu = (type & CL_DEVICE_TYPE_GPU) != 0;
    if (!e->nvidia) return;
    clGetDeviceInfo(e->device, 0x4000, sizeof major, &major, NULL);
    clGetDeviceInfo(e->device, 0x4001, sizeof minor, &minor, NULL);
    e->major = (int)major;
    e->minor = (int)minor;
}

int env_open(Env *e) {
    cl_int error = 0;
    double start = now();
    memset(e, 0, sizeof *e);
    if (!first_device(e)) return result("FAILED no OpenCL device"), 0;
    read_device(e);
    e->context = clCreateContext(NULL, 1, &e->device, NULL, NULL, &error);
    if (error) return result("FAILED clCreateContext %d", error), 0;
    e->queue = clCreateCommandQueue(e->context, e->device, 0, &error);
    if (error) return result("FAILED clCreateCommandQueue %d", error), 0;
    e->open_seconds = now() - start;
    return 1;
}

int need_nvidia(const Env *e) {
    if (e->nvidia) return 1;
    result("unsupported: device %s is not NVIDIA", e->name);
    return 0;
}

static void read_log(Env *e, cl_program program) {
    size_t size = 0;
    clGetProgramBuildInfo(program, e->device, CL_PROGRAM_BUILD_LOG, 0, NULL, &size);
    char *text = calloc(size + 1, 1);
    clGetProgramBuildInfo(program, e->device, CL_PROGRAM_BUILD_LOG, size, text, NULL);
    snprintf(build_log, sizeof build_log, "%s", text);
    free(text);
}

cl_program build(Env *e, const char *source, const char *options, cl_int *error) {
    build_log[0] = 0;
    cl_program program = clCreateProgramWithSource(e->context, 1, &source, NULL, error);
    if (*error) return NULL;
    *error = clBuildProgram(program, 1, &e->device, options, NULL, NULL);
    read_log(e, program);
    return program;
}

cl_program build_binary(Env *e, const char *data, size_t size, cl_int *error) {
    cl_int status = 0;
    build_log[0] = 0;
    const unsigned char *bytes = (const unsigned char *)data;
    cl_program program = clCreateProgramWithBinary(e->context, 1, &e->device, &size, &bytes, &status, error);
    if (*error) return NULL;
    *error = clBuildProgram(program, 1, &e->device, "", NULL, NULL);
    read_log(e, program);
    return program;
}

char *program_binary(cl_program program, size_t *size) {
    *size = 0;
    if (clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, sizeof *size, size, NULL) || !*size) return NULL;
    char *data = calloc(*size + 1, 1);
    if (clGetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof data, &data, NULL) == CL_SUCCESS) return data;
    free(data);
    return NULL;
}

cl_kernel kernel_of(Env *e, const char *source, const char *options, const char *name, cl_int *error) {
    cl_program program = build(e, source, options, error);
    if (*error) return NULL;
    return clCreateKernel(program, name, error);
}

cl_mem buffer(Env *e, size_t bytes, const void *data) {
    cl_int error = 0;
    cl_mem_flags flags = CL_MEM_READ_WRITE | (data ? CL_MEM_COPY_HOST_PTR : 0);
    return clCreateBuffer(e->context, flags, bytes, (void *)data, &error);
}

cl_int launch(Env *e, cl_kernel kernel, size_t global, size_t local) {
    cl_int error = clEnqueueNDRangeKernel(e->queue, kernel, 1, NULL, &global, local ? &local : NULL, 0, NULL, NULL);
    return error ? error : clFinish(e->queue);
}

cl_int fetch(Env *e, cl_mem memory, void *data, size_t bytes) {
    return clEnqueueReadBuffer(e->queue, memory, CL_TRUE, 0, bytes, data, 0, NULL, NULL);
}

void set_memory(cl_kernel kernel, cl_uint index, cl_mem memory) {
    clSetKernelArg(kernel, index, sizeof memory, &memory);
}

void set_int(cl_kernel kernel, cl_uint index, cl_int value) {
    clSetKernelArg(kernel, index, sizeof value, &value);
}

float farther(float worst, float difference) {
    float size = difference < 0 ? -difference : difference;
    if (!(size < 1e30f)) return 1e30f;
    return size > worst ? size : worst;
}

uint16_t float_to_half(float value) {  // normal range, round to nearest even
    uint32_t bits;
    memcpy(&bits, &value, 4);
    uint16_t sign = (uint16_t)((bits >> 16) & 0x8000);
    int exponent = (int)((bits >> 23) & 255) - 127 + 15;
    if (exponent <= 0) return sign;
    if (exponent >= 31) return (uint16_t)(sign | 0x7c00);
    uint32_t rounded = ((uint32_t)exponent << 23 | (bits & 0x7fffff)) + 0xfff + ((bits >> 13) & 1);
    return (uint16_t)(sign | rounded >> 13);
}

float half_to_float(uint16_t half) {
    int exponent = (half >> 10) & 31;
    float fraction = (float)(half & 1023) / 1024.0f;
    float sign = half & 0x8000 ? -1.0f : 1.0f;
    if (exponent == 31) return fraction ? 0.0f / 0.0f : sign / 0.0f;
    float value = exponent ? 1 + fraction : fraction;
    int shift = exponent ? exponent - 15 : -14;
    return sign * (shift < 0 ? value / (float)(1 << -shift) : value * (float)(1 << shift));
}
