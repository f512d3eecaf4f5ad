#include "server/request/router.h"

#include "server/contract/validate.h"
#include "server/request/auth.h"
#include "server/request/fault_inject.h"
#include "server/request/fidelity.h"
#include "server/request/guard.h"
#include "store/base/limits.h"
#include "store/base/uid.h"
#include "store/db/transaction.h"

#include <string.h>

typedef bool stage(struct request *rq); /* false: it was refused */

/* A fixed segment wins over a parameter, also where its own path goes on otherwise (API.md section
 * 1: /flows/runs is never a slug). */
static bool is_reserved(const struct operation *op, const char *segment)
{
    for (const char *const *taken = op->reserved_words; taken && *taken; taken++) {
        if (strcmp(*taken, segment) == 0)
            return true;
    }
    return false;
}

static bool same_path(const struct operation *op, const struct url *url)
{
    if (op->segment_count != url->segment_count)
        return false;
    for (int i = 0; i < op->segment_count; i++) {
        const char *segment = url->segment[i];
        bool fits = op->segment[i] ? strcmp(op->segment[i], segment) == 0
                                   : *segment != '\0' && !is_reserved(op, segment);
        if (!fits)
            return false;
    }
    return true;
}

/* HEAD is GET without the body (RFC 9110 section 9.3.2); libmicrohttpd leaves the body out. */
static const char *routed_method(const char *method)
{
    return strcmp(method, "HEAD") == 0 ? "GET" : method;
}

static bool find_route(struct request *rq)
{
    const char *method = routed_method(rq->method);

    if (rq->url.path_size > LIMIT_PATH || rq->url.query_size > LIMIT_QUERY)
        return request_reject(rq, ERROR_URL_TOO_LONG, NULL);
    if (!url_decode_path(&rq->arena, &rq->url))
        return request_reject(rq, ERROR_BAD_URL, NULL);
    for (int i = 0; i < contract_operation_count; i++) {
        const struct operation *op = &contract_operations[i];
        if (!same_path(op, &rq->url))
            continue;
        if (strcmp(op->method, method) == 0) {
            rq->op = op;
            return true;
        }
        rq->same_path_op = op;
    }
    return request_reject(rq, rq->same_path_op ? ERROR_WRONG_METHOD : ERROR_NO_ROUTE,
                          "Route %s:%s not found", rq->method, rq->url.path);
}

static bool check_size(struct request *rq)
{
    long long size;

    if (headers_have_body(&rq->headers, &size) &&
        (size > rq->op->body_max || (int64_t)rq->raw.received > rq->op->body_max))
        return request_reject(rq, ERROR_BODY_TOO_LARGE, NULL);
    return true;
}

/* A UUID is kept in lower case, as the store has it. */
static const char *lower_case_uid(struct request *rq, const char *value)
{
    char uid[UID_SIZE];

    return uid_parse(value, uid) ? arena_strdup(&rq->arena, uid) : value;
}

static bool check_params(struct request *rq)
{
    int count = 0;

    for (int i = 0; i < rq->op->segment_count; i++) {
        if (rq->op->segment[i])
            continue;
        const struct property *param = &rq->op->param[count];
        bool is_uid = param->schema->format == FORMAT_UUID;
        struct validation v = {.ctx = &rq->ctx, .from_text = true};
        if (!validate(&v, param->schema, json_string(&rq->arena, rq->url.segment[i]))) {
            return request_reject_for(rq, is_uid ? ERROR_INVALID_UID : ERROR_BAD_PARAMETER,
                                      arena_format(&rq->arena, "params/%s", param->name),
                                      &v.refusal);
        }
        rq->param[count++] = is_uid ? lower_case_uid(rq, rq->url.segment[i]) : rq->url.segment[i];
    }
    return true;
}

static bool is_list(const void *context, const char *name)
{
    const struct schema *query = context;

    for (int i = 0; i < query->property_count; i++) {
        if (strcmp(query->properties[i].name, name) == 0)
            return query->properties[i].schema->types == JSON_ARRAY;
    }
    return false;
}

/* The emulator's own calls rest on no assumption. */
static struct ctx validation_ctx(const struct request *rq)
{
    struct ctx ctx = rq->ctx;

    if (rq->op->control)
        ctx.assumptions = NULL;
    return ctx;
}

static void add_defaults(struct request *rq, const struct validation *v)
{
    rq->defaults_used.bits |= v->defaults_used.bits;
}

static bool check_query(struct request *rq)
{
    struct ctx ctx = validation_ctx(rq);
    struct validation v = {.ctx = &ctx, .from_text = true};

    if (!*rq->url.query && rq->op->query->property_count == 0)
        return true;
    cJSON *query = url_decode_query(&rq->arena, &rq->url, is_list, rq->op->query);
    if (!query) {
        return request_reject(rq, ERROR_BAD_URL, "the query string is not valid percent-encoding");
    }
    if (!validate(&v, rq->op->query, query)) {
        return request_reject_for(rq, ERROR_BAD_QUERY, "querystring", &v.refusal);
    }
    add_defaults(rq, &v);
    rq->query = query;
    return true;
}

