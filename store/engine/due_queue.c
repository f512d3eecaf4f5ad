#include "store/engine/due_queue.h"

#include "store/base/instant.h"
#include "store/db/stmt.h"

enum {
    DUE_RUNS_MAX = 65536, /* in memory at once, of half a kilobyte each */
    BATCH_FIRST = 64      /* rows read first; each further batch is twice as large */
};

#define KEEP_RUN_STATUS(name)
#define KEEP_RUN_CANCELLED(name)
#define KEEP_WORKFLOW_UID(name)
#define KEEP_HAS_EXTRA(name)

/* Copies the strings of a run that are not those of the run before. */
static void run_keep_strings(struct arena *arena, const struct run *before, struct run *row)
{
#define COLUMN COLUMN_KEEP
#include "store/run/run_columns.def"
}

static bool comes_before(const struct run *a, const struct run *b)
{
    return a->due_at < b->due_at || (a->due_at == b->due_at && a->due_seq < b->due_seq);
}

/* Makes one heap of two. */
static struct due_run *heap_meld(struct due_run *a, struct due_run *b)
{
    if (!a || !b)
        return a ? a : b;
    if (comes_before(&b->run, &a->run))
        return heap_meld(b, a);
    b->sibling = a->child;
    a->child = b;
    return a;
}

/* The heap without its first: the children are melded in pairs, then the pairs into one. */
static struct due_run *heap_pop(struct due_run *first)
{
    struct due_run *pairs = NULL, *heap = NULL, *next;

    for (struct due_run *a = first->child; a; a = next) {
        struct due_run *b = a->sibling;
        next = b ? b->sibling : NULL;
        struct due_run *pair = heap_meld(a, b);
        pair->sibling = pairs;
        pairs = pair;
    }
    first->child = NULL;
    for (; pairs; pairs = next) {
        next = pairs->sibling;
        heap = heap_meld(heap, pairs);
    }
    return heap;
}

static bool is_in_time(const struct due_queue *queue, const struct run *run)
{
    return run->due_at != INSTANT_NONE && run->due_at <= queue->until;
}

/* Whether a run is due before all that are still to be read. */
static bool comes_before_the_rest(const struct due_queue *queue, const struct run *run)
{
    return queue->complete || run->due_at < queue->last_at ||
           (run->due_at == queue->last_at && run->due_seq <= queue->last_seq);
}

static void due_run_note_stored(struct due_run *due)
{
    due->old_status = due->run.status;
    due->old_output_count = due->run.output_count;
    due->old_held_outputs = due->run.held_outputs;
    due->old_error_label = due->run.error_label;
    due->old_error_message = due->run.error_message;
}

static enum error due_run_write(struct due_queue *queue, struct due_run *due)
{
    struct run old = due->run;

    old.status = due->old_status;
    old.output_count = due->old_output_count;
    old.held_outputs = due->old_held_outputs;
    old.error_label = due->old_error_label;
    old.error_message = due->old_error_message;
    old.due_seq = -1; /* no run has it: so run_row_change() writes the columns of the plan too */
    due->changed = false;
    due_run_note_stored(due);
    return run_save(queue->store, &old, &due->run);
}

static enum error due_queue_write_all(struct due_queue *queue)
{
    enum error e = ERROR_NONE;

    for (struct due_run *due = queue->all; !e && due; due = due->next) {
        if (due->changed)
            e = due_run_write(queue, due);
    }
    queue->all = queue->heap = NULL;
    queue->count = 0;
    queue->complete = false;
    queue->last_at = INT64_MIN;
    arena_reset(&queue->arena);
    return e;
}

static struct due_run *due_queue_new(struct due_queue *queue)
{
    struct due_run *due = arena_zalloc(&queue->arena, sizeof *due);

    due->next = queue->all;
    queue->all = due;
    queue->count++;
    return due;
}

static void due_queue_push(struct due_queue *queue, struct due_run *due)
{
    due_run_note_stored(due);
    queue->heap = heap_meld(queue->heap, due);
}

/* Reads the next batch of runs that are due: those behind the last one that was read. The rows of
 * those that are in memory say less, or nothing new. */
static enum error due_queue_read(struct due_queue *queue)
{
    struct stmt s = stmt_take_in(queue->store, STMT_ENGINE_DUE, queue->workspace->id);
    struct ctx ctx = {.store = queue->store, .arena = &queue->arena, .workspace = queue->workspace};

    if (queue->batch < DUE_RUNS_MAX / 2)
        queue->batch = queue->batch ? 2 * queue->batch : BATCH_FIRST;
    size_t before = queue->count;
    stmt_bind_int(&s, queue->last_at);
    stmt_bind_int(&s, queue->until);
    stmt_bind_int(&s, queue->last_seq);
    stmt_bind_int(&s, (int64_t)queue->batch);
    while (stmt_next(&s)) {
        struct due_run *due = due_queue_new(queue);
        run_read(&s, &ctx, &due->run);
        due_queue_push(queue, due);
        queue->last_at = due->run.due_at;
        queue->last_seq = due->run.due_seq;
    }
    queue->complete = queue->count - before < queue->batch;
    return stmt_done(&s);
}

enum error due_queue_first(struct due_queue *queue, struct due_run **out)
{
    enum error e = ERROR_NONE;

    if (!queue->batch || queue->count > DUE_RUNS_MAX)
        e = due_queue_write_all(queue);
    while (!e && !(queue->heap && comes_before_the_rest(queue, &queue->heap->run)) &&
           !queue->complete)
        e = due_queue_read(queue);
    *out = queue->heap;
    return e;
}

enum error due_queue_update(struct due_queue *queue, const struct plan_step *step)
{
    struct due_run *due = queue->heap;
    struct run next = step->run, *run = &due->run;

    run_keep_strings(&queue->arena, &due->run, &next);
    due->run = next;
    due->source = step->source;
    due->changed = true;
    queue->heap = heap_pop(due);
    bool is_read_again = run->callback_url && !comes_before_the_rest(queue, run);
    if (is_in_time(queue, run) && !is_read_again)
        queue->heap = heap_meld(queue->heap, due);
    return run->callback_url ? due_run_write(queue, due) : ERROR_NONE;
}

void due_queue_add(struct due_queue *queue, const struct run *run)
{
    static const struct run nothing;

    if (!is_in_time(queue, run) || !comes_before_the_rest(queue, run))
        return; /* it is read from the store */
    struct due_run *due = due_queue_new(queue);
    due->run = *run;
    run_keep_strings(&queue->arena, &nothing, &due->run);
    due_queue_push(queue, due);
}

enum error due_queue_close(struct due_queue *queue, enum error e)
{
    if (!e)
        e = due_queue_write_all(queue);
    arena_release(&queue->arena);
    return e;
}
