#include "store/store.h"

#include "store/base/instant.h"
#include "store/base/limits.h"
#include "store/base/memory.h"
#include "store/db/db_lock.h"
#include "store/db/disk_sync.h"
#include "store/db/page_cache.h"
#include "store/db/small_memory.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/run/flow.h"
#include "store/run/run_machine.h"
#include "store/workspace/export_json.h"
#include "store/workspace/tenant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Sorting, and undoing a part of a transaction, need no file: a container may have no folder for
 * one. */
static const char usual_pragmas[] = "PRAGMA temp_store = MEMORY";
/* A database in memory is not durable. In a file, a killed process loses nothing; when the machine
 * loses power, NORMAL may lose the last commits, and FULL loses none. EXCLUSIVE holds the lock
 * while the file is open. */
static const char memory_pragmas[] = "PRAGMA synchronous = OFF";
/* A cache of 8 MB has room for the changes of some parts (transaction.c). Changed pages leave it
 * only at a commit, unless they are 8,000: what others read while parts wait needs no room on the
 * disk. */
#define USUAL_CACHE "PRAGMA cache_size = -8000;"
static const char file_pragmas[] = USUAL_CACHE "PRAGMA cache_spill = 8000;"
                                               "PRAGMA locking_mode = EXCLUSIVE;"
                                               "PRAGMA journal_mode = WAL;"
                                               "PRAGMA synchronous = NORMAL";
/* The rows of 300,000 runs fit: a state is read in the order of creation, which is not theirs. */
static const char large_cache[] = "PRAGMA cache_size = -64000";
static const char durable_pragmas[] = "PRAGMA synchronous = FULL";
/* Set before WAL starts, so that db_lock_file() finds them in the file itself. */
static const char create_marks[] = "PRAGMA application_id = " APPLICATION_ID ";"
                                   "PRAGMA user_version = " SCHEMA_VERSION;

