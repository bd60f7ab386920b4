/* http_setup.h: the server's own: its options made whole, its files read, its constants. */
#ifndef IO_HTTP_SETUP_H
#define IO_HTTP_SETUP_H

#include "io/http_server.h"

/* Refuses half a TLS setting, and plain HTTP on an address that others can reach (ERR_INVALID). */
bool http_options_check(const struct http_options *o, const struct http_address *address, struct err *e);
/* With the defaults in place of zeros; texts and proxies are copied into the arena. */
struct http_options http_options_copy(const struct http_options *o, struct arena *a);

/* A PEM file of at most 1 MiB as a C string in the arena; NULL with *e (ERR_INVALID). */
const char *http_read_pem(struct arena *a, struct str path, struct err *e);

#endif
