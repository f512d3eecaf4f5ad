/* The outbox: what clients are told of their runs, and how that went (API.md section 9).
 *
 * A callback is written in the transaction of the change that it tells about; whoever delivers
 * takes it, tries, and says how it went. Times are those of the workspace's clock: a retry is due
 * so long after the try before it was, however late that one really happened, so that a clock
 * which is moved far finds the same retries as one that is moved in steps.
 */
#ifndef STORE_CALLBACK_OUTBOX_H
#define STORE_CALLBACK_OUTBOX_H

#include "store/db/columns.h"
#include "store/db/list.h"
#include "store/db/workspace.h"

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

struct callback_attempts {
    struct callback_attempt *list;
    int count;
};

/* What a step of a run gave: `count` outputs from the position `first` on. */
struct callback_batch {
    const char *step_uid;
    int64_t first, count;
};

/* Each tells the client of a run that has a callback, in the transaction of what it tells of.
 * add_batch: there are new outputs; add_end: the run has ended, as its row says already;
 * cancel_pending: it was cancelled, and nothing more is told. */
enum error outbox_add_batch(struct store *store, struct workspace *workspace, const char *run_uid,
                            const struct callback_batch *batch, int64_t at);
enum error outbox_add_end(struct store *store, struct workspace *workspace, const char *run_uid,
                          int64_t at);
enum error outbox_cancel_pending(struct store *store, struct workspace *workspace,
                                 const char *run_uid);

/* Reads one. Errors: ERROR_CALLBACK_NOT_FOUND, also for one of another workspace. */
enum error outbox_get(const struct ctx *ctx, const char *uid, struct callback *out);

/* Reads one page in order of creation, and the tries of one, into the arena. */
enum error outbox_list(const struct ctx *ctx, const struct list_query *query,
                       struct list_page *out);
enum error outbox_attempts(const struct ctx *ctx, const struct callback *callback,
                           struct callback_attempts *out);

/* How many callbacks of a run have this delivery status, and how many are being sent or due. */
struct outbox_progress {
    int64_t count, moving;
};
enum error outbox_progress(const struct ctx *ctx, const char *run_uid, const char *status,
                           struct outbox_progress *out);

/* Makes one that was just read due again. Errors: ERROR_CALLBACK_REFUSED while it is being sent,
 * and when its run was cancelled. */
enum error outbox_replay(const struct ctx *ctx, struct callback *callback, bool run_cancelled);

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
