/* The handlers of the journal (CONTROL.md "Control API"). */
#include "server/session/journal.h"
#include "server/operation_handlers.h"
#include "server/request/operation_name.h"
#include "server/request/reply.h"
#include "server/session/session.h"

#include <string.h>

/* "Name: value" lines as an object; of a name that comes twice, both values with a comma. */
static cJSON *headers_json(struct arena *arena, const char *lines)
{
    cJSON *object = cJSON_CreateObject();
    char *rest = arena_strdup(arena, lines), *line;

    while ((line = strsep(&rest, "\n")) && *line) {
        char *value = strstr(line, ": ");
        *value = '\0';
        const char *safe = json_safe(arena, value + 2);
        cJSON *twice = cJSON_GetObjectItemCaseSensitive(object, line);
        if (twice)
            twice->valuestring = arena_format(arena, "%s, %s", twice->valuestring, safe);
        else
            cJSON_AddItemToObject(object, line, cJSON_CreateStringReference(safe));
    }
    return object;
}

static cJSON *body_json(struct arena *arena, const char *body, int64_t size)
{
    cJSON *object = cJSON_CreateObject();

    json_add_integer(object, "size", size);
    json_add_text(object, "text", json_safe(arena, body));
    return object;
}

static cJSON *entry_json(struct arena *arena, const struct journal_entry *entry)
{
    cJSON *object = cJSON_CreateObject();
    cJSON *request = cJSON_CreateObject(), *response = cJSON_CreateObject();

    json_add_integer(object, "number", entry->number);
    json_add_text(object, "request_id", json_safe(arena, entry->id));
    json_add_time(object, "at", entry->at);
    json_add_integer(object, "duration_us", entry->took);
    json_add_text(object, "operation", entry->op ? entry->op->id : NULL);
    json_add_text(object, "run", *entry->run ? arena_strdup(arena, entry->run) : NULL);
    json_add_text(request, "method", json_safe(arena, entry->method));
    json_add_text(request, "path", json_safe(arena, entry->path));
    json_add_text(request, "query", json_safe(arena, entry->query));
    json_add(request, "headers", headers_json(arena, entry->headers));
    json_add(request, "body", body_json(arena, entry->request_body, entry->request_size));
    json_add(object, "request", request);
    if (entry->status)
        json_add_integer(object, "status", entry->status);
    else
        json_add(object, "status", cJSON_CreateNull());
    json_add(response, "body", body_json(arena, entry->response_body, entry->response_size));
    json_add(object, "response", response);
    json_add_text(object, "fault", entry->fault ? effect_row(entry->fault)->word : NULL);
    return object;
}

enum outcome op_list_journal(struct request *rq, struct reply *out)
{
    const struct journal *journal = &session_get(rq->service->sessions, rq->ctx.workspace)->journal;
    struct journal_filter filter = {
        .run = json_text(rq->query, "run"),
        .status = json_integer(rq->query, "status", -1),
    };
    if (!operation_name_check(rq, ERROR_BAD_QUERY, "querystring", json_text(rq->query, "operation"),
                              &filter.operation))
        return REFUSED;

    int64_t limit = json_integer(rq->query, "limit", INT64_MAX);
    int64_t found = journal_count(journal, &filter);
    cJSON *array = cJSON_CreateArray();

    out->total_count = found;
    for (int64_t i = 0; i < journal->count; i++) {
        const struct journal_entry *entry = journal_at(journal, i);
        if (journal_fits(&filter, entry) && found-- <= limit)
            cJSON_AddItemToArray(array, entry_json(&rq->arena, entry));
    }
    return reply_ok(out, array);
}

enum outcome op_clear_journal(struct request *rq, struct reply *out)
{
    struct journal *journal = &session_get(rq->service->sessions, rq->ctx.workspace)->journal;
    cJSON *body = cJSON_CreateObject();

    json_add_integer(body, "deleted", journal->count);
    journal_clear(journal);
    return reply_ok(out, body);
}
