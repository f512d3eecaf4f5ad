#include "server/coverage/cells.h"
#include "server/coverage/lint_client.h"
#include "server/request/request.h"
#include "store/base/clock.h"

#include <string.h>

static const char *request_label(const struct request *rq)
{
    return session_get(rq->service->sessions, rq->ctx.workspace)->label;
}

static void lint_find_request(struct lint *lint, enum lint_rule rule, const struct request *rq)
{
    lint_find(lint, rule, rq->id, request_label(rq));
}

enum { BODY_HASHED = 4096 /* bytes of it that tell one call from another */ };

static uint64_t hash_bytes(uint64_t hash, const char *bytes, size_t size)
{
    uint64_t word = size;

    for (; size >= sizeof word; size -= sizeof word, bytes += sizeof word) {
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
        memcpy(&word, bytes, sizeof word);
    }
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    word = 0;
    memcpy(&word, bytes, size);
    hash = (hash ^ (hash >> 32) ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
    return hash_bytes(hash, text, strlen(text));
}

/* Of what makes a call the same as another of the workspace, or of those without one. */
static uint64_t hash_call(const struct request *rq)
{
    const char *key = rq->ctx.workspace ? NULL : rq->headers.field[HEADER_API_KEY];
    size_t size = rq->raw.size < BODY_HASHED ? rq->raw.size : BODY_HASHED;
    uint64_t hash = hash_text((uint64_t)(unsigned char)*rq->method, rq->url.path);

    if (*rq->url.query)
        hash = hash_text(hash, rq->url.query);
    if (size)
        hash = hash_bytes(hash, rq->raw.bytes, size);
    return key ? hash_text(hash, key) : hash;
}

/* A known run, in the place of one that is forgotten for it. */
static struct known_run *run_of(struct lint_client *client, const char *uid)
{
    uint64_t hash = hash_text(1, uid);
    struct known_run *run = &lint_client_memory(client)->runs[hash % LIMIT_LINT_RUNS];

    if (run->hash != hash)
        *run = (struct known_run){.hash = hash};
    return run;
}

static void run_note_shown(struct lint_client *client, const char *uid, enum run_status status,
                           int64_t now)
{
    struct known_run *run = run_of(client, uid);

    if (run->shown_at && run->shown == status)
        return;
    run->shown_at = now;
    run->shown = status;
    run->reads = 0;
}

/* Statuses after which clients that know only SUCCEEDED and FAILED go on reading. */
static bool is_often_unknown(enum run_status status)
{
    return status == RUN_STOPPED || status == RUN_CANCELLED || status == RUN_BLOCKED ||
           status == RUN_PARTIAL_SUCCEEDED;
}

static void lint_check_read(struct lint *lint, struct lint_client *client, const struct request *rq,
                            bool succeeded)
{
    struct known_run *run = run_of(client, rq->param[0]);
    int64_t first = run->read_at[run->next];

    if (first && rq->started - first <= THRESHOLD_POLL_WINDOW) {
        lint_find_request(lint, LINT_POLLS_TOO_FAST, rq);
        memset(run->read_at, 0, sizeof run->read_at);
    }
    run->read_at[run->next] = rq->started;
    run->next = (run->next + 1) % READS_KEPT;
    if (succeeded && !rq->shown.runs)
        run->shown_at = 0; /* somebody has resumed it */
    if (!run->shown_at || rq->started <= run->shown_at)
        return;
    run->reads++;
    if (is_often_unknown(run->shown) && run->reads == THRESHOLD_UNKNOWN_READS + 1)
        lint_find_request(lint, LINT_UNKNOWN_STATUS_LOOP, rq);
    if (!is_often_unknown(run->shown) && run->reads == THRESHOLD_READS_AFTER_END)
        lint_find_request(lint, LINT_POLLS_TOO_FAST, rq);
}

/* A cancel that is to lose a race knows of the end as little as the client does. */
static void lint_check_cancel(struct lint *lint, struct lint_client *client,
                              const struct request *rq)
{
    struct known_run *run = run_of(client, rq->param[0]);

    if (run->shown_at && rq->started > run->shown_at && run_statuses[run->shown].finished &&
        !rq->forced_race)
        lint_find_request(lint, LINT_CANCEL_AFTER_END, rq);
}

static void lint_check_list(struct lint_client *client, const struct request *rq)
{
    if (rq->shown.offset == 0 && !rq->shown.more)
        return;
    struct full_list *list = lint_client_memory(client)->lists, *end = list + LISTS_KEPT;

    while (list < end && list->op && list->op != rq->op)
        list++;
    if (list == end)
        return;
    if (rq->shown.offset > 0) {
        list->op = rq->op;
        list->read_on = true;
    } else if (rq->shown.more && !list->op) {
        list->op = rq->op;
        lint_place_set(&list->first, rq->id, request_label(rq));
    }
}

/* Notes that a client did not wait, as far as the clock tells. */
static void lint_find_too_early(struct lint *lint, enum lint_rule rule, const struct request *rq)
{
    const struct workspace *workspace = rq->ctx.workspace;
    const struct clock *clock = workspace ? &workspace->cache.clock : NULL;

    lint->finding[rule].certain |= clock && (clock->frozen || clock->at);
    lint_find_request(lint, rule, rq);
}

/* Finds what is earlier than a Retry-After that this client was told: on the same connection, or
 * for the same call. */
static void lint_check_waits(struct lint *lint, struct lint_memory *memory,
                             const struct request *rq, uint64_t hash)
{
    for (int i = 0; i < WAITS_KEPT; i++) {
        struct retry_wait *wait = &memory->waits[i];
        bool concerned = wait->op == rq->op && wait->op && rq->started > wait->since &&
                         (wait->hash == hash || wait->connection == rq->connection);
        if (!concerned)
            continue;
        if (rq->started < wait->until)
            lint_find_too_early(lint, LINT_RETRY_AFTER_IGNORED, rq);
        wait->op = NULL;
    }
}

static struct failed_call *call_find(struct lint_memory *memory, uint64_t hash)
{
    for (int i = 0; memory && memory->has_calls && i < LIMIT_LINT_CALLS; i++) {
        if (memory->calls[i].hash == hash)
            return &memory->calls[i];
    }
    return NULL;
}

static struct failed_call *call_add(struct lint_memory *memory, uint64_t hash)
{
    struct failed_call *call = &memory->calls[memory->next_call];

    memory->next_call = (memory->next_call + 1) % LIMIT_LINT_CALLS;
    memory->has_calls = true;
    *call = (struct failed_call){.hash = hash};
    return call;
}

/* Whether it may well succeed later. */
static bool is_failure(const struct lint_call *call)
{
    int status = call->status;

    return !call->whole || status >= 500 || status == 408 || status == 425 || status == 429;
}

/* Whether it was refused for good. */
static bool is_refusal(const struct lint_call *call)
{
    return call->status >= 400 && !is_failure(call);
}

static void look_for_storm(struct lint *lint, struct failed_call *kept,
                           const struct lint_call *call, int64_t now)
{
    int64_t first = kept->at[kept->next];

    if (first && kept->failed[kept->next] && call->rq->started - first <= THRESHOLD_STORM_WINDOW) {
        lint_find_too_early(lint, LINT_RETRY_STORM, call->rq);
        memset(kept->at, 0, sizeof kept->at);
    }
    kept->at[kept->next] = now;
    kept->failed[kept->next] = is_failure(call);
    kept->next = (kept->next + 1) % CALLS_KEPT;
}

static void look_for_refusals(struct lint *lint, struct lint_client *client,
                              struct failed_call *kept, const struct lint_call *call)
{
    bool again = kept->status == call->status && kept->changes == client->changes;

    kept->refusals = !is_refusal(call) ? 0 : again ? kept->refusals + 1 : 1;
    kept->status = call->status;
    kept->changes = client->changes;
    if (kept->refusals == THRESHOLD_REFUSALS)
        lint_find_request(lint, LINT_RETRIED_REFUSAL, call->rq);
}

static void client_note_wait(struct lint_memory *memory, const struct request *rq, uint64_t hash,
                             int64_t now)
{
    memory->waits[memory->next_wait] = (struct retry_wait){rq->op, hash, rq->connection, now,
                                                           now + rq->refusal.retry_after * 1000000};
    memory->next_wait = (memory->next_wait + 1) % WAITS_KEPT;
    memory->has_waits = true;
}

/* The same call as one that failed, or one that fails. */
static void lint_check_failures(struct lint *lint, struct lint_client *client,
                                const struct lint_call *call, uint64_t hash)
{
    int64_t now = clock_monotonic_us() + call->rq->effect.delay_ms * 1000;
    struct failed_call *kept = call_find(client->memory, hash);

    if (!kept && (is_failure(call) || is_refusal(call)))
        kept = call_add(lint_client_memory(client), hash);
    if (kept) {
        look_for_storm(lint, kept, call, now);
        look_for_refusals(lint, client, kept, call);
    }
    if (call->status >= 400 && call->rq->refusal.retry_after)
        client_note_wait(lint_client_memory(client), call->rq, hash, now);
}

/* What the client knows from now on, and what it did on purpose. */
static void client_note_success(struct lint_client *client, const struct request *rq)
{
    if (*rq->op->method != 'G') /* no read */
        client->changes++;
    if (rq->op == &contract_operations[OP_RESUME_FLOW_RUN])
        run_of(client, rq->param[0])->shown_at = 0;
    for (const struct shown_run *run = rq->shown.runs; run; run = run->next)
        run_note_shown(client, run->uid, run->status, clock_monotonic_us());
    if (rq->shown.is_list)
        lint_check_list(client, rq);
}

/* Names under which keys are sent by mistake. */
static bool is_key_name(const char *name, size_t size)
{
    static const char *const names[] = {"api_key",   "apikey", "api-key",      "x-api-key",
                                        "x_api_key", "key",    "access_token", "token"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i]) == size && strncasecmp(names[i], name, size) == 0)
            return true;
    }
    return false;
}

