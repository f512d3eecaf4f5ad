#include "store/schedule/schedule.h"

#include "store/base/instant.h"
#include "store/base/zone.h"
#include "store/db/stmt.h"
#include "store/db/transaction.h"

#include <string.h>

#define INIT_SCHEDULE_STATUS(name) row->name = SCHEDULE_ACTIVE;
#define BIND_SCHEDULE_STATUS(column) stmt_bind_text(s, schedule_statuses[row->column].name);
#define READ_SCHEDULE_STATUS(name) row->name = schedule_status_read(s);

void schedule_init(struct schedule *row)
{
    memset(row, 0, sizeof *row);
#define COLUMN COLUMN_INIT
#include "store/schedule/schedule_columns.def"
}

enum error schedule_add(struct store *store, const struct schedule *row)
{
    const struct workspace *owner = workspace_by_id(store, row->workspace);
    struct stmt insert = stmt_take(store, STMT_SCHEDULE_ADD);
    struct stmt *s = &insert;

    workspace_note_area(store, row->workspace, AREA_SCHEDULES);
#define COLUMN COLUMN_BIND
#include "store/schedule/schedule_columns.def"
    return stmt_run_new(s);
}

static enum schedule_status schedule_status_read(struct stmt *s)
{
    const char *name = stmt_peek(s);
    enum schedule_status status = schedule_status_parse(name ? name : "");

    if (status != SCHEDULE_NONE)
        return status;
    s->failed = true; /* only a damaged file has such a row */
    return SCHEDULE_CANCELLED;
}

static void schedule_read(struct stmt *s, const struct ctx *ctx, void *out)
{
    struct arena *arena = ctx->arena;
    struct schedule *row = out;

    schedule_init(row);
#define COLUMN COLUMN_READ
#include "store/schedule/schedule_columns.def"
    row->workspace = ctx->workspace->id;
}

static const struct row_reader schedule_reader = {piece_schedule_select, sizeof(struct schedule),
                                                  schedule_read, NULL, NULL};

enum error schedule_get(const struct ctx *ctx, const char *uid, struct schedule *out)
{
    struct stmt s = stmt_take_uid(ctx->store, STMT_SCHEDULE_GET, ctx->workspace->id, uid);

    return stmt_read(&s, ctx, &schedule_reader, out, ERROR_SCHEDULE_NOT_FOUND);
}

enum error schedule_next(const struct ctx *ctx, int64_t until, struct schedule *out)
{
    struct stmt s = stmt_take_in(ctx->store, STMT_SCHEDULE_NEXT, ctx->workspace->id);

    *out->uid = '\0';
    stmt_bind_int(&s, until);
    return stmt_read(&s, ctx, &schedule_reader, out, ERROR_NONE);
}

enum error schedule_list(const struct ctx *ctx, const struct list_query *query,
                         struct list_page *out)
{
    return list_read(ctx, query, &schedule_reader, out);
}

/* Finds the number of a new one, and what it shows of its flow. */
static enum error schedule_find_flow(const struct ctx *ctx, struct schedule *schedule)
{
    struct stmt s =
        stmt_take_key(ctx->store, STMT_SCHEDULE_FLOW, schedule->workspace, schedule->flow_slug);
    char uid[UID_SIZE] = "";

    if (stmt_next(&s)) {
        schedule->number = stmt_int(&s);
        stmt_uid(&s, uid);
        if (!schedule->flow_preset_name)
            schedule->flow_preset_name = stmt_text(&s, ctx->arena);
    }
    if (!*schedule->flow_preset_uid)
        memcpy(schedule->flow_preset_uid, uid, UID_SIZE);
    enum error e = stmt_done(&s);
    return e || *schedule->flow_preset_uid ? e : ERROR_FLOW_NOT_FOUND;
}

bool schedule_check(struct arena *arena, const struct schedule *schedule, int64_t now,
                    struct refusal *out)
{
    char *reason = arena_alloc(arena, CRON_WHY_SIZE);
    struct cron cron;

