#include "store/workspace/content.h"

#include "store/base/instant.h"
#include "store/callback/outbox.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"
#include "store/engine/engine.h"
#include "store/run/life.h"
#include "store/schedule/schedule.h"
#include "store/workspace/part_rows.h"

#include <string.h>

/* For each table, and each saved one. */
static const enum stmt_id clears[] = {CONTENT_CLEAR}, clear_parts[] = {CONTENT_CLEAR_PART};

enum { RUNS_COUNTED = 4096 /* in one part */ };

enum { TABLES_CLEARED = sizeof clears / sizeof *clears };

static int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t rows_changed(const struct store *store)
{
    return sqlite3_changes64(store->db);
}

enum error content_discard(struct store *store, int64_t id)
{
    struct stmt s = stmt_take_in(store, STMT_CONTENT_DISCARD, id);

    store->has_discarded = true;
    return stmt_run(&s);
}

bool content_has_discarded(const struct store *store)
{
    return store->has_discarded;
}

enum error content_keep(struct store *store, int64_t id)
{
    struct stmt s = stmt_take_in(store, STMT_CONTENT_KEEP, id);

    return stmt_run(&s);
}

static enum error id_is_free(struct store *store, const struct workspace *workspace, int64_t id,
                             bool *out)
{
    int64_t discarded = 0;
    enum error e = stmt_number(stmt_take_in(store, STMT_CONTENT_IS_DISCARDED, id), &discarded);

    *out = !discarded && !(*workspace->uid && id == workspace->id);
    return e;
}

enum error content_begin(struct store *store, const struct workspace *workspace,
                         struct content *out)
{
    int64_t id = workspace_place(workspace),
            last = id + (int64_t)LIMIT_WORKSPACES * (CONTENTS_MOST - 1);
    bool is_free;
    enum error e = id_is_free(store, workspace, id, &is_free);

    while (!e && !is_free && id < last) {
        id += LIMIT_WORKSPACES;
        e = id_is_free(store, workspace, id, &is_free);
    }
    if (!e && !is_free) { /* they are discarded faster than they are deleted */
        id = workspace->id == last ? last - LIMIT_WORKSPACES : last;
        e = content_empty(store, id);
    }
    *out = (struct content){.id = id};
    return e ? e : content_discard(store, id);
}

enum error content_clear(struct store *store, int64_t first, int64_t last)
{
    enum error e = ERROR_NONE;

    store->flows_changed++;
    for (size_t i = 0; !e && i < TABLES_CLEARED; i++) {
        struct stmt s = stmt_take_in(store, clears[i], first);
        stmt_bind_int(&s, last);
        e = stmt_run(&s);
    }
    return e;
}

/* Deletes so many rows of a content at most; *done when none is left. */
static enum error clear_part(struct store *store, int64_t id, int64_t rows, bool *done)
{
    enum error e = ERROR_NONE;
    bool more = false;

    store->flows_changed++;
    for (size_t i = 0; !e && !more && i < TABLES_CLEARED; i++) {
        struct stmt s = stmt_take_in(store, clear_parts[i], id);
        stmt_bind_int(&s, rows);
        e = stmt_run(&s);
        more = rows_changed(store) > 0;
    }
    *done = !e && !more;
    if (!e && !more)
        e = content_clear(store, id, id);
    return e || more ? e : content_keep(store, id);
}

enum error content_empty(struct store *store, int64_t id)
{
    int64_t rows = PART_ROWS_FIRST;
    bool done = false;
    enum error e = ERROR_NONE;

    while (!e && !done) {
        int64_t began = clock_monotonic_us();
        e = clear_part(store, id, rows, &done);
        rows = part_rows_next(rows, began);
        e = e ? e : transaction_pause(store);
    }
    return e;
}

void content_sweep(struct store *store, int64_t most)
{
    int64_t end = clock_monotonic_us() + most, rows = PART_ROWS_FIRST, id = 0, began;
    bool done = true;

    do {
        enum error e = transaction_begin_part(store);
        store->has_discarded = !e;
        if (e)
            return; /* as on a full disk: the next discarded one tells */
        began = clock_monotonic_us();
        if (done)
            e = stmt_number(stmt_take(store, STMT_CONTENT_DISCARDED), &id);
        store->has_discarded = !e && id;
        if (!e && id)
            e = clear_part(store, id, rows, &done);
        if (transaction_end_part(store, e) != ERROR_NONE)
            store->has_discarded = false;
        rows = part_rows_next(rows, began);
    } while (store->has_discarded && clock_monotonic_us() < end);
}

