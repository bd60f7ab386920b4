#include "format/card_text.h"

#include "format/card_number.h"

#include <string.h>

#define GAP_MAX      3 /* characters between two groups of a number */
#define CODE_GAP_MAX 8 /* characters between a word and the security code after it */

enum unit_kind { UNIT_OTHER, UNIT_DIGIT, UNIT_GAP, UNIT_LETTER };

/* One character, however it is written. */
struct unit {
    enum unit_kind kind;
    char c; /* UNIT_DIGIT, UNIT_LETTER (small) */
    size_t n;
};

void card_text_put(struct card_text *t, size_t at, char c)
{
    if (t->in.p[at] == c && !t->out) {
        return;
    }
    if (!t->out) {
        t->out = arena_alloc(t->a, t->in.n);
        memcpy(t->out, t->in.p, t->in.n);
    }
    if (t->out[at] != c) {
        t->out[at] = c;
        t->changed = true;
    }
}

static struct unit unit_of(unsigned point, size_t n)
{
    if (point >= '0' && point <= '9') {
        return (struct unit){UNIT_DIGIT, (char)point, n};
    }
    if (point >= 0xFF10 && point <= 0xFF19) {
        return (struct unit){UNIT_DIGIT, (char)('0' + (point - 0xFF10)), n};
    }
    if ((point | 32) >= 'a' && (point | 32) <= 'z') {
        return (struct unit){UNIT_LETTER, (char)(point | 32), n};
    }
    bool gap = point == ' ' || point == '-' || point == '.' || point == '+' || point == 0xA0 ||
               point == 0x202F || point == 0x2007 || point == 0x2009 ||
               (point >= 0x2010 && point <= 0x2015) || point == 0x2212;
    return (struct unit){gap ? UNIT_GAP : UNIT_OTHER, 0, n};
}

