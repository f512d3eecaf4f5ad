#include "store/callback/outbox.h"

#include "store/base/instant.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"

#include <string.h>

/* Milliseconds from a failed attempt to the next one (API.md section 9). */
static const int64_t retry_delays[CALLBACK_ATTEMPTS_MAX - 1] = {5000, 30000, 120000, 600000};

/* The queue of the workspaces that have callbacks to send. */

static void outbox_enqueue(struct store *store, struct workspace *workspace)
{
    if (workspace->outbox.previous)
        return;
    link_add(store->outbox ? store->outbox_end : &store->outbox, &workspace->outbox);
    store->outbox_end = &workspace->outbox.next;
}

static void outbox_dequeue(struct store *store, struct workspace *workspace)
{
    if (workspace->outbox.previous && !workspace->outbox.next)
        store->outbox_end = workspace->outbox.previous;
    link_remove(&workspace->outbox);
}

static struct workspace *workspace_of_link(struct link *link)
{
    return link ? LINK_OWNER(link, struct workspace, outbox) : NULL;
}

struct workspace *outbox_first(struct store *store)
{
    return workspace_of_link(store->outbox);
}

struct workspace *outbox_after(const struct workspace *workspace)
{
    return workspace_of_link(workspace->outbox.next);
}

void outbox_rotate(struct store *store, struct workspace *workspace)
{
    if (!workspace->outbox.next)
        return;
    outbox_dequeue(store, workspace);
    outbox_enqueue(store, workspace);
}

void outbox_invalidate_in_flight(struct store *store, struct workspace *workspace)
{
    workspace->outbox_invalidated = true;
    outbox_enqueue(store, workspace);
}

void outbox_recheck(struct store *store, struct workspace *workspace)
{
    int64_t due = workspace->cache.outbox_due;

    if (due == INSTANT_NONE)
        return;
    if (due <= workspace_now(workspace))
        outbox_enqueue(store, workspace);
    else
        workspace_arm_timer(store, workspace, due);
}

/* Notes that a callback is due at an instant of the workspace's clock; INSTANT_NONE: none is. */
static void outbox_note_due(struct store *store, struct workspace *workspace, int64_t at)
{
    int64_t due = workspace->cache.outbox_due;

    if (at == INSTANT_NONE)
        return;
    if (due == INSTANT_NONE || at < due)
        workspace->cache.outbox_due = at;
    outbox_recheck(store, workspace);
}

static enum error callback_next_number(struct store *store, int64_t workspace, int64_t *out)
{
    struct stmt s = stmt_take_in(store, STMT_CALLBACK_NEXT_NUMBER, workspace);

    *out = stmt_next(&s) ? stmt_int(&s) : 0;
    return stmt_done(&s);
}

enum error outbox_add(struct store *store, struct workspace *workspace, const char *run_uid,
                      const struct callback_report *report, int64_t at)
{
    struct ctx ctx = {.assumptions = workspace->assumptions};
    bool all_results = report->is_end && assumption_is(&ctx, ASSUME_CALLBACK_END_RESULTS, "always");
    char uid[UID_SIZE];
    int64_t number;
    enum error e = callback_next_number(store, workspace->id, &number);
    if (e)
        return e;

    workspace_note_area(store, workspace->id, AREA_CALLBACKS);
    uid_derive(uid_seed(uid_seed(0, "callback"), run_uid), (uint64_t)number, uid);
    struct stmt s = stmt_take_in(store, STMT_CALLBACK_ADD, workspace->id);
    stmt_bind_int(&s, number);
    stmt_bind_uid(&s, uid);
    stmt_bind_text(&s, report->run_status);
    stmt_bind_int(&s, report->is_end);
    stmt_bind_int(&s, all_results);
    stmt_bind_int(&s, report->count);
    stmt_bind_int(&s, report->first);
    stmt_bind_instant(&s, at);
    stmt_bind_uid(&s, run_uid);
    e = stmt_run(&s);
    if (!e)
        outbox_note_due(store, workspace, at);
    return e;
}

enum error outbox_cancel_pending(struct store *store, struct workspace *workspace,
                                 const char *run_uid)
{
    enum error e = stmt_run_uid(store, STMT_CALLBACK_ABORT_IN_FLIGHT, workspace->id, run_uid);

    workspace_note_area(store, workspace->id, AREA_CALLBACKS);
    outbox_invalidate_in_flight(store, workspace);
    return e ? e : stmt_run_uid(store, STMT_CALLBACK_CANCEL_PENDING, workspace->id, run_uid);
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
                                                  callback_read, NULL, piece_callback_total};

