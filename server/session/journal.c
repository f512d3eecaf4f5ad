#include "server/session/journal.h"

#include <stdlib.h>
#include <string.h>

enum {
    RING_START = 16,
    ROOM_STEP = 512 /* bytes: entries that differ a little fit into the place of each other */
};

static struct journal_entry **ring_slot(const struct journal *journal, int64_t i)
{
    return &journal->ring[(journal->first + i) % journal->room];
}

const struct journal_entry *journal_at(const struct journal *journal, int64_t i)
{
    return *ring_slot(journal, i);
}

/* The texts of an entry, in the order in which they lie behind it. */
static const char **text(struct journal_entry *entry, int i)
{
    const char **texts[] = {&entry->id,           &entry->method,  &entry->path,
                            &entry->query,        &entry->message, &entry->hint,
                            &entry->fidelity,     &entry->headers, &entry->request_body,
                            &entry->response_body};

    return i < (int)(sizeof texts / sizeof *texts) ? texts[i] : NULL;
}

/* Its memory stays in its place of the ring. */
static void drop_first(struct journal *journal)
{
    journal->bytes -= (*ring_slot(journal, 0))->room;
    journal->first = (journal->first + 1) % journal->room;
    journal->count--;
}

static void free_first(struct journal *journal)
{
    struct journal_entry **place = ring_slot(journal, 0);

    drop_first(journal);
    free(*place);
    *place = NULL;
}

/* Twice the room, or what is left to `most`; the entries stay in their order. */
static void ring_grow(struct journal *journal)
{
    int64_t room = journal->room ? 2 * journal->room : RING_START;

    room = room < journal->most ? room : journal->most;
    struct journal_entry **ring = calloc((size_t)room, sizeof(struct journal_entry *));
    if (!ring)
        abort();
    for (int64_t i = 0; i < journal->room; i++)
        ring[i] = *ring_slot(journal, i);
    free(journal->ring);
    journal->ring = ring;
    journal->first = 0;
    journal->room = room;
}

/* Memory for an entry of that size, which is to be the newest: of one that fell out, if it fits.
 * One that is much too large is let go, so that the budget is what is really used. */
static struct journal_entry *entry_allocate(struct journal_entry **place, size_t size)
{
    struct journal_entry *entry = *place;

    if (entry && entry->room >= size && entry->room <= 4 * size)
        return entry;
    free(entry);
    size_t room = (size + ROOM_STEP - 1) / ROOM_STEP * ROOM_STEP;
    entry = malloc(room);
    if (!entry)
        abort();
    entry->room = room;
    *place = entry;
    return entry;
}

static size_t size_of(const struct journal_entry *entry)
{
    struct journal_entry copy = *entry;
    size_t size = sizeof copy;

    for (int i = 0; text(&copy, i); i++)
        size += *text(&copy, i) ? strlen(*text(&copy, i)) + 1 : 1;
    return size;
}

static void copy_texts(struct journal_entry *to)
{
    char *end = (char *)(to + 1);

    for (int i = 0; text(to, i); i++) {
        const char *from = *text(to, i) ? *text(to, i) : "";
        *text(to, i) = end;
        end = stpcpy(end, from) + 1;
    }
}

void journal_add(struct journal *journal, const struct journal_entry *entry)
{
    journal->total++;
    if (!journal->most)
        return;
    size_t size = size_of(entry);
    while (journal->count && journal->bytes + size > journal->budget)
        free_first(journal);
    if (journal->count == journal->most)
        drop_first(journal); /* the new one comes to its place */
    if (journal->count == journal->room)
        ring_grow(journal);
    struct journal_entry *made = entry_allocate(ring_slot(journal, journal->count), size);
    size_t room = made->room;
    *made = *entry;
    made->number = journal->total;
    made->room = room;
    copy_texts(made);
    journal->bytes += room;
    journal->count++;
}

bool journal_fits(const struct journal_filter *filter, const struct journal_entry *entry)
{
    const char *operation = entry->op ? entry->op->id : "";

    return (!filter->operation || strcmp(filter->operation, operation) == 0) &&
           (filter->status < 0 || filter->status == entry->status) &&
           (!filter->run || strcasecmp(filter->run, entry->run) == 0);
}

int64_t journal_count(const struct journal *journal, const struct journal_filter *filter)
{
    int64_t count = 0;

    for (int64_t i = 0; i < journal->count; i++)
        count += journal_fits(filter, journal_at(journal, i));
    return count;
}

const struct journal_entry *journal_find(const struct journal *journal, const char *id)
{
    for (int64_t i = journal->count; i-- > 0;) {
        if (strcmp(journal_at(journal, i)->id, id) == 0)
            return journal_at(journal, i);
    }
    return NULL;
}

void journal_clear(struct journal *journal)
{
    for (int64_t i = 0; i < journal->room; i++)
        free(journal->ring[i]);
    free(journal->ring);
    journal->ring = NULL;
    journal->first = journal->count = journal->room = 0;
    journal->bytes = 0;
}

void journal_release(struct journal *journal)
{
    journal_clear(journal);
    journal->total = 0;
}
