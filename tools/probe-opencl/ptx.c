// Probe 4, first half: is the program binary PTX text, and does an edited one load (sm_90a, other text)?
#include "common.h"
#include "ptx.h"
#include <ctype.h>

static const char *simple_source =
    "kernel void k(global uint *p) { p[get_global_id(0)] = get_global_id(0) * 3u + 12345u; }\n";

// Returns a new text in which the first "from" is "to"; NULL when "from" does not occur.
char *replaced(const char *text, const char *from, const char *to) {
    const char *at = strstr(text, from);
    if (!at) return NULL;
    char *out = malloc(strlen(text) + strlen(to) + 1);
    sprintf(out, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    return out;
}

// ".target sm_90" becomes ".target sm_90a"; NULL when there is no plain numeric target.
char *retargeted(const char *text) {
    const char *at = strstr(text, ".target sm_");
    if (!at) return NULL;
    const char *end = at + 11;
    while (isdigit((unsigned char)*end)) end++;
    if (end == at + 11 || *end == 'a') return NULL;
    char *out = malloc(strlen(text) + 2);
    sprintf(out, "%.*sa%s", (int)(end - text), text, end);
    return out;
}

static void run_text(Env *e, const char *name, const char *text, size_t size, cl_uint offset) {
    cl_int error = 0;
    cl_uint got[64] = {0};
    int wrong = 0;
    double start = now();
    cl_program program = build_binary(e, text, size, &error);
    double seconds = now() - start;
    cl_kernel kernel = error ? NULL : clCreateKernel(program, "k", &error);
    if (error) {
        result("%s FAILED load %d", name, error);
        text_block("log", build_log, 8);
        return;
    }
    cl_mem out = buffer(e, sizeof got, NULL);
    set_memory(kernel, 0, out);
    error = launch(e, kernel, 64, 64);
    if (!error) error = fetch(e, out, got, sizeof got);
    for (cl_uint i = 0; i < 64; i++) wrong += got[i] != i * 3 + offset;
    result("%s %s (run %d, wrong %d, load %.2f ms)", name, error || wrong ? "FAILED" : "OK", error, wrong, seconds * 1e3);
}

static void edits(Env *e, const char *text) {
    char *accelerated = retargeted(text), *changed = replaced(text, "12345", "54321");
    if (changed) run_text(e, "edited constant", changed, strlen(changed), 54321);
    else result("edited constant: the constant is not in the text");
    if (!accelerated) {
        result("no .target sm_NN to change");
        return;
    }
    run_text(e, "retarget sm_90a", accelerated, strlen(accelerated), 12345);
    run_text(e, "retarget sm_90a, ending zero included", accelerated, strlen(accelerated) + 1, 12345);
    char *both = replaced(accelerated, "12345", "777");
    if (both) run_text(e, "retarget sm_90a + edited constant", both, strlen(both), 777);
}

void probe_ptx(void) {
    Env env, *e = &env;
    cl_int error = 0;
    size_t size = 0;
    if (!env_open(e)) return;
    cl_program program = build(e, simple_source, "", &error);
    char *text = error ? NULL : program_binary(program, &size);
    if (!text) {
        result("FAILED no binary, build %d", error);
        return;
    }
    int is_ptx = strstr(text, ".target") != NULL;
    result("binary is %s, %zu bytes", is_ptx ? "PTX text" : "not PTX", size);
    if (!is_ptx) detail("first bytes: %02x %02x %02x %02x", text[0] & 255, text[1] & 255, text[2] & 255, text[3] & 255);
    else text_block("PTX", text, 60);
    run_text(e, "reload unchanged", text, size, 12345);
    if (need_nvidia(e) && is_ptx) edits(e, text);
}
