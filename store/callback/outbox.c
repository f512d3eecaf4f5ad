#include "store/callback/outbox.h"

#include "store/base/instant.h"
#include "store/callback/outbox_queue.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"

#include <string.h>

/* Milliseconds after which a try that failed is repeated (API.md section 9). */
static const int64_t retry_delays[CALLBACK_ATTEMPTS_MAX - 1] = {5000, 30000, 120000, 600000};

static enum error next_number(struct store *store, int64_t workspace, int64_t *out)
{
    struct stmt s = stmt_take(store, STMT_CALLBACK_NEXT_NUMBER);

    stmt_bind_int(&s, workspace);
    *out = stmt_next(&s) ? stmt_int(&s) : 0;
    return stmt_done(&s);
}

/* Numbers a new one, and begins the statement that writes it. */
static enum error callback_begin_add(struct store *store, int64_t workspace, const char *run_uid,
                                     enum stmt_id id, char uid[UID_SIZE], struct stmt *out)
{
    int64_t number;
    enum error e = next_number(store, workspace, &number);
    if (e)
        return e;

    uid_derive(uid_seed(uid_seed(0, "callback"), run_uid), (uint64_t)number, uid);
    *out = stmt_take(store, id);
    stmt_bind_int(out, workspace);
    stmt_bind_int(out, number);
    stmt_bind_text(out, uid);
    return ERROR_NONE;
}

static enum error callback_finish_add(struct store *store, struct workspace *workspace,
                                      struct stmt *s, int64_t at)
{
    enum error e = stmt_run(s);

    if (!e)
        outbox_note_due(store, workspace, at);
    return e;
}

enum error outbox_add_batch(struct store *store, struct workspace *workspace, const char *run_uid,
                            const struct callback_batch *batch, int64_t at)
{
    char uid[UID_SIZE];
    struct stmt s;
    enum error e =
        callback_begin_add(store, workspace->id, run_uid, STMT_CALLBACK_ADD_BATCH, uid, &s);
    if (e)
        return e;

    stmt_bind_text(&s, batch->step_uid);
    stmt_bind_int(&s, batch->count);
    stmt_bind_int(&s, batch->first);
    stmt_bind_instant(&s, at);
    stmt_bind_text(&s, run_uid);
    return callback_finish_add(store, workspace, &s, at);
}

enum error outbox_add_end(struct store *store, struct workspace *workspace, const char *run_uid,
                          int64_t at)
{
    char uid[UID_SIZE];
    struct stmt s;
    enum error e =
        callback_begin_add(store, workspace->id, run_uid, STMT_CALLBACK_ADD_END, uid, &s);
    if (e)
        return e;

    stmt_bind_text(&s, run_uid);
    stmt_bind_text(&s, assumption_value(workspace->assumptions, ASSUME_CALLBACK_END_RESULTS));
    stmt_bind_instant(&s, at);
    return callback_finish_add(store, workspace, &s, at);
}

static enum error callback_change_all(struct store *store, enum stmt_id id, int64_t workspace,
                                      const char *run_uid)
{
    struct stmt s = stmt_take(store, id);

    stmt_bind_int(&s, workspace);
    stmt_bind_text(&s, run_uid);
    return stmt_run(&s);
}

enum error outbox_cancel_pending(struct store *store, struct workspace *workspace,
                                 const char *run_uid)
{
    enum error e =
        callback_change_all(store, STMT_CALLBACK_ABORT_IN_FLIGHT, workspace->id, run_uid);

    outbox_invalidate_in_flight(store, workspace);
    return e ? e : callback_change_all(store, STMT_CALLBACK_CANCEL_PENDING, workspace->id, run_uid);
}

#define BIND_HTTP_STATUS(name) bind_http_status(s, row->name);
#define READ_HTTP_STATUS(name) row->name = stmt_int(s);

static void callback_read(struct stmt *s, const struct ctx *ctx, void *out)
{
    struct arena *arena = ctx->arena;
    struct callback *row = out;

#define COLUMN COLUMN_READ
#include "store/callback/callback_columns.def"
    row->workspace = ctx->workspace->id;
    row->url = stmt_text(s, arena);
    row->headers = stmt_text(s, arena);
}

