#include "api/page.h"

#include "base/limits.h"
#include "format/base64.h"

bool page_refuse(struct err *e)
{
    return err_field(e, ERR_INVALID, "cursor",
                     "this cursor is not one of this list; send back nextCursor exactly as it came",
                     "ce curseur n'est pas de cette liste ; renvoyez nextCursor exactement tel que reçu");
}

bool page_read_place(const struct http_request *r, const char *kind, struct page *out, struct err *e)
{
    struct str limit = http_query(r, S("limit")), cursor = http_query(r, S("cursor"));
    int64_t n = PAGE_LIMIT_DEFAULT;
    *out = (struct page){.kind = str_of(kind)};
    if (str_given(limit) && (!str_to_i64(limit, &n) || n < 1 || n > LIMIT_PAGE)) {
        return err_field(e, ERR_INVALID, "limit", "limit is a whole number from 1 to %d",
                         "limit est un nombre entier de 1 à %d", LIMIT_PAGE);
    }
    out->limit = (size_t)n;
    /* "?cursor=" is how some clients ask for the first page. */
    if (cursor.n == 0) {
        return true;
    }
    bool ours = base64_url_decode(r->arena, cursor, &out->place) && utf8_valid(out->place, &(size_t){0}) &&
                str_eq(str_cut(&out->place, ':'), out->kind);
    return (ours && str_given(out->place)) || page_refuse(e);
}

bool page_read(const struct http_request *r, const char *kind, struct page *out, struct err *e)
{
    if (!page_read_place(r, kind, out, e)) {
        return false;
    }
    return !str_given(out->place) || (str_to_i64(out->place, &out->key) && out->key > 0) || page_refuse(e);
}

bool page_cut(const struct page *p, size_t *count)
{
    bool more = *count > p->limit;
    *count = more ? p->limit : *count;
    return more;
}

struct str page_cursor_place(struct arena *a, const struct page *p, struct str place)
{
    return base64_url_encode(a, arena_fmt(a, "%.*s:%.*s", STR_ARG(p->kind), STR_ARG(place)));
}

struct str page_cursor(struct arena *a, const struct page *p, int64_t key)
{
    return page_cursor_place(a, p, arena_fmt(a, "%lld", (long long)key));
}

struct str page_slice(struct arena *a, const struct page *p, size_t count, size_t *from, size_t *to)
{
    *from = (uint64_t)p->key < count ? (size_t)p->key : count;
    *to = count - *from > p->limit ? *from + p->limit : count;
    return *to < count ? page_cursor(a, p, (int64_t)*to) : (struct str){0};
}
