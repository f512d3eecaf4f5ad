/* Flow runs (API.md sections 4 to 6): create, read, list and change them. Only run_step() changes a
 * status, and only run_save() writes it.
 *
 * A struct run is a copy of a row. Its strings live in the arena of the context that read it, or
 * belong to the caller that filled it.
 */
#ifndef STORE_RUN_RUN_H
#define STORE_RUN_RUN_H

#include "store/base/arena.h"
#include "store/base/uid.h"
#include "store/db/columns.h"
#include "store/db/list.h"
#include "store/db/workspace.h"
#include "store/run/run_machine.h"

/* The greatest id of a run, and the most credits: the greatest integer that every JSON reader keeps
 * exactly (2^53 - 1). */
#define RUN_NUMBER_MAX 9007199254740991

#define MEMBER_RUN_STATUS(name) enum run_status name;
#define MEMBER_RUN_CANCELLED(name) /* a part of the status */
#define MEMBER_WORKFLOW_UID(name) MEMBER_UID(name)
#define MEMBER_HAS_EXTRA(name) /* that of what the other members are */

/* The API shows null for a text that is NULL, a time that is INSTANT_NONE and a uid that is "".
 * run_get() and run_list() leave callback_headers NULL. */
struct run {
#define COLUMN COLUMN_MEMBER
#include "store/run/run_columns.def"
};

/* The error that an event gives a run. Both NULL: none is given, and the run keeps what it has. One
 * NULL: that of run_failed, which is also the error of a FAIL without a cause. */
extern const struct run_cause {
    const char *label, *message;
} run_failed;

/* Sets every field to null or zero, and the status to CREATED. */
void run_init(struct run *run);

/* Fills the times that are INSTANT_NONE and that the status needs. They follow each other `step` ms
 * apart, from the earliest time that is given, or from `first` when none is (API.md section 4,
 * CONTROL.md "Fixtures"). */
void run_fill_times(struct run *run, int64_t first, int64_t step);

/* The workflow_uid of a run without a flow: always the same one. */
const char *run_no_flow_uid(void);

/* Gives a run without a workflow_uid that of its flow, or run_no_flow_uid(). */
enum error run_fill_workflow(struct store *store, struct run *run);

/* Fills what is open in a new run of a workspace, as run_create() does. */
enum error run_fill(struct store *store, const struct workspace *workspace, struct run *run);

/* Writes a new run of a workspace. An id of 0 becomes the next id; a uid, user, workspace or
 * workflow of "" is filled. Errors: ERROR_ALREADY_EXISTS; ERROR_NO_ID_LEFT when all ids are used.
 */
enum error run_create(struct store *store, struct workspace *workspace, struct run *run);

/* Writes a run of a template, as it is. Errors: ERROR_ALREADY_EXISTS. */
enum error run_add(struct store *store, const struct run *run);

/* The same for many of one template or content, whose transaction has begun. *added becomes how
 * many come before the one that an error is about; those are written. */
enum error run_add_all(struct store *store, const struct run *const *runs, int count, int *added);

/* Writes the inputs of a run, a JSON array of objects as text, which has so many bytes. */
enum error run_add_inputs(struct store *store, const struct run *run, const char *inputs,
                          size_t size);

/* Reads the run with this uid (lower case). Errors: ERROR_RUN_NOT_FOUND, also for a run of another
 * workspace (API.md section 2). */
enum error run_get(const struct ctx *ctx, const char *uid, struct run *out);

/* The same for a run that a schedule started at an instant. */
enum error run_get_started_by(const struct ctx *ctx, const char *schedule_uid, int64_t at,
                              struct run *out);

/* Reads one page of structs run (API.md section 6). */
enum error run_list(const struct ctx *ctx, const struct list_query *query, struct list_page *out);

/* The same with only the members that the API shows: the others are as run_init() sets them. */
enum error run_list_shown(const struct ctx *ctx, const struct list_query *query,
                          struct list_page *out);

/* How many runs of a workspace the API shows in this status, by its cache. */
int64_t run_count_shown(const struct workspace *workspace, const char *shown);

/* Applies an event to a run that was just read: the row and *run change together, or neither does.
 * cause may be NULL. Errors: the refusal of run_machine_step(). */
enum error run_apply(const struct ctx *ctx, struct run *run, enum run_event event,
                     const struct run_cause *cause);

/* The two halves of run_apply(), for the engine, which makes several changes at once. The first
 * changes *run in memory; the second writes how *run differs from the row *old. */
enum error run_step(const struct ctx *ctx, struct run *run, enum run_event event,
                    const struct run_cause *cause);
enum error run_save(struct store *store, const struct run *old, const struct run *run);

/* Whether the client of a run wants callbacks before the end too. */
bool run_wants_all(const struct run *run);

/* Tells the client of a run with a callback URL which status it got: when it ended, or by
 * assumption callback.progress. run_save() does so too; this is for a run that was just started. */
enum error run_notify_status(struct store *store, struct workspace *workspace,
                             const struct run *run);

/* For the engine: reads the row of a statement that began with run_select of run.sql into a struct
 * run. */
struct stmt;
void run_read(struct stmt *s, const struct ctx *ctx, void *out);

#endif
