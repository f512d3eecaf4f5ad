#include "server/json_output.h"

#include "server/json.h"
#include "server/json_print.h"
#include "store/base/text.h"
#include "store/output.h"

#include <string.h>

/* One output in the making. */
struct making {
    struct arena *arena;
    const cJSON *input;
    int64_t position; /* of the output in its run: {{$position}} */
    size_t filled;    /* bytes of all texts filled in so far; beyond OUTPUT_BYTES_MAX nothing is */
};

/* The name, which has no braces, in the "{{name}}" that text starts with; NULL when it does not. */
static const char *read_name(struct arena *arena, const char *text, const char **end)
{
    if (strncmp(text, "{{", 2) != 0)
        return NULL;
    size_t size = strcspn(text + 2, "{}");
    if (strncmp(text + 2 + size, "}}", 2) != 0)
        return NULL;
    *end = text + 2 + size + 2;
    return arena_copy(arena, text + 2, size);
}

/* The same value once more, which costs one node however large it is. */
static cJSON *refer(const cJSON *value)
{
    cJSON *node = cJSON_CreateNull();

    *node = *value;
    node->type |= cJSON_IsReference;
    node->next = node->prev = NULL;
    node->string = NULL;
    return node;
}

static cJSON *value_of(struct making *m, const char *name)
{
    const cJSON *value = json_find(m->input, name);

    if (!value && strcmp(name, "$position") == 0)
        return cJSON_CreateNumber((double)m->position);
    return value ? refer(value) : cJSON_CreateNull();
}

/* A value inside a longer string. */
static const char *text_of(struct making *m, const char *name)
{
    cJSON *value = value_of(m, name);

    if (cJSON_IsString(value))
        return value->valuestring;
    return cJSON_IsNull(value) ? "" : json_print(value);
}

static const char *fill_text(struct making *m, const char *text)
{
    struct text filled = {.arena = m->arena};

    if (m->filled > OUTPUT_BYTES_MAX)
        return "";
    text_append(&filled, "");
    while (*text && m->filled + filled.size <= OUTPUT_BYTES_MAX) {
        const char *end;
        const char *name = read_name(m->arena, text, &end);
        if (name) {
            text_append(&filled, text_of(m, name));
            text = end;
            continue;
        }
        size_t plain = 1 + strcspn(text + 1, "{");
        text_add(&filled, text, plain);
        text += plain;
    }
    m->filled += filled.size;
    return filled.bytes;
}

static cJSON *fill(struct making *m, const cJSON *template);

static cJSON *fill_members(struct making *m, const cJSON *template)
{
    cJSON *filled = cJSON_IsArray(template) ? cJSON_CreateArray() : cJSON_CreateObject();

    const cJSON *member;
    cJSON_ArrayForEach (member, template) {
        if (cJSON_IsArray(template))
            cJSON_AddItemToArray(filled, fill(m, member));
        else
            json_add(filled, member->string, fill(m, member));
    }
    return filled;
}

/* A copy of the template with everything put in its place, as deep as JSON may be (json_scan.h). */
static cJSON *fill(struct making *m, const cJSON *template)
{
    if (cJSON_IsArray(template) || cJSON_IsObject(template))
        return fill_members(m, template);
    if (!cJSON_IsString(template))
        return refer(template);

    const char *end;
    const char *name = read_name(m->arena, template->valuestring, &end);
    if (name && !*end)
        return value_of(m, name);
    return cJSON_CreateStringReference(fill_text(m, template->valuestring));
}

static void pass_meta_through(struct making *m, cJSON *output)
{
    const cJSON *meta = json_find(json_find(m->input, "custom_data"), "meta");
    cJSON *data = cJSON_GetObjectItemCaseSensitive(output, "custom_data");

    if (!meta || (data && !cJSON_IsObject(data)))
        return;
    if (!data)
        data = json_add_object(output, "custom_data");
    if (json_find(data, "meta"))
        return;
    if (data->type & cJSON_IsReference)
        data->child = cJSON_Duplicate(data, true)->child; /* what it refers to stays as it is */
    json_add(data, "meta", refer(meta));
}

const char *json_output_make(struct arena *arena, const char *template, const char *input,
                             int64_t position)
{
    struct json_fault fault;

    if (!template)
        return strlen(input) > OUTPUT_BYTES_MAX ? NULL : input;
    struct arena *before = json_use(arena);
    struct making m = {arena, json_parse(input, strlen(input), &json_unbounded, &fault), position,
                       0};
    cJSON *output = fill(&m, json_parse(template, strlen(template), &json_unbounded, &fault));
    struct text text = {.arena = arena};
    if (m.filled <= OUTPUT_BYTES_MAX) {
        pass_meta_through(&m, output);
        json_print_within(&text, output, OUTPUT_BYTES_MAX);
    }
    json_use(before);
    return text.size && text.size <= OUTPUT_BYTES_MAX ? text.bytes : NULL;
}