static void lint_check_query(struct lint *lint, const struct request *rq)
{
    for (const char *name = rq->url.query; *name; name += *name == '&') {
        size_t size = strcspn(name, "&");
        if (is_key_name(name, strcspn(name, "=&"))) {
            lint_find_request(lint, LINT_KEY_IN_URL, rq);
            return;
        }
        name += size;
    }
}

/* Whether the header Emulator-Fault made it what it is: a test did that, and no client. */
static bool is_asked_for(const struct request *rq)
{
    return rq->effect.kind && !rq->effect.rule;
}

struct lint_reaction lint_check_call(struct lint *lint, const struct lint_call *call)
{
    const struct request *rq = call->rq;
    struct lint_client *client = lint_client_get(lint, rq->ctx.workspace);
    bool is_made_up = rq->refusal.error == ERROR_FAULT;
    bool succeeded = call->whole && call->status < 300 && !is_made_up;
    struct lint_memory *memory = client->memory;
    bool has_waits = memory && memory->has_waits;
    bool is_compared = client->fault || (memory && memory->has_calls) || has_waits || !succeeded;
    uint64_t hash = is_compared ? hash_call(rq) : 0;
    struct lint_reaction reaction = {client->fault - 1, client->fault_hash == hash};

    client->fault = call->fault + 1;
    client->fault_hash = hash;
    if (*rq->url.query)
        lint_check_query(lint, rq);
    if (has_waits)
        lint_check_waits(lint, memory, rq, hash);
    if (is_compared && !is_asked_for(rq))
        lint_check_failures(lint, client, call, hash);
    if (rq->op == &contract_operations[OP_GET_FLOW_RUN] && rq->checked)
        lint_check_read(lint, client, rq, succeeded);
    if (rq->op == &contract_operations[OP_CANCEL_FLOW_RUN] && rq->checked)
        lint_check_cancel(lint, client, rq);
    if (succeeded)
        client_note_success(client, rq);
    return reaction;
}

