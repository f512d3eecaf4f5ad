/* The handlers of the caller's own workspace: reset, state, snapshots (CONTROL.md "Control API").
 */
#include "server/fixture/content.h"
#include "server/fixture/fixture.h"
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "server/session/session_snapshot.h"
#include "store/db/transaction.h"
#include "store/workspace/content.h"
#include "store/workspace/export_json.h"
#include "store/workspace/snapshot.h"
#include "store/workspace/template.h"
#include "store/workspace/tenant.h"

#include <string.h>

/* Whether the file of this path is called so, with or without .json. */
static bool fixture_is_called(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path,
               *ending = strrchr(file, '.');
    size_t size = strlen(name);

    return strcmp(file, name) == 0 ||
           (ending && strcmp(ending, ".json") == 0 && size == (size_t)(ending - file) &&
            memcmp(file, name, size) == 0);
}

/* All fixtures that a reset may name: the built-in ones, then those of --fixture. NULL after the
 * last. */
static const char *const *fixture_names(struct request *rq)
{
    const struct option_values *given = settings_values(rq->service->settings, OPTION_FIXTURE);
    size_t size = (size_t)(fixture_built_in_count + given->count + 1) * sizeof(char *);
    const char **names = arena_zalloc(&rq->arena, size);

    for (int i = 0; i < fixture_built_in_count; i++)
        names[i] = fixture_built_in[i].name;
    for (int i = 0; i < given->count; i++)
        names[fixture_built_in_count + i] = given->value[i];
    return names;
}

/* The place among these of the one that is called so; of more, the one with that very path. -1:
 * none is; -2: more than one. */
static int fixture_find(const char *const *names, const char *name)
{
    int found = -1;

    for (int i = 0; names[i]; i++) {
        if (strcmp(names[i], name) == 0)
            return i;
        if (!fixture_is_called(names[i], name))
            continue;
        bool is_other = found >= 0 && strcmp(names[found], names[i]) != 0;
        found = is_other || found == -2 ? -2 : i;
    }
    return found;
}

enum { LOAD_RETRY = 5000 /* microseconds */ };

/* Whether nobody else fills a template, or copies it: workspaces that name the same fixture share
 * one. */
static bool reset_begin_load(struct request *rq)
{
    if (rq->service->loading)
        return false;
    rq->service->loading = rq->has_fixtures = true;
    return true;
}

/* Reads what the workspace starts as from the body, which may be absent. */
static bool reset_read(struct request *rq, struct template *start)
{
    const char *fixture = json_text(rq->body, "fixture");
    const char *const *names = fixture ? fixture_names(rq) : NULL;
    int number = fixture ? fixture_find(names, fixture) : 0;
    enum error e = ERROR_NONE;

    *start = template_of(rq->ctx.store, rq->ctx.workspace->key_hash);
    if (!fixture_read_clock(rq->body, &start->clock))
        return request_reject(rq, ERROR_BAD_BODY, "body/clock must be " CLOCK_FORM);
    if (number < 0) {
        rq->refusal.allowed_values = names;
        return request_reject(rq, ERROR_BAD_BODY,
                              number == -1
                                  ? "body/fixture must be demo, empty, or a file given by --fixture"
                                  : "body/fixture must be a path: several files have that name");
    }
    if (!fixture)
        return true;
    start->id = TEMPLATE_NAMED(number);
    e = fixture_load_template(rq->ctx.store, &rq->arena, names[number], start);
    if (e)
        return request_reject(rq, e, "body/fixture cannot be read any more; the log says why");
    fixture_read_clock(rq->body, &start->clock); /* before that of the fixture */
    return true;
}

enum outcome op_reset_workspace(struct request *rq, struct reply *out)
{
    struct template start;

    if (json_text(rq->body, "fixture") && !reset_begin_load(rq)) {
        out->retry_at = clock_monotonic_us() + LOAD_RETRY;
        return PENDING;
    }
    if (!reset_read(rq, &start))
        return REFUSED;
    enum error e = tenant_reset(rq->ctx.store, rq->ctx.workspace, &start);
    if (e)
        return request_fail(rq, e);

    session_clear(rq->service->sessions, rq->ctx.workspace);
    struct strbuf body = json_write_begin(&rq->arena, '{');
    json_write_text(&body, "workspace_uid", rq->ctx.workspace->uid);
    json_write_text(&body, "user_uid", rq->ctx.workspace->user_uid);
    json_write_time(&body, "now", workspace_now(rq->ctx.workspace));
    json_write_integer(&body, "runs", rq->ctx.workspace->cache.runs);
    return reply_ok(out, json_write_end(&body, '}'));
}

/* Where the text of a state goes that is being written. */
struct state_reply {
    struct request *rq;
    struct reply *out;
};

static enum error state_share(void *context, struct strbuf *text)
{
    const struct state_reply *state = context;
    bool is_small = !state->out->shared.count && text->size < SHARED_BODY_LEAST;

    return is_small || reply_share(state->rq, state->out, text, true) ? ERROR_NONE
                                                                      : ERROR_OUT_OF_MEMORY;
}

enum outcome op_get_state(struct request *rq, struct reply *out)
{
    struct strbuf text = {.arena = &rq->arena};
    struct state_reply state = {rq, out};
    const struct export_sink sink = {state_share, &state};
    enum error e = export_json_workspace(rq->ctx.store, rq->ctx.workspace, &sink, &text);

    return e ? request_fail(rq, e) : reply_ok_shared(rq, out, &text);
}

/* What of a fixture is for this workspace: all of it, or its own entry of many, as they are in a
 * file of --export-on-exit; NULL when it has none. */
