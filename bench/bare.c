/* bare: libmicrohttpd answering 200, with nothing behind it: reads the body, keeps nothing. epoll, one thread, as in
 * our own server (src/io/http_library.c). Prints "listening on PORT" and serves until it is killed. */
#include <microhttpd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char answer_text[] = "{\"received\":true,\"id\":\"1\"}";

static enum MHD_Result answer(void *ctx, struct MHD_Connection *c, const char *url, const char *method,
                              const char *version, const char *data, size_t *data_n, void **request)
{
    (void)ctx, (void)url, (void)method, (void)version, (void)data;
    if (!*request) {
        *request = answer_text; /* any pointer: the headers are there, the body follows */
        return MHD_YES;
    }
    if (*data_n) {
        *data_n = 0;
        return MHD_YES;
    }
    struct MHD_Response *r =
        MHD_create_response_from_buffer(sizeof(answer_text) - 1, answer_text, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
    enum MHD_Result queued = MHD_queue_response(c, MHD_HTTP_OK, r);
    MHD_destroy_response(r);
    return queued;
}

int main(void)
{
    struct MHD_Daemon *d = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, NULL, NULL,
                                            answer, NULL, MHD_OPTION_CONNECTION_LIMIT, 1024u, MHD_OPTION_END);
    const union MHD_DaemonInfo *bound = d ? MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT) : NULL;
    if (!bound) {
        fputs("bare: libmicrohttpd does not start\n", stderr);
        return 1;
    }
    printf("listening on %u\n", (unsigned)bound->port);
    fflush(stdout);
    for (;;) {
        pause();
    }
}
