/* The handlers that show what a workspace holds (CONTROL.md "Control API"). */
#include "server/operations.h"
#include "server/reply.h"
#include "store/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char json_type[] = "application/json; charset=utf-8";

enum error op_get_state(struct request *rq, struct reply *out)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);

    if (!stream)
        return ERROR_INTERNAL;
    enum error e = state_write(rq->server->store, rq->workspace->id, stream);
    fclose(stream);
    const char *copy = arena_copy(&rq->arena, text, size);
    free(text);
    return e ? e : reply_text(out, json_type, copy, size);
}

enum error op_get_run_state(struct request *rq, struct reply *out)
{
    const char *text;
    enum error e = state_run(rq->server->store, &rq->arena, rq->workspace->id, rq->param[0], &text);
    if (e)
        return e;

    return reply_text(out, json_type, text, strlen(text));
}
