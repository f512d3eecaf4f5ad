#include "server/message.h"

#include "server/json.h"
#include "store/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define USER_AGENT "edges-emulator/" EDGES_EMULATOR_VERSION

static void print_tree(FILE *stream, const char *name, cJSON *tree)
{
    fprintf(stream, "\"%s\":%s", name, json_print(tree));
}

static cJSON *about_run(const struct callback *callback)
{
    cJSON *run = cJSON_CreateObject();

    json_add_text(run, "flow_run_uid", callback->run_uid);
    json_add_text(run, "step_uid", callback->step_uid);
    json_add_text(run, "status", callback->run_status);
    return run;
}

static cJSON *about_error(const struct callback *callback)
{
    cJSON *error = cJSON_CreateObject();

    json_add_text(error, "label", callback->error_label);
    json_add_text(error, "message", callback->error_message);
    return error;
}

static void print_results(FILE *stream, const struct output_page *page)
{
    fputs(",\"results\":[", stream);
    for (int i = 0; i < page->count; i++)
        fprintf(stream, "%s%s", i ? "," : "", page->data[i]);
    fputc(']', stream);
}

static void print_body(FILE *stream, const struct callback *callback,
                       const struct output_page *results)
{
    fputc('{', stream);
    print_tree(stream, "flow_run", about_run(callback));
    if (callback->error_label) {
        fputc(',', stream);
        print_tree(stream, "error", about_error(callback));
    }
    fprintf(stream, ",\"results_count\":%lld", (long long)callback->results_count);
    if (callback->first_result >= 0)
        print_results(stream, results);
    fputc('}', stream);
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

static const char **write_headers(struct arena *arena, const char *text)
{
    struct json_fault fault;
    const cJSON *headers = text ? json_parse(text, strlen(text), &json_unbounded, &fault) : NULL;
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

enum error message_write(struct store *store, struct arena *arena, const struct callback *callback,
                         struct message *out)
{
    struct output_query query = {
        .run_uid = callback->run_uid,
        .limit = callback->results_count,
        .offset = callback->first_result,
    };
    struct output_page results = {0};
    char *text = NULL;
    enum error e = ERROR_NONE;

    if (callback->first_result >= 0)
        e = output_list(store, arena, callback->workspace, &query, &results);
    FILE *stream = e ? NULL : open_memstream(&text, &out->size);
    if (!stream)
        return e ? e : ERROR_INTERNAL;
    struct arena *before = json_use(arena);
    print_body(stream, callback, &results);
    fclose(stream);
    out->body = arena_copy(arena, text, out->size);
    free(text);
    out->headers = write_headers(arena, callback->headers);
    json_use(before);
    return ERROR_NONE;
}
