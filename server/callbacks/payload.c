#include "server/callbacks/payload.h"

#include "server/json/json.h"
#include "server/json/write.h"
#include "store/base/syntax.h"
#include "store/run/output.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#define USER_AGENT "edges-emulator/" EDGES_EMULATOR_VERSION

/* The labels that the vendor does not name with 424, failed work (API.md section 3). */
static const struct {
    const char *label, *scope;
    int status;
} statuses[] = {
    {"BAD_INPUT", "input", 400},       {"BAD_PARAMETERS", "param", 400},
    {"NO_ACCESS", "config", 402},      {"ACTION_ABORTED", "input", 422},
    {"LIMIT_REACHED", "config", 429},  {"STATUS_429", "config", 429},
    {"INTERNAL_ERROR", "server", 500}, {NULL, "integ", 424},
};

/* An error of the API; its reference is the same in every attempt. */
static void write_api_error(const struct callback *callback, struct strbuf *out)
{
    size_t i = 0;

    while (statuses[i].label && strcmp(callback->error_label, statuses[i].label) != 0)
        i++;
    json_write_text(out, "error_label", callback->error_label);
    json_write_text(out, "error_scope", statuses[i].scope);
    json_write_text(out, "error_ref",
                    arena_format(out->arena, "ERR-%012" PRIu64,
                                 uid_seed(uid_seed(0, "error"), callback->uid) % 1000000000000));
    json_write_text(out, "message", callback->error_message);
    json_write_integer(out, "status_code", statuses[i].status);
    json_write_open(out, "params", '{');
    json_write_close(out, '}');
}

static void write_error(const struct ctx *ctx, const struct callback *callback, struct strbuf *out)
{
    if (!callback->error_label)
        return;
    json_write_open(out, "error", '{');
    if (assumption_is(ctx, ASSUME_CALLBACK_ERROR, "api-error")) {
        write_api_error(callback, out);
    } else {
        json_write_text(out, "label", callback->error_label);
        json_write_text(out, "message", callback->error_message);
    }
    json_write_close(out, '}');
}

static enum error payload_write_body(const struct ctx *ctx, const struct callback *callback,
                                     struct strbuf *out)
{
    struct output_query query = {
        .run_uid = callback->run_uid,
        .limit = callback->results_count,
        .offset = callback->first_result,
    };
    bool has_results = callback->first_result >= 0;
    struct text_list results;
    enum error e = has_results ? output_list(ctx, &query, &results) : ERROR_NONE;

    if (e)
        return e;
    json_write_open(out, NULL, '{');
    json_write_open(out, "flow_run", '{');
    json_write_text(out, "flow_run_uid", callback->run_uid);
    json_write_text(out, "step_uid", callback->step_uid);
    json_write_text(out, "status", callback->run_status);
    json_write_close(out, '}');
    write_error(ctx, callback, out);
    json_write_integer(out, "results_count", callback->results_count);
    if (has_results) {
        json_write_open(out, "results", '[');
        for (int i = 0; i < results.count; i++)
            json_write_json(out, NULL, results.text[i]);
        json_write_close(out, ']');
    }
    json_write_close(out, '}');
    return ERROR_NONE;
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

/* libcurl takes "Name;" for an empty value, and "Name:" for a header of its own to leave out. */
static const char *header_line(struct arena *arena, const char *name, const char *value)
{
    if (!*value)
        return arena_format(arena, "%s;", name);
    return arena_format(arena, "%s: %s", name, value);
}

static const char **payload_write_headers(struct arena *arena, const struct callback *callback)
{
    const char *text = callback->headers;
    struct json_fault fault;
    const cJSON *headers =
        text ? json_parse(arena, text, strlen(text), &json_unbounded, &fault) : NULL;
    const char **lines =
        arena_alloc(arena, ((size_t)cJSON_GetArraySize(headers) + 6) * sizeof *lines);
    size_t count = 0;

    if (!has_header(headers, "Content-Type"))
        lines[count++] = "Content-Type: application/json";
    if (!has_header(headers, "User-Agent"))
        lines[count++] = "User-Agent: " USER_AGENT;
    if (!has_header(headers, "Expect"))
        lines[count++] = "Expect:"; /* not to wait for 100 Continue before a large body */
    lines[count++] = arena_format(arena, "Emulator-Callback: %s", callback->uid);
    lines[count++] =
        arena_format(arena, "Emulator-Attempt: %lld", (long long)callback->attempts + 1);
    const cJSON *header;
    cJSON_ArrayForEach (header, headers) { /* a reserved one is in an older database */
        if (cJSON_IsString(header) && !callback_header_is_reserved(header->string))
            lines[count++] = header_line(arena, header->string, header->valuestring);
    }
    lines[count] = NULL;
    return lines;
}

enum error payload_write(const struct ctx *ctx, const struct callback *callback,
                         struct payload *out)
{
    struct strbuf body = {.arena = ctx->arena};
    enum error e = payload_write_body(ctx, callback, &body);

    if (e)
        return e;
    out->body = body.bytes;
    out->size = body.size;
    out->headers = payload_write_headers(ctx->arena, callback);
    return ERROR_NONE;
}
