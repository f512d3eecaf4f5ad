/* The handlers that serve the tables of the program (CONTROL.md "Control API"). server/cli/tables.c
 * prints the same tables for the manual. */
#include "server/coverage/coverage.h"
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "store/workspace/assumption_overrides.h"

#include <string.h>

enum outcome op_get_contract(struct request *rq, struct reply *out)
{
    const char *host = rq->headers.field[HEADER_HOST]; /* NULL: HTTP/1.0 */
    struct strbuf body = {.arena = &rq->arena};

    strbuf_append(&body, contract_document);
    json_write_text(&body, NULL, host ? arena_format(&rq->arena, "http://%s", host) : "/");
    strbuf_append(&body, contract_document_rest);
    return reply_ok(out, body);
}

/* A caller needs no key; with one, or with Emulator-Workspace, the assumptions are those of its
 * workspace. */
static const struct assumptions *assumptions_of(const struct request *rq)
{
    const struct workspace *workspace = request_find_workspace(rq);
    const char *uid = rq->headers.field[HEADER_WORKSPACE];

    if (!workspace && uid && !rq->service->settings->known_keys_only)
        workspace = workspace_find_uid(rq->ctx.store, uid);
    return workspace ? workspace->assumptions : rq->ctx.assumptions;
}

enum outcome op_list_assumptions(struct request *rq, struct reply *out)
{
    const struct assumptions *assumptions = assumptions_of(rq);
    struct strbuf body = json_write_begin(&rq->arena, '[');

    for (enum assumption i = ASSUME_NONE + 1; i < ASSUMPTION_COUNT; i++) {
        const struct assumption_row *row = assumption_row(i);
        json_write_open(&body, NULL, '{');
        json_write_text(&body, "id", row->id);
        json_write_text(&body, "value", assumption_value(assumptions, i));
        json_write_text(&body, "default", row->value);
        json_write_open(&body, "also", '[');
        for (char *rest = arena_strdup(&rq->arena, row->also); rest && *rest;)
            json_write_text(&body, NULL, strsep(&rest, "|"));
        json_write_close(&body, ']');
        json_write_text(&body, "why", row->why);
        json_write_integer(&body, "replies", rq->service->coverage->count[COVER_ASSUMPTIONS][i]);
        json_write_close(&body, '}');
    }
    return reply_ok(out, json_write_end(&body, ']'));
}

/* A value as text: a number's digits; NULL for what is neither a string nor a number. */
static const char *value_text(struct request *rq, const cJSON *member)
{
    return cJSON_IsNumber(member) ? arena_format(&rq->arena, "%.15g", member->valuedouble)
                                  : cJSON_GetStringValue(member);
}

/* One member of the body. Null restores the value that the server was started with. */
static bool override_from_member(struct request *rq, const cJSON *member, struct assumptions *out)
{
    enum assumption which = assumption_find(member->string);
    const struct assumption_row *row = assumption_row(which);
    const char *value = value_text(rq, member);

    if (cJSON_IsNull(member)) {
        assumption_restore(out, which, store_assumptions(rq->ctx.store));
        return true;
    }
    if (value && assumption_decide(out, which, value))
        return true;
    return request_reject(rq, ERROR_BAD_BODY, "body/%s must be %s, or %s", member->string,
                          row->value, strcmp(row->also, ANY_LABEL) == 0 ? "any label" : row->also);
}

enum outcome op_set_assumptions(struct request *rq, struct reply *out)
{
    struct assumptions made = *rq->ctx.workspace->assumptions;

    for (const cJSON *member = rq->body->child; member; member = member->next) {
        if (!assumption_find(member->string))
            return request_refuse(rq, ERROR_BAD_BODY,
                                  "body/%s is no assumption; GET /_emulator/assumptions lists them",
                                  member->string);
    }
    for (const cJSON *member = rq->body->child; member; member = member->next) {
        if (!override_from_member(rq, member, &made))
            return REFUSED;
    }
    enum error e = assumption_overrides_set(rq->ctx.store, rq->ctx.workspace, &made);
    return e ? request_fail(rq, e) : op_list_assumptions(rq, out);
}

static void write_transition(struct strbuf *out, const struct ctx *ctx, enum run_status from,
                             enum run_event event)
{
    struct run_step step = run_machine_step(ctx, from, event);

    json_write_open(out, NULL, '{');
    json_write_text(out, "from", run_statuses[from].name);
    json_write_text(out, "event", run_events[event].name);
    json_write_text(out, "to", step.refusal ? NULL : run_statuses[step.to].name);
    json_write_text(out, "refusal", step.refusal ? error_row(step.refusal)->name : NULL);
    json_write_close(out, '}');
}

/* Statuses, events, and every cell of the matrix under the assumptions in force. */
static struct strbuf state_machine_json(const struct ctx *ctx)
{
    struct strbuf out = json_write_begin(ctx->arena, '{');

    json_write_open(&out, "statuses", '[');
    for (const struct run_status_row *row = run_statuses; row < run_statuses + RUN_STATUS_COUNT;
         row++) {
        json_write_open(&out, NULL, '{');
        json_write_text(&out, "name", row->name);
        json_write_text(&out, "shown", row->shown);
        json_write_bool(&out, "finished", row->finished);
        json_write_text(&out, "meaning", row->meaning);
        json_write_close(&out, '}');
    }
    json_write_close(&out, ']');
    json_write_open(&out, "events", '[');
    for (enum run_event e = 0; e < RUN_EVENT_COUNT; e++)
        json_write_text(&out, NULL, run_events[e].name);
    json_write_close(&out, ']');
    json_write_open(&out, "transitions", '[');
    for (int i = 0; i < RUN_STATUS_COUNT * RUN_EVENT_COUNT; i++)
        write_transition(&out, ctx, i / RUN_EVENT_COUNT, i % RUN_EVENT_COUNT);
    json_write_close(&out, ']');
    return json_write_end(&out, '}');
}

/* The accepted steps as a Mermaid diagram. */
static struct strbuf state_machine_mermaid(const struct ctx *ctx)
{
    struct strbuf out = {.arena = ctx->arena};

    strbuf_append(&out, "stateDiagram-v2\n    [*] --> CREATED\n");
    for (enum run_status s = 0; s < RUN_STATUS_COUNT; s++) {
        size_t before = out.size;
        for (enum run_event e = 0; e < RUN_EVENT_COUNT; e++) {
            struct run_step step = run_machine_step(ctx, s, e);
            if (!step.refusal)
                strbuf_format(&out, "    %s --> %s: %s\n", run_statuses[s].name,
                              run_statuses[step.to].name, run_events[e].name);
        }
        if (out.size == before)
            strbuf_format(&out, "    %s --> [*]\n", run_statuses[s].name);
    }
    return out;
}

enum outcome op_get_state_machine(struct request *rq, struct reply *out)
{
    const struct ctx ctx = {.arena = &rq->arena, .assumptions = assumptions_of(rq)};

    if (strcmp(json_text(rq->query, "format"), "json") == 0)
        return reply_ok(out, state_machine_json(&ctx));

    struct strbuf diagram = state_machine_mermaid(&ctx);
    return reply_text(out, "text/plain; charset=utf-8", diagram.bytes, diagram.size);
}
