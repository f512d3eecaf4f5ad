/* Memory that is given back all at once: what one request needs, until its reply has been sent.
 *
 * Nothing taken from an arena is freed by itself. An arena never returns NULL: when the system has
 * no more memory the program says so and ends, because no request can be answered any more.
 */
#ifndef STORE_BASE_ARENA_H
#define STORE_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

/* Zeroed is ready: an arena takes its first block when it is first asked. */
struct arena {
    struct arena_block *blocks; /* newest first; the oldest is kept by arena_reset */
    size_t used;                /* bytes taken from the newest block */
};

/* size bytes, aligned for any type, not cleared. */
void *arena_alloc(struct arena *arena, size_t size);

/* The same, all bytes zero. */
void *arena_zalloc(struct arena *arena, size_t size);

/* A copy of size bytes with a zero after them. */
char *arena_copy(struct arena *arena, const void *bytes, size_t size);

/* A copy of a string; NULL for NULL. */
char *arena_strdup(struct arena *arena, const char *text);

/* A string made as by printf. */
char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vformat(struct arena *arena, const char *format, va_list list);

/* A list with one more word at its end, and `between` before it unless it is the first. */
const char *arena_append(struct arena *arena, const char *list, const char *between,
                         const char *word);

/* Takes back all that was given out, and keeps one block for the next use. */
void arena_reset(struct arena *arena);

/* How far it was used at a moment; arena_rewind() takes back what was given out since then. */
struct arena_mark {
    struct arena_block *block;
    size_t used;
};
struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* Takes back everything; the arena may be used again. */
void arena_release(struct arena *arena);

/* A full list's items in a new list of twice the room, 64 at first; *room counts items of this size
 * in bytes. The old one stays until the arena goes. */
void *arena_grow(struct arena *arena, const void *list, size_t size, size_t *room);

#endif
