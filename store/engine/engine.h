/* What happens by itself: runs follow the plans of their flows (CONTROL.md "Fixtures").
 *
 * Everything due fires in the order of its time, and of its sequence within one time, at the time
 * it was due: firing late, or in several goes, gives the same as firing at once. Whoever answers
 * for a workspace calls engine_fire() first, so that nobody sees a run that should have moved on.
 */
#ifndef STORE_ENGINE_ENGINE_H
#define STORE_ENGINE_ENGINE_H

#include "store/run/run.h"

/* One thing that happened: a schedule started a run, outputs of a step of a run came, or an event
 * happened to a run. */
struct fired {
    int64_t at;
    char run_uid[UID_SIZE];
    const char *schedule_uid; /* in the log's arena */
    enum run_event event;     /* when there is none of the two uids */
    enum run_status status;   /* after it */
    const char *step_uid;     /* in the log's arena */
    int64_t outputs;
};

/* Whatever fires is added to a log, if there is one. Zeroed but for the arena and its two maxima it
 * is ready. */
struct fired_log {
    struct arena *arena;
    struct fired *list;
    size_t count, capacity;
    size_t most;   /* things it lists; those after are only counted */
    int64_t total; /* things that fired */
    int64_t limit; /* of total, where the rest is left */
};

/* What a client asks for when it starts a run. */
struct run_start {
    const char *flow_slug;
    const char
        *request; /* a JSON object as text: its inputs, and its steps where not all are wanted */
    const char *callback_url, *callback_headers, *callback_on; /* or NULL */
    const char *schedule_uid;                                  /* that starts it, or NULL */
};

/* Makes a run that follows the plan of its flow. Errors: ERROR_FLOW_NOT_FOUND. */
enum error engine_start(const struct ctx *ctx, const struct run_start *start, struct run *out);

/* Resumes a run that was just read: it goes on with what its plan holds behind the place where it
 * stopped. Errors: ERROR_NOT_RESUMABLE. */
enum error engine_resume(const struct ctx *ctx, struct run *run);

/* Fires what is due in a workspace up to and with this instant, the first due first. A long time
 * may have made a lot due: when others have to come first (store_set_yield) the rest is left,
 * and engine_is_behind() says so. What fires in one call, one thing at least, fires as a whole, or
 * not at all when it fails. log may be NULL. */
enum error engine_fire(struct store *store, struct workspace *workspace, int64_t until,
                       struct fired_log *log);

/* Whether something is left that is due by then. */
bool engine_is_behind(const struct workspace *workspace, int64_t until);

/* Fires up to what a clock shows, and sets it. When others have to come first it is set to how far
 * that came, standing if *clock stands, and *there is false: call again. Errors:
 * ERROR_CLOCK_REFUSED when it shows what is in the past. */
enum error engine_set_clock(struct store *store, struct workspace *workspace,
                            const struct clock *clock, struct fired_log *log, bool *there);

/* Reads when something is due next in a workspace, to cache.next_due: INSTANT_NONE for never. */
enum error engine_find_next_due(struct store *store, struct workspace *workspace);

/* The system's time at which something is due in a workspace with a real clock; INSTANT_NONE for
 * never. engine_wake() fires what is, or a part of it; then the rest is due at once. */
int64_t engine_next_wake(const struct store *store);
void engine_wake(struct store *store);

#endif
