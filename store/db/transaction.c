#include "store/db/transaction.h"

#include "store/db/stmt.h"
#include "store/db/workspace.h"

#include <stdio.h>

/* In memory nobody waits for a commit, and every page that a batch changes first is copied: one
 * batch takes so many rows, so that a page that changes often is copied once for all of them. */
enum { ROWS_KEPT = 256 };

static bool execute(struct store *store, const char *sql)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return true;
    fprintf(stderr, "edges-emulator: database: %s\n", sqlite3_errmsg(store->db));
    return false;
}

/* Prepared, because it is done for every change. */
static bool perform(struct store *store, enum stmt_id id)
{
    struct stmt s = stmt_take(store, id);

    return stmt_run(&s) == ERROR_NONE;
}

enum error transaction_begin(struct store *store, struct workspace *workspace)
{
    if (store->depth == 0 &&
        !perform(store, store->batching ? STMT_CHANGE_BEGIN_IN_BATCH : STMT_CHANGE_BEGIN))
        return ERROR_INTERNAL;
    store->depth++;
    if (!store->changed && workspace) {
        store->changed = workspace;
        store->cache = workspace->cache;
        store->wake = store->next_wake;
    }
    return ERROR_NONE;
}

/* SQLite may have rolled back already, as after a full disk: then there is nothing to take. */
static void roll_back(struct store *store)
{
    if (store->changed) {
        store->changed->cache = store->cache;
        store->next_wake = store->wake;
    }
    if (sqlite3_get_autocommit(store->db))
        return;
    if (store->batching)
        execute(store, "ROLLBACK TO change; RELEASE change");
    else
        execute(store, "ROLLBACK");
}

enum error transaction_end(struct store *store, enum error result)
{
    if (!store->failure)
        store->failure = result;
    if (--store->depth > 0)
        return result;
    result = store->failure;
    store->failure = ERROR_NONE;
    if (!result &&
        !perform(store, store->batching ? STMT_CHANGE_COMMIT_IN_BATCH : STMT_CHANGE_COMMIT))
        result = ERROR_INTERNAL;
    if (result)
        roll_back(store);
    else if (store->changed)
        workspace_changed(store->changed);
    store->changed = NULL;
    return result;
}

static bool open_batch(struct store *store)
{
    store->batch_start = sqlite3_total_changes64(store->db);
    return perform(store, STMT_BATCH_BEGIN);
}

bool batch_start(struct store *store)
{
    store->batching = store->in_memory || store->config.durable;
    return !store->batching || open_batch(store);
}

static int64_t rows_changed(const struct store *store)
{
    return sqlite3_total_changes64(store->db) - store->batch_start;
}

static bool has_changes(const struct store *store)
{
    return store->batching && rows_changed(store) != 0;
}

bool batch_pending(const struct store *store)
{
    return !store->in_memory && has_changes(store);
}

bool batch_commit(struct store *store)
{
    if (!has_changes(store))
        return !store->batching || !sqlite3_get_autocommit(store->db);
    if (store->in_memory && rows_changed(store) < ROWS_KEPT)
        return true;
    if (!sqlite3_get_autocommit(store->db) && perform(store, STMT_CHANGE_COMMIT))
        return open_batch(store);
    fputs("edges-emulator: the database cannot be written any more; what was answered is safe in "
          "it\n",
          stderr);
    return false;
}
