#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fold.h"

static void test_names(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 100000);
    static const struct {
        const char *name, *folded;
    } cases[] = {
        {"  Chambre  Supérieure ", "chambre superieure"},
        {"ŒUVRE Straße", "oeuvre strasse"},
        {"Łódź Ångström Øre", "lodz angstrom ore"},
        {"e\u0301te\u0301", "ete"}, /* combining accents */
        {"a\u00a0\u202fb\tc", "a b c"},
        {"李明 Ωmega", "李明 Ωmega"},
        {"ĲSSEL ſ ŉ", "ijssel s n"},
        {"", ""},
        {"   ", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_string_equal(fold(&a, str_of(cases[i].name)).p, cases[i].folded);
    assert_false(str_given(fold(&a, str_of(NULL))));
}

/* Every letter with a canonical decomposition, and what is left of it without its marks, in lower case; made with
 * Python's unicodedata (Unicode 14), by ranges: Latin-1 and Extended-A, Extended-B, Extended Additional. */
static void test_letters(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 1000000);
    static const struct {
        const char *letters, *folded;
    } cases[] = {
        {"ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕ", "aaaaaaaeceeeeiiiidnoooo"},
        {"ÖØÙÚÛÜÝÞßàáâãäåæçèéêëì", "oouuuuythssaaaaaaaeceeeei"},
        {"íîïðñòóôõöøùúûüýþÿĀāĂă", "iiidnoooooouuuuythyaaaa"},
        {"ĄąĆćĈĉĊċČčĎďĐđĒēĔĕĖėĘę", "aaccccccccddddeeeeeeee"},
        {"ĚěĜĝĞğĠġĢģĤĥĦħĨĩĪīĬĭĮį", "eegggggggghhhhiiiiiiii"},
        {"İıĲĳĴĵĶķĸĹĺĻļĽľŁłŃńŅņŇ", "iiijijjjkkkllllllllnnnnn"},
        {"ňŊŋŌōŎŏŐőŒœŔŕŖŗŘřŚśŜŝŞ", "nnnoooooooeoerrrrrrsssss"},
        {"şŠšŢţŤťŦŧŨũŪūŬŭŮůŰűŲųŴ", "sssttttttuuuuuuuuuuuuw"},
        {"ŵŶŷŸŹźŻżŽžſ", "wyyyzzzzzzs"},
        {"ǍǎǏǐǑǒǓǔǕǖǗǘǙǚǛǜǞǟǠǡǢǣ", "aaiioouuuuuuuuuuaaaaaeae"},
        {"ǦǧǨǩǪǫǬǭǰǴǵǸǹǺǻǼǽǾǿȀȁȂ", "ggkkoooojggnnaaaeaeooaaa"},
        {"ȃȄȅȆȇȈȉȊȋȌȍȎȏȐȑȒȓȔȕȖȗȘ", "aeeeeiiiioooorrrruuuus"},
        {"șȚțȞȟȦȧȨȩȪȫȬȭȮȯȰȱȲȳ", "stthhaaeeooooooooyy"},
        {"ḀḁḂḃḄḅḆḇḈḉḊḋḌḍḎḏḐḑḒḓḔḕ", "aabbbbbbccddddddddddee"},
        {"ḖḗḘḙḚḛḜḝḞḟḠḡḢḣḤḥḦḧḨḩḪḫ", "eeeeeeeeffgghhhhhhhhhh"},
        {"ḬḭḮḯḰḱḲḳḴḵḶḷḸḹḺḻḼḽḾḿṀṁ", "iiiikkkkkkllllllllmmmm"},
        {"ṂṃṄṅṆṇṈṉṊṋṌṍṎṏṐṑṒṓṔṕṖṗ", "mmnnnnnnnnoooooooopppp"},
        {"ṘṙṚṛṜṝṞṟṠṡṢṣṤṥṦṧṨṩṪṫṬṭ", "rrrrrrrrsssssssssstttt"},
        {"ṮṯṰṱṲṳṴṵṶṷṸṹṺṻṼṽṾṿẀẁẂẃ", "ttttuuuuuuuuuuvvvvwwww"},
        {"ẄẅẆẇẈẉẊẋẌẍẎẏẐẑẒẓẔẕẖẗẘẙ", "wwwwwwxxxxyyzzzzzzhtwy"},
        {"ẛẞẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳ", "sssaaaaaaaaaaaaaaaaaaaa"},
        {"ẴẵẶặẸẹẺẻẼẽẾếỀềỂểỄễỆệỈỉ", "aaaaeeeeeeeeeeeeeeeeii"},
        {"ỊịỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞở", "iioooooooooooooooooooo"},
        {"ỠỡỢợỤụỦủỨứỪừỬửỮữỰựỲỳỴỵ", "oooouuuuuuuuuuuuuuyyyy"},
        {"ỶỷỸỹ", "yyyy"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_string_equal(fold(&a, str_of(cases[i].letters)).p, cases[i].folded);
    /* Twice is as good as once. */
    for (uint32_t c = 1; c < 0x3000; c++) {
        char utf8[4];
        struct str once = fold(&a, (struct str){utf8, utf8_put(c, utf8)});
        assert_true(str_eq(fold(&a, once), once));
    }
}

static void test_bad_bytes_do_no_harm(void **state)
{
    (void)state;
    ARENA_SCOPE a = {0};
    arena_init(&a, 100000);
    assert_true(utf8_valid(fold(&a, S("a\xff\xc3")), NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names), cmocka_unit_test(test_letters),
                                       cmocka_unit_test(test_bad_bytes_do_no_harm)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
