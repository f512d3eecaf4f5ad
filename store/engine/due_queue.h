/* The runs to which something happens in one firing, the first due first. For engine.c only.
 *
 * Each is read once and written once, however much happens to it meanwhile: B-trees are most of
 * what an event costs. A run whose client wants to be called is written every time, because what
 * the client is told is written with it (outbox.h).
 */
#ifndef STORE_ENGINE_DUE_QUEUE_H
#define STORE_ENGINE_DUE_QUEUE_H

#include "store/run/run.h"

struct entry {
    struct run run;
    enum run_status old_status; /* of the row */
    int64_t old_output_count;
    struct entry *next; /* of those that are to be written */
};

struct agenda {
    struct store *store;
    struct workspace *workspace;
    int64_t until; /* what is due later does not matter here */

    struct arena arena;
    struct entry *entries;
    size_t entry_count;
    struct entry **heap; /* the first due on top */
    size_t count, room;
    size_t most;               /* entries that were read last, at most */
    bool complete;             /* there are no others in the store, or else ... */
    int64_t last_at, last_seq; /* ... they are due after this */
};

/* The run that is due first; NULL: none is. */
enum error agenda_first(struct agenda *agenda, struct entry **out);

/* Takes the first away, after something happened to it that made it what `run` is; its strings are
 * copied. It comes back when it is due again. */
enum error agenda_moved(struct agenda *agenda, const struct run *run);

/* Adds one that was just made. */
void agenda_add(struct agenda *agenda, const struct run *run);

/* Writes all that is still to be written, unless there was an error, and lets go of everything. */
enum error agenda_close(struct agenda *agenda, enum error e);

#endif