static int hex_value(unsigned char c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

static struct unit unit_escaped(const unsigned char *p, size_t n)
{
    if (n < 2) {
        return (struct unit){UNIT_OTHER, 0, n};
    }
    if (p[1] != 'u' || n < 6) {
        return (struct unit){UNIT_OTHER, 0, 2};
    }
    int point = 0;
    for (size_t i = 2; i < 6; i++) {
        int h = hex_value(p[i]);
        if (h < 0) {
            return (struct unit){UNIT_OTHER, 0, 2};
        }
        point = point * 16 + h;
    }
    return unit_of((unsigned)point, 6);
}

/* The character at `at`; at < end. */
static struct unit unit_at(const struct card_text *t, size_t at, size_t end, bool escaped)
{
    const unsigned char *p = (const unsigned char *)t->in.p + at;
    size_t n = end - at;
    if (p[0] == '\\' && escaped) {
        return unit_escaped(p, n);
    }
    if (p[0] == '%' && n >= 3 && p[1] == '2' && p[2] == '0') {
        return (struct unit){UNIT_GAP, 0, 3};
    }
    if (p[0] < 0x80) {
        return unit_of(p[0], 1);
    }
    if (p[0] == 0xC2 && n >= 2 && p[1] == 0xA0) {
        return (struct unit){UNIT_GAP, 0, 2};
    }
    if ((p[0] == 0xE2 || p[0] == 0xEF) && n >= 3 && p[1] >= 0x80 && p[1] <= 0xBF && p[2] >= 0x80 &&
        p[2] <= 0xBF) {
        return unit_of((p[0] & 0xFu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu), 3);
    }
    /* Windows-1252: no-break space and dashes of one byte */
    bool gap = p[0] == 0xA0 || p[0] == 0x96 || p[0] == 0x97;
    return (struct unit){gap ? UNIT_GAP : UNIT_OTHER, 0, 1};
}

static void blot(struct card_text *t, size_t at, size_t n)
{
    if (n == 6) {
        for (size_t i = 0; i < 6; i++) {
            card_text_put(t, at + i, "\\u002a"[i]);
        }
        return;
    }
    for (size_t i = 0; i < n; i++) {
        card_text_put(t, at + i, '*');
    }
}

/* --- card numbers --- */

struct run {
    char digits[CARD_NUMBER_MAX];
    size_t at[CARD_NUMBER_MAX];
    size_t width[CARD_NUMBER_MAX]; /* bytes of each digit */
    size_t count;
    size_t groups[CARD_NUMBER_MAX];
    size_t group_count;
};

/* Adds the digits from at on; false when there are more than a card number has. *at goes behind them. */
static bool add_group(const struct card_text *t, size_t *at, size_t end, bool escaped, struct run *r)
{
    size_t length = 0;
    bool fits = true;
    while (*at < end) {
        struct unit u = unit_at(t, *at, end, escaped);
        if (u.kind != UNIT_DIGIT) {
            break;
        }
        if (r->count + length < CARD_NUMBER_MAX) {
            r->digits[r->count + length] = u.c;
            r->at[r->count + length] = *at;
            r->width[r->count + length] = u.n;
            length++;
        } else {
            fits = false;
        }
        *at += u.n;
    }
    if (!fits || length == 0) {
        return false;
    }
    r->count += length;
    r->groups[r->group_count++] = length;
    return true;
}

static bool usual_groups(const struct run *r)
{
    static const unsigned char others[][3] = {{4, 6, 5}, {4, 6, 4}, {4, 4, 5}, {6, 13, 0}};
    const size_t *g = r->groups;
    size_t n = r->group_count;
    if (n == 1) {
        return true;
    }
    bool even = (g[0] == 4 || g[0] == 8) && g[n - 1] <= g[0];
    for (size_t i = 1; i + 1 < n && even; i++) {
        even = g[i] == g[0];
    }
    for (size_t i = 0; i < ARRAY_LEN(others) && !even && n <= 3; i++) {
        even = g[0] == others[i][0] && g[1] == others[i][1] && (n == 3 ? g[2] : 0) == others[i][2];
    }
    return even;
}

/* A French company's number: 14 digits with the check digit of cards, some with the beginning of Diners cards. */
static bool after_siret(const struct card_text *t, const struct run *r)
{
    size_t at = r->at[0], from = at > 12 ? at - 12 : 0;
    for (size_t i = from; r->count == 14 && i + 5 <= at; i++) {
        if (str_eq_nocase(str_sub(t->in, i, 5), S("siret"))) {
            return true;
        }
    }
    return false;
}

/* People write the security code behind the number, often after the month of expiry: "… 1111 12/26 123". Masks it;
 * returns where to go on. */
static size_t mask_follower(struct card_text *t, size_t at, size_t end, bool escaped, size_t digits_of_card)
{
    size_t resume = at, length = digits_of_card == 15 ? 4 : 3; /* American Express has 4 */
    while (at < end) {
        struct run r = {.count = 0};
        size_t gap = 0;
        while (at < end && gap < GAP_MAX) {
            struct unit u = unit_at(t, at, end, escaped);
            if (u.kind != UNIT_GAP && t->in.p[at] != '/') {
                break;
            }
            at += u.n;
            gap++;
        }
        if (gap == 0 || !add_group(t, &at, end, escaped, &r) || r.count > 4 ||
            (at < end && unit_at(t, at, end, escaped).kind == UNIT_LETTER)) {
            break;
        }
        for (size_t i = 0; r.count == length && i < length; i++) {
            blot(t, r.at[i], r.width[i]);
        }
        resume = r.count == length ? at : resume;
    }
    return resume;
}

/* Masks the number that begins with the digit at `at`, if one does; returns where to go on. */
static size_t mask_number(struct card_text *t, size_t at, size_t end, bool escaped)
{
    struct run r = {.count = 0};
    size_t found = 0, digits = 0, next = at;
    bool fits = add_group(t, &next, end, escaped, &r);
    size_t resume = next, after = next;
    if (!fits || r.count < 4) {
        return resume;
    }
    for (;;) {
        if (r.count >= t->least && usual_groups(&r) && card_number_valid(r.digits, r.count) &&
            !after_siret(t, &r)) {
            found++;
            digits = r.count;
            after = next;
        }
        size_t gap = 0;
        while (next < end && gap < GAP_MAX) {
            struct unit u = unit_at(t, next, end, escaped);
            if (u.kind != UNIT_GAP) {
                break;
            }
            next += u.n;
            gap++;
        }
        if (gap == 0 || !add_group(t, &next, end, escaped, &r)) {
            break;
        }
    }
    size_t keep = found == 1 ? 4 : 0;
    for (size_t i = 0; found && i < digits - keep; i++) {
        blot(t, r.at[i], r.width[i]);
    }
    return found ? mask_follower(t, after, end, escaped, digits) : resume;
}

/* --- security codes --- */

static size_t word_at(const struct card_text *t, size_t at, size_t end, const struct str *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (words[i].n <= end - at && str_eq_nocase((struct str){t->in.p + at, words[i].n}, words[i])) {
            return words[i].n;
        }
    }
    return 0;
}

