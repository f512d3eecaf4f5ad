/* The outbox: what clients are told of their runs, and how that went (API.md section 9).
 *
 * A callback is written in the transaction of the change that it tells about; whoever delivers
 * takes it, tries, and says how it went. Times are those of the workspace's clock: a retry is due
 * so long after the try before it was, however late that one really happened, so that a clock
 * which is moved far finds the same retries as one that is moved in steps.
 */
#ifndef STORE_CALLBACK_OUTBOX_H
#define STORE_CALLBACK_OUTBOX_H

#include "store/db/list.h"
#include "store/run/run.h"

enum { CALLBACK_ATTEMPTS_MAX = 5 };

#define MEMBER_HTTP_STATUS(name) int64_t name;
#define MEMBER_SQL_ONLY(name)

/* Text is NULL, and a time INSTANT_NONE, where there is none. */
struct callback {
#define COLUMN COLUMN_MEMBER
#include "store/callback/callback_columns.def"
    const char *url, *headers; /* of its run; headers as a JSON object, or NULL */
};

/* How a try went. */
struct callback_attempt {
    int64_t at;          /* when it was due */
    int64_t http_status; /* 0: none came */
    const char *error;   /* NULL: it went well */
};

struct callback_query {
    struct text_list statuses, run_uids;
    int64_t limit, offset;
};

struct callback_page {
    struct callback *callbacks;
    int count;
};

struct callback_attempts {
    struct callback_attempt *list;
    int count;
};

/* Writes what a step of a run that has a callback gave: `count` outputs from position `first` on.
 * In the transaction of those. */
enum error outbox_add_batch(struct store *store, const struct run *run, const char *step_uid,
                            int64_t first, int64_t count, int64_t at);

/* Writes what a change of status means to a run's client: its end is told, and of a cancelled run
 * nothing more. In the transaction of the change. */
enum error outbox_add_change(struct store *store, enum run_status old, const struct run *run);

/* Reads one. Errors: ERROR_CALLBACK_NOT_FOUND, also for one of another workspace. */
enum error outbox_get(const struct ctx *ctx, const char *uid, struct callback *out);

/* Reads one page in order of creation, and the tries of one, into the arena. */
enum error outbox_list(const struct ctx *ctx, const struct callback_query *query,
                       struct callback_page *out);
enum error outbox_attempts(const struct ctx *ctx, const struct callback *callback,
                           struct callback_attempts *out);

/* How many callbacks of a run have this delivery status, and how many are being sent or due. */
struct outbox_progress {
    int64_t count, moving;
};
enum error outbox_progress(const struct ctx *ctx, const char *run_uid, const char *status,
                           struct outbox_progress *out);

/* Makes one that was just read, as was its run, due again. Errors: ERROR_CALLBACK_REFUSED while it
 * is being sent, and when its run was cancelled. */
enum error outbox_replay(const struct ctx *ctx, const struct run *run, struct callback *callback);

/* For delivery (outbox_queue.h has the workspaces that want it).
 * Takes the next that is due, which is RUNNING from then on; its uid is "" when there is none, and
 * the workspace then leaves the queue. When it fails nothing is taken, and the workspace stays. */
enum error outbox_take_due(const struct ctx *ctx, struct callback *out);

/* Whether one that was taken still is to be sent: its run may have been cancelled. */
bool outbox_in_flight(struct store *store, const struct callback *callback);

/* Writes how the try of one that was taken went. */
enum error outbox_record_attempt(struct store *store, const struct callback *callback,
                                 int64_t http_status, const char *error);

/* For workspace.c: finds what is to be sent after an instant, and after a start. */
enum error outbox_rescan(struct store *store, struct workspace *workspace, int64_t after);
enum error outbox_recover(struct store *store);

#endif
