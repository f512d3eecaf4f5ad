/* What the options mean: values in their types, and what is said of those that have none. */
#include "server/config/log.h"
#include "server/config/settings.h"
#include "tests/unit/quiet.h"
#include "tests/unit/story.h"

#include <stdio.h>
#include <string.h>

static struct options options;
static struct settings settings;

static void set(enum option option, const char *value)
{
    struct option_values *values = &options.values[option];

    values->count = 0;
    if (value)
        values->value[values->count++] = value;
}

static uint64_t number(enum option option)
{
    return settings_number(&settings, option);
}

static int start(void **state)
{
    (void)state;
    memset(&options, 0, sizeof options);
    set(OPTION_PORT, "3343");
    set(OPTION_CLOCK, "real");
    set(OPTION_IDLE_TIMEOUT, "60");
    set(OPTION_MAX_CONNECTIONS, "1000");
    set(OPTION_JOURNAL, "1000");
    set(OPTION_STRICT_FIDELITY, "false");
    set(OPTION_MAX_WORKSPACES, "10000");
    set(OPTION_DURABILITY, "normal");
    set(OPTION_DB, ":memory:");
    set(OPTION_LOG_FORMAT, "text");
    set(OPTION_LOG_LEVEL, "info");
    set(OPTION_LISTEN, "127.0.0.1");
    set(OPTION_WAIT, "0s");
    set(OPTION_FORMAT, "text");
    return 0;
}

static void assert_read(void)
{
    quiet_start();
    bool ok = settings_read(&options, &settings);
    const char *said = quiet_stop();
    if (!ok)
        fail_msg("refused: %s", said);
    assert_string_equal(said, "");
}

static void assert_refused(enum option option, const char *value, const char *wanted)
{
    start(NULL);
    set(option, value);
    quiet_start();
    bool ok = settings_read(&options, &settings);
    const char *said = quiet_stop();
    if (ok)
        fail_msg("--%s %s is taken", option_row(option)->name, value);
    assert_string_equal(said, wanted);
}

static void defaults_have_their_meaning(void **state)
{
    (void)state;
    assert_read();
    assert_int_equal(number(OPTION_PORT), 3343);
    assert_false(settings.clock.frozen);
    assert_string_equal(settings.clock_shown, "real");
    assert_false(settings.known_keys_only);
    assert_false(number(OPTION_LOG_FORMAT) == 1);
    assert_int_equal(number(OPTION_LOG_LEVEL), LOG_INFO);
    assert_int_equal(number(OPTION_IDLE_TIMEOUT), 60);
    assert_int_equal(settings.max_connections, 1000);
    assert_true(
        (strcmp(assumption_value(&settings.assumptions, ASSUME_CANCEL_REPEAT), "refuse") == 0));
    assert_string_equal(settings_value(&settings, OPTION_LISTEN), "127.0.0.1");
    assert_null(settings_value(&settings, OPTION_ASSUME));
}

static void an_address_may_stand_in_brackets(void **state)
{
    static const char *const texts[] = {"",     "a..b",     "[127.0.0.1]",     "[]",
                                        "[::1", "[::1]:80", "http://127.0.0.1"};
    char wanted[256];

    (void)state;
    set(OPTION_LISTEN, "[::1]");
    assert_read();
    assert_string_equal(settings.address, "::1");
    set(OPTION_LISTEN, "::");
    assert_read();
    assert_string_equal(settings.address, "::");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        snprintf(wanted, sizeof wanted,
                 "edges-emulator: --listen cannot be \"%s\"; it takes an address of this machine, "
                 "such as 127.0.0.1, 0.0.0.0 or ::1, or a name of one\n",
                 texts[i]);
        assert_refused(OPTION_LISTEN, texts[i], wanted);
    }
}

static void numbers_are_taken_up_to_their_limits(void **state)
{
    (void)state;
    set(OPTION_PORT, "0");
    set(OPTION_IDLE_TIMEOUT, "1");
    set(OPTION_MAX_CONNECTIONS, "60000");
    set(OPTION_RANDOM_SEED, "18446744073709551615");
    assert_read();
    assert_int_equal(number(OPTION_PORT), 0);
    assert_int_equal(number(OPTION_IDLE_TIMEOUT), 1);
    assert_int_equal(number(OPTION_MAX_CONNECTIONS), 60000);
    assert_true(settings.seed == UINT64_MAX);
    set(OPTION_PORT, "65535");
    assert_read();
    assert_int_equal(number(OPTION_PORT), 65535);
}

