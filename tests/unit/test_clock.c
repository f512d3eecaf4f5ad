/* Clocks: real ones go, frozen ones stand. */
#include "store/base/clock.h"
#include "store/base/instant.h"
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

static int64_t show(struct clock_shown *shown, int64_t now, int64_t at)
{
    const struct clock real = {.frozen = false};

    return clock_show(shown, &real, now, at);
}

/* It showed 10:00:00 when the system's time is set back by an hour; then that is set right. */
static void a_real_clock_goes_on_when_the_system_is_set_back(void **state)
{
    struct clock_shown shown = {.now = INSTANT_NONE};

    (void)state;
    assert_int_equal(show(&shown, 36000000, 500), 36000000);
    assert_int_equal(show(&shown, 32405000, 5500), 36005000);
    assert_int_equal(shown.ahead, 3600000);
    assert_int_equal(show(&shown, 32406000, 6500), 36006000);
    assert_int_equal(show(&shown, 36007500, 7500), 36007500);
    assert_int_equal(shown.ahead, 0);
}

static void a_small_setting_back_shows_no_gap(void **state)
{
    struct clock_shown shown = {.now = INSTANT_NONE};

    (void)state;
    show(&shown, 36000000, 500);
    assert_int_equal(show(&shown, 36004000, 5500), 36005000); /* set back by a second */
}

static void a_real_clock_follows_when_the_system_is_set_forward(void **state)
{
    struct clock_shown shown = {.now = INSTANT_NONE};

    (void)state;
    show(&shown, 36000000, 500);
    assert_int_equal(show(&shown, 39600000, 600), 39600000);
    assert_int_equal(shown.ahead, 0);
}

/* Both times are cut to milliseconds, each at a moment of its own. */
static void a_millisecond_is_no_step(void **state)
{
    struct clock_shown shown = {.now = INSTANT_NONE};

    (void)state;
    show(&shown, 36000000, 500);
    assert_int_equal(show(&shown, 36000004, 505), 36000004);
    assert_int_equal(shown.ahead, 0);
}

static void a_frozen_clock_does_not_go_on(void **state)
{
    const struct clock frozen = {.frozen = true, .at = 36000000};
    struct clock_shown shown = {.now = 36000000, .at = 500};

    (void)state;
    assert_int_equal(clock_show(&shown, &frozen, 36000000, 90500), 36000000);
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
        cmocka_unit_test(a_real_clock_goes_on_when_the_system_is_set_back),
        cmocka_unit_test(a_small_setting_back_shows_no_gap),
        cmocka_unit_test(a_real_clock_follows_when_the_system_is_set_forward),
        cmocka_unit_test(a_millisecond_is_no_step),
        cmocka_unit_test(a_frozen_clock_does_not_go_on),
        cmocka_unit_test(other_words_are_no_mode),
        cmocka_unit_test(the_monotonic_clock_measures_microseconds),
        cmocka_unit_test(the_monotonic_clock_never_goes_back),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
