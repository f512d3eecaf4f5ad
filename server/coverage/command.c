#include "server/coverage/command.h"

#include "store/base/strbuf.h"
#include "store/base/uid.h"

#include <string.h>

#define FLOW "linkedin-people-enrich"

struct command {
    struct arena *arena;
    struct strbuf out;
    const char *host;
    uint64_t seed, uids;                    /* made so far */
    char run[UID_SIZE], schedule[UID_SIZE]; /* the ones made last; or "" */
};

enum how {
    HOW_PLAIN,
    HOW_ABSENT,       /* of a run, a schedule or a flow that is not there */
    HOW_REFUSED,      /* in a status that refuses it */
    HOW_FAULT,        /* by Emulator-Fault */
    HOW_BAD_QUERY,    /* with an unknown parameter */
    HOW_BAD_UID,      /* with a uid that is none */
    HOW_NO_KEY,       /* without X-API-Key */
    HOW_FOREIGN_HOST, /* under a host name that is not ours */
    HOW_LARGE,        /* with a body beyond the limit */
    HOW_NO_JSON,      /* with a body of another type */
    HOW_PUT,          /* with a wrong method */
    HOW_RESUMING      /* the action "resume" of a schedule */
};

/* A call of the API. NULL: what its example has, or nothing. */
struct call {
    enum operation_id op;
    enum how how;
    const char *status; /* of the run or schedule that it is about, which is made first */
    const char *query, *body, *header;
};

/* Adds one request. The path is not encoded; body and header must hold no single quote but that of
 * "'$RECEIVER_URL'". */
static void command_add(struct command *c, const char *method, const char *path,
                        const char *options, const char *body)
{
    bool implied = strcmp(method, body ? "POST" : "GET") == 0;

    strbuf_format(&c->out, "%scurl -s%s%s%s%s", c->out.size ? "; " : "", implied ? "" : " -X ",
                  implied ? "" : method, options, body ? " --json '" : "");
    if (body)
        strbuf_format(&c->out, "%s'", body);
    strbuf_format(&c->out, " 'http://%s%s'", c->host, path);
}

#define KEY " -H \"X-API-Key: ${EMULATOR_KEY:-coverage}\""

static void command_control(struct command *c, const char *method, const char *path,
                            const char *body)
{
    command_add(c, method, arena_format(c->arena, "/_emulator/%s", path), KEY, body);
}

static void command_next_uid(struct command *c, char out[UID_SIZE])
{
    uid_derive(c->seed, ++c->uids, out);
}

/* `more` are further members. */
static void command_make_run(struct command *c, const char *status, const char *more)
{
    bool cancelled = strcmp(status, run_statuses[RUN_CANCELLED].name) == 0;
    const char *error = strcmp(status, run_statuses[RUN_BLOCKED].name) == 0
                            ? ",\"last_error\":{\"label\":\"NO_RESULT\",\"message\":\"\"}"
                            : "";

    command_next_uid(c, c->run);
    command_control(c, "POST", "runs",
                    arena_format(c->arena, "{\"uid\":\"%s\",\"status\":\"%s\"%s%s%s}", c->run,
                                 cancelled ? run_statuses[RUN_CANCELLED].shown : status,
                                 cancelled ? ",\"cancelled\":true,\"credits\":1" : "", error,
                                 more));
}

static void command_make_schedule(struct command *c, const char *status)
{
    command_next_uid(c, c->schedule);
    command_control(
        c, "POST", "schedules",
        arena_format(c->arena,
                     "{\"uid\":\"%s\",\"status\":\"%s\",\"flow_slug\":\"" FLOW
                     "\",\"cron\":\"0 9 * * *\",\"updated_at\":\"2020-01-01T00:00:00Z\"}",
                     c->schedule, status));
}

/* A status that refuses an action. */
static const char *refusing_status(enum operation_id op)
{
    return op == OP_MANAGE_FLOW_SCHEDULE ? "CANCELLED"
           : op == OP_CANCEL_FLOW_RUN    ? run_statuses[RUN_FAILED].name
                                         : run_statuses[RUN_RUNNING].name;
}

