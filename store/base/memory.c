#include "store/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RESERVE_SIZE = 96 * 1024 /* bytes; above 128 KiB, free() would give them back to the system */
};

static void *reserve;

void memory_is_used_up(void)
{
    fputs("edges-emulator: out of memory\n", stderr);
    abort();
}

bool memory_reserve_fill(void)
{
    if (!reserve)
        reserve = malloc(RESERVE_SIZE);
    return reserve;
}

bool memory_reserve_give(void)
{
    bool was_full = reserve;

    free(reserve);
    reserve = NULL;
    return was_full;
}

void *memory_try(void *bytes, size_t size)
{
    void *resized = realloc(bytes, size);

    return !resized && memory_reserve_give() ? realloc(bytes, size) : resized;
}

void *memory_resize(void *bytes, size_t size)
{
    void *resized = memory_try(bytes, size);

    if (!resized)
        memory_is_used_up();
    return resized;
}

void *memory_take(size_t size)
{
    void *bytes = calloc(1, size);

    return bytes ? bytes : memset(memory_resize(NULL, size), 0, size);
}

char *memory_copy_text(const char *text, size_t size)
{
    char *copy = memory_resize(NULL, size + 1);

    memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}
