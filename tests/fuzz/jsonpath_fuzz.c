/* A line that is a path, and a document for it: what compiles also runs, within its budget of steps. */
#include "format/jsonpath.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE a = {0};
    arena_init(&a, LIMIT_ARENA);
    struct str document = {(const char *)data, size};
    struct str source = str_cut(&document, '\n');
    struct err e = {0};
    const struct jsonpath *path = jsonpath_compile(&a, source, &e);
    if (path == NULL) {
        must_say_why(&e);
    }
    const struct json *root = path != NULL ? json_parse(&a, document, &e) : NULL;
    if (root == NULL)
        return 0;
    size_t steps = 100000;
    struct jsonpath_nodes nodes;
    if (!jsonpath_run(path, &a, root, NULL, &steps, &nodes, &e))
        return 0;
    must(nodes.count <= 100000 && (!jsonpath_singular(path) || nodes.count <= 1));
    for (size_t i = 0; i < nodes.count; i++) {
        must(jsonpath_equal(nodes.items[i], nodes.items[i]));
    }
    return 0;
}
