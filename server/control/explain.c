/* The handler that explains the reply to a request (CONTROL.md "Control API"). */
#include "server/control/journal.h"
#include "server/control/suggested_requests.h"
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "server/session/session.h"

#include <string.h>

/* The entry of a request id: in the journals of the caller's workspace, or of no workspace. */
static const struct journal_entry *entry_find(struct request *rq, const char *id)
{
    const struct workspace *owners[] = {rq->ctx.workspace, NULL};
    const struct journal_entry *entry = NULL;

    for (int i = 0; !entry && i < 2; i++) {
        const struct session *session = session_get(rq->service->sessions, owners[i]);
        entry = journal_find(&session->journal, id);
        entry = entry ? entry : journal_find(&session->control, id);
    }
    return entry;
}

/* The text as one word of a shell, in single quotes. */
static const char *shell_quote(struct arena *arena, const char *text)
{
    char *rest = arena_strdup(arena, json_safe(arena, text)), *part;
    const char *out = "'";

    while ((part = strsep(&rest, "'")))
        out = arena_format(arena, "%s%s%s", out, part, rest ? "'\\''" : "'");
    return out;
}

static bool header_is_named(const char *line, const char *name)
{
    return strncasecmp(line, name, strlen(name)) == 0;
}

/* Whether the reply depends on this header. The URL has the host, unless the host was refused. */
static bool is_relevant_header(const struct journal_entry *entry, const char *line)
{
    return header_is_named(line, "Content-Type:") || header_is_named(line, "Emulator-Fault:") ||
           header_is_named(line, "Emulator-Race:") || header_is_named(line, "Emulator-Callback:") ||
           header_is_named(line, "Origin:") ||
           (entry->error == ERROR_FORBIDDEN_HOST && header_is_named(line, "Host:"));
}

/* The relevant headers as options. curl sends a header without a value when it is written "Name;",
 * and none when it is written "Name:". The journal has no keys. */
static const char *curl_header_options(struct arena *arena, const struct journal_entry *entry)
{
    char *rest = arena_strdup(arena, entry->headers), *line;
    const char *key = "", *out = "";

    while ((line = strsep(&rest, "\n"))) {
        char *separator = strstr(line, ": ");
        if (header_is_named(line, "X-API-Key:"))
            key = " -H 'X-API-Key: YOUR_KEY'";
        if (!is_relevant_header(entry, line))
            continue;
        if (!separator[2])
            memcpy(separator, ";", 2);
        out = arena_format(arena, "%s -H %s", out, shell_quote(arena, line));
    }
    return arena_format(arena, "%s%s", key, out);
}

/* Why no curl line can repeat the request; NULL: one can. */
static const char *curl_obstacle(struct arena *arena, const struct journal_entry *entry)
{
    size_t kept = strlen(entry->request_body);

    if ((int64_t)kept < entry->request_size)
        return arena_format(arena, "of a body of %lld bytes only the first %zu are kept",
                            (long long)entry->request_size, kept);
    if (strcmp(json_safe(arena, entry->request_body), entry->request_body) != 0)
        return "the body is no text";
    return NULL;
}

/* Without --path-as-is, --globoff and --head, curl resolves dot segments, expands brackets and
 * braces, and waits for the body of a reply to HEAD. */
static const char *curl_line(struct request *rq, const struct journal_entry *entry)
{
    struct arena *arena = &rq->arena;
    const char *host = request_host(rq);
    const char *url = arena_format(arena, "http://%s%s%s%s", host ? host : "localhost", entry->path,
                                   *entry->query ? "?" : "", entry->query);
    struct strbuf out = {.arena = arena};

    strbuf_append(&out, strstr(entry->path, "/.") ? "curl --path-as-is" : "curl");
    if (strpbrk(entry->path, "[]{}") || strpbrk(entry->query, "[]{}"))
        strbuf_append(&out, " --globoff");
    if (strcmp(entry->method, "HEAD") == 0)
        strbuf_append(&out, " --head");
    else
        strbuf_format(&out, " -i -X %s", shell_quote(arena, entry->method));
    strbuf_format(&out, " %s%s", shell_quote(arena, url), curl_header_options(arena, entry));
    if (entry->request_size)
        strbuf_format(&out, " --data-raw %s", shell_quote(arena, entry->request_body));
    return out.bytes;
}

static void write_rule(struct request *rq, struct strbuf *out, const struct journal_entry *entry)
{
    const char *message = entry->message;

    if (!json_write_nullable(out, "rule", entry->error))
        return;
    json_write_open(out, "rule", '{');
    json_write_text(out, "error", error_row(entry->error)->name);
    json_write_text(out, "says", error_row(entry->error)->message);
    json_write_text(out, "message", *message ? json_safe(&rq->arena, message) : NULL);
    json_write_close(out, '}');
}

/* An exchange that is not there: where it may be. The page finds it under any key. */
static enum outcome explain_refuse(struct request *rq)
{
    const struct settings *settings = rq->service->settings;
    bool by_page = settings_number(settings, OPTION_PAGE) != PAGE_OFF && !settings->known_keys_only;

    rq->refusal.hint = arena_format(
        &rq->arena,
        "if another key sent it, %s%s; GET /_emulator/journal lists what is kept of this key, "
        "--journal keeps more",
        by_page ? "open /_emulator/#/requests/" : "ask with that key",
        by_page ? url_encode(&rq->arena, rq->param[0]) : "");
    return request_fail(rq, ERROR_EXCHANGE_NOT_FOUND);
}

enum outcome op_explain(struct request *rq, struct reply *out)
{
    const struct journal_entry *entry = entry_find(rq, rq->param[0]);
    struct strbuf body = json_write_begin(&rq->arena, '{');

    if (!entry)
        return explain_refuse(rq);
    const char *no_curl = curl_obstacle(&rq->arena, entry);
    json_write_text(&body, "request_id", json_safe(&rq->arena, entry->id));
    json_write_time(&body, "at", entry->at);
    json_write_text(&body, "operation", entry->op ? entry->op->id : NULL);
    if (json_write_nullable(&body, "status", entry->status))
        json_write_integer(&body, "status", entry->status);
    write_rule(rq, &body, entry);
    json_write_text(&body, "fidelity", *entry->fidelity ? entry->fidelity : NULL);
    json_write_text(&body, "fault", effect_word(entry->fault, entry->delay_ms));
    json_write_open(&body, "state", '{');
    json_write_text(&body, "run", *entry->run ? entry->run : NULL);
    json_write_text(&body, "before", entry->before);
    json_write_text(&body, "after", entry->after);
    json_write_close(&body, '}');
    json_write_text(&body, "hint", *entry->hint ? entry->hint : NULL);
    json_write_json(&body, "would_have_worked",
                    entry->error ? suggested_requests(rq, entry).bytes : "null");
    json_write_text(&body, "curl", no_curl ? NULL : curl_line(rq, entry));
    json_write_text(&body, "no_curl", no_curl);
    journal_write_entry(&body, "exchange", entry);
    return reply_ok(out, json_write_end(&body, '}'));
}
