#include "server/request/request.h"

#include "server/json/json.h"
#include "store/base/limits.h"

#include <string.h>

enum { BODY_START = 4096 /* bytes of room that a body starts with */ };

void request_init(struct request *rq, struct service *service, struct arena arena)
{
    rq->service = service;
    rq->arena = arena;
    rq->started = clock_monotonic_us();
    rq->ctx = (struct ctx){
        .store = service->store,
        .arena = &rq->arena,
        .assumptions = store_assumptions(service->store),
        .used = &rq->used,
    };
}

void request_set_workspace(struct request *rq, struct workspace *workspace)
{
    rq->ctx.workspace = workspace;
    rq->ctx.assumptions = workspace->assumptions;
}

struct workspace *request_find_workspace(const struct request *rq)
{
    const char *key = rq->headers.field[HEADER_API_KEY];

    if (rq->ctx.workspace || !key)
        return rq->ctx.workspace;
    return workspace_find(rq->ctx.store, key);
}

static void set_refusal(struct request *rq, enum error error, const char *format, va_list list)
{
    rq->refusal.error = error;
    if (format)
        rq->refusal.reason = arena_vformat(&rq->arena, format, list);
}

bool request_reject(struct request *rq, enum error error, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    set_refusal(rq, error, format, list);
    va_end(list);
    return false;
}

bool request_reject_for(struct request *rq, enum error error, const char *what,
                        const struct refusal *refusal)
{
    rq->refusal = *refusal;
    return request_reject(rq, error, "%s%s %s", what, refusal->pointer, refusal->reason);
}

enum outcome request_refuse(struct request *rq, enum error error, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    set_refusal(rq, error, format, list);
    va_end(list);
    return REFUSED;
}

enum outcome request_fail(struct request *rq, enum error error)
{
    if (!rq->refusal.error)
        rq->refusal.error = error;
    return REFUSED;
}

uint64_t request_next_ref(struct request *rq)
{
    return ++*(rq->ctx.workspace ? &rq->ctx.workspace->ref_seq : &rq->service->ref_seq);
}

struct text_list request_texts(struct request *rq, const char *name)
{
    const cJSON *array = json_find(rq->query, name);
    int count = cJSON_GetArraySize(array);
    const char **text = arena_alloc(&rq->arena, sizeof *text * ((size_t)count + 1));
    char uid[UID_SIZE];
    int i = 0;

    const cJSON *item;
    cJSON_ArrayForEach (item, array)
        text[i++] =
            uid_parse(item->valuestring, uid) ? arena_strdup(&rq->arena, uid) : item->valuestring;
    return (struct text_list){text, count};
}

static void body_grow(struct request *rq, size_t needed)
{
    size_t capacity = rq->raw.capacity ? rq->raw.capacity : BODY_START;

    while (capacity < needed)
        capacity *= 2;
    if (capacity == rq->raw.capacity)
        return;
    char *bytes = arena_alloc(&rq->arena, capacity);
    if (rq->raw.size)
        memcpy(bytes, rq->raw.bytes, rq->raw.size);
    rq->raw.bytes = bytes;
    rq->raw.capacity = capacity;
}

bool request_take_body(struct request *rq, const char *bytes, size_t size)
{
    rq->raw.received += size;
    int64_t seen = (int64_t)rq->raw.received;
    if (seen > LIMIT_BODY_DRAINED && seen > rq->raw.max)
        return false;
    if (seen > rq->raw.max)
        return true;
    body_grow(rq, rq->raw.size + size);
    memcpy(rq->raw.bytes + rq->raw.size, bytes, size);
    rq->raw.size += size;
    return true;
}

static bool is_request_id(const char *text)
{
    size_t size = 0;

    while (text[size] > ' ' && text[size] < 0x7f)
        size++;
    return text[size] == '\0' && size > 0 && size <= LIMIT_REQUEST_ID;
}

void request_identify(struct request *rq)
{
    const char *sent = rq->headers.field[HEADER_REQUEST_ID];
    uint64_t seed = rq->ctx.workspace ? rq->ctx.workspace->seed : rq->service->settings->seed;
    char *made;

    rq->id = sent;
    if (sent && is_request_id(sent))
        return;
    made = arena_alloc(&rq->arena, UID_SIZE);
    uid_derive(uid_seed(seed, "request"), request_next_ref(rq), made);
    rq->id = made;
}

bool request_is_control(const struct request *rq)
{
    return rq->op ? rq->op->control : url_is_control(rq->url.path);
}

void request_run(const struct request *rq, char out[UID_SIZE])
{
    int first = 0;

    *out = '\0';
    while (rq->op && first < rq->op->segment_count && rq->op->segment[first])
        first++;
    if (rq->op && first < rq->op->segment_count &&
        strcmp(rq->op->param[0].name, "flow_run_uid") == 0)
        uid_parse(rq->url.segment[first], out);
}
