#include "server/contract/validate.h"

#include "server/contract/coerce.h"
#include "server/contract/http_url.h"
#include "server/json/utf8.h"
#include "store/base/instant.h"
#include "store/base/suggest.h"
#include "store/base/uid.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Properties of a schema at most, and members that are looked at between two pauses. */
enum { PROPERTIES_MAX = 64, MEMBERS_PART = 256 };

static bool validate_value(struct validation *v, const struct schema *schema, cJSON *value);

/* What is wrong with a value, in words as by printf; always false. */
__attribute__((format(printf, 3, 4))) static bool
violation_set(struct validation *v, const cJSON *value, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    const char *reason = arena_vformat(v->ctx->arena, format, list);
    va_end(list);
    return refuse_at(&v->refusal, json_pointer(v->ctx->arena, v->root, value), reason);
}

/* Whether to look behind a violation. */
static bool violation_pass(struct validation *v)
{
    if (!v->refusal.reason || v->passed_count >= v->passed_room)
        return false;
    v->passed[v->passed_count++] = v->refusal;
    v->refusal = (struct refusal){0};
    return true;
}

/* "string,null" */
static const char *type_names(struct arena *arena, unsigned types)
{
    static const char *const names[] = {"string", "integer", "number", "boolean",
                                        "array",  "object",  "null"};
    const char *list = "";

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (types & 1u << i)
            list = arena_append(arena, list, ",", names[i]);
    }
    return list;
}

/* The name of each format, and an example of it. */
static const struct {
    const char *name, *example;
} formats[] = {
    [FORMAT_NONE] = {"", NULL},
    [FORMAT_UUID] = {"uuid", "a UUID, such as 00000000-0000-4000-8000-000000000001"},
    [FORMAT_DATE_TIME] = {"date-time", "a time with an offset, such as 2026-01-01T09:00:00Z"},
    [FORMAT_URI] = {"uri", "an absolute URL of http or https, such as http://127.0.0.1:8080/"},
};

static bool has_format(const char *text, enum text_format format)
{
    char uid[UID_SIZE];
    int64_t instant;

    switch (format) {
    case FORMAT_NONE: return true;
    case FORMAT_UUID: return uid_parse(text, uid);
    case FORMAT_DATE_TIME: return instant_parse(text, &instant);
    case FORMAT_URI: return http_url_is_valid(text);
    }
    return false;
}

static bool check_count(struct validation *v, const cJSON *value, int64_t count, int64_t min,
                        int64_t max, const char *unit)
{
    if (count < min)
        return violation_set(v, value, "must NOT have fewer than %" PRId64 " %s", min, unit);
    if (count > max)
        return violation_set(v, value, "must NOT have more than %" PRId64 " %s", max, unit);
    return true;
}

/* What need not be counted any further: that is then as much as any more. */
static int64_t count_that_matters(int64_t min, int64_t max)
{
    return max == INT64_MAX ? min : max + 1;
}

static int64_t count_members(const cJSON *value, int64_t min, int64_t max)
{
    int64_t count = 0, most = count_that_matters(min, max);

    for (const cJSON *member = value->child; member && count < most; member = member->next)
        count++;
    return count;
}

static bool check_enum(struct validation *v, const struct schema *schema, const cJSON *value)
{
    size_t count = 0;

    for (; schema->enum_values[count]; count++) {
        if (strcmp(schema->enum_values[count], value->valuestring) == 0)
            return true;
    }
    violation_set(v, value, "must be equal to one of the allowed values");
    v->refusal.suggestion = suggest(value->valuestring, schema->enum_values, count);
    v->refusal.allowed_values = schema->enum_values;
    return false;
}

static bool check_string(struct validation *v, const struct schema *schema, const cJSON *value)
{
    const char *text = value->valuestring;
    size_t most = (size_t)count_that_matters(schema->min_length, schema->max_length);

    if (!check_count(v, value, (int64_t)utf8_length(text, most), schema->min_length,
                     schema->max_length, "characters"))
        return false;
    if (schema->enum_values && !check_enum(v, schema, value))
        return false;
    if (has_format(text, schema->format))
        return true;
    violation_set(v, value, "must match format \"%s\"", formats[schema->format].name);
    v->refusal.example = formats[schema->format].example;
    return false;
}

