#include "server/control/catalog_json.h"

#include <string.h>

/* The words of "a|b" as an array of strings. */
static cJSON *split(struct arena *arena, const char *list)
{
    cJSON *array = cJSON_CreateArray();

    while (*list) {
        size_t size = strcspn(list, "|");
        cJSON_AddItemToArray(array, cJSON_CreateStringReference(arena_copy(arena, list, size)));
        list += size + (list[size] == '|');
    }
    return array;
}

cJSON *catalog_json_assumptions(struct arena *arena, const struct assumptions *assumptions)
{
    cJSON *array = cJSON_CreateArray();

    for (enum assumption i = ASSUME_NONE + 1; i < ASSUMPTION_COUNT; i++) {
        const struct assumption_row *row = assumption_row(i);
        cJSON *object = cJSON_CreateObject();
        json_add_text(object, "id", row->id);
        json_add_text(object, "value", assumption_value(assumptions, i));
        json_add_text(object, "default", row->value);
        json_add(object, "also", split(arena, row->also));
        json_add_text(object, "why", row->why);
        cJSON_AddItemToArray(array, object);
    }
    return array;
}

static cJSON *status_row(enum run_status status)
{
    cJSON *object = cJSON_CreateObject();

    json_add_text(object, "name", run_status_name(status));
    json_add_text(object, "shown", run_status_shown(status));
    json_add_bool(object, "finished", run_status_finished(status));
    json_add_text(object, "meaning", run_status_meaning(status));
    return object;
}

static cJSON *step_row(const struct ctx *ctx, enum run_status from, enum run_event event)
{
    struct run_step step = run_machine_step(ctx, from, event);
    cJSON *object = cJSON_CreateObject();

    json_add_text(object, "from", run_status_name(from));
    json_add_text(object, "event", run_event_name(event));
    json_add_text(object, "to", step.refusal ? NULL : run_status_name(step.to));
    json_add_text(object, "refusal", step.refusal ? error_row(step.refusal)->name : NULL);
    return object;
}

cJSON *catalog_json_state_machine(const struct ctx *ctx)
{
    cJSON *statuses = cJSON_CreateArray();
    cJSON *events = cJSON_CreateArray();
    cJSON *transitions = cJSON_CreateArray();

    for (enum run_event e = 0; e < RUN_EVENT_COUNT; e++)
        cJSON_AddItemToArray(events, cJSON_CreateStringReference(run_event_name(e)));
    for (enum run_status s = 0; s < RUN_STATUS_COUNT; s++) {
        cJSON_AddItemToArray(statuses, status_row(s));
        for (enum run_event e = 0; e < RUN_EVENT_COUNT; e++)
            cJSON_AddItemToArray(transitions, step_row(ctx, s, e));
    }

    cJSON *machine = cJSON_CreateObject();
    json_add(machine, "statuses", statuses);
    json_add(machine, "events", events);
    json_add(machine, "transitions", transitions);
    return machine;
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
            text = arena_format(ctx->arena, "%s    %s --> %s: %s\n", text, run_status_name(s),
                                run_status_name(step.to), run_event_name(e));
        }
        if (!leads_on)
            text = arena_format(ctx->arena, "%s    %s --> [*]\n", text, run_status_name(s));
    }
    return text;
}
