/* The life of a schedule as a table (API.md section 8). */
#include "store/base/instant.h"
#include "store/schedule/schedule.h"

#include <string.h>

#define GO(status) SCHEDULE_##status
#define NO SCHEDULE_NONE

#define SCHEDULE_ACTION(name, word)
static const struct {
    const char *name;
    enum schedule_status after[SCHEDULE_ACTION_COUNT];
} statuses[SCHEDULE_STATUS_COUNT] = {
#define SCHEDULE_STATUS(name, ...) {#name, {__VA_ARGS__}},
#include "store/schedule/schedule.def"
#undef SCHEDULE_STATUS
};

/* A cell that is left out would be GO(ACTIVE). */
#define SCHEDULE_STATUS(name, ...)                                \
    _Static_assert(sizeof(enum schedule_status[]){__VA_ARGS__} == \
                       sizeof statuses[SCHEDULE_##name].after,    \
                   #name " needs one cell for each action");
#include "store/schedule/schedule.def"
#undef SCHEDULE_STATUS
#undef SCHEDULE_ACTION

#define SCHEDULE_STATUS(name, ...)
static const char *const actions[SCHEDULE_ACTION_COUNT] = {
#define SCHEDULE_ACTION(name, word) word,
#include "store/schedule/schedule.def"
#undef SCHEDULE_ACTION
};
#undef SCHEDULE_STATUS

const char *schedule_status_name(enum schedule_status status)
{
    return statuses[status].name;
}

enum schedule_status schedule_status_parse(const char *name)
{
    enum schedule_status status = 0;

    while (status < SCHEDULE_STATUS_COUNT && strcmp(statuses[status].name, name) != 0)
        status++;
    return status;
}

const char *schedule_action_name(enum schedule_action action)
{
    return actions[action];
}

enum schedule_action schedule_action_parse(const char *name)
{
    enum schedule_action action = 0;

    while (action < SCHEDULE_ACTION_COUNT && strcmp(actions[action], name) != 0)
        action++;
    return action;
}

enum schedule_status schedule_after(enum schedule_status status, enum schedule_action action)
{
    return statuses[status].after[action];
}