enum error outbox_get(const struct ctx *ctx, const char *uid, struct callback *out)
{
    struct stmt s = stmt_take_uid(ctx->store, STMT_CALLBACK_GET, ctx->workspace->id, uid);

    return stmt_read(&s, ctx, &callback_reader, out, ERROR_CALLBACK_NOT_FOUND);
}

enum error outbox_list(const struct ctx *ctx, const struct list_query *query, struct list_page *out)
{
    static const char *const orders[] = {"number", "-number"};
    bool newest_first = query->sorts.count && *query->sorts.text[0] == '-';
    struct list_query by_number = *query;
    by_number.sorts = (struct text_list){&orders[newest_first], 1};
    return list_read(ctx, &by_number, &callback_reader, out);
}

enum error outbox_attempts(const struct ctx *ctx, const struct callback *callback,
                           struct callback_attempts *out)
{
    struct stmt s = stmt_take_in(ctx->store, STMT_CALLBACK_ATTEMPT_LIST, callback->workspace);
    struct callback_attempts attempts = {0};
    size_t room = 0;

    stmt_bind_int(&s, callback->number);
    while (stmt_next(&s)) {
        if ((size_t)attempts.count == room)
            attempts.list = arena_grow(ctx->arena, attempts.list, sizeof *attempts.list, &room);
        struct callback_attempt *attempt = &attempts.list[attempts.count++];
        attempt->attempt = stmt_int(&s);
        attempt->at = stmt_instant(&s);
        attempt->http_status = stmt_int(&s);
        attempt->error = stmt_text(&s, ctx->arena);
    }
    *out = attempts;
    return stmt_done(&s);
}

static void bind_http_status(struct stmt *s, int64_t status)
{
    stmt_bind_instant(s, status ? status : INSTANT_NONE);
}

/* Writes what changed in one that had this status. */
static enum error callback_write_change(struct store *store, const struct callback *row,
                                        const char *old_status)
{
    struct stmt change = stmt_take(store, STMT_CALLBACK_CHANGE);
    struct stmt *s = &change;

    workspace_note_area(store, row->workspace, AREA_CALLBACKS);
#define COLUMN COLUMN_CHANGE
#include "store/callback/callback_columns.def"
    stmt_bind_int(s, row->workspace);
    stmt_bind_int(s, row->number);
    stmt_bind_text(s, old_status);
    return stmt_run_one(s);
}

enum error outbox_progress(const struct ctx *ctx, const char *run_uid, const char *status,
                           struct outbox_progress *out)
{
    struct stmt s = stmt_take(ctx->store, STMT_CALLBACK_PROGRESS);

    stmt_bind_text(&s, status);
    stmt_bind_int(&s, ctx->now);
    stmt_bind_int(&s, ctx->workspace->id);
    stmt_bind_uid(&s, run_uid);
    if (stmt_next(&s)) {
        out->count = stmt_int(&s);
        out->active = stmt_int(&s);
    }
    return stmt_done(&s);
}

/* Steps a statement that returns one number. */
static enum error outbox_read_number(struct stmt *s, int64_t *out)
{
    if (stmt_next(s))
        *out = stmt_int(s);
    return stmt_done(s);
}

enum error outbox_count(const struct ctx *ctx, const char *status, int64_t max, int64_t *out)
{
    struct stmt s = stmt_take_key(ctx->store, STMT_CALLBACK_COUNT, ctx->workspace->id, status);

    stmt_bind_int(&s, max);
    return outbox_read_number(&s, out);
}

enum error outbox_is_active(const struct ctx *ctx, bool *out)
{
    struct stmt s = stmt_take_in(ctx->store, STMT_CALLBACK_ACTIVE, ctx->workspace->id);
    int64_t active = 0;

    stmt_bind_int(&s, ctx->now);
    enum error e = outbox_read_number(&s, &active);
    *out = active;
    return e;
}

enum error outbox_most_attempts(const struct ctx *ctx, const char *run_uid, int64_t *out)
{
    struct stmt s =
        stmt_take_uid(ctx->store, STMT_CALLBACK_MOST_ATTEMPTS, ctx->workspace->id, run_uid);

