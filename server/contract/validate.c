#include "server/contract/validate.h"

#include "server/json/pointer.h"
#include "server/json/utf8.h"
#include "store/base/instant.h"
#include "store/base/suggest.h"
#include "store/base/uid.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where a value stands, as a chain from the inside out. */
struct json_location {
    const struct json_location *around;
    const char *name; /* of a member; NULL in an array */
    int index;
};

static bool validate_value(struct validation *v, const struct schema *schema, cJSON *value,
                           const struct json_location *place);

static const char *pointer_to(struct validation *v, const struct json_location *place)
{
    if (!place)
        return "";
    const char *around = pointer_to(v, place->around);
    if (place->name)
        return arena_format(v->ctx->arena, "%s/%s", around,
                            json_escape_pointer(v->ctx->arena, place->name));
    return arena_format(v->ctx->arena, "%s/%d", around, place->index);
}

/* suggestion: what may have been meant, or NULL. */
static bool violation_suggest(struct validation *v, const struct json_location *place,
                              const char *reason, const char *suggestion)
{
    refuse_at(&v->refusal, pointer_to(v, place), reason);
    v->refusal.suggestion = suggestion;
    return false;
}

static bool violation_set(struct validation *v, const struct json_location *place,
                          const char *reason)
{
    return violation_suggest(v, place, reason, NULL);
}

static bool is_whole(const cJSON *value)
{
    return cJSON_IsNumber(value) && value->valuedouble == floor(value->valuedouble) &&
           fabs(value->valuedouble) <= 9007199254740992.0;
}

static unsigned types_of(const cJSON *value)
{
    if (cJSON_IsNull(value))
        return JSON_NULL;
    if (cJSON_IsBool(value))
        return JSON_BOOLEAN;
    if (cJSON_IsNumber(value))
        return JSON_NUMBER | (is_whole(value) ? JSON_INTEGER : 0);
    if (cJSON_IsString(value))
        return JSON_STRING;
    return cJSON_IsArray(value) ? JSON_ARRAY : JSON_OBJECT;
}

/* "string,null", in the order in which the contract writes them most. */
static const char *type_names(struct validation *v, unsigned types)
{
    static const struct {
        unsigned bit;
        const char *name;
    } names[] = {
        {JSON_STRING, "string"},   {JSON_INTEGER, "integer"}, {JSON_NUMBER, "number"},
        {JSON_BOOLEAN, "boolean"}, {JSON_ARRAY, "array"},     {JSON_OBJECT, "object"},
        {JSON_NULL, "null"},
    };
    const char *list = "";

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (types & names[i].bit)
            list = arena_append(v->ctx->arena, list, ",", names[i].name);
    }
    return list;
}

/* RFC 3986, as far as characters go: what is not ASCII has to be percent-encoded. */
static bool is_uri(const char *text)
{
    size_t scheme = strcspn(text, ":");
    const char *rest = text + scheme;

    if (!isalpha((unsigned char)*text) || strncmp(rest, "://", 3) != 0 || !rest[3])
        return false;
    for (const char *c = text; *c; c++) {
        if (!isgraph((unsigned char)*c) || strchr("<>\"{}|\\^`", *c))
            return false;
        if (*c == '%' && !(isxdigit((unsigned char)c[1]) && isxdigit((unsigned char)c[2])))
            return false;
    }
    return true;
}

static bool has_format(const char *text, enum text_format format)
{
    char uid[UID_SIZE];
    int64_t instant;

    switch (format) {
    case FORMAT_NONE: return true;
    case FORMAT_UUID: return uid_parse(text, uid);
    case FORMAT_DATE_TIME: return instant_parse(text, &instant);
    case FORMAT_URI: return is_uri(text);
    }
    return false;
}

static const char *format_name(enum text_format format)
{
    static const char *const names[] = {
        [FORMAT_NONE] = "",
        [FORMAT_UUID] = "uuid",
        [FORMAT_DATE_TIME] = "date-time",
        [FORMAT_URI] = "uri",
    };

    return names[format];
}

