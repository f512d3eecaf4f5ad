/* Memory that is freed all at once, such as that of a request when its reply has been sent.
 *
 * Nothing in an arena is freed alone. Allocation never returns NULL: when the system is out of
 * memory it jumps to `recovery`. Without one it takes a spare block, or the reserve (memory.h).
 */
#ifndef STORE_BASE_ARENA_H
#define STORE_BASE_ARENA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct arena_block;

/* The state of an arena; arena_rewind() frees what was allocated since. */
struct arena_mark {
    struct arena_block *block;
    size_t used;
};

/* Zeroed, it is empty; the first allocation takes a block. */
struct arena {
    struct arena_block *blocks; /* newest first; the oldest is kept by arena_reset */
    size_t used;                /* bytes taken from the newest block */
    jmp_buf *recovery; /* of a function that has not returned, and undoes what was left half done */
};

/* size bytes, aligned for any type, not cleared. */
void *arena_alloc(struct arena *arena, size_t size);

/* The same, all bytes zero. */
void *arena_zalloc(struct arena *arena, size_t size);

/* Makes what was allocated last larger without copying it, where the system can do that: where its
 * bytes are now, or NULL when they have to be copied. No mark may have been taken since. */
void *arena_enlarge(struct arena *arena, void *bytes, size_t size);

/* A copy of size bytes with a zero after them. */
char *arena_copy(struct arena *arena, const void *bytes, size_t size);

/* A copy of a string; NULL for NULL. */
char *arena_strdup(struct arena *arena, const char *text);

/* A string made as by printf. */
char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vformat(struct arena *arena, const char *format, va_list list);

/* A list with one more word at its end, after a separator unless it is the first. */
const char *arena_append(struct arena *arena, const char *list, const char *separator,
                         const char *word);

/* Moves what one holds to another, and frees so many bytes of an arena, or all that is left: false
 * when nothing is. To give hundreds of megabytes back to the system takes a while. Of an arena of
 * which a part was freed nothing can be read any more. */
void arena_move(struct arena *to, struct arena *from);
bool arena_release_part(struct arena *arena, size_t bytes);

/* Moves the blocks that were taken since a mark. What was allocated in the block before them stays.
 */
void arena_move_since(struct arena *to, struct arena *from, struct arena_mark mark);

/* Whether these bytes have a block of their own, as many bytes have. */
bool arena_holds_alone(const struct arena *arena, const void *bytes);

/* Whether it holds so much that to free it takes a while. */
bool arena_is_large(const struct arena *arena);

/* Frees everything, but keeps one block for the next use. */
void arena_reset(struct arena *arena);

struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* Frees everything. The arena may be used again. */
void arena_release(struct arena *arena);

/* Copies a full array into one of twice the capacity, 64 at first; *capacity counts items of `size`
 * bytes. The old array stays in the arena. */
void *arena_grow(struct arena *arena, const void *list, size_t size, size_t *capacity);

#endif
