/* The engine: runs follow the plans of their flows, and schedules start runs (CONTROL.md
 * "Fixtures").
 *
 * Events fire in the order of their due times, then of their sequence numbers, each at the time at
 * which it was due: firing late, or in several calls, gives the same result as firing on time. A
 * request calls engine_fire() before it reads, so that it never sees a run that is behind.
 */
#ifndef STORE_ENGINE_ENGINE_H
#define STORE_ENGINE_ENGINE_H

#include "store/run/run.h"

/* One event that fired: a schedule started a run (schedule_uid is set), a step produced outputs
 * (step_uid is set), or a run changed its status. */
struct fired {
    int64_t at;
    const char *run_uid;
    const char *schedule_uid;
    const char *step_uid;
    int64_t outputs;
    enum run_event event;
    enum run_status status; /* after it */
};

/* A log of events. The caller sets all but total. */
struct fired_log {
    void (*add)(void *context, const struct fired *fired); /* NULL: they are only counted */
    void *context;
    int64_t max;   /* events that are added; later ones are only counted */
    int64_t total; /* events that fired */
    int64_t limit; /* of total: firing stops there */
};

enum {
    FORCED_RACE_WINDOW =
        1000 /* ms on the workspace's clock: a run that finished earlier stays so */
};

/* Starts a run that follows the plan of its flow. The caller has called run_init(), and set
 * flow_slug and, where wanted, callback_* and schedule_uid. request is a JSON object as text: its
 * inputs, and its steps unless it has all of them. Errors: ERROR_FLOW_NOT_FOUND. */
enum error engine_start(const struct ctx *ctx, struct run *run, const char *request);

/* Resumes a run that was just read: its plan continues where it stopped. Errors:
 * ERROR_NOT_RESUMABLE. */
enum error engine_resume(const struct ctx *ctx, struct run *run);

/* Forces the outcome of a race between the end of a run and its cancel. The end wins: the rest of
 * the plan of a run that was just read fires now, and a run whose plan has no end succeeds. A
 * halted run stays as it is. */
enum error forced_race_finish(const struct ctx *ctx, struct run *run);

/* The cancel wins: a run that was just read is cancelled even if it finished within the last
 * FORCED_RACE_WINDOW; callbacks about that end that were not sent yet are dropped. Errors: those of
 * run_apply(). */
enum error forced_race_cancel(const struct ctx *ctx, struct run *run);

/* Fires all events of a workspace that are due at an instant or before. If store_set_yield() says
 * so, or the log's limit is reached, it stops after at least one event, and engine_is_behind() is
 * true. One call is one transaction. log may be NULL. */
enum error engine_fire(struct store *store, struct workspace *workspace, int64_t until,
                       struct fired_log *log);

/* The same up to `now`, for a workspace whose real clock may have gone on while the process did not
 * run: schedules whose times have passed meanwhile are handled as an assumption says. */
enum error engine_catch_up(struct store *store, struct workspace *workspace, int64_t now);

/* Whether events are left that are due at an instant or before. */
bool engine_is_behind(const struct workspace *workspace, int64_t until);

/* Fires up to the time of a clock, and sets the clock. If engine_fire() stops before that, *there
 * is false and the clock is set to the next event, frozen if *clock is: call again. Errors:
 * ERROR_CLOCK_REFUSED when the clock would go back. */
enum error engine_set_clock(struct store *store, struct workspace *workspace,
                            const struct clock *clock, struct fired_log *log, bool *there);

/* A long call no longer has the workspace: what became due meanwhile fires, and who waited goes on.
 */
void engine_release(struct store *store, struct workspace *workspace);

/* Reads when something is due next in a workspace, to cache.next_due: INSTANT_NONE for never. */
enum error engine_find_next_due(struct store *store, struct workspace *workspace);

/* When something is due in any workspace with a real clock, in milliseconds as of
 * clock_monotonic_us(), for the system's time may be set; INSTANT_NONE for never. engine_wake()
 * then fires it. If that stops early, the rest is due at once. */
int64_t engine_next_wake(const struct store *store);
void engine_wake(struct store *store);

/* After what fired was lost: it is fired again in a second at the earliest, not at once and for
 * ever. */
void engine_delay_wake(struct store *store);

#endif
