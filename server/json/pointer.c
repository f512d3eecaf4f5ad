#include "server/json/pointer.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const char *json_escape_pointer(struct arena *arena, const char *name)
{
    char *escaped = arena_alloc(arena, 2 * strlen(name) + 1);
    char *out = escaped;

    for (; *name; name++) {
        if (*name == '~' || *name == '/') {
            *out++ = '~';
            *out++ = *name == '~' ? '0' : '1';
        } else {
            *out++ = *name;
        }
    }
    *out = '\0';
    return escaped;
}

/* Takes the first part off a pointer when it is this one. */
static bool take_part(const char **pointer, const char *part)
{
    const char *at = *pointer + 1;

    for (; *part; part++) {
        char c = *at++;
        if (c == '~' && *at)
            c = *at++ == '0' ? '~' : '/';
        else if (c == '/')
            return false;
        if (c != *part)
            return false;
    }
    if (*at != '/' && *at != '\0')
        return false;
    *pointer = at;
    return true;
}

static const cJSON *take_member(const char **pointer, const cJSON *around)
{
    char index[24];
    int i = 0;

    const cJSON *member;
    cJSON_ArrayForEach (member, around) {
        snprintf(index, sizeof index, "%d", i++);
        if (take_part(pointer, member->string ? member->string : index))
            return member;
    }
    return NULL;
}

size_t json_line(const cJSON *tree, const char *pointer)
{
    int line = tree->valueint;

    while (*pointer == '/') {
        tree = take_member(&pointer, tree);
        if (!tree || !tree->valueint)
            break;
        line = tree->valueint;
    }
    return (size_t)line;
}
