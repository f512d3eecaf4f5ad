#include "server/request/router.h"

#include "server/contract/validate.h"
#include "server/request/cors.h"
#include "server/request/stages.h"
#include "store/base/limits.h"
#include "store/db/transaction.h"

#include <string.h>

static bool body_size_check(struct request *rq)
{
    long long size;

    if (headers_have_body(&rq->headers, &size) &&
        (size > rq->op->body_max || rq->raw_received > rq->op->body_max))
        return request_reject(rq, ERROR_BODY_TOO_LARGE, NULL);
    return true;
}

/* Holds a value against its schema and gives it its defaults. `name` is that of a parameter of the
 * path, else NULL. The emulator's own calls rest on no assumption. */
static bool value_check(struct request *rq, enum error error, const char *what, const char *name,
                        const struct schema *schema, cJSON *value)
{
    struct ctx ctx = rq->ctx;
    struct validation v = {.ctx = &ctx, .from_text = error != ERROR_BAD_BODY};

    if (rq->op->control)
        ctx.assumptions = NULL;
    if (!validate(&v, schema, value)) {
        if (v.given_up)
            return request_fail(rq, ERROR_INTERNAL) == REPLIED;
        if (name)
            v.refusal.pointer = name;
        return request_reject_for(rq, error, what, &v.refusal);
    }
    rq->defaults_used.bits |= v.defaults_used.bits;
    return true;
}

/* Sets *out to a parameter of the path: a UUID in lower case, a number as it is counted. */
static bool param_check(struct request *rq, const struct property *param, const char *value,
                        const char **out)
{
    bool is_uid = param->schema->format == FORMAT_UUID;
    char *uid = is_uid ? arena_alloc(&rq->arena, UID_SIZE) : NULL;

    *out = uid;
    if (is_uid && uid_parse(value, uid)) /* as most are: it needs no look at its schema */
        return true;
    cJSON *node = json_string(&rq->arena, value);
    *out = value;
    if (!value_check(rq, is_uid ? ERROR_INVALID_UID : ERROR_BAD_PARAMETER, "params/", param->name,
                     param->schema, node))
        return false;
    if (cJSON_IsNumber(node))
        *out = json_print(&rq->arena, node);
    return true;
}

static bool params_check(struct request *rq)
{
    int count = 0;

    for (int i = 0; i < rq->op->segment_count; i++) {
        if (rq->op->segment[i])
            continue;
        if (!param_check(rq, &rq->op->param[count], rq->url.segment[i], &rq->param[count]))
            return false;
        count++;
    }
    return true;
}

static bool query_check(struct request *rq)
{
    if (!*rq->url.query && rq->op->query->property_count == 0)
        return true;
    cJSON *query = url_decode_query(&rq->arena, &rq->url, rq->op->query);
    if (!query)
        return request_reject(rq, ERROR_BAD_QUERY, "querystring %s", url_fault(rq->url.query));
    rq->query = query;
    return value_check(rq, ERROR_BAD_QUERY, "querystring", NULL, rq->op->query, query);
}

static bool body_reject_json(struct request *rq, const struct json_fault *fault)
{
    if (fault->reason == json_given_up)
        return request_fail(rq, ERROR_INTERNAL) == REPLIED;
    return request_reject(rq, ERROR_BAD_BODY, "body %s%s (line %zu)", json_fault_opening(fault),
                          fault->reason, fault->line);
}

/* Sets rq->body, if there is one to be read. */
static bool body_parse(struct request *rq)
{
    struct json_bounds bounds = {rq->op->body_depth, LIMIT_JSON_VALUES, &rq->ctx};
    struct json_fault fault;

    if (!rq->op->body || rq->raw.size == 0)
        return true;
    rq->body = json_parse(&rq->arena, rq->raw.bytes, rq->raw.size, &bounds, &fault);
    if (!rq->body)
        return body_reject_json(rq, &fault);
    if (!rq->op->control && json_has_prototype(rq->body))
        return request_reject(rq, ERROR_BAD_BODY, "Object contains forbidden prototype property");
    return true;
}

/* An action of the API reads no body: whether one that says something is ignored is a guess. */
static bool action_body_check(struct request *rq)
{
    struct json_bounds bounds = {rq->op->body_depth, LIMIT_JSON_VALUES, NULL};
    struct json_fault fault;

    if (rq->raw.size == 0)
        return true;
    const cJSON *body = json_parse(&rq->arena, rq->raw.bytes, rq->raw.size, &bounds, &fault);
    if (cJSON_IsObject(body) && !body->child)
        return true;
    if (assumption_is(&rq->ctx, ASSUME_ACTION_BODY, "ignore"))
        return true;
    if (!body)
        return body_reject_json(rq, &fault);
    if (!cJSON_IsObject(body))
        return request_reject(rq, ERROR_BAD_BODY, "body must be object");
    return request_reject(rq, ERROR_BAD_BODY, "body must NOT have additional properties (%s)",
                          body->child->string);
}

