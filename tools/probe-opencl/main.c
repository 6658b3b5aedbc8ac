// Runs every probe in its own process, so that a crash or a hang ends that probe alone.
// Usage: probe [number...]   Environment: PROBE_BUDGET, seconds for the whole run.
#define _GNU_SOURCE
#include "common.h"
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    int number;
    const char *name;
    void (*run)(void);
    unsigned seconds;
} Probe;

static const Probe probes[] = {
    {1, "device", probe_device, 15},      {2, "matrix-asm", probe_matrix, 12},
    {3, "local-memory", probe_local, 15}, {4, "ptx-binary", probe_ptx, 12},
    {4, "wgmma", probe_wgmma, 15},        {5, "half", probe_half, 15},
    {6, "enqueue", probe_enqueue, 12},    {6, "overlap", probe_overlap, 10},
    {6, "replay", probe_replay, 10},      {7, "copy", probe_copy, 15},
    {8, "bandwidth", probe_bandwidth, 12},
    {9, "fill", probe_fill, 12},          {10, "build", probe_build, 15},
    {11, "peak", probe_peak, 15},         {12, "options", probe_options, 15},
    {13, "limits", probe_limits, 12},
};

static int selected(int number, int argc, char **argv) {
    if (argc < 2) return 1;
    for (int i = 1; i < argc; i++)
        if (atoi(argv[i]) == number) return 1;
    return 0;
}

static void child(const Probe *p, unsigned seconds) {
    alarm(seconds);
    p->run();
    fflush(NULL);
    _exit(0);  // skips the driver's exit handlers, which can hang after a device fault
}

// Waits for a process that may not even end when killed; 0 when it is given up.
static int reap(pid_t pid, unsigned seconds, int *status) {
    double start = now();
    int killed = 0;
    while (now() - start < seconds + 5) {
        if (waitpid(pid, status, WNOHANG) == pid) return 1;
        if (!killed && now() - start > seconds + 2) killed = !kill(pid, SIGKILL);
        usleep(5000);
    }
    return 0;
}

// Holds a context open, so that the driver starts the device once for all probes.
static pid_t start_keeper(void) {
    Env e;
    pid_t pid = fork();
    if (pid) return pid;
    freopen("/dev/null", "w", stdout);
    alarm(120);
    if (env_open(&e)) pause();
    _exit(0);
}

// Returns 1 when cases are left that another process can take up.
static int run_process(const Probe *p, unsigned seconds) {
    int status = 0, at = cases_shared->next;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) child(p, seconds);
    if (!reap(pid, seconds, &status)) return result("HUNG, cannot be killed"), 0;
    int moved = cases_shared->next > at && cases_shared->next < cases_shared->count;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SPOILED) return moved;
    if (WIFEXITED(status)) result("FAILED with exit status %d", WEXITSTATUS(status));
    else if (WTERMSIG(status) == SIGALRM) return result("TIMEOUT after %u s, case %d", seconds, cases_shared->next), 0;
    else result("FAILED by signal %d in case %d", WTERMSIG(status), cases_shared->next);
    return moved;
}

static void run_one(const Probe *p, double left) {
    double start = now(), limit = p->seconds < left + 2 ? p->seconds : left + 2;
    probe_number = p->number;
    probe_name = p->name;
    *cases_shared = (Cases){0, 0};
    printf("== probe %d %s\n", p->number, p->name);
    while (run_process(p, (unsigned)(limit - (now() - start)) + 1))
        if (now() - start > limit) break;
    printf("-- %.2f s\n", now() - start);
}

int main(int argc, char **argv) {
    if (argc > 1 && !strcmp(argv[1], "--build")) return build_child(argc, argv);
    const char *text = getenv("PROBE_BUDGET");
    double budget = text ? atof(text) : 85, start = now();
    cases_shared = mmap(NULL, sizeof *cases_shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (cases_shared == MAP_FAILED) return 1;
    pid_t keeper = start_keeper();
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        const Probe *p = &probes[i];
        if (!selected(p->number, argc, argv)) continue;
        double left = budget - (now() - start);
        if (left > 0) run_one(p, left);
        else printf("PROBE %d %s: SKIPPED out of time\n", p->number, p->name);
    }
    kill(keeper, SIGKILL);
    printf("total %.1f s\n", now() - start);
    return 0;
}
