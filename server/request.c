#include "server/request.h"

#include "server/json.h"

enum error request_refuse(struct request *rq, enum error error, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    rq->message = arena_vformat(&rq->arena, format, list);
    va_end(list);
    return error;
}

uint64_t request_draw(struct request *rq)
{
    return rq->workspace ? workspace_draw(rq->workspace) : ++rq->server->drawn;
}

const struct assumptions *request_assumptions(const struct request *rq)
{
    return rq->workspace ? rq->workspace->assumptions : store_assumptions(rq->server->store);
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
