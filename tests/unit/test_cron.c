/* Cron expressions and time zones: literal instants, worked out by hand from the zones' rules. */
#include "store/base/cron.h"
#include "store/base/instant.h"
#include "store/base/zone.h"

#include "tests/unit/story.h"

static int64_t at(const char *text)
{
    int64_t instant;

    assert_true(instant_parse(text, &instant));
    return instant;
}

static void assert_next(const char *expression, const char *zone, const char *after,
                        const char *const *expected)
{
    char why[CRON_WHY_SIZE], shown[INSTANT_SIZE];
    int64_t now = at(after);
    struct cron cron;

    if (!cron_parse(expression, &cron, why))
        fail_msg("%s %s", expression, why);
    for (; *expected; expected++) {
        now = cron_next(&cron, zone, now);
        instant_format(now, shown);
        if (now != at(*expected))
            fail_msg("%s in %s: %s is not %s", expression, zone, shown, *expected);
    }
}

#define NEXT(expression, zone, after, ...) \
    assert_next(expression, zone, after, (const char *const[]){__VA_ARGS__, NULL})

static void the_vendors_examples(void **state)
{
    (void)state;
    NEXT("0 9 * * *", "UTC", "2026-01-01T09:00:00Z", "2026-01-02T09:00:00Z");
    NEXT("*/30 * * * *", "UTC", "2026-01-01T09:00:00.001Z", "2026-01-01T09:30:00Z",
         "2026-01-01T10:00:00Z");
    NEXT("0 */2 * * *", "UTC", "2026-01-01T21:00:00Z", "2026-01-01T22:00:00Z",
         "2026-01-02T00:00:00Z");
    NEXT("0 9 * * 1-5", "UTC", "2026-01-01T00:00:00Z", "2026-01-01T09:00:00Z",
         "2026-01-02T09:00:00Z", "2026-01-05T09:00:00Z");
    NEXT("0 0 1 * *", "UTC", "2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z",
         "2026-03-01T00:00:00Z");
}

static void lists_ranges_steps_and_names(void **state)
{
    (void)state;
    NEXT("5,7-9,50/4 0 1 1 *", "UTC", "2025-12-31T00:00:00Z", "2026-01-01T00:05:00Z",
         "2026-01-01T00:07:00Z", "2026-01-01T00:08:00Z", "2026-01-01T00:09:00Z",
         "2026-01-01T00:50:00Z", "2026-01-01T00:54:00Z", "2026-01-01T00:58:00Z",
         "2027-01-01T00:05:00Z");
    NEXT("0 0 * FEB,aPr Fri-sun", "UTC", "2026-02-27T12:00:00Z", "2026-02-28T00:00:00Z",
         "2026-04-03T00:00:00Z", "2026-04-04T00:00:00Z", "2026-04-05T00:00:00Z");
    NEXT(" 0\t0  * * 7 ", "UTC", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z");
    NEXT("0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z",
         "2032-02-29T00:00:00Z");
    NEXT("0 0 29 2 *", "UTC", "2093-01-01T00:00:00Z", "2096-02-29T00:00:00Z",
         "2104-02-29T00:00:00Z");
}

static void either_day_field_may_match_when_both_are_restricted(void **state)
{
    (void)state;
    NEXT("0 0 13 * 5", "UTC", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z",
         "2026-01-09T00:00:00Z", "2026-01-13T00:00:00Z", "2026-01-16T00:00:00Z");
    NEXT("0 0 13 * *", "UTC", "2026-01-01T00:00:00Z", "2026-01-13T00:00:00Z");
}

/* As cron-parser 5.10, croner 11 and cron 4.4 have it, the libraries of the vendor's platform. */
static void a_star_with_a_step_restricts_a_day_field(void **state)
{
    (void)state;
    NEXT("0 0 */2 * 5", "UTC", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z",
         "2026-01-03T00:00:00Z", "2026-01-05T00:00:00Z", "2026-01-07T00:00:00Z",
         "2026-01-09T00:00:00Z", "2026-01-11T00:00:00Z");
    NEXT("0 0 1 * */2", "UTC", "2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z",
         "2026-01-04T00:00:00Z", "2026-01-06T00:00:00Z", "2026-01-08T00:00:00Z",
         "2026-01-10T00:00:00Z", "2026-01-11T00:00:00Z");
    NEXT("0 0 29 2 */7", "UTC", "2028-02-20T12:00:00Z", "2028-02-27T00:00:00Z",
         "2028-02-29T00:00:00Z", "2029-02-04T00:00:00Z");
}

/* Once a year, and in 2026 in the hour that the clocks leave out. */
static void the_next_of_one_that_is_left_out_may_be_far(void **state)
{
    (void)state;
    NEXT("0 2 29 3 *", "Europe/Paris", "2026-01-01T00:00:00Z", "2026-03-29T01:00:00Z",
         "2027-03-29T00:00:00Z");
}

static void a_star_with_a_step_of_one_restricts_nothing(void **state)
{
    (void)state;
    NEXT("0 0 */1 * 5", "UTC", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z",
         "2026-01-09T00:00:00Z");
    NEXT("0 0 13 * */1", "UTC", "2026-01-01T00:00:00Z", "2026-01-13T00:00:00Z",
         "2026-02-13T00:00:00Z");
    NEXT("0 0 13 * 0-6", "UTC", "2026-01-12T00:00:00Z", "2026-01-13T00:00:00Z",
         "2026-01-14T00:00:00Z");
}

static void a_local_time_that_is_left_out_fires_later_by_the_gap(void **state)
{
    (void)state;
    /* Paris goes from 02:00 to 03:00 on 29 March 2026, at 01:00 UTC. */
    NEXT("30 2 * * *", "Europe/Paris", "2026-03-28T00:00:00Z", "2026-03-28T01:30:00Z",
         "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z");
    NEXT("30 2,3 * * *", "Europe/Paris", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z",
         "2026-03-30T00:30:00Z");
    NEXT("30 2 * * *", "Europe/Paris", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z");
    NEXT("45 1,2,3 * * *", "Europe/Paris", "2026-03-29T00:00:00Z", "2026-03-29T00:45:00Z",
         "2026-03-29T01:45:00Z", "2026-03-29T23:45:00Z");
    /* Lord Howe leaves out half an hour, from 02:00 to 02:30 on 4 October 2026. */
    NEXT("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", "2026-10-03T15:45:00Z",
         "2026-10-04T15:15:00Z");
    NEXT("0,30 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", "2026-10-03T15:30:00Z",
         "2026-10-04T15:00:00Z", "2026-10-04T15:30:00Z");
    /* Samoa left out all of 30 December 2011. */
    NEXT("0 12 30 12 *", "Pacific/Apia", "2011-12-01T00:00:00Z", "2011-12-30T22:00:00Z",
         "2012-12-29T22:00:00Z");
}

static void a_local_time_that_is_twice_fires_the_first_time(void **state)
{
    (void)state;
    /* Paris goes from 03:00 back to 02:00 on 25 October 2026, at 01:00 UTC. */
    NEXT("30 2 * * *", "Europe/Paris", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z",
         "2026-10-26T01:30:00Z");
    NEXT("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00:00Z", "2026-04-04T14:45:00Z",
         "2026-04-05T15:15:00Z");
    NEXT("0 9 * * *", "Asia/Kolkata", "2026-01-01T00:00:00Z", "2026-01-01T03:30:00Z");
}

static void an_interval_fires_through_an_hour_that_is_twice(void **state)
{
    (void)state;
    NEXT("30 * * * *", "America/New_York", "2026-11-01T04:00:00Z", "2026-11-01T04:30:00Z",
         "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-11-01T07:30:00Z");
    /* Half an hour is repeated here, from 15:00 to 15:30 UTC: not that. */
    NEXT("*/15 * * * *", "Australia/Lord_Howe", "2026-04-04T14:40:00Z", "2026-04-04T14:45:00Z",
         "2026-04-04T15:30:00Z", "2026-04-04T15:45:00Z");
    NEXT("*/15 * * * *", "Australia/Lord_Howe", "2026-04-04T15:05:00Z", "2026-04-04T15:30:00Z");
}

static void what_is_no_expression_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "* * * *",
        "* * * * * *",
        "@daily",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * 32 * *",
        "* * * 0 *",
        "* * * 13 *",
        "* * * * 8",
        "*/0 * * * *",
        "5-3 * * * *",
        "1, * * * *",
        ",1 * * * *",
        "1-2-3 * * * *",
        "? * * * *",
        "* * L * *",
        "* * 1W * *",
        "* * * * 5#2",
        "* * * * 6-0",
        "-1 * * * *",
        "1.5 * * * *",
        "*5 * * * *",
        "* * * foo *",
        "jan * * * *",
        "* * * janu *",
        "99999999999999999999 * * * *",
    };
    char why[CRON_WHY_SIZE];
    struct cron cron;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (cron_parse(bad[i], &cron, why))
            fail_msg("%s was taken", bad[i]);
        assert_memory_equal(why, "must be a cron expression", 25);
    }
}

