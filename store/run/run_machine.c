#include "store/run/run_machine.h"

#include <stddef.h>
#include <string.h>

#define GO(status)         \
    {                      \
        .to = RUN_##status \
    }
#define LIKE(status)                     \
    {                                    \
        .like = true, .to = RUN_##status \
    }
#define NO(error)                \
    {                            \
        .refusal = ERROR_##error \
    }

const struct run_status_row run_statuses[RUN_STATUS_COUNT] = {
#define RUN_STATUS(name, shown, number, started, halted, finished, tells_progress, tells_end, \
                   cancelled, meaning, ...)                                                   \
    {#name,     shown,     started, halted,        finished, tells_progress,                  \
     tells_end, cancelled, meaning, {__VA_ARGS__}, number},
#include "store/run/run_machine.def"
};

/* A cell that is left out would be GO(CREATED). */
#define RUN_STATUS(name, shown, number, started, halted, finished, tells_progress, tells_end,      \
                   cancelled, meaning, ...)                                                        \
    _Static_assert(sizeof(struct run_step[]){__VA_ARGS__} == sizeof run_statuses[RUN_##name].step, \
                   #name " needs one cell for each event");                                        \
    _Static_assert((halted) || !(finished), "a finished status is halted: " #name);                \
    _Static_assert((finished) || !((tells_end) || (cancelled)), "not finished: " #name);           \
    _Static_assert(!(tells_end) || !(cancelled), "a cancelled run tells nothing: " #name);
#include "store/run/run_machine.def"

const struct run_event_row run_events[RUN_EVENT_COUNT] = {
#define RUN_EVENT(name, meaning) {#name, meaning},
#include "store/run/run_machine.def"
};

static const struct run_variant {
    const char *value;
    enum run_status status;
    enum run_event event;
    enum assumption assumption;
    struct run_step step;
} variants[] = {
#define RUN_VARIANT(status, event, assumption, value, cell) \
    {value, RUN_##status, RUN_ON_##event, ASSUME_##assumption, cell},
#include "store/run/run_machine.def"
};

struct run_step run_machine_step(const struct ctx *ctx, enum run_status from, enum run_event event)
{
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        const struct run_variant *v = &variants[i];
        if (v->status == from && v->event == event && assumption_is(ctx, v->assumption, v->value))
            return v->step.like ? run_machine_step(ctx, v->step.to, event) : v->step;
    }
    return run_statuses[from].step[event];
}

/* In the table, each is one more: 0 is none. */
enum run_status run_status_stored(int64_t number, bool cancelled)
{
    static const unsigned char by_number[2][128] = {
#define RUN_STATUS(name, shown, number, started, halted, finished, tells_progress, tells_end, \
                   cancelled, ...)                                                            \
    [cancelled][number] = RUN_##name + 1,
#include "store/run/run_machine.def"
    };
    if (number < 0 || number >= 128)
        return RUN_STATUS_COUNT;
    unsigned char found = by_number[cancelled][number];
    if (!found)
        found = by_number[false][number];
    return found ? (enum run_status)(found - 1) : RUN_STATUS_COUNT;
}

int run_status_number(const char *shown)
{
    for (enum run_status i = 0; i < RUN_STATUS_COUNT; i++) {
        if (strcmp(shown, run_statuses[i].shown) == 0)
            return run_statuses[i].number;
    }
    return 0;
}

enum run_status run_status_from(const char *shown, bool cancelled)
{
    return run_status_stored(run_status_number(shown), cancelled);
}

bool run_event_finishes(enum run_event event)
{
    return event == RUN_ON_FINISH || event == RUN_ON_FINISH_PARTIALLY;
}

bool run_event_parse(const char *name, enum run_event *out)
{
    for (enum run_event i = 0; i < RUN_EVENT_COUNT; i++) {
        if (strcmp(name, run_events[i].name) == 0) {
            *out = i;
            return true;
        }
    }
    return false;
}

const char *run_events_possible(const struct ctx *ctx, struct arena *arena, enum run_status from,
                                bool by_hand)
{
    struct ctx unrecorded = ctx_unrecorded(ctx);
    const char *list = "";

    for (enum run_event e = 0; e < RUN_EVENT_COUNT; e++) {
        bool is_call = e == RUN_ON_CANCEL || e == RUN_ON_RESUME;
        if (!(by_hand && is_call) && !run_machine_step(&unrecorded, from, e).refusal)
            list = arena_append(arena, list, ", ", run_events[e].name);
    }
    return *list ? list : "nothing";
}