void lint_note_control(struct lint *lint, const struct request *rq)
{
    struct lint_client *client = lint_client_get(lint, rq->ctx.workspace);

    if (rq->op == &contract_operations[OP_RESET_WORKSPACE] ||
        rq->op == &contract_operations[OP_PUT_STATE] ||
        rq->op == &contract_operations[OP_RESTORE_SNAPSHOT]) {
        lint_client_forget(lint, client);
        return;
    }
    client->changes++;
    struct lint_memory *memory = client->memory;
    if (!memory)
        return;
    memory->has_waits = false;
    memset(memory->waits, 0, sizeof memory->waits);
    for (int i = 0; i < LIMIT_LINT_CALLS; i++)
        memset(memory->calls[i].at, 0, sizeof memory->calls[i].at);
    for (int i = 0; i < LIMIT_LINT_RUNS; i++)
        memset(memory->runs[i].read_at, 0, sizeof memory->runs[i].read_at);
}

void lint_note_end(struct lint *lint, const struct workspace *workspace, const char *run_uid,
                   enum run_status status)
{
    run_note_shown(lint_client_get(lint, workspace), run_uid, status, clock_monotonic_us());
}

void lint_check_wait(struct lint *lint, const char *id, const char *label, int64_t duration_us)
{
    if (duration_us > THRESHOLD_HELD)
        lint_find(lint, LINT_NO_TIMEOUT, id, label);
}
