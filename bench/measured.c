/* measured COMMAND [ARGUMENT]…: runs it and writes, as its last line on standard error,
 *     measured: STATUS SECONDS PEAK_KB USER_SECONDS SYSTEM_SECONDS
 * PEAK_KB is the largest resident set, from wait4(2). A program of its own, small, since a child starts with the
 * resident set of what forks it, and that may be more than it ever needs itself. Ends with the command's status. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: measured COMMAND [ARGUMENT]...\n", stderr);
        return 2;
    }
    double start = now_s();
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[1], argv + 1);
        fprintf(stderr, "measured: %s: %s\n", argv[1], strerror(errno));
        _exit(127);
    }
    int status;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) < 0) {
        fprintf(stderr, "measured: %s\n", strerror(errno));
        return 1;
    }
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    fprintf(stderr, "measured: %d %.3f %ld %.3f %.3f\n", code, now_s() - start, usage.ru_maxrss,
            seconds(usage.ru_utime), seconds(usage.ru_stime));
    return code;
}
