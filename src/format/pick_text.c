#include "format/pick_function.h"

/* Capital letters and how far their small ones are; alternating: capital and small letter by turns. Source:
 * Unicode 15, UnicodeData.txt, simple case mappings of the scripts that guests' names come in. */
static const struct {
    uint32_t first, last;
    int32_t distance;
    bool alternating;
} capitals[] = {
    {0x41, 0x5a, 32, false},   {0xc0, 0xd6, 32, false},     {0xd8, 0xde, 32, false},
    {0x100, 0x12f, 1, true},   {0x132, 0x137, 1, true},     {0x139, 0x148, 1, true},
    {0x14a, 0x177, 1, true},   {0x178, 0x178, -121, false}, {0x179, 0x17e, 1, true},
    {0x200, 0x21f, 1, true},   {0x222, 0x233, 1, true},     {0x386, 0x386, 38, false},
    {0x388, 0x38a, 37, false}, {0x38c, 0x38c, 64, false},   {0x38e, 0x38f, 63, false},
    {0x391, 0x3a1, 32, false}, {0x3a3, 0x3ab, 32, false},   {0x400, 0x40f, 80, false},
    {0x410, 0x42f, 32, false}, {0x460, 0x481, 1, true},     {0x48a, 0x4bf, 1, true},
    {0x4d0, 0x52f, 1, true},   {0x531, 0x556, 48, false},   {0x1e00, 0x1e95, 1, true},
    {0x1ea0, 0x1eff, 1, true},
};

uint32_t pick_lower(uint32_t c)
{
    for (size_t i = 0; i < ARRAY_LEN(capitals); i++) {
        if (c >= capitals[i].first && c <= capitals[i].last) {
            bool small = capitals[i].alternating && (c - capitals[i].first) % 2 == 1;
            return small ? c : (uint32_t)((int32_t)c + capitals[i].distance);
        }
    }
    return c;
}

static uint32_t upper(uint32_t c)
{
    if (c == 0x3c2) { /* the sigma at the end of a word */
        return 0x3a3;
    }
    for (size_t i = 0; i < ARRAY_LEN(capitals); i++) {
        uint32_t capital = (uint32_t)((int32_t)c - capitals[i].distance);
        if (capital >= capitals[i].first && capital <= capitals[i].last &&
            (!capitals[i].alternating || (capital - capitals[i].first) % 2 == 0)) {
            return capital;
        }
    }
    return c;
}

static bool change_case(struct pick_call *c, const struct json *v, struct pick_values *out,
                        uint32_t (*change)(uint32_t))
{
    struct str s;
    if (!pick_text_of(c, v, &s)) {
        return false;
    }
    struct buf b = buf_in(c->env->a);
    while (s.n > 0) {
        char utf8[4];
        buf_add(&b, (struct str){utf8, utf8_put(change(utf8_next(&s)), utf8)});
    }
    return pick_give_text(c, out, buf_str(&b));
}

static bool fn_lower(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    return change_case(c, v, out, pick_lower);
}

static bool fn_upper(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    return change_case(c, v, out, upper);
}

static bool fn_text(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    struct str s;
    return pick_text_of(c, v, &s) && pick_give_text(c, out, s);
}

static bool fn_trim(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    struct str s;
    return pick_text_of(c, v, &s) && pick_give_text(c, out, str_trim(s));
}

/* The byte at which character n begins. */
static size_t byte_of(struct str s, int64_t n)
{
    struct str rest = s;
    while (n > 0 && rest.n > 0) {
        utf8_next(&rest);
        n--;
    }
    return s.n - rest.n;
}

static bool fn_slice(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    struct str s;
    int64_t from = 0, to = INT32_MAX;
    if (!pick_text_of(c, v, &s) || !pick_arg_int(c, 0, INT32_MIN, INT32_MAX, &from) ||
        (c->count > 1 && !pick_arg_int(c, 1, INT32_MIN, INT32_MAX, &to))) {
        return false;
    }
    int64_t length = (int64_t)utf8_count(s);
    from = from < 0 ? from + length : from;
    to = to < 0 ? to + length : to;
    from = from < 0 ? 0 : from;
    size_t start = byte_of(s, from), end = to > from ? byte_of(s, to) : start;
    return pick_give_text(c, out, str_sub(s, start, end - start));
}

static bool separator(struct pick_call *c, struct str *out)
{
    return pick_arg_text(c, 0, out) &&
           (out->n > 0 || pick_fail(c, "the text to look for is empty", "le texte à chercher est vide"));
}

static bool fn_replace(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    struct str s, what, by;
    if (!pick_text_of(c, v, &s) || !separator(c, &what) || !pick_arg_text(c, 1, &by)) {
        return false;
    }
    struct buf b = buf_in(c->env->a);
    for (size_t at; (at = str_find(s, what)) != SIZE_MAX && b.n <= PICK_TEXT;) {
        buf_add(&b, str_sub(s, 0, at));
        buf_add(&b, by);
        s = str_sub(s, at + what.n, s.n);
    }
    buf_add(&b, s);
    return pick_give_text(c, out, buf_str(&b));
}

static bool fn_split(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    struct str s, by;
    if (!pick_text_of(c, v, &s) || !separator(c, &by)) {
        return false;
    }
    for (size_t at; (at = str_find(s, by)) != SIZE_MAX; s = str_sub(s, at + by.n, s.n)) {
        if (!pick_give_text(c, out, str_sub(s, 0, at))) {
            return false;
        }
    }
    return pick_give_text(c, out, s);
}

