/* How SQLite walks a list of runs: along an index, in order, without sorting anything. */
#include "store/db/stmt.h"
#include "store/run/run.h"
#include "tests/unit/memory_store.h"
#include "tests/unit/story.h"

#include <string.h>

#define LIST(...)                                           \
    ((struct text_list){(const char *const[]){__VA_ARGS__}, \
                        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)})

/* What EXPLAIN QUERY PLAN says, one step on each line. */
static const char *plan(const struct list_query *query)
{
    const char *sql = arena_format(&world.arena, "EXPLAIN QUERY PLAN %s",
                                   list_sql(&world.arena, piece_run_select, query));
    const char *steps = "";
    sqlite3_stmt *statement;

    assert_int_equal(sqlite3_prepare_v2(world.store->db, sql, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW)
        steps = arena_format(&world.arena, "%s%s\n", steps, sqlite3_column_text(statement, 3));
    sqlite3_finalize(statement);
    return steps;
}

static int times(const char *text, const char *word)
{
    int count = 0;

    for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
        count++;
    return count;
}

static void assert_walks(struct list_query query, const char *index, int arms)
{
    const char *steps = plan(&query);

    if (strstr(steps, "USE TEMP B-TREE"))
        fail_msg("it sorts:\n%s", steps);
    if (strstr(steps, "SCAN"))
        fail_msg("it reads everything:\n%s", steps);
    if (times(steps, index) != arms || times(steps, "SEARCH") != arms)
        fail_msg("not %d walks of %s:\n%s", arms, index, steps);
}

static void the_usual_order_walks_the_index(void **state)
{
    (void)state;
    assert_walks((struct list_query){0}, "run_by_creation (workspace=?)", 1);
}

static void a_list_with_nulls_last_walks_it_too(void **state)
{
    (void)state;
    assert_walks((struct list_query){.nulls_last = true, .sorts = LIST("-created_at")},
                 "run_by_creation (workspace=?)", 1);
}

static void created_at_walks_the_index_both_ways(void **state)
{
    (void)state;
    assert_walks((struct list_query){.sorts = LIST("created_at")}, "run_by_creation (workspace=?)",
                 1);
    assert_walks((struct list_query){.sorts = LIST("-created_at")}, "run_by_creation (workspace=?)",
                 1);
}

/* A page that is far down: the places along the index alone, then the rows of the page. */
static void assert_walks_far(struct list_query query, const char *index, int arms)
{
    query.offset = 1000;
    const char *steps = plan(&query);
    const char *alone = arena_format(&world.arena, "USING COVERING INDEX %s", index);

    if (times(steps, alone) != arms || times(steps, "SEARCH") != arms + 1 ||
        times(steps, "SEARCH run USING PRIMARY KEY (workspace=? AND uid=?)") != 1)
        fail_msg("not %d walks of %s alone:\n%s", arms, index, steps);
}

static void a_page_far_down_looks_at_no_rows_before_it(void **state)
{
    (void)state;
    assert_walks_far((struct list_query){0}, "run_by_creation (workspace=?)", 1);
    assert_walks_far((struct list_query){.sorts = LIST("-created_at")},
                     "run_by_creation (workspace=?)", 1);
    assert_walks_far((struct list_query){.statuses = LIST("RUNNING", "FAILED")},
                     "run_by_status (workspace=? AND status=?)", 2);
}

static void one_status_walks_its_own_index(void **state)
{
    static const char index[] = "run_by_status (workspace=? AND status=?)";

    (void)state;
    assert_walks((struct list_query){.statuses = LIST("RUNNING")}, index, 1);
    assert_walks((struct list_query){.statuses = LIST("RUNNING"), .sorts = LIST("-created_at")},
                 index, 1);
}

static void three_statuses_are_merged_from_three_walks(void **state)
{
    static const char index[] = "run_by_status (workspace=? AND status=?)";

    (void)state;
    assert_walks((struct list_query){.statuses = LIST("RUNNING", "QUEUED", "CREATED")}, index, 3);
    assert_walks((struct list_query){.statuses = LIST("RUNNING", "QUEUED", "CREATED"),
                                     .sorts = LIST("-created_at")},
                 index, 3);
}

static void all_statuses_are_merged_from_ten_walks(void **state)
{
    (void)state;
    assert_walks((struct list_query){.statuses = LIST("CREATED", "INVALID", "QUEUED", "SCHEDULED",
                                                      "BLOCKED", "STOPPED", "RUNNING", "FAILED",
                                                      "PARTIAL_SUCCEEDED", "SUCCEEDED")},
                 "run_by_status (workspace=? AND status=?)", 10);
}

/* What keeps the stories above honest: an order without an index does sort. */
static void an_order_without_an_index_is_sorted(void **state)
{
    const struct list_query query = {.sorts = LIST("finished_at")};

    (void)state;
    assert_non_null(strstr(plan(&query), "USE TEMP B-TREE"));
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
    const struct CMUnitTest stories[] = {
        STORY(the_usual_order_walks_the_index),
        STORY(a_list_with_nulls_last_walks_it_too),
        STORY(created_at_walks_the_index_both_ways),
        STORY(a_page_far_down_looks_at_no_rows_before_it),
        STORY(one_status_walks_its_own_index),
        STORY(three_statuses_are_merged_from_three_walks),
        STORY(all_statuses_are_merged_from_ten_walks),
        STORY(an_order_without_an_index_is_sorted),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