static bool check_number(struct validation *v, const struct schema *schema, const cJSON *value)
{
    if (schema->minimum != INT64_MIN && value->valuedouble < (double)schema->minimum)
        return violation_set(v, value, "must be >= %" PRId64, schema->minimum);
    if (schema->maximum != INT64_MAX && value->valuedouble > (double)schema->maximum)
        return violation_set(v, value, "must be <= %" PRId64, schema->maximum);
    return true;
}

static bool check_array(struct validation *v, const struct schema *schema, const cJSON *array)
{
    int64_t min = schema->min_items, max = schema->max_items;

    if (!check_count(v, array, count_members(array, min, max), min, max, "items"))
        return false;
    for (cJSON *item = array->child; schema->items && item; item = item->next) {
        if (!validate_value(v, schema->items, item) && !violation_pass(v))
            return false;
        if (!ctx_pause(v->ctx))
            return !(v->given_up = true);
    }
    return true;
}

/* Does not say that the reply rests on the assumption: an error response does not. */
static const char *assumed_default(struct validation *v, enum assumption which)
{
    assumption_set_add(&v->defaults_used, which);
    return assumption_value(v->ctx->assumptions, which);
}

static cJSON *default_of(struct validation *v, const struct schema *schema)
{
    const char *text = schema->default_value;

    if (v->ctx->assumptions && schema->default_assumption)
        text = assumed_default(v, schema->default_assumption);
    if (schema->types & JSON_INTEGER)
        return json_number(v->ctx->arena, (double)strtoll(text, NULL, 10));
    if (schema->types & JSON_BOOLEAN)
        return json_node(v->ctx->arena, strcmp(text, "true") == 0 ? cJSON_True : cJSON_False);
    cJSON *string = json_string(v->ctx->arena, text);
    if (!(schema->types & JSON_ARRAY))
        return string;
    cJSON *array = json_node(v->ctx->arena, cJSON_Array);
    json_add(array, NULL, string);
    return array;
}

/* The place of the property of this name, or -1; *at is where to look first, and becomes the place
 * behind it: members mostly come in the order of the contract. */
static int property_find(const struct schema *schema, const char *name, int *at)
{
    for (int i = 0; i < schema->property_count; i++) {
        int place = *at < schema->property_count ? *at : 0;
        *at = place + 1;
        if (strcmp(schema->properties[place].name, name) == 0)
            return place;
    }
    return -1;
}

/* Words for a member that are not misspellings of it. */
static const struct {
    const char *word, *property;
} synonyms[] = {
    {"count", "times"},       {"chance", "probability"}, {"latency", "delay_ms"},
    {"statuscode", "status"}, {"status_code", "status"}, {"slow", "bytes_per_second"},
};

enum { BEGINNING_LEAST = 3 /* letters of a property that name it */ };

/* Whether a name is another word for a property, or the beginning of its name. */
static bool property_is_meant(const char *property, const char *name)
{
    size_t size = strlen(name);

    if (size >= BEGINNING_LEAST && strncasecmp(property, name, size) == 0)
        return true;
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++) {
        if (strcasecmp(synonyms[i].word, name) == 0 && strcmp(synonyms[i].property, property) == 0)
            return true;
    }
    return false;
}

/* Notes the property that a name may have meant, or else the names of all. */
static void suggest_property(struct validation *v, const struct schema *schema, const char *name)
{
    size_t count = (size_t)schema->property_count;
    const char **names = arena_alloc(v->ctx->arena, sizeof *names * (count + 1));

    for (size_t i = 0; i < count; i++)
        names[i] = schema->properties[i].name;
    const char *near = suggest(name, names, count);
    for (size_t i = 0; !near && i < count; i++)
        near = property_is_meant(names[i], name) ? names[i] : NULL;
    names[count] = NULL;
    v->refusal.suggestion = near;
    v->refusal.allowed_values = near || !count ? NULL : names;
}

/* The name of a missing property, if a member of the object may be a misspelling of it. */
static const char *suggest_missing(const struct schema *schema, const cJSON *object,
                                   const char *name)
{
    int at = 0;

    for (const cJSON *value = object->child; value; value = value->next) {
        if (property_find(schema, value->string, &at) < 0 && suggest(value->string, &name, 1))
            return name;
    }
    return NULL;
}

/* The members of an object that is checked. */
struct members {
    cJSON *named[PROPERTIES_MAX]; /* by the place of their property; NULL: absent */
    cJSON *other;                 /* the first whose name is none of a property; or NULL */
};

static bool members_find(struct validation *v, const struct schema *schema, cJSON *object,
                         struct members *out)
{
    int at = 0, count = 0;

