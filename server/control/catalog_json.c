#include "server/control/catalog_json.h"

#include "server/json/write.h"

#include <string.h>

/* The words of "a|b" as an array of strings. */
static void write_words(struct strbuf *out, const char *name, const char *list)
{
    json_write_open(out, name, '[');
    while (*list) {
        size_t size = strcspn(list, "|");
        json_write_text(out, NULL, arena_copy(out->arena, list, size));
        list += size + (list[size] == '|');
    }
    json_write_close(out, ']');
}

struct strbuf catalog_json_assumptions(struct arena *arena, const struct assumptions *assumptions)
{
    struct strbuf out = {.arena = arena};

    json_write_open(&out, NULL, '[');
    for (enum assumption i = ASSUME_NONE + 1; i < ASSUMPTION_COUNT; i++) {
        const struct assumption_row *row = assumption_row(i);
        json_write_open(&out, NULL, '{');
        json_write_text(&out, "id", row->id);
        json_write_text(&out, "value", assumption_value(assumptions, i));
        json_write_text(&out, "default", row->value);
        write_words(&out, "also", row->also);
        json_write_text(&out, "why", row->why);
        json_write_close(&out, '}');
    }
    json_write_close(&out, ']');
    return out;
}

static void write_status(struct strbuf *out, enum run_status status)
{
    json_write_open(out, NULL, '{');
    json_write_text(out, "name", run_statuses[status].name);
    json_write_text(out, "shown", run_statuses[status].shown);
    json_write_bool(out, "finished", run_statuses[status].finished);
    json_write_text(out, "meaning", run_statuses[status].meaning);
    json_write_close(out, '}');
}

static void write_transition(const struct ctx *ctx, struct strbuf *out, enum run_status from,
                             enum run_event event)
{
    struct run_step step = run_machine_step(ctx, from, event);

    json_write_open(out, NULL, '{');
    json_write_text(out, "from", run_statuses[from].name);
    json_write_text(out, "event", run_events[event].name);
    json_write_text(out, "to", step.refusal ? NULL : run_statuses[step.to].name);
    json_write_text(out, "refusal", step.refusal ? error_row(step.refusal)->name : NULL);
    json_write_close(out, '}');
}

struct strbuf catalog_json_state_machine(const struct ctx *ctx)
{
    struct strbuf out = {.arena = ctx->arena};

    json_write_open(&out, NULL, '{');
    json_write_open(&out, "statuses", '[');
    for (enum run_status s = 0; s < RUN_STATUS_COUNT; s++)
        write_status(&out, s);
    json_write_close(&out, ']');
    json_write_open(&out, "events", '[');
    for (enum run_event e = 0; e < RUN_EVENT_COUNT; e++)
        json_write_text(&out, NULL, run_events[e].name);
    json_write_close(&out, ']');
    json_write_open(&out, "transitions", '[');
    for (enum run_status s = 0; s < RUN_STATUS_COUNT; s++) {
        for (enum run_event e = 0; e < RUN_EVENT_COUNT; e++)
            write_transition(ctx, &out, s, e);
    }
    json_write_close(&out, ']');
    json_write_close(&out, '}');
    return out;
}

const char *catalog_mermaid(const struct ctx *ctx)
{
    const char *text = "stateDiagram-v2\n    [*] --> CREATED\n";

    for (enum run_status s = 0; s < RUN_STATUS_COUNT; s++) {
        bool leads_on = false;
        for (enum run_event e = 0; e < RUN_EVENT_COUNT; e++) {
            struct run_step step = run_machine_step(ctx, s, e);
            if (step.refusal)
                continue;
            leads_on = true;
            text = arena_format(ctx->arena, "%s    %s --> %s: %s\n", text, run_statuses[s].name,
                                run_statuses[step.to].name, run_events[e].name);
        }
        if (!leads_on)
            text = arena_format(ctx->arena, "%s    %s --> [*]\n", text, run_statuses[s].name);
    }
    return text;
}
