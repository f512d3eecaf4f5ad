/* A string that grows in an arena.
 *
 * A zero follows its bytes after every addition, even of "". Smaller buffers that it outgrew stay
 * in the arena until the arena is reset.
 */
#ifndef STORE_BASE_STRBUF_H
#define STORE_BASE_STRBUF_H

#include "store/base/arena.h"

/* Zeroed but for its arena, it is empty. */
struct strbuf {
    struct arena *arena;
    char *bytes;
    size_t size; /* bytes, without the final zero */
    size_t capacity;
};

/* Makes room for `more` bytes and a zero after them. */
void strbuf_grow(struct strbuf *buf, size_t more);

/* The same, and returns where to write them. The caller then adds to size. */
static inline char *strbuf_reserve(struct strbuf *buf, size_t more)
{
    if (buf->capacity - buf->size <= more)
        strbuf_grow(buf, more);
    return buf->bytes + buf->size;
}

void strbuf_add(struct strbuf *buf, const char *bytes, size_t size);
void strbuf_append(struct strbuf *buf, const char *string);

void strbuf_format(struct strbuf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
