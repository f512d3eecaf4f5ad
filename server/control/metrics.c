/* The handler of the metrics (CONTROL.md "Control API"). */
#include "server/config/metrics.h"
#include "server/operations.h"
#include "server/request/reply.h"

#include <stdlib.h>

enum error op_get_metrics(struct request *rq, struct reply *out)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);

    if (!stream)
        return ERROR_INTERNAL;
    enum error e = metrics_write(rq->server, stream);
    fclose(stream);
    const char *copy = arena_copy(&rq->arena, text, size);
    free(text);
    return e ? e : reply_text(out, "text/plain; version=0.0.4; charset=utf-8", copy, size);
}
