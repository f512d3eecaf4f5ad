#include "server/session/journal.h"

#include "store/base/limits.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_STEP = 512 }; /* bytes: entries whose sizes differ a little fit into the same memory */

static_assert(offsetof(struct journal_entry, text[JOURNAL_TEXTS]) ==
                  offsetof(struct journal_entry, capacity),
              "the array has all texts");

/* Bytes of the entry with its texts; sizes gets those of each, with its final zero. */
static size_t entry_size(const struct journal_entry *entry, size_t sizes[JOURNAL_TEXTS])
{
    size_t size = sizeof *entry;

    for (int i = 0; i < JOURNAL_TEXTS; i++) {
        sizes[i] = entry->text[i] ? strlen(entry->text[i]) + 1 : 1;
        size += sizes[i];
    }
    return size;
}

static struct journal_entry *journal_remove_first(struct journal *journal)
{
    struct journal_entry *entry = journal->first;

    journal->first = entry->next;
    journal->bytes -= entry->capacity;
    journal->count--;
    return entry;
}

/* Makes room for an entry of this size. Returns its memory: that of the entry removed last, unless
 * that is too small, or so large that the budget would not say what is used. NULL: there is too
 * little memory. */
static struct journal_entry *entry_allocate(struct journal *journal, size_t size)
{
    struct journal_entry *entry = NULL;

    while (journal->count &&
           (journal->count == journal->max_entries || journal->bytes + size > journal->budget)) {
        free(entry);
        entry = journal_remove_first(journal);
    }
    if (entry && entry->capacity >= size && entry->capacity <= 4 * size)
        return entry;
    free(entry);
    size_t capacity = (size + ROOM_STEP - 1) / ROOM_STEP * ROOM_STEP;
    entry = malloc(capacity);
    if (entry)
        entry->capacity = capacity;
    return entry;
}

void journal_add(struct journal *journal, const struct journal_entry *entry)
{
    journal->total++;
    if (!journal->max_entries)
        return;
    size_t sizes[JOURNAL_TEXTS];
    struct journal_entry *made = entry_allocate(journal, entry_size(entry, sizes));
    if (!made)
        return;
    size_t capacity = made->capacity;
    char *end = (char *)(made + 1);

    *made = *entry;
    made->next = NULL;
    made->number = journal->total;
    made->capacity = capacity;
    for (int i = 0; i < JOURNAL_TEXTS; i++) {
        made->text[i] = end;
        end = mempcpy(end, entry->text[i] ? entry->text[i] : "", sizes[i]);
    }
    *(journal->first ? &journal->last->next : &journal->first) = made;
    journal->last = made;
    journal->bytes += capacity;
    journal->count++;
}

/* Headers that hold secrets (RFC 9110 section 17.16.3, RFC 6265). */
static const char *const secrets[] = {"X-API-Key", "Authorization", "Proxy-Authorization", "Cookie",
                                      "Set-Cookie"};

bool journal_header_is_secret(const char *name)
{
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        if (tolower(*secrets[i]) == tolower(*name) && strcasecmp(secrets[i], name) == 0)
            return true;
    }
    return false;
}

const char *journal_excerpt(struct arena *arena, const char *bytes, size_t size)
{
    size_t kept = size < LIMIT_JOURNAL_BODY ? size : LIMIT_JOURNAL_BODY;

    while (kept && kept < size && ((unsigned char)bytes[kept] & 0xc0) == 0x80)
        kept--;
    char *copy = arena_copy(arena, kept ? bytes : "", kept);
    for (char *nul = copy; (nul = memchr(nul, '\0', kept - (size_t)(nul - copy)));)
        *nul = '\xff';
    return copy;
}

const char *journal_delivery_id(struct arena *arena, const char *callback_uid, int number)
{
    return arena_format(arena, "%s/%d", callback_uid, number);
}

bool journal_fits(const struct journal_filter *filter, const struct journal_entry *entry)
{
    const char *operation = entry->op ? entry->op->id : "";

    return (!filter->operation || strcmp(filter->operation, operation) == 0) &&
           (!filter->before || entry->number < filter->before) &&
           (filter->status < 0 || filter->status == entry->status) &&
           (!filter->run || strcasecmp(filter->run, entry->run) == 0);
}

int64_t journal_count(const struct journal *journal, const struct journal_filter *filter)
{
    int64_t count = 0;

    for (const struct journal_entry *entry = journal->first; entry; entry = entry->next)
        count += journal_fits(filter, entry);
    return count;
}

const struct journal_entry *journal_find(const struct journal *journal, const char *id)
{
    const struct journal_entry *found = NULL;

    for (const struct journal_entry *entry = journal->first; entry; entry = entry->next) {
        if (strcmp(entry->id, id) == 0)
            found = entry;
    }
    return found;
}

void journal_copy(const struct journal *from, struct journal *to)
{
    journal_clear(to);
    to->max_entries = from->max_entries;
    to->budget = from->budget;
    for (const struct journal_entry *entry = from->first; entry; entry = entry->next) {
        to->total = entry->number - 1; /* the number stays */
        journal_add(to, entry);
    }
    to->total = from->total;
}

void journal_clear(struct journal *journal)
{
    while (journal->count)
        free(journal_remove_first(journal));
}
