/* A text in the making, which grows in an arena.
 *
 * Its bytes are always followed by a zero once something, be it nothing, was added. Other memory
 * may be taken from the arena meanwhile; what the text outgrew stays there until the arena goes.
 */
#ifndef STORE_BASE_TEXT_H
#define STORE_BASE_TEXT_H

#include "store/base/arena.h"

/* Zeroed but for its arena, it is empty. */
struct text {
    struct arena *arena;
    char *bytes;
    size_t size; /* bytes, without the final zero */
    size_t room;
};

/* Makes room for so many bytes more, and a zero after them. */
void text_grow(struct text *text, size_t more);

/* The same, and returns where they are to be written. Who writes them adds to size. */
static inline char *text_room(struct text *text, size_t more)
{
    if (text->room - text->size <= more)
        text_grow(text, more);
    return text->bytes + text->size;
}

/* Adds bytes; a string. */
void text_add(struct text *text, const char *bytes, size_t size);
void text_append(struct text *text, const char *string);

#endif
