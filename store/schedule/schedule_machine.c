/* The life of a schedule as a table (API.md section 8). */
#include "store/schedule/schedule.h"

#include <string.h>

#define GO(status) SCHEDULE_##status
#define NO SCHEDULE_NONE

const struct schedule_status_row schedule_statuses[SCHEDULE_STATUS_COUNT] = {
#define SCHEDULE_STATUS(name, ...) {#name, {__VA_ARGS__}},
#include "store/schedule/schedule.def"
};

/* A cell that is left out would be GO(ACTIVE). */
#define SCHEDULE_STATUS(name, ...)                                      \
    _Static_assert(sizeof(enum schedule_status[]){__VA_ARGS__} ==       \
                       sizeof schedule_statuses[SCHEDULE_##name].after, \
                   #name " needs one cell for each action");
#include "store/schedule/schedule.def"

const char *const schedule_actions[SCHEDULE_ACTION_COUNT] = {
#define SCHEDULE_ACTION(name, word) word,
#include "store/schedule/schedule.def"
};

enum schedule_status schedule_status_parse(const char *name)
{
    enum schedule_status status = 0;

    while (status < SCHEDULE_STATUS_COUNT && strcmp(schedule_statuses[status].name, name) != 0)
        status++;
    return status;
}

enum schedule_action schedule_action_parse(const char *name)
{
    enum schedule_action action = 0;

    while (action < SCHEDULE_ACTION_COUNT && strcmp(schedule_actions[action], name) != 0)
        action++;
    return action;
}
