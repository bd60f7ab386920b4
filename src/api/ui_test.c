#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api_fixture.h"
#include "api/ui.h"

static struct api_fixture f;

static int setup(void **state)
{
    (void)state;
    api_fixture_open(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    api_fixture_close(&f);
    return 0;
}

static void need_page(void)
{
    if (!ui_files[0].name) {
        print_message("skipped: this program was built without the web page (-Dui)\n");
        skip();
    }
}

static void test_without_page(void **state)
{
    (void)state;
    if (ui_files[0].name) {
        skip();
    }
    struct reply r = ask(&f, NOBODY, "GET", "/", NULL);
    assert_status(r, 200);
    assert_true(str_starts(reply_header(&r, S("Content-Type")), S("text/html")));
    assert_true(str_find(r.body, S("<script")) == SIZE_MAX);
    r = fixture_ask(&f, "GET", "/", "Accept-Language: fr\r\n", (struct str){0});
    assert_true(str_find(r.body, S("fonctionne")) != SIZE_MAX);
}

static void test_document(void **state)
{
    (void)state;
    need_page();
    struct reply r = ask(&f, NOBODY, "GET", "/", NULL);
    assert_status(r, 200);
    assert_true(str_eq(reply_header(&r, S("Content-Type")), S("text/html; charset=utf-8")));
    assert_true(str_eq(reply_header(&r, S("Cache-Control")), S("no-store")));
    struct str csp = reply_header(&r, S("Content-Security-Policy"));
    assert_true(str_starts(csp, S("default-src 'none'; script-src 'self'; style-src 'self';")));
    assert_true(str_find(csp, S("unsafe")) == SIZE_MAX);
    /* Nothing inline: every script and style is a file of its own. */
    assert_true(str_find(r.body, S("<style")) == SIZE_MAX);
    assert_true(str_find(r.body, S("style=")) == SIZE_MAX);
    assert_true(str_find(r.body, S("<script>")) == SIZE_MAX);
}

static void test_assets(void **state)
{
    (void)state;
    need_page();
    struct reply page = ask(&f, NOBODY, "GET", "/", NULL);
    for (const struct ui_file *file = ui_files; file->name; file++) {
        struct str path = arena_fmt(f.a, "/assets/%s", file->name);
        struct reply r = ask(&f, NOBODY, "GET", path.p, NULL);
        if (!strcmp(file->name, "index.html")) {
            assert_status(r, 404);
            continue;
        }
        assert_status(r, 200);
        assert_true(str_find(page.body, path) != SIZE_MAX);
        assert_true(str_eq(r.body, (struct str){(const char *)file->bytes, file->size}));
        assert_true(str_eq(reply_header(&r, S("Content-Type")), str_of(file->type)));
        assert_true(str_find(reply_header(&r, S("Cache-Control")), S("immutable")) != SIZE_MAX);
    }
}

static void test_no_asset(void **state)
{
    (void)state;
    assert_status(ask(&f, NOBODY, "GET", "/assets/app.js", NULL), 404);
    assert_status(ask(&f, NOBODY, "GET", "/assets/..%2findex.html", NULL), 400);
    assert_status(ask(&f, NOBODY, "GET", "/assets/", NULL), 404);
    assert_status(ask(&f, NOBODY, "POST", "/", "{}"), 405);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_page),
        cmocka_unit_test(test_document),
        cmocka_unit_test(test_assets),
        cmocka_unit_test(test_no_asset),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
