#include "store/base/strbuf.h"

#include <string.h>

enum { ROOM_START = 256 /* bytes */ };

void strbuf_grow(struct strbuf *buf, size_t more)
{
    size_t room = buf->room ? buf->room : ROOM_START;

    while (room - buf->size <= more)
        room *= 2;
    char *bytes = arena_enlarge(buf->arena, buf->bytes, room);
    if (!bytes) {
        bytes = arena_alloc(buf->arena, room);
        if (buf->size)
            memcpy(bytes, buf->bytes, buf->size);
    }
    buf->bytes = bytes;
    buf->room = room;
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
    va_list list;

    va_start(list, format);
    strbuf_append(buf, arena_vformat(buf->arena, format, list));
    va_end(list);
}
