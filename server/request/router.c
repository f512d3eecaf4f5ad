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

typedef enum error stage(struct request *rq);

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

static enum error find_route(struct request *rq)
{
    const char *method = routed_method(rq->method);

    if (rq->url.path_size > LIMIT_PATH || rq->url.query_size > LIMIT_QUERY)
        return ERROR_URL_TOO_LONG;
    if (!url_decode_path(&rq->arena, &rq->url))
        return ERROR_BAD_URL;
    for (int i = 0; i < contract_operation_count; i++) {
        const struct operation *op = &contract_operations[i];
        if (!same_path(op, &rq->url))
            continue;
        if (strcmp(op->method, method) == 0) {
            rq->op = op;
            return ERROR_NONE;
        }
        rq->same_path_op = op;
    }
    return request_refuse(rq, rq->same_path_op ? ERROR_WRONG_METHOD : ERROR_NO_ROUTE,
                          "Route %s:%s not found", rq->method, rq->url.path);
}

static enum error check_size(struct request *rq)
{
    long long size;

    return headers_have_body(&rq->headers, &size) &&
                   (size > rq->op->body_max || (int64_t)rq->raw.received > rq->op->body_max)
               ? ERROR_BODY_TOO_LARGE
               : ERROR_NONE;
}

/* "params", "querystring", "body": what AJV calls what it checks. */
static enum error refuse_violation(struct request *rq, enum error error, const char *what,
                                   const struct violation *violation)
{
    rq->suggestion = violation->suggestion;
    rq->allowed_values = violation->allowed_values;
    return request_refuse(rq, error, "%s%s %s", what, violation->pointer, violation->reason);
}

/* A UUID is kept in lower case, as the store has it. */
static const char *lower_case_uid(struct request *rq, const char *value)
{
    char uid[UID_SIZE];

    return uid_parse(value, uid) ? arena_strdup(&rq->arena, uid) : value;
}

static enum error check_params(struct request *rq)
{
    int count = 0;

    for (int i = 0; i < rq->op->segment_count; i++) {
        if (rq->op->segment[i])
            continue;
        const struct property *param = &rq->op->param[count];
        bool is_uid = param->schema->format == FORMAT_UUID;
        struct validation v = {.arena = &rq->arena, .from_text = true};
        if (!validate(&v, param->schema, cJSON_CreateStringReference(rq->url.segment[i]))) {
            rq->suggestion = v.violation.suggestion;
            rq->allowed_values = v.violation.allowed_values;
            return request_refuse(rq, is_uid ? ERROR_INVALID_UID : ERROR_BAD_PARAMETER,
                                  "params/%s %s", param->name, v.violation.reason);
        }
        rq->param[count++] = is_uid ? lower_case_uid(rq, rq->url.segment[i]) : rq->url.segment[i];
    }
    return ERROR_NONE;
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
static struct validation validation_of(struct request *rq)
{
    return (struct validation){
        .arena = &rq->arena,
        .assumptions = rq->op->control ? NULL : request_assumptions(rq),
    };
}

static enum error check_query(struct request *rq)
{
    struct validation v = validation_of(rq);

    v.from_text = true;
    if (!*rq->url.query && rq->op->query->property_count == 0)
        return ERROR_NONE;
    cJSON *query = url_decode_query(&rq->arena, &rq->url, is_list, rq->op->query);
    if (!query)
        return request_refuse(rq, ERROR_BAD_URL, "the query string is not valid percent-encoding");
    if (!validate(&v, rq->op->query, query))
        return refuse_violation(rq, ERROR_BAD_QUERY, "querystring", &v.violation);
    rq->defaults_used |= v.defaults_used;
    rq->query = query;
    return ERROR_NONE;
}

static enum error check_body(struct request *rq)
{
    struct validation v = validation_of(rq);
    struct json_bounds bounds = {rq->op->body_depth, LIMIT_JSON_VALUES};
    struct json_fault fault;

