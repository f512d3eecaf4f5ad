/* Runs moved through their life: what an event changes, and that one that fails changes nothing. */
#include "store/base/instant.h"
#include "store/run/output.h"
#include "store/run/run.h"
#include "tests/unit/memory_store.h"
#include "tests/unit/quiet.h"
#include "tests/unit/story.h"

#include <string.h>

#define UID "3c90c3cc-0d44-4b50-8888-8dd25736052a"

static int start_with(enum assumption which, const char *value)
{
    struct assumptions assumptions;

    assumptions_init(&assumptions);
    if (!assumption_decide(&assumptions, which, value))
        return -1;
    memory_store_open(&world, &assumptions);
    return 0;
}

static int start_accepting_repeats(void **state)
{
    (void)state;
    return start_with(ASSUME_CANCEL_REPEAT, "accept");
}

static int start_keeping_outputs(void **state)
{
    (void)state;
    return start_with(ASSUME_CANCEL_OUTPUTS, "keep");
}

static int start_without_finish(void **state)
{
    (void)state;
    return start_with(ASSUME_CANCEL_FINISHED_AT, "null");
}

static struct run made(enum run_status status)
{
    struct run run;

    run_init(&run);
    memcpy(run.uid, UID, UID_SIZE);
    run.status = status;
    run.created_at = 1000;
    run.updated_at = 2000;
    assert_int_equal(run_create(world.store, world.alpha, &run), ERROR_NONE);
    return run;
}

/* A run at work, with two outputs and a start at 1500. */
static struct run made_with_outputs(void)
{
    struct run run = made(RUN_RUNNING);

    store_do(world.store, "UPDATE run SET output_count = 2, started_at = 1500");
    run.output_count = 2;
    run.started_at = 1500;
    for (int64_t i = 0; i < 2; i++) {
        struct output output = {world.alpha->id, run.uid, i, "step", "{}", 2 * (i + 1)};
        assert_int_equal(output_add(world.store, &output), ERROR_NONE);
    }
    return run;
}

static struct run got(void)
{
    struct run run;

    assert_int_equal(run_get(world_ctx(world.alpha, 0), UID, &run), ERROR_NONE);
    return run;
}

static void assert_times(const struct run *run, int64_t started, int64_t finished, int64_t updated)
{
    assert_int_equal(run->created_at, 1000);
    assert_int_equal(run->started_at, started);
    assert_int_equal(run->finished_at, finished);
    assert_int_equal(run->updated_at, updated);
}

static enum error apply(struct run *run, enum run_event event, int64_t now)
{
    return run_apply(world_ctx(world.alpha, now), run, event, NULL);
}

static void a_start_sets_its_time_once(void **state)
{
    struct run run = made(RUN_QUEUED);

    (void)state;
    assert_int_equal(apply(&run, RUN_ON_START, 5000), ERROR_NONE);
    run = got();
    assert_int_equal(run.status, RUN_RUNNING);
    assert_times(&run, 5000, INSTANT_NONE, 5000);
    assert_int_equal(apply(&run, RUN_ON_STOP, 6000), ERROR_NONE);
    assert_int_equal(apply(&run, RUN_ON_RESUME, 7000), ERROR_NONE);
    assert_int_equal(apply(&run, RUN_ON_START, 8000), ERROR_NONE);
    run = got();
    assert_times(&run, 5000, INSTANT_NONE, 8000);
}

static void a_cancel_ends_the_run_and_loses_its_outputs(void **state)
{
    struct run run = made_with_outputs();

    (void)state;
    assert_int_equal(apply(&run, RUN_ON_CANCEL, 9000), ERROR_NONE);
    assert_int_equal(run.status, RUN_CANCELLED);
    assert_times(&run, 1500, 9000, 9000);
    assert_int_equal(run.output_count, 0);
    run = got();
    assert_int_equal(run.status, RUN_CANCELLED);
    assert_times(&run, 1500, 9000, 9000);
    assert_int_equal(run.output_count, 0);
    assert_null(run.error_label);
    assert_int_equal(store_ask(world.store, "SELECT count(*) FROM output"), 0);
}