/* A uid for the path, of what is made first, unless it is to be absent. */
static const char *uid_for_path(struct command *c, const struct call *call, bool of_run)
{
    const char *status = call->status;
    char *uid = of_run ? c->run : c->schedule;

    if (call->how == HOW_BAD_UID)
        return "not-a-uid";
    if (call->how == HOW_REFUSED)
        status = refusing_status(call->op);
    if (call->how == HOW_ABSENT)
        command_next_uid(c, uid);
    else if (!*uid && of_run)
        command_make_run(c, status ? status : "RUNNING", "");
    else if (!*uid)
        command_make_schedule(c, status ? status : "ACTIVE");
    return uid;
}

static const char *segment_for_path(struct command *c, const struct call *call, const char *name)
{
    if (strcmp(name, "flow_slug") == 0)
        return call->how == HOW_ABSENT ? "no-such-flow" : FLOW;
    if (strcmp(name, "action") == 0)
        return call->how == HOW_RESUMING ? "resume" : "pause";
    return uid_for_path(c, call, strcmp(name, "flow_run_uid") == 0);
}

static const char *path_of(struct command *c, const struct call *call)
{
    const struct operation *op = &contract_operations[call->op];
    const char *path = "", *query = call->query;
    int place = 0;

    for (int i = 0; i < op->segment_count; i++)
        path = arena_format(c->arena, "%s/%s", path,
                            op->segment[i] ? op->segment[i]
                                           : segment_for_path(c, call, op->param[place++].name));
    if (call->how == HOW_BAD_QUERY)
        query = "no_such_parameter=1";
    return query ? arena_format(c->arena, "%s?%s", path, query) : path;
}

static void command_call(struct command *c, const struct call *call)
{
    const struct operation *op = &contract_operations[call->op];
    const char *path = path_of(c, call), *body = call->body ? call->body : op->example.body;
    const char *options = call->how == HOW_NO_KEY ? "" : KEY;

    if (call->header)
        options = arena_format(c->arena, "%s -H '%s'", options, call->header);
    if (call->how == HOW_FOREIGN_HOST)
        options = arena_format(c->arena, "%s -H 'Host: foreign.example'", options);
    if (call->how == HOW_LARGE || call->how == HOW_NO_JSON) {
        bool large = call->how == HOW_LARGE;
        strbuf_format(&c->out, "%s%s", c->out.size ? "; " : "",
                      large ? "head -c 1048577 /dev/zero | " : "");
        strbuf_format(&c->out, "curl -s%s -H 'Content-Type: %s' --data-binary %s 'http://%s%s'",
                      options, large ? "application/json" : "text/plain", large ? "@-" : "'{}'",
                      c->host, path);
        return;
    }
    command_add(c, call->how == HOW_PUT ? "PUT" : op->method, path, options, body);
}

static void command_fault(struct command *c, int fault)
{
    struct call call = {.op = OP_CANCEL_FLOW_RUN};
    const struct effect_row *row = effect_row(fault < EFFECT_COUNT ? fault : EFFECT_NONE);
    int amount = fault == EFFECT_STATUS ? 503 : fault == EFFECT_SLOW ? 1000 : 10;

    if (fault == COVERAGE_FAULT_RATE_LIMIT) {
        command_control(c, "PUT", "faults/rate-limit", "{\"per_minute\":1}");
        command_call(c, &(struct call){.op = OP_LIST_FLOW_RUNS});
        command_call(c, &(struct call){.op = OP_LIST_FLOW_RUNS});
        command_control(c, "PUT", "faults/rate-limit", "{\"per_minute\":null}");
        return;
    }
    call.header = fault == COVERAGE_FAULT_DELAY ? "Emulator-Fault: delay=100ms"
                  : row->unit ? arena_format(c->arena, "Emulator-Fault: %s=%d", row->word, amount)
                              : arena_format(c->arena, "Emulator-Fault: %s", row->word);
    command_call(c, &call);
}

