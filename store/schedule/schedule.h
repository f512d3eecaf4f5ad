/* Schedules: they start runs of a flow, once or by a cron expression (API.md section 8). engine.h
 * fires them.
 *
 * A struct schedule is a copy of a row. Its strings live in the arena of the context that read it,
 * or belong to the caller that filled it.
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

/* The API shows null for a text that is NULL, a time that is INSTANT_NONE and a uid that is "". The
 * number is not read back. */
struct schedule {
#define COLUMN COLUMN_MEMBER
#include "store/schedule/schedule_columns.def"
};

/* Sets every field to null or zero, and the status to ACTIVE. */
void schedule_init(struct schedule *schedule);

/* The status or the action of this name; SCHEDULE_NONE or SCHEDULE_ACTION_COUNT: none has it. */
enum schedule_status schedule_status_parse(const char *name);
enum schedule_action schedule_action_parse(const char *name);

/* Whether a schedule can be kept; if not, which member is wrong, and in the arena why. A cron that
 * never fires after `now` is wrong. */
bool schedule_check(struct arena *arena, const struct schedule *schedule, int64_t now,
                    struct refusal *out);

/* Writes a schedule of a template, as it is. Errors: ERROR_ALREADY_EXISTS. */
enum error schedule_add(struct store *store, const struct schedule *schedule);

/* Writes a new schedule of a flow, and fills what is open of its uid, owner, preset and times. An
 * active one fires first at schedule_at, or now if that has passed; without a schedule_at, when its
 * cron says. Errors: ERROR_FLOW_NOT_FOUND unless its preset is given; ERROR_ALREADY_EXISTS. */
enum error schedule_create(const struct ctx *ctx, struct schedule *schedule);

/* Reads one. Errors: ERROR_SCHEDULE_NOT_FOUND, also for one of another workspace. */
enum error schedule_get(const struct ctx *ctx, const char *uid, struct schedule *out);

/* When one with a cron fires next, strictly after an instant; INSTANT_NONE for one without. */
int64_t schedule_next_by_cron(const struct schedule *schedule, int64_t after);

/* Reads one page of structs schedule. */
enum error schedule_list(const struct ctx *ctx, const struct list_query *query,
                         struct list_page *out);

/* Pauses, resumes or cancels one that was just read. What it missed while paused does not fire,
 * unless an assumption says so. Errors: ERROR_SCHEDULE_REFUSED. */
enum error schedule_manage(const struct ctx *ctx, struct schedule *schedule,
                           enum schedule_action action);

/* For the engine: reads the first that is due up to an instant; its uid is "" when none is. */
enum error schedule_next(const struct ctx *ctx, int64_t until, struct schedule *out);

/* For the engine: writes that one has fired at its next time, and sets the time after that. */
enum error schedule_fired(struct store *store, struct workspace *workspace,
                          struct schedule *schedule);

/* For the engine: handles those whose time came before `before`, while the process was not running,
 * as an assumption says: one fires now, or none. */
enum error schedule_wake(struct store *store, struct workspace *workspace, int64_t before,
                         int64_t now);

/* For workspaces: sets the next times of schedules that were copied without one, or whose cron time
 * has passed. What they missed before the copy does not fire. */
enum error schedule_arm_all(struct store *store, struct workspace *workspace, int64_t now);

#endif