    return outbox_read_number(&s, out);
}

enum error outbox_replay(const struct ctx *ctx, struct callback *callback, bool run_cancelled)
{
    struct callback changed = *callback;

    if (run_cancelled || strcmp(callback->status, "RUNNING") == 0)
        return ERROR_CALLBACK_REFUSED;
    changed.status = "PENDING";
    changed.attempts = 0;
    changed.held = false;
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
    struct stmt s = stmt_take_in(store, STMT_CALLBACK_NEXT_DUE, workspace->id);
    int64_t at = INSTANT_NONE;

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
    /* The rest waits for its time, or for another callback of its run, whose end queues again. */
    outbox_dequeue(ctx->store, ctx->workspace);
    return outbox_rescan(ctx->store, ctx->workspace, workspace_now(ctx->workspace));
}

bool outbox_in_flight(struct store *store, const struct callback *callback)
{
    struct stmt s = stmt_take_in(store, STMT_CALLBACK_IN_FLIGHT, callback->workspace);

    stmt_bind_int(&s, callback->number);
    stmt_bind_uid(&s, callback->uid);
    bool found = stmt_next(&s) && workspace_by_id(store, callback->workspace); /* not replaced */
    return stmt_done(&s) == ERROR_NONE && found;
}

static enum error attempt_add(struct store *store, const struct callback *callback,
                              const struct attempt_outcome *outcome)
{
    struct stmt s = stmt_take_in(store, STMT_CALLBACK_ATTEMPT_ADD, callback->workspace);

    stmt_bind_int(&s, callback->number);
    stmt_bind_int(&s, outcome->is_copy);
    stmt_bind_instant(&s, callback->next_attempt_at);
    bind_http_status(&s, outcome->http_status);
    stmt_bind_text(&s, outcome->error);
    return stmt_run(&s);
}

/* What an attempt makes of a callback: delivered, pending again, or given up. */
static void apply_attempt(const struct attempt_outcome *outcome, struct callback *callback)
{
    int64_t attempts = ++callback->attempts;
    bool again = !outcome->delivered && !outcome->given_up && attempts < CALLBACK_ATTEMPTS_MAX;

    callback->http_status = outcome->http_status;
    callback->error = outcome->delivered ? NULL : outcome->error;
    callback->status = again ? "PENDING" : outcome->delivered ? "SUCCESS" : "FAILED";
    callback->next_attempt_at =
        again ? callback->next_attempt_at + retry_delays[attempts - 1] : INSTANT_NONE;
}

static enum error unblock_next(struct store *store, const struct callback *callback)
{
    return stmt_run_uid(store, STMT_CALLBACK_UNBLOCK_NEXT, callback->workspace, callback->run_uid);
}

enum error outbox_record_attempt(struct store *store, const struct callback *callback,
                                 const struct attempt_outcome *outcome)
{
    struct workspace *workspace = workspace_by_id(store, callback->workspace);
    struct callback changed = *callback;

    enum error e = transaction_begin(store, workspace);
    if (e)
        return e;
    e = attempt_add(store, callback, outcome);
    apply_attempt(outcome, &changed);
    if (!e && changed.attempts == 1)
        e = unblock_next(store, callback);
    e = transaction_end(store, e ? e : callback_write_change(store, &changed, "RUNNING"));
    if (!e)
        outbox_note_due(store, workspace, changed.next_attempt_at);
    outbox_enqueue(store, workspace); /* another callback of the run may have waited for this one */
    return e;
}

enum error outbox_record_copy(struct store *store, const struct callback *callback,
                              const struct attempt_outcome *outcome)
{
    struct workspace *workspace = workspace_by_id(store, callback->workspace);
    enum error e = transaction_begin(store, workspace);

    return e ? e : transaction_end(store, attempt_add(store, callback, outcome));
}

bool outbox_hold(struct store *store, const struct callback *callback)
{
    struct workspace *workspace = workspace_by_id(store, callback->workspace);
    enum error e = transaction_begin(store, workspace);

    if (e)
        return false;
    e = unblock_next(store, callback);
    struct stmt s = stmt_take_in(store, STMT_CALLBACK_HOLD, callback->workspace);
    stmt_bind_int(&s, callback->number);
    e = transaction_end(store, e ? e : stmt_run_one(&s));
    outbox_enqueue(store, workspace);
    return e == ERROR_NONE;
}
