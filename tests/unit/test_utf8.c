/* UTF-8 as RFC 3629 has it: first and last characters of each length, and what is none. */
#include "server/json/utf8.h"
#include "tests/unit/story.h"

#include <stdlib.h>
#include <string.h>

/* In memory that ends with the text: a sanitizer sees who reads on. */
static size_t next_of(const char *text, size_t size)
{
    char *exact = calloc(1, size ? size : 1);

    memcpy(exact, text, size);
    size_t found = size ? utf8_next(exact, size) : utf8_next(exact + 1, 0);
    free(exact);
    return found;
}

static void every_byte_below_128_is_a_character(void **state)
{
    (void)state;
    for (int byte = 0; byte < 128; byte++) {
        char text = (char)byte;
        assert_int_equal(next_of(&text, 1), 1);
    }
}

static void the_first_and_last_of_each_length_are_taken(void **state)
{
    (void)state;
    assert_int_equal(next_of("\xc2\x80", 2), 2);
    assert_int_equal(next_of("\xdf\xbf", 2), 2);
    assert_int_equal(next_of("\xe0\xa0\x80", 3), 3);
    assert_int_equal(next_of("\xed\x9f\xbf", 3), 3);
    assert_int_equal(next_of("\xee\x80\x80", 3), 3);
    assert_int_equal(next_of("\xef\xbf\xbf", 3), 3);
    assert_int_equal(next_of("\xf0\x90\x80\x80", 4), 4);
    assert_int_equal(next_of("\xf4\x8f\xbf\xbf", 4), 4);
}

static void overlong_forms_are_refused(void **state)
{
    (void)state;
    assert_int_equal(next_of("\xc0\x80", 2), 0);
    assert_int_equal(next_of("\xc0\xaf", 2), 0);
    assert_int_equal(next_of("\xc1\xbf", 2), 0);
    assert_int_equal(next_of("\xe0\x80\x80", 3), 0);
    assert_int_equal(next_of("\xe0\x9f\xbf", 3), 0);
    assert_int_equal(next_of("\xf0\x80\x80\x80", 4), 0);
    assert_int_equal(next_of("\xf0\x8f\xbf\xbf", 4), 0);
}

static void surrogates_are_refused(void **state)
{
    (void)state;
    assert_int_equal(next_of("\xed\xa0\x80", 3), 0);
    assert_int_equal(next_of("\xed\xbf\xbf", 3), 0);
    assert_int_equal(next_of("\xed\xa0\x80\xed\xb0\x80", 6), 0);
}

static void nothing_lies_beyond_10ffff(void **state)
{
    (void)state;
    assert_int_equal(next_of("\xf4\x90\x80\x80", 4), 0);
    assert_int_equal(next_of("\xf5\x80\x80\x80", 4), 0);
    assert_int_equal(next_of("\xf8\x88\x80\x80\x80", 5), 0);
    assert_int_equal(next_of("\xff", 1), 0);
    assert_int_equal(next_of("\xfe", 1), 0);
}

static void a_byte_that_continues_cannot_begin(void **state)
{
    (void)state;
    assert_int_equal(next_of("\x80", 1), 0);
    assert_int_equal(next_of("\xbf", 1), 0);
}

static void a_character_cut_short_is_refused(void **state)
{
    (void)state;
    assert_int_equal(next_of("\xc2", 1), 0);
    assert_int_equal(next_of("\xe0", 1), 0);
    assert_int_equal(next_of("\xe2\x82", 2), 0);
    assert_int_equal(next_of("\xf0", 1), 0);
    assert_int_equal(next_of("\xf0\x9f\x98", 3), 0);
    assert_int_equal(next_of("\xc2\x41", 2), 0);
    assert_int_equal(next_of("\xe2\x82\x41", 3), 0);
    assert_int_equal(next_of("\xe2\x82\xc2", 3), 0);
}

static void nothing_starts_where_nothing_is(void **state)
{
    (void)state;
    assert_int_equal(next_of("", 0), 0);
}

static void a_text_is_valid_when_all_of_it_is(void **state)
{
    (void)state;
    assert_true(utf8_valid("", 0));
    assert_true(utf8_valid("abc", 3));
    assert_true(utf8_valid("a\0b", 3));
    assert_true(utf8_valid("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9));
    assert_false(utf8_valid("abc\x80", 4));
    assert_false(utf8_valid("\xc3\xa9\xe2\x82", 4));
    assert_false(utf8_valid("caf\xe9", 4));
}

static void length_counts_characters_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(utf8_length("", SIZE_MAX), 0);
    assert_int_equal(utf8_length("abc", SIZE_MAX), 3);
    assert_int_equal(utf8_length("caf\xc3\xa9", SIZE_MAX), 4);
    assert_int_equal(utf8_length("\xe2\x82\xac", SIZE_MAX), 1);
    assert_int_equal(utf8_length("\xf0\x9f\x98\x80\xf0\x9f\x98\x80", SIZE_MAX), 2);
    assert_int_equal(utf8_length("e\xcc\x81", SIZE_MAX), 2);
    assert_int_equal(utf8_length("\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac", 2), 2);
}

static void assert_encoded(uint32_t code, const char *wanted)
{
    char out[UTF8_SIZE];
    size_t size = utf8_encode(code, out);

    assert_int_equal(size, strlen(wanted));
    assert_memory_equal(out, wanted, size);
}

static void a_code_point_has_one_to_four_bytes(void **state)
{
    (void)state;
    assert_encoded(0x01, "\x01");
    assert_encoded(0x7f, "\x7f");
    assert_encoded(0x80, "\xc2\x80");
    assert_encoded(0x7ff, "\xdf\xbf");
    assert_encoded(0x800, "\xe0\xa0\x80");
    assert_encoded(0xffff, "\xef\xbf\xbf");
    assert_encoded(0x10000, "\xf0\x90\x80\x80");
    assert_encoded(0x10ffff, "\xf4\x8f\xbf\xbf");
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(every_byte_below_128_is_a_character),
        cmocka_unit_test(the_first_and_last_of_each_length_are_taken),
        cmocka_unit_test(overlong_forms_are_refused),
        cmocka_unit_test(surrogates_are_refused),
        cmocka_unit_test(nothing_lies_beyond_10ffff),
        cmocka_unit_test(a_byte_that_continues_cannot_begin),
        cmocka_unit_test(a_character_cut_short_is_refused),
        cmocka_unit_test(nothing_starts_where_nothing_is),
        cmocka_unit_test(a_text_is_valid_when_all_of_it_is),
        cmocka_unit_test(length_counts_characters_not_bytes),
        cmocka_unit_test(a_code_point_has_one_to_four_bytes),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
