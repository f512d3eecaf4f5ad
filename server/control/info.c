/* The handlers that describe the server itself (CONTROL.md "Control API"). */
#include "server/json/json.h"
#include "server/json/write.h"
#include "server/operation_handlers.h"
#include "server/request/reply.h"

enum outcome op_get_health(struct request *rq, struct reply *out)
{
    struct strbuf body = json_write_begin(&rq->arena, '{');

    json_write_text(&body, "status", "ok");
    json_write_text(&body, "version", EDGES_EMULATOR_VERSION);
    return reply_ok(out, json_write_end(&body, '}'));
}

/* Paths are bytes of any kind. */
static void write_value(struct strbuf *out, const char *name, const char *value)
{
    json_write_text(out, name, value ? json_safe(out->arena, value) : NULL);
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
        if (!(option_row(i)->commands & OF_SERVE))
            continue;
        json_write_open(out, option_row(i)->name, '{');
        if (i == OPTION_API_KEY && values->count) { /* a key may be a real one */
            json_write_text(out, "value", "(not shown)");
        } else if (option_row(i)->type != OPTION_LIST) {
            write_value(out, "value", values->count ? values->value[0] : NULL);
        } else {
            json_write_open(out, "value", '[');
            for (int j = 0; j < values->count; j++)
                write_value(out, NULL, values->value[j]);
            json_write_close(out, ']');
        }
        json_write_text(out, "from", sources[values->source]);
        json_write_close(out, '}');
    }
    json_write_close(out, '}');
}

enum outcome op_get_info(struct request *rq, struct reply *out)
{
    struct strbuf body = json_write_begin(&rq->arena, '{');
    struct store_counts counts;
    enum error e = store_count(&rq->ctx, &counts);
    if (e)
        return request_fail(rq, e);

    json_write_text(&body, "version", EDGES_EMULATOR_VERSION);
    json_write_open(&body, "libraries", '{');
    for (const struct library *each = rq->service->libraries; each->name; each++) {
        if (each->version())
            json_write_text(&body, each->name, each->version());
    }
    json_write_close(&body, '}');
    json_write_integer(&body, "uptime_ms", (clock_monotonic_us() - rq->service->started) / 1000);
    write_options(&body, rq->service->settings);
    json_write_open(&body, "counts", '{');
    json_write_integer(&body, "workspaces", counts.workspaces);
    json_write_integer(&body, "runs", counts.runs);
    json_write_integer(&body, "flows", counts.flows);
    json_write_integer(&body, "schedules", counts.schedules);
    json_write_integer(&body, "requests", rq->service->requests);
    json_write_close(&body, '}');
    return reply_ok(out, json_write_end(&body, '}'));
}
