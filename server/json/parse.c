#include "server/json/json.h"

#include "server/json/names.h"
#include "server/json/scan.h"

#include <float.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBERS_PART = 1024 /* compared between two looks whether others are to be served */ };

struct parser {
    struct arena *arena;
    struct scanner scan;
    const struct json_bounds *bounds;
    int depth_left;      /* until it is too deep */
    int64_t values_left; /* until there are too many */
    int repeat_line;     /* of the first object that names a member twice, or 0 */
    struct json_names names;
};

static bool parse_value(struct parser *p, cJSON *node);

/* Whether it is whole, and so short that a double holds it and is printed the same. */
static bool read_short_integer(const char *text, size_t size, double *out)
{
    size_t sign = *text == '-';
    double number = 0;

    if (size > DBL_DIG)
        return false;
    for (size_t i = sign; i < size; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        number = number * 10 + (text[i] - '0');
    }
    *out = sign ? -number : number;
    return true;
}

static bool parse_number(struct parser *p, cJSON *node)
{
    const char *text = p->scan.at;

    if (!scan_number(&p->scan))
        return false;
    size_t size = (size_t)(p->scan.at - text);
    if (read_short_integer(text, size, &node->valuedouble))
        return true;
    node->valuestring = arena_copy(p->arena, text, size);
    node->valuedouble = strtod(node->valuestring, NULL);
    return true;
}

static bool parse_text(struct parser *p, char **out)
{
    const char *bytes;
    size_t size;

    if (!scan_string(&p->scan, &bytes, &size))
        return false;
    *out = arena_alloc(p->arena, size + 1);
    (*out)[size] = '\0';
    return scan_copy(&p->scan, *out, bytes, size);
}

static struct json_name *parse_new_name(struct parser *p, const char *bytes, size_t size)
{
    struct json_name *name = arena_alloc(p->arena, sizeof *name + size + 1);

    *name = (struct json_name){.plain = bytes == p->scan.unescaped.bytes ? SIZE_MAX : size};
    name->text[size] = '\0';
    if (!scan_copy(&p->scan, name->text, bytes, size))
        return NULL;
    names_add(&p->names, name);
    return name;
}

static struct json_name *parse_name(struct parser *p)
{
    const char *bytes = p->scan.at + 1;
    size_t size;
    bool is_quoted = scan_peek(&p->scan) == '"';
    struct json_name *name = is_quoted ? names_guess(&p->names, bytes, p->scan.end) : NULL;

    if (name) {
        p->scan.at += name->plain + strlen("\"\"");
        return name;
    }
    if (!scan_string(&p->scan, &bytes, &size))
        return NULL;
    name = names_find(&p->names, bytes, size);
    return name ? name : parse_new_name(p, bytes, size);
}

/* A member's name and the colon after it. */
static bool parse_member(struct parser *p, char **out)
{
    struct json_name *name = parse_name(p);
    if (!name)
        return false;
    names_note(&p->names, name);
    *out = name->text;
    scan_space(&p->scan);
    return scan_take(&p->scan, ':') || scan_fail(&p->scan, "a colon was expected");
}

/* Of an object whose members are complete. */
static bool note_repeats(struct parser *p, const cJSON *object)
{
    int count = 0;

    if (p->repeat_line && p->repeat_line <= object->valueint) /* it is in one before this */
        return true;
    for (const cJSON *member = object->child; member; member = member->next) {
        if (name_is_repeated(object, member)) {
            p->repeat_line = object->valueint;
            return true;
        }
        if (++count % MEMBERS_PART == 0 && !scan_pause(&p->scan))
            return false;
    }
    return true;
}

/* What is between the brackets of an object or an array, and the closing one. */
static bool parse_members(struct parser *p, cJSON *node)
{
    bool object = cJSON_IsObject(node);
    char closing = object ? '}' : ']';

    scan_space(&p->scan);
    if (scan_take(&p->scan, closing))
        return true;
    do {
        char *name = NULL;
        scan_space(&p->scan);
        if (node->child && scan_peek(&p->scan) == closing)
            return scan_fail(&p->scan, object ? "no comma may stand before }"
                                              : "no comma may stand before ]");
        if (object && !parse_member(p, &name))
            return false;
        if (object)
            scan_space(&p->scan);
        if (!parse_value(p, json_add(node, name, json_node(p->arena, cJSON_Invalid))))
            return false;
        scan_space(&p->scan);
    } while (scan_take(&p->scan, ','));
    if (object && !note_repeats(p, node))
        return false;
    return scan_take(&p->scan, closing) ||
           scan_fail(&p->scan, object ? "a comma or } was expected" : "a comma or ] was expected");
}

static bool parse_nested(struct parser *p, cJSON *node, int type)
{
    node->type = type;
    p->scan.at++;
    if (p->depth_left-- == 0)
        return scan_refuse(&p->scan, arena_format(p->arena, "be nested more than %d levels deep",
                                                  p->bounds->depth));
    bool ok = parse_members(p, node);
    p->depth_left++;
    return ok;
}

static bool parse_value(struct parser *p, cJSON *node)
{
    node->valueint = (int)p->scan.line;
    if (p->values_left-- == 0)
        return scan_refuse(&p->scan, arena_format(p->arena, "have more than %" PRId64 " values",
                                                  p->bounds->values));
    if (!scan_go_on(&p->scan))
        return false;
    switch (scan_peek(&p->scan)) {
    case '{': return parse_nested(p, node, cJSON_Object);
    case '[': return parse_nested(p, node, cJSON_Array);
    case '"': node->type = cJSON_String; return parse_text(p, &node->valuestring);
    case 't': node->type = cJSON_True; return scan_word(&p->scan, "true");
    case 'f': node->type = cJSON_False; return scan_word(&p->scan, "false");
    case 'n': node->type = cJSON_NULL; return scan_word(&p->scan, "null");
    default: node->type = cJSON_Number; return parse_number(p, node);
    }
}

const struct json_bounds json_unbounded = {.depth = LIMIT_STATE_DEPTH, .values = INT64_MAX};

cJSON *json_parse(struct arena *arena, const char *text, size_t size,
                  const struct json_bounds *bounds, struct json_fault *out)
{
    cJSON *tree = json_node(arena, cJSON_Invalid);
    struct parser p = {
        .arena = arena,
        .scan = {.at = text,
                 .end = text + size,
                 .pause_at = text,
                 .line = 1,
                 .ctx = bounds->ctx,
                 .unescaped = {.arena = arena}},
        .bounds = bounds,
        .depth_left = bounds->depth,
        .values_left = bounds->values,
    };
    struct scanner *scan = &p.scan;

    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        scan->at += 3;
    scan_space(scan);
    bool ok = parse_value(&p, tree);
    scan_space(scan);
    if (!ok)
        *out = (struct json_fault){scan->line, scan->is_json, scan->reason};
    else if (scan->at < scan->end)
        *out = (struct json_fault){scan->line, false, "something follows the value"};
    else if (p.repeat_line)
        *out = (struct json_fault){(size_t)p.repeat_line, true, "name a member of an object twice"};
    else
        return tree;
    return NULL;
}
