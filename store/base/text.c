#include "store/base/text.h"

#include <string.h>

enum { ROOM_START = 256 /* bytes */ };

void text_grow(struct text *text, size_t more)
{
    size_t room = text->room ? text->room : ROOM_START;

    while (room - text->size <= more)
        room *= 2;
    char *bytes = arena_alloc(text->arena, room);
    if (text->size)
        memcpy(bytes, text->bytes, text->size);
    text->bytes = bytes;
    text->room = room;
}

void text_add(struct text *text, const char *bytes, size_t size)
{
    char *end = mempcpy(text_room(text, size), bytes, size);

    *end = '\0';
    text->size += size;
}

void text_append(struct text *text, const char *string)
{
    text_add(text, string, strlen(string));
}
