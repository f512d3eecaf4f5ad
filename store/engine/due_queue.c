#include "store/engine/due_queue.h"

#include "store/base/instant.h"
#include "store/db/stmt.h"

#include <string.h>

enum {
    ENTRIES_MAX = 65536, /* in memory at once, of half a kilobyte each */
    FILL_START = 64      /* that are read first; then each time twice as many, as there is time */
};

static bool comes_before(const struct run *a, const struct run *b)
{
    return a->due_at < b->due_at || (a->due_at == b->due_at && a->due_seq < b->due_seq);
}

/* Puts an entry where it belongs on the way up from a place that is free. */
static void sift_up(struct agenda *a, size_t place, struct entry *entry)
{
    while (place && comes_before(&entry->run, &a->heap[(place - 1) / 2]->run)) {
        a->heap[place] = a->heap[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    a->heap[place] = entry;
}

static void sift_down(struct agenda *a, struct entry *entry)
{
    size_t place = 0;

    for (;;) {
        size_t child = 2 * place + 1;
        if (child + 1 < a->count && comes_before(&a->heap[child + 1]->run, &a->heap[child]->run))
            child++;
        if (child >= a->count || !comes_before(&a->heap[child]->run, &entry->run))
            break;
        a->heap[place] = a->heap[child];
        place = child;
    }
    a->heap[place] = entry;
}

static void push(struct agenda *a, struct entry *entry)
{
    if (a->count == a->room) {
        size_t room = a->room ? 2 * a->room : 256;
        struct entry **heap = arena_alloc(&a->arena, room * sizeof(struct entry *));
        if (a->count)
            memcpy(heap, a->heap, a->count * sizeof(struct entry *));
        a->heap = heap;
        a->room = room;
    }
    sift_up(a, a->count++, entry);
}

/* Whether a run is due in time, and none that is still in the store comes before it. */
static bool belongs(const struct agenda *a, const struct run *run)
{
    if (run->due_at == INSTANT_NONE || run->due_at > a->until)
        return false;
    return a->complete || run->due_at < a->last_at ||
           (run->due_at == a->last_at && run->due_seq <= a->last_seq);
}

static enum error write_entry(struct agenda *a, struct entry *entry)
{
    struct run old = entry->run;

    old.status = entry->old_status;
    old.output_count = entry->old_output_count;
    enum error e = run_save(a->store, &old, &entry->run);
    entry->old_status = entry->run.status;
    entry->old_output_count = entry->run.output_count;
    return e;
}

static enum error write_all(struct agenda *a)
{
    enum error e = ERROR_NONE;

    for (struct entry *entry = a->entries; !e && entry; entry = entry->next) {
        if (!entry->run.callback_url)
            e = write_entry(a, entry);
    }
    a->entries = NULL;
    a->heap = NULL;
    a->entry_count = a->count = a->room = 0;
    arena_reset(&a->arena);
    return e;
}

static struct entry *add_entry(struct agenda *a)
{
    struct entry *entry = arena_alloc(&a->arena, sizeof *entry);

    entry->next = a->entries;
    a->entries = entry;
    a->entry_count++;
    return entry;
}

static void note_old(struct entry *entry)
{
    entry->old_status = entry->run.status;
    entry->old_output_count = entry->run.output_count;
}

/* Reads the runs that are due first, as many as there may be at once. */
static enum error fill(struct agenda *a)
{
    struct stmt s = stmt_take(a->store, STMT_ENGINE_DUE);

    a->most = !a->most ? FILL_START : a->most < ENTRIES_MAX / 2 ? 2 * a->most : a->most;
    stmt_bind_int(&s, a->workspace->id);
    stmt_bind_int(&s, a->until);
    stmt_bind_int(&s, (int64_t)a->most);
    while (stmt_next(&s)) {
        struct entry *entry = add_entry(a);
        entry->run.workspace = a->workspace->id;
        run_read(&s, &a->arena, &entry->run);
        note_old(entry);
        push(a, entry);
        a->last_at = entry->run.due_at;
        a->last_seq = entry->run.due_seq;
    }
    a->complete = a->count < a->most;
    return stmt_done(&s);
}

enum error agenda_first(struct agenda *a, struct entry **out)
{
    enum error e = ERROR_NONE;

    if ((!a->count && !a->complete) || a->entry_count > ENTRIES_MAX) {
        e = write_all(a);
        if (!e)
            e = fill(a);
    }
    *out = a->count ? a->heap[0] : NULL;
    return e;
}

/* What happened to a run may have left strings in it that will not last. */
static void keep_strings(struct agenda *a, struct run *run, const struct run *before)
{
    if (run->error_label != before->error_label)
        run->error_label = arena_strdup(&a->arena, run->error_label);
    if (run->error_message != before->error_message)
        run->error_message = arena_strdup(&a->arena, run->error_message);
}

enum error agenda_moved(struct agenda *a, const struct run *run)
{
    struct entry *entry = a->heap[0];
    struct run before = entry->run;

    entry->run = *run;
    keep_strings(a, &entry->run, &before);
    if (belongs(a, &entry->run)) {
        sift_down(a, entry);
    } else if (--a->count) {
        struct entry *last = a->heap[a->count];
        sift_down(a, last);
    }
    return entry->run.callback_url ? write_entry(a, entry) : ERROR_NONE;
}

void agenda_add(struct agenda *a, const struct run *run)
{
    if (!belongs(a, run))
        return;
    struct entry *entry = add_entry(a);
    entry->run = *run;
    note_old(entry);
    entry->run.flow_slug = arena_strdup(&a->arena, run->flow_slug);
    entry->run.steps = arena_strdup(&a->arena, run->steps);
    entry->run.callback_url = arena_strdup(&a->arena, run->callback_url);
    push(a, entry);
}

enum error agenda_close(struct agenda *a, enum error e)
{
    if (!e)
        e = write_all(a);
    arena_release(&a->arena);
    return e;
}