/* --- names --- */

/* Words that belong to the family name that follows; written small. */
static bool is_particle(struct str word)
{
    static const struct str particles[] = {
        S_INIT("von"),   S_INIT("van"), S_INIT("zu"),  S_INIT("zum"), S_INIT("zur"), S_INIT("vom"),
        S_INIT("de"),    S_INIT("du"),  S_INIT("des"), S_INIT("la"),  S_INIT("le"),  S_INIT("del"),
        S_INIT("della"), S_INIT("di"),  S_INIT("da"),  S_INIT("dal"), S_INIT("dos"), S_INIT("das"),
        S_INIT("do"),    S_INIT("der"), S_INIT("den"), S_INIT("ten"), S_INIT("ter"), S_INIT("el"),
        S_INIT("al"),    S_INIT("bin"), S_INIT("ibn"), S_INIT("ben"),
    };
    for (size_t i = 0; i < ARRAY_LEN(particles); i++) {
        if (str_eq(word, particles[i])) {
            return true;
        }
    }
    return str_starts(word, S("d'")) || str_starts(word, S("d’"));
}

/* How many capitals "MARTIN" has, as French forms write family names; 0 when it has small letters, or a
 * point, which makes initials of it. */
static size_t capitals_in(struct str word)
{
    size_t letters = 0;
    while (word.n > 0) {
        uint32_t c = utf8_next(&word);
        if (upper(c) != c || c == '.') {
            return 0;
        }
        letters += pick_lower(c) != c;
    }
    return letters;
}

static struct str next_word(struct str *rest)
{
    *rest = str_trim(*rest);
    size_t at = str_find_char(*rest, ' ');
    struct str word = str_sub(*rest, 0, at);
    *rest = str_sub(*rest, word.n, rest->n);
    return word;
}

struct name_marks {
    size_t last_word;
    size_t particle;      /* the first one behind the first word; SIZE_MAX: none */
    size_t capitals_from; /* where words in capitals begin that go on to the end; SIZE_MAX: none */
    size_t capitals_to;   /* where words in capitals end that began the name; 0: none */
};

static struct name_marks mark_name(struct str full)
{
    struct name_marks m = {.particle = SIZE_MAX, .capitals_from = SIZE_MAX};
    bool leading = true;
    for (struct str rest = full; rest.n > 0;) {
        struct str word = next_word(&rest);
        size_t at = (size_t)(word.p - full.p), letters = capitals_in(word);
        m.last_word = at;
        if (at > 0 && m.particle == SIZE_MAX && is_particle(word)) {
            m.particle = at;
        }
        leading = leading && letters >= (at == 0 ? 3 : 2);
        m.capitals_to = leading ? at + word.n : m.capitals_to;
        m.capitals_from = letters < 2 ? SIZE_MAX : m.capitals_from == SIZE_MAX ? at : m.capitals_from;
    }
    return m;
}

/* A comma separates family and given name; else capitals tell the family name, if not all is in capitals;
 * else it begins at the first particle or is the last word. A single word is a family name. */
static void split_name(struct str full, struct str *first, struct str *last)
{
    full = str_trim(full);
    size_t comma = str_find_char(full, ',');
    if (comma != SIZE_MAX) {
        *last = str_trim(str_sub(full, 0, comma));
        *first = str_trim(str_sub(full, comma + 1, full.n));
        return;
    }
    struct name_marks m = mark_name(full);
    if (m.capitals_to > 0 && m.capitals_to < full.n) {
        *last = str_sub(full, 0, m.capitals_to);
        *first = str_trim(str_sub(full, m.capitals_to, full.n));
        return;
    }
    bool tells = m.capitals_from != SIZE_MAX && m.capitals_from > 0;
    size_t at = m.last_word;
    if (m.particle != SIZE_MAX) {
        at = tells && m.capitals_from < m.particle ? m.capitals_from : m.particle;
    } else if (tells) {
        at = m.capitals_from;
    }
    *first = str_trim(str_sub(full, 0, at));
    *last = str_trim(str_sub(full, at, full.n));
}

static bool half_name(struct pick_call *c, const struct json *v, struct pick_values *out, bool wants_first)
{
    struct str s, first, last;
    if (!pick_text_of(c, v, &s)) {
        return false;
    }
    split_name(s, &first, &last);
    struct str half = wants_first ? first : last;
    return half.n == 0 || pick_give_text(c, out, half);
}

static bool fn_name_first(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    return half_name(c, v, out, true);
}

static bool fn_name_last(struct pick_call *c, const struct json *v, struct pick_values *out)
{
    return half_name(c, v, out, false);
}

const struct pick_function pick_text_functions[] = {
    {.name = "text", .args = "", .each = fn_text},
    {.name = "trim", .args = "", .each = fn_trim},
    {.name = "lower", .args = "", .each = fn_lower},
    {.name = "upper", .args = "", .each = fn_upper},
    {.name = "slice", .args = "ii", .least = 1, .each = fn_slice},
    {.name = "replace", .args = "st", .least = 2, .each = fn_replace},
    {.name = "split", .args = "s", .least = 1, .each = fn_split},
    {.name = "name_first", .args = "", .each = fn_name_first},
    {.name = "name_last", .args = "", .each = fn_name_last},
    {.name = NULL},
};
