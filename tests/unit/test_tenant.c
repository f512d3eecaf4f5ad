/* Tenants: a workspace for each key, the same after every restart, and back to their start by a
 * reset.
 */
#include "store/db/transaction.h"
#include "store/run/run.h"
#include "store/workspace/content.h"
#include "store/workspace/template.h"
#include "store/workspace/tenant.h"
#include "tests/unit/memory_store.h"
#include "tests/unit/quiet.h"
#include "tests/unit/story.h"

#include <stdio.h>
#include <string.h>

/* How many rows of a table are left once what was discarded is deleted. */
static int64_t rows_left(struct store *store, const char *count)
{
    content_sweep(store, INT64_C(60000000));
    return store_ask(store, count);
}

static void add_run(struct workspace *workspace)
{
    struct run run;

    run_init(&run);
    run.created_at = 1000;
    assert_int_equal(run_create(world.store, workspace, &run), ERROR_NONE);
}

static void a_key_is_unknown_until_it_comes(void **state)
{
    (void)state;
    assert_null(workspace_find(world.store, "beta"));
    assert_int_equal(workspace_count(world.store), 1);
    struct workspace *beta = workspace_of(world.store, "beta");
    assert_ptr_equal(workspace_find(world.store, "beta"), beta);
    assert_int_equal(workspace_count(world.store), 2);
}

static void a_key_always_has_the_same_workspace(void **state)
{
    (void)state;
    assert_ptr_equal(workspace_of(world.store, "alpha"), world.alpha);
    workspace_of(world.store, "beta");
    assert_ptr_equal(workspace_of(world.store, "alpha"), world.alpha);
    assert_int_equal(workspace_count(world.store), 2);
}

static void keys_are_told_apart_to_the_byte(void **state)
{
    (void)state;
    assert_null(workspace_find(world.store, "Alpha"));
    assert_null(workspace_find(world.store, "alpha "));
    assert_null(workspace_find(world.store, "alph"));
    assert_null(workspace_find(world.store, ""));
}

static void its_uids_follow_from_the_key_alone(void **state)
{
    struct store_config config = memory_store_config();
    struct store *other;
    const char *reason;

    (void)state;
    assert_string_equal(world.alpha->uid, "b61afaf9-cdca-4ee2-9ea6-7ab79f6490ca");
    assert_string_equal(world.alpha->user_uid, "7f933a98-a1d0-47b4-a42a-366f53ac58e3");
    config.seed = 99;
    assert_int_equal(store_open(&config, &other, &reason), STORE_OPENED);
    const struct workspace *beta = workspace_of(other, "beta");
    assert_string_equal(beta->uid, "c650fa6b-f489-4750-afa5-c7282b646297");
    assert_string_equal(beta->user_uid, "b0d6e076-24e3-4897-b99d-a5c0ed47a1d5");
    const struct workspace *alpha = workspace_of(other, "alpha");
    assert_string_equal(alpha->uid, "b61afaf9-cdca-4ee2-9ea6-7ab79f6490ca");
    assert_true(alpha->seed != world.alpha->seed);
    store_close(other);
}

static void the_key_itself_is_not_kept(void **state)
{
    (void)state;
    workspace_of(world.store, "a-secret-key");
    assert_int_equal(store_ask(world.store, "SELECT count(*) FROM workspace"
                                            " WHERE uid LIKE '%secret%' OR key_hash LIKE '%secret%'"
                                            " OR user_uid LIKE '%secret%'"),
                     0);
}

static void a_new_one_is_empty_and_has_the_clock_of_the_store(void **state)
{
    (void)state;
    assert_int_equal(world.alpha->id, 1);
    assert_int_equal(world.alpha->cache.runs, 0);
    assert_int_equal(world.alpha->cache.last_id, 0);
    assert_int_equal(world.alpha->template, TEMPLATE_COMMON);
    assert_true(world.alpha->cache.clock.frozen);
    assert_int_equal(world.alpha->cache.clock.at, NEW_YEAR);
    assert_int_equal(workspace_of(world.store, "beta")->id, 2);
}

static void references_count_up_from_one(void **state)
{
    (void)state;
    assert_int_equal(++world.alpha->ref_seq, 1);
    assert_int_equal(++world.alpha->ref_seq, 2);
    assert_int_equal(++workspace_of(world.store, "beta")->ref_seq, 1);
    assert_int_equal(++world.alpha->ref_seq, 3);
}

static void a_reset_empties_it_and_puts_its_clock_back(void **state)
{
    struct workspace before = *world.alpha;

    (void)state;
    add_run(world.alpha);
    world.alpha->ref_seq++;
    world.alpha->cache.clock.at += 5000;
    assert_int_equal(tenant_reset(world.store, world.alpha, NULL), ERROR_NONE);
    assert_int_equal(world.alpha->cache.clock.at, NEW_YEAR);
    assert_int_equal(world.alpha->cache.runs, 0);
    assert_int_equal(world.alpha->cache.last_id, 0);
    assert_int_equal(++world.alpha->ref_seq, 1);
    assert_string_equal(world.alpha->uid, before.uid);
    assert_int_equal(workspace_place(world.alpha), workspace_place(&before));
    assert_int_equal(rows_left(world.store, "SELECT count(*) FROM run"), 0);
    assert_int_equal(store_ask(world.store, "SELECT count(*) FROM discarded"), 0);
    assert_int_equal(store_ask(world.store, "SELECT clock_at FROM workspace"), NEW_YEAR);
}

