/* Runs made and read: what a new one is given, and that what was written is read back. */
#include "store/base/instant.h"
#include "store/run/run.h"
#include "tests/unit/memory_store.h"
#include "tests/unit/story.h"

#include <string.h>

#define UID "3c90c3cc-0d44-4b50-8888-8dd25736052a"

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

static struct run got(void)
{
    struct run run;

    assert_int_equal(run_get(world_ctx(world.alpha, 0), UID, &run), ERROR_NONE);
    return run;
}

static void a_new_run_is_given_what_it_lacks(void **state)
{
    struct run run;

    (void)state;
    run_init(&run);
    run.created_at = 1000;
    assert_int_equal(run_create(world.store, world.alpha, &run), ERROR_NONE);
    assert_int_equal(run.id, 1);
    assert_string_equal(run.uid, "9cd8db00-e525-492e-9929-956a852a5926");
    assert_string_equal(run.user_uid, "7f933a98-a1d0-47b4-a42a-366f53ac58e3");
    assert_string_equal(run.workspace_uid, "b61afaf9-cdca-4ee2-9ea6-7ab79f6490ca");
    assert_string_equal(run.workflow_uid, "c25e11e7-562d-4585-85d2-1cc839f5f838");
    assert_int_equal(world.alpha->cache.runs, 1);

    run_init(&run);
    run.created_at = 1000;
    assert_int_equal(run_create(world.store, world.alpha, &run), ERROR_NONE);
    assert_int_equal(run.id, 2);
    assert_string_equal(run.uid, "3d2c7716-881b-40d8-b3ab-030b2be29872");
    assert_int_equal(world.alpha->cache.runs, 2);
}

static void the_next_id_is_above_the_greatest_given(void **state)
{
    static const int64_t given[] = {70, 5, 0}, wanted[] = {70, 5, 71};

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct run run;
        run_init(&run);
        run.created_at = 1000;
        run.id = given[i];
        assert_int_equal(run_create(world.store, world.alpha, &run), ERROR_NONE);
        assert_int_equal(run.id, wanted[i]);
    }
}

static struct run full(void)
{
    struct run run;

    run_init(&run);
    memcpy(run.uid, UID, UID_SIZE);
    memcpy(run.user_uid, "00000000-0000-4000-8000-00000000000a", UID_SIZE);
    memcpy(run.workspace_uid, "00000000-0000-4000-8000-00000000000b", UID_SIZE);
    memcpy(run.schedule_uid, "00000000-0000-4000-8000-00000000000c", UID_SIZE);
    memcpy(run.workflow_uid, "00000000-0000-4000-8000-00000000000d", UID_SIZE);
    run.id = 5;
    run.status = RUN_FAILED;
    run.account_rotation = true;
    run.output_count = 6;
    run.created_at = 1, run.started_at = 2, run.finished_at = 3, run.updated_at = 4;
    run.synced_at = 5;
    run.error_label = "LK_ERROR", run.error_message = "caf\xc3\xa9";
    run.callback_url = "https://example.test/";
    return run;
}

static void every_field_is_written_and_read_back(void **state)
{
    struct run run = full();

    (void)state;
    assert_int_equal(run_create(world.store, world.alpha, &run), ERROR_NONE);
    run = got();
    assert_int_equal(run.workspace, world.alpha->id);
    assert_int_equal(run.id, 5);
    assert_string_equal(run.uid, UID);
    assert_string_equal(run.user_uid, "00000000-0000-4000-8000-00000000000a");
    assert_string_equal(run.workspace_uid, "00000000-0000-4000-8000-00000000000b");
    assert_string_equal(run.schedule_uid, "00000000-0000-4000-8000-00000000000c");
    assert_string_equal(run.workflow_uid, "00000000-0000-4000-8000-00000000000d");
    assert_int_equal(run.status, RUN_FAILED);
    assert_true(run.account_rotation);
    assert_int_equal(run.output_count, 6);
    assert_int_equal(run.created_at, 1);
    assert_int_equal(run.started_at, 2);
    assert_int_equal(run.finished_at, 3);
    assert_int_equal(run.updated_at, 4);
    assert_int_equal(run.synced_at, 5);
    assert_string_equal(run.error_label, "LK_ERROR");
    assert_string_equal(run.error_message, "caf\xc3\xa9");
    assert_string_equal(run.callback_url, "https://example.test/");
}

