// Probe 6: a command buffer beside launching its kernels one by one, in order and with bound arguments.
#define CL_ENABLE_BETA_EXTENSIONS
#include "common.h"
#include <CL/cl_ext.h>

enum { STEPS = 400, ROUNDS = 21 };

typedef struct {
    clCreateCommandBufferKHR_fn create;
    clCommandNDRangeKernelKHR_fn launch;
    clFinalizeCommandBufferKHR_fn finalize;
    clEnqueueCommandBufferKHR_fn enqueue;
} Functions;

static int functions_of(Env *e, Functions *f) {
    f->create = clGetExtensionFunctionAddressForPlatform(e->platform, "clCreateCommandBufferKHR");
    f->launch = clGetExtensionFunctionAddressForPlatform(e->platform, "clCommandNDRangeKernelKHR");
    f->finalize = clGetExtensionFunctionAddressForPlatform(e->platform, "clFinalizeCommandBufferKHR");
    f->enqueue = clGetExtensionFunctionAddressForPlatform(e->platform, "clEnqueueCommandBufferKHR");
    return f->create && f->launch && f->finalize && f->enqueue;
}

// The steps wait for each other, as those of an in-order queue do.
static cl_command_buffer_khr record(Env *e, const Functions *f, cl_kernel kernel, size_t *global, size_t *local, cl_int *error) {
    cl_command_buffer_khr commands = f->create(1, &e->queue, NULL, error);
    cl_sync_point_khr before = 0;
    for (int i = 0; !*error && i < STEPS; i++) {
        cl_sync_point_khr here = 0;
        *error = f->launch(commands, NULL, NULL, kernel, 1, NULL, global, local, i > 0, i > 0 ? &before : NULL, &here, NULL);
        before = here;
    }
    if (!*error) *error = f->finalize(commands);
    return commands;
}

static int ascending(const void *a, const void *b) {
    double difference = *(const double *)a - *(const double *)b;
    return (difference > 0) - (difference < 0);
}

static double median(double *times) {
    qsort(times, ROUNDS, sizeof *times, ascending);
    return times[ROUNDS / 2] * 1e6 / STEPS;
}

static void compare(Env *e, const Functions *f, cl_kernel kernel, int work) {
    size_t global = 2, local = 1;
    double single[ROUNDS], replayed[ROUNDS];
    cl_int error = 0;
    set_memory(kernel, 0, buffer(e, 4096, NULL));
    set_int(kernel, 1, work);
    cl_command_buffer_khr commands = record(e, f, kernel, &global, &local, &error);
    for (int r = 0; !error && r < ROUNDS; r++) {
        double start = now();
        for (int i = 0; i < STEPS; i++) clEnqueueNDRangeKernel(e->queue, kernel, 1, NULL, &global, &local, 0, NULL, NULL);
        clFinish(e->queue);
        single[r] = now() - start;
        start = now();
        error = f->enqueue(0, NULL, commands, 0, NULL, NULL);
        clFinish(e->queue);
        replayed[r] = now() - start;
    }
    if (error) result("FAILED %d", error);
    else result("%d steps of %d operations: one by one %.2f us, as a command buffer %.2f us a step", STEPS, work, median(single), median(replayed));
}

void probe_replay(void) {
    Env env, *e = &env;
    Functions f;
    cl_int error = 0;
    if (!env_open(e)) return;
    if (!functions_of(e, &f)) {
        result("no command buffers");
        return;
    }
    cl_kernel kernel = kernel_of(e, spin_source, "", "spin", &error);
    if (error) {
        result("FAILED build %d", error);
        return;
    }
    compare(e, &f, kernel, 1);
    compare(e, &f, kernel, 2000);
}