static void other_numbers_are_refused(void **state)
{
    static const char *const texts[] = {"",     "-1",  "+1",   " 1",    "1 ",
                                        "0x10", "1e3", "http", "65536", "99999999999999999999"};
    char wanted[128];

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        snprintf(wanted, sizeof wanted,
                 "edges-emulator: --port cannot be \"%s\"; it takes a port number, 0 to 65535\n",
                 texts[i]);
        assert_refused(OPTION_PORT, texts[i], wanted);
    }
    assert_refused(
        OPTION_IDLE_TIMEOUT, "0",
        "edges-emulator: --idle-timeout cannot be \"0\"; it takes seconds, 1 to 86400\n");
    assert_refused(OPTION_MAX_CONNECTIONS, "60001",
                   "edges-emulator: --max-connections cannot be \"60001\"; "
                   "it takes a number, 1 to 60000\n");
    assert_refused(OPTION_RANDOM_SEED, "18446744073709551616",
                   "edges-emulator: --random-seed cannot be \"18446744073709551616\"; "
                   "it takes a whole number\n");
}

static void without_a_seed_each_one_is_another(void **state)
{
    (void)state;
    assert_read();
    uint64_t first = settings.seed;
    assert_read();
    assert_true(settings.seed != first);
}

static void a_clock_is_frozen_at_an_instant(void **state)
{
    (void)state;
    set(OPTION_CLOCK, "2026-01-01T01:00:00+01:00");
    assert_read();
    assert_true(settings.clock.frozen);
    assert_int_equal(settings.clock.at, 1767225600000);
    assert_string_equal(settings.clock_shown, "2026-01-01T00:00:00.000Z");
    assert_refused(OPTION_CLOCK, "yesterday",
                   "edges-emulator: --clock cannot be \"yesterday\"; "
                   "it takes real, frozen, or an instant like 2026-01-01T00:00:00Z\n");
}

static void assumptions_are_put_in_force(void **state)
{
    (void)state;
    set(OPTION_ASSUME, "cancel.repeat=accept");
    options.values[OPTION_ASSUME].value[1] = "not-found.label=GONE";
    options.values[OPTION_ASSUME].count = 2;
    assert_read();
    assert_true(
        (strcmp(assumption_value(&settings.assumptions, ASSUME_CANCEL_REPEAT), "accept") == 0));
    assert_string_equal(assumption_value(&settings.assumptions, ASSUME_NOT_FOUND_LABEL), "GONE");
}

static void assumptions_that_cannot_be_are_refused(void **state)
{
    static const char known[] = "ID=VALUE, with an ID that edges-emulator docs assumptions "
                                "lists, or @FILE";
    static const char *const texts[] = {
        "", "cancel.repeat", "=accept",
        "an.id.that.is.longer.than.any.value.of.an.assumption.may.ever.be=accept"};
    char wanted[256];

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        snprintf(wanted, sizeof wanted, "edges-emulator: --assume cannot be \"%s\"; it takes %s\n",
                 texts[i], known);
        assert_refused(OPTION_ASSUME, texts[i], wanted);
    }
    assert_refused(OPTION_ASSUME, "cancel.repat=accept",
                   "edges-emulator: --assume cannot be \"cancel.repat=accept\"; "
                   "did you mean cancel.repeat?\n");
    assert_refused(OPTION_ASSUME, "Cancel.Repeat=accept",
                   "edges-emulator: --assume cannot be \"Cancel.Repeat=accept\"; "
                   "did you mean cancel.repeat?\n");
    assert_refused(OPTION_ASSUME, "not-cancellable.code=418",
                   "edges-emulator: --assume cannot be \"not-cancellable.code=418\"; "
                   "it takes not-cancellable.code=422|409|400\n");
    assert_refused(OPTION_ASSUME, "not-found.label=gone",
                   "edges-emulator: --assume cannot be \"not-found.label=gone\"; "
                   "it takes not-found.label=A_LABEL\n");
}

