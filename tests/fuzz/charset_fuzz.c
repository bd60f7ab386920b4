/* Any bytes to the decoder of encodings: it reports bad bytes exactly when its output is not clean UTF-8, and
 * how the bytes after the first piece are cut changes nothing. */
#include "format/charset.h"
#include "fuzz.h"

static struct str decode(struct arena *a, struct str bytes, size_t head, size_t piece,
                         struct charset_decoder *d)
{
    struct buf out = buf_in(a);
    charset_decoder_init(d, CHARSET_AUTO);
    buf_add(&out, charset_decode(d, a, str_sub(bytes, 0, head)));
    for (size_t at = head; at < bytes.n; at += piece)
        buf_add(&out, charset_decode(d, a, str_sub(bytes, at, piece)));
    buf_add(&out, charset_decode_end(d, a));
    return buf_str(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    ARENA_SCOPE a;
    arena_init(&a, LIMIT_ARENA);
    struct str bytes = {(const char *)data + 1, size - 1};
    size_t head = bytes.n < 4096 ? bytes.n : 4096; /* what detection looks at */
    struct charset_decoder one, two;
    struct str whole = decode(&a, bytes, head, bytes.n + 1, &one);
    struct str pieces = decode(&a, bytes, head, (size_t)data[0] + 1, &two);
    must(str_eq(whole, pieces) && one.bad == two.bad && one.charset == two.charset);
    size_t at;
    bool clean = utf8_valid(whole, &at) && str_find_char(whole, '\0') == SIZE_MAX;
    must(clean == (one.bad == 0));
    return 0;
}