static const struct row_reader callback_reader = {piece_callback_select, sizeof(struct callback),
                                                  callback_read};

enum error outbox_get(const struct ctx *ctx, const char *uid, struct callback *out)
{
    struct stmt s = stmt_take_key(ctx->store, STMT_CALLBACK_GET, ctx->workspace->id, uid);

    return stmt_read(&s, ctx, &callback_reader, out, ERROR_CALLBACK_NOT_FOUND);
}

enum error outbox_list(const struct ctx *ctx, const struct list_query *query, struct list_page *out)
{
    static const char *const order[] = {"number"};
    struct list_query by_number = *query;

    by_number.sorts = (struct text_list){order, 1};
    return list_read(ctx, &by_number, &callback_reader, out);
}

/* What a callback may have been tried: by the retry_delays, and again after each time it was sent
 * again.
 */
enum error outbox_attempts(const struct ctx *ctx, const struct callback *callback,
                           struct callback_attempts *out)
{
    struct stmt s = stmt_take(ctx->store, STMT_CALLBACK_ATTEMPT_LIST);
    struct callback_attempts tries = {0};
    int room = 0;

    stmt_bind_int(&s, callback->workspace);
    stmt_bind_int(&s, callback->number);
    while (stmt_next(&s)) {
        if (tries.count == room) {
            room = room ? 2 * room : CALLBACK_ATTEMPTS_MAX;
            struct callback_attempt *list = arena_zalloc(ctx->arena, (size_t)room * sizeof *list);
            for (int i = 0; i < tries.count; i++)
                list[i] = tries.list[i];
            tries.list = list;
        }
        struct callback_attempt *each = &tries.list[tries.count++];
        each->at = stmt_instant(&s);
        each->http_status = stmt_int(&s);
        each->error = stmt_text(&s, ctx->arena);
    }
    *out = tries;
    return stmt_done(&s);
}

static void bind_http_status(struct stmt *s, int64_t status)
{
    stmt_bind_instant(s, status ? status : INSTANT_NONE);
}

static void callback_bind_changes(struct stmt *s, const struct callback *row)
{
#define COLUMN COLUMN_CHANGE
#include "store/callback/callback_columns.def"
}

/* Writes what changed in one that had this status. */
static enum error callback_write_change(struct store *store, const struct callback *callback,
                                        const char *old_status)
{
    struct stmt s = stmt_take(store, STMT_CALLBACK_CHANGE);

    callback_bind_changes(&s, callback);
    stmt_bind_int(&s, callback->workspace);
    stmt_bind_int(&s, callback->number);
    stmt_bind_text(&s, old_status);
    return stmt_run_one(&s);
}

enum error outbox_progress(const struct ctx *ctx, const char *run_uid, const char *status,
                           struct outbox_progress *out)
{
    struct stmt s = stmt_take(ctx->store, STMT_CALLBACK_PROGRESS);

    stmt_bind_text(&s, status);
    stmt_bind_int(&s, ctx->now);
    stmt_bind_int(&s, ctx->workspace->id);
    stmt_bind_text(&s, run_uid);
    if (stmt_next(&s)) {
        out->count = stmt_int(&s);
        out->moving = stmt_int(&s);
    }
    return stmt_done(&s);
}

enum error outbox_replay(const struct ctx *ctx, struct callback *callback, bool run_cancelled)
{
    struct callback changed = *callback;

    if (run_cancelled || strcmp(callback->status, "RUNNING") == 0)
        return ERROR_CALLBACK_REFUSED;
    changed.status = "PENDING";
    changed.attempts = 0;
    changed.error = NULL;
    changed.next_attempt_at = ctx->now;
    enum error e = callback_write_change(ctx->store, &changed, callback->status);
    if (e)
        return e;
    *callback = changed;
    outbox_note_due(ctx->store, ctx->workspace, ctx->now);
    return ERROR_NONE;
}