static bool body_check(struct request *rq)
{
    if (rq->body)
        return value_check(rq, ERROR_BAD_BODY, "body", NULL, rq->op->body, rq->body);
    if (!rq->op->body && !rq->op->control && strcmp(rq->op->method, "POST") == 0)
        return action_body_check(rq);
    if (!rq->op->body || rq->op->body_optional)
        return true;
    return request_reject(rq, ERROR_BAD_BODY, "body must be object");
}

typedef bool stage(struct request *rq); /* false: it has refused the request */

/* NULL stands after the last stage. */
static bool stages_run(struct request *rq, stage *const *stages)
{
    while (*stages && (*stages)(rq))
        stages++;
    return !*stages;
}

static bool router_check_head(struct request *rq)
{
    static stage *const stages[] = {route_find, guard_check,      route_check,     auth_check,
                                    call_begin, media_type_check, body_size_check, NULL};

    return stages_run(rq, stages);
}

bool router_head_passes(struct request *rq)
{
    return router_check_head(rq) || (rq->postponed && media_type_check(rq) && body_size_check(rq));
}

static bool router_check(struct request *rq)
{
    static stage *const stages[] = {fault_inject, body_parse,  params_check,
                                    body_check,   query_check, NULL};

    return router_check_head(rq) && stages_run(rq, stages);
}

int64_t router_body_limit(const struct request *rq)
{
    int64_t most = LIMIT_BODY;

    for (int i = 0; i < contract_operation_count; i++) {
        const struct operation *op = &contract_operations[i];
        if (op->body_max > most && strcmp(op->path, rq->url.path) == 0 &&
            strcmp(op->method, rq->method) == 0)
            most = op->body_max;
    }
    return most;
}

/* Reads the clock and fires due events: no reply shows a run that should have moved on. When a lot
 * is due, a part of it fires: PENDING. */
static enum outcome due_events_fire(struct request *rq)
{
    if (!rq->ctx.workspace)
        return REPLIED;
    rq->ctx.now = workspace_now(rq->ctx.workspace);
    if (rq->op->skips_engine)
        return REPLIED;
    enum error e = engine_catch_up(rq->ctx.store, rq->ctx.workspace, rq->ctx.now);
    if (e)
        return request_fail(rq, e);
    return engine_is_behind(rq->ctx.workspace, rq->ctx.now) ? PENDING : REPLIED;
}

/* The ids of these assumptions, with commas. */
static const char *assumption_names(struct request *rq, struct assumption_set set)
{
    struct strbuf list = {.arena = &rq->arena};

    for (; set.bits; set.bits &= set.bits - 1) {
        enum assumption first = (enum assumption)__builtin_ctzll(set.bits);
        if (list.size)
            strbuf_append(&list, ", ");
        strbuf_append(&list, assumption_row(first)->id);
    }
    return list.bytes;
}

/* The options that make the values in force decisions of the user. */
static const char *assumption_options(struct request *rq, struct assumption_set set)
{
    struct strbuf list = {.arena = &rq->arena};

    for (; set.bits; set.bits &= set.bits - 1) {
        enum assumption first = (enum assumption)__builtin_ctzll(set.bits);
        strbuf_format(&list, " --assume %s=%s", assumption_row(first)->id,
                      assumption_value(rq->ctx.assumptions, first));
    }
    return list.bytes;
}

/* Refusals by rules of the emulator's own, which the vendor's API does not have. */
static const bool is_own_rule[ERROR_COUNT] = {
    [ERROR_FORBIDDEN_HOST] = true,     [ERROR_FORBIDDEN_ORIGIN] = true,
    [ERROR_FORBIDDEN_CALLBACK] = true, [ERROR_TOO_MANY_WORKSPACES] = true,
    [ERROR_BAD_FAULT] = true,          [ERROR_FAULT] = true,
};

/* Sets the header Emulator-Fidelity of a reply of the API: "documented", "assumed;
 * rule=cancel.outputs, absent-object", or "verified; at=2026-01-01T00:00:00.000Z; rule=..." when
 * nothing that it rests on is a guess any more. A rule of the emulator's own has none. */
static void fidelity_set(struct request *rq)
{
    struct assumption_set guesses = {rq->used.bits & ~rq->ctx.assumptions->verified.bits};
    char at[INSTANT_SIZE];

    if (request_is_control(rq) || is_own_rule[rq->refusal.error])
        return;
    if (!rq->used.bits) {
        rq->fidelity = "documented";
    } else if (guesses.bits) { /* as most are: printf would take a thirtieth of a read */
        rq->fidelity =
            arena_append(&rq->arena, "assumed; rule", "=", assumption_names(rq, guesses));
    } else {
        instant_format(rq->ctx.assumptions->verified_at, at);
        rq->fidelity = arena_format(&rq->arena, "verified; at=%s; rule=%s", at,
                                    assumption_names(rq, rq->used));
    }
}

static bool is_strict(const struct request *rq)
{
    return !request_is_control(rq) &&
           settings_number(rq->service->settings, OPTION_STRICT_FIDELITY);
}

