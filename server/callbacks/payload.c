#include "server/callbacks/payload.h"

#include "server/json/json.h"
#include "server/json/write.h"
#include "store/run/output.h"

#include <string.h>
#include <strings.h>

#define USER_AGENT "edges-emulator/" EDGES_EMULATOR_VERSION

static void payload_write_run(struct strbuf *out, const struct callback *callback)
{
    json_write_open(out, "flow_run", '{');
    json_write_text(out, "flow_run_uid", callback->run_uid);
    json_write_text(out, "step_uid", callback->step_uid);
    json_write_text(out, "status", callback->run_status);
    json_write_close(out, '}');
}

static void payload_write_error(struct strbuf *out, const struct callback *callback)
{
    json_write_open(out, "error", '{');
    json_write_text(out, "label", callback->error_label);
    json_write_text(out, "message", callback->error_message);
    json_write_close(out, '}');
}

static void payload_write_results(struct strbuf *out, const struct text_list *page)
{
    json_write_open(out, "results", '[');
    for (int i = 0; i < page->count; i++)
        json_write_json(out, NULL, page->text[i]);
    json_write_close(out, ']');
}

static void payload_write_body(struct strbuf *out, const struct callback *callback,
                               const struct text_list *results)
{
    json_write_open(out, NULL, '{');
    payload_write_run(out, callback);
    if (callback->error_label)
        payload_write_error(out, callback);
    json_write_integer(out, "results_count", callback->results_count);
    if (callback->first_result >= 0)
        payload_write_results(out, results);
    json_write_close(out, '}');
}

/* Those that say something of the message itself, which is ours to say. */
static bool is_ours(const char *name)
{
    static const char *const ours[] = {"Content-Length", "Transfer-Encoding", "Connection"};

    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        if (strcasecmp(name, ours[i]) == 0)
            return true;
    }
    return false;
}

static bool has_header(const cJSON *headers, const char *name)
{
    const cJSON *header;
    cJSON_ArrayForEach (header, headers) {
        if (strcasecmp(header->string, name) == 0)
            return true;
    }
    return false;
}

/* libcurl wants an empty value written with a semicolon, and takes a name without a value as a
 * header of its own that it is to leave out. */
static const char *header_line(struct arena *arena, const char *name, const char *value)
{
    if (!*value)
        return arena_format(arena, "%s;", name);
    return arena_format(arena, "%s: %s", name, value);
}

static const char **payload_write_headers(struct arena *arena, const char *text)
{
    struct json_fault fault;
    const cJSON *headers =
        text ? json_parse(arena, text, strlen(text), &json_unbounded, &fault) : NULL;
    const char **lines =
        arena_alloc(arena, ((size_t)cJSON_GetArraySize(headers) + 4) * sizeof *lines);
    size_t count = 0;

    if (!has_header(headers, "Content-Type"))
        lines[count++] = "Content-Type: application/json";
    if (!has_header(headers, "User-Agent"))
        lines[count++] = "User-Agent: " USER_AGENT;
    if (!has_header(headers, "Expect"))
        lines[count++] = "Expect:"; /* not to wait for 100 Continue before a large body */
    const cJSON *header;
    cJSON_ArrayForEach (header, headers) {
        if (cJSON_IsString(header) && !is_ours(header->string))
            lines[count++] = header_line(arena, header->string, header->valuestring);
    }
    lines[count] = NULL;
    return lines;
}

enum error payload_write(const struct ctx *ctx, const struct callback *callback,
                         struct payload *out)
{
    struct output_query query = {
        .run_uid = callback->run_uid,
        .limit = callback->results_count,
        .offset = callback->first_result,
    };
    struct text_list results = {0};
    struct strbuf body = {.arena = ctx->arena};

    if (callback->first_result >= 0) {
        enum error e = output_list(ctx, &query, &results);
        if (e)
            return e;
    }
    payload_write_body(&body, callback, &results);
    out->body = body.bytes;
    out->size = body.size;
    out->headers = payload_write_headers(ctx->arena, callback->headers);
    return ERROR_NONE;
}
