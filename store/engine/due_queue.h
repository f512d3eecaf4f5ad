/* The runs that are due while engine_fire() runs, the first due first. For engine.c only.
 *
 * A run is read once and written once, however many of its events fire: most of the cost of an
 * event is in the B-trees. A run with a callback is written after every event, because its
 * callbacks are written with it (outbox.h).
 */
#ifndef STORE_ENGINE_DUE_QUEUE_H
#define STORE_ENGINE_DUE_QUEUE_H

#include "store/engine/plan_step.h"

struct due_run {
    struct run run;
    struct run_source source;   /* in the arena of the queue */
    bool changed;               /* since it was read or written */
    enum run_status old_status; /* of the row */
    int64_t old_output_count, old_held_outputs;
    const char *old_error_label, *old_error_message;
    struct due_run *next;            /* of all that were read or added */
    struct due_run *child, *sibling; /* in the heap */
};

struct due_queue {
    struct store *store;
    struct workspace *workspace;
    int64_t until; /* runs that are due later are left out */

    struct arena arena;
    struct due_run *all;
    size_t count;              /* of all */
    struct due_run *heap;      /* a pairing heap: the first due, above the others; NULL: empty */
    size_t batch;              /* rows that were read last, at most */
    bool complete;             /* nothing is left to be read, or else ... */
    int64_t last_at, last_seq; /* ... it is due after this, as its row has it */
};

/* The run that is due first; NULL when none is. */
enum error due_queue_first(struct due_queue *queue, struct due_run **out);

/* Replaces the first run by that of a step, after one of its events; strings are copied. It stays
 * in the queue if it is due again. */
enum error due_queue_update(struct due_queue *queue, const struct plan_step *step);

/* Adds a run that was just created; strings are copied. */
void due_queue_add(struct due_queue *queue, const struct run *run);

/* Writes all runs that are not yet written, unless e is an error, and frees everything. */
enum error due_queue_close(struct due_queue *queue, enum error e);

#endif