/* Past characters that are neither letters nor digits, and the words that may stand before a code. */
static size_t skip_to_code(const struct card_text *t, size_t at, size_t end, bool escaped)
{
    static const struct str fillers[] = {S_INIT("code"), S_INIT("number"), S_INIT("value"),  S_INIT("no"),
                                         S_INIT("nr"),   S_INIT("is"),     S_INIT("visuel"), S_INIT("est")};
    size_t gap = 0, words = 0;
    while (at < end && gap <= CODE_GAP_MAX) {
        struct unit u = unit_at(t, at, end, escaped);
        if (u.kind == UNIT_DIGIT) {
            break;
        }
        size_t word = u.kind == UNIT_LETTER ? word_at(t, at, end, fillers, ARRAY_LEN(fillers)) : 0;
        if (u.kind == UNIT_LETTER && (word == 0 || ++words > 3)) {
            return end;
        }
        gap = word ? 0 : gap + 1;
        at += word ? word : u.n;
    }
    return gap > CODE_GAP_MAX ? end : at;
}

/* Masks the code after the word that begins at `at`, if one does; returns where to go on. */
static size_t mask_code(struct card_text *t, size_t at, size_t end, bool escaped)
{
    static const struct str words[] = {
        S_INIT("cvv"),           S_INIT("cvc"),           S_INIT("csc"),          S_INIT("cvn"),
        S_INIT("security code"), S_INIT("security_code"), S_INIT("securitycode"), S_INIT("security-code"),
        S_INIT("seriescode"),    S_INIT("series_code"),   S_INIT("cardcode"),     S_INIT("card code"),
        S_INIT("card_code"),     S_INIT("cryptogramme"),  S_INIT("cryptogram"),   S_INIT("curit\xC3\xA9"),
        S_INIT("curit\xE9"),     S_INIT("curite"),
    };
    size_t n = word_at(t, at, end, words, ARRAY_LEN(words));
    if (n == 0) {
        return at + 1;
    }
    size_t from = at + n, resume = from;
    if (from + 1 < end && t->in.p[from] == '2' && unit_at(t, from + 1, end, escaped).kind != UNIT_DIGIT) {
        from++; /* CVV2, CVC2 */
    }
    from = skip_to_code(t, from, end, escaped);
    struct run r = {.count = 0};
    size_t after = from;
    if (from >= end || !add_group(t, &after, end, escaped, &r) || r.count < 3 || r.count > 4 ||
        (after < end && unit_at(t, after, end, escaped).kind == UNIT_LETTER)) {
        return resume;
    }
    for (size_t i = 0; i < r.count; i++) {
        blot(t, r.at[i], r.width[i]);
    }
    return after;
}

/* --- texts --- */