static bool is_choice(const struct schema *schema, const char *text)
{
    for (const char *const *choice = schema->enum_values; choice && *choice; choice++) {
        if (strcmp(*choice, text) == 0)
            return true;
    }
    return !schema->enum_values;
}

static bool check_limits(struct validation *v, int64_t count, int64_t least, int64_t most,
                         const char *unit, const struct json_location *place)
{
    if (count < least)
        return violation_set(
            v, place,
            arena_format(v->ctx->arena, "must NOT have fewer than %" PRId64 " %s", least, unit));
    if (count > most)
        return violation_set(
            v, place,
            arena_format(v->ctx->arena, "must NOT have more than %" PRId64 " %s", most, unit));
    return true;
}

static const char *near_choice(const struct schema *schema, const char *text)
{
    size_t count = 0;

    while (schema->enum_values[count])
        count++;
    return suggest(text, schema->enum_values, count);
}

static bool check_string(struct validation *v, const struct schema *schema, const char *text,
                         const struct json_location *place)
{
    if (!check_limits(v, (int64_t)utf8_length(text), schema->min_length, schema->max_length,
                      "characters", place))
        return false;
    if (!is_choice(schema, text)) {
        violation_suggest(v, place, "must be equal to one of the allowed values",
                          near_choice(schema, text));
        v->refusal.allowed_values = schema->enum_values;
        return false;
    }
    if (!has_format(text, schema->format))
        return violation_set(
            v, place,
            arena_format(v->ctx->arena, "must match format \"%s\"", format_name(schema->format)));
    return true;
}

static bool check_number(struct validation *v, const struct schema *schema, double number,
                         const struct json_location *place)
{
    if (schema->minimum != INT64_MIN && number < (double)schema->minimum)
        return violation_set(v, place,
                             arena_format(v->ctx->arena, "must be >= %" PRId64, schema->minimum));
    if (schema->maximum != INT64_MAX && number > (double)schema->maximum)
        return violation_set(v, place,
                             arena_format(v->ctx->arena, "must be <= %" PRId64, schema->maximum));
    return true;
}

static bool check_array(struct validation *v, const struct schema *schema, const cJSON *array,
                        const struct json_location *place)
{
    struct json_location item = {.around = place};

    if (!check_limits(v, cJSON_GetArraySize(array), schema->min_items, schema->max_items, "items",
                      place))
        return false;
    for (cJSON *value = array->child; schema->items && value; value = value->next, item.index++) {
        if (!validate_value(v, schema->items, value, &item))
            return false;
    }
    return true;
}

/* Whether a reply rests on it is not known yet: one that is refused does not. */
static const char *assumed(struct validation *v, enum assumption which)
{
    assumption_set_add(&v->defaults_used, which);
    return assumption_value(v->ctx->assumptions, which);
}

static cJSON *default_of(struct validation *v, const struct schema *schema)
{
    const char *text = schema->default_value;

    if (v->ctx->assumptions && schema->default_assumption)
        text = assumed(v, schema->default_assumption);
    if (schema->types & JSON_INTEGER)
        return json_number(v->ctx->arena, (double)strtoll(text, NULL, 10));
    cJSON *string = json_string(v->ctx->arena, text);
    if (!(schema->types & JSON_ARRAY))
        return string;
    cJSON *array = json_node(v->ctx->arena, cJSON_Array);
    json_add(array, NULL, string);
    return array;
}

/* The members that the schema names, or their defaults. */
static bool check_named(struct validation *v, const struct schema *schema, cJSON *object,
                        const struct json_location *place)
{
    for (int i = 0; i < schema->property_count; i++) {
        const struct property *property = &schema->properties[i];
        cJSON *value = cJSON_GetObjectItemCaseSensitive(object, property->name);
        struct json_location member = {place, property->name, 0};
        if (value && !validate_value(v, property->schema, value, &member))
            return false;
        if (!value && property->schema->default_value)
            json_add(object, property->name, default_of(v, property->schema));
    }
    return true;
}

