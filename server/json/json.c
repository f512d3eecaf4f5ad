#include "server/json/json.h"

#include "server/json/utf8.h"
#include "server/json/write.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

cJSON *json_node(struct arena *arena, int type)
{
    cJSON *node = arena_zalloc(arena, sizeof *node);

    node->type = type;
    return node;
}

cJSON *json_number(struct arena *arena, double number)
{
    cJSON *node = json_node(arena, cJSON_Number);

    node->valuedouble = number;
    return node;
}

cJSON *json_string(struct arena *arena, const char *text)
{
    cJSON *node = json_node(arena, cJSON_String);

    node->valuestring = (char *)(uintptr_t)text; /* nobody writes to it */
    return node;
}

cJSON *json_reference(struct arena *arena, const cJSON *value)
{
    cJSON *node = json_node(arena, cJSON_NULL);

    *node = *value;
    node->type |= cJSON_IsReference;
    node->next = node->prev = NULL;
    node->string = NULL;
    return node;
}

cJSON *json_add(cJSON *around, const char *name, cJSON *node)
{
    node->string = (char *)(uintptr_t)name; /* nobody writes to it */
    node->valueint = around->valueint;      /* its line, unless it has one of its own */
    cJSON_AddItemToArray(around, node);
    return node;
}

char *json_print(struct arena *arena, const cJSON *tree)
{
    struct strbuf text = {.arena = arena};

    json_write_tree(&text, NULL, tree);
    return text.bytes;
}

/* Most names differ in their first character; an item of an array has none. */
static const cJSON *member_find(const cJSON *object, const char *name, size_t size)
{
    const cJSON *member = object ? object->child : NULL;

    while (member && !(member->string && *member->string == *name &&
                       strncmp(member->string, name, size) == 0 && !member->string[size]))
        member = member->next;
    return member;
}

const cJSON *json_find(const cJSON *object, const char *name)
{
    return member_find(object, name, strlen(name));
}

const cJSON *json_at(const cJSON *tree, const char *path)
{
    while (tree && *path) {
        const char *name = path + 1, *end = strchrnul(name, '/');
        tree = member_find(tree, name, (size_t)(end - name));
        path = end;
    }
    return tree;
}

const char *json_text(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(json_find(object, name));
}

int64_t json_integer(const cJSON *object, const char *name, int64_t fallback)
{
    const cJSON *found = json_find(object, name);

    if (!cJSON_IsNumber(found))
        return fallback;
    return (int64_t)fmax(-JSON_INTEGER_MAX, fmin(found->valuedouble, JSON_INTEGER_MAX));
}

bool json_has_prototype(const cJSON *tree)
{
    const cJSON *member;

    if (!tree->child) /* as most are */
        return false;
    if (json_find(tree, "__proto__") || json_find(json_find(tree, "constructor"), "prototype"))
        return true;
    cJSON_ArrayForEach (member, tree) {
        if (json_has_prototype(member))
            return true;
    }
    return false;
}

static const char *pointer_escape(struct arena *arena, const char *name)
{
    char *escaped = arena_alloc(arena, 2 * strlen(name) + 1), *end = escaped;

    for (; *name; name++) {
        if (*name == '~' || *name == '/')
            *end++ = '~';
        *end++ = (char)(*name == '~' ? '0' : *name == '/' ? '1' : *name);
    }
    *end = '\0';
    return escaped;
}

const char *json_pointer(struct arena *arena, const cJSON *tree, const cJSON *node)
{
    int i = 0;

    if (tree == node)
        return "";
    const cJSON *member;
    cJSON_ArrayForEach (member, tree) {
        const char *rest = json_pointer(arena, member, node);
        if (rest && member->string)
            return arena_format(arena, "/%s%s", pointer_escape(arena, member->string), rest);
        if (rest)
            return arena_format(arena, "/%d%s", i, rest);
        i++;
    }
    return NULL;
}

/* Takes the first part off a pointer if it is this one. */
static bool pointer_take(const char **pointer, const char *part)
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

/* Follows a pointer as far as the tree has it; *pointer becomes the rest. */
static const cJSON *pointer_follow(const cJSON *tree, const char **pointer)
{
    char index[24];
    int i = 0;

    const cJSON *member;
    cJSON_ArrayForEach (member, tree) {
        if (**pointer != '/')
            break;
        if (!member->string)
            snprintf(index, sizeof index, "%d", i++);
        if (pointer_take(pointer, member->string ? member->string : index))
            return pointer_follow(member, pointer);
    }
    return tree;
}

const char *json_fault_opening(const struct json_fault *fault)
{
    return fault->is_json ? "must NOT " : "is not valid JSON: ";
}

size_t json_line(const cJSON *tree, const char *pointer)
{
    return (size_t)pointer_follow(tree, &pointer)->valueint;
}

const char *json_safe(struct arena *arena, const char *text)
{
    size_t size = strlen(text);

    if (utf8_valid(text, size))
        return arena_copy(arena, text, size);
    char *safe = arena_alloc(arena, 3 * size + 1), *end = safe;
    for (size_t i = 0, step; i < size; i += step ? step : 1) {
        step = utf8_next(text + i, size - i);
        end = step ? mempcpy(end, text + i, step) : stpcpy(end, "\xef\xbf\xbd");
    }
    *end = '\0';
    return safe;
}

const char *json_shown(struct arena *arena, const char *text)
{
    static const char with_letter[] = "\b\f\n\r\t", letters[] = "bfnrt";
    struct strbuf out = {.arena = arena};

    strbuf_append(&out, "");
    for (; *text; text++) {
        const char *found = strchr(with_letter, *text);
        unsigned char c = (unsigned char)*text;
        bool is_c1 = c == 0xc2 && ((unsigned char)text[1] & 0xe0) == 0x80; /* U+0080 to U+009F */
        if (found)
            strbuf_format(&out, "\\%c", letters[found - with_letter]);
        else if (c < ' ' || c == 0x7f || is_c1)
            strbuf_format(&out, "\\u%04x", is_c1 ? (unsigned char)*++text : c);
        else
            strbuf_add(&out, text, 1);
    }
    return out.bytes;
}
