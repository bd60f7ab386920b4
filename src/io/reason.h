/* reason.h: what the system says why something failed, in both languages. */
#ifndef IO_REASON_H
#define IO_REASON_H

/* Of an error number (errno): the system's words in English. In French our own for what people meet (no such file, no
 * right, no room …), else the system's as well. For texts with one place for either:
 *   err_set(e, code, "%.*s: %s%.0s", "%.*s : %.0s%s", STR_ARG(path), REASON(errno)) */
const char *reason_en(int error);
const char *reason_fr(int error);
#define REASON(error) reason_en(error), reason_fr(error)

#endif
