/* Whole numbers as text. */
#include "store/base/syntax.h"
#include "tests/unit/story.h"

static void assert_reads(const char *text, const char *unit, int64_t wanted)
{
    int64_t found = -1;

    assert_true(number_parse(text, unit, INT64_MAX, &found));
    assert_int_equal(found, wanted);
}

static void assert_refuses(const char *text, const char *unit, int64_t most)
{
    int64_t found = -1;

    if (number_parse(text, unit, most, &found))
        fail_msg("\"%s\" is read as %lld", text, (long long)found);
    assert_int_equal(found, -1);
}

static void digits_are_a_number(void **state)
{
    (void)state;
    assert_reads("0", "", 0);
    assert_reads("007", "", 7);
    assert_reads("999999999999999999", "", 999999999999999999);
}

static void a_unit_may_follow(void **state)
{
    (void)state;
    assert_reads("250ms", "ms", 250);
    assert_reads("250", "ms", 250);
    assert_refuses("250s", "ms", INT64_MAX);
    assert_refuses("250 ms", "ms", INT64_MAX);
    assert_refuses("250ms", "", INT64_MAX);
}

static void nothing_else_is_one(void **state)
{
    static const char *const wrong[] = {"", "ms", "-1", "+1", " 1", "1.5", "0x10"};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_refuses(wrong[i], "ms", INT64_MAX);
}

static void more_than_is_allowed_is_refused(void **state)
{
    int64_t found;

    (void)state;
    assert_true(number_parse("600000", "ms", 600000, &found));
    assert_refuses("600001", "ms", 600000);
    assert_refuses("9223372036854775808", "", INT64_MAX);
}

static void headers_of_the_connection_and_of_the_emulator_are_reserved(void **state)
{
    (void)state;
    assert_true(callback_header_is_reserved("Host"));
    assert_true(callback_header_is_reserved("connection"));
    assert_true(callback_header_is_reserved("CONTENT-LENGTH"));
    assert_true(callback_header_is_reserved("Transfer-Encoding"));
    assert_true(callback_header_is_reserved("Emulator-Callback"));
    assert_true(callback_header_is_reserved("emulator-anything"));
    assert_true(callback_header_is_reserved("Emulator-"));
    assert_false(callback_header_is_reserved("Emulator"));
    assert_false(callback_header_is_reserved("X-Host"));
    assert_false(callback_header_is_reserved("Hosts"));
    assert_false(callback_header_is_reserved("Content-Type"));
    assert_false(callback_header_is_reserved("X-Emulator-Callback"));
    assert_false(callback_header_is_reserved(""));
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(digits_are_a_number),
        cmocka_unit_test(a_unit_may_follow),
        cmocka_unit_test(nothing_else_is_one),
        cmocka_unit_test(more_than_is_allowed_is_refused),
        cmocka_unit_test(headers_of_the_connection_and_of_the_emulator_are_reserved),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
