#include "store/base/strbuf.h"

#include <stdio.h>
#include <string.h>

enum { ROOM_START = 256 /* bytes */ };

void strbuf_grow(struct strbuf *buf, size_t more)
{
    size_t capacity = buf->capacity ? buf->capacity : ROOM_START;

    while (capacity - buf->size <= more)
        capacity *= 2;
    char *bytes = arena_enlarge(buf->arena, buf->bytes, capacity);
    if (!bytes) {
        bytes = arena_alloc(buf->arena, capacity);
        if (buf->size)
            memcpy(bytes, buf->bytes, buf->size);
    }
    buf->bytes = bytes;
    buf->capacity = capacity;
}

void strbuf_add(struct strbuf *buf, const char *bytes, size_t size)
{
    char *end = mempcpy(strbuf_reserve(buf, size), bytes, size);

    *end = '\0';
    buf->size += size;
}

void strbuf_append(struct strbuf *buf, const char *string)
{
    strbuf_add(buf, string, strlen(string));
}

void strbuf_format(struct strbuf *buf, const char *format, ...)
{
    va_list list, again;

    va_start(list, format);
    va_copy(again, list);
    size_t room = buf->capacity - buf->size;
    size_t size = (size_t)vsnprintf(room ? buf->bytes + buf->size : NULL, room, format, list);
    if (size >= room)
        vsnprintf(strbuf_reserve(buf, size), size + 1, format, again);
    buf->size += size;
    va_end(again);
    va_end(list);
}