static const cJSON *state_own_part(struct request *rq)
{
    const cJSON *workspaces = json_find(rq->body, "workspaces");

    if (!workspaces)
        return rq->body;
    const cJSON *item;
    cJSON_ArrayForEach (item, workspaces) {
        if (fixture_key_hash(item) == rq->ctx.workspace->key_hash)
            return item;
    }
    return NULL;
}

/* Builds the content beside that of the workspace, and then puts it in its place. */
static enum error state_build(struct request *rq, const cJSON *part, const struct clock *clock)
{
    struct workspace *workspace = rq->ctx.workspace;
    struct content content;
    enum error e = content_begin(rq->ctx.store, workspace, &content);
    struct fixture_import import = {
        .store = rq->ctx.store,
        .arena = &rq->arena,
        .root = rq->body,
        .template = content.id,
        .now = clock_now(clock),
        .uid = workspace->uid,
        .user_uid = workspace->user_uid,
        .expected = cJSON_GetArraySize(json_find(part, "runs")),
    };

    if (e)
        return e;
    if (!fixture_import_content(&import, part) && import.failure)
        return import.failure;
    if (import.refusal.reason) {
        request_reject_for(rq, ERROR_BAD_BODY, "body", &import.refusal);
        return ERROR_BAD_BODY;
    }
    e = content_count(rq->ctx.store, &content);
    return e ? e : content_install(rq->ctx.store, workspace, &content, clock);
}

static enum outcome state_put(struct request *rq)
{
    struct clock clock = rq->ctx.workspace->cache.clock;
    const cJSON *part = state_own_part(rq);
    struct fixture_import import = {.arena = &rq->arena, .root = rq->body};

    if (!part)
        return request_refuse(rq, ERROR_BAD_BODY,
                              "body/workspaces must have one with the api_key or the key_hash of "
                              "this workspace");
    if (!fixture_read_clock(part, &clock)) {
        fixture_refuse(&import, part, "/clock", "must be " CLOCK_FORM);
        request_reject_for(rq, ERROR_BAD_BODY, "body", &import.refusal);
        return REFUSED;
    }
    enum error e = transaction_begin_part(rq->ctx.store);
    if (!e)
        e = transaction_end(rq->ctx.store, state_build(rq, part, &clock));
    return e ? request_fail(rq, e) : REPLIED;
}

enum outcome op_put_state(struct request *rq, struct reply *out)
{
    if (state_put(rq) == REFUSED)
        return REFUSED;
    rq->has_changed = true;
    return op_get_state(rq, out);
}

enum outcome op_get_run_state(struct request *rq, struct reply *out)
{
    const char *text;
    enum error e = export_json_run(&rq->ctx, rq->param[0], &text);
    return e ? request_fail(rq, e) : reply_json(out, text, strlen(text));
}

static void write_snapshot(struct strbuf *out, const struct snapshot *snapshot)
{
    json_write_open(out, NULL, '{');
    json_write_text(out, "name", snapshot->name);
    json_write_time(out, "now", snapshot->now);
    json_write_integer(out, "runs", snapshot->counts.runs);
    json_write_close(out, '}');
}

/* Takes, restores or deletes the snapshot of the path. */
static enum outcome snapshot_act(struct request *rq, struct reply *out,
                                 enum error (*action)(const struct ctx *ctx, const char *name,
                                                      struct snapshot *out))
{
    struct snapshot snapshot;
    struct strbuf body = {.arena = &rq->arena};
    enum error e = action(&rq->ctx, rq->param[0], &snapshot);
    if (e)
        return request_fail(rq, e);

    write_snapshot(&body, &snapshot);
    return action == snapshot_take ? reply_created(out, body) : reply_ok(out, body);
}

enum outcome op_list_snapshots(struct request *rq, struct reply *out)
{
    struct snapshot_page page;
    struct strbuf body = json_write_begin(&rq->arena, '[');
    enum error e = snapshot_list(&rq->ctx, &page);

    for (int i = 0; !e && i < page.count; i++)
        write_snapshot(&body, &page.list[i]);
    return e ? request_fail(rq, e) : reply_ok(out, json_write_end(&body, ']'));
}

enum outcome op_take_snapshot(struct request *rq, struct reply *out)
{
    enum outcome outcome = snapshot_act(rq, out, snapshot_take);

    if (outcome == REPLIED)
        session_snapshot_take(session_get(rq->service->sessions, rq->ctx.workspace), rq->param[0]);
    return outcome;
}

enum outcome op_restore_snapshot(struct request *rq, struct reply *out)
{
    struct session *session = session_get(rq->service->sessions, rq->ctx.workspace);
    const struct session_snapshot *kept = session_snapshot_find(session, rq->param[0]);
    bool faults = cJSON_IsTrue(json_find(rq->body, "faults")),
         journal = cJSON_IsTrue(json_find(rq->body, "journal"));

    if ((faults || journal) && !kept)
        return request_refuse(rq, ERROR_SNAPSHOT_NOT_FOUND,
                              "no faults and journal are kept of such a snapshot: there is none, "
                              "it was taken before this start, or they were too large");
    enum outcome outcome = snapshot_act(rq, out, snapshot_restore);
    if (outcome == REPLIED) /* they are of attempts that the snapshot does not have */
        journal_clear(&session->deliveries);
    if (outcome == REPLIED && faults)
        session_snapshot_restore_faults(session, kept);
    if (outcome == REPLIED && journal)
        session_snapshot_restore_journal(session, kept);
    return outcome;
}

enum outcome op_drop_snapshot(struct request *rq, struct reply *out)
{
    enum outcome outcome = snapshot_act(rq, out, snapshot_drop);

    if (outcome == REPLIED)
        session_snapshot_drop(session_get(rq->service->sessions, rq->ctx.workspace), rq->param[0]);
    return outcome;
}