static void a_cancel_loses_the_outputs_of_its_own_run_only(void **state)
{
    struct run run = made_with_outputs();
    struct output other = {
        world.alpha->id, "00000000-0000-4000-8000-000000000001", 0, "s", "{}", 2};

    (void)state;
    assert_int_equal(output_add(world.store, &other), ERROR_NONE);
    other = (struct output){workspace_of(world.store, "beta")->id, UID, 0, "s", "{}", 2};
    assert_int_equal(output_add(world.store, &other), ERROR_NONE);
    assert_int_equal(apply(&run, RUN_ON_CANCEL, 9000), ERROR_NONE);
    assert_int_equal(store_ask(world.store, "SELECT count(*) FROM output"), 2);
}

static void a_cancel_may_keep_outputs_by_assumption(void **state)
{
    struct run run = made_with_outputs();

    (void)state;
    assert_int_equal(apply(&run, RUN_ON_CANCEL, 9000), ERROR_NONE);
    assert_int_equal(got().output_count, 2);
    assert_int_equal(store_ask(world.store, "SELECT count(*) FROM output"), 2);
}

static void a_cancel_may_leave_finished_at_null_by_assumption(void **state)
{
    struct run run = made_with_outputs();

    (void)state;
    assert_int_equal(apply(&run, RUN_ON_CANCEL, 9000), ERROR_NONE);
    run = got();
    assert_times(&run, 1500, INSTANT_NONE, 9000);
}

static void a_second_cancel_is_refused_and_changes_nothing(void **state)
{
    struct run run = made(RUN_CREATED);

    (void)state;
    assert_int_equal(apply(&run, RUN_ON_CANCEL, 5000), ERROR_NONE);
    assert_int_equal(apply(&run, RUN_ON_CANCEL, 6000), ERROR_NOT_CANCELLABLE);
    assert_times(&run, INSTANT_NONE, 5000, 5000);
    run = got();
    assert_times(&run, INSTANT_NONE, 5000, 5000);
}

static void a_second_cancel_may_be_accepted_and_changes_nothing(void **state)
{
    struct run run = made(RUN_CREATED);

    (void)state;
    assert_int_equal(apply(&run, RUN_ON_CANCEL, 5000), ERROR_NONE);
    assert_int_equal(apply(&run, RUN_ON_CANCEL, 6000), ERROR_NONE);
    run = got();
    assert_int_equal(run.status, RUN_CANCELLED);
    assert_times(&run, INSTANT_NONE, 5000, 5000);
}

static void a_failure_says_why(void **state)
{
    static const struct run_cause causes[] = {
        {NULL, NULL}, {"LK_ERROR", "no luck"}, {"NO_RESULT", NULL}, {NULL, "no luck"}};
    static const char *const labels[] = {"GENERIC_ERROR", "LK_ERROR", "NO_RESULT", "GENERIC_ERROR"};
    static const char *const messages[] = {"The flow run failed", "no luck", "The flow run failed",
                                           "no luck"};

    (void)state;
    for (int i = 0; i < 4; i++) {
        struct run run = made(RUN_RUNNING);
        assert_int_equal(run_apply(world_ctx(world.alpha, 5000), &run, RUN_ON_FAIL, &causes[i]),
                         ERROR_NONE);
        run = got();
        assert_int_equal(run.status, RUN_FAILED);
        assert_string_equal(run.error_label, labels[i]);
        assert_string_equal(run.error_message, messages[i]);
        store_do(world.store, "DELETE FROM run");
    }
}

static void a_resumed_run_is_neither_failed_nor_finished(void **state)
{
    struct run run = made(RUN_BLOCKED);

    (void)state;
    store_do(world.store, "UPDATE run SET status = 90, started_at = 1500, finished_at = 1800,"
                          " output_count = 3, has_extra = 1;"
                          "INSERT INTO run_extra (workspace, uid, account_rotation, error_label,"
                          " error_message) SELECT workspace, uid, 0, 'LK_ERROR', 'm' FROM run");
    run = got();
    assert_int_equal(apply(&run, RUN_ON_RESUME, 7000), ERROR_NONE);
    run = got();
    assert_int_equal(run.status, RUN_SCHEDULED);
    assert_null(run.error_label);
    assert_null(run.error_message);
    assert_times(&run, 1500, INSTANT_NONE, 7000);
    assert_int_equal(run.output_count, 3);
}

