#include "connector/csv_text.h"

#include "base/fold.h"

static const struct str blanks[] = {
    S_INIT(" "),      S_INIT("\t"),     S_INIT("\n"),     S_INIT("\r"),     S_INIT("\v"),
    S_INIT("\f"),     S_INIT("\u00a0"), S_INIT("\u202f"), S_INIT("\u2000"), S_INIT("\u2001"),
    S_INIT("\u2002"), S_INIT("\u2003"), S_INIT("\u2004"), S_INIT("\u2005"), S_INIT("\u2006"),
    S_INIT("\u2007"), S_INIT("\u2008"), S_INIT("\u2009"), S_INIT("\u200a"), S_INIT("\u200b"),
};

size_t csv_text_blank(struct str s)
{
    unsigned char c = s.n == 0 ? 'x' : (unsigned char)s.p[0];
    if (c > ' ' && c != 0xC2 && c != 0xE2) {
        return 0;
    }
    for (size_t i = 0; i < ARRAY_LEN(blanks); i++) {
        if (str_starts(s, blanks[i])) {
            return blanks[i].n;
        }
    }
    return 0;
}

struct str csv_cell_trim(struct str cell)
{
    for (size_t n; (n = csv_text_blank(cell)) > 0;) {
        cell = str_sub(cell, n, cell.n);
    }
    for (;;) {
        size_t before = cell.n;
        unsigned char last = cell.n == 0 ? 'x' : (unsigned char)cell.p[cell.n - 1];
        if (last > ' ' && last < 0x80) {
            return cell;
        }
        for (size_t i = 0; i < ARRAY_LEN(blanks) && cell.n == before; i++) {
            if (str_ends(cell, blanks[i])) {
                cell.n -= blanks[i].n;
            }
        }
        if (cell.n == before) {
            return cell;
        }
    }
}

/* Signs that are not letters, beyond ASCII: no-break blanks are folded away already. */
static bool is_sign(uint32_t c)
{
    return c == 0xAA || c == 0xB0 || c == 0xBA || c == 0xB7 || c == 0x2116 || (c >= 0x2010 && c <= 0x2027);
}

struct str csv_key(struct arena *a, struct str name)
{
    struct str s = fold(a, name);
    struct buf b = buf_in(a);
    while (s.n > 0) {
        char utf8[4];
        uint32_t c = utf8_next(&s);
        bool letter = c >= 0x80 ? !is_sign(c) : (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '%';
        if (letter) {
            buf_add(&b, (struct str){utf8, utf8_put(c, utf8)});
        }
    }
    return buf_str(&b);
}

int csv_text_number(struct str s, size_t *i, int most, int *v)
{
    int n = 0;
    *v = 0;
    while (csv_text_digit(s, *i) && n < most) {
        *v = *v * 10 + (s.p[*i] - '0');
        (*i)++;
        n++;
    }
    return csv_text_digit(s, *i) ? 0 : n;
}

void csv_text_skip(struct str s, size_t *i)
{
    for (size_t n; (n = csv_text_blank(str_sub(s, *i, s.n))) > 0;) {
        *i += n;
    }
}
