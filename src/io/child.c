#include "io/child.h"

#include "base/arena.h"
#include "io/reason.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGUMENTS_MAX 32

extern char **environ;

bool child_start(struct child *c, const char *const *arguments, struct str log_path, struct err *e)
{
    ARENA_SCOPE a;
    arena_init(&a, 1u << 20);
    char *argv[ARGUMENTS_MAX + 2] = {(char *)arena_cstr(&a, S("selfkey"))};
    c->pid = 0;
    for (size_t i = 0; arguments[i]; i++) {
        if (i == ARGUMENTS_MAX) {
            return err_set(e, ERR_INVALID, "at most %d arguments", "%d arguments au plus", ARGUMENTS_MAX);
        }
        argv[i + 1] = (char *)arena_cstr(&a, str_of(arguments[i]));
    }
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, arena_cstr(&a, log_path),
                                     O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    pid_t pid;
    int rc = posix_spawn(&pid, "/proc/self/exe", &files, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    if (rc != 0) {
        return err_set(e, ERR_INTERNAL, "cannot start the server: %s%.0s",
                       "impossible de lancer le serveur : %.0s%s", REASON(rc));
    }
    c->pid = pid;
    return true;
}

bool child_runs(struct child *c)
{
    if (c->pid && waitpid(c->pid, NULL, WNOHANG) != 0) { /* also when it is none of ours any more */
        c->pid = 0;
    }
    return c->pid != 0;
}

static void end(struct child *c, int signal)
{
    if (!child_runs(c)) {
        return;
    }
    kill(c->pid, signal);
    while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR) {
    }
    c->pid = 0;
}

void child_stop(struct child *c)
{
    end(c, SIGTERM);
}

void child_kill(struct child *c)
{
    end(c, SIGKILL);
}
