/* The handlers that tell of the program itself (CONTROL.md "Control API"). */
#include "server/json/json.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"

enum outcome op_get_health(struct request *rq, struct reply *out)
{
    cJSON *body = cJSON_CreateObject();

    (void)rq;
    json_add_text(body, "status", "ok");
    json_add_text(body, "version", EDGES_EMULATOR_VERSION);
    return reply_ok(out, body);
}

static void add_libraries(const struct library *loaded, cJSON *body)
{
    cJSON *libraries = json_add_object(body, "libraries");

    for (const struct library *each = loaded; each->name; each++) {
        const char *version = each->version();
        if (version)
            json_add_text(libraries, each->name, version);
    }
}

static cJSON *option_value_json(enum option option, const struct option_values *values)
{
    /* Keys may be real ones: how many there are is all that anybody needs to see. */
    if (option == OPTION_API_KEY && values->count)
        return cJSON_CreateStringReference("(not shown)");
    if (!option_row(option)->repeatable)
        return values->count ? cJSON_CreateStringReference(values->value[0]) : cJSON_CreateNull();

    cJSON *list = cJSON_CreateArray();
    for (int i = 0; i < values->count; i++)
        cJSON_AddItemToArray(list, cJSON_CreateStringReference(values->value[i]));
    return list;
}

static void add_options(const struct settings *settings, cJSON *body)
{
    static const char *const sources[] = {
        [OPTION_FROM_DEFAULT] = "default",
        [OPTION_FROM_ENVIRONMENT] = "environment",
        [OPTION_FROM_OPTION] = "option",
    };
    cJSON *options = json_add_object(body, "options");

    for (enum option i = 0; i < OPTION_COUNT; i++) {
        const struct option_values *values = settings_values(settings, i);
        cJSON *option = json_add_object(options, option_row(i)->name);
        json_add(option, "value", option_value_json(i, values));
        json_add_text(option, "from", sources[values->source]);
    }
}

enum outcome op_get_info(struct request *rq, struct reply *out)
{
    cJSON *body = cJSON_CreateObject();
    struct store_counts counts;

    enum error e = store_count(rq->ctx.store, &counts);
    if (e)
        return request_fail(rq, e);

    json_add_text(body, "version", EDGES_EMULATOR_VERSION);
    add_libraries(rq->service->libraries, body);
    json_add_integer(body, "uptime_ms", (clock_monotonic_us() - rq->service->started) / 1000);
    add_options(rq->service->settings, body);
    cJSON *object = json_add_object(body, "counts");
    json_add_integer(object, "workspaces", counts.workspaces);
    json_add_integer(object, "runs", counts.runs);
    json_add_integer(object, "flows", counts.flows);
    json_add_integer(object, "schedules", counts.schedules);
    json_add_integer(object, "requests", rq->service->requests);
    return reply_ok(out, body);
}