static void after_a_reset_the_same_uids_are_made_again(void **state)
{
    struct run run;

    (void)state;
    for (int i = 0; i < 2; i++) {
        run_init(&run);
        run.created_at = 1000;
        assert_int_equal(run_create(world.store, world.alpha, &run), ERROR_NONE);
        assert_string_equal(run.uid, "9cd8db00-e525-492e-9929-956a852a5926");
        assert_int_equal(tenant_reset(world.store, world.alpha, NULL), ERROR_NONE);
    }
}

static void a_reset_leaves_the_others_alone(void **state)
{
    struct workspace *beta = workspace_of(world.store, "beta");

    (void)state;
    add_run(world.alpha);
    add_run(beta);
    assert_int_equal(tenant_reset(world.store, world.alpha, NULL), ERROR_NONE);
    assert_int_equal(beta->cache.runs, 1);
    assert_int_equal(rows_left(world.store, "SELECT count(*) FROM run"), 1);
    assert_int_equal(store_ask(world.store, "SELECT workspace FROM run"), beta->id);
}

/* It is made when its key is used again. */
static void a_workspace_that_cannot_be_seeded_is_not_made(void **state)
{
    struct workspace *made = NULL;

    (void)state;
    store_do(world.store, "INSERT INTO flow VALUES (0, 'a', 0, x'00', 'n', '[]', '[]', NULL);"
                          "CREATE TRIGGER broken BEFORE INSERT ON flow BEGIN SELECT RAISE(ABORT, "
                          "'broken'); END");
    quiet_start();
    enum error e = tenant_get(world.store, "beta", &made);
    quiet_stop();
    assert_int_equal(e, ERROR_INTERNAL);
    assert_null(made);
    assert_string_equal(workspace_find(world.store, "beta")->uid, "");
    assert_int_equal(store_ask(world.store, "SELECT count(*) FROM workspace"), 1);
    assert_int_equal(store_ask(world.store, "SELECT count(*) FROM discarded"), 0);
    store_do(world.store, "DROP TRIGGER broken");
    assert_int_equal(workspace_of(world.store, "beta")->id, 2);
}

static void there_is_room_for_ten_thousand(void **state)
{
    struct workspace *extra = NULL;
    char key[16];

    (void)state;
    store_do(world.store, "BEGIN; WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n"
                          " WHERE i < 9999) INSERT INTO workspace SELECT i, i, 0, uid, user_uid,"
                          " frozen, clock_at, touched FROM n, workspace WHERE id = 1; COMMIT");
    tenant_unload_all(world.store);
    assert_int_equal(tenant_load_all(world.store), ERROR_NONE);
    assert_int_equal(workspace_count(world.store), 9999);
    for (int i = 0; i < 3; i++) {
        snprintf(key, sizeof key, "key %d", i);
        assert_int_equal(tenant_get(world.store, key, &extra), ERROR_NONE);
        assert_int_equal(workspace_place(extra),
                         i == 0 ? 10000 : i); /* 1 and 2 were used longest ago */
    }
    assert_int_equal(workspace_count(world.store), 10000);
    assert_null(workspace_find(world.store, "alpha"));
    assert_non_null(workspace_find(world.store, "key 0"));
}

static int woken;

static void count_wake(struct waiter *waiter)
{
    assert_non_null(waiter);
    woken++;
}

static void who_waits_hears_of_what_is_committed(void **state)
{
    struct waiter first = {.wake = count_wake}, second = first, elsewhere = first;
    int64_t version = world.alpha->version;

    (void)state;
    woken = 0;
    workspace_add_waiter(world.alpha, &first);
    workspace_add_waiter(world.alpha, &second);
    workspace_add_waiter(world.alpha, &second);
    workspace_add_waiter(workspace_of(world.store, "beta"), &elsewhere);
    assert_int_equal(transaction_begin(world.store, world.alpha), ERROR_NONE);
    assert_int_equal(woken, 0);
    assert_int_equal(transaction_end(world.store, ERROR_NONE), ERROR_NONE);
    assert_int_equal(woken, 2);
    assert_int_equal(world.alpha->version, version + 1);
    link_remove(&first.link);
    link_remove(&first.link);
    workspace_changed(world.alpha);
    assert_int_equal(woken, 3);
    assert_int_equal(world.alpha->version, version + 2);
    assert_int_equal(transaction_begin(world.store, world.alpha), ERROR_NONE);
    assert_int_equal(transaction_end(world.store, ERROR_INTERNAL), ERROR_INTERNAL);
    assert_int_equal(woken, 3);
    link_remove(&second.link);
    link_remove(&elsewhere.link);
}