static void command_status(struct command *c, enum operation_id op, int row)
{
    static const struct {
        int status;
        enum how how;
    } rows[] = {
#define STATUS(name, status, how) {status, HOW_##how},
#include "server/coverage/coverage.def"
    };
    struct call call = {.op = op, .how = rows[row].how};

    if (call.op == OP_RESUME_FLOW_RUN && call.how == HOW_PLAIN)
        call.status = run_statuses[RUN_BLOCKED].name;
    if (call.how == HOW_FAULT)
        call.header = arena_format(c->arena, "Emulator-Fault: status=%d", rows[row].status);
    command_call(c, &call);
}

static void command_page(struct command *c, enum operation_id op, int row)
{
    static const char *const queries[] = {
#define PAGING(name, query, ...) query,
#include "server/coverage/coverage.def"
    };

    for (int i = 0; i < 2 && op != OP_LIST_FLOW_RUN_OUTPUTS; i++) {
        if (op == OP_LIST_FLOW_RUNS)
            command_make_run(c, "RUNNING", "");
        else
            command_make_schedule(c, "PAUSED");
    }
    if (op == OP_LIST_FLOW_RUN_OUTPUTS)
        command_make_run(c, "SUCCEEDED",
                         ",\"outputs\":[{\"step_uid\":\"a\",\"data\":{}},"
                         "{\"step_uid\":\"a\",\"data\":{}}]");
    command_call(c, &(struct call){.op = op, .query = queries[row]});
}

/* Some value that the schema allows, for a query. */
static const char *value_for(struct command *c, const struct schema *schema)
{
    char *uid = arena_alloc(c->arena, UID_SIZE);

    if (schema->items)
        schema = schema->items;
    if (schema->enum_values)
        return schema->enum_values[0];
    if (schema->types & JSON_INTEGER)
        return "1";
    command_next_uid(c, uid);
    return schema->format == FORMAT_UUID ? uid : FLOW;
}

static void command_parameter(struct command *c, enum operation_id op, int row)
{
    const struct property *parameter = &contract_operations[op].query->properties[row];

    command_call(c, &(struct call){.op = op,
                                   .query = arena_format(c->arena, "%s=%s", parameter->name,
                                                         value_for(c, parameter->schema))});
}

/* Waits until callbacks of the run made last were tried, or delivered. */
static void command_wait(struct command *c, const char *what)
{
    command_control(c, "GET", arena_format(c->arena, "wait?run=%s&%s&timeout=15s", c->run, what),
                    NULL);
}

static void command_make_called_run(struct command *c, bool reachable, const char *more)
{
    const char *url = reachable ? "'\"$RECEIVER_URL\"'" : "http://127.0.0.1:9/";

    command_make_run(c, "RUNNING",
                     arena_format(c->arena,
                                  ",\"flow_slug\":\"" FLOW "\",\"callback\":{\"url\":\"%s\","
                                  "\"headers\":{\"Authorization\":\"secret\"}}%s",
                                  url, more));
}

static void command_end_run(struct command *c, enum run_status status)
{
    enum run_event event = 0;

    while (run_statuses[RUN_RUNNING].step[event].refusal ||
           run_statuses[RUN_RUNNING].step[event].to != status)
        event++;
    command_control(c, "POST", arena_format(c->arena, "runs/%s/events", c->run),
                    arena_format(c->arena, "{\"event\":\"%s\"}", run_events[event].name));
}

/* A run that sends one batch, and then its end with another. */
static void command_batches(struct command *c)
{
    command_make_called_run(
        c, true,
        ",\"inputs\":[{}],\"progress\":{\"position\":2,\"due_at\":\"2020-01-01T00:00:00Z\"}");
    command_control(c, "POST", "clock/advance", "{\"by\":\"PT5S\"}");
    command_wait(c, "callback=SUCCESS&count=2");
}

/* The next attempt meets this effect, and no other. */
static void command_delivery_rule(struct command *c, const char *effect)
{
    command_control(
        c, "POST", "faults",
        arena_format(c->arena, "{\"callback\":true,\"times\":1,\"effect\":{%s}}", effect));
}

