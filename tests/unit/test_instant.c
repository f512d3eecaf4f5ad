/* Instants: literal RFC 3339 texts and the milliseconds they stand for. */
#include "store/base/instant.h"
#include "tests/unit/story.h"

#include <string.h>

static void assert_reads(const char *text, int64_t wanted)
{
    int64_t found = 7;

    if (!instant_parse(text, &found))
        fail_msg("%s is not read", text);
    if (found != wanted)
        fail_msg("%s is read as %lld, not %lld", text, (long long)found, (long long)wanted);
}

static void assert_refused(const char *text)
{
    int64_t found = 7;

    if (instant_parse(text, &found))
        fail_msg("\"%s\" is read as %lld", text, (long long)found);
    assert_int_equal(found, 7);
}

static const struct {
    const char *text;
    int64_t instant;
} pairs[] = {
    {"0000-01-01T00:00:00.000Z", -62167219200000},
    {"0000-02-29T00:00:00.000Z", -62162121600000},
    {"0000-12-31T23:59:59.999Z", -62135596800001},
    {"0001-01-01T00:00:00.000Z", -62135596800000},
    {"0001-03-01T00:00:00.000Z", -62130499200000},
    {"0004-02-29T00:00:00.000Z", -62035891200000},
    {"1582-10-15T00:00:00.000Z", -12219292800000},
    {"1900-02-28T23:59:59.999Z", -2203891200001},
    {"1900-03-01T00:00:00.000Z", -2203891200000},
    {"1969-12-31T23:59:59.999Z", -1},
    {"1970-01-01T00:00:00.000Z", 0},
    {"1970-01-01T00:00:00.001Z", 1},
    {"1970-01-02T00:00:00.000Z", 86400000},
    {"2000-02-29T00:00:00.000Z", 951782400000},
    {"2024-02-29T12:34:56.789Z", 1709210096789},
    {"2026-01-01T00:00:00.000Z", 1767225600000},
    {"2026-11-23T23:16:42.001Z", 1795475802001},
    {"2038-01-19T03:14:08.000Z", 2147483648000},
    {"2100-03-01T00:00:00.000Z", 4107542400000},
    {"2400-02-29T00:00:00.000Z", 13574563200000},
    {"9999-12-31T23:59:59.999Z", 253402300799999},
};

static void instants_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_reads(pairs[i].text, pairs[i].instant);
}

static void instants_are_printed_as_the_vendor_does(void **state)
{
    char text[INSTANT_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        instant_format(pairs[i].instant, text);
        assert_string_equal(text, pairs[i].text);
    }
}

static void offsets_are_taken_off(void **state)
{
    (void)state;
    assert_reads("2026-01-01T00:00:00+00:00", 1767225600000);
    assert_reads("2026-01-01T00:00:00-00:00", 1767225600000);
    assert_reads("2026-01-01T01:00:00+01:00", 1767225600000);
    assert_reads("2025-12-31T18:30:00-05:30", 1767225600000);
    assert_reads("2026-01-01T05:45:00+05:45", 1767225600000);
    assert_reads("2026-01-01T23:59:00+23:59", 1767225600000);
    assert_reads("2025-12-31T00:01:00-23:59", 1767225600000);
    assert_reads("2026-01-01T05:45:00+0545", 1767225600000);
    assert_reads("2025-12-31T19:00:00-05", 1767225600000);
}

static void letters_may_be_small_and_a_space_may_stand_for_the_t(void **state)
{
    (void)state;
    assert_reads("2026-01-01t00:00:00z", 1767225600000);
    assert_reads("2026-01-01 00:00:00Z", 1767225600000);
}

static void digits_beyond_the_millisecond_are_cut_off(void **state)
{
    (void)state;
    assert_reads("1970-01-01T00:00:00.5Z", 500);
    assert_reads("1970-01-01T00:00:00.05Z", 50);
    assert_reads("1970-01-01T00:00:00.123Z", 123);
    assert_reads("1970-01-01T00:00:00.1239Z", 123);
    assert_reads("1970-01-01T00:00:00.999999999Z", 999);
    assert_reads("1969-12-31T23:59:59.9999Z", -1);
    assert_reads("1970-01-01T00:00:00.00000000000000000000000000000000000000001Z", 0);
}

static void a_leap_second_counts_as_the_one_before(void **state)
{
    (void)state;
    assert_reads("2016-12-31T23:59:59Z", 1483228799000);
    assert_reads("2016-12-31T23:59:60Z", 1483228799000);
    assert_reads("2016-12-31T23:59:60.250Z", 1483228799250);
    assert_reads("2017-01-01T00:59:60+01:00", 1483228799000);
}

