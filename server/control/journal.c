/* The handlers of the journal (CONTROL.md "Control API"). */
#include "server/control/journal.h"

#include "server/control/message.h"
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "server/session/session.h"

void journal_write_entry(struct strbuf *out, const char *name, const struct journal_entry *entry)
{
    json_write_open(out, name, '{');
    json_write_integer(out, "number", entry->number);
    json_write_text(out, "request_id", json_safe(out->arena, entry->id));
    json_write_time(out, "at", entry->at);
    json_write_integer(out, "duration_us", entry->duration_us);
    json_write_text(out, "operation", entry->op ? entry->op->id : NULL);
    json_write_text(out, "run", *entry->run ? entry->run : NULL);
    json_write_bool(out, "workspace_header", entry->by_uid);
    json_write_open(out, "request", '{');
    json_write_text(out, "method", json_safe(out->arena, entry->method));
    json_write_text(out, "path", json_safe(out->arena, entry->path));
    json_write_text(out, "query", json_safe(out->arena, entry->query));
    message_write_headers(out, entry->headers);
    message_write_body(out, entry->request_body, entry->request_size);
    json_write_close(out, '}');
    if (json_write_nullable(out, "status", entry->status))
        json_write_integer(out, "status", entry->status);
    json_write_open(out, "response", '{');
    message_write_body(out, entry->response_body, entry->response_size);
    json_write_close(out, '}');
    json_write_text(out, "fault", effect_word(entry->fault, entry->delay_ms));
    if (json_write_nullable(out, "fault_rule", entry->fault_rule))
        json_write_integer(out, "fault_rule", entry->fault_rule);
    if (json_write_nullable(out, "delay_ms", entry->delay_ms))
        json_write_integer(out, "delay_ms", entry->delay_ms);
    json_write_close(out, '}');
}

enum outcome op_list_journal(struct request *rq, struct reply *out)
{
    const struct journal *journal = &session_get(rq->service->sessions, rq->ctx.workspace)->journal;
    struct journal_filter filter = {
        .operation = json_text(rq->query, "operation"),
        .run = json_text(rq->query, "run"),
        .status = json_integer(rq->query, "status", -1),
    };
    int64_t limit = json_integer(rq->query, "limit", INT64_MAX);
    struct strbuf body = json_write_begin(&rq->arena, '[');

    out->total_count = journal_count(journal, &filter);
    filter.before = json_integer(rq->query, "before", 0);
    int64_t found = journal_count(journal, &filter);
    for (const struct journal_entry *entry = journal->first; entry; entry = entry->next) {
        if (journal_fits(&filter, entry) && found-- <= limit)
            journal_write_entry(&body, NULL, entry);
    }
    return reply_ok(out, json_write_end(&body, ']'));
}

enum outcome op_clear_journal(struct request *rq, struct reply *out)
{
    struct session *session = session_get(rq->service->sessions, rq->ctx.workspace);
    struct journal *journal = &session->journal;
    struct strbuf body = json_write_begin(&rq->arena, '{');

    json_write_integer(&body, "deleted", journal->count);
    journal_clear(journal);
    session->journal_version++;
    return reply_ok(out, json_write_end(&body, '}'));
}
