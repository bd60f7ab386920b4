/* page.h: which part of a list is asked for: ?limit=50&cursor=… .
 *
 * A cursor is opaque to clients: base64url of "<kind>:<key>", where the key is the last row's place in the order of
 * the list and the kind names the list, so that a cursor of another list is refused. */
#ifndef API_PAGE_H
#define API_PAGE_H

#include "io/http_request.h"

#define PAGE_LIMIT_DEFAULT 50

struct page {
    struct str kind;
    size_t limit;     /* 1 to LIMIT_PAGE */
    int64_t key;      /* 0: from the beginning */
    struct str place; /* of a list read with page_read_place(); absent: from the beginning */
};

/* ERR_INVALID with pointer /limit or /cursor. */
bool page_read(const struct http_request *r, const char *kind, struct page *out, struct err *e);
/* Of a list that was read with one row more than asked for: takes that row off, and says whether it was there. */
bool page_cut(const struct page *p, size_t *count);
/* The cursor of the page that follows the row with this key (above 0). */
struct str page_cursor(struct arena *a, const struct page *p, int64_t key);

/* The same for a list whose order no single number tells: its keys are texts, which its owner writes and reads; one
 * that is no place in it is page_refuse()d. */
bool page_read_place(const struct http_request *r, const char *kind, struct page *out, struct err *e);
struct str page_cursor_place(struct arena *a, const struct page *p, struct str place);
bool page_refuse(struct err *e); /* ERR_INVALID, /cursor */

/* For a list that is at hand as a whole: the key is how many rows came before. Gives [*from, *to) of count rows and
 * the next cursor, absent at the end. */
struct str page_slice(struct arena *a, const struct page *p, size_t count, size_t *from, size_t *to);

#endif