    if (schedule->cron && !cron_parse(schedule->cron, &cron, reason))
        return refuse_at(out, "/cron", reason);
    if (!zone_exists(schedule->timezone))
        return refuse_at(out, "/timezone",
                         "must be a time zone of the IANA database, such as Europe/Paris");
    if (schedule->cron && cron_next(&cron, schedule->timezone, now) == INSTANT_NONE)
        return refuse_at(out, "/cron", "must be a cron expression that fires some day");
    return true;
}

int64_t schedule_next_by_cron(const struct schedule *schedule, int64_t after)
{
    char why[CRON_WHY_SIZE];
    struct cron cron;

    if (!schedule->cron || !cron_parse(schedule->cron, &cron, why))
        return INSTANT_NONE;
    return cron_next(&cron, schedule->timezone, after);
}

/* Sets the next time, and a place after all that is due at the same time. */
static void schedule_set_next(struct store *store, struct workspace *workspace,
                              struct schedule *schedule, int64_t at)
{
    schedule->next_execution_at = at;
    if (at == INSTANT_NONE)
        return;
    schedule->due_seq = ++workspace->cache.last_seq;
    workspace_note_due(store, workspace, at);
}

/* The next time of one that may not have fired yet: schedule_at if that is to come, or by its cron.
 */
static int64_t first_time(const struct schedule *schedule, int64_t now)
{
    if (schedule->schedule_at != INSTANT_NONE && schedule->schedule_at >= now &&
        schedule->last_executed_at == INSTANT_NONE)
        return schedule->schedule_at;
    return schedule_next_by_cron(schedule, now);
}

/* Fills what is open, but for the next time. */
static enum error schedule_fill(const struct ctx *ctx, struct schedule *schedule)
{
    schedule->workspace = ctx->workspace->id;
    if (schedule->created_at == INSTANT_NONE)
        schedule->created_at = ctx->now;
    if (!*schedule->user_uid)
        memcpy(schedule->user_uid, ctx->workspace->user_uid, UID_SIZE);
    if (!*schedule->workspace_uid)
        memcpy(schedule->workspace_uid, ctx->workspace->uid, UID_SIZE);
    enum error e = schedule_find_flow(ctx, schedule);
    if (!e && !*schedule->uid)
        uid_derive(uid_seed(ctx->workspace->seed, "schedule"), (uint64_t)schedule->number,
                   schedule->uid);
    return e;
}

/* The next time of a new one. Cron times that have passed are skipped. */
static int64_t time_from_creation(const struct schedule *schedule, int64_t now)
{
    int64_t next = schedule->next_execution_at;

    if (schedule->status != SCHEDULE_ACTIVE)
        return INSTANT_NONE;
    if (next != INSTANT_NONE && (!schedule->cron || next >= now))
        return next;
    if (schedule->schedule_at != INSTANT_NONE && schedule->schedule_at < now &&
        schedule->last_executed_at == INSTANT_NONE)
        return now;
    return first_time(schedule, now);
}

enum error schedule_create(const struct ctx *ctx, struct schedule *schedule)
{
    enum error e = schedule_fill(ctx, schedule);

    if (!e)
        e = transaction_begin(ctx->store, ctx->workspace);
    if (e)
        return e;
    schedule_set_next(ctx->store, ctx->workspace, schedule, time_from_creation(schedule, ctx->now));
    e = workspace_touch(ctx->store, schedule->workspace);
    return transaction_end(ctx->store, e ? e : schedule_add(ctx->store, schedule));
}

static enum error schedule_write_change(struct store *store, const struct schedule *row,
                                        enum schedule_status old)
{
    struct stmt update = stmt_take(store, STMT_SCHEDULE_CHANGE);
    struct stmt *s = &update;

