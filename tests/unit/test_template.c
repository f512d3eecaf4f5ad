/* Templates: what new and reset workspaces are copied from. */
#include "store/base/instant.h"
#include "store/run/flow.h"
#include "store/run/output.h"
#include "store/run/run.h"
#include "store/schedule/schedule.h"
#include "store/workspace/template.h"
#include "store/workspace/tenant.h"
#include "tests/unit/memory_store.h"
#include "tests/unit/story.h"

#include <string.h>

#define RELATIVE "00000000-0000-4000-8000-000000000001"
#define WORKFLOW "c25e11e7-562d-4585-85d2-1cc839f5f838"
#define ABSOLUTE "00000000-0000-4000-8000-000000000002"
#define SOMEBODY "00000000-0000-4000-8000-00000000000a"
#define SOMEWHERE "00000000-0000-4000-8000-00000000000b"

enum { OWN = -1 }; /* the id of the template of one key */

/* A run that counts its times from the moment of its copy into a workspace. */
static void add_relative_run(int64_t template)
{
    struct run run;

    run_init(&run);
    run.workspace = template;
    run.id = 5;
    memcpy(run.uid, RELATIVE, UID_SIZE);
    memcpy(run.workflow_uid, WORKFLOW, UID_SIZE);
    run.status = RUN_CANCELLED;
    run.created_at = INSTANT_RELATIVE - 3000;
    run.started_at = INSTANT_RELATIVE - 2000;
    run.finished_at = INSTANT_RELATIVE;
    run.updated_at = INSTANT_RELATIVE;
    assert_int_equal(run_add(world.store, &run), ERROR_NONE);
}

/* A run whose times and people are given. */
static void add_absolute_run(int64_t template)
{
    struct run run;

    run_init(&run);
    run.workspace = template;
    run.id = 9;
    memcpy(run.uid, ABSOLUTE, UID_SIZE);
    memcpy(run.user_uid, SOMEBODY, UID_SIZE);
    memcpy(run.workspace_uid, SOMEWHERE, UID_SIZE);
    memcpy(run.schedule_uid, RELATIVE, UID_SIZE);
    memcpy(run.workflow_uid, WORKFLOW, UID_SIZE);
    run.status = RUN_FAILED;
    run.account_rotation = true;
    run.output_count = 4;
    run.created_at = 1, run.started_at = 2, run.finished_at = 3, run.updated_at = 4;
    run.synced_at = 5;
    run.error_label = "LK_ERROR", run.error_message = "m";
    run.callback_url = "https://example.test/";
    assert_int_equal(run_add(world.store, &run), ERROR_NONE);
}

static struct run got(const struct workspace *workspace, const char *uid)
{
    struct run run;

    assert_int_equal(run_get(world_ctx(workspace, 0), uid, &run), ERROR_NONE);
    return run;
}

static void times_may_count_from_the_moment_of_the_copy(void **state)
{
    (void)state;
    add_relative_run(TEMPLATE_COMMON);
    const struct workspace *beta = workspace_of(world.store, "beta");
    struct run run = got(beta, RELATIVE);
    assert_int_equal(run.status, RUN_CANCELLED);
    assert_int_equal(run.created_at, 1767225597000);
    assert_int_equal(run.started_at, 1767225598000);
    assert_int_equal(run.finished_at, 1767225600000);
    assert_int_equal(run.updated_at, 1767225600000);
    assert_true(run.synced_at == INSTANT_NONE);
    assert_string_equal(run.user_uid, "b0d6e076-24e3-4897-b99d-a5c0ed47a1d5");
    assert_string_equal(run.workspace_uid, "c650fa6b-f489-4750-afa5-c7282b646297");
}

static void what_is_given_is_copied_as_it_is(void **state)
{
    (void)state;
    add_absolute_run(TEMPLATE_COMMON);
    struct run run = got(workspace_of(world.store, "beta"), ABSOLUTE);
    assert_int_equal(run.id, 9);
    assert_int_equal(run.status, RUN_FAILED);
    assert_string_equal(run.user_uid, SOMEBODY);
    assert_string_equal(run.workspace_uid, SOMEWHERE);
    assert_string_equal(run.schedule_uid, RELATIVE);
    assert_true(run.account_rotation);
    assert_int_equal(run.output_count, 4);
    assert_int_equal(run.created_at, 1);
    assert_int_equal(run.started_at, 2);
    assert_int_equal(run.finished_at, 3);
    assert_int_equal(run.updated_at, 4);
    assert_int_equal(run.synced_at, 5);
    assert_string_equal(run.error_label, "LK_ERROR");
    assert_string_equal(run.error_message, "m");
    assert_string_equal(run.callback_url, "https://example.test/");
}

