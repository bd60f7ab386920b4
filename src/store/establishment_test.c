#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub/env_fixture.h"
#include "store/establishment.h"

static struct env_fixture f;

static int setup(void **state)
{
    (void)state;
    env_fixture_open(&f);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    env_fixture_close(&f);
    return 0;
}

static void slugs(void **state)
{
    (void)state;
    static const char *const good[] = {"a", "grand-hotel", "7", "a--b",
                                       "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff"};
    static const char *const bad[] = {
        "",    "-a",          "a-",    "-",
        "A",   "grand hotel", "hôtel", "a/b",
        "a.b", "a_b",         "a\nb",  "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffg"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        assert_true(establishment_slug_valid(str_of(good[i])));
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_false(establishment_slug_valid(str_of(bad[i])));
    }
    assert_false(establishment_slug_valid((struct str){0}));
}

static bool insert(struct db_conn *c, void *arg, struct err *e)
{
    return establishment_insert(c, arg, e);
}

static struct establishment house(struct str slug)
{
    return (struct establishment){.slug = slug,
                                  .name = S("Hôtel"),
                                  .timezone = S("Europe/Paris"),
                                  .currency = S("EUR"),
                                  .created_us = 9};
}

static void adding_and_finding(void **state)
{
    (void)state;
    struct establishment b = house(S("b")), a = house(S("a")), again = house(S("b")), out, *list;
    size_t count;
    assert_true(db_write(f.store.hotel, insert, &b, &f.e));
    assert_true(db_write(f.store.hotel, insert, &a, &f.e));
    assert_int_equal(b.id, 1);
    assert_int_equal(a.id, 2);
    assert_false(db_write(f.store.hotel, insert, &again, &f.e));
    assert_int_equal(f.e.code, ERR_CONFLICT);
    assert_string_equal(f.e.pointer, "/slug");
    DB_READ_SCOPE *c = db_read(f.store.hotel, &f.e);
    assert_true(establishment_find(c, &f.a, S("a"), &out, &f.e));
    assert_int_equal(out.id, 2);
    assert_string_equal(out.name.p, "Hôtel");
    assert_string_equal(out.timezone.p, "Europe/Paris");
    assert_string_equal(out.currency.p, "EUR");
    assert_int_equal(out.created_us, 9);
    assert_true(establishment_find_id(c, &f.a, 1, &out, &f.e));
    assert_string_equal(out.slug.p, "b");
    assert_false(establishment_find(c, &f.a, S("A"), &out, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_string_equal(f.e.fr, "cet hôtel n'existe pas");
    assert_false(establishment_find_id(c, &f.a, 3, &out, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
    assert_true(establishment_list(c, &f.a, &list, &count, &f.e));
    assert_int_equal(count, 2);
    assert_string_equal(list[0].slug.p, "a");
}

static bool take_numbers(struct db_conn *c, void *arg, struct err *e)
{
    struct establishment_lock lock;
    const bool *give_up = arg;
    if (!establishment_lock(c, 1, &lock, e)) {
        return false;
    }
    lock.next_id += 5;
    lock.next_event += 2;
    return establishment_unlock(c, &lock, e) && (!*give_up || err_set(e, ERR_CONFLICT, "no", "non"));
}

static bool look(struct db_conn *c, void *arg, struct err *e)
{
    return establishment_lock(c, 1, arg, e);
}

static bool lock_nobody(struct db_conn *c, void *arg, struct err *e)
{
    (void)arg;
    struct establishment_lock lock;
    return establishment_lock(c, 99, &lock, e);
}

static bool last(struct db_conn *c, void *arg, struct err *e)
{
    return establishment_last_event(c, 1, arg, e);
}

static void numbers_under_the_lock(void **state)
{
    (void)state;
    struct establishment a = house(S("a")), b = house(S("b"));
    struct establishment_lock lock;
    assert_true(db_write(f.store.hotel, insert, &a, &f.e));
    assert_true(db_write(f.store.hotel, insert, &b, &f.e));
    int64_t seq = -1;
    assert_true(db_write(f.store.hotel, last, &seq, &f.e));
    assert_int_equal(seq, 0);
    bool give_up = false;
    assert_true(db_write(f.store.hotel, take_numbers, &give_up, &f.e));
    give_up = true; /* then the numbers are not used up */
    assert_false(db_write(f.store.hotel, take_numbers, &give_up, &f.e));
    assert_true(db_write(f.store.hotel, look, &lock, &f.e));
    assert_int_equal(lock.establishment_id, 1);
    assert_int_equal(lock.next_id, 6);
    assert_int_equal(lock.next_event, 3);
    assert_true(db_write(f.store.hotel, last, &seq, &f.e));
    assert_int_equal(seq, 2);
    assert_false(db_write(f.store.hotel, lock_nobody, NULL, &f.e));
    assert_int_equal(f.e.code, ERR_NOT_FOUND);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(slugs), CASE(adding_and_finding),
                                       CASE(numbers_under_the_lock)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
