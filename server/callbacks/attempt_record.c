#include "server/callbacks/attempt_record.h"

#include <string.h>

/* The lines of a head but its first, as "Name: value". What is no header is left out. */
static const char *header_lines(struct arena *arena, const struct strbuf *head)
{
    struct strbuf lines = {.arena = arena};
    char *rest = arena_copy(arena, head->size ? head->bytes : "", head->size), *line;

    strsep(&rest, "\n");
    while ((line = strsep(&rest, "\n"))) {
        char *value = strchr(line, ':');
        if (!value || value == line)
            continue;
        *value++ = '\0';
        value += strspn(value, " \t");
        size_t size = strlen(value);
        while (size && strchr(" \t\r", value[size - 1]))
            size--;
        value[size] = '\0';
        strbuf_format(&lines, "%s: %s\n", line, journal_header_is_secret(line) ? REDACTED : value);
    }
    return lines.bytes;
}

void attempt_record(struct store *store, struct session_table *sessions, struct attempt *t)
{
    struct workspace *workspace = workspace_by_id(store, t->callback.workspace);
    struct journal *deliveries = &session_get(sessions, workspace)->deliveries;
    const struct ctx ctx = {.store = store, .arena = &t->arena, .workspace = workspace};
    struct callback_attempts attempts;

    if (!deliveries->max_entries || outbox_attempts(&ctx, &t->callback, &attempts) != ERROR_NONE)
        return;
    const struct journal_entry entry = {
        .duration_us = t->duration_us,
        .status = (int)t->outcome.http_status,
        .fault = t->effect.kind,
        .delay_ms = t->effect.delay_ms,
        .fault_rule = t->effect.rule,
        .request_size = (int64_t)t->sent,
        .response_size = t->received,
        .id = journal_delivery_id(&t->arena, t->callback.uid, attempts.count),
        .headers = header_lines(&t->arena, &t->request_head),
        .response_headers = header_lines(&t->arena, &t->reply_head),
        .request_body = journal_excerpt(&t->arena, t->payload.body, t->sent),
        .response_body = journal_excerpt(&t->arena, t->reply_body.bytes, t->reply_body.size),
    };
    journal_add(deliveries, &entry);
}