    workspace_note_area(store, row->workspace, AREA_SCHEDULES);
#define COLUMN COLUMN_CHANGE
#include "store/schedule/schedule_columns.def"
    stmt_bind_int(s, row->workspace);
    stmt_bind_uid(s, row->uid);
    stmt_bind_text(s, schedule_statuses[old].name);
    return stmt_run_one(s);
}

/* When a resumed one fires next. What it missed while it was paused is past, unless assumed
 * otherwise (API.md section 8). */
static int64_t time_after_pause(const struct ctx *ctx, const struct schedule *schedule)
{
    int64_t paused_at = schedule->updated_at;
    int64_t missed = paused_at == INSTANT_NONE ? INSTANT_NONE : first_time(schedule, paused_at);

    if (missed != INSTANT_NONE && missed <= ctx->now &&
        assumption_is(ctx, ASSUME_SCHEDULE_MISSED, "fire"))
        return ctx->now;
    return first_time(schedule, ctx->now);
}

enum error schedule_manage(const struct ctx *ctx, struct schedule *schedule,
                           enum schedule_action action)
{
    struct schedule changed = *schedule;

    changed.status = schedule_statuses[schedule->status].after[action];
    if (changed.status == SCHEDULE_NONE)
        return ERROR_SCHEDULE_REFUSED;
    changed.updated_at = ctx->now;
    changed.next_execution_at = INSTANT_NONE;
    if (changed.status == SCHEDULE_ACTIVE)
        schedule_set_next(ctx->store, ctx->workspace, &changed, time_after_pause(ctx, schedule));
    enum error e = workspace_touch(ctx->store, schedule->workspace);
    if (!e)
        e = schedule_write_change(ctx->store, &changed, schedule->status);
    if (!e)
        *schedule = changed;
    return e;
}

enum error schedule_fired(struct store *store, struct workspace *workspace,
                          struct schedule *schedule)
{
    int64_t at = schedule->next_execution_at;

    schedule->last_executed_at = schedule->updated_at = at;
    if (!schedule->cron)
        schedule->status = SCHEDULE_COMPLETED;
    schedule_set_next(store, workspace, schedule, schedule_next_by_cron(schedule, at));
    enum error e = workspace_touch(store, workspace->id);
    return e ? e : schedule_write_change(store, schedule, SCHEDULE_ACTIVE);
}

/* Sets the next times of those that a statement finds up to an instant: to `next`, or with
 * INSTANT_NONE as their first ones. */
static enum error schedule_arm(struct store *store, struct workspace *workspace, enum stmt_id which,
                               int64_t until, int64_t now, int64_t next)
{
    struct arena arena = {0};
    struct ctx ctx = {.arena = &arena, .workspace = workspace};
    struct stmt s = stmt_take_in(store, which, workspace->id);
    struct schedule schedule;
    enum error e = ERROR_NONE;

    stmt_bind_int(&s, until);
    while (!e && stmt_next(&s)) {
        schedule_read(&s, &ctx, &schedule);
        int64_t before = schedule.next_execution_at;
        schedule_set_next(store, workspace, &schedule,
                          next == INSTANT_NONE ? first_time(&schedule, now) : next);
        if (schedule.next_execution_at != before)
            e = schedule_write_change(store, &schedule, SCHEDULE_ACTIVE);
    }
    enum error done = stmt_done(&s);
    arena_release(&arena);
    return e ? e : done;
}

enum error schedule_arm_all(struct store *store, struct workspace *workspace, int64_t now)
{
    return schedule_arm(store, workspace, STMT_SCHEDULE_UNARMED, now, now, INSTANT_NONE);
}

enum error schedule_wake(struct store *store, struct workspace *workspace, int64_t before,
                         int64_t now)
{
    const char *rule = assumption_value(workspace->assumptions, ASSUME_SCHEDULE_ASLEEP);

    if (strcmp(rule, "each") == 0)
        return ERROR_NONE;
    return schedule_arm(store, workspace, STMT_SCHEDULE_LATE, before, now,
                        strcmp(rule, "once") == 0 ? now : INSTANT_NONE);
}