    if (!rq->op->body)
        return ERROR_NONE;
    if (rq->raw.size == 0)
        return request_refuse(rq, ERROR_BAD_BODY, "body must be object");
    cJSON *body = json_parse(&rq->arena, rq->raw.bytes, rq->raw.size, &bounds, &fault);
    if (!body)
        return request_refuse(rq, ERROR_BAD_BODY, "body is not valid JSON: %s (line %zu)",
                              fault.reason, fault.line);
    if (!validate(&v, rq->op->body, body))
        return refuse_violation(rq, ERROR_BAD_BODY, "body", &v.violation);
    rq->defaults_used |= v.defaults_used;
    rq->body = body;
    return ERROR_NONE;
}

/* Reads the clock, and lets happen what is due: nobody sees a run that should have moved on. When
 * that is a lot, a part of it: then the request has to come again. */
static enum error fire_due(struct request *rq, bool *behind)
{
    *behind = false;
    if (!rq->workspace)
        return ERROR_NONE;
    rq->now = workspace_now(rq->workspace);
    if (rq->op->skips_engine)
        return ERROR_NONE;
    enum error e = engine_fire(rq->server->store, rq->workspace, rq->now, NULL);
    *behind = !e && engine_is_behind(rq->workspace, rq->now);
    return e;
}

static enum error run_stages(struct request *rq, stage *const *stages, size_t count)
{
    enum error e = ERROR_NONE;

    for (size_t i = 0; !e && i < count; i++)
        e = stages[i](rq);
    return e;
}

static stage *const head_stages[] = {find_route, guard_check, auth_check, check_size};
static stage *const body_stages[] = {fault_inject, check_params, check_query, check_body};

enum error router_check_head(struct request *rq)
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

static void reply_refusal(struct request *rq, enum error error, struct reply *out)
{
    rq->error = error;
    reply_error(rq, error, out);
    if (error == ERROR_WRONG_METHOD && out->status == 405)
        out->allow =
            strcmp(rq->same_path_op->method, "GET") == 0 ? "GET, HEAD" : rq->same_path_op->method;
}

static void run_handler(struct request *rq, enum error e, struct reply *out)
{
    if (!e)
        e = rq->op->handler(rq, out);
    if (e)
        reply_refusal(rq, e, out);
    else
        assumptions_recall(assumptions_consulted() | rq->defaults_used);
}

/* What a handler saw of a change that is taken back. */
static void forget_change(struct request *rq)
{
    *rq->transition.run = '\0';
    rq->transition.after = rq->transition.before;
}

/* The same, but a reply that rests on a guess is none, and what was changed for it is taken back.
 */
static void run_handler_strictly(struct request *rq, enum error e, struct reply *out)
{
    struct store *store = rq->server->store;

    if (!e)
        e = transaction_begin(store, rq->workspace);
    bool begun = !e;
    run_handler(rq, e, out);
    bool guessed = fidelity_guessed(rq);
    if (begun)
        e = transaction_end(store, guessed ? ERROR_GUESSED : ERROR_NONE);
    if (e)
        forget_change(rq);
    if (guessed)
        reply_refusal(rq, ERROR_GUESSED, out);
    else if (e && !rq->error)
        reply_refusal(rq, e, out); /* it could not be stored */
}

static void fire_and_run_handler(struct request *rq, enum error e, struct reply *out)
{
    bool api = !request_is_control(rq), behind = false;

    if (!e)
        e = fire_due(rq, &behind);
    assumptions_recall(
        rq->assumptions_used); /* what fired by itself has nothing to do with the reply */
    if (behind) {
        out->retry_at = clock_monotonic_us();
        return;
    }
    if (api && settings_number(rq->server->settings, OPTION_STRICT_FIDELITY))
        run_handler_strictly(rq, e, out);
    else
        run_handler(rq, e, out);
    if (api)
        rq->fidelity = fidelity_text(rq);
}

void router_answer(struct request *rq, struct reply *out)
{
    assumptions_recall(0);
    enum error e = router_check_head(rq);

    if (!e)
        e = run_stages(rq, body_stages, sizeof body_stages / sizeof *body_stages);
    rq->assumptions_used = assumptions_consulted();
    fire_and_run_handler(rq, e, out);
}

void router_answer_again(struct request *rq, struct reply *out)
{
    out->retry_at = 0;
    fire_and_run_handler(rq, ERROR_NONE, out);
}

void router_refuse(struct request *rq, enum error error, struct reply *out)
{
    assumptions_recall(0);
    reply_refusal(rq, error, out);
    if (!request_is_control(rq))
        rq->fidelity = fidelity_text(rq);
}
