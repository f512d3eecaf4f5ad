/* Durations: what ISO 8601 says in weeks, days, hours, minutes and seconds; and the short form. */
#include "store/base/instant.h"
#include "tests/unit/story.h"

static void assert_reads(const char *text, int64_t wanted)
{
    int64_t got = -1;

    if (!duration_parse(text, DURATION_MAX, &got))
        fail_msg("%s is not read", text);
    assert_int_equal(got, wanted);
}

static void every_unit_is_read(void **state)
{
    (void)state;
    assert_reads("PT1S", 1000);
    assert_reads("PT1M", 60000);
    assert_reads("PT1H", 3600000);
    assert_reads("P1D", 86400000);
    assert_reads("P1W", 604800000);
    assert_reads("PT0S", 0);
}

static void units_add_up(void **state)
{
    (void)state;
    assert_reads("P1DT2H30M0.5S", 95400500);
    assert_reads("P30D", 2592000000);
    assert_reads("PT90M", 5400000);
    assert_reads("P1W1D", 691200000);
}

static void the_last_unit_may_have_a_fraction(void **state)
{
    (void)state;
    assert_reads("PT0.050S", 50);
    assert_reads("PT1,5H", 5400000);
    assert_reads("P0.5D", 43200000);
    assert_reads("PT0.0009S", 0);
}

static void what_is_none_is_refused(void **state)
{
    static const char *const none[] = {
        "",
        "P",
        "PT",
        "1H",
        "PT1",
        "P1",
        "P1H",
        "PT1D",
        "P1Y",
        "P1M",
        "PT1H ",
        " PT1H",
        "PT-1H",
        "-PT1H",
        "PT1M1H",
        "PT1H1H",
        "PTH",
        "P1DT",
        "pt1h",
        "PT.5H",
        "PT1.H",
        "PT1.5H1M",
        "PT1.2.3S",
        "PT1HT1M",
        "P1D1W",
        "PT1S1",
        "PT99999999999999999999S",
        "P999999999999D",
    };

    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        int64_t got = -7;
        if (duration_parse(none[i], DURATION_MAX, &got))
            fail_msg("\"%s\" is read", none[i]);
        assert_int_equal(got, -7);
    }
}

static void the_short_form_is_read(void **state)
{
    static const struct {
        const char *text;
        int64_t wanted;
    } given[] = {
        {"0", 0},        {"250", 250},       {"250ms", 250},    {"5s", 5000},
        {"15m", 900000}, {"1h30m", 5400000}, {"7d", 604800000}, {"1h30m0s", 5400000},
        {"1.5s", 1500},  {"1m0.25s", 60250}, {"PT1H", 3600000}, {"1d1ms", 86400001},
        {"0s", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        int64_t got = -7;
        if (!duration_parse(given[i].text, DURATION_MAX, &got))
            fail_msg("\"%s\" is not read", given[i].text);
        assert_int_equal(got, given[i].wanted);
    }
}

static void what_is_no_short_form_is_refused(void **state)
{
    static const char *const none[] = {
        "",         "s",       "-1s",  "1 s",  " 1s",
        "1s ",      "1w",      "1M",   "1H",   "1sm",
        "1m1h",     "1s1s",    "1.5",  "1.s",  ".5s",
        "1.5h30m",  "P",       "1mss", "1e3s", "99999999999999999999s",
        "9999999d", "60001ms",
    };

    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        int64_t got = -7;
        if (duration_parse(none[i], 60000, &got))
            fail_msg("\"%s\" is read", none[i]);
        assert_int_equal(got, -7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_unit_is_read),
        cmocka_unit_test(units_add_up),
        cmocka_unit_test(the_last_unit_may_have_a_fraction),
        cmocka_unit_test(what_is_none_is_refused),
        cmocka_unit_test(the_short_form_is_read),
        cmocka_unit_test(what_is_no_short_form_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
