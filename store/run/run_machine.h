/* The life of a run as a table: which event leads from which status to which, and which error
 * refuses it. run_machine.def has the rows and their meaning.
 *
 * Nothing here changes a run: run.c does, and asks here first.
 */
#ifndef STORE_RUN_RUN_MACHINE_H
#define STORE_RUN_RUN_MACHINE_H

#include "store/base/errors.h"

#include <stdbool.h>
#include <stdint.h>

enum run_status {
#define RUN_STATUS(name, ...) RUN_##name,
#include "store/run/run_machine.def"
    RUN_STATUS_COUNT
};

enum run_event {
#define RUN_EVENT(name, meaning) RUN_ON_##name,
#include "store/run/run_machine.def"
    RUN_EVENT_COUNT
};

/* What an event does: a refusal, or (refusal is ERROR_NONE) the status it leads to. */
struct run_step {
    enum error refusal;
    enum run_status to;
    bool like; /* inside the table only: the cell is that of the status `to` */
};

/* The row of each status. The name differs from what the API shows for CANCELLED, among others. */
extern const struct run_status_row {
    const char *name, *shown;
    bool started, halted, finished, tells_progress, tells_end, cancelled;
    const char *meaning;
    struct run_step step[RUN_EVENT_COUNT]; /* without assumptions; see run_machine_step() */
    int number;
} run_statuses[RUN_STATUS_COUNT];

/* The row of each event. */
extern const struct run_event_row {
    const char *name, *meaning;
} run_events[RUN_EVENT_COUNT];

/* The cell of the table, under the assumptions in force. */
struct run_step run_machine_step(const struct ctx *ctx, enum run_status from, enum run_event event);

/* The names of the events that a run of this status takes, "START, FAIL"; "nothing" if there is
 * none. By hand: without a cancel and a resume, which are calls of the API. */
const char *run_events_possible(const struct ctx *ctx, struct arena *arena, enum run_status from,
                                bool by_hand);

/* The status that the API shows under this name. Of two, the cancelled one if `cancelled` is true.
 * RUN_STATUS_COUNT: none has this name. */
enum run_status run_status_from(const char *shown, bool cancelled);

/* The same for the number of that name; of a damaged file it may be none. */
enum run_status run_status_stored(int64_t number, bool cancelled);

/* The number of a status that the API shows; 0: none is shown so. */
int run_status_number(const char *shown);

/* Whether it ends a run that has done its work, all of it or a part. */
bool run_event_finishes(enum run_event event);

/* The event of this name; false when there is none. */
bool run_event_parse(const char *name, enum run_event *out);

#endif