static void what_is_null_is_read_back_as_null(void **state)
{
    (void)state;
    made(RUN_CREATED);
    struct run run = got();
    assert_string_equal(run.schedule_uid, "");
    assert_false(run.account_rotation);
    assert_int_equal(run.output_count, 0);
    assert_true(run.started_at == INSTANT_NONE);
    assert_true(run.finished_at == INSTANT_NONE);
    assert_true(run.synced_at == INSTANT_NONE);
    assert_null(run.error_label);
    assert_null(run.error_message);
    assert_null(run.callback_url);
}

static void every_status_is_written_and_read_back(void **state)
{
    static const enum run_status statuses[] = {
        RUN_CREATED, RUN_INVALID,   RUN_QUEUED, RUN_SCHEDULED, RUN_BLOCKED,           RUN_STOPPED,
        RUN_RUNNING, RUN_CANCELLED, RUN_FAILED, RUN_SUCCEEDED, RUN_PARTIAL_SUCCEEDED,
    };

    (void)state;
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        made(statuses[i]);
        assert_int_equal(got().status, statuses[i]);
        store_do(world.store, "DELETE FROM run");
    }
}

static void a_uid_that_is_taken_changes_nothing(void **state)
{
    struct run run, first = made(RUN_CREATED);

    (void)state;
    run_init(&run);
    memcpy(run.uid, first.uid, UID_SIZE);
    run.status = RUN_RUNNING;
    run.created_at = 7;
    assert_int_equal(run_create(world.store, world.alpha, &run), ERROR_ALREADY_EXISTS);
    assert_int_equal(got().status, RUN_CREATED);
    assert_int_equal(world.alpha->cache.runs, 1);
    assert_int_equal(world.alpha->cache.last_id, 1);
}

static void the_same_uid_may_be_in_two_workspaces(void **state)
{
    struct run mine = made(RUN_CREATED), theirs;

    (void)state;
    run_init(&theirs);
    memcpy(theirs.uid, mine.uid, UID_SIZE);
    theirs.status = RUN_RUNNING;
    theirs.created_at = 1000;
    struct workspace *beta = workspace_of(world.store, "beta");
    assert_int_equal(run_create(world.store, beta, &theirs), ERROR_NONE);
    assert_int_equal(run_apply(world_ctx(beta, 9000), &theirs, RUN_ON_CANCEL, NULL), ERROR_NONE);
    assert_int_equal(got().status, RUN_CREATED);
}

static void what_is_not_there_is_not_found(void **state)
{
    struct run run = {.id = 77};

    (void)state;
    made(RUN_CREATED);
    assert_int_equal(run_get(world_ctx(workspace_of(world.store, "beta"), 0), UID, &run),
                     ERROR_RUN_NOT_FOUND);
    assert_int_equal(
        run_get(world_ctx(world.alpha, 0), "00000000-0000-4000-8000-000000000001", &run),
        ERROR_RUN_NOT_FOUND);
    assert_int_equal(run.id, 77);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
    const struct CMUnitTest stories[] = {
        STORY(a_new_run_is_given_what_it_lacks),
        STORY(the_next_id_is_above_the_greatest_given),
        STORY(every_field_is_written_and_read_back),
        STORY(what_is_null_is_read_back_as_null),
        STORY(every_status_is_written_and_read_back),
        STORY(a_uid_that_is_taken_changes_nothing),
        STORY(the_same_uid_may_be_in_two_workspaces),
        STORY(what_is_not_there_is_not_found),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