static void a_cancelled_run_is_not_resumed(void **state)
{
    struct run run = made(RUN_QUEUED);

    (void)state;
    assert_int_equal(apply(&run, RUN_ON_CANCEL, 5000), ERROR_NONE);
    assert_int_equal(apply(&run, RUN_ON_RESUME, 6000), ERROR_NOT_RESUMABLE);
    assert_int_equal(got().status, RUN_CANCELLED);
}

static void a_copy_that_is_out_of_date_cannot_change_the_row(void **state)
{
    struct run run = made_with_outputs(), old = run;

    (void)state;
    assert_int_equal(apply(&run, RUN_ON_FINISH, 5000), ERROR_NONE);
    assert_int_equal(apply(&old, RUN_ON_CANCEL, 6000), ERROR_INTERNAL);
    assert_int_equal(old.status, RUN_RUNNING);
    assert_int_equal(old.output_count, 2);
    assert_times(&old, 1500, INSTANT_NONE, 2000);
    run = got();
    assert_int_equal(run.status, RUN_SUCCEEDED);
    assert_times(&run, 1500, 5000, 5000);
    assert_int_equal(store_ask(world.store, "SELECT count(*) FROM output"), 2);
}

/* A run that the platform stopped shows as a cancelled one does; the row must tell them apart. */
static void a_copy_that_thinks_it_was_stopped_cannot_resume_a_cancelled_run(void **state)
{
    struct run run = made(RUN_RUNNING), old;

    (void)state;
    assert_int_equal(apply(&run, RUN_ON_CANCEL, 5000), ERROR_NONE);
    old = run;
    old.status = RUN_STOPPED;
    assert_int_equal(apply(&old, RUN_ON_RESUME, 6000), ERROR_INTERNAL);
    assert_int_equal(got().status, RUN_CANCELLED);
}

static void a_cancel_that_fails_halfway_is_taken_back(void **state)
{
    struct run run = made_with_outputs();

    (void)state;
    store_do(world.store, "CREATE TRIGGER broken BEFORE DELETE ON output"
                          " BEGIN SELECT RAISE(ABORT, 'broken'); END");
    quiet_start();
    enum error e = apply(&run, RUN_ON_CANCEL, 9000);
    assert_string_equal(quiet_stop(), "edges-emulator: database: broken\n");
    assert_int_equal(e, ERROR_INTERNAL);
    assert_int_equal(run.status, RUN_RUNNING);
    assert_int_equal(run.output_count, 2);
    run = got();
    assert_int_equal(run.status, RUN_RUNNING);
    assert_times(&run, 1500, INSTANT_NONE, 2000);

    store_do(world.store, "DROP TRIGGER broken");
    assert_int_equal(apply(&run, RUN_ON_CANCEL, 9500), ERROR_NONE);
    assert_int_equal(store_ask(world.store, "SELECT count(*) FROM output"), 0);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
    const struct CMUnitTest stories[] = {
        STORY(a_start_sets_its_time_once),
        STORY(a_cancel_ends_the_run_and_loses_its_outputs),
        STORY(a_cancel_loses_the_outputs_of_its_own_run_only),
        cmocka_unit_test_setup_teardown(a_cancel_may_keep_outputs_by_assumption,
                                        start_keeping_outputs, world_close),
        cmocka_unit_test_setup_teardown(a_cancel_may_leave_finished_at_null_by_assumption,
                                        start_without_finish, world_close),
        STORY(a_second_cancel_is_refused_and_changes_nothing),
        cmocka_unit_test_setup_teardown(a_second_cancel_may_be_accepted_and_changes_nothing,
                                        start_accepting_repeats, world_close),
        STORY(a_failure_says_why),
        STORY(a_resumed_run_is_neither_failed_nor_finished),
        STORY(a_cancelled_run_is_not_resumed),
        STORY(a_copy_that_is_out_of_date_cannot_change_the_row),
        STORY(a_copy_that_thinks_it_was_stopped_cannot_resume_a_cancelled_run),
        STORY(a_cancel_that_fails_halfway_is_taken_back),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
