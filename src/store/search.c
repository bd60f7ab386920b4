#include "store/search.h"

struct str search_pattern(struct arena *a, struct str typed)
{
    struct buf b = buf_in(a);
    buf_char(&b, '%');
    for (size_t i = 0; i < typed.n; i++) {
        if (typed.p[i] == '%' || typed.p[i] == '_' || typed.p[i] == '!') {
            buf_char(&b, '!');
        }
        buf_char(&b, typed.p[i]);
    }
    if (typed.n) {
        buf_char(&b, '%');
    }
    return buf_str(&b);
}
