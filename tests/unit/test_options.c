/* The command line and the environment: which value wins, and what is said of a slip. */
#include "server/config/options.h"
#include "store/base/limits.h"
#include "tests/unit/quiet.h"
#include "tests/unit/story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 80 };

static struct options options;

/* Variables are cut in place: each is copied to where it may be written to. */
static bool read(const char *const *words, const char *const *variables)
{
    static char word[WORDS_MAX][128], variable[WORDS_MAX][128];
    static char program[] = "edges-emulator";
    char *argv[WORDS_MAX + 2] = {program}, *environment[WORDS_MAX + 1] = {NULL};
    int argc = 1;

    for (int i = 0; words[i]; i++) {
        snprintf(word[i], sizeof word[i], "%s", words[i]);
        argv[argc++] = word[i];
    }
    for (int i = 0; variables[i]; i++) {
        snprintf(variable[i], sizeof variable[i], "%s", variables[i]);
        environment[i] = variable[i];
    }
    return options_read(argc, argv, environment, &options);
}

#define WORDS(...) ((const char *const[WORDS_MAX]){__VA_ARGS__})
#define NONE WORDS(NULL)

static void assert_read(const char *const *words, const char *const *variables)
{
    quiet_start();
    bool ok = read(words, variables);
    const char *said = quiet_stop();
    if (!ok)
        fail_msg("refused: %s", said);
    assert_string_equal(said, "");
}

static void assert_refused(const char *const *words, const char *const *variables,
                           const char *wanted)
{
    quiet_start();
    bool ok = read(words, variables);
    const char *said = quiet_stop();
    assert_false(ok);
    assert_string_equal(said, wanted);
}

static void assert_value(enum option option, const char *wanted, enum option_source source)
{
    assert_int_equal(options.values[option].count, 1);
    assert_string_equal(options.values[option].value[0], wanted);
    assert_int_equal(options.values[option].source, source);
}

static void defaults_are_those_of_the_manual(void **state)
{
    (void)state;
    assert_read(NONE, NONE);
    assert_int_equal(options.command, COMMAND_SERVE);
    assert_null(options.argument[0]);
    assert_value(OPTION_LISTEN, "127.0.0.1", OPTION_FROM_DEFAULT);
    assert_value(OPTION_PORT, "3343", OPTION_FROM_DEFAULT);
    assert_value(OPTION_FIXTURE, "demo", OPTION_FROM_DEFAULT);
    assert_value(OPTION_DB, ":memory:", OPTION_FROM_DEFAULT);
    assert_value(OPTION_CLOCK, "real", OPTION_FROM_DEFAULT);
    assert_value(OPTION_LOG_FORMAT, "text", OPTION_FROM_DEFAULT);
    assert_value(OPTION_LOG_LEVEL, "info", OPTION_FROM_DEFAULT);
    assert_int_equal(options.values[OPTION_API_KEY].count, 0);
    assert_int_equal(options.values[OPTION_ASSUME].count, 0);
    assert_int_equal(options.values[OPTION_RANDOM_SEED].count, 0);
}

static void an_option_beats_a_variable_and_a_variable_the_default(void **state)
{
    (void)state;
    assert_read(NONE, WORDS("EDGES_EMULATOR_PORT=1"));
    assert_value(OPTION_PORT, "1", OPTION_FROM_ENVIRONMENT);
    assert_read(WORDS("--port", "2"), WORDS("EDGES_EMULATOR_PORT=1"));
    assert_value(OPTION_PORT, "2", OPTION_FROM_OPTION);
    assert_read(WORDS("--fixture", "empty"), WORDS("EDGES_EMULATOR_FIXTURE=a,b"));
    assert_value(OPTION_FIXTURE, "empty", OPTION_FROM_OPTION);
}

static void a_value_follows_a_space_or_an_equals_sign(void **state)
{
    (void)state;
    assert_read(WORDS("--port=5", "--listen", "::1", "--db=x=y", "--assume=a=b"), NONE);
    assert_value(OPTION_PORT, "5", OPTION_FROM_OPTION);
    assert_value(OPTION_LISTEN, "::1", OPTION_FROM_OPTION);
    assert_value(OPTION_DB, "x=y", OPTION_FROM_OPTION);
    assert_value(OPTION_ASSUME, "a=b", OPTION_FROM_OPTION);
}

