/* http_body.h: where a request's body goes as it comes in: into the request's arena, into a new file, or nowhere
 * (a body that is refused but must be read to its end, so that the client hears the answer). */
#ifndef IO_HTTP_BODY_H
#define IO_HTTP_BODY_H

#include "io/http_fault.h"

enum http_body_kind { HTTP_BODY_MEMORY, HTTP_BODY_FILE, HTTP_BODY_NOWHERE };

struct http_body {
    enum http_body_kind kind;
    uint64_t max;  /* bytes taken at most */
    uint64_t size; /* bytes taken so far */
    struct arena *arena;
    char *p; /* HTTP_BODY_MEMORY */
    size_t room;
    int fd;          /* HTTP_BODY_FILE; -1 when closed */
    struct str path; /* NUL-terminated; absent when there is no file */
};

/* Begins a body of `announced` bytes (0 when not known), which decides only how much memory is set aside at first:
 * little, since nobody who only announces shall cost much. A file is made in dir (absolute, a directory of ours)
 * under the name "upload-<id>", new, mode 0600. HTTP_FAULT_DISK when the disk is full, HTTP_FAULT_INTERNAL when the
 * file cannot be made otherwise. */
enum http_fault http_body_open(struct http_body *b, enum http_body_kind kind, uint64_t max,
                               uint64_t announced, struct arena *a, struct str dir, struct str id);
/* Takes more. HTTP_FAULT_BODY_SIZE when it would pass max, HTTP_FAULT_DISK when the disk is full,
 * HTTP_FAULT_INTERNAL when writing fails otherwise; then nothing more is taken and a file is removed. */
enum http_fault http_body_add(struct http_body *b, struct str bytes);
/* The end has come: closes the file, which stays at path. Not synced to disk: whoever keeps it does that. */
enum http_fault http_body_done(struct http_body *b);
/* Closes and removes the file if it is still at its path. For any state, also a zeroed struct, and repeatedly. */
void http_body_drop(struct http_body *b);
/* The bytes in memory. */
struct str http_body_bytes(const struct http_body *b);

#endif