static bool is_uuid(const struct card_text *t, size_t at, size_t end)
{
    const unsigned char *p = (const unsigned char *)t->in.p + at;
    if (end - at < 36 || p[8] != '-' || p[13] != '-') {
        return false;
    }
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? p[i] != '-' : hex_value(p[i]) < 0) {
            return false;
        }
    }
    return end - at == 36 || (hex_value(p[36]) < 0 && p[36] != '-');
}

void card_text_mask(struct card_text *t, size_t at, size_t end, bool escaped)
{
    bool in_word = false;
    while (at < end) {
        struct unit u = unit_at(t, at, end, escaped);
        bool word = u.kind == UNIT_DIGIT || u.kind == UNIT_LETTER;
        if (word && !in_word && u.n == 1 && is_uuid(t, at, end)) {
            at += 36;
        } else if (u.kind == UNIT_DIGIT) {
            at = mask_number(t, at, end, escaped);
        } else if (u.kind == UNIT_LETTER && u.n == 1 && (u.c == 'c' || u.c == 's')) {
            at = mask_code(t, at, end, escaped);
        } else {
            at += u.n;
        }
        in_word = word;
    }
}

static void count_digits(const struct card_text *t, size_t at, size_t end, bool escaped, size_t *digits,
                         size_t *runs)
{
    bool before = false;
    *digits = *runs = 0;
    while (at < end) {
        struct unit u = unit_at(t, at, end, escaped);
        bool digit = u.kind == UNIT_DIGIT;
        *digits += digit;
        *runs += digit && !before;
        before = digit;
        at += u.n;
    }
}

void card_text_mask_value(struct card_text *t, size_t at, size_t end, bool escaped, enum card_name name)
{
    if (name == CARD_NAME_REFERENCE) {
        return;
    }
    size_t digits, runs;
    count_digits(t, at, end, escaped, &digits, &runs);
    bool number = name == CARD_NAME_NUMBER || (name == CARD_NAME_CARD && digits >= 12);
    if (name != CARD_NAME_CODE && !number) {
        t->least = name == CARD_NAME_PHONE ? CARD_TEXT_BEYOND_PHONE : 0;
        card_text_mask(t, at, end, escaped);
        t->least = 0;
        return;
    }
    size_t keep = number && (digits <= 16 || (runs == 1 && digits <= CARD_NUMBER_MAX)) ? 4 : 0;
    for (size_t blotted = 0; at < end && blotted + keep < digits;) {
        struct unit u = unit_at(t, at, end, escaped);
        if (u.kind == UNIT_DIGIT) {
            blot(t, at, u.n);
            blotted++;
        }
        at += u.n;
    }
}

/* --- the cheap pass --- */

/* Compares without case, and without what names are compared without; word in small letters. */
static bool word_here(const unsigned char *p, const unsigned char *end, const char *word)
{
    for (; p < end && *word; p++) {
        if (*p == '_' || *p == '-' || *p == ' ' || *p == '.') {
            continue;
        }
        unsigned c = *p >= 'A' && *p <= 'Z' ? *p + 32u : *p;
        if (c != (unsigned char)*word) {
            return false;
        }
        word++;
    }
    return *word == '\0';
}

static bool any_word_here(const unsigned char *p, const unsigned char *end)
{
    static const char *const of_c[] = {"card", "carte", "cv",         "csc",   "cav2",
                                       "cc\"", "ccn",   "cryptogram", "curit", NULL};
    static const char *const of_k[] = {"karte", NULL}, *const of_s[] = {"seriescode", NULL};
    static const char *const of_p[] = {"pan\"", "primaryaccount", NULL};
    static const char *const of_t[] = {"tarjeta", NULL}, *const of_v[] = {"vcc", NULL};
    const char *const *words = NULL;
    switch (*p | 32) {
    case 'c':
        words = of_c;
        break;
    case 'k':
        words = of_k;
        break;
    case 'p':
        words = of_p;
        break;
    case 's':
        words = of_s;
        break;
    case 't':
        words = of_t;
        break;
    default:
        words = of_v;
    }
    for (; *words; words++) {
        if (word_here(p, end, *words)) {
            return true;
        }
    }
    return false;
}

