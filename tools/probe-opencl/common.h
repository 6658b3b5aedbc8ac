// Shared helpers of the OpenCL probe: device, build, timing, printing, half conversion.
#ifndef PROBE_COMMON_H
#define PROBE_COMMON_H
#define CL_TARGET_OPENCL_VERSION 300
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#include <CL/cl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MB (1024.0 * 1024.0)
#define GB (1024.0 * MB)

typedef struct {
    cl_platform_id platform;
    cl_device_id device;
    cl_context context;
    cl_command_queue queue;
    int nvidia, gpu;
    int major, minor;  // compute capability, 0.0 where not NVIDIA
    cl_uint units;
    cl_ulong memory, max_alloc, local;
    char name[256];
    double open_seconds;
} Env;

extern int probe_number;
extern const char *probe_name;
extern char build_log[16384];

// `spin`, a chain of n dependent steps, so that the time does not depend on the clock of the memory.
extern const char *spin_source;

// Cases of a probe. When one crashes or leaves the device unusable, a new process goes on with the next.
typedef struct {
    int next, count;
} Cases;
extern Cases *cases_shared;  // in memory shared with the parent
enum { EXIT_SPOILED = 3 };
int next_case(int count);     // -1 after the last
void spoiled(cl_int error);   // ends this process when a launch failed


double now(void);
void result(const char *format, ...) __attribute__((format(printf, 1, 2)));
void detail(const char *format, ...) __attribute__((format(printf, 1, 2)));
void text_block(const char *title, const char *text, int lines);

int env_open(Env *e);  // 0 when there is no device (and a RESULT line has been printed)
int need_nvidia(const Env *e);
cl_program build(Env *e, const char *source, const char *options, cl_int *error);
cl_program build_binary(Env *e, const char *data, size_t size, cl_int *error);
char *program_binary(cl_program program, size_t *size);
cl_kernel kernel_of(Env *e, const char *source, const char *options, const char *name, cl_int *error);
cl_mem buffer(Env *e, size_t bytes, const void *data);
cl_int launch(Env *e, cl_kernel kernel, size_t global, size_t local);
cl_int fetch(Env *e, cl_mem memory, void *data, size_t bytes);
void set_memory(cl_kernel kernel, cl_uint index, cl_mem memory);
void set_int(cl_kernel kernel, cl_uint index, cl_int value);

float farther(float worst, float difference);  // the larger magnitude; not-a-number counts as infinite
uint16_t float_to_half(float value);
float half_to_float(uint16_t bits);

// Prefix for kernels with inline assembly: clang spells the keyword __asm__.
#define ASM_PREFIX "#ifndef __NV_CL_C_VERSION\n#define asm __asm__\n#endif\n"

void probe_device(void);
void probe_limits(void);
void probe_matrix(void);
void probe_local(void);
void probe_ptx(void);
void probe_wgmma(void);
void probe_half(void);
void probe_enqueue(void);
void probe_overlap(void);
void probe_replay(void);
void probe_copy(void);
void probe_bandwidth(void);
void probe_fill(void);
void probe_build(void);
void probe_options(void);
void probe_peak(void);
int build_child(int argc, char **argv);
#endif
