/* Flow runs: made, read, and moved through their life. A status changes in run_step() alone, and
 * run_save() alone writes it.
 *
 * A struct run is a copy of a row. Its strings live in the arena it was read into, or belong to the
 * caller that made it; run_list.h reads many at once.
 */
#ifndef STORE_RUN_RUN_H
#define STORE_RUN_RUN_H

#include "store/base/arena.h"
#include "store/base/uid.h"
#include "store/db/workspace.h"
#include "store/run/run_machine.h"

/* The greatest id of a run, and the most credits: every reader of JSON holds it exactly (2^53 - 1).
 */
#define RUN_NUMBER_MAX 9007199254740991

/* API.md sections 4 and 6. Text is NULL, and a time INSTANT_NONE, where the API shows null; a uid
 * held in place is "" where it shows null. */
struct run {
    int64_t workspace; /* the id of the tenant */
    int64_t id;
    char uid[UID_SIZE];
    char user_uid[UID_SIZE];      /* "" in a template: the workspace's member */
    char workspace_uid[UID_SIZE]; /* "" in a template: the workspace's own */
    char schedule_uid[UID_SIZE];
    char workflow_uid[UID_SIZE];
    enum run_status status;
    bool account_rotation;
    int64_t output_count; /* outputs made so far; the API shows it once the run is finished */
    int64_t started_at, finished_at, created_at, updated_at, synced_at;
    const char *error_label, *error_message;
    const char *callback_url;
    const char *callback_headers, *callback_on; /* written by run_add, not read back */
    const char *flow_slug;
    const char *steps; /* a JSON array of those it was started for, or NULL for all */
    int64_t credits;   /* one for each output ever made, up to RUN_NUMBER_MAX */
    int64_t plan_next; /* the item of its flow's plan that comes next; -1: it follows none */
    int64_t due_at;    /* when that item happens; INSTANT_NONE: nothing happens by itself */
    int64_t due_seq;   /* the order of what is due at the same time */
};

/* What an event may tell of its cause, as FAIL does; NULL fields keep what the run says already. */
struct run_cause {
    const char *label, *message;
};

/* Every field null or zero; the status CREATED. */
void run_init(struct run *run);

/* Fills in what a run made by hand leaves open, in keeping with its status: the times that are
 * INSTANT_NONE follow each other step milliseconds apart, the first at the earliest that is given,
 * or at `first` when none is (API.md section 4, CONTROL.md "Fixtures"). */
void run_fill_times(struct run *run, int64_t first, int64_t step);

/* The workflow of a run of no flow. */
void run_default_workflow(char out[UID_SIZE]);

/* Gives a run without a workflow that of its flow, or the default where there is none. */
enum error run_fill_workflow(struct store *store, struct run *run);

/* Writes a new run. Its id, where zero, becomes the workspace's next; its uid, user, workspace and
 * workflow, where "", are made. Errors: ERROR_ALREADY_EXISTS; ERROR_NO_ID_LEFT, when it is to have
 * the next id and there is none. */
enum error run_create(struct store *store, struct workspace *workspace, struct run *run);

/* Writes a run of a template as it is. Errors: ERROR_ALREADY_EXISTS. */
enum error run_add(struct store *store, const struct run *run);

/* Keeps what a run was started with: the inputs of a JSON object as text; NULL for none. */
enum error run_add_inputs(struct store *store, const struct run *run, const char *request);

/* Reads the run of this uid (lower case). Errors: ERROR_RUN_NOT_FOUND, also for a run of another
 * workspace (API.md section 2). */
enum error run_get(const struct ctx *ctx, const char *uid, struct run *out);

/* Lets an event happen to a run that was just read: the row and *run change together, or not at
 * all. cause may be NULL. Errors: what run_machine_step() refuses with. */
enum error run_apply(const struct ctx *ctx, struct run *run, enum run_event event,
                     const struct run_cause *cause);

/* The two halves of run_apply(), for the engine, which does more in one change: what the event
 * makes of *run in memory, and the writing of what differs from *old. */
enum error run_step(const struct ctx *ctx, struct run *run, enum run_event event,
                    const struct run_cause *cause);
enum error run_save(struct store *store, const struct run *old, const struct run *run);

/* The columns of run_columns in run.sql: reads the row a statement stands on. For this room. */
struct stmt;
void run_read(struct stmt *s, struct arena *arena, struct run *out);

#endif
