/* The table of refusals: its laws, the rows that API.md section 3 names, the assumptions that
 * replace a status or a label.
 */
#include "store/base/errors.h"
#include "tests/unit/story.h"

#include <string.h>

static bool is_scope(const char *scope)
{
    static const char *const scopes[] = {"input", "param", "integ", "config", "auth", "server"};

    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++) {
        if (strcmp(scopes[i], scope) == 0)
            return true;
    }
    return false;
}

static bool is_upper_case(const char *label)
{
    return *label && label[strspn(label, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] == '\0';
}

static void every_row_keeps_the_laws(void **state)
{
    (void)state;
    for (enum error e = ERROR_NONE + 1; e < ERROR_COUNT; e++) {
        const struct error_row *row = error_row(e);
        if (row->status < 400 || row->status > 599)
            fail_msg("%s: status %d is neither 4xx nor 5xx", row->name, row->status);
        if (!is_scope(row->scope))
            fail_msg("%s: scope %s is none of the vendor's", row->name, row->scope);
        if (!is_upper_case(row->label))
            fail_msg("%s: label %s is not in upper case", row->name, row->label);
        if (!*row->message)
            fail_msg("%s: nothing is said", row->name);
    }
}

static void a_fault_of_ours_and_no_other_has_the_scope_server(void **state)
{
    (void)state;
    for (enum error e = ERROR_NONE + 1; e < ERROR_COUNT; e++) {
        const struct error_row *row = error_row(e);
        if ((row->status >= 500) != (strcmp(row->scope, "server") == 0))
            fail_msg("%s: %d with scope %s", row->name, row->status, row->scope);
    }
}

static void rows_are_what_the_vendor_says(void **state)
{
    static const struct {
        enum error error;
        int status;
        const char *label, *scope;
    } rows[] = {
        {ERROR_UNAUTHORIZED, 401, "UNAUTHORIZED", "auth"},
        {ERROR_INVALID_UID, 400, "BAD_PARAMETERS", "param"},
        {ERROR_BAD_QUERY, 400, "BAD_PARAMETERS", "param"},
        {ERROR_BAD_BODY, 400, "BAD_INPUT", "input"},
        {ERROR_BODY_TOO_LARGE, 413, "BAD_INPUT", "input"},
        {ERROR_RUN_NOT_FOUND, 404, "NOT_FOUND", "param"},
        {ERROR_NO_ROUTE, 404, "NOT_FOUND", "param"},
        {ERROR_WRONG_METHOD, 404, "NOT_FOUND", "param"},
        {ERROR_NOT_CANCELLABLE, 422, "INVALID_STATUS", "param"},
        {ERROR_NOT_RESUMABLE, 422, "INVALID_STATUS", "param"},
        {ERROR_INTERNAL, 500, "INTERNAL_ERROR", "server"},
    };
    struct assumptions usual;

    (void)state;
    assumptions_init(&usual);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(error_row(rows[i].error)->status, rows[i].status);
        assert_int_equal(error_status(&(struct ctx){.assumptions = &usual}, rows[i].error),
                         rows[i].status);
        assert_string_equal(error_label(&(struct ctx){.assumptions = &usual}, rows[i].error),
                            rows[i].label);
        assert_string_equal(error_row(rows[i].error)->scope, rows[i].scope);
    }
}

/* A default is written in two tables: errors.def and assumptions.def. */
static void without_overrides_every_row_shows_its_own_status_and_label(void **state)
{
    struct assumptions usual;

    (void)state;
    assumptions_init(&usual);
    for (enum error e = ERROR_NONE + 1; e < ERROR_COUNT; e++) {
        assert_int_equal(error_status(&(struct ctx){.assumptions = &usual}, e),
                         error_row(e)->status);
        assert_string_equal(error_label(&(struct ctx){.assumptions = &usual}, e),
                            error_row(e)->label);
    }
}

static void a_code_in_force_replaces_the_status_of_its_rows_only(void **state)
{
    struct assumptions told;

    (void)state;
    assumptions_init(&told);
    assert_true(assumption_decide(&told, ASSUME_NOT_CANCELLABLE_CODE, "409"));
    assert_true(assumption_decide(&told, ASSUME_INVALID_UID_CODE, "404"));
    assert_true(assumption_decide(&told, ASSUME_WRONG_METHOD_CODE, "405"));
    assert_int_equal(error_status(&(struct ctx){.assumptions = &told}, ERROR_NOT_CANCELLABLE), 409);
    assert_int_equal(error_status(&(struct ctx){.assumptions = &told}, ERROR_INVALID_UID), 404);
    assert_int_equal(error_status(&(struct ctx){.assumptions = &told}, ERROR_WRONG_METHOD), 405);
    assert_int_equal(error_status(&(struct ctx){.assumptions = &told}, ERROR_NOT_RESUMABLE), 422);
    assert_int_equal(error_status(&(struct ctx){.assumptions = &told}, ERROR_BAD_QUERY), 400);
    assert_int_equal(error_status(&(struct ctx){.assumptions = &told}, ERROR_NO_ROUTE), 404);
    assert_string_equal(error_label(&(struct ctx){.assumptions = &told}, ERROR_NOT_CANCELLABLE),
                        "INVALID_STATUS");
}

static void a_label_in_force_replaces_the_label_of_its_rows_only(void **state)
{
    struct assumptions told;

    (void)state;
    assumptions_init(&told);
    assert_true(assumption_decide(&told, ASSUME_NOT_FOUND_LABEL, "NO_SUCH_THING"));
    assert_true(assumption_decide(&told, ASSUME_UNAUTHORIZED_LABEL, "NO_KEY"));
    assert_true(assumption_decide(&told, ASSUME_NOT_CANCELLABLE_LABEL, "TOO_LATE"));
    assert_string_equal(error_label(&(struct ctx){.assumptions = &told}, ERROR_RUN_NOT_FOUND),
                        "NO_SUCH_THING");
    assert_string_equal(error_label(&(struct ctx){.assumptions = &told}, ERROR_NO_ROUTE),
                        "NO_SUCH_THING");
    assert_string_equal(error_label(&(struct ctx){.assumptions = &told}, ERROR_WRONG_METHOD),
                        "NO_SUCH_THING");
    assert_string_equal(error_label(&(struct ctx){.assumptions = &told}, ERROR_UNAUTHORIZED),
                        "NO_KEY");
    assert_string_equal(error_label(&(struct ctx){.assumptions = &told}, ERROR_NOT_CANCELLABLE),
                        "TOO_LATE");
    assert_string_equal(error_label(&(struct ctx){.assumptions = &told}, ERROR_NOT_RESUMABLE),
                        "INVALID_STATUS");
    assert_int_equal(error_status(&(struct ctx){.assumptions = &told}, ERROR_NOT_CANCELLABLE), 422);
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(every_row_keeps_the_laws),
        cmocka_unit_test(a_fault_of_ours_and_no_other_has_the_scope_server),
        cmocka_unit_test(rows_are_what_the_vendor_says),
        cmocka_unit_test(without_overrides_every_row_shows_its_own_status_and_label),
        cmocka_unit_test(a_code_in_force_replaces_the_status_of_its_rows_only),
        cmocka_unit_test(a_label_in_force_replaces_the_label_of_its_rows_only),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