static bool database_execute(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static bool create_tables(sqlite3 *db)
{
    return database_execute(db, "BEGIN EXCLUSIVE") && database_execute(db, create_marks) &&
           database_execute(db, store_schema) && database_execute(db, piece_views) &&
           database_execute(db, "COMMIT");
}

static bool database_copy(sqlite3 *to, sqlite3 *from)
{
    sqlite3_backup *copy = sqlite3_backup_init(to, "main", from, "main");

    if (copy)
        sqlite3_backup_step(copy, -1);
    return copy && sqlite3_backup_finish(copy) == SQLITE_OK;
}

/* Copies the tables that the build made: to create them takes four times as many instructions. */
static bool copy_tables(sqlite3 *db)
{
    unsigned char *image = memory_take(SCHEMA_IMAGE_SIZE);
    sqlite3 *made = NULL;

    for (int i = 0; i < SCHEMA_IMAGE_PARTS; i++)
        memcpy(image + schema_image[i].at, schema_image[i].bytes, schema_image[i].size);
    bool ok = sqlite3_open(":memory:", &made) == SQLITE_OK &&
              sqlite3_deserialize(made, "main", image, SCHEMA_IMAGE_SIZE, SCHEMA_IMAGE_SIZE,
                                  SQLITE_DESERIALIZE_READONLY) == SQLITE_OK &&
              database_execute(made, "PRAGMA mmap_size = 1000000") && /* read where it is */
              database_copy(db, made);
    sqlite3_close(made);
    free(image);
    return ok;
}

/* Whether the file is new, or its creation was interrupted and then rolled back by SQLite. */
static bool is_empty(sqlite3 *db)
{
    sqlite3_stmt *s = NULL;
    bool empty = sqlite3_prepare_v2(db, "PRAGMA page_count", -1, &s, NULL) == SQLITE_OK &&
                 sqlite3_step(s) == SQLITE_ROW && sqlite3_column_int64(s, 0) == 0;

    sqlite3_finalize(s);
    return empty;
}

/* Prepares every statement, so that a damaged file is refused when it is opened, not in the middle
 * of a test. New tables need no such check: it would take a quarter of the time from the start to
 * the first reply. */
static bool prepare_all(struct store *store)
{
    for (int id = 0; id < STMT_COUNT; id++) {
        if (!stmt_prepare(store, id))
            return false;
    }
    return true;
}

static bool database_set_up(struct store *store, bool in_memory)
{
    bool is_new = in_memory || is_empty(store->db);

    store->in_memory = in_memory;
    if (!database_execute(store->db, usual_pragmas))
        return false;
    if (in_memory && !(database_execute(store->db, memory_pragmas) && copy_tables(store->db)))
        return false;
    if (!in_memory && is_new && !create_tables(store->db))
        return false;
    if (!in_memory && !database_execute(store->db, file_pragmas))
        return false;
    if (!in_memory && store->config.durable && !database_execute(store->db, durable_pragmas))
        return false;
    /* Or newer versions of SQLite prepare a list again for each value of its limit. */
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
    export_json_register(store->db);
    return (is_new || prepare_all(store)) && tenant_load_all(store) == ERROR_NONE;
}

/* One thread uses SQLite, and nothing reads its memory statistics: no locks, no counting. Small
 * pieces are kept in small_memory.c, and not in SQLite's lookaside as well. This only saves
 * time, and has an effect only before SQLite is first used in this process. */
static void configure_library(void)
{
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
    small_memory_install();
    page_cache_install();
    sqlite3_config(SQLITE_CONFIG_URI, 0); /* a path is a path, even one that starts with "file:" */
}

static struct store *store_alloc(const struct store_config *config, int db_lock)
{
    struct store *store = memory_take(sizeof *store);

    store->config = *config;
    store->config.path = NULL; /* the caller's, and needed only to open it */
    if (!store->config.max_workspaces)
        store->config.max_workspaces = LIMIT_WORKSPACES;
    store->next_wake = INSTANT_NONE;
    store->db_lock = db_lock;
    return store;
}

enum store_result store_open(const struct store_config *config, struct store **out,
                             const char **reason)
{
    bool in_memory = strcmp(config->path, ":memory:") == 0;
    int db_lock = -1;

    configure_library();
    enum store_result result =
        in_memory ? STORE_OPENED : db_lock_file(config->path, &db_lock, reason);
    if (result)
        return result;

    struct store *store = store_alloc(config, db_lock);
    if (sqlite3_open(config->path, &store->db) == SQLITE_OK && database_set_up(store, in_memory)) {
        *out = store;
        file_watch_look(store);
        if (!in_memory)
            disk_sync_open(store);
        return STORE_OPENED;
    }

    int code = sqlite3_errcode(store->db);
    *reason = sqlite3_errstr(code);
    store_close(store);
    return code == SQLITE_BUSY || code == SQLITE_LOCKED ? STORE_IN_USE : STORE_FAILED;
}

void store_set_yield(struct store *store, bool (*should_yield)(void *context), void *context)
{
    store->should_yield = should_yield;
    store->yield_context = context;
}

const struct store_pause *store_set_pause(struct store *store, const struct store_pause *pause)
{
    const struct store_pause *before = store->pause;

    store->pause = pause;
    return before;
}

/* What a lost batch of a database in memory held was answered already. */
enum commit_result store_commit(struct store *store)
{
    file_watch_look(store);
    bool committed = batch_commit(store);
    if (store->part != PARTS_WAIT)
        disk_sync_step(store);
    if (committed)
        return STORE_COMMITTED;
    bool broken = store->in_memory || tenant_reload_all(store) != ERROR_NONE;
    fprintf(stderr, "edges-emulator: the last changes could not be written to the database; %s\n",
            broken ? "what it holds cannot be read any more" : "they are undone");
    return broken ? STORE_BROKEN : STORE_LOST;
}

void store_set_cache(struct store *store, bool large)
{
    if (store->in_memory || store->large_cache == large)
        return;
    store->large_cache = large;
    database_execute(store->db, large ? large_cache : USUAL_CACHE);
}

int store_fd(const struct store *store)
{
    return disk_sync_fd(store);
}

bool store_is_syncing(const struct store *store)
{
    return disk_sync_is_busy(store);
}

void store_close(struct store *store)
{
    if (!store)
        return;
    if (store->db && !batch_commit(store))
        fputs("edges-emulator: the last changes could not be written to the database\n", stderr);
    disk_sync_close(store);
    tenant_unload_all(store);
    flow_cache_free(store);
    for (sqlite3_stmt *s; store->db && (s = sqlite3_next_stmt(store->db, NULL));)
        sqlite3_finalize(s);
    sqlite3_close(store->db);
    if (store->db_lock >= 0)
        close(store->db_lock);
    free(store);
}

const struct assumptions *store_assumptions(const struct store *store)
{
    return &store->config.assumptions;
}

static enum error workspace_count_rows(struct store *store, const struct workspace *workspace,
                                       struct store_counts *counts)
{
    struct stmt s = stmt_take_in(store, STMT_WORKSPACE_COUNT, workspace->id);

    counts->runs += workspace->cache.runs;
    if (stmt_next(&s)) {
        counts->flows += stmt_int(&s);
        counts->schedules += stmt_int(&s);
    }
    return stmt_done(&s);
}

enum error store_count(const struct ctx *ctx, struct store_counts *out)
{
    struct store *store = ctx->store;
    enum error e = ERROR_NONE;

    *out = (struct store_counts){.workspaces = workspace_count(store), .fired = store->fired};
    for (int64_t place = 1; !e && place <= out->workspaces; place++) {
        const struct workspace *each = workspace_at(store, place);
        if (each)
            e = workspace_count_rows(store, each, out);
        if (!e && !ctx_pause(ctx))
            e = ERROR_INTERNAL;
    }
    return e;
}

const char *store_library_version(void)
{
    return sqlite3_libversion();
}
