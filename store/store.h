/* The store: one SQLite database that holds everything the emulator knows.
 *
 * One thread uses it. Errors of SQLite itself, which only a full disk or a damaged file can cause,
 * are ERROR_INTERNAL and a line on stderr.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "store/base/arena.h"
#include "store/base/assumptions.h"
#include "store/base/clock.h"
#include "store/base/errors.h"
#include "store/base/limits.h"

#include <stdbool.h>
#include <stdint.h>

struct ctx;
struct store;

/* What a store is opened with; copied. */
struct store_config {
    const char *path; /* a file, or ":memory:" */
    struct assumptions assumptions;
    struct clock clock;     /* of new workspaces */
    uint64_t seed;          /* of the uids it makes */
    int64_t max_workspaces; /* at most LIMIT_WORKSPACES; 0: that many. For one more, the one that
                                was used longest ago goes (tenant.h) */
    bool durable; /* a change is on the disk before it is answered (transaction.h, batches) */

    /* Writes the output number `position` of a run, from the template of its plan (NULL: none) and
     * an input, both JSON objects as text, to a JSON object in the arena; NULL when that takes more
     * than LIMIT_OUTPUT_BYTES (output.h). NULL: outputs are the inputs.
     */
    const char *(*make_output)(struct arena *arena, const char *template, const char *input,
                               int64_t position);
};

/* Why a database could not be opened. */
enum store_result {
    STORE_OPENED,
    STORE_NOT_OURS, /* some other file; it was not written to */
    STORE_OLDER,    /* ours, from a version before there were releases; it was not written to */
    STORE_NEWER,    /* ours, from a newer version; it was not written to */
    STORE_IN_USE,   /* another process has it open */
    STORE_FAILED,   /* the system's reason is in *reason */
};

/* Opens or creates the database. On STORE_FAILED, *reason is the system's message (static, or of
 * the thread). The caller closes *out. */
enum store_result store_open(const struct store_config *config, struct store **out,
                             const char **reason);

/* From now on asks this (NULL: nobody) between two things that happen by themselves: whether others
 * have to come first, so that the rest waits until the engine is called again. */
void store_set_yield(struct store *store, bool (*should_yield)(void *context), void *context);

/* How long work that runs in parts (transaction_pause()) lets others be served between two of them:
 * whether that is due; and serving them, false when the work is to be given up. */
struct store_pause {
    bool (*is_due)(void *context);
    bool (*serve)(void *context);
    void *context;
};

/* From now on long work pauses so; NULL: it does not. Returns what was set before. */
const struct store_pause *store_set_pause(struct store *store, const struct store_pause *pause);

/* Commits what was changed since the last call (transaction.h, batches), and looks after the files
 * (file_watch.h). STORE_LOST: the commit failed, as on a full disk; the changes are undone, in
 * memory too, and the store goes on. STORE_BROKEN: what is stored cannot be read any more, and the
 * program must end. Both are said on stderr. */
enum commit_result { STORE_COMMITTED, STORE_LOST, STORE_BROKEN };
enum commit_result store_commit(struct store *store);

/* Lets SQLite keep 64 MB of a file in memory, for a long call, or 8 MB as usual. */
void store_set_cache(struct store *store, bool large);

/* A descriptor that is readable when store_commit() is to be called, though nothing was changed;
 * -1: there is none. And whether that is expected: a large change had better wait until then. */
int store_fd(const struct store *store);
bool store_is_syncing(const struct store *store);

/* Closes it; NULL is allowed. */
void store_close(struct store *store);

/* Grows with every change of what a list of the workspaces shows. */
int64_t store_list_version(const struct store *store);

/* The assumptions in force; they live as long as the store. */
const struct assumptions *store_assumptions(const struct store *store);

/* What the whole store holds, templates not counted. Counted in parts (ctx_pause()), so all of it
 * was there at some time, but not at one instant. ERROR_INTERNAL also when it was given up. */
struct store_counts {
    int64_t workspaces, runs, flows, schedules;
    int64_t fired; /* things that happened by themselves, since it was opened */
};
enum error store_count(const struct ctx *ctx, struct store_counts *out);

/* The version of SQLite in use. */
const char *store_library_version(void);

#endif