static void what_never_comes_is_no_instant(void **state)
{
    char why[CRON_WHY_SIZE];
    struct cron cron;

    (void)state;
    assert_true(cron_parse("0 0 30 2 *", &cron, why));
    assert_true(cron_next(&cron, "UTC", at("2026-01-01T00:00:00Z")) == INSTANT_NONE);
    assert_true(cron_parse("0 0 1 1 *", &cron, why));
    assert_true(cron_next(&cron, "UTC", at("9999-06-01T00:00:00Z")) == INSTANT_NONE);
}

static void zones_are_found_by_their_exact_names(void **state)
{
    static const char *const bad[] = {
        "",          "Europe",     "europe/paris", "Mars/Olympus", "/etc/passwd",  "Europe/../UTC",
        "right/UTC", "posixrules", "UTC+1",        "tzdata.zi",    "Europe/Paris "};

    (void)state;
    assert_true(zone_exists("UTC"));
    assert_true(zone_exists("Europe/Paris"));
    assert_true(zone_exists("Etc/GMT+1"));
    assert_true(zone_exists("America/Argentina/Buenos_Aires"));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (zone_exists(bad[i]))
            fail_msg("%s was taken", bad[i]);
    }
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(the_vendors_examples),
        cmocka_unit_test(lists_ranges_steps_and_names),
        cmocka_unit_test(either_day_field_may_match_when_both_are_restricted),
        cmocka_unit_test(the_next_of_one_that_is_left_out_may_be_far),
        cmocka_unit_test(a_star_with_a_step_restricts_a_day_field),
        cmocka_unit_test(a_star_with_a_step_of_one_restricts_nothing),
        cmocka_unit_test(a_local_time_that_is_left_out_fires_later_by_the_gap),
        cmocka_unit_test(a_local_time_that_is_twice_fires_the_first_time),
        cmocka_unit_test(an_interval_fires_through_an_hour_that_is_twice),
        cmocka_unit_test(what_is_no_expression_is_refused),
        cmocka_unit_test(what_never_comes_is_no_instant),
        cmocka_unit_test(zones_are_found_by_their_exact_names),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
