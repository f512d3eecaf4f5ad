/* Lists of runs: filters, orders and pages of eight runs, each named by the end of its uid. */
#include "store/base/instant.h"
#include "store/run/run.h"
#include "tests/unit/memory_store.h"
#include "tests/unit/story.h"

#include <stdio.h>
#include <string.h>

#define RUN(end) "00000000-0000-4000-8000-0000000000" end
#define USER_A "aaaaaaaa-0000-4000-8000-000000000000"
#define USER_B "bbbbbbbb-0000-4000-8000-000000000000"
#define SPACE_A "cccccccc-0000-4000-8000-000000000000"
#define SPACE_B "dddddddd-0000-4000-8000-000000000000"
#define NONE INSTANT_NONE

static const struct {
    const char *uid, *user, *space;
    enum run_status status;
    int64_t created, started, finished;
} rows[] = {
    {RUN("04"), USER_A, SPACE_A, RUN_CANCELLED, 200, NONE, 260},
    {RUN("01"), USER_A, SPACE_A, RUN_CREATED, 100, NONE, NONE},
    {RUN("07"), USER_A, SPACE_B, RUN_SUCCEEDED, 400, 405, 430},
    {RUN("02"), USER_A, SPACE_A, RUN_RUNNING, 300, 310, NONE},
    {RUN("08"), USER_A, SPACE_A, RUN_INVALID, 500, NONE, 500},
    {RUN("05"), USER_B, SPACE_A, RUN_FAILED, 50, 60, 70},
    {RUN("03"), USER_B, SPACE_A, RUN_STOPPED, 200, NONE, 250},
    {RUN("06"), USER_A, SPACE_A, RUN_SUCCEEDED, 400, 410, 420},
};

static int start(void **state)
{
    (void)state;
    memory_store_open(&world, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run run;
        run_init(&run);
        memcpy(run.uid, rows[i].uid, UID_SIZE);
        memcpy(run.user_uid, rows[i].user, UID_SIZE);
        memcpy(run.workspace_uid, rows[i].space, UID_SIZE);
        run.status = rows[i].status;
        run.created_at = rows[i].created;
        run.started_at = rows[i].started;
        run.finished_at = rows[i].finished;
        run.updated_at = 1000 - rows[i].created;
        assert_int_equal(run_create(world.store, world.alpha, &run), ERROR_NONE);
    }
    return 0;
}

/* A list of texts, as long as it is written. */
#define LIST(...)                                           \
    ((struct text_list){(const char *const[]){__VA_ARGS__}, \
                        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)})

static void assert_listed(struct list_query query, const char *wanted)
{
    char found[256] = "", *end = found;
    struct list_page page;

    if (!query.limit)
        query.limit = 100;
    assert_int_equal(run_list(world_ctx(world.alpha, 0), &query, &page), ERROR_NONE);
    for (int i = 0; i < page.count; i++)
        end += sprintf(end, "%s%s", i ? " " : "", ((const struct run *)page.rows)[i].uid + 34);
    assert_string_equal(found, wanted);
}

static void the_oldest_come_first_and_ties_go_by_uid(void **state)
{
    (void)state;
    assert_listed((struct list_query){0}, "05 01 03 04 02 06 07 08");
}

static void a_descending_list_is_the_ascending_one_reversed(void **state)
{
    (void)state;
    assert_listed((struct list_query){.sorts = LIST("created_at")}, "05 01 03 04 02 06 07 08");
    assert_listed((struct list_query){.sorts = LIST("-created_at")}, "08 07 06 02 04 03 01 05");
}

static void any_field_may_be_the_order(void **state)
{
    (void)state;
    assert_listed((struct list_query){.sorts = LIST("uid")}, "01 02 03 04 05 06 07 08");
    assert_listed((struct list_query){.sorts = LIST("-uid")}, "08 07 06 05 04 03 02 01");
    assert_listed((struct list_query){.sorts = LIST("status")}, "01 05 08 02 03 04 06 07");
    assert_listed((struct list_query){.sorts = LIST("-status")}, "07 06 04 03 02 08 05 01");
    assert_listed((struct list_query){.sorts = LIST("updated_at")}, "08 06 07 02 03 04 01 05");
    assert_listed((struct list_query){.sorts = LIST("started_at")}, "05 02 07 06 01 03 04 08");
    assert_listed((struct list_query){.sorts = LIST("finished_at")}, "05 03 04 06 07 08 01 02");
    assert_listed((struct list_query){.sorts = LIST("-finished_at")}, "02 01 08 07 06 04 03 05");
}

