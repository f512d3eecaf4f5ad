#include "server/request/request.h"

#include "server/json/json.h"
#include "store/base/limits.h"

#include <string.h>

enum { BODY_START = 4096 /* bytes of room that a body starts with */ };

enum error request_refuse(struct request *rq, enum error error, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    rq->message = arena_vformat(&rq->arena, format, list);
    va_end(list);
    return error;
}

uint64_t request_next_ref(struct request *rq)
{
    return rq->workspace ? workspace_next_ref(rq->workspace) : ++rq->server->ref_seq;
}

struct workspace *request_workspace(struct request *rq)
{
    const char *key = rq->headers.field[HEADER_API_KEY];

    if (!rq->workspace && key)
        rq->workspace = workspace_find(rq->server->store, key);
    return rq->workspace;
}

const struct assumptions *request_assumptions(struct request *rq)
{
    const struct workspace *workspace = request_workspace(rq);

    return workspace ? workspace->assumptions : store_assumptions(rq->server->store);
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
    uint64_t seed = rq->workspace ? rq->workspace->seed : rq->server->settings->seed;
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