static void a_new_workspace_knows_how_many_it_was_given(void **state)
{
    struct run run;

    (void)state;
    add_relative_run(TEMPLATE_COMMON);
    add_absolute_run(TEMPLATE_COMMON);
    struct workspace *beta = workspace_of(world.store, "beta");
    assert_int_equal(beta->cache.runs, 2);
    run_init(&run);
    run.created_at = 1000;
    assert_int_equal(run_create(world.store, beta, &run), ERROR_NONE);
    assert_int_equal(run.id, 10);
}

static void add_other_nouns(int64_t template)
{
    struct flow flow = {.workspace = template,
                        .slug = "linkedin-people-enrich",
                        .name = "n",
                        .steps = "[]",
                        .plan = "[]"};
    struct output output = {template, RELATIVE, 0, "step", "{\"a\":1}", 7};
    struct schedule schedule = {.workspace = template,
                                .uid = RELATIVE,
                                .flow_preset_uid = ABSOLUTE,
                                .flow_preset_name = "p",
                                .status = SCHEDULE_ACTIVE,
                                .schedule_at = INSTANT_NONE,
                                .postponed_until = INSTANT_NONE,
                                .next_execution_at = 500,
                                .last_executed_at = 77,
                                .created_at = INSTANT_RELATIVE,
                                .updated_at = INSTANT_NONE,
                                .timezone = "UTC",
                                .request = "{\"inputs\":[]}"};

    assert_int_equal(flow_add(world.store, &flow), ERROR_NONE);
    assert_string_equal(flow.uid, "c9b4ea46-49de-4611-bccd-d879b988881b");
    assert_int_equal(output_add(world.store, &output), ERROR_NONE);
    assert_int_equal(schedule_add(world.store, &schedule), ERROR_NONE);
    assert_int_equal(flow_add(world.store, &flow), ERROR_ALREADY_EXISTS);
    assert_int_equal(output_add(world.store, &output), ERROR_ALREADY_EXISTS);
    assert_int_equal(schedule_add(world.store, &schedule), ERROR_ALREADY_EXISTS);
}

static void flows_outputs_and_schedules_are_copied_too(void **state)
{
    (void)state;
    add_other_nouns(TEMPLATE_COMMON);
    assert_int_equal(workspace_of(world.store, "beta")->id, 2);
    assert_int_equal(store_ask(world.store, "SELECT count(*) FROM flow WHERE workspace = 2"), 1);
    assert_int_equal(store_ask(world.store,
                               "SELECT count(*) FROM output WHERE workspace = 2"
                               " AND uid_text(run_uid) = '" RELATIVE "' AND data = '{\"a\":1}'"),
                     1);
    assert_int_equal(
        store_ask(world.store,
                  "SELECT count(*) FROM schedule WHERE workspace = 2"
                  " AND next_execution_at = 500 AND last_executed_at = 77"
                  " AND created_at = 1767225600000 AND updated_at IS NULL"
                  " AND uid_text(ifnull(user_uid, (SELECT w.user_uid FROM workspace AS w"
                  " WHERE w.id = 2))) = 'b0d6e076-24e3-4897-b99d-a5c0ed47a1d5'"
                  " AND uid_text(ifnull(workspace_uid, (SELECT w.uid FROM workspace"
                  " AS w WHERE w.id = 2))) = 'c650fa6b-f489-4750-afa5-c7282b646297'"),
        1);
}

static void templates_are_not_counted(void **state)
{
    struct store_counts counts;

    (void)state;
    add_relative_run(TEMPLATE_COMMON);
    add_other_nouns(TEMPLATE_COMMON);
    assert_int_equal(store_count(&(struct ctx){.store = world.store}, &counts), ERROR_NONE);
    assert_int_equal(counts.workspaces, 1);
    assert_int_equal(counts.runs + counts.flows + counts.schedules, 0);
    workspace_of(world.store, "beta");
    assert_int_equal(store_count(&(struct ctx){.store = world.store}, &counts), ERROR_NONE);
    assert_int_equal(counts.workspaces, 2);
    assert_int_equal(counts.runs, 1);
    assert_int_equal(counts.flows, 1);
    assert_int_equal(counts.schedules, 1);
}

static void a_reset_fills_it_again_from_the_moment_of_the_reset(void **state)
{
    (void)state;
    add_relative_run(TEMPLATE_COMMON);
    struct workspace *beta = workspace_of(world.store, "beta");
    store_do(world.store, "UPDATE run SET status = 70, cancelled = 0 WHERE workspace = 2");
    beta->cache.clock.at += 60000;
    assert_int_equal(tenant_reset(world.store, beta, NULL), ERROR_NONE);
    struct run run = got(beta, RELATIVE);
    assert_int_equal(run.status, RUN_CANCELLED);
    assert_int_equal(run.finished_at, NEW_YEAR);
    assert_int_equal(beta->cache.runs, 1);
    assert_int_equal(beta->cache.last_id, 5);
}