static void the_second_field_decides_where_the_first_is_equal(void **state)
{
    (void)state;
    assert_listed((struct list_query){.sorts = LIST("status", "-created_at")},
                  "01 05 08 02 04 03 07 06");
    assert_listed((struct list_query){.sorts = LIST("-status", "started_at")},
                  "07 06 03 04 02 08 05 01");
    assert_listed((struct list_query){.sorts = LIST("created_at", "-finished_at")},
                  "05 01 04 03 02 07 06 08");
}

static void ten_fields_may_be_given(void **state)
{
    (void)state;
    assert_listed(
        (struct list_query){.sorts = LIST("status", "status", "status", "status", "status",
                                          "status", "status", "status", "status", "-uid")},
        "01 05 08 02 04 03 07 06");
}

static void one_status_is_listed_alone(void **state)
{
    (void)state;
    assert_listed((struct list_query){.statuses = LIST("RUNNING")}, "02");
    assert_listed((struct list_query){.statuses = LIST("SUCCEEDED")}, "06 07");
    assert_listed((struct list_query){.statuses = LIST("BLOCKED")}, "");
}

static void stopped_shows_the_cancelled_too(void **state)
{
    (void)state;
    assert_listed((struct list_query){.statuses = LIST("STOPPED")}, "03 04");
    assert_listed((struct list_query){.statuses = LIST("CANCELLED")}, "");
}

static void several_statuses_are_merged_in_order(void **state)
{
    (void)state;
    assert_listed((struct list_query){.statuses = LIST("SUCCEEDED", "FAILED", "STOPPED")},
                  "05 03 04 06 07");
    assert_listed((struct list_query){.statuses = LIST("SUCCEEDED", "FAILED", "STOPPED"),
                                      .sorts = LIST("-created_at")},
                  "07 06 04 03 05");
    assert_listed((struct list_query){.statuses = LIST("CREATED", "RUNNING"),
                                      .sorts = LIST("finished_at", "-uid")},
                  "02 01");
}

static void a_status_named_twice_shows_its_runs_once(void **state)
{
    (void)state;
    assert_listed((struct list_query){.statuses = LIST("STOPPED", "RUNNING", "STOPPED", "STOPPED")},
                  "03 04 02");
}

static void other_filters_name_who_is_meant(void **state)
{
    (void)state;
    assert_listed((struct list_query){.filter[LIST_BY_UID] = LIST(RUN("06"))}, "06");
    assert_listed((struct list_query){.filter[LIST_BY_UID] =
                                          LIST(RUN("06"), RUN("01"), RUN("06"), RUN("99"))},
                  "01 06");
    assert_listed((struct list_query){.filter[LIST_BY_UID] = LIST(RUN("99"))}, "");
    assert_listed((struct list_query){.filter[LIST_BY_USER] = LIST(USER_B)}, "05 03");
    assert_listed((struct list_query){.filter[LIST_BY_USER] = LIST(USER_B, USER_A)},
                  "05 01 03 04 02 06 07 08");
    assert_listed((struct list_query){.filter[LIST_BY_WORKSPACE] = LIST(SPACE_B)}, "07");
}

static void different_filters_must_all_fit(void **state)
{
    (void)state;
    assert_listed(
        (struct list_query){.statuses = LIST("STOPPED"), .filter[LIST_BY_USER] = LIST(USER_B)},
        "03");
    assert_listed(
        (struct list_query){.statuses = LIST("RUNNING"), .filter[LIST_BY_USER] = LIST(USER_B)}, "");
    assert_listed((struct list_query){.statuses = LIST("SUCCEEDED", "FAILED"),
                                      .filter[LIST_BY_UID] = LIST(RUN("05"), RUN("06"), RUN("01")),
                                      .filter[LIST_BY_USER] = LIST(USER_A, USER_B),
                                      .filter[LIST_BY_WORKSPACE] = LIST(SPACE_A)},
                  "05 06");
}