    assert(schema->property_count <= PROPERTIES_MAX);
    *out = (struct members){.other = schema->property_count ? NULL : object->child};
    if (!schema->property_count)
        return true;
    for (cJSON *value = object->child; value; value = value->next) {
        int place = property_find(schema, value->string, &at);
        if (place >= 0)
            out->named[place] = value;
        else if (!out->other)
            out->other = value;
        if (++count % MEMBERS_PART == 0 && !ctx_pause(v->ctx))
            return !(v->given_up = true);
    }
    return true;
}

static bool check_required(struct validation *v, const struct schema *schema, const cJSON *object,
                           const struct members *members)
{
    for (int i = 0; i < schema->property_count; i++) {
        if (!schema->properties[i].required || members->named[i])
            continue;
        const char *name = schema->properties[i].name;
        violation_set(v, object, "must have required property '%s'", name);
        v->refusal.suggestion = suggest_missing(schema, object, name);
        if (!violation_pass(v))
            return false;
    }
    return true;
}

static bool is_closed(const struct validation *v, const struct schema *schema)
{
    return schema->no_additional_properties &&
           !(v->ctx->assumptions && schema->opened_by_assumption &&
             assumption_is(v->ctx, schema->opened_by_assumption, "ignore"));
}

static bool refuse_additional(struct validation *v, const struct schema *schema,
                              const cJSON *object, const cJSON *member)
{
    violation_set(v, object, "must NOT have additional properties (%.*s)", (int)LIMIT_MESSAGE,
                  member->string);
    suggest_property(v, schema, member->string);
    return false;
}

static bool check_additional(struct validation *v, const struct schema *schema, const cJSON *object,
                             const struct members *members)
{
    bool closed = members->other && is_closed(v, schema);
    int at = 0;

    if (!closed && !schema->additional_schema)
        return true;
    for (cJSON *value = members->other; value; value = value->next) {
        if (property_find(schema, value->string, &at) >= 0)
            continue;
        bool ok = closed ? refuse_additional(v, schema, object, value)
                         : validate_value(v, schema->additional_schema, value);
        if (!ok && !violation_pass(v))
            return false;
    }
    return true;
}

/* The members that the schema names, or their defaults. */
static bool check_named(struct validation *v, const struct schema *schema, cJSON *object,
                        const struct members *members)
{
    for (int i = 0; i < schema->property_count; i++) {
        const struct property *property = &schema->properties[i];
        if (members->named[i] && !validate_value(v, property->schema, members->named[i]) &&
            !violation_pass(v))
            return false;
        if (!members->named[i] && property->schema->default_value)
            json_add(object, property->name, default_of(v, property->schema));
    }
    return true;
}

/* In the order of AJV 8. */
static bool check_object(struct validation *v, const struct schema *schema, cJSON *object)
{
    struct members members;
    int64_t min = schema->min_properties;

    return check_count(v, object, count_members(object, min, INT64_MAX), min, INT64_MAX,
                       "properties") &&
           members_find(v, schema, object, &members) &&
           check_required(v, schema, object, &members) &&
           check_additional(v, schema, object, &members) &&
           check_named(v, schema, object, &members);
}

/* Coerces a value that has none of the types of its schema, where that is allowed. */
static bool is_coerced(struct validation *v, const struct schema *schema, cJSON *value)
{
    cJSON before = *value;

    if (!v->from_text && !v->ctx->assumptions)
        return false;
    if (!coerce(v->ctx->arena, value, schema->types))
        return false;
    if (v->from_text || assumption_is(v->ctx, ASSUME_BODY_COERCION, "coerce"))
        return true;
    *value = before;
    return false;
}

static bool validate_value(struct validation *v, const struct schema *schema, cJSON *value)
{
    if (schema->types && !(schema->types & coerce_types(value)) && !is_coerced(v, schema, value))
        return violation_set(v, value, "must be %s", type_names(v->ctx->arena, schema->types));

    switch (value->type & 0xff) {
    case cJSON_String: return check_string(v, schema, value);
    case cJSON_Number: return check_number(v, schema, value);
    case cJSON_Array: return check_array(v, schema, value);
    case cJSON_Object: return check_object(v, schema, value);
    default: return true;
    }
}

bool validate(struct validation *v, const struct schema *schema, cJSON *value)
{
    v->root = value;
    return validate_value(v, schema, value) && !v->passed_count;
}
