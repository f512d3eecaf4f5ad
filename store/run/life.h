/* The life of the runs of a workspace: what happened to each, when, and why. In memory only.
 *
 * It is bounded: of a workspace the last LIMIT_LIFE entries are kept, and when all workspaces have
 * more than LIMIT_LIFE_BYTES, the one that was used longest ago loses its own. A rollback takes
 * back what it noted (workspace_cache.life_end).
 */
#ifndef STORE_RUN_LIFE_H
#define STORE_RUN_LIFE_H

#include "store/run/run.h"

enum life_kind { LIFE_CREATED, LIFE_STATUS, LIFE_OUTPUTS };

struct life_entry {
    int64_t at;
    char run[UID_SIZE];
    uint8_t kind;            /* enum life_kind */
    uint8_t event, from, to; /* enums of run_machine.h; of a new run only `to` */
    uint8_t trigger;         /* enum trigger_kind */
    int32_t position;        /* of the trigger */
    union {
        int64_t outputs; /* how many */
        int64_t since;   /* of a status: when the run got `from`, as its row said */
    };
    char id[LIMIT_REQUEST_ID + 1]; /* of the trigger; of outputs, of their step */
};

/* Notes that a run was created; that its status changes by an event; that a step produced outputs.
 */
void life_note_created(const struct ctx *ctx, const struct run *run);
void life_note_status(const struct ctx *ctx, const struct run *run, enum run_event event,
                      enum run_status from);
void life_note_outputs(const struct ctx *ctx, const struct run *run, const char *step_uid,
                       int64_t count);

/* The next entry of a run at or behind *number, which then is that of the one after it; NULL: there
 * is none. Begin with 0. */
const struct life_entry *life_next(const struct workspace *workspace, const char *run_uid,
                                   int64_t *number);

/* The run whose status changed last; NULL: of none it is known. */
const char *life_last_changed_run(const struct workspace *workspace);

/* Forgets all of a workspace. */
void life_clear(struct store *store, struct workspace *workspace);

#endif
