#include "server/json/json.h"

#include "server/json/print.h"
#include "server/json/utf8.h"

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
    cJSON_AddItemToArray(around, node);
    return node;
}

char *json_print(struct arena *arena, const cJSON *tree)
{
    struct strbuf text = {.arena = arena};

    json_print_tree(&text, tree);
    return text.bytes;
}

const cJSON *json_find(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

const char *json_text(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(json_find(object, name));
}

int64_t json_integer(const cJSON *object, const char *name, int64_t fallback)
{
    const cJSON *found = json_find(object, name);

    return cJSON_IsNumber(found) ? (int64_t)found->valuedouble : fallback;
}

bool json_true(const cJSON *object, const char *name)
{
    return cJSON_IsTrue(json_find(object, name));
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
