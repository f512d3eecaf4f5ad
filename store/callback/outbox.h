/* The outbox: the callbacks (webhooks) to clients, and the attempts to deliver them (API.md section
 * 9).
 *
 * A callback is written in the transaction of the change that it reports. Times are those of the
 * workspace's clock. A retry is due a fixed time after the attempt before it was due, not after it
 * was made: a clock that is advanced far gives the same retries as one that is advanced in steps.
 *
 * Workspaces with callbacks to send stand in a queue. cache.outbox_due of a workspace is never
 * later than its next callback: a workspace enters the queue when that instant has come, and leaves
 * it when no callback is due.
 */
#ifndef STORE_CALLBACK_OUTBOX_H
#define STORE_CALLBACK_OUTBOX_H

#include "store/db/columns.h"
#include "store/db/list.h"
#include "store/db/workspace.h"

enum { CALLBACK_ATTEMPTS_MAX = 5 };

#define MEMBER_HTTP_STATUS(name) int64_t name;
#define MEMBER_SQL_ONLY(name)

/* A copy of a row. Texts are NULL, and times INSTANT_NONE, where there is none. */
struct callback {
#define COLUMN COLUMN_MEMBER
#include "store/callback/callback_columns.def"
    const char *url, *headers; /* of its run; headers are a JSON object, or NULL */
};

struct callback_attempt {
    int64_t attempt;     /* its number, from 1; that of a copy is the same */
    int64_t at;          /* when it was due */
    int64_t http_status; /* 0: no reply came */
    const char *error;   /* NULL: it was delivered */
};

struct callback_attempts {
    struct callback_attempt *list;
    int count;
};

/* What a callback reports of its run, beside the error of one that ended. */
struct callback_report {
    const char *run_status; /* as the API shows it */
    bool is_end;
    int64_t first, count; /* the outputs that it carries, by position; none: count is 0 */
};

/* Adds a callback of a run that has a callback URL, in the transaction of the change that it
 * reports, after the run itself was written. */
enum error outbox_add(struct store *store, struct workspace *workspace, const char *run_uid,
                      const struct callback_report *report, int64_t at);

/* Fails the undelivered callbacks of a run, in the transaction of its cancel. */
enum error outbox_cancel_pending(struct store *store, struct workspace *workspace,
                                 const char *run_uid);

/* Reads one. Errors: ERROR_CALLBACK_NOT_FOUND, also for one of another workspace. */
enum error outbox_get(const struct ctx *ctx, const char *uid, struct callback *out);

/* Reads one page of structs callback in order of creation, or the newest first if query->sorts
 * begins with one that descends. */
enum error outbox_list(const struct ctx *ctx, const struct list_query *query,
                       struct list_page *out);

/* Reads all attempts to deliver a callback, the first one first, into the arena. */
enum error outbox_attempts(const struct ctx *ctx, const struct callback *callback,
                           struct callback_attempts *out);

/* How many callbacks of a run have this delivery status, and how many are due or being sent
 * (active). */
struct outbox_progress {
    int64_t count, active;
};
enum error outbox_progress(const struct ctx *ctx, const char *run_uid, const char *status,
                           struct outbox_progress *out);

/* How many callbacks of any run have this delivery status, counted no further than `max`; whether
 * any is due or being sent; and how many attempts the most often tried one of a run has had. */
enum error outbox_count(const struct ctx *ctx, const char *status, int64_t max, int64_t *out);
enum error outbox_is_active(const struct ctx *ctx, bool *out);
enum error outbox_most_attempts(const struct ctx *ctx, const char *run_uid, int64_t *out);

/* Makes one that was just read due again. Errors: ERROR_CALLBACK_REFUSED while it is being sent,
 * and when its run was cancelled. */
enum error outbox_replay(const struct ctx *ctx, struct callback *callback, bool run_cancelled);

/* For delivery. The first workspace of the queue, and the one after another; NULL: there is none.
 */
struct workspace *outbox_first(struct store *store);
struct workspace *outbox_after(const struct workspace *workspace);

/* Puts a workspace of the queue at its end. */
void outbox_rotate(struct store *store, struct workspace *workspace);

/* Takes the next callback that is due: its status is RUNNING from then on. When none is due, its
 * uid is "" and the workspace leaves the queue. On an error nothing is taken, and the workspace
 * stays. */
enum error outbox_take_due(const struct ctx *ctx, struct callback *out);

/* Whether one that was taken is still to be sent; a cancel of its run or a reset ends that. */
bool outbox_in_flight(struct store *store, const struct callback *callback);

/* How an attempt to deliver ended. */
struct attempt_outcome {
    int64_t http_status; /* 0: no reply came */
    const char *error;   /* NULL: none */
    bool delivered;      /* by this attempt, or by a copy of it */
    bool given_up;       /* not to be attempted again */
    bool is_copy;        /* of one whose outcome was written */
};

/* Writes the outcome of an attempt to deliver one that was taken. */
enum error outbox_record_attempt(struct store *store, const struct callback *callback,
                                 const struct attempt_outcome *outcome);

/* Writes the outcome of a copy that was sent; more of the same attempt follow. */
enum error outbox_record_copy(struct store *store, const struct callback *callback,
                              const struct attempt_outcome *outcome);

/* Holds one that was taken until the next of its run was attempted. False when nothing follows it,
 * or does so already: it is to be sent now. */
bool outbox_hold(struct store *store, const struct callback *callback);

/* For the engine and workspaces. A clock was set, or has come to an instant at which a callback may
 * be due. */
void outbox_recheck(struct store *store, struct workspace *workspace);

/* A cancel or a reset may have ended deliveries: queues the workspace, so that they are looked at.
 */
void outbox_invalidate_in_flight(struct store *store, struct workspace *workspace);

/* Finds the first callback that is due after an instant. */
enum error outbox_rescan(struct store *store, struct workspace *workspace, int64_t after);

/* After a start: what the process before was sending is pending again. */
enum error outbox_recover(struct store *store);

#endif
