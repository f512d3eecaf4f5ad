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

struct status_row {
    const char *name;
    const char *shown;
    bool started, halted, finished, tells_end, cancelled;
    const char *meaning;
    struct run_step step[RUN_EVENT_COUNT];
};

struct event_row {
    const char *name;
    const char *meaning;
};

struct variant {
    const char *value;
    enum run_status status;
    enum run_event event;
    enum assumption assumption;
    struct run_step step;
};

#define RUN_EVENT(name, meaning)
#define RUN_VARIANT(status, event, assumption, value, cell)
static const struct status_row statuses[] = {
#define RUN_STATUS(name, shown, started, halted, finished, tells_end, cancelled, meaning, ...) \
    {#name, shown, started, halted, finished, tells_end, cancelled, meaning, {__VA_ARGS__}},
#include "store/run/run_machine.def"
#undef RUN_STATUS
};

/* A cell that is left out would be GO(CREATED). */
#define RUN_STATUS(name, shown, started, halted, finished, tells_end, cancelled, meaning, ...) \
    _Static_assert(sizeof(struct run_step[]){__VA_ARGS__} == sizeof statuses[RUN_##name].step, \
                   #name " needs one cell for each event");                                    \
    _Static_assert((halted) || !(finished), "a finished status is halted: " #name);            \
    _Static_assert((finished) || !((tells_end) || (cancelled)), "not finished: " #name);       \
    _Static_assert(!(tells_end) || !(cancelled), "a cancelled run tells nothing: " #name);
#include "store/run/run_machine.def"
#undef RUN_STATUS

#undef RUN_EVENT
#define RUN_STATUS(name, ...)
static const struct event_row events[] = {
#define RUN_EVENT(name, meaning) {#name, meaning},
#include "store/run/run_machine.def"
#undef RUN_EVENT
};

#undef RUN_VARIANT
#define RUN_EVENT(name, meaning)
static const struct variant variants[] = {
#define RUN_VARIANT(status, event, assumption, value, cell) \
    {value, RUN_##status, RUN_ON_##event, ASSUME_##assumption, cell},
#include "store/run/run_machine.def"
#undef RUN_VARIANT
};
#undef RUN_STATUS
#undef RUN_EVENT

struct run_step run_machine_step(const struct ctx *ctx, enum run_status from, enum run_event event)
{
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        const struct variant *v = &variants[i];
        if (v->status == from && v->event == event && assumption_is(ctx, v->assumption, v->value))
            return v->step.like ? run_machine_step(ctx, v->step.to, event) : v->step;
    }
    return statuses[from].step[event];
}

const char *run_status_name(enum run_status status)
{
    return statuses[status].name;
}

const char *run_status_shown(enum run_status status)
{
    return statuses[status].shown;
}

const char *run_status_meaning(enum run_status status)
{
    return statuses[status].meaning;
}

bool run_status_started(enum run_status status)
{
    return statuses[status].started;
}

bool run_status_halted(enum run_status status)
{
    return statuses[status].halted;
}

bool run_status_finished(enum run_status status)
{
    return statuses[status].finished;
}

bool run_status_tells_end(enum run_status status)
{
    return statuses[status].tells_end;
}

bool run_status_cancelled(enum run_status status)
{
    return statuses[status].cancelled;
}

static enum run_status run_status_find(const char *shown, bool cancelled)
{
    enum run_status status = 0;

    while (status < RUN_STATUS_COUNT &&
           (statuses[status].cancelled != cancelled || strcmp(shown, statuses[status].shown) != 0))
        status++;
    return status;
}

enum run_status run_status_from(const char *shown, bool cancelled)
{
    enum run_status status = run_status_find(shown, cancelled);

    return status < RUN_STATUS_COUNT || !cancelled ? status : run_status_find(shown, false);
}

const char *run_event_name(enum run_event event)
{
    return events[event].name;
}

const char *run_event_meaning(enum run_event event)
{
    return events[event].meaning;
}

bool run_event_parse(const char *name, enum run_event *out)
{
    for (enum run_event i = 0; i < RUN_EVENT_COUNT; i++) {
        if (strcmp(name, events[i].name) == 0) {
            *out = i;
            return true;
        }
    }
    return false;
}
