#include "base/field.h"

#include <string.h>

void field_clear(const struct field_table *t, void *record)
{
    char *base = record;
    memset(record, 0, t->size);
    for (size_t i = 0; i < t->count; i++) {
        const struct field *f = &t->fields[i];
        void *member = base + f->offset;
        switch (f->type) {
        case FIELD_INT:
            *(int64_t *)member = FIELD_INT_NONE;
            break;
        case FIELD_INSTANT:
            *(int64_t *)member = INSTANT_NONE;
            break;
        case FIELD_BOOL:
            *(int8_t *)member = -1;
            break;
        case FIELD_DATE:
            *(int32_t *)member = DATE_NONE;
            break;
        case FIELD_ENUM:
            *(int *)member = -1;
            break;
        case FIELD_OBJECT:
            field_clear(f->of, member);
            break;
        case FIELD_STR:
        case FIELD_DECIMAL:
        case FIELD_LIST:
        case FIELD_JSON:
            break; /* absent is all zero */
        }
    }
}

const struct field *field_find(const struct field_table *t, struct str name)
{
    for (size_t i = 0; i < t->count; i++) {
        if (str_eq(str_of(t->fields[i].name), name)) {
            return &t->fields[i];
        }
    }
    return NULL;
}

int field_choice(const struct field *f, struct str name)
{
    for (int i = 0; f->choices[i]; i++) {
        if (str_eq(str_of(f->choices[i]), name)) {
            return i;
        }
    }
    return -1;
}
