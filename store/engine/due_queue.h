/* The runs to which something happens in one firing, the first due first. For engine.c only.
 *
 * Each is read once and written once, however much happens to it meanwhile: B-trees are most of
 * what an event costs. A run whose client wants to be called is written every time, because what
 * the client is told is written with it (outbox.h).
 */
#ifndef STORE_ENGINE_DUE_QUEUE_H
#define STORE_ENGINE_DUE_QUEUE_H

#include "store/run/run.h"

struct due_run {
    struct run run;
    enum run_status old_status; /* of the row */
    int64_t old_output_count;
    struct due_run *next; /* of those that are to be written */
};

struct due_queue {
    struct store *store;
    struct workspace *workspace;
    int64_t until; /* what is due later does not matter here */

    struct arena arena;
    struct due_run *dues;
    size_t due_count;
    struct due_run **heap; /* the first due on top */
    size_t count, room;
    size_t most;               /* entries that were read last, at most */
    bool complete;             /* there are no others in the store, or else ... */
    int64_t last_at, last_seq; /* ... they are due after this */
};

/* The run that is due first; NULL: none is. */
enum error due_queue_first(struct due_queue *agenda, struct due_run **out);

/* Takes the first away, after something happened to it that made it what `run` is; its strings are
 * copied. It comes back when it is due again. */
enum error due_queue_update(struct due_queue *agenda, const struct run *run);

/* Adds one that was just made. */
void due_queue_add(struct due_queue *agenda, const struct run *run);

/* Writes all that is still to be written, unless there was an error, and lets go of everything. */
enum error due_queue_close(struct due_queue *agenda, enum error e);

#endif