static struct template own_template(const char *key)
{
    struct template template = template_of(world.store, workspace_key_hash(key));

    template.id = OWN;
    return template;
}

static void a_key_may_have_a_template_of_its_own(void **state)
{
    struct template made = own_template("beta");

    (void)state;
    memcpy(made.uid, SOMEWHERE, UID_SIZE);
    memcpy(made.user_uid, SOMEBODY, UID_SIZE);
    made.clock = (struct clock){.frozen = true, .at = NEW_YEAR + 43200000};
    add_absolute_run(TEMPLATE_COMMON);
    add_relative_run(OWN);
    assert_int_equal(template_add(world.store, &made), ERROR_NONE);
    assert_true(template_exists(world.store, workspace_key_hash("beta")));
    assert_false(template_exists(world.store, workspace_key_hash("alpha")));

    const struct workspace *beta = workspace_of(world.store, "beta");
    assert_string_equal(beta->uid, SOMEWHERE);
    assert_string_equal(beta->user_uid, SOMEBODY);
    assert_int_equal(beta->cache.clock.at, 1767268800000);
    assert_int_equal(beta->cache.runs, 1);
    struct run run = got(beta, RELATIVE);
    assert_int_equal(run.finished_at, 1767268800000);
    assert_string_equal(run.workspace_uid, SOMEWHERE);
    assert_int_equal(workspace_of(world.store, "gamma")->cache.last_id, 9);
}

static void what_a_template_leaves_open_is_as_usual(void **state)
{
    const struct template made = own_template("beta");

    (void)state;
    assert_int_equal(template_add(world.store, &made), ERROR_NONE);
    const struct workspace *beta = workspace_of(world.store, "beta");
    assert_string_equal(beta->uid, "c650fa6b-f489-4750-afa5-c7282b646297");
    assert_string_equal(beta->user_uid, "b0d6e076-24e3-4897-b99d-a5c0ed47a1d5");
    assert_int_equal(beta->cache.clock.at, NEW_YEAR);
    assert_int_equal(beta->template, OWN);
}

static void a_workspace_that_is_there_takes_its_template_with_the_next_reset(void **state)
{
    const struct template made = own_template("alpha");

    (void)state;
    add_relative_run(OWN);
    assert_int_equal(template_add(world.store, &made), ERROR_NONE);
    assert_int_equal(world.alpha->cache.runs, 0);
    assert_int_equal(store_ask(world.store, "SELECT template FROM workspace"), OWN);
    assert_int_equal(tenant_reset(world.store, world.alpha, NULL), ERROR_NONE);
    assert_int_equal(world.alpha->cache.runs, 1);
}

static void templates_may_be_forgotten_and_workspaces_stay(void **state)
{
    const struct template made = own_template("beta");

    (void)state;
    add_absolute_run(TEMPLATE_COMMON);
    add_relative_run(OWN);
    assert_int_equal(template_add(world.store, &made), ERROR_NONE);
    struct workspace *beta = workspace_of(world.store, "beta");
    assert_int_equal(template_clear(world.store), ERROR_NONE);
    assert_false(template_exists(world.store, workspace_key_hash("beta")));
    assert_int_equal(store_ask(world.store, "SELECT count(*) FROM run WHERE workspace <= 0"), 0);
    assert_int_equal(got(beta, RELATIVE).id, 5);

    add_absolute_run(TEMPLATE_COMMON);
    assert_int_equal(tenant_reset(world.store, beta, NULL), ERROR_NONE);
    assert_int_equal(beta->cache.runs, 1);
    assert_int_equal(got(beta, ABSOLUTE).id, 9);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
    const struct CMUnitTest stories[] = {
        STORY(times_may_count_from_the_moment_of_the_copy),
        STORY(what_is_given_is_copied_as_it_is),
        STORY(a_new_workspace_knows_how_many_it_was_given),
        STORY(flows_outputs_and_schedules_are_copied_too),
        STORY(templates_are_not_counted),
        STORY(a_reset_fills_it_again_from_the_moment_of_the_reset),
        STORY(a_key_may_have_a_template_of_its_own),
        STORY(what_a_template_leaves_open_is_as_usual),
        STORY(a_workspace_that_is_there_takes_its_template_with_the_next_reset),
        STORY(templates_may_be_forgotten_and_workspaces_stay),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
