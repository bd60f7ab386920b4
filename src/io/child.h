/* child.h: another run of this very program, as a process of its own. */
#ifndef IO_CHILD_H
#define IO_CHILD_H

#include "base/err.h"

struct child {
    int pid; /* 0: none */
};

/* Starts this program's own binary with these arguments (at most 32, ends with NULL; without the program's name). What
 * it says on standard error goes to the end of the file. */
bool child_start(struct child *c, const char *const *arguments, struct str log_path, struct err *e);
/* True while it runs. */
bool child_runs(struct child *c);
/* Asks it to stop (SIGTERM) and waits. Accepts one that is not running. */
void child_stop(struct child *c);
/* Ends it at once (SIGKILL), as a power cut would. */
void child_kill(struct child *c);

#endif