enum { MINUTE = 60 * 1000 * 1000 /* microseconds */ };

/* Makes it older by so many microseconds. */
static void workspace_age(struct workspace *workspace, int64_t by)
{
    workspace->used_at -= by;
}

static struct store *open_with_room_for(int64_t workspaces)
{
    struct store_config config = memory_store_config();
    struct store *store;
    const char *reason;

    config.max_workspaces = workspaces;
    assert_int_equal(store_open(&config, &store, &reason), STORE_OPENED);
    return store;
}

static void one_that_was_used_within_the_last_minute_is_not_evicted(void **state)
{
    struct store *store = open_with_room_for(2);
    struct workspace *alpha = workspace_of(store, "alpha"), *beta = workspace_of(store, "beta");
    struct workspace *out = NULL;

    (void)state;
    assert_int_equal(tenant_get(store, "gamma", &out), ERROR_TOO_MANY_WORKSPACES);
    workspace_age(alpha, MINUTE - 10 * 1000 * 1000);
    workspace_age(beta, MINUTE - 20 * 1000 * 1000);
    assert_int_equal(tenant_get(store, "gamma", &out), ERROR_TOO_MANY_WORKSPACES);
    assert_null(out);
    assert_ptr_equal(workspace_find(store, "alpha"), alpha);
    assert_ptr_equal(workspace_find(store, "beta"), beta);
    workspace_age(beta, 20 * 1000 * 1000);
    assert_ptr_equal(workspace_of(store, "gamma"), beta);
    assert_null(workspace_find(store, "beta"));
    assert_int_equal(tenant_get(store, "beta", &out), ERROR_TOO_MANY_WORKSPACES);
    store_close(store);
}

static void the_one_used_longest_ago_is_evicted(void **state)
{
    struct store *store = open_with_room_for(3);
    struct workspace *alpha = workspace_of(store, "alpha"), *beta = workspace_of(store, "beta");
    struct workspace *gamma = workspace_of(store, "gamma");

    (void)state;
    workspace_age(alpha, 2 * MINUTE);
    workspace_age(beta, 4 * MINUTE);
    workspace_age(gamma, 3 * MINUTE);
    assert_ptr_equal(workspace_of(store, "delta"), beta);
    assert_ptr_equal(workspace_of(store, "gamma"), gamma); /* used again */
    assert_ptr_equal(workspace_of(store, "epsilon"), alpha);
    assert_ptr_equal(workspace_find(store, "gamma"), gamma);
    store_close(store);
}

static void many_come_and_go(void **state)
{
    struct store *store = open_with_room_for(50);
    struct run run;
    char key[16];

    (void)state;
    for (int i = 0; i < 600; i++) {
        snprintf(key, sizeof key, "key %d", i % 200);
        struct workspace *workspace = workspace_of(store, key);
        assert_int_equal(workspace->cache.runs, 0);
        run_init(&run);
        run.created_at = 1000;
        assert_int_equal(run_create(store, workspace, &run), ERROR_NONE);
        assert_int_equal(workspace_of(store, key)->cache.runs, 1);
        workspace_age(workspace, 2 * MINUTE - i);
    }
    assert_int_equal(workspace_count(store), 50);
    assert_int_equal(rows_left(store, "SELECT count(*) FROM run"), 50);
    store_close(store);
}

static void one_that_is_waited_for_is_not_evicted(void **state)
{
    struct store *store = open_with_room_for(1);
    struct waiter waiter = {.wake = count_wake};
    struct workspace *out = NULL, *alpha = workspace_of(store, "alpha");

    (void)state;
    workspace_age(alpha, MINUTE);
    workspace_add_waiter(alpha, &waiter);
    workspace_changed(alpha); /* woken, and not yet gone */
    assert_int_equal(tenant_get(store, "beta", &out), ERROR_TOO_MANY_WORKSPACES);
    assert_null(out);
    link_remove(&waiter.link);
    assert_int_equal(tenant_get(store, "beta", &out), ERROR_NONE);
    assert_ptr_equal(out, alpha);
    store_close(store);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
    const struct CMUnitTest stories[] = {
        STORY(a_key_is_unknown_until_it_comes),
        STORY(a_key_always_has_the_same_workspace),
        STORY(keys_are_told_apart_to_the_byte),
        STORY(its_uids_follow_from_the_key_alone),
        STORY(the_key_itself_is_not_kept),
        STORY(a_new_one_is_empty_and_has_the_clock_of_the_store),
        STORY(references_count_up_from_one),
        STORY(a_reset_empties_it_and_puts_its_clock_back),
        STORY(after_a_reset_the_same_uids_are_made_again),
        STORY(a_reset_leaves_the_others_alone),
        STORY(a_workspace_that_cannot_be_seeded_is_not_made),
        STORY(there_is_room_for_ten_thousand),
        STORY(who_waits_hears_of_what_is_committed),
        STORY(one_that_was_used_within_the_last_minute_is_not_evicted),
        STORY(the_one_used_longest_ago_is_evicted),
        STORY(many_come_and_go),
        STORY(one_that_is_waited_for_is_not_evicted),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
