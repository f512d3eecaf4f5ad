#include "server/request/request.h"

#include "store/base/limits.h"
#include "store/base/syntax.h"

#include <stdio.h>
#include <string.h>

void request_init(struct request *rq, struct service *service, struct arena arena)
{
    rq->service = service;
    rq->arena = arena;
    rq->started = clock_monotonic_us();
    rq->raw.arena = &rq->arena;
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

const char *request_host(const struct request *rq)
{
    return rq->url.authority ? rq->url.authority : rq->headers.field[HEADER_HOST];
}

/* A message may name what the client sent, and that may be the whole body. */
static const char *message_cut(char *text)
{
    size_t size = strnlen(text, LIMIT_MESSAGE + 1);

    if (size <= LIMIT_MESSAGE)
        return text;
    size = LIMIT_MESSAGE - strlen("...");
    while (size && ((unsigned char)text[size] & 0xc0) == 0x80) /* no character is cut in two */
        size--;
    memcpy(text + size, "...", sizeof "...");
    return text;
}

bool request_reject(struct request *rq, enum error error, const char *format, ...)
{
    va_list list;

    rq->refusal.error = error;
    if (!format)
        return false;
    va_start(list, format);
    rq->refusal.reason = message_cut(arena_vformat(&rq->arena, format, list));
    va_end(list);
    return false;
}

bool request_reject_for(struct request *rq, enum error error, const char *what,
                        const struct refusal *refusal)
{
    rq->refusal = *refusal;
    return request_reject(rq, error, "%s%s %s", what, refusal->pointer, refusal->reason);
}

enum outcome request_fail(struct request *rq, enum error error)
{
    if (error == ERROR_OUT_OF_MEMORY && rq->has_changed)
        error = ERROR_NO_MEMORY_FOR_REPLY;
    if (!rq->refusal.error)
        rq->refusal.error = error;
    return REFUSED;
}

bool request_postpone(struct request *rq, enum postponed why)
{
    rq->postponed = why;
    return false;
}

uint64_t request_next_ref(struct request *rq)
{
    return ++*(rq->ctx.workspace ? &rq->ctx.workspace->ref_seq : &rq->service->ref_seq);
}

uint64_t request_seed(const struct request *rq, const char *name)
{
    const struct workspace *workspace = rq->ctx.workspace;

    return uid_seed(workspace ? workspace->seed : rq->service->settings->seed, name);
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

void request_note_list(struct request *rq, int64_t offset, int rows, bool more)
{
    rq->shown.is_list = true;
    rq->shown.offset = offset;
    rq->shown.rows = rows;
    rq->shown.more = more;
}

bool request_count_body(struct request *rq, size_t size)
{
    rq->raw_received += (int64_t)size;
    return rq->raw_received <= rq->raw_max || rq->raw_received <= LIMIT_BODY_DRAINED;
}

/* After half a megabyte a body gets room for all that its head announced: to move a buffer of many
 * megabytes takes some virtual machines 80 ms. */
void request_add_body(struct request *rq, const char *bytes, size_t size)
{
    struct strbuf *raw = &rq->raw;

    if (rq->raw_received > rq->raw_max)
        return;
    if (raw->capacity - raw->size <= size && raw->size >= LIMIT_BODY / 2 &&
        rq->raw_expected <= rq->raw_max && rq->raw_expected > rq->raw_received)
        strbuf_grow(raw, (size_t)rq->raw_expected - raw->size);
    strbuf_add(raw, bytes, size);
}

void request_identify(struct request *rq)
{
    if (rq->id)
        return;
    if (rq->ctx.workspace)
        memcpy(rq->workspace_uid, rq->ctx.workspace->uid, UID_SIZE);
    rq->id = rq->headers.field[HEADER_REQUEST_ID];
    if (!rq->id || !request_id_is_valid(rq->id)) {
        char *uid = arena_alloc(&rq->arena, UID_SIZE);
        uid_derive(request_seed(rq, "request"), request_next_ref(rq), uid);
        rq->id = uid;
    }
    rq->trigger.kind = request_is_control(rq) ? TRIGGER_HAND : TRIGGER_REQUEST;
    rq->trigger.id = rq->id;
    rq->ctx.trigger = &rq->trigger;
}

/* VERSION-TRACE_ID-PARENT_ID-FLAGS in lower-case hexadecimal; an id of zeros is none. */
bool request_trace_id(const struct request *rq, char out[TRACE_ID_SIZE])
{
    static const char hex[] = "0123456789abcdef";
    const char *header = rq->headers.field[HEADER_TRACEPARENT];

    if (!header || strspn(header, hex) != 2 || header[2] != '-' || strncmp(header, "ff", 2) == 0)
        return false;
    const char *id = header + 3;
    if (strspn(id, hex) != 32 || id[32] != '-' || strspn(id, "0") == 32 ||
        strspn(id + 33, hex) != 16 || id[49] != '-')
        return false;
    snprintf(out, TRACE_ID_SIZE, "%s", id);
    return true;
}

bool request_is_control(const struct request *rq)
{
    return rq->op ? rq->op->control : url_is_control(rq->url.path);
}

void request_run(const struct request *rq, char out[UID_SIZE])
{
    int first = 0;

    *out = '\0';
    if (!rq->op || !rq->op->param[0].name || strcmp(rq->op->param[0].name, "flow_run_uid") != 0)
        return;
    while (rq->op->segment[first])
        first++;
    if (rq->checked) /* a UUID in lower case */
        memcpy(out, rq->param[0], UID_SIZE);
    else
        uid_parse(rq->url.segment[first], out);
}
