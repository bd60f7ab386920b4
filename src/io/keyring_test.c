#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/keyring.h"

#include <string.h>

static const uint8_t master[SECRET_KEY_SIZE] = {1, 2, 3}, other[SECRET_KEY_SIZE] = {4, 5, 6};

static void ids_name_a_key_without_telling_it(void **state)
{
    (void)state;
    char one[KEYRING_ID_SIZE], same[KEYRING_ID_SIZE], two[KEYRING_ID_SIZE];
    assert_int_equal(keyring_master_id(master, one).n, 18);
    keyring_master_id(master, same);
    keyring_master_id(other, two);
    assert_string_equal(one, same);
    assert_string_not_equal(one, two);
    assert_true(secret_kid_valid(str_of(one)));
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 16);
    assert_true(secret_kid_valid(keyring_new_kid(&a)));
    assert_false(str_eq(keyring_new_kid(&a), keyring_new_kid(&a)));
}

static void data_keys_open_with_their_master_key_only(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    uint8_t key[SECRET_KEY_SIZE], out[SECRET_KEY_SIZE];
    secret_random(key, sizeof key);
    struct str sealed;
    struct err e;
    assert_true(keyring_seal_data_key(&a, master, S("k_1"), key, &sealed, &e));
    assert_true(keyring_open_data_key(&a, master, S("k_1"), sealed, out, &e));
    assert_memory_equal(key, out, sizeof key);

    assert_false(keyring_open_data_key(&a, master, S("k_2"), sealed, out, &e)); /* the row of another key */
    assert_false(keyring_open_data_key(&a, other, S("k_1"), sealed, out, &e));
    char right[KEYRING_ID_SIZE], wrong[KEYRING_ID_SIZE];
    keyring_master_id(master, right);
    keyring_master_id(other, wrong);
    assert_non_null(strstr(e.en, right));
    assert_non_null(strstr(e.en, wrong));
    assert_non_null(strstr(e.fr, "bon fichier de clé"));

    struct str short_key = secret_seal(&a, master, str_of(right), S("short"),
                                       arena_fmt(&a, "v1|data_keys|sealed||k_1|%s", right));
    assert_false(keyring_open_data_key(&a, master, S("k_1"), short_key, out, &e));
    assert_non_null(strstr(e.en, "32 bytes"));
    assert_false(keyring_open_data_key(&a, master, S("k_1"), S("{}"), out, &e));
}

static const struct keyring_place place = {S_INIT("integrations"), S_INIT("configuration"), S_INIT("demo"),
                                           S_INIT("i1")};

static void a_value_opens_in_its_place_only(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct keyring *r = keyring_new();
    struct str envelope, out;
    struct err e;
    assert_false(str_given(keyring_active(r)));
    assert_false(keyring_seal(r, &a, place, S("x"), &envelope, &e));
    assert_non_null(strstr(e.en, "no active data key"));
    assert_true(keyring_add(r, S("k_1"), master, true, &e));
    assert_true(keyring_seal(r, &a, place, S("{\"a\":1}"), &envelope, &e));
    assert_true(keyring_open(r, &a, place, envelope, &out, &e));
    assert_true(str_eq(out, S("{\"a\":1}")));
    assert_true(secret_open(&a, master, envelope, S("v1|integrations|configuration|demo|i1|k_1"), &out, &e));

    struct keyring_place moved[4] = {place, place, place, place};
    moved[0].table = S("users");
    moved[1].column = S("last_error");
    moved[2].establishment = S("other");
    moved[3].row = S("i2");
    for (size_t i = 0; i < 4; i++)
        assert_false(keyring_open(r, &a, moved[i], envelope, &out, &e));
    struct keyring_place shifted = {S("integrations"), S("configuration"), S("demo|i1"), S("")};
    assert_false(keyring_seal(r, &a, shifted, S("x"), &envelope, &e));
    assert_false(keyring_open(r, &a, shifted, envelope, &out, &e));
    keyring_free(r);
}

static void rotation(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    struct keyring *r = keyring_new(), *fresh = keyring_new();
    struct str old, new, out;
    struct err e;
    assert_true(keyring_add(r, S("k_1"), master, true, &e));
    assert_true(keyring_seal(r, &a, place, S("old"), &old, &e));
    assert_true(keyring_is_current(r, &a, old));
    assert_true(keyring_add(r, S("k_2"), other, true, &e));
    assert_true(str_eq(keyring_active(r), S("k_2")));
    assert_false(keyring_is_current(r, &a, old));
    assert_false(keyring_is_current(r, &a, S("nonsense")));
    assert_true(keyring_open(r, &a, place, old, &out, &e));
    assert_true(keyring_seal(r, &a, place, S("new"), &new, &e));
    assert_true(keyring_is_current(r, &a, new));

    /* When all is sealed again the old key goes, and what was forgotten is named. */
    assert_true(keyring_add(fresh, S("k_2"), other, true, &e));
    assert_true(keyring_open(fresh, &a, place, new, &out, &e));
    assert_true(str_eq(out, S("new")));
    assert_false(keyring_open(fresh, &a, place, old, &out, &e));
    assert_non_null(strstr(e.en, "k_1"));
    assert_false(str_given(out));
    keyring_free(r);
    keyring_free(fresh);
    keyring_free(NULL);
}

static void what_a_ring_refuses(void **state)
{
    (void)state;
    struct keyring *r = keyring_new();
    struct err e;
    assert_true(keyring_add(r, S("k_0"), master, true, &e));
    assert_false(keyring_add(r, S("k_0"), other, false, &e));
    assert_false(keyring_add(r, S(""), other, false, &e));
    assert_false(keyring_add(r, S("k|1"), other, false, &e));
    ARENA_SCOPE a = {0};
    arena_init(&a, 1 << 20);
    for (int i = 1; i < 256; i++)
        assert_true(keyring_add(r, arena_fmt(&a, "k_%d", i), other, false, &e));
    assert_false(keyring_add(r, S("k_256"), other, false, &e));
    assert_true(str_eq(keyring_active(r), S("k_0")));
    keyring_free(r);
}

int main(void)
{
    if (!secret_init(NULL))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_name_a_key_without_telling_it),
        cmocka_unit_test(data_keys_open_with_their_master_key_only),
        cmocka_unit_test(a_value_opens_in_its_place_only),
        cmocka_unit_test(rotation),
        cmocka_unit_test(what_a_ring_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
