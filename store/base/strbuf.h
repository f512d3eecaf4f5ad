/* A text in the making, which grows in an arena.
 *
 * Its bytes are always followed by a zero once something, be it nothing, was added. Other memory
 * may be taken from the arena meanwhile; what the text outgrew stays there until the arena goes.
 */
#ifndef STORE_BASE_STRBUF_H
#define STORE_BASE_STRBUF_H

#include "store/base/arena.h"

/* Zeroed but for its arena, it is empty. */
struct strbuf {
    struct arena *arena;
    char *bytes;
    size_t size; /* bytes, without the final zero */
    size_t room;
};

/* Makes room for so many bytes more, and a zero after them. */
void strbuf_grow(struct strbuf *buf, size_t more);

/* The same, and returns where they are to be written. Who writes them adds to size. */
static inline char *strbuf_reserve(struct strbuf *buf, size_t more)
{
    if (buf->room - buf->size <= more)
        strbuf_grow(buf, more);
    return buf->bytes + buf->size;
}

/* Adds bytes; a string. */
void strbuf_add(struct strbuf *buf, const char *bytes, size_t size);
void strbuf_append(struct strbuf *buf, const char *string);

/* Adds what printf would print. */
void strbuf_format(struct strbuf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
