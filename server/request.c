#include "server/request.h"

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
