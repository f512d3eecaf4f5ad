/* The handler that explains the reply to a request (CONTROL.md "Control API"). */
#include "server/control/suggested_requests.h"
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"
#include "server/session/session.h"

#include <string.h>

/* The entry of a request id: in the journals of the caller's workspace, or of no workspace. */
static const struct journal_entry *entry_find(struct request *rq, const char *id)
{
    struct session *own = session_get(rq->service->sessions, rq->ctx.workspace),
                   *shared = session_get(rq->service->sessions, NULL);
    const struct journal *const journals[] = {&own->journal, &own->control, &shared->journal,
                                              &shared->control, NULL};
    const struct journal_entry *entry = NULL;

    for (int i = 0; !entry && journals[i]; i++)
        entry = journal_find(journals[i], id);
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
    size_t size = strlen(name);

    return strncasecmp(line, name, size) == 0 && line[size] == ':';
}

/* Whether the reply depends on this header. The host is in the URL, but for a refused one. */
static bool is_relevant_header(const struct journal_entry *entry, const char *line)
{
    static const char *const names[] = {"Content-Type", "Emulator-Fault", "Emulator-Race",
                                        "Origin"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (header_is_named(line, names[i]))
            return true;
    }
    return entry->error == ERROR_FORBIDDEN && header_is_named(line, "Host");
}

/* The relevant headers as options. curl sends a header without a value when it is written "Name;",
 * and none when it is written "Name:". The journal has no keys. */
static const char *curl_header_options(struct arena *arena, const struct journal_entry *entry)
{
    char *rest = arena_strdup(arena, entry->headers), *line;
    const char *key = "", *out = "";

    while ((line = strsep(&rest, "\n"))) {
        char *separator = strstr(line, ": ");
        if (header_is_named(line, "X-API-Key"))
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

/* Without these, curl waits for the body of a reply to HEAD, expands brackets and braces, and
 * resolves dot segments. */
static const char *curl_options(struct arena *arena, const struct journal_entry *entry)
{
    const char *out = strcmp(entry->method, "HEAD") == 0
                          ? "--head"
                          : arena_format(arena, "-i -X %s", shell_quote(arena, entry->method));

    if (strpbrk(entry->path, "[]{}") || strpbrk(entry->query, "[]{}"))
        out = arena_format(arena, "--globoff %s", out);
    if (strstr(entry->path, "/."))
        out = arena_format(arena, "--path-as-is %s", out);
    return out;
}

static const char *curl_line(struct request *rq, const struct journal_entry *entry)
{
    struct arena *arena = &rq->arena;
    const char *host =
        rq->headers.field[HEADER_HOST] ? rq->headers.field[HEADER_HOST] : "localhost";
    const char *url = arena_format(arena, "http://%s%s%s%s", host, entry->path,
                                   *entry->query ? "?" : "", entry->query);
    const char *line = arena_format(arena, "curl %s %s%s", curl_options(arena, entry),
                                    shell_quote(arena, url), curl_header_options(arena, entry));

    if (entry->request_size)
        line =
            arena_format(arena, "%s --data-raw %s", line, shell_quote(arena, entry->request_body));
    return line;
}

static void write_rule(struct request *rq, struct strbuf *out, const struct journal_entry *entry)
{
    const char *message = entry->message;

    if (!entry->error) {
        json_write_text(out, "rule", NULL);
        return;
    }
    json_write_open(out, "rule", '{');
    json_write_text(out, "error", error_row(entry->error)->name);
    json_write_text(out, "says", error_row(entry->error)->message);
    json_write_text(out, "message", *message ? json_safe(&rq->arena, message) : NULL);
    json_write_close(out, '}');
}

static void write_state(struct strbuf *out, const struct journal_entry *entry)
{
    json_write_open(out, "state", '{');
    json_write_text(out, "run", *entry->run ? entry->run : NULL);
    json_write_text(out, "before", entry->before);
    json_write_text(out, "after", entry->after);
    json_write_close(out, '}');
}

enum outcome op_explain(struct request *rq, struct reply *out)
{
    const struct journal_entry *entry = entry_find(rq, rq->param[0]);
    struct strbuf body = {.arena = &rq->arena};

    if (!entry)
        return request_fail(rq, ERROR_EXCHANGE_NOT_FOUND);
    const char *no_curl = curl_obstacle(&rq->arena, entry);
    json_write_open(&body, NULL, '{');
    json_write_text(&body, "request_id", json_safe(&rq->arena, entry->id));
    json_write_time(&body, "at", entry->at);
    json_write_text(&body, "operation", entry->op ? entry->op->id : NULL);
    json_write_integer(&body, "status", entry->status);
    write_rule(rq, &body, entry);
    json_write_text(&body, "fidelity", *entry->fidelity ? entry->fidelity : NULL);
    json_write_text(&body, "fault", entry->fault ? effect_row(entry->fault)->word : NULL);
    write_state(&body, entry);
    json_write_text(&body, "hint", *entry->hint ? entry->hint : NULL);
    json_write_json(&body, "would_have_worked",
                    entry->error ? suggested_requests(rq, entry).bytes : "null");
    json_write_text(&body, "curl", no_curl ? NULL : curl_line(rq, entry));
    json_write_text(&body, "no_curl", no_curl);
    json_write_close(&body, '}');
    return reply_ok(out, body);
}