static void of_an_option_given_twice_the_last_counts(void **state)
{
    (void)state;
    assert_read(WORDS("--port", "1", "--port", "2"), NONE);
    assert_value(OPTION_PORT, "2", OPTION_FROM_OPTION);
}

static void a_repeatable_option_keeps_all_in_order(void **state)
{
    (void)state;
    assert_read(WORDS("--api-key", "a", "--api-key=b,c"), NONE);
    assert_int_equal(options.values[OPTION_API_KEY].count, 2);
    assert_string_equal(options.values[OPTION_API_KEY].value[0], "a");
    assert_string_equal(options.values[OPTION_API_KEY].value[1], "b,c");
}

static void a_variable_of_a_repeatable_option_is_cut_at_commas(void **state)
{
    (void)state;
    assert_read(NONE, WORDS("EDGES_EMULATOR_API_KEY=a,,b,", "EDGES_EMULATOR_DB=x,y"));
    assert_int_equal(options.values[OPTION_API_KEY].count, 2);
    assert_string_equal(options.values[OPTION_API_KEY].value[0], "a");
    assert_string_equal(options.values[OPTION_API_KEY].value[1], "b");
    assert_value(OPTION_DB, "x,y", OPTION_FROM_ENVIRONMENT);
}

static void a_list_of_nothing_is_not_taken_for_none(void **state)
{
    (void)state;
    assert_refused(NONE, WORDS("EDGES_EMULATOR_API_KEY=,"),
                   "edges-emulator: EDGES_EMULATOR_API_KEY has nothing but commas; put values "
                   "between them, or unset it\n");
    assert_refused(NONE, WORDS("EDGES_EMULATOR_FIXTURE=,,"),
                   "edges-emulator: EDGES_EMULATOR_FIXTURE has nothing but commas; put values "
                   "between them, or unset it\n");
}

static void an_empty_list_leaves_the_default(void **state)
{
    (void)state;
    assert_read(NONE, WORDS("EDGES_EMULATOR_FIXTURE="));
    assert_value(OPTION_FIXTURE, "demo", OPTION_FROM_DEFAULT);
}

static void variables_of_others_are_passed_over(void **state)
{
    (void)state;
    assert_read(NONE,
                WORDS("PATH=/bin", "EDGES=1", "edges_emulator_port=9", "XEDGES_EMULATOR_A=1"));
    assert_value(OPTION_PORT, "3343", OPTION_FROM_DEFAULT);
}

static void commands_are_words(void **state)
{
    static const struct {
        const char *word;
        enum command command;
    } commands[] = {
        {"serve", COMMAND_SERVE}, {"healthcheck", COMMAND_HEALTHCHECK},
        {"docs", COMMAND_DOCS},   {"--help", COMMAND_HELP},
        {"-h", COMMAND_HELP},     {"--version", COMMAND_VERSION},
        {"help", COMMAND_HELP},   {"-V", COMMAND_VERSION},
    };

    (void)state;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        assert_read(WORDS(commands[i].word), NONE);
        assert_int_equal(options.command, commands[i].command);
    }
    assert_read(WORDS("--port", "1", "healthcheck", "--listen", "::1"), NONE);
    assert_int_equal(options.command, COMMAND_HEALTHCHECK);
}

static void some_commands_take_a_word(void **state)
{
    (void)state;
    assert_read(WORDS("validate", "world.json"), NONE);
    assert_int_equal(options.command, COMMAND_VALIDATE);
    assert_string_equal(options.argument[0], "world.json");
    assert_read(WORDS("validate", "-"), NONE);
    assert_string_equal(options.argument[0], "-");
    assert_read(WORDS("docs", "assumptions"), NONE);
    assert_string_equal(options.argument[0], "assumptions");
    assert_refused(WORDS("validate"), NONE,
                   "edges-emulator: validate needs FILE; see edges-emulator help validate\n");
    assert_refused(WORDS("docs", "a", "b", "c"), NONE,
                   "edges-emulator: unexpected argument \"c\"; see edges-emulator help docs\n");
    assert_refused(WORDS("serve", "me"), NONE,
                   "edges-emulator: unexpected argument \"me\"; see edges-emulator help serve\n");
}

