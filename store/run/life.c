#include "store/run/life.h"

#include "store/base/memory.h"
#include "store/db/stmt.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 32 };

/* A ring. Those from first up to cache.life_end are there; numbers never begin again. */
struct life {
    int64_t base;  /* the number of the entry that was the first of all */
    int64_t first; /* that of the oldest that is left */
    int64_t room;
    struct life_entry entry[];
};

static size_t life_size(int64_t room)
{
    return sizeof(struct life) + (size_t)room * sizeof(struct life_entry);
}

void life_clear(struct store *store, struct workspace *workspace)
{
    if (workspace->life)
        store->life_bytes -= life_size(workspace->life->room);
    free(workspace->life);
    workspace->life = NULL;
}

/* All together have no more room: the workspace that was used longest ago loses its own. */
static void life_make_room(struct store *store, const struct workspace *keeper, size_t size)
{
    while (store->life_bytes + size > LIMIT_LIFE_BYTES) {
        struct workspace *oldest = NULL;
        for (int64_t place = 1; place <= workspace_count(store); place++) {
            struct workspace *each = workspace_at(store, place);
            if (each && each != keeper && each->life &&
                (!oldest || each->used_at < oldest->used_at))
                oldest = each;
        }
        if (!oldest)
            return;
        life_clear(store, oldest);
    }
}

static struct life_entry *life_at(struct life *life, int64_t number)
{
    return &life->entry[(number - life->base) % life->room];
}

/* A ring that is full before it has all its room is still in the order of its entries. When there
 * is too little memory it does not grow, and so forgets its oldest entries earlier. */
static void life_grow(struct store *store, struct workspace *workspace, int64_t number)
{
    struct life *life = workspace->life;
    int64_t room = life ? 2 * life->room : ROOM_FIRST;
    size_t before = life ? life_size(life->room) : 0;

    if (room > LIMIT_LIFE)
        room = LIMIT_LIFE;
    life_make_room(store, workspace, life_size(room) - before);
    struct life *grown = life ? realloc(life, life_size(room)) : memory_take(life_size(room));
    if (!grown)
        return;
    if (!life)
        grown->base = grown->first = number;
    grown->room = room;
    store->life_bytes += life_size(room) - before;
    workspace->life = grown;
}

static struct life_entry *life_add(const struct ctx *ctx, const char *run_uid, enum life_kind kind)
{
    struct workspace *workspace = ctx->workspace;
    int64_t number = workspace->cache.life_end++;
    const struct trigger *trigger = ctx->trigger;
    struct life *life = workspace->life;

    workspace_note_area(ctx->store, workspace->id, AREA_RUNS);
    if (!life || (number - life->base == life->room && life->room < LIMIT_LIFE))
        life_grow(ctx->store, workspace, number);
    life = workspace->life;
    assert(life);
    if (number - life->first >= life->room)
        life->first = number - life->room + 1;
    if (number < life->first) /* a rollback took back more than the ring holds */
        life->first = number;
    struct life_entry *entry = life_at(life, number);
    entry->at = ctx->now;
    memcpy(entry->run, run_uid, UID_SIZE);
    entry->kind = (uint8_t)kind;
    entry->trigger = trigger ? (uint8_t)trigger->kind : (uint8_t)TRIGGER_UNKNOWN;
    entry->position = trigger ? trigger->position : 0;
    return entry;
}

static void life_set_id(struct life_entry *entry, const char *id)
{
    size_t size = id ? strnlen(id, LIMIT_REQUEST_ID) : 0;

    memcpy(entry->id, id ? id : "", size);
    entry->id[size] = '\0';
}

void life_note_created(const struct ctx *ctx, const struct run *run)
{
    struct life_entry *entry = life_add(ctx, run->uid, LIFE_CREATED);

    entry->at = run->created_at;
    entry->to = (uint8_t)run->status;
    life_set_id(entry, ctx->trigger ? ctx->trigger->id : NULL);
}

void life_note_status(const struct ctx *ctx, const struct run *run, enum run_event event,
                      enum run_status from)
{
    if (!ctx->workspace)
        return;
    struct life_entry *entry = life_add(ctx, run->uid, LIFE_STATUS);

    entry->event = (uint8_t)event;
    entry->from = (uint8_t)from;
    entry->since = run->updated_at;
    entry->to = (uint8_t)run->status;
    life_set_id(entry, ctx->trigger ? ctx->trigger->id : NULL);
}

void life_note_outputs(const struct ctx *ctx, const struct run *run, const char *step_uid,
                       int64_t count)
{
    struct life_entry *entry = life_add(ctx, run->uid, LIFE_OUTPUTS);

    entry->outputs = count;
    life_set_id(entry, step_uid);
}

const struct life_entry *life_next(const struct workspace *workspace, const char *run_uid,
                                   int64_t *number)
{
    struct life *life = workspace->life;
    int64_t at = life && *number < life->first ? life->first : *number;

    for (; life && at < workspace->cache.life_end; at++) {
        const struct life_entry *entry = life_at(life, at);
        if (strcmp(entry->run, run_uid) == 0) {
            *number = at + 1;
            return entry;
        }
    }
    return NULL;
}

const char *life_last_changed_run(const struct workspace *workspace)
{
    struct life *life = workspace->life;

    for (int64_t at = workspace->cache.life_end; life && at > life->first; at--) {
        const struct life_entry *entry = life_at(life, at - 1);
        if (entry->kind == LIFE_STATUS)
            return entry->run;
    }
    return NULL;
}
