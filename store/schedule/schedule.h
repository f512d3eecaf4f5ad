/* Schedules: what runs by itself, and when (API.md section 8). engine.h fires them.
 *
 * A struct schedule is a copy of a row. Its strings live in the arena it was read into, or belong
 * to the caller that made it.
 */
#ifndef STORE_SCHEDULE_SCHEDULE_H
#define STORE_SCHEDULE_SCHEDULE_H

#include "store/base/cron.h"
#include "store/db/columns.h"
#include "store/db/list.h"
#include "store/db/workspace.h"

enum schedule_status {
#define SCHEDULE_STATUS(name, ...) SCHEDULE_##name,
#include "store/schedule/schedule.def"
    SCHEDULE_STATUS_COUNT,
    SCHEDULE_NONE = SCHEDULE_STATUS_COUNT
};

enum schedule_action {
#define SCHEDULE_ACTION(name, word) SCHEDULE_##name,
#include "store/schedule/schedule.def"
    SCHEDULE_ACTION_COUNT
};

/* What each status is called, and the status that each action leads to; SCHEDULE_NONE: the action
 * is refused. */
extern const struct schedule_status_row {
    const char *name;
    enum schedule_status after[SCHEDULE_ACTION_COUNT];
} schedule_statuses[SCHEDULE_STATUS_COUNT];

/* The word of each action in the path: "pause" and so on. */
extern const char *const schedule_actions[SCHEDULE_ACTION_COUNT];

#define MEMBER_SCHEDULE_STATUS(name) enum schedule_status name;

/* The API shows null where text is NULL, a time INSTANT_NONE or a uid "". The number is not read
 * back. */
struct schedule {
#define COLUMN COLUMN_MEMBER
#include "store/schedule/schedule_columns.def"
};

/* Every field null or zero; the status ACTIVE. */
void schedule_init(struct schedule *schedule);

/* The status or the action of this name; SCHEDULE_NONE or SCHEDULE_ACTION_COUNT: none has it. */
enum schedule_status schedule_status_parse(const char *name);
enum schedule_action schedule_action_parse(const char *name);

/* Writes one as it is. Errors: ERROR_ALREADY_EXISTS. */
enum error schedule_add(struct store *store, const struct schedule *schedule);

/* Writes a new one of a flow, and says when it fires first: at schedule_at or now, whichever is
 * later, or without the former when its cron says. Its uid, member and preset are made. Errors:
 * ERROR_FLOW_NOT_FOUND. */
enum error schedule_create(const struct ctx *ctx, struct schedule *schedule);

/* Errors: ERROR_SCHEDULE_NOT_FOUND, also for one of another workspace. */
enum error schedule_get(const struct ctx *ctx, const char *uid, struct schedule *out);

/* Reads one page of structs schedule. */
enum error schedule_list(const struct ctx *ctx, const struct list_query *query,
                         struct list_page *out);

/* Pauses, resumes or cancels one that was just read; firings missed meanwhile are not made up for.
 * Errors: ERROR_SCHEDULE_REFUSED. */
enum error schedule_manage(const struct ctx *ctx, struct schedule *schedule,
                           enum schedule_action action);

/* For engine.c: the next that is due up to an instant (*out has the uid "" for none), and what
 * becomes of it when it has fired. */
enum error schedule_next(const struct ctx *ctx, int64_t until, struct schedule *out);
enum error schedule_fired(struct store *store, struct workspace *workspace,
                          struct schedule *schedule);

/* For workspace.c: finds the next times of those that were copied without one, or with one of a
 * cron that has passed: what a state of last month missed does not happen when it is put into
 * place. */
enum error schedule_arm_all(struct store *store, struct workspace *workspace, int64_t now);

#endif
