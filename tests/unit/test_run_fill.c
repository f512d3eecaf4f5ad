/* The times that a run made by hand leaves open. */
#include "store/base/instant.h"
#include "store/run/run.h"
#include "tests/unit/story.h"

#define NONE INSTANT_NONE

/* In the order of a life: created, started, finished, updated. */
struct times {
    int64_t created, started, finished, updated;
};

/* Filled in from 1000, 10 apart. */
static void assert_filled(enum run_status status, struct times given, struct times wanted)
{
    struct run run;

    run_init(&run);
    run.status = status;
    run.created_at = given.created;
    run.started_at = given.started;
    run.finished_at = given.finished;
    run.updated_at = given.updated;
    run_fill_times(&run, 1000, 10);
    if (run.created_at != wanted.created || run.started_at != wanted.started ||
        run.finished_at != wanted.finished || run.updated_at != wanted.updated)
        fail_msg("%s: created %lld, started %lld, finished %lld, updated %lld",
                 run_statuses[status].name, (long long)run.created_at, (long long)run.started_at,
                 (long long)run.finished_at, (long long)run.updated_at);
}

static const struct times nothing = {NONE, NONE, NONE, NONE};

static void an_empty_run_has_no_times(void **state)
{
    struct run run;

    (void)state;
    run_init(&run);
    assert_int_equal(run.status, RUN_CREATED);
    assert_true(run.created_at == NONE && run.started_at == NONE && run.finished_at == NONE);
    assert_true(run.updated_at == NONE && run.synced_at == NONE);
    assert_string_equal(run.uid, "");
    assert_null(run.error_label);
    assert_null(run.callback_url);
}

static void each_status_has_the_times_it_must(void **state)
{
    (void)state;
    assert_filled(RUN_CREATED, nothing, (struct times){1000, NONE, NONE, 1000});
    assert_filled(RUN_QUEUED, nothing, (struct times){1000, NONE, NONE, 1000});
    assert_filled(RUN_SCHEDULED, nothing, (struct times){1000, NONE, NONE, 1000});
    assert_filled(RUN_INVALID, nothing, (struct times){1000, NONE, 1010, 1010});
    assert_filled(RUN_RUNNING, nothing, (struct times){1000, 1010, NONE, 1010});
    assert_filled(RUN_BLOCKED, nothing, (struct times){1000, 1010, NONE, 1010});
    assert_filled(RUN_STOPPED, nothing, (struct times){1000, 1010, 1020, 1020});
    assert_filled(RUN_CANCELLED, nothing, (struct times){1000, 1010, 1020, 1020});
    assert_filled(RUN_FAILED, nothing, (struct times){1000, 1010, 1020, 1020});
    assert_filled(RUN_PARTIAL_SUCCEEDED, nothing, (struct times){1000, 1010, 1020, 1020});
    assert_filled(RUN_SUCCEEDED, nothing, (struct times){1000, 1010, 1020, 1020});
}

static void what_is_given_stays(void **state)
{
    static const struct times given = {1, 2, 3, 4};

    (void)state;
    assert_filled(RUN_SUCCEEDED, given, given);
    assert_filled(RUN_CREATED, given, given);
}

static void the_others_follow_what_is_given(void **state)
{
    (void)state;
    assert_filled(RUN_SUCCEEDED, (struct times){5000, NONE, NONE, NONE},
                  (struct times){5000, 5010, 5020, 5020});
    assert_filled(RUN_SUCCEEDED, (struct times){5000, 7000, NONE, NONE},
                  (struct times){5000, 7000, 7010, 7010});
    assert_filled(RUN_RUNNING, (struct times){NONE, 5000, NONE, NONE},
                  (struct times){5000, 5000, NONE, 5000});
}

static void nothing_starts_after_its_end(void **state)
{
    (void)state;
    assert_filled(RUN_SUCCEEDED, (struct times){NONE, NONE, 5000, NONE},
                  (struct times){5000, 5000, 5000, 5000});
    assert_filled(RUN_SUCCEEDED, (struct times){4995, NONE, 5000, NONE},
                  (struct times){4995, 5000, 5000, 5000});
    assert_filled(RUN_SUCCEEDED, (struct times){NONE, NONE, 500, NONE},
                  (struct times){500, 500, 500, 500});
}

static void the_usual_workflow_is_always_the_same(void **state)
{
    struct run run;

    (void)state;
    run_init(&run);
    assert_int_equal(run_fill_workflow(NULL, &run), ERROR_NONE);
    assert_string_equal(run.workflow_uid, "c25e11e7-562d-4585-85d2-1cc839f5f838");
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(an_empty_run_has_no_times),
        cmocka_unit_test(each_status_has_the_times_it_must),
        cmocka_unit_test(what_is_given_stays),
        cmocka_unit_test(the_others_follow_what_is_given),
        cmocka_unit_test(nothing_starts_after_its_end),
        cmocka_unit_test(the_usual_workflow_is_always_the_same),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
