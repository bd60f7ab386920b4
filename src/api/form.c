#include "api/form.h"

#include "format/hex.h"

static bool decode(struct arena *a, struct str s, struct str *out)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i] == '+' ? ' ' : s.p[i];
        if (c == '%') {
            struct str byte;
            if (!hex_decode(a, str_sub(s, i + 1, 2), &byte) || byte.n != 1) {
                return false;
            }
            c = byte.p[0];
            i += 2;
        }
        if (!c) {
            return false;
        }
        p[n++] = c;
    }
    *out = (struct str){p, n};
    return utf8_valid(*out, &(size_t){0});
}

bool form_read(struct arena *a, struct str body, struct http_pair **fields, size_t *count, struct err *e)
{
    *fields = arena_array(a, struct http_pair, FORM_FIELDS);
    *count = 0;
    for (struct str rest = body; str_given(rest);) {
        struct str value = str_cut(&rest, '&');
        if (!value.n) {
            continue;
        }
        struct str name = str_cut(&value, '=');
        if (*count == FORM_FIELDS) {
            return err_set(e, ERR_INVALID, "the form has more than %d fields",
                           "le formulaire a plus de %d champs", FORM_FIELDS);
        }
        struct http_pair *field = &(*fields)[(*count)++];
        if (!decode(a, name, &field->name) || !decode(a, str_given(value) ? value : S(""), &field->value)) {
            return err_set(e, ERR_INVALID, "the form is not encoded as browsers do (UTF-8)",
                           "le formulaire n'est pas encodé comme le font les navigateurs (UTF-8)");
        }
    }
    return true;
}

struct str form_field(const struct http_pair *fields, size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(fields[i].name, name)) {
            return fields[i].value;
        }
    }
    return (struct str){0};
}
