#include "server/json/json.h"

#include "server/json/print.h"
#include "server/json/utf8.h"
#include "store/base/instant.h"

#include <ctype.h>
#include <float.h>
#include <stdlib.h>
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

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorting keeps a body of a hundred thousand members from costing billions of comparisons. */
static bool object_repeats(const cJSON *object)
{
    size_t count = (size_t)cJSON_GetArraySize(object);
    const char **names = json_alloc((count + 1) * sizeof *names);
    const cJSON *member;
    size_t i = 0;

    cJSON_ArrayForEach (member, object)
        names[i++] = member->string;
    qsort(names, count, sizeof *names, by_name);
    for (i = 1; i < count; i++) {
        if (strcmp(names[i - 1], names[i]) == 0)
            return true;
    }
    return false;
}

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

/* The pointer to the innermost object met first that names a member twice, or NULL. The depth is
 * bounded by json_scan(). */
static const char *find_repeated_member(const cJSON *tree)
{
    const cJSON *member;
    int index = 0;

    if (cJSON_IsObject(tree) && object_repeats(tree))
        return "";
    cJSON_ArrayForEach (member, tree) {
        const char *inside = find_repeated_member(member);
        if (inside && member->string)
            return arena_format(current, "/%s%s", json_escape_pointer(current, member->string),
                                inside);
        if (inside)
            return arena_format(current, "/%d%s", index, inside);
        index++;
    }
    return NULL;
}

/* What is left of a text of valid JSON. */
struct rest {
    const char *at, *end;
};

static void skip_string(struct rest *rest)
{
    while (*++rest->at != '"')
        rest->at += *rest->at == '\\';
    rest->at++;
}

/* Takes the next number, which is there, and returns its size. */
static size_t rest_take_number(struct rest *rest, const char **out)
{
    while (*rest->at != '-' && !isdigit((unsigned char)*rest->at)) {
        if (*rest->at == '"')
            skip_string(rest);
        else
            rest->at++;
    }
    *out = rest->at;
    while (rest->at < rest->end && (isalnum((unsigned char)*rest->at) || strchr("+-.", *rest->at)))
        rest->at++;
    return (size_t)(rest->at - *out);
}

/* Whether a double holds it, and is printed the same. */
static bool is_plain(const char *number, size_t size)
{
    for (size_t i = *number == '-'; i < size; i++) {
        if (!isdigit((unsigned char)number[i]))
            return false;
    }
    return size <= DBL_DIG;
}

/* The numbers of a text come in the order in which a walk through its tree meets them. */
static void keep_numbers(cJSON *tree, struct rest *rest)
{
    const char *number;

    if (cJSON_IsNumber(tree)) {
        size_t size = rest_take_number(rest, &number);
        if (!is_plain(number, size))
            tree->valuestring = arena_copy(current, number, size);
    }
    for (cJSON *member = tree->child; member; member = member->next)
        keep_numbers(member, rest);
}

cJSON *json_parse(const char *text, size_t size, const struct json_bounds *bounds,
                  struct json_fault *out)
{
    if (!json_scan(text, size, bounds, out))
        return NULL;

    cJSON *tree = cJSON_ParseWithLength(text, size);
    const char *repeated = tree ? find_repeated_member(tree) : NULL;
    if (!tree)
        *out = (struct json_fault){1, "it cannot be read"};
    if (repeated)
        *out =
            (struct json_fault){json_line(text, size, repeated), "an object names a member twice"};
    if (!tree || repeated)
        return NULL;
    keep_numbers(tree, &(struct rest){text, text + size});
    return tree;
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