/* The first two letters of one of those words; quickly told for the many letters that begin none. */
static bool may_begin_word(const unsigned char *p, const unsigned char *end)
{
    if (end - p < 2) {
        return false;
    }
    switch ((p[0] | 32) << 8 | (p[1] | 32)) {
    case 'c' << 8 | 'a':
    case 'c' << 8 | 'c':
    case 'c' << 8 | 'r':
    case 'c' << 8 | 's':
    case 'c' << 8 | 'u':
    case 'c' << 8 | 'v':
    case 'k' << 8 | 'a':
    case 'p' << 8 | 'a':
    case 'p' << 8 | 'r':
    case 's' << 8 | 'e':
    case 't' << 8 | 'a':
    case 'v' << 8 | 'c':
        return true;
    default:
        return p[1] == '_' || p[1] == '-' || p[1] == ' ' || p[1] == '.';
    }
}

/* \u sequences that write a digit, a letter or a gap. */
static bool escape_here(const unsigned char *p, const unsigned char *end)
{
    if (end - p < 6 || p[1] != 'u') {
        return false;
    }
    if (p[2] == '0' && p[3] == '0') {
        return (p[4] >= '2' && p[4] <= '7') || (p[4] | 32) == 'a';
    }
    return (p[2] == '2' && (p[3] == '0' || p[3] == '2')) || (p[2] | 32) == 'f';
}

enum byte_kind { BYTE_BREAK, BYTE_DIGIT, BYTE_GAP, BYTE_WORD, BYTE_ESCAPE };

/* BYTE_WORD: the first letter of a word that any_word_here() looks for. */
static const unsigned char byte_kinds[128] = {
    ['0'] = BYTE_DIGIT, ['1'] = BYTE_DIGIT, ['2'] = BYTE_DIGIT,   ['3'] = BYTE_DIGIT, ['4'] = BYTE_DIGIT,
    ['5'] = BYTE_DIGIT, ['6'] = BYTE_DIGIT, ['7'] = BYTE_DIGIT,   ['8'] = BYTE_DIGIT, ['9'] = BYTE_DIGIT,
    [' '] = BYTE_GAP,   ['-'] = BYTE_GAP,   ['.'] = BYTE_GAP,     ['+'] = BYTE_GAP,   ['%'] = BYTE_GAP,
    ['c'] = BYTE_WORD,  ['C'] = BYTE_WORD,  ['k'] = BYTE_WORD,    ['K'] = BYTE_WORD,  ['p'] = BYTE_WORD,
    ['P'] = BYTE_WORD,  ['s'] = BYTE_WORD,  ['S'] = BYTE_WORD,    ['t'] = BYTE_WORD,  ['T'] = BYTE_WORD,
    ['v'] = BYTE_WORD,  ['V'] = BYTE_WORD,  ['\\'] = BYTE_ESCAPE,
};

bool card_text_suspicious(struct str text)
{
    const unsigned char *p = (const unsigned char *)text.p, *end = p + text.n;
    size_t digits = 0, gap = 0;
    for (; p < end; p++) {
        switch (*p < 0x80 ? byte_kinds[*p] : BYTE_GAP) {
        case BYTE_DIGIT:
            gap = 0;
            if (++digits >= CARD_NUMBER_MIN) {
                return true;
            }
            break;
        case BYTE_GAP:
            /* bytes of up to three characters, of up to three bytes each; EF BC begins a fullwidth digit */
            if (*p == 0xEF && end - p > 1 && p[1] == 0xBC) {
                return true;
            }
            digits = ++gap > 3 * (size_t)GAP_MAX ? 0 : digits;
            break;
        case BYTE_WORD:
            if (may_begin_word(p, end) && any_word_here(p, end)) {
                return true;
            }
            digits = gap = 0;
            break;
        case BYTE_ESCAPE:
            if (escape_here(p, end)) {
                return true;
            }
            digits = gap = 0;
            break;
        default:
            digits = gap = 0;
        }
    }
    return false;
}