static void help_is_of_a_command_or_of_all(void **state)
{
    (void)state;
    assert_read(WORDS("help"), NONE);
    assert_int_equal(options.topic, COMMAND_HELP);
    assert_read(WORDS("help", "validate"), NONE);
    assert_int_equal(options.topic, COMMAND_VALIDATE);
    assert_read(WORDS("--port", "1", "--help"), NONE);
    assert_int_equal(options.topic, COMMAND_HELP);
    assert_read(WORDS("validate", "--help"), NONE);
    assert_int_equal(options.command, COMMAND_HELP);
    assert_int_equal(options.topic, COMMAND_VALIDATE);
    assert_refused(WORDS("help", "validat"), NONE,
                   "edges-emulator: unknown command validat; did you mean validate?\n");
}

static void an_option_belongs_to_its_commands(void **state)
{
    (void)state;
    assert_read(WORDS("--wait", "3s", "healthcheck", "--port", "1"), NONE);
    assert_value(OPTION_WAIT, "3s", OPTION_FROM_OPTION);
    assert_read(NONE, WORDS("EDGES_EMULATOR_URL=http://h:1", "EDGES_EMULATOR_WAIT=3s"));
    assert_value(OPTION_URL, "http://h:1", OPTION_FROM_ENVIRONMENT);
    assert_refused(WORDS("--wait", "3s"), NONE,
                   "edges-emulator: --wait is an option of healthcheck; "
                   "see edges-emulator help healthcheck\n");
    assert_refused(WORDS("--log-level", "warn", "healthcheck"), NONE,
                   "edges-emulator: --log-level is an option of serve; "
                   "see edges-emulator help serve\n");
    assert_read(WORDS("healthcheck"), WORDS("EDGES_EMULATOR_LOG_LEVEL=warn"));
    assert_refused(WORDS("healthcheck", "--format=json"), NONE,
                   "edges-emulator: --format is an option of validate; "
                   "see edges-emulator help validate\n");
}

static void a_slip_is_told_and_put_right(void **state)
{
    (void)state;
    assert_refused(WORDS("--prot", "1"), NONE,
                   "edges-emulator: unknown option --prot; did you mean --port?\n");
    assert_refused(WORDS("sreve"), NONE,
                   "edges-emulator: unknown command sreve; did you mean serve?\n");
    assert_refused(WORDS("-q"), NONE,
                   "edges-emulator: unknown option -q; see edges-emulator --help\n");
    assert_refused(WORDS("--por"), NONE,
                   "edges-emulator: unknown option --por; did you mean --port?\n");
    assert_refused(NONE, WORDS("EDGES_EMULATOR_PROT=1"),
                   "edges-emulator: unknown environment variable EDGES_EMULATOR_PROT; "
                   "did you mean EDGES_EMULATOR_PORT?\n");
    assert_refused(NONE, WORDS("EDGES_EMULATOR_LOG_LEVLE=1"),
                   "edges-emulator: unknown environment variable EDGES_EMULATOR_LOG_LEVLE; "
                   "did you mean EDGES_EMULATOR_LOG_LEVEL?\n");
    assert_refused(NONE, WORDS("EDGES_EMULATOR_ZEBRA=1"),
                   "edges-emulator: unknown environment variable EDGES_EMULATOR_ZEBRA; "
                   "see edges-emulator --help\n");
}

static void a_missing_value_is_told(void **state)
{
    (void)state;
    assert_refused(WORDS("--port"), NONE, "edges-emulator: --port needs a value: --port N\n");
}

static void sixty_four_values_are_enough(void **state)
{
    const char *words[66] = {NULL};

    (void)state;
    for (int i = 0; i < 64; i++)
        words[i] = "--api-key=k";
    assert_read(words, NONE);
    assert_int_equal(options.values[OPTION_API_KEY].count, 64);
    words[64] = "--api-key=k";
    assert_refused(words, NONE,
                   "edges-emulator: too many values for --api-key; "
                   "see edges-emulator --help\n");
}