/* Whether the reply rests on no guess, as --strict-fidelity demands; else the request is refused.
 * What the user decided is no guess. */
static bool fidelity_check(struct request *rq)
{
    if (rq->refusal.error) { /* an error response rests on assumptions too: its code, its label */
        error_status(&rq->ctx, rq->refusal.error);
        error_label(&rq->ctx, rq->refusal.error);
    }
    struct assumption_set guesses = {rq->used.bits & ~rq->ctx.assumptions->decided.bits};
    if (!guesses.bits)
        return true;
    rq->refusal.suggestion = assumption_options(rq, guesses);
    return request_reject(
        rq, ERROR_GUESSED,
        "the vendor does not document this (%s), and --strict-fidelity forbids to guess: "
        "decide with --assume or PUT /_emulator/assumptions",
        assumption_names(rq, guesses));
}

/* A request that is refused before its key was checked is still answered under the assumptions of
 * the key's workspace. */
static void refusal_write(struct request *rq, struct reply *out)
{
    struct workspace *workspace = request_find_workspace(rq);

    if (workspace)
        request_set_workspace(rq, workspace);
    if (is_strict(rq))
        fidelity_check(rq);
    reply_error(rq, out);
    if (rq->refusal.error == ERROR_WRONG_METHOD && out->status == 405)
        out->allow =
            strcmp(rq->same_path_op->method, "GET") == 0 ? "GET, HEAD" : rq->same_path_op->method;
}

static enum outcome handler_run(struct request *rq, struct reply *out)
{
    enum outcome outcome = operation_handlers[rq->op - contract_operations](rq, out);

    if (outcome != REFUSED)
        rq->used.bits |= rq->defaults_used.bits;
    return outcome;
}

/* The same, but a reply that rests on a guess is refused, and what was changed is rolled back. A
 * read has nothing to roll back, and may pause. */
static enum outcome handler_run_strictly(struct request *rq, struct reply *out)
{
    bool changes = strcmp(rq->op->method, "GET") != 0;
    enum error e = changes ? transaction_begin(rq->ctx.store, rq->ctx.workspace) : ERROR_NONE;
    if (e)
        return request_fail(rq, e);
    enum outcome outcome = handler_run(rq, out);
    e = outcome == PENDING || fidelity_check(rq) ? ERROR_NONE : ERROR_GUESSED;
    if (changes)
        e = transaction_end(rq->ctx.store, e);
    if (!e)
        return outcome;
    *rq->transition.run = '\0'; /* what the handler did to a run is undone */
    rq->transition.after = rq->transition.before;
    return request_fail(rq, e);
}

/* Whether its work went on until now, and the last part of it was lost with its batch; or even its
 * workspace was. */
static bool work_is_lost(const struct request *rq)
{
    const struct workspace *workspace = rq->ctx.workspace;

    return rq->checked &&
           ((rq->batches_lost >= 0 && rq->batches_lost != batches_lost(rq->ctx.store)) ||
            (workspace && !*workspace->uid));
}

static enum outcome request_handle(struct request *rq, struct reply *out)
{
    if (!rq->checked)
        return rq->postponed ? PENDING : REFUSED;
    if (!call_begin(rq)) /* it was PENDING, and is run again */
        return PENDING;
    enum outcome outcome = due_events_fire(rq);
    if (outcome != REPLIED)
        return outcome;
    return is_strict(rq) ? handler_run_strictly(rq, out) : handler_run(rq, out);
}

enum outcome router_answer(struct request *rq, struct reply *out)
{
    bool lost = work_is_lost(rq);

    call_prepare(rq);
    if (rq->checked) {
        arena_rewind(&rq->arena, rq->mark);
        rq->used = rq->used_before;
    } else {
        bool checked = router_check(rq);
        if (checked)
            request_identify(rq);
        rq->mark = arena_mark(&rq->arena);
        rq->used_before = rq->used;
        rq->checked = checked; /* now that there is a mark to go back to */
    }
    out->retry_at = 0; /* others are served in between */
    enum outcome outcome = lost ? request_fail(rq, ERROR_INTERNAL) : request_handle(rq, out);
    if (rq->postponed) {
        out->retry_at = INT64_MAX;
        outcome = PENDING;
    }
    if (rq->ctx.workspace)
        rq->transition.life_end = rq->ctx.workspace->cache.life_end;
    bool is_due = !out->retry_at || out->retry_at <= clock_monotonic_us();
    rq->batches_lost = is_due ? batches_lost(rq->ctx.store) : -1;
    if (outcome == REFUSED && cors_reply_preflight(rq, out))
        return REPLIED;
    if (outcome == REFUSED)
        refusal_write(rq, out);
    if (outcome != PENDING)
        fidelity_set(rq);
    return outcome;
}

void router_refuse(struct request *rq, enum error error, struct reply *out)
{
    request_fail(rq, error);
    refusal_write(rq, out);
    fidelity_set(rq);
}