enum error outbox_rescan(struct store *store, struct workspace *workspace, int64_t after)
{
    struct stmt s = stmt_take(store, STMT_CALLBACK_NEXT_DUE);
    int64_t at = INSTANT_NONE;

    stmt_bind_int(&s, workspace->id);
    stmt_bind_int(&s, after);
    if (stmt_next(&s))
        at = stmt_instant(&s);
    workspace->cache.outbox_due = INSTANT_NONE;
    enum error e = stmt_done(&s);
    if (!e)
        outbox_note_due(store, workspace, at);
    return e;
}

enum error outbox_recover(struct store *store)
{
    struct stmt s = stmt_take(store, STMT_CALLBACK_RECOVER);

    return stmt_run(&s);
}

enum error outbox_take_due(const struct ctx *ctx, struct callback *out)
{
    struct stmt s = stmt_take_in(ctx->store, STMT_CALLBACK_DUE, ctx->workspace->id);

    *out->uid = '\0';
    stmt_bind_int(&s, workspace_now(ctx->workspace));
    enum error e = stmt_read(&s, ctx, &callback_reader, out, ERROR_NONE);
    if (!e && *out->uid) {
        out->status = "RUNNING";
        e = callback_write_change(ctx->store, out, "PENDING");
        if (!e)
            workspace_changed(ctx->workspace);
    }
    if (e || *out->uid)
        return e;
    /* What is left waits for its time, or for another of its run: that one's end queues again. */
    outbox_dequeue(ctx->store, ctx->workspace);
    return outbox_rescan(ctx->store, ctx->workspace, workspace_now(ctx->workspace));
}

bool outbox_in_flight(struct store *store, const struct callback *callback)
{
    struct stmt s = stmt_take(store, STMT_CALLBACK_IN_FLIGHT);

    stmt_bind_int(&s, callback->workspace);
    stmt_bind_int(&s, callback->number);
    stmt_bind_text(&s, callback->uid);
    bool found = stmt_next(&s);
    return stmt_done(&s) == ERROR_NONE && found;
}

static enum error attempt_add(struct store *store, const struct callback *callback)
{
    struct stmt s = stmt_take(store, STMT_CALLBACK_ATTEMPT_ADD);

    stmt_bind_int(&s, callback->workspace);
    stmt_bind_int(&s, callback->number);
    stmt_bind_instant(&s, callback->next_attempt_at);
    bind_http_status(&s, callback->http_status);
    stmt_bind_text(&s, callback->error);
    return stmt_run(&s);
}

/* What a try makes of a callback: done, to be tried again, or given up. */
static void apply_attempt(struct callback *callback)
{
    int64_t tries = ++callback->attempts;

    if (!callback->error) {
        callback->status = "SUCCESS";
        callback->next_attempt_at = INSTANT_NONE;
    } else if (tries < CALLBACK_ATTEMPTS_MAX) {
        callback->status = "PENDING";
        callback->next_attempt_at += retry_delays[tries - 1];
    } else {
        callback->status = "FAILED";
        callback->next_attempt_at = INSTANT_NONE;
    }
}

enum error outbox_record_attempt(struct store *store, const struct callback *callback,
                                 int64_t http_status, const char *error)
{
    struct workspace *workspace = workspace_by_id(store, callback->workspace);
    struct callback tried = *callback;

    tried.http_status = http_status;
    tried.error = error;
    enum error e = transaction_begin(store, workspace);
    if (e)
        return e;
    e = attempt_add(store, &tried);
    apply_attempt(&tried);
    if (!e && tried.attempts == 1)
        e = callback_change_all(store, STMT_CALLBACK_UNBLOCK_NEXT, workspace->id, tried.run_uid);
    e = transaction_end(store, e ? e : callback_write_change(store, &tried, "RUNNING"));
    if (!e)
        outbox_note_due(store, workspace, tried.next_attempt_at);
    outbox_enqueue(store, workspace); /* others of the run may have waited */
    return e;
}