static void a_variable_is_named_after_its_option(void **state)
{
    (void)state;
    assert_string_equal(option_row(OPTION_LOG_LEVEL)->variable, "EDGES_EMULATOR_LOG_LEVEL");
    assert_string_equal(option_row(OPTION_DB)->variable, "EDGES_EMULATOR_DB");
    for (enum option i = 0; i < OPTION_COUNT; i++) {
        const char *c = option_row(i)->name,
                   *v = option_row(i)->variable + strlen("EDGES_EMULATOR_");
        for (; *c && *v; c++, v++)
            assert_int_equal(*v, *c == '-' ? '_' : *c - 'a' + 'A');
        assert_int_equal(*c, *v);
    }
}

static void every_row_has_a_name_and_a_meaning(void **state)
{
    (void)state;
    for (enum option i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = option_row(i);
        assert_true(strlen(row->name) > 0 && strlen(row->help) > 0);
        assert_true(!row->arg_name || *row->arg_name); /* NULL: a switch */
        assert_true(row->commands && *row->group);
    }
    assert_int_equal(option_row(OPTION_API_KEY)->type, OPTION_LIST);
    assert_int_equal(option_row(OPTION_FIXTURE)->type, OPTION_LIST);
    assert_int_equal(option_row(OPTION_ASSUME)->type, OPTION_LIST);
    assert_int_equal(option_row(OPTION_PORT)->type, OPTION_NUMBER);
}

static void rows_of_a_group_stand_together(void **state)
{
    (void)state;
    for (enum option i = 1; i < OPTION_COUNT; i++) {
        for (enum option j = 0; j + 1 < i; j++) {
            if (strcmp(option_row(i)->group, option_row(j)->group) == 0)
                assert_string_equal(option_row(i)->group, option_row(i - 1)->group);
        }
    }
}

static bool is_word_of(const char *word, const char *words)
{
    const char *found = strstr(words, word);
    size_t size = strlen(word);

    return found && (found == words || found[-1] == '|') && (!found[size] || found[size] == '|');
}

static void every_default_is_one_that_its_row_allows(void **state)
{
    (void)state;
    for (enum option i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = option_row(i);
        if (row->type == OPTION_NUMBER)
            assert_true(row->unit && row->min <= row->max);
        if (row->type == OPTION_NUMBER && row->default_value)
            assert_in_range(strtoull(row->default_value, NULL, 10), row->min, row->max);
        if (row->type == OPTION_CHOICE && i != OPTION_LINT) /* not given, nothing is judged */
            assert_true(is_word_of(row->default_value, row->arg_name));
        if (row->type == OPTION_SWITCH)
            assert_true(!row->arg_name && is_word_of(row->default_value, "false|true"));
    }
}

static void as_many_workspaces_are_kept_as_can_be(void **state)
{
    (void)state;
    assert_true(strtoull(option_row(OPTION_MAX_WORKSPACES)->default_value, NULL, 10) ==
                LIMIT_WORKSPACES);
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(defaults_are_those_of_the_manual),
        cmocka_unit_test(an_option_beats_a_variable_and_a_variable_the_default),
        cmocka_unit_test(a_value_follows_a_space_or_an_equals_sign),
        cmocka_unit_test(of_an_option_given_twice_the_last_counts),
        cmocka_unit_test(a_repeatable_option_keeps_all_in_order),
        cmocka_unit_test(a_variable_of_a_repeatable_option_is_cut_at_commas),
        cmocka_unit_test(a_list_of_nothing_is_not_taken_for_none),
        cmocka_unit_test(an_empty_list_leaves_the_default),
        cmocka_unit_test(variables_of_others_are_passed_over),
        cmocka_unit_test(commands_are_words),
        cmocka_unit_test(some_commands_take_a_word),
        cmocka_unit_test(help_is_of_a_command_or_of_all),
        cmocka_unit_test(an_option_belongs_to_its_commands),
        cmocka_unit_test(a_slip_is_told_and_put_right),
        cmocka_unit_test(a_missing_value_is_told),
        cmocka_unit_test(sixty_four_values_are_enough),
        cmocka_unit_test(a_variable_is_named_after_its_option),
        cmocka_unit_test(every_row_has_a_name_and_a_meaning),
        cmocka_unit_test(rows_of_a_group_stand_together),
        cmocka_unit_test(every_default_is_one_that_its_row_allows),
        cmocka_unit_test(as_many_workspaces_are_kept_as_can_be),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
