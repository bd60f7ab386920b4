/* A line that is a mapping, and a document for it: what compiles also runs, and makes JSON or says why not. */
#include "format/mapping.h"
#include "fuzz.h"
#include "model/reservation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE a = {0};
    arena_init(&a, LIMIT_ARENA);
    struct err e = {0};
    struct str document = {(const char *)data, size};
    struct str line = str_cut(&document, '\n');
    const struct json *form = json_parse(&a, line, &e);
    const struct json *root = form != NULL ? json_parse(&a, document, &e) : NULL;
    if (root == NULL)
        return 0;
    const struct mapping *m = mapping_compile(&a, form, &reservation_message_fields, &e);
    if (m == NULL) {
        must_say_why(&e);
        m = mapping_compile(&a, form, NULL, &e); /* of any shape */
    }
    struct mapping_result result;
    if (m == NULL)
        return 0;
    if (!mapping_run(m, &a, root, &result, &e))
        must_say_why(&e);
    else
        must(result.skipped || json_parse(&a, result.json, &e) != NULL);
    return 0;
}
