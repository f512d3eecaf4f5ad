/* Clocks: real ones go, frozen ones stand. */
#include "store/base/clock.h"
#include "tests/unit/story.h"

#include <time.h>

static int64_t system_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void a_real_clock_shows_the_time_of_the_system(void **state)
{
    struct clock clock = {.frozen = true, .at = 5};

    (void)state;
    assert_true(clock_parse("real", &clock));
    assert_false(clock.frozen);
    int64_t before = system_ms();
    int64_t now = clock_now(&clock);
    assert_in_range(now, before, system_ms());
}

static void a_clock_frozen_now_stands_where_the_system_was(void **state)
{
    struct clock clock;

    (void)state;
    int64_t before = system_ms();
    assert_true(clock_parse("frozen", &clock));
    assert_true(clock.frozen);
    assert_in_range(clock_now(&clock), before, system_ms());
}

static void a_frozen_clock_stands_still(void **state)
{
    struct clock clock;
    struct timespec moment = {.tv_nsec = 3000000};

    (void)state;
    assert_true(clock_parse("2026-01-01T00:00:00Z", &clock));
    assert_true(clock.frozen);
    assert_int_equal(clock_now(&clock), 1767225600000);
    nanosleep(&moment, NULL);
    assert_int_equal(clock_now(&clock), 1767225600000);
}

static void a_clock_may_stand_before_1970(void **state)
{
    struct clock clock;

    (void)state;
    assert_true(clock_parse("1969-12-31T23:59:59.999Z", &clock));
    assert_true(clock_now(&clock) == -1);
}

static void other_words_are_no_mode(void **state)
{
    static const char *const words[] = {
        "", "Real", "REAL", "freeze", "real ", "2026-01-01", "0", "frozen 2026-01-01T00:00:00Z"};
    struct clock clock = {.frozen = true, .at = 5};

    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (clock_parse(words[i], &clock))
            fail_msg("\"%s\" is taken for a clock", words[i]);
        assert_true(clock.frozen);
        assert_int_equal(clock.at, 5);
    }
}

static void the_monotonic_clock_measures_microseconds(void **state)
{
    struct timespec moment = {.tv_nsec = 3000000};

    (void)state;
    int64_t before = clock_monotonic_us();
    nanosleep(&moment, NULL);
    int64_t passed = clock_monotonic_us() - before;
    assert_in_range(passed, 3000, 60000000);
}

static void the_monotonic_clock_never_goes_back(void **state)
{
    int64_t before = clock_monotonic_us();

    (void)state;
    for (int i = 0; i < 10000; i++) {
        int64_t now = clock_monotonic_us();
        assert_true(now >= before);
        before = now;
    }
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(a_real_clock_shows_the_time_of_the_system),
        cmocka_unit_test(a_clock_frozen_now_stands_where_the_system_was),
        cmocka_unit_test(a_frozen_clock_stands_still),
        cmocka_unit_test(a_clock_may_stand_before_1970),
        cmocka_unit_test(other_words_are_no_mode),
        cmocka_unit_test(the_monotonic_clock_measures_microseconds),
        cmocka_unit_test(the_monotonic_clock_never_goes_back),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
