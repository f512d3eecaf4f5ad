#include "store/base/json_member.h"

#include <stdbool.h>
#include <string.h>

static const char *skip_space(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Behind a string that begins here. */
static const char *string_end(const char *at)
{
    for (at++; *(at += strcspn(at, "\"\\")) != '"'; at += 2) /* a backslash, and what follows it */
        ;
    return at + 1;
}

/* How much deeper what follows this character is. */
static int depth_change(char c)
{
    return (c == '[' || c == '{') - (c == ']' || c == '}');
}

/* Behind a value that begins here. */
static const char *value_end(const char *at)
{
    int depth = 0;

    if (!strchr("\"[{", *at))
        return at + strcspn(at, ",}] \t\r\n");
    do {
        depth += depth_change(*at);
        at = *at == '"' ? string_end(at) : at + 1;
    } while (depth > 0);
    return at;
}

const char *json_member_find(const char *object, const char *name, size_t *size)
{
    const char *at = skip_space(object + 1);
    size_t length = strlen(name);

    while (*at == '"') {
        const char *found = at + 1, *end = string_end(at);
        const char *value = skip_space(skip_space(end) + 1);
        at = value_end(value);
        if ((size_t)(end - 1 - found) == length && memcmp(found, name, length) == 0) {
            *size = (size_t)(at - value);
            return value;
        }
        at = skip_space(at);
        if (*at == ',')
            at = skip_space(at + 1);
    }
    return NULL;
}

size_t json_items_copy(const char *array, char *out)
{
    const char *next, *begin = out;
    size_t commas = 0;
    int depth = 0;

    for (const char *at = array; *at; at = next) {
        next = *at == '"' ? string_end(at) : at + 1;
        int deeper = depth + depth_change(*at);
        bool ends = depth == 1 && *at == ',';
        if (depth > 0 && deeper > 0 && !is_space(*at))
            out = mempcpy(out, ends ? "" : at, (size_t)(next - at));
        commas += ends;
        depth = deeper;
    }
    *out = '\0';
    return commas + (out > begin);
}