static void days_that_do_not_exist_are_refused(void **state)
{
    (void)state;
    assert_refused("2026-02-29T00:00:00Z");
    assert_refused("1900-02-29T00:00:00Z");
    assert_refused("2100-02-29T00:00:00Z");
    assert_refused("2024-02-30T00:00:00Z");
    assert_refused("2026-04-31T00:00:00Z");
    assert_refused("2026-00-01T00:00:00Z");
    assert_refused("2026-13-01T00:00:00Z");
    assert_refused("2026-01-00T00:00:00Z");
    assert_refused("2026-01-32T00:00:00Z");
}

static void times_that_do_not_exist_are_refused(void **state)
{
    (void)state;
    assert_refused("2026-01-01T24:00:00Z");
    assert_refused("2026-01-01T00:60:00Z");
    assert_refused("2026-01-01T00:00:61Z");
    assert_refused("2026-01-01T00:00:00+24:00");
    assert_refused("2026-01-01T00:00:00+00:60");
}

static void other_forms_of_iso_8601_are_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "2026",
        "2026-01-01",
        "2026-01-01T",
        "2026-01-01T00:00Z",
        "2026-01-01T00:00:00",
        "20260101T000000Z",
        "2026-W01-1T00:00:00Z",
        "2026-001T00:00:00Z",
        "2026-01-01T00:00:00,5Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00.",
        "2026-01-01T00:00:00+1:00",
        "2026-01-01T00:00:00UTC",
        "2026-01-01_00:00:00Z",
        "2026-1-1T0:0:0Z",
        "+2026-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "1767225600",
        "now",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_refused(texts[i]);
}

static void nothing_may_stand_around_it(void **state)
{
    (void)state;
    assert_refused(" 2026-01-01T00:00:00Z");
    assert_refused("2026-01-01T00:00:00Z ");
    assert_refused("2026-01-01T00:00:00Z\n");
    assert_refused("2026-01-01T00:00:00ZZ");
    assert_refused("2026-01-01T00:00:00+01:00Z");
    assert_refused("2026-01-01  00:00:00Z");
}

static void an_offset_must_not_leave_the_years_0_to_9999(void **state)
{
    (void)state;
    assert_reads("0000-01-01T00:00:00Z", -62167219200000);
    assert_reads("0000-01-01T01:00:00+01:00", -62167219200000);
    assert_reads("9999-12-31T22:59:59.999-01:00", 253402300799999);
    assert_refused("0000-01-01T00:00:00+00:01");
    assert_refused("9999-12-31T23:59:59.999-00:01");
}

/* The first and the last day of every year, and both sides of the end of February. */
static void every_year_comes_back_as_it_was_written(void **state)
{
    static const char *const days[] = {"01-01T00:00:00.000Z", "02-28T23:59:59.999Z",
                                       "03-01T00:00:00.000Z", "12-31T23:59:59.999Z"};
    char text[INSTANT_SIZE] = "0000-", again[INSTANT_SIZE];
    int64_t before = INT64_MIN, instant;

    (void)state;
    for (int year = 0; year <= 9999; year++) {
        for (int i = 0; i < 4; i++) {
            text[0] = (char)('0' + year / 1000);
            text[1] = (char)('0' + year / 100 % 10);
            text[2] = (char)('0' + year / 10 % 10);
            text[3] = (char)('0' + year % 10);
            memcpy(text + 5, days[i], 20);
            assert_true(instant_parse(text, &instant));
            assert_true(instant > before);
            instant_format(instant, again);
            assert_string_equal(again, text);
            before = instant;
        }
    }
}

static void a_null_is_no_instant_that_can_be_written(void **state)
{
    (void)state;
    assert_true(INSTANT_NONE < -62167219200000);
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(instants_are_read),
        cmocka_unit_test(instants_are_printed_as_the_vendor_does),
        cmocka_unit_test(offsets_are_taken_off),
        cmocka_unit_test(letters_may_be_small_and_a_space_may_stand_for_the_t),
        cmocka_unit_test(digits_beyond_the_millisecond_are_cut_off),
        cmocka_unit_test(a_leap_second_counts_as_the_one_before),
        cmocka_unit_test(days_that_do_not_exist_are_refused),
        cmocka_unit_test(times_that_do_not_exist_are_refused),
        cmocka_unit_test(other_forms_of_iso_8601_are_refused),
        cmocka_unit_test(nothing_may_stand_around_it),
        cmocka_unit_test(an_offset_must_not_leave_the_years_0_to_9999),
        cmocka_unit_test(every_year_comes_back_as_it_was_written),
        cmocka_unit_test(a_null_is_no_instant_that_can_be_written),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
