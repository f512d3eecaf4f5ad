#include "server/json/json.h"

#include "server/json/print.h"
#include "server/json/utf8.h"
#include "store/base/instant.h"

#include <string.h>

static struct arena *current;

static void *json_alloc(size_t size)
{
    return arena_alloc(current, size);
}

static void json_free(void *memory)
{
    (void)memory; /* the arena takes it all back at once */
}

struct arena *json_use(struct arena *arena)
{
    static bool hooked;
    struct arena *before = current;

    current = arena;
    if (!hooked)
        cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = json_alloc, .free_fn = json_free});
    hooked = true;
    return before;
}

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

char *json_print(const cJSON *tree)
{
    struct strbuf text = {.arena = current};

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

void json_add(cJSON *object, const char *name, cJSON *tree)
{
    cJSON_AddItemToObjectCS(object, name, tree);
}

void json_add_text(cJSON *object, const char *name, const char *text)
{
    json_add(object, name, text ? cJSON_CreateStringReference(text) : cJSON_CreateNull());
}

void json_add_time(cJSON *object, const char *name, int64_t instant)
{
    char *text = NULL;

    if (instant != INSTANT_NONE) {
        text = json_alloc(INSTANT_SIZE);
        instant_format(instant, text);
    }
    json_add_text(object, name, text);
}

void json_add_integer(cJSON *object, const char *name, int64_t number)
{
    json_add(object, name, cJSON_CreateNumber((double)number));
}

void json_add_bool(cJSON *object, const char *name, bool truth)
{
    json_add(object, name, cJSON_CreateBool(truth));
}

cJSON *json_add_object(cJSON *object, const char *name)
{
    cJSON *made = cJSON_CreateObject();

    json_add(object, name, made);
    return made;
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
