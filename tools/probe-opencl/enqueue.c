// Probe 6: host cost of a launch with 0, 1 and 8 changed arguments; do queues overlap.
#include "common.h"

static const char *empty_source =
    "kernel void k(global float *a, global float *b, global float *c, global float *d, int w, int x, int y, int z) {\n"
    "  if (w == 12345678) a[get_global_id(0)] = b[x] + c[y] + d[z];\n}\n";

static cl_command_queue queue_of(Env *e, cl_command_queue_properties properties) {
    cl_int error = 0;
    return clCreateCommandQueue(e->context, e->device, properties, &error);
}

static void set_args(cl_kernel kernel, cl_mem *memory, int changed, int round) {
    for (int i = 0; i < changed && i < 4; i++) set_memory(kernel, (cl_uint)i, memory[(i + round) % 8]);
    for (int i = 4; i < changed; i++) set_int(kernel, (cl_uint)i, round);
}

static void launches(Env *e, cl_command_queue queue, cl_kernel kernel, int changed, int events, const char *label) {
    enum { COUNT = 1000 };
    cl_mem memory[8];
    size_t global = 256, local = 256;
    for (int i = 0; i < 8; i++) memory[i] = buffer(e, 4096, NULL);
    set_args(kernel, memory, 8, 0);
    double best_host = 1e9, best_all = 1e9;
    for (int r = 0; r < 5; r++) {
        double start = now();
        for (int i = 0; i < COUNT; i++) {
            cl_event event = NULL;
            set_args(kernel, memory, changed, i);
            clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global, &local, 0, NULL, events ? &event : NULL);
            if (event) clReleaseEvent(event);
        }
        double host = now() - start;
        clFinish(queue);
        double all = now() - start;
        if (host < best_host) best_host = host;
        if (all < best_all) best_all = all;
    }
    result("%s, %d args changed: host %.2f us, with finish %.2f us per launch", label, changed, best_host * 1e6 / COUNT, best_all * 1e6 / COUNT);
}

static void latency(Env *e, cl_kernel kernel) {
    size_t global = 256, local = 256;
    double best = 1e9;
    for (int i = 0; i < 200; i++) {
        double start = now();
        clEnqueueNDRangeKernel(e->queue, kernel, 1, NULL, &global, &local, 0, NULL, NULL);
        clFinish(e->queue);
        if (now() - start < best) best = now() - start;
    }
    result("one launch + clFinish: %.2f us", best * 1e6);
}

static void event_times(Env *e, cl_kernel kernel) {
    cl_command_queue queue = queue_of(e, CL_QUEUE_PROFILING_ENABLE);
    size_t global = 256, local = 256;
    cl_ulong t[4] = {0};
    cl_event event = NULL;
    for (int i = 0; i < 20; i++) {
        if (event) clReleaseEvent(event);
        clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global, &local, 0, NULL, &event);
        clFinish(queue);
    }
    for (cl_uint i = 0; i < 4; i++) clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_QUEUED + i, 8, &t[i], NULL);
    detail("event of an empty kernel: queued to submit %llu ns, submit to start %llu ns, start to end %llu ns",
           (unsigned long long)(t[1] - t[0]), (unsigned long long)(t[2] - t[1]), (unsigned long long)(t[3] - t[2]));
}