static bool is_named(const struct schema *schema, const char *name)
{
    for (int i = 0; i < schema->property_count; i++) {
        if (strcmp(schema->properties[i].name, name) == 0)
            return true;
    }
    return false;
}

/* The property that may have been meant. */
static const char *near_name(struct validation *v, const struct schema *schema, const char *name)
{
    const char **names =
        arena_alloc(v->ctx->arena, sizeof *names * ((size_t)schema->property_count + 1));

    for (int i = 0; i < schema->property_count; i++)
        names[i] = schema->properties[i].name;
    return suggest(name, names, (size_t)schema->property_count);
}

/* The name of a property that is missing, where a member may have been meant for it. */
static const char *near_missing(const struct schema *schema, const cJSON *object, const char *name)
{
    for (const cJSON *value = object->child; value; value = value->next) {
        if (!is_named(schema, value->string) && suggest(value->string, &name, 1))
            return name;
    }
    return NULL;
}

static bool check_required(struct validation *v, const struct schema *schema, const cJSON *object,
                           const struct json_location *place)
{
    for (int i = 0; i < schema->property_count; i++) {
        const char *name = schema->properties[i].name;
        if (schema->properties[i].required && !cJSON_GetObjectItemCaseSensitive(object, name))
            return violation_suggest(
                v, place, arena_format(v->ctx->arena, "must have required property '%s'", name),
                near_missing(schema, object, name));
    }
    return true;
}

static bool is_closed(const struct validation *v, const struct schema *schema)
{
    return schema->no_additional_properties &&
           !(v->ctx->assumptions && schema->opened_by_assumption &&
             assumption_is(v->ctx, schema->opened_by_assumption, "ignore"));
}

static bool check_others(struct validation *v, const struct schema *schema, const cJSON *object,
                         const struct json_location *place)
{
    if (!schema->no_additional_properties && !schema->additional_schema)
        return true;
    for (cJSON *value = object->child; value; value = value->next) {
        struct json_location member = {place, value->string, 0};
        if (is_named(schema, value->string))
            continue;
        if (is_closed(v, schema))
            return violation_suggest(v, place,
                                     arena_format(v->ctx->arena,
                                                  "must NOT have additional properties (%s)",
                                                  value->string),
                                     near_name(v, schema, value->string));
        if (schema->additional_schema &&
            !validate_value(v, schema->additional_schema, value, &member))
            return false;
    }
    return true;
}

/* In the order of AJV 8: what is missing, what is not named, what is. */
static bool check_object(struct validation *v, const struct schema *schema, cJSON *object,
                         const struct json_location *place)
{
    return check_required(v, schema, object, place) && check_others(v, schema, object, place) &&
           check_named(v, schema, object, place);
}

/* "12" as the number it is; anything that is not plain decimal digits stays text. */
static void take_as_integer(cJSON *value)
{
    const char *text = cJSON_GetStringValue(value);
    size_t sign = text && *text == '-';
    size_t digits = text ? strspn(text + sign, "0123456789") : 0;

    if (digits == 0 || digits > 18 || text[sign + digits])
        return;
    value->type = cJSON_Number;
    value->valuestring = NULL; /* "007" is 7 */
    value->valuedouble = (double)strtoll(text, NULL, 10);
}

static bool validate_value(struct validation *v, const struct schema *schema, cJSON *value,
                           const struct json_location *place)
{
    if (v->from_text && schema->types == JSON_INTEGER)
        take_as_integer(value);
    if (schema->types && !(schema->types & types_of(value)))
        return violation_set(
            v, place, arena_format(v->ctx->arena, "must be %s", type_names(v, schema->types)));

    if (cJSON_IsString(value))
        return check_string(v, schema, value->valuestring, place);
    if (cJSON_IsNumber(value))
        return check_number(v, schema, value->valuedouble, place);
    if (cJSON_IsArray(value))
        return check_array(v, schema, value, place);
    if (cJSON_IsObject(value))
        return check_object(v, schema, value, place);
    return true;
}

bool validate(struct validation *v, const struct schema *schema, cJSON *value)
{
    return validate_value(v, schema, value, NULL);
}