static void a_variable_is_blamed_by_its_own_name(void **state)
{
    (void)state;
    set(OPTION_LOG_LEVEL, "loud");
    options.values[OPTION_LOG_LEVEL].source = OPTION_FROM_ENVIRONMENT;
    quiet_start();
    assert_false(settings_read(&options, &settings));
    assert_string_equal(quiet_stop(), "edges-emulator: EDGES_EMULATOR_LOG_LEVEL cannot be "
                                      "\"loud\"; it takes error, warn or info\n");
}

static void the_log_has_two_forms_and_three_levels(void **state)
{
    (void)state;
    set(OPTION_LOG_FORMAT, "json");
    set(OPTION_LOG_LEVEL, "error");
    assert_read();
    assert_true(number(OPTION_LOG_FORMAT) == 1);
    assert_int_equal(number(OPTION_LOG_LEVEL), LOG_ERROR);
    set(OPTION_LOG_LEVEL, "warn");
    assert_read();
    assert_int_equal(number(OPTION_LOG_LEVEL), LOG_WARN);
    assert_refused(OPTION_LOG_FORMAT, "JSON",
                   "edges-emulator: --log-format cannot be \"JSON\"; it takes text or json\n");
}

static void a_choice_and_a_switch_are_told_what_they_take(void **state)
{
    (void)state;
    set(OPTION_STRICT_FIDELITY, "true");
    assert_read();
    assert_int_equal(number(OPTION_STRICT_FIDELITY), 1);
    assert_refused(OPTION_DURABILITY, "ful",
                   "edges-emulator: --durability cannot be \"ful\"; it takes normal or full\n");
    assert_refused(OPTION_STRICT_FIDELITY, "yes",
                   "edges-emulator: --strict-fidelity cannot be \"yes\"; it takes false or true\n");
    assert_refused(OPTION_MAX_WORKSPACES, "10001",
                   "edges-emulator: --max-workspaces cannot be \"10001\"; "
                   "it takes a number, 1 to 10000\n");
}

static void a_key_that_is_given_closes_the_door_to_others(void **state)
{
    (void)state;
    set(OPTION_API_KEY, "k");
    assert_read();
    assert_true(settings.known_keys_only);
}

static void a_key_that_nobody_can_send_is_refused_and_not_shown(void **state)
{
    char longest[258];
    const char *const keys[] = {" ", " k", "k ", "k\tk", "k\xc3\xa9y", "k\x7f", longest};

    (void)state;
    memset(longest, 'k', 257);
    longest[257] = '\0';
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_refused(OPTION_API_KEY, keys[i],
                       "edges-emulator: --api-key has a key that no client can send; it takes 1 to "
                       "256 visible ASCII characters, with spaces only between them\n");
    start(NULL);
    longest[256] = '\0';
    set(OPTION_API_KEY, longest);
    assert_read();
    set(OPTION_API_KEY, "two words");
    assert_read();
}

static void the_last_value_counts(void **state)
{
    (void)state;
    options.values[OPTION_ALLOWED_HOST] = (struct option_values){.value = {"a", "b"}, .count = 2};
    assert_read();
    assert_string_equal(settings_value(&settings, OPTION_ALLOWED_HOST), "b");
    assert_int_equal(settings_values(&settings, OPTION_ALLOWED_HOST)->count, 2);
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test_setup(defaults_have_their_meaning, start),
        cmocka_unit_test_setup(an_address_may_stand_in_brackets, start),
        cmocka_unit_test_setup(numbers_are_taken_up_to_their_limits, start),
        cmocka_unit_test_setup(other_numbers_are_refused, start),
        cmocka_unit_test_setup(without_a_seed_each_one_is_another, start),
        cmocka_unit_test_setup(a_clock_is_frozen_at_an_instant, start),
        cmocka_unit_test_setup(assumptions_are_put_in_force, start),
        cmocka_unit_test_setup(assumptions_that_cannot_be_are_refused, start),
        cmocka_unit_test_setup(a_variable_is_blamed_by_its_own_name, start),
        cmocka_unit_test_setup(the_log_has_two_forms_and_three_levels, start),
        cmocka_unit_test_setup(a_choice_and_a_switch_are_told_what_they_take, start),
        cmocka_unit_test_setup(a_key_that_is_given_closes_the_door_to_others, start),
        cmocka_unit_test_setup(a_key_that_nobody_can_send_is_refused_and_not_shown, start),
        cmocka_unit_test_setup(the_last_value_counts, start),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
