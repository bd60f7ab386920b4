/* Any bytes as a body, a text, a cell and a table: the length stays, only digits change, and JSON stays JSON. */
#include "format/card.h"
#include "format/card_csv.h"
#include "format/json.h"
#include "fuzz.h"

static void compare(struct str in, struct str out, bool masked)
{
    must(in.n == out.n && masked != str_eq(in, out));
    for (size_t i = 0; i < in.n; i++) {
        bool escape = out.p[i] == '\\' || (i >= 1 && out.p[i - 1] == '\\') ||
                      (i >= 5 && out.p[i - 5] == '\\') || (i >= 4 && out.p[i - 4] == '\\') ||
                      (i >= 3 && out.p[i - 3] == '\\') || (i >= 2 && out.p[i - 2] == '\\');
        must(in.p[i] == out.p[i] || out.p[i] == '*' || out.p[i] == '9' || out.p[i] == '8' || escape);
    }
}

static void json(struct arena *a, struct str in)
{
    struct str out;
    struct err e = {0};
    bool masked = card_mask_json(a, in, &out);
    compare(in, out, masked);
    /* Only names that differed in masked digits alone may now be the same. */
    must(json_parse(a, in, &e) == NULL || json_parse(a, out, &e) != NULL || strstr(e.en, "name"));
}

static void table(struct arena *a, struct str in, size_t piece)
{
    struct card_csv c;
    struct buf out = buf_in(a);
    card_csv_init(&c, CHARSET_AUTO, '\0');
    for (size_t at = 0; at < in.n; at += piece) {
        buf_add(&out, card_csv_push(&c, str_sub(in, at, piece)));
    }
    buf_add(&out, card_csv_end(&c));
    must(out.n == in.n && c.changed != str_eq(in, buf_str(&out)));
    card_csv_free(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE a;
    arena_init(&a, LIMIT_ARENA);
    struct str in = {(const char *)data, size}, out, rest = in;
    json(&a, in);
    bool masked = card_mask_text(&a, in, &out);
    compare(in, out, masked);
    struct str heading = str_cut(&rest, '\n');
    rest = str_given(rest) ? rest : S("");
    masked = card_mask_cell(&a, heading, rest, &out);
    compare(rest, out, masked);
    table(&a, in, SIZE_MAX / 2);
    table(&a, in, size ? 1 + data[0] % 64 : 1);
    return 0;
}
