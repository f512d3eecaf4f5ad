/* The life of a run as a table: which event leads from which status to which, and what refuses.
 *
 * Pure functions over run_machine.def. Nothing here touches a run: run.c does, and asks here first.
 */
#ifndef STORE_RUN_RUN_MACHINE_H
#define STORE_RUN_RUN_MACHINE_H

#include "store/base/errors.h"

#include <stdbool.h>

#define RUN_EVENT(name, meaning)
#define RUN_VARIANT(status, event, assumption, value, cell)

enum run_status {
#define RUN_STATUS(name, ...) RUN_##name,
#include "store/run/run_machine.def"
#undef RUN_STATUS
    RUN_STATUS_COUNT
};

#undef RUN_EVENT
#define RUN_STATUS(name, ...)

enum run_event {
#define RUN_EVENT(name, meaning) RUN_ON_##name,
#include "store/run/run_machine.def"
#undef RUN_EVENT
    RUN_EVENT_COUNT
};

#undef RUN_STATUS
#undef RUN_VARIANT

/* What an event does: a refusal, or (refusal is ERROR_NONE) the status it leads to. */
struct run_step {
    enum error refusal;
    enum run_status to;
    bool like; /* inside the table only: what that status does */
};

/* The cell of the table, under the assumptions in force. */
struct run_step run_machine_step(const struct ctx *ctx, enum run_status from, enum run_event event);

/* The name in the table (CANCELLED differs from STOPPED), the name the API shows, the meaning. */
const char *run_status_name(enum run_status status);
const char *run_status_shown(enum run_status status);
const char *run_status_meaning(enum run_status status);

/* The columns of run_machine.def, which says what they mean. */
bool run_status_started(enum run_status status);
bool run_status_halted(enum run_status status);
bool run_status_finished(enum run_status status);
bool run_status_tells_end(enum run_status status);
bool run_status_cancelled(enum run_status status);

/* The status that shows this name, where there are two the cancelled one if so asked;
 * RUN_STATUS_COUNT for a name that none shows. */
enum run_status run_status_from(const char *shown, bool cancelled);

const char *run_event_name(enum run_event event);
const char *run_event_meaning(enum run_event event);

/* The event of this name; false when there is none. */
bool run_event_parse(const char *name, enum run_event *out);

#endif