static const char *delivery_effect(struct command *c, int delivery)
{
    if (delivery == COVERAGE_DELIVERY_DELAY)
        return "\"delay_ms\":100";
    if (delivery == COVERAGE_DELIVERY_AGAIN)
        delivery = EFFECT_HALF_BODY;
    return arena_format(c->arena, effect_row(delivery)->unit ? "\"%s\":1" : "\"%s\":true",
                        effect_row(delivery)->key);
}

/* On a frozen clock, so that a later attempt does not take its time. */
static void command_delivery(struct command *c, int delivery)
{
    int end = delivery - COVERAGE_FIRST_DELIVERED_END;
    bool is_end = end >= 0 && end < RUN_STATUS_COUNT;
    bool has_rule = delivery < EFFECT_COUNT || delivery == COVERAGE_DELIVERY_DELAY ||
                    delivery == COVERAGE_DELIVERY_AGAIN;

    command_control(c, "PUT", "clock", "{\"mode\":\"frozen\"}");
    if (has_rule)
        command_delivery_rule(c, delivery_effect(c, delivery));
    if (delivery == COVERAGE_DELIVERY_BATCH || delivery == EFFECT_HOLD_BEHIND_NEXT) {
        command_batches(c);
        return;
    }
    command_make_called_run(c, delivery != COVERAGE_DELIVERY_FAILED, "");
    command_end_run(c, is_end ? (enum run_status)end : RUN_SUCCEEDED);
    command_wait(c, "attempts=1");
    if (delivery != COVERAGE_DELIVERY_AGAIN)
        return;
    command_control(c, "POST", "clock/advance", "{\"by\":\"PT5S\"}");
    command_wait(c, "attempts=2");
}

static void command_assumption(struct command *c, enum assumption which)
{
    static const struct call calls[ASSUMPTION_COUNT] = {
#define ASSUMED(name, op, how, status, query, body) \
    [ASSUME_##name] = {OP_##op, HOW_##how, status, query, body, NULL},
#include "server/coverage/coverage.def"
    };

    command_call(c, &calls[which]);
}

static void command_write(struct command *c, enum coverage_dimension dimension, int row, int column)
{
    static const char *const fault_statuses[] = {
#define FAULT_STATUS(status) "Emulator-Fault: status=" #status,
#include "server/coverage/coverage.def"
    };
    struct call call = {.op = (enum operation_id)column};

    switch (dimension) {
    case COVER_CANCEL:
    case COVER_RESUME:
    case COVER_ENDS:
        call.op = dimension == COVER_CANCEL   ? OP_CANCEL_FLOW_RUN
                  : dimension == COVER_RESUME ? OP_RESUME_FLOW_RUN
                                              : OP_GET_FLOW_RUN;
        call.status = run_statuses[column].name;
        break;
    case COVER_RACES:
        call = (struct call){
            .op = OP_CANCEL_FLOW_RUN,
            .header = arena_format(c->arena, "Emulator-Race: %s", forced_race_word(column + 1))};
        break;
    case COVER_FAULT_STATUSES:
        call = (struct call){.op = OP_CANCEL_FLOW_RUN, .header = fault_statuses[column]};
        break;
    case COVER_FAULTS: command_fault(c, column); return;
    case COVER_STATUSES: command_status(c, call.op, row); return;
    case COVER_DELIVERIES: command_delivery(c, column); return;
    case COVER_PAGING: command_page(c, call.op, row); return;
    case COVER_QUERIES: command_parameter(c, call.op, row); return;
    case COVER_ASSUMPTIONS: command_assumption(c, column); return;
    case COVER_OPERATIONS:
    case COVER_COUNT: break;
    }
    command_call(c, &call);
}

const char *command_for_cell(struct arena *arena, const char *host, uint64_t seed,
                             const struct cell *cell)
{
    struct command c = {.arena = arena, .out.arena = arena, .host = host};

    c.seed = uid_seed(uid_seed(seed, dimension_row(cell->dimension)->name), cell->name);
    command_write(&c, cell->dimension, cell->row, cell->column);
    return c.out.bytes;
}
