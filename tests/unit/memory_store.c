#include "tests/unit/memory_store.h"

#include "store/db/stmt.h"
#include "store/workspace/tenant.h"
#include "tests/unit/story.h"

#include <string.h>

struct store_config memory_store_config(void)
{
    struct store_config config = {
        .path = ":memory:",
        .clock = {.frozen = true, .at = NEW_YEAR},
        .seed = 1234,
    };

    assumptions_init(&config.assumptions);
    return config;
}

void memory_store_open(struct memory_store *out, const struct assumptions *assumptions)
{
    struct store_config config = memory_store_config();
    const char *reason = NULL;

    if (assumptions)
        config.assumptions = *assumptions;
    memset(out, 0, sizeof *out);
    assert_int_equal(store_open(&config, &out->store, &reason), STORE_OPENED);
    out->alpha = workspace_of(out->store, "alpha");
}

void memory_store_close(struct memory_store *memory)
{
    store_close(memory->store);
    arena_release(&memory->arena);
}

const struct ctx *world_ctx(const struct workspace *workspace, int64_t now)
{
    static struct ctx ctx;

    ctx = (struct ctx){
        .store = world.store,
        .arena = &world.arena,
        .workspace = workspace_by_id(world.store, workspace->id),
        .now = now,
        .assumptions = workspace->assumptions,
    };
    return &ctx;
}

struct workspace *workspace_of(struct store *store, const char *key)
{
    struct workspace *workspace = NULL;

    assert_int_equal(tenant_get(store, key, &workspace), ERROR_NONE);
    assert_non_null(workspace);
    return workspace;
}

void store_do(struct store *store, const char *sql)
{
    assert_int_equal(sqlite3_exec(store->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

int64_t store_ask(struct store *store, const char *sql)
{
    sqlite3_stmt *statement;

    assert_int_equal(sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t answer = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return answer;
}

struct memory_store world;

int world_open(void **state)
{
    (void)state;
    memory_store_open(&world, NULL);
    return 0;
}

int world_close(void **state)
{
    (void)state;
    memory_store_close(&world);
    return 0;
}