/* Counts the runs of a part; `after` becomes the last of them, or "" when no part follows. */
static enum error count_part(struct store *store, struct content *content, char after[UID_SIZE])
{
    struct stmt s = stmt_take_in(store, STMT_CONTENT_COUNT, content->id);
    struct workspace_cache *counts = &content->counts;
    int64_t before = counts->runs;

    stmt_bind_uid_or_least(&s, after);
    stmt_bind_int(&s, RUNS_COUNTED);
    while (stmt_next(&s)) {
        enum run_status status = run_status_stored(stmt_int(&s), false);
        s.failed |= status == RUN_STATUS_COUNT; /* only a damaged file has such a row */
        counts->runs_by_status[status % RUN_STATUS_COUNT]++;
        counts->last_id = greater(stmt_int(&s), counts->last_id);
        counts->last_seq = greater(stmt_int(&s), counts->last_seq);
        if (++counts->runs - before == RUNS_COUNTED)
            stmt_uid(&s, after);
    }
    if (counts->runs - before < RUNS_COUNTED)
        *after = '\0';
    return stmt_done(&s);
}

enum error content_count(struct store *store, struct content *content)
{
    struct workspace_cache *counts = &content->counts;
    char after[UID_SIZE] = "";
    enum error e;
    int64_t seq = 0;

    *counts = (struct workspace_cache){0};
    do {
        e = count_part(store, content, after);
        e = e ? e : transaction_pause(store);
    } while (!e && *after);
    if (!e)
        e = stmt_number(stmt_take_in(store, STMT_CONTENT_LAST_SEQ, content->id), &seq);
    counts->last_seq = greater(seq, counts->last_seq);
    return e ? e : transaction_wait_for_disk(store);
}

static enum error content_take_counts(struct store *store, struct workspace *workspace,
                                      const struct workspace_cache *counts)
{
    struct workspace_cache *cache = &workspace->cache;

    cache->runs = counts->runs;
    cache->last_id = counts->last_id;
    cache->last_seq = counts->last_seq;
    memcpy(cache->runs_by_status, counts->runs_by_status, sizeof cache->runs_by_status);
    enum error e = engine_find_next_due(store, workspace);
    return e ? e : outbox_rescan(store, workspace, INSTANT_NONE);
}

enum error content_rescan(struct store *store, struct workspace *workspace)
{
    struct content content = {.id = workspace->id};
    enum error e = content_count(store, &content);

    return e ? e : content_take_counts(store, workspace, &content.counts);
}

/* The rows about the workspace itself are those of its new content. */
static enum error content_move(struct store *store, struct workspace *workspace, int64_t to)
{
    static const enum stmt_id moves[] = {STMT_CONTENT_MOVE_WORKSPACE, STMT_CONTENT_MOVE_SNAPSHOTS,
                                         STMT_CONTENT_MOVE_ASSUMPTIONS};
    enum error e = content_keep(store, to);

    if (workspace->id == to) /* its first */
        return e;
    for (size_t i = 0; !e && i < sizeof moves / sizeof *moves; i++) {
        struct stmt s = stmt_take_in(store, moves[i], to);
        stmt_bind_int(&s, workspace->id);
        e = stmt_run(&s);
    }
    if (!e)
        e = content_discard(store, workspace->id);
    workspace->id = to;
    return e;
}

enum error content_use(struct store *store, struct workspace *workspace,
                       const struct content *content, const struct clock *clock)
{
    life_clear(store, workspace);
    workspace_note_all(store, workspace);
    workspace_reset_times(workspace);
    enum error e = content_move(store, workspace, content->id);
    if (!e)
        e = workspace_set_clock(store, workspace, clock);
    if (!e)
        e = content_take_counts(store, workspace, &content->counts);
    if (*workspace->uid) /* a new one has sent nothing */
        outbox_invalidate_in_flight(store, workspace);
    return e ? e : schedule_arm_all(store, workspace, clock_now(&workspace->cache.clock));
}

enum error content_install(struct store *store, struct workspace *workspace,
                           const struct content *content, const struct clock *clock)
{
    enum error e = transaction_begin(store, workspace);

    if (e)
        return e;
    e = content_use(store, workspace, content, clock);
    return transaction_end(store, e ? e : workspace_touch(store, workspace->id));
}
