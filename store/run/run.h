/* Flow runs: made, read, and moved through their life. A status changes in run_step() alone, and
 * run_save() alone writes it.
 *
 * A struct run is a copy of a row. Its strings live in the arena it was read into, or belong to the
 * caller that made it.
 */
#ifndef STORE_RUN_RUN_H
#define STORE_RUN_RUN_H

#include "store/base/arena.h"
#include "store/base/uid.h"
#include "store/db/columns.h"
#include "store/db/list.h"
#include "store/db/workspace.h"
#include "store/run/run_machine.h"

/* The greatest id of a run, and the most credits: every reader of JSON holds it exactly (2^53 - 1).
 */
#define RUN_NUMBER_MAX 9007199254740991

#define MEMBER_RUN_STATUS(name) enum run_status name;
#define MEMBER_RUN_CANCELLED(name) /* a part of the status */

/* API.md sections 4 and 6. The API shows null where text is NULL, a time INSTANT_NONE or a uid "".
 * run_get() and run_list() leave callback_headers and callback_on NULL. */
struct run {
#define COLUMN COLUMN_MEMBER
#include "store/run/run_columns.def"
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

/* Reads one page of structs run (API.md section 6). */
enum error run_list(const struct ctx *ctx, const struct list_query *query, struct list_page *out);

/* Lets an event happen to a run that was just read: the row and *run change together, or not at
 * all. cause may be NULL. Errors: what run_machine_step() refuses with. */
enum error run_apply(const struct ctx *ctx, struct run *run, enum run_event event,
                     const struct run_cause *cause);

/* The two halves of run_apply(), for the engine, which does more in one change: what the event
 * makes of *run in memory, and the writing of what differs from *old. */
enum error run_step(const struct ctx *ctx, struct run *run, enum run_event event,
                    const struct run_cause *cause);
enum error run_save(struct store *store, const struct run *old, const struct run *run);

/* For the engine: reads the row of a statement that began with run_select of run.sql into a struct
 * run. */
struct stmt;
void run_read(struct stmt *s, const struct ctx *ctx, void *out);

#endif