static cJSON *parse_body(struct request *rq)
{
    struct json_bounds bounds = {rq->op->body_depth, LIMIT_JSON_VALUES};
    struct json_fault fault;

    if (rq->raw.size == 0) {
        request_reject(rq, ERROR_BAD_BODY, "body must be object");
        return NULL;
    }
    cJSON *body = json_parse(&rq->arena, rq->raw.bytes, rq->raw.size, &bounds, &fault);
    if (!body)
        request_refuse(rq, ERROR_BAD_BODY, "body is not valid JSON: %s (line %zu)", fault.reason,
                       fault.line);
    return body;
}

static bool check_body(struct request *rq)
{
    struct ctx ctx = validation_ctx(rq);
    struct validation v = {.ctx = &ctx};

    if (!rq->op->body)
        return true;
    cJSON *body = parse_body(rq);
    if (!body)
        return false;
    if (!validate(&v, rq->op->body, body)) {
        return request_reject_for(rq, ERROR_BAD_BODY, "body", &v.refusal);
    }
    add_defaults(rq, &v);
    rq->body = body;
    return true;
}

/* Reads the clock, and fires due events: nobody sees a run that should have moved on. When a lot is
 * due, a part of it fires, and the request has to come again: PENDING. */
static enum outcome fire_due(struct request *rq)
{
    if (!rq->ctx.workspace)
        return REPLIED;
    rq->ctx.now = workspace_now(rq->ctx.workspace);
    if (rq->op->skips_engine)
        return REPLIED;
    enum error e = engine_fire(rq->ctx.store, rq->ctx.workspace, rq->ctx.now, NULL);
    if (e)
        return request_fail(rq, e);
    return engine_is_behind(rq->ctx.workspace, rq->ctx.now) ? PENDING : REPLIED;
}

static bool run_stages(struct request *rq, stage *const *stages, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!stages[i](rq))
            return false;
    }
    return true;
}

static stage *const head_stages[] = {find_route, guard_check, auth_check, check_size};
static stage *const body_stages[] = {fault_inject, check_params, check_query, check_body};

bool router_check_head(struct request *rq)
{
    return run_stages(rq, head_stages, sizeof head_stages / sizeof *head_stages);
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

/* What is refused before its key was checked is answered under the assumptions of the key's
 * workspace all the same. */
static void write_refusal(struct request *rq, struct reply *out)
{
    struct workspace *workspace = request_find_workspace(rq);

    if (workspace)
        request_set_workspace(rq, workspace);
    reply_error(rq, out);
    if (rq->refusal.error == ERROR_WRONG_METHOD && out->status == 405)
        out->allow =
            strcmp(rq->same_path_op->method, "GET") == 0 ? "GET, HEAD" : rq->same_path_op->method;
}

static enum outcome run_handler(struct request *rq, struct reply *out)
{
    enum outcome outcome = operation_handlers[rq->op - contract_operations](rq, out);

    if (outcome == REFUSED)
        write_refusal(rq, out);
    else
        rq->used.bits |= rq->defaults_used.bits;
    return outcome;
}

/* What a handler saw of a change that is taken back. */
static void forget_change(struct request *rq)
{
    *rq->transition.run = '\0';
    rq->transition.after = rq->transition.before;
}

/* The same, but a reply that rests on a guess is none, and what was changed for it is taken back.
 */
static enum outcome run_handler_strictly(struct request *rq, struct reply *out)
{
    enum error e = transaction_begin(rq->ctx.store, rq->ctx.workspace);
    if (e) {
        request_fail(rq, e);
        write_refusal(rq, out);
        return REFUSED;
    }
    enum outcome outcome = run_handler(rq, out);
    bool guessed = !fidelity_check(rq);
    e = transaction_end(rq->ctx.store, guessed ? ERROR_GUESSED : ERROR_NONE);
    if (e)
        forget_change(rq);
    if (guessed || (e && outcome != REFUSED)) {
        request_fail(rq, e); /* it was guessed, or could not be stored */
        write_refusal(rq, out);
        outcome = REFUSED;
    }
    return outcome;
}

/* A reply that is an error rests on guesses too: its code, its label. */
static void check_refusal_strictly(struct request *rq, struct reply *out)
{
    if (!fidelity_check(rq))
        write_refusal(rq, out);
}

static void answer(struct request *rq, bool passed, struct reply *out)
{
    bool api = !request_is_control(rq),
         strict = api && settings_number(rq->service->settings, OPTION_STRICT_FIDELITY);
    enum outcome outcome = passed ? fire_due(rq) : REFUSED;

    if (outcome == PENDING) {
        out->retry_at = clock_monotonic_us();
        return;
    }
    if (outcome == REFUSED) {
        write_refusal(rq, out);
        if (strict)
            check_refusal_strictly(rq, out);
    } else if (strict) {
        run_handler_strictly(rq, out);
    } else {
        run_handler(rq, out);
    }
    if (api)
        rq->fidelity = fidelity_text(rq);
}

void router_answer(struct request *rq, struct reply *out)
{
    bool passed = router_check_head(rq) &&
                  run_stages(rq, body_stages, sizeof body_stages / sizeof *body_stages);

    rq->used_before = rq->used;
    answer(rq, passed, out);
}

void router_answer_again(struct request *rq, struct reply *out)
{
    out->retry_at = 0;
    rq->used = rq->used_before;
    answer(rq, true, out);
}

void router_refuse(struct request *rq, enum error error, struct reply *out)
{
    request_fail(rq, error);
    write_refusal(rq, out);
    if (!request_is_control(rq))
        rq->fidelity = fidelity_text(rq);
}