static void pages_follow_each_other_without_gap_or_repeat(void **state)
{
    (void)state;
    assert_listed((struct list_query){.limit = 3}, "05 01 03");
    assert_listed((struct list_query){.limit = 3, .offset = 3}, "04 02 06");
    assert_listed((struct list_query){.limit = 3, .offset = 6}, "07 08");
    assert_listed((struct list_query){.limit = 3, .offset = 8}, "");
    assert_listed((struct list_query){.limit = 1, .offset = 7}, "08");
    assert_listed((struct list_query){.limit = 3, .offset = INT64_MAX}, "");
    assert_listed(
        (struct list_query){.limit = 2, .offset = 1, .statuses = LIST("STOPPED", "FAILED")},
        "03 04");
    assert_listed(
        (struct list_query){.limit = 2, .offset = 2, .statuses = LIST("STOPPED", "FAILED")}, "04");
}

static void a_workspace_lists_its_own_runs_only(void **state)
{
    const struct list_query all = {.limit = 100};
    struct list_page page;

    (void)state;
    const struct workspace *beta = workspace_of(world.store, "beta");
    assert_int_equal(run_list(world_ctx(beta, 0), &all, &page), ERROR_NONE);
    assert_int_equal(page.count, 0);
}

static void a_listed_run_is_whole(void **state)
{
    const struct list_query query = {.filter[LIST_BY_UID] = LIST(RUN("07")), .limit = 1};
    struct list_page page;

    (void)state;
    assert_int_equal(run_list(world_ctx(world.alpha, 0), &query, &page), ERROR_NONE);
    assert_int_equal(page.count, 1);
    const struct run *run = page.rows;
    assert_int_equal(run->workspace, world.alpha->id);
    assert_int_equal(run->id, 3);
    assert_string_equal(run->uid, RUN("07"));
    assert_string_equal(run->user_uid, USER_A);
    assert_string_equal(run->workspace_uid, SPACE_B);
    assert_int_equal(run->status, RUN_SUCCEEDED);
    assert_int_equal(run->created_at, 400);
    assert_int_equal(run->started_at, 405);
    assert_int_equal(run->finished_at, 430);
    assert_int_equal(run->updated_at, 600);
    assert_true(run->synced_at == NONE);
    assert_null(run->error_label);
}

/* More shapes than statements are kept, twice over: one that was dropped is made again. */
static void many_shapes_of_lists_do_not_get_mixed_up(void **state)
{
    const char *uids[40];

    (void)state;
    for (int i = 0; i < 40; i++)
        uids[i] = i ? RUN("99") : RUN("02");
    for (int round = 0; round < 2; round++) {
        for (int i = 1; i <= 40; i++)
            assert_listed((struct list_query){.filter[LIST_BY_UID] = {uids, i}}, "02");
        assert_listed((struct list_query){.filter[LIST_BY_UID] = LIST(RUN("05"))}, "05");
    }
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, start, world_close)

int main(void)
{
    const struct CMUnitTest stories[] = {
        STORY(the_oldest_come_first_and_ties_go_by_uid),
        STORY(a_descending_list_is_the_ascending_one_reversed),
        STORY(any_field_may_be_the_order),
        STORY(the_second_field_decides_where_the_first_is_equal),
        STORY(ten_fields_may_be_given),
        STORY(one_status_is_listed_alone),
        STORY(stopped_shows_the_cancelled_too),
        STORY(several_statuses_are_merged_in_order),
        STORY(a_status_named_twice_shows_its_runs_once),
        STORY(other_filters_name_who_is_meant),
        STORY(different_filters_must_all_fit),
        STORY(pages_follow_each_other_without_gap_or_repeat),
        STORY(a_workspace_lists_its_own_runs_only),
        STORY(a_listed_run_is_whole),
        STORY(many_shapes_of_lists_do_not_get_mixed_up),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
