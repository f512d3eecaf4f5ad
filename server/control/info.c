/* The handlers that tell of the program itself (CONTROL.md "Control API"). */
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"

enum outcome op_get_health(struct request *rq, struct reply *out)
{
    struct strbuf body = {.arena = &rq->arena};

    json_write_open(&body, NULL, '{');
    json_write_text(&body, "status", "ok");
    json_write_text(&body, "version", EDGES_EMULATOR_VERSION);
    json_write_close(&body, '}');
    return reply_ok(out, body);
}

static void write_libraries(struct strbuf *out, const struct library *loaded)
{
    json_write_open(out, "libraries", '{');
    for (const struct library *each = loaded; each->name; each++) {
        const char *version = each->version();
        if (version)
            json_write_text(out, each->name, version);
    }
    json_write_close(out, '}');
}

static void write_option_value(struct strbuf *out, enum option option,
                               const struct option_values *values)
{
    /* Keys may be real ones: how many there are is all that anybody needs to see. */
    if (option == OPTION_API_KEY && values->count) {
        json_write_text(out, "value", "(not shown)");
        return;
    }
    if (option_row(option)->type != OPTION_LIST) {
        json_write_text(out, "value", values->count ? values->value[0] : NULL);
        return;
    }
    json_write_open(out, "value", '[');
    for (int i = 0; i < values->count; i++)
        json_write_text(out, NULL, values->value[i]);
    json_write_close(out, ']');
}

static void write_options(struct strbuf *out, const struct settings *settings)
{
    static const char *const sources[] = {
        [OPTION_FROM_DEFAULT] = "default",
        [OPTION_FROM_ENVIRONMENT] = "environment",
        [OPTION_FROM_OPTION] = "option",
    };

    json_write_open(out, "options", '{');
    for (enum option i = 0; i < OPTION_COUNT; i++) {
        const struct option_values *values = settings_values(settings, i);
        json_write_open(out, option_row(i)->name, '{');
        write_option_value(out, i, values);
        json_write_text(out, "from", sources[values->source]);
        json_write_close(out, '}');
    }
    json_write_close(out, '}');
}

enum outcome op_get_info(struct request *rq, struct reply *out)
{
    struct strbuf body = {.arena = &rq->arena};
    struct store_counts counts;

    enum error e = store_count(rq->ctx.store, &counts);
    if (e)
        return request_fail(rq, e);

    json_write_open(&body, NULL, '{');
    json_write_text(&body, "version", EDGES_EMULATOR_VERSION);
    write_libraries(&body, rq->service->libraries);
    json_write_integer(&body, "uptime_ms", (clock_monotonic_us() - rq->service->started) / 1000);
    write_options(&body, rq->service->settings);
    json_write_open(&body, "counts", '{');
    json_write_integer(&body, "workspaces", counts.workspaces);
    json_write_integer(&body, "runs", counts.runs);
    json_write_integer(&body, "flows", counts.flows);
    json_write_integer(&body, "schedules", counts.schedules);
    json_write_integer(&body, "requests", rq->service->requests);
    json_write_close(&body, '}');
    json_write_close(&body, '}');
    return reply_ok(out, body);
}
