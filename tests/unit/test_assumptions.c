/* The assumption table: what API.md section 10 lists, and what may replace a default. */
#include "store/base/assumptions.h"
#include "tests/unit/story.h"

#include <string.h>

static struct assumptions values;

static int start(void **state)
{
    (void)state;
    assumptions_init(&values);
    return 0;
}

static void rows_are_what_the_specification_lists(void **state)
{
    static const struct {
        const char *id, *value, *also;
    } rows[] = {
        {"not-cancellable.code", "422", "409|400"},
        {"not-cancellable.label", "INVALID_STATUS", "*"},
        {"cancel.repeat", "refuse", "accept"},
        {"cancel.outputs", "discard", "keep"},
        {"cancel.finished-at", "set", "null"},
        {"invalid-uid.code", "400", "404"},
        {"wrong-method.code", "404", "405"},
        {"absent-object", "null", "omit"},
        {"unauthorized.label", "UNAUTHORIZED", "*"},
        {"not-found.label", "NOT_FOUND", "*"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum assumption which = assumption_find(rows[i].id);
        assert_int_not_equal(which, ASSUME_NONE);
        assert_string_equal(assumption_value(&values, which), rows[i].value);
        assert_string_equal(assumption_row(which)->value, rows[i].value);
        assert_string_equal(assumption_row(which)->also, rows[i].also);
    }
}

static void every_row_says_why(void **state)
{
    (void)state;
    for (enum assumption i = ASSUME_NONE + 1; i < ASSUMPTION_COUNT; i++) {
        if (!*assumption_row(i)->why)
            fail_msg("%s does not say why", assumption_row(i)->id);
    }
}

static void ids_are_found_exactly(void **state)
{
    (void)state;
    assert_int_equal(assumption_find("cancel.repeat"), ASSUME_CANCEL_REPEAT);
    assert_int_equal(assumption_find("cancel.repea"), ASSUME_NONE);
    assert_int_equal(assumption_find("cancel.repeat "), ASSUME_NONE);
    assert_int_equal(assumption_find("Cancel.Repeat"), ASSUME_NONE);
    assert_int_equal(assumption_find(""), ASSUME_NONE);
}

static void a_value_put_in_force_is_in_force(void **state)
{
    (void)state;
    assert_true((strcmp(assumption_value(&values, ASSUME_CANCEL_REPEAT), "refuse") == 0));
    assert_true(assumption_decide(&values, ASSUME_CANCEL_REPEAT, "accept"));
    assert_true((strcmp(assumption_value(&values, ASSUME_CANCEL_REPEAT), "accept") == 0));
    assert_false((strcmp(assumption_value(&values, ASSUME_CANCEL_REPEAT), "refuse") == 0));
    assert_string_equal(assumption_value(&values, ASSUME_CANCEL_REPEAT), "accept");
    assert_string_equal(assumption_value(&values, ASSUME_CANCEL_OUTPUTS), "discard");
}

static void a_default_may_be_put_back(void **state)
{
    (void)state;
    assert_true(assumption_decide(&values, ASSUME_NOT_CANCELLABLE_CODE, "409"));
    assert_true(assumption_decide(&values, ASSUME_NOT_CANCELLABLE_CODE, "400"));
    assert_true(assumption_decide(&values, ASSUME_NOT_CANCELLABLE_CODE, "422"));
    assert_string_equal(assumption_value(&values, ASSUME_NOT_CANCELLABLE_CODE), "422");
}

static void a_shorter_value_leaves_nothing_of_a_longer_one(void **state)
{
    (void)state;
    assert_true(assumption_decide(&values, ASSUME_NOT_FOUND_LABEL, "A_RATHER_LONG_LABEL"));
    assert_true(assumption_decide(&values, ASSUME_NOT_FOUND_LABEL, "GONE"));
    assert_string_equal(assumption_value(&values, ASSUME_NOT_FOUND_LABEL), "GONE");
}

static void assert_refused(enum assumption which, const char *value, const char *stays)
{
    if (assumption_decide(&values, which, value))
        fail_msg("%s took \"%s\"", assumption_row(which)->id, value);
    assert_string_equal(assumption_value(&values, which), stays);
}

static void a_value_that_no_row_allows_changes_nothing(void **state)
{
    (void)state;
    assert_refused(ASSUME_NOT_CANCELLABLE_CODE, "418", "422");
    assert_refused(ASSUME_NOT_CANCELLABLE_CODE, "40", "422");
    assert_refused(ASSUME_NOT_CANCELLABLE_CODE, "4099", "422");
    assert_refused(ASSUME_NOT_CANCELLABLE_CODE, "409|400", "422");
    assert_refused(ASSUME_NOT_CANCELLABLE_CODE, "|", "422");
    assert_refused(ASSUME_NOT_CANCELLABLE_CODE, "", "422");
    assert_refused(ASSUME_CANCEL_REPEAT, "Accept", "refuse");
    assert_refused(ASSUME_CANCEL_REPEAT, "accept ", "refuse");
    assert_refused(ASSUME_CANCEL_OUTPUTS, "*", "discard");
}

static void a_label_is_upper_case_letters_digits_and_underscores(void **state)
{
    (void)state;
    assert_true(assumption_decide(&values, ASSUME_NOT_FOUND_LABEL, "STATUS_404"));
    assert_string_equal(assumption_value(&values, ASSUME_NOT_FOUND_LABEL), "STATUS_404");
    assert_refused(ASSUME_NOT_FOUND_LABEL, "not_found", "STATUS_404");
    assert_refused(ASSUME_NOT_FOUND_LABEL, "NOT FOUND", "STATUS_404");
    assert_refused(ASSUME_NOT_FOUND_LABEL, "NOT-FOUND", "STATUS_404");
    assert_refused(ASSUME_NOT_FOUND_LABEL, "*", "STATUS_404");
    assert_refused(ASSUME_NOT_FOUND_LABEL, "A\"B", "STATUS_404");
    assert_refused(ASSUME_NOT_FOUND_LABEL, "", "STATUS_404");
}

static void a_label_may_have_63_bytes_and_no_more(void **state)
{
    static const char longest[] = "ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABC";
    static const char too_long[] =
        "ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCD";

    (void)state;
    assert_true(assumption_decide(&values, ASSUME_NOT_FOUND_LABEL, longest));
    assert_refused(ASSUME_NOT_FOUND_LABEL, too_long, longest);
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test_setup(rows_are_what_the_specification_lists, start),
        cmocka_unit_test(every_row_says_why),
        cmocka_unit_test(ids_are_found_exactly),
        cmocka_unit_test_setup(a_value_put_in_force_is_in_force, start),
        cmocka_unit_test_setup(a_default_may_be_put_back, start),
        cmocka_unit_test_setup(a_shorter_value_leaves_nothing_of_a_longer_one, start),
        cmocka_unit_test_setup(a_value_that_no_row_allows_changes_nothing, start),
        cmocka_unit_test_setup(a_label_is_upper_case_letters_digits_and_underscores, start),
        cmocka_unit_test_setup(a_label_may_have_63_bytes_and_no_more, start),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
