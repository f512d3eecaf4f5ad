#include "server/request/url.h"

#include "server/json/utf8.h"

#include <string.h>

static int hex_value(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *found = c ? strchr(digits, c) : NULL;

    return found ? (int)((found - digits) % 16) : -1;
}

/* Text without percent-encoding, or NULL; in a query a plus sign is a space. */
static const char *url_decode(struct arena *arena, const char *text, size_t size,
                              bool plus_is_space)
{
    char *out = arena_alloc(arena, size + 1);
    bool coded = memchr(text, '%', size) || (plus_is_space && memchr(text, '+', size));
    size_t length = coded ? 0 : size; /* most have nothing to decode */
    unsigned char bits = 0;           /* of all characters together: ASCII needs no further look */

    memcpy(out, text, length);
    for (size_t i = 0; i < length; i++)
        bits |= (unsigned char)text[i];
    for (size_t i = length; i < size; i++) {
        char c = text[i];
        if (c == '%') {
            int high = i + 2 < size ? hex_value(text[i + 1]) : -1;
            int low = i + 2 < size ? hex_value(text[i + 2]) : -1;
            if (high < 0 || low < 0 || high + low == 0)
                return NULL;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        bits |= (unsigned char)c;
        out[length++] = c;
    }
    out[length] = '\0';
    return bits < 0x80 || utf8_valid(out, length) ? out : NULL;
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

const char *url_encode(struct arena *arena, const char *text)
{
    const char *plain = text;

    while (is_unreserved(*plain))
        plain++;
    if (!*plain) /* as most are */
        return text;
    char *out = arena_alloc(arena, 3 * strlen(text) + 1), *end = out;

    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (is_unreserved(*text)) {
            *end++ = *text;
        } else {
            *end++ = '%';
            *end++ = "0123456789ABCDEF"[c / 16];
            *end++ = "0123456789ABCDEF"[c % 16];
        }
    }
    *end = '\0';
    return out;
}

void url_split(struct arena *arena, const char *target, struct url *out)
{
    const char *path = target;

    memset(out, 0, sizeof *out);
    if (strncasecmp(target, "http://", 7) == 0 || strncasecmp(target, "https://", 8) == 0) {
        const char *authority = strchr(target, '/') + 2;
        size_t size = strcspn(authority, "/?");
        out->authority = arena_copy(arena, authority, size);
        path = authority[size] ? authority + size : "/";
    }
    const char *mark = strchr(path, '?');
    out->path = arena_copy(arena, path, mark ? (size_t)(mark - path) : strlen(path));
    out->query = mark ? arena_strdup(arena, mark + 1) : "";
}

/* ASCII, with nothing to decode. */
static bool is_plain(const char *path)
{
    while ((signed char)*path > 0 && *path != '%')
        path++;
    return !*path;
}

bool url_decode_path(struct arena *arena, struct url *url)
{
    const char *path = url->path, *segment;
    bool plain = is_plain(path); /* as most are */
    char *rest = *path == '/' ? arena_strdup(arena, path + 1) : NULL;

    url->segment_count = 0;
    while ((segment = strsep(&rest, "/"))) {
        if (!plain && !(segment = url_decode(arena, segment, strlen(segment), false)))
            return false;
        if (url->segment_count < URL_SEGMENTS_MAX)
            url->segment[url->segment_count] = segment;
        url->segment_count++;
    }
    return true;
}

const char *url_fault(const char *text)
{
    return strstr(text, "%00") ? "must NOT have a NUL (%00)"
                               : "must be the percent-encoding of UTF-8";
}

/* A name or a value of a query; NULL when it cannot be a string. */
static const char *query_decode(struct arena *arena, const char *text, size_t size)
{
    const char *decoded = url_decode(arena, text, size, true);
    char *raw = arena_copy(arena, text, size);

    for (char *plus = raw; !decoded && (plus = strchr(plus, '+'));)
        *plus = ' ';
    return decoded || strstr(raw, "%00") || !utf8_valid(raw, size) ? decoded : raw;
}

/* A fixed segment wins over a parameter, also where its own path goes on otherwise (API.md section
 * 1: /flows/runs is never a slug). */
static bool segment_is_reserved(const struct operation *op, const char *segment)
{
    for (const char *const *word = op->reserved_words; word && *word; word++) {
        if (strcmp(*word, segment) == 0)
            return true;
    }
    return false;
}

bool url_matches(const struct url *url, const struct operation *op)
{
    if (op->segment_count != url->segment_count)
        return false;
    for (int i = 0; i < op->segment_count; i++) {
        const char *segment = url->segment[i];
        bool fits = op->segment[i] ? strcmp(op->segment[i], segment) == 0
                                   : !segment_is_reserved(op, segment);
        if (!fits)
            return false;
    }
    return true;
}

static void query_add(struct arena *arena, cJSON *query, const char *name, const char *value,
                      bool list)
{
    cJSON *before = cJSON_GetObjectItemCaseSensitive(query, name);
    cJSON *item = json_string(arena, value);

    if (!before && !list) {
        json_add(query, name, item);
        return;
    }
    if (!before) {
        before = json_add(query, name, json_node(arena, cJSON_Array));
    } else if (!cJSON_IsArray(before)) {
        cJSON *first = json_string(arena, before->valuestring);
        before->type = cJSON_Array;
        before->valuestring = NULL;
        json_add(before, NULL, first);
    }
    json_add(before, NULL, item);
}

/* Adds each of the values between commas, after which a space may stand, as sort may have them. */
static void query_add_items(struct arena *arena, cJSON *query, const char *name, const char *value)
{
    char *rest = arena_strdup(arena, value), *item;

    while ((item = strsep(&rest, ","))) {
        query_add(arena, query, name, item, true);
        rest += rest && *rest == ' ';
    }
}

static const struct schema *query_schema(const struct schema *schema, const char *name)
{
    static const struct schema unknown;

    for (int i = 0; i < schema->property_count; i++) {
        if (strcmp(schema->properties[i].name, name) == 0)
            return schema->properties[i].schema;
    }
    return &unknown;
}

cJSON *url_decode_query(struct arena *arena, const struct url *url, const struct schema *schema)
{
    cJSON *query = json_node(arena, cJSON_Object);
    const char *at = url->query;

    while (*at) {
        size_t size = strcspn(at, "&");
        size_t name_size = strcspn(at, "=&");
        size_t value_start = name_size < size ? name_size + 1 : size;
        const char *name = query_decode(arena, at, name_size);
        const char *value = query_decode(arena, at + value_start, size - value_start);
        if (!name || !value)
            return NULL;
        const struct schema *item = query_schema(schema, name);
        if (item->comma_separated)
            query_add_items(arena, query, name, value);
        else if (size)
            query_add(arena, query, name, value, item->types == JSON_ARRAY);
        at += size + (at[size] == '&');
    }
    return query;
}

bool url_is_control(const char *path)
{
    static const char prefix[] = "/_emulator";
    size_t size = strlen(prefix);

    return strncmp(path, prefix, size) == 0 && (path[size] == '/' || path[size] == '\0');
}
