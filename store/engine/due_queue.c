#include "store/engine/due_queue.h"

#include "store/base/instant.h"
#include "store/db/stmt.h"

#include <string.h>

enum {
    DUE_RUNS_MAX = 65536, /* in memory at once, of half a kilobyte each */
    FILL_START = 64       /* that are read first; then each time twice as many, as there is time */
};

static bool comes_before(const struct run *a, const struct run *b)
{
    return a->due_at < b->due_at || (a->due_at == b->due_at && a->due_seq < b->due_seq);
}

/* Puts an entry where it belongs on the way up from a place that is free. */
static void sift_up(struct due_queue *queue, size_t place, struct due_run *due)
{
    while (place && comes_before(&due->run, &queue->heap[(place - 1) / 2]->run)) {
        queue->heap[place] = queue->heap[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    queue->heap[place] = due;
}

static void sift_down(struct due_queue *queue, struct due_run *due)
{
    size_t place = 0;

    for (;;) {
        size_t child = 2 * place + 1;
        if (child + 1 < queue->count &&
            comes_before(&queue->heap[child + 1]->run, &queue->heap[child]->run))
            child++;
        if (child >= queue->count || !comes_before(&queue->heap[child]->run, &due->run))
            break;
        queue->heap[place] = queue->heap[child];
        place = child;
    }
    queue->heap[place] = due;
}

static void due_queue_push(struct due_queue *queue, struct due_run *due)
{
    if (queue->count == queue->room) {
        size_t room = queue->room ? 2 * queue->room : 256;
        struct due_run **heap = arena_alloc(&queue->arena, room * sizeof(struct due_run *));
        if (queue->count)
            memcpy(heap, queue->heap, queue->count * sizeof(struct due_run *));
        queue->heap = heap;
        queue->room = room;
    }
    sift_up(queue, queue->count++, due);
}

/* Whether a run is due in time, and none that is still in the store comes before it. */
static bool due_queue_accepts(const struct due_queue *queue, const struct run *run)
{
    if (run->due_at == INSTANT_NONE || run->due_at > queue->until)
        return false;
    return queue->complete || run->due_at < queue->last_at ||
           (run->due_at == queue->last_at && run->due_seq <= queue->last_seq);
}

static enum error due_run_write(struct due_queue *queue, struct due_run *due)
{
    struct run old = due->run;

    old.status = due->old_status;
    old.output_count = due->old_output_count;
    enum error e = run_save(queue->store, &old, &due->run);
    due->old_status = due->run.status;
    due->old_output_count = due->run.output_count;
    return e;
}

static enum error due_queue_write_all(struct due_queue *queue)
{
    enum error e = ERROR_NONE;

    for (struct due_run *due = queue->dues; !e && due; due = due->next) {
        if (!due->run.callback_url)
            e = due_run_write(queue, due);
    }
    queue->dues = NULL;
    queue->heap = NULL;
    queue->due_count = queue->count = queue->room = 0;
    arena_reset(&queue->arena);
    return e;
}

static struct due_run *due_queue_new(struct due_queue *queue)
{
    struct due_run *due = arena_alloc(&queue->arena, sizeof *due);

    due->next = queue->dues;
    queue->dues = due;
    queue->due_count++;
    return due;
}

static void due_run_note_stored(struct due_run *due)
{
    due->old_status = due->run.status;
    due->old_output_count = due->run.output_count;
}

/* Reads the runs that are due first, as many as there may be at once. */
static enum error due_queue_read(struct due_queue *queue)
{
    struct stmt s = stmt_take_in(queue->store, STMT_ENGINE_DUE, queue->workspace->id);
    struct ctx ctx = {.arena = &queue->arena, .workspace = queue->workspace};

    queue->most = !queue->most                     ? FILL_START
                  : queue->most < DUE_RUNS_MAX / 2 ? 2 * queue->most
                                                   : queue->most;
    stmt_bind_int(&s, queue->until);
    stmt_bind_int(&s, (int64_t)queue->most);
    while (stmt_next(&s)) {
        struct due_run *due = due_queue_new(queue);
        run_read(&s, &ctx, &due->run);
        due_run_note_stored(due);
        due_queue_push(queue, due);
        queue->last_at = due->run.due_at;
        queue->last_seq = due->run.due_seq;
    }
    queue->complete = queue->count < queue->most;
    return stmt_done(&s);
}

enum error due_queue_first(struct due_queue *queue, struct due_run **out)
{
    enum error e = ERROR_NONE;

    if ((!queue->count && !queue->complete) || queue->due_count > DUE_RUNS_MAX) {
        e = due_queue_write_all(queue);
        if (!e)
            e = due_queue_read(queue);
    }
    *out = queue->count ? queue->heap[0] : NULL;
    return e;
}

/* What happened to a run may have left strings in it that will not last. */
static void due_run_copy_strings(struct due_queue *queue, struct run *run, const struct run *before)
{
    if (run->error_label != before->error_label)
        run->error_label = arena_strdup(&queue->arena, run->error_label);
    if (run->error_message != before->error_message)
        run->error_message = arena_strdup(&queue->arena, run->error_message);
}

enum error due_queue_update(struct due_queue *queue, const struct run *run)
{
    struct due_run *due = queue->heap[0];
    struct run before = due->run;

    due->run = *run;
    due_run_copy_strings(queue, &due->run, &before);
    if (due_queue_accepts(queue, &due->run)) {
        sift_down(queue, due);
    } else if (--queue->count) {
        struct due_run *last = queue->heap[queue->count];
        sift_down(queue, last);
    }
    return due->run.callback_url ? due_run_write(queue, due) : ERROR_NONE;
}

void due_queue_add(struct due_queue *queue, const struct run *run)
{
    if (!due_queue_accepts(queue, run))
        return;
    struct due_run *due = due_queue_new(queue);
    due->run = *run;
    due_run_note_stored(due);
    due->run.flow_slug = arena_strdup(&queue->arena, run->flow_slug);
    due->run.steps = arena_strdup(&queue->arena, run->steps);
    due->run.callback_url = arena_strdup(&queue->arena, run->callback_url);
    due_queue_push(queue, due);
}

enum error due_queue_close(struct due_queue *queue, enum error e)
{
    if (!e)
        e = due_queue_write_all(queue);
    arena_release(&queue->arena);
    return e;
}
