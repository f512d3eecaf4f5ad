#include "store/base/arena.h"

#include "store/base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    BLOCK_SIZE = 16 * 1024, /* bytes of an ordinary block: a cancel needs about 3 KiB */
    LARGE_BLOCK = 1024 * 1024,
    LARGE_ARENA = 4 * 1024 * 1024,
    SPARE_BLOCKS = 16,
    ALIGNMENT = 16
};

struct arena_block {
    struct arena_block *next;
    size_t size;
    _Alignas(ALIGNMENT) char bytes[];
};

/* Ordinary blocks for when the system has no memory left. Until then they take none either. */
static _Alignas(ALIGNMENT) char spare[SPARE_BLOCKS][sizeof(struct arena_block) + BLOCK_SIZE];
static bool spare_is_used[SPARE_BLOCKS];

/* NULL: it has to be larger than they are, or all are used. */
static struct arena_block *spare_take(size_t size)
{
    int i = 0;

    while (i < SPARE_BLOCKS && spare_is_used[i])
        i++;
    if (size > BLOCK_SIZE || i == SPARE_BLOCKS)
        return NULL;
    spare_is_used[i] = true;
    return (void *)spare[i];
}

static bool block_is_spare(const struct arena_block *block)
{
    uintptr_t at = (uintptr_t)block, first = (uintptr_t)spare;

    return at >= first && at < first + sizeof spare;
}

static void block_free(struct arena_block *block)
{
    if (block_is_spare(block))
        spare_is_used[((uintptr_t)block - (uintptr_t)spare) / sizeof *spare] = false;
    else
        free(block);
}

static void add_block(struct arena *arena, size_t least)
{
    size_t size = least > BLOCK_SIZE ? least : BLOCK_SIZE;
    struct arena_block *block = malloc(sizeof *block + size);

    if (!block && arena->recovery)
        longjmp(*arena->recovery, 1);
    if (!block)
        block = spare_take(size);
    if (!block)
        block = memory_resize(NULL, sizeof *block + size);
    block->next = arena->blocks;
    block->size = size;
    arena->blocks = block;
    arena->used = 0;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;

    if (!arena->blocks || arena->blocks->size - arena->used < rounded)
        add_block(arena, rounded);

    void *bytes = arena->blocks->bytes + arena->used;
    arena->used += rounded;
    return bytes;
}

void *arena_zalloc(struct arena *arena, size_t size)
{
    return memset(arena_alloc(arena, size), 0, size);
}

void *arena_enlarge(struct arena *arena, void *bytes, size_t size)
{
    struct arena_block *block = arena->blocks;

    if (!block || bytes != block->bytes || block->size < LARGE_BLOCK)
        return NULL;
    block = realloc(block, sizeof *block + size); /* the system moves pages, it copies no bytes */
    if (!block && arena->recovery)                /* the old one is still there */
        longjmp(*arena->recovery, 1);
    if (!block)
        memory_is_used_up();
    block->size = arena->used = size;
    arena->blocks = block;
    return block->bytes;
}

char *arena_copy(struct arena *arena, const void *bytes, size_t size)
{
    char *copy = arena_alloc(arena, size + 1);

    if (size)
        memcpy(copy, bytes, size);
    copy[size] = '\0';
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

char *arena_vformat(struct arena *arena, const char *format, va_list list)
{
    size_t room = arena->blocks ? arena->blocks->size - arena->used : 0;
    char *text = room ? arena->blocks->bytes + arena->used : NULL;
    va_list again;

    /* Formats into the rest of the block, and a second time only if that was too small. */
    va_copy(again, list);
    size_t size = (size_t)vsnprintf(text, room, format, again) + 1;
    va_end(again);
    if (size <= room)
        return arena_alloc(arena, size);

    text = arena_alloc(arena, size);
    vsnprintf(text, size, format, list);
    return text;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    char *text = arena_vformat(arena, format, list);
    va_end(list);
    return text;
}

const char *arena_append(struct arena *arena, const char *list, const char *separator,
                         const char *word)
{
    char *text = arena_alloc(arena, strlen(list) + strlen(separator) + strlen(word) + 1);
    char *end = stpcpy(text, list);

    stpcpy(end > text ? stpcpy(end, separator) : end, word);
    return text;
}

void *arena_grow(struct arena *arena, const void *list, size_t size, size_t *capacity)
{
    size_t more = *capacity ? 2 * *capacity : 64;
    void *bigger = arena_alloc(arena, size * more);

    if (*capacity)
        memcpy(bigger, list, size * *capacity);
    *capacity = more;
    return bigger;
}

static void free_down_to(struct arena *arena, const struct arena_block *last)
{
    while (arena->blocks != last) {
        struct arena_block *next = arena->blocks->next;
        block_free(arena->blocks);
        arena->blocks = next;
    }
    arena->used = 0;
}

void arena_move(struct arena *to, struct arena *from)
{
    struct arena_block **end = &from->blocks;

    while (*end)
        end = &(*end)->next;
    *end = to->blocks;
    to->blocks = from->blocks;
    from->blocks = NULL;
}

/* Gives the pages at the end of a block back to the system. Another realloc() than that of glibc
 * would copy what stays. */
static void block_shrink(struct arena_block *block, size_t bytes)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), end = (uintptr_t)block->bytes + block->size,
              first = (end - bytes) / page * page;

    block->size -= bytes;
    end = end / page * page;
    if (first < (uintptr_t)block->bytes) /* the page of the block's head */
        first += page;
    if (first < end)
        madvise((void *)first, end - first, MADV_DONTNEED);
}

bool arena_release_part(struct arena *arena, size_t bytes)
{
    struct arena_block *block;

    while ((block = arena->blocks) && block->size <= bytes) {
        bytes -= block->size;
        arena->blocks = block->next;
        block_free(block);
    }
    if (!block)
        return false;
    block_shrink(block, bytes);
    return true;
}

bool arena_holds_alone(const struct arena *arena, const void *bytes)
{
    const struct arena_block *each = arena->blocks;

    while (each && (each->bytes != bytes || each->size <= BLOCK_SIZE))
        each = each->next;
    return each;
}

void arena_move_since(struct arena *to, struct arena *from, struct arena_mark mark)
{
    struct arena newer = {.blocks = from->blocks};
    struct arena_block **end = &newer.blocks;

    if (from->blocks == mark.block)
        return;
    while (*end != mark.block)
        end = &(*end)->next;
    *end = NULL;
    arena_move(to, &newer);
    from->blocks = mark.block;
    from->used = mark.block ? mark.block->size : 0;
}

bool arena_is_large(const struct arena *arena)
{
    size_t size = 0;

    for (const struct arena_block *each = arena->blocks; each && size < LARGE_ARENA;
         each = each->next)
        size += each->size;
    return size >= LARGE_ARENA;
}

struct arena_mark arena_mark(const struct arena *arena)
{
    return (struct arena_mark){arena->blocks, arena->used};
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
    free_down_to(arena, mark.block);
    arena->used = mark.used;
}

void arena_reset(struct arena *arena)
{
    struct arena_block *oldest = arena->blocks;

    while (oldest && oldest->next)
        oldest = oldest->next;
    /* A first block made larger than usual, for one large request, is not worth keeping. */
    if (oldest && (oldest->size > BLOCK_SIZE || block_is_spare(oldest)))
        oldest = NULL;
    free_down_to(arena, oldest);
}

void arena_release(struct arena *arena)
{
    free_down_to(arena, NULL);
}