void probe_enqueue(void) {
    Env env, *e = &env;
    cl_int error = 0;
    int changed[] = {0, 1, 8};
    if (!env_open(e)) return;
    cl_kernel kernel = kernel_of(e, empty_source, "", "k", &error);
    if (error) {
        result("FAILED build %d", error);
        return;
    }
    cl_command_queue timed = queue_of(e, CL_QUEUE_PROFILING_ENABLE);
    cl_command_queue loose = queue_of(e, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    for (int i = 0; i < 3; i++) launches(e, e->queue, kernel, changed[i], 0, "plain queue");
    for (int i = 0; i < 3; i++) launches(e, timed, kernel, changed[i], 1, "profiling queue, events");
    launches(e, timed, kernel, 1, 0, "profiling queue, no events");
    launches(e, e->queue, kernel, 1, 1, "plain queue, events released");
    if (loose) launches(e, loose, kernel, 1, 0, "out-of-order queue");
    latency(e, kernel);
    event_times(e, kernel);
}

typedef struct {
    cl_kernel kernel[2];
    cl_command_queue queue[2];
    size_t global;
} Pair;

static double both(Pair *p, int first, int second) {
    size_t local = 64;
    double start = now();
    if (first) clEnqueueNDRangeKernel(p->queue[0], p->kernel[0], 1, NULL, &p->global, &local, 0, NULL, NULL);
    if (second) clEnqueueNDRangeKernel(p->queue[1], p->kernel[1], 1, NULL, &p->global, &local, 0, NULL, NULL);
    clFlush(p->queue[0]);
    clFlush(p->queue[1]);
    clFinish(p->queue[0]);
    clFinish(p->queue[1]);
    return now() - start;
}

static int make_pair(Env *e, Pair *p) {
    cl_int error = 0;
    p->global = 64;
    for (int i = 0; i < 2; i++) {
        p->kernel[i] = kernel_of(e, spin_source, "", "spin", &error);
        if (error) return result("FAILED build %d", error), 0;
        p->queue[i] = queue_of(e, 0);
        set_memory(p->kernel[i], 0, buffer(e, 4096, NULL));
        set_int(p->kernel[i], 1, 1000000);
    }
    both(p, 1, 1);
    int steps = (int)(1000000 * 0.02 / both(p, 1, 0));
    for (int i = 0; i < 2; i++) set_int(p->kernel[i], 1, steps);
    return 1;
}

static void report_pair(const char *label, Pair *p) {
    both(p, 1, 1);
    double one = both(p, 1, 0), two = both(p, 1, 1);
    result("%s: one %.1f ms, both %.1f ms: %s", label, one * 1e3, two * 1e3, two < 1.3 * one ? "overlap" : "no overlap");
}

static void copy_overlap(Env *e, Pair *p) {
    cl_int error = 0;
    size_t bytes = 256 << 20, local = 64;
    cl_mem pinned = clCreateBuffer(e->context, CL_MEM_ALLOC_HOST_PTR, bytes, NULL, &error), target = buffer(e, bytes, NULL);
    void *host = clEnqueueMapBuffer(p->queue[1], pinned, CL_TRUE, CL_MAP_WRITE, 0, bytes, 0, NULL, NULL, &error);
    if (error) {
        result("copy and kernel: FAILED map %d", error);
        return;
    }
    memset(host, 1, bytes);
    double kernel = both(p, 1, 0), start = 0, copy = 0;
    for (int i = 0; i < 2; i++) {
        start = now();
        clEnqueueWriteBuffer(p->queue[1], target, CL_TRUE, 0, bytes, host, 0, NULL, NULL);
        copy = now() - start;
    }
    start = now();
    clEnqueueNDRangeKernel(p->queue[0], p->kernel[0], 1, NULL, &p->global, &local, 0, NULL, NULL);
    clFlush(p->queue[0]);
    clEnqueueWriteBuffer(p->queue[1], target, CL_FALSE, 0, bytes, host, 0, NULL, NULL);
    double returned = now() - start;
    clFinish(p->queue[1]);
    clFinish(p->queue[0]);
    double all = now() - start;
    result("copy and kernel: kernel %.1f ms, pinned copy %.1f ms, both %.1f ms: %s (calls returned after %.2f ms)", kernel * 1e3,
           copy * 1e3, all * 1e3, all < 0.75 * (kernel + copy) ? "overlap" : "no overlap", returned * 1e3);
}

void probe_overlap(void) {
    Env env, *e = &env;
    Pair p;
    if (!env_open(e) || !make_pair(e, &p)) return;
    report_pair("two in-order queues, one work-group each", &p);
    copy_overlap(e, &p);
    p.queue[0] = p.queue[1] = queue_of(e, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    if (p.queue[0]) report_pair("one out-of-order queue", &p);
}
