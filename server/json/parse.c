#include "server/json/json.h"

#include "server/json/utf8.h"
#include "store/base/strbuf.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

struct parser {
    struct arena *arena;
    const char *at, *end;
    size_t line;
    int depth_left;      /* until it is too deep */
    int64_t values_left; /* until there are too many */
    const struct ctx *ctx;
    const char *reason;
    int repeat_line;         /* of the first object that names a member twice, or 0 */
    struct strbuf unescaped; /* the string being read, if it has escapes */
};

static bool parse_value(struct parser *p, cJSON *node);

static bool parse_fail(struct parser *p, const char *reason)
{
    p->reason = reason;
    return false;
}

static char parse_peek(const struct parser *p)
{
    if (p->at == p->end)
        return '\0';
    return *p->at;
}

static bool parse_take(struct parser *p, char wanted)
{
    if (p->at == p->end || *p->at != wanted)
        return false;
    p->at++;
    return true;
}

static void skip_space(struct parser *p)
{
    for (; p->at < p->end; p->at++) {
        if (*p->at == '\n')
            p->line++;
        else if (*p->at != ' ' && *p->at != '\t' && *p->at != '\r')
            return;
    }
}

static bool parse_word(struct parser *p, const char *word)
{
    size_t size = strlen(word);

    if ((size_t)(p->end - p->at) < size || memcmp(p->at, word, size) != 0)
        return parse_fail(p, "a value was expected");
    p->at += size;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool skip_digits(struct parser *p)
{
    const char *start = p->at;

    while (is_digit(parse_peek(p)))
        p->at++;
    return p->at > start;
}

static bool skip_number(struct parser *p)
{
    parse_take(p, '-');
    if (!parse_take(p, '0') && !skip_digits(p))
        return parse_fail(p, "a value was expected");
    if (parse_take(p, '.') && !skip_digits(p))
        return parse_fail(p, "a number is not complete");
    if (parse_take(p, 'e') || parse_take(p, 'E')) {
        if (!parse_take(p, '+'))
            parse_take(p, '-');
        if (!skip_digits(p))
            return parse_fail(p, "a number is not complete");
    }
    return true;
}

/* Whether it is whole, and so short that a double holds it and is printed the same. */
static bool read_short_integer(const char *text, size_t size, double *out)
{
    size_t sign = *text == '-';
    double number = 0;

    if (size > DBL_DIG)
        return false;
    for (size_t i = sign; i < size; i++) {
        if (!is_digit(text[i]))
            return false;
        number = number * 10 + (text[i] - '0');
    }
    *out = sign ? -number : number;
    return true;
}

static bool parse_number(struct parser *p, cJSON *node)
{
    const char *text = p->at;

    if (!skip_number(p))
        return false;
    size_t size = (size_t)(p->at - text);
    if (read_short_integer(text, size, &node->valuedouble))
        return true;
    node->valuestring = arena_copy(p->arena, text, size);
    node->valuedouble = strtod(node->valuestring, NULL);
    return true;
}

/* The four digits of an escape, or -1. */
static int32_t parse_hex(struct parser *p)
{
    static const char hex[] = "0123456789abcdef0123456789ABCDEF";
    int32_t value = 0;

    for (int i = 0; i < 4; i++) {
        const char *digit = parse_peek(p) ? strchr(hex, parse_peek(p)) : NULL;
        if (!digit)
            return -1;
        value = value * 16 + (int32_t)((digit - hex) % 16);
        p->at++;
    }
    return value;
}

/* After "\u": one unit, or the two of a pair. */
static bool parse_unicode(struct parser *p)
{
    int32_t unit = parse_hex(p), second = 0;

    if (unit == 0)
        return parse_fail(p, "a string holds a NUL");
    if (unit < 0)
        return parse_fail(p, "an escape is not complete");
    if (unit >= 0xd800 && unit <= 0xdfff) {
        if (unit <= 0xdbff && parse_take(p, '\\') && parse_take(p, 'u'))
            second = parse_hex(p);
        if (second < 0xdc00 || second > 0xdfff)
            return parse_fail(p, "half of a surrogate pair is missing");
        unit = 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
    }
    p->unescaped.size += utf8_encode((uint32_t)unit, strbuf_reserve(&p->unescaped, UTF8_SIZE));
    return true;
}

static bool parse_escape(struct parser *p)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";

    p->at++;
    if (parse_take(p, 'u'))
        return parse_unicode(p);
    const char *found = parse_peek(p) ? strchr(letters, *p->at) : NULL;
    if (!found)
        return parse_fail(p, "an escape is not one of JSON's");
    strbuf_add(&p->unescaped, &meanings[found - letters], 1);
    p->at++;
    return true;
}

/* Goes on to the end of the string or to its next escape. */
static bool skip_plain(struct parser *p)
{
    while (p->at < p->end && *p->at != '"' && *p->at != '\\') {
        size_t size = 1;
        if ((unsigned char)*p->at < ' ')
            return parse_fail(p, "a string holds a control character");
        if ((unsigned char)*p->at > 0x7f)
            size = utf8_next(p->at, (size_t)(p->end - p->at));
        if (!size)
            return parse_fail(p, "a string is not valid UTF-8");
        p->at += size;
    }
    return p->at < p->end || parse_fail(p, "a string is not closed");
}

static bool parse_string(struct parser *p, char **out)
{
    const char *start = p->at + 1;
    struct strbuf *unescaped = &p->unescaped;

    if (!parse_take(p, '"'))
        return parse_fail(p, "a string was expected");
    if (!skip_plain(p))
        return false;
    if (*p->at == '"') {
        *out = arena_copy(p->arena, start, (size_t)(p->at++ - start));
        return true;
    }
    unescaped->size = 0;
    strbuf_add(unescaped, start, (size_t)(p->at - start));
    while (*p->at == '\\') {
        if (!parse_escape(p))
            return false;
        start = p->at;
        if (!skip_plain(p))
            return false;
        strbuf_add(unescaped, start, (size_t)(p->at - start));
    }
    p->at++;
    *out = arena_copy(p->arena, unescaped->bytes, unescaped->size);
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static uint32_t name_hash(const char *name)
{
    uint32_t hash = 0;

    for (; *name; name++)
        hash = hash * 31 + (unsigned char)*name;
    return hash;
}

/* Whether a small object surely repeats no name, by the hashes of its names. */
static bool object_is_small_and_distinct(const cJSON *object, size_t count)
{
    enum { SMALL = 32 };
    uint32_t hashes[SMALL], found = 0;
    size_t seen = 0;

    if (count > SMALL)
        return false;
    for (const cJSON *member = object->child; member; member = member->next) {
        uint32_t hash = name_hash(member->string);
        for (size_t i = 0; i < seen; i++)
            found |= hashes[i] == hash;
        hashes[seen++] = hash;
    }
    return !found;
}

/* Sorting keeps a body of a hundred thousand members from costing billions of comparisons. */
static bool object_repeats(struct arena *arena, const cJSON *object, size_t count)
{
    struct arena_mark mark = arena_mark(arena);
    const char **names = arena_alloc(arena, count * sizeof *names);
    bool repeats = false;
    size_t i = 0;

    for (const cJSON *member = object->child; member; member = member->next)
        names[i++] = member->string;
    qsort(names, count, sizeof *names, by_name);
    for (i = 1; i < count && !repeats; i++)
        repeats = strcmp(names[i - 1], names[i]) == 0;
    arena_rewind(arena, mark);
    return repeats;
}

/* A member's name and the colon after it. */
static bool parse_name(struct parser *p, char **out)
{
    skip_space(p);
    if (!parse_string(p, out))
        return false;
    skip_space(p);
    return parse_take(p, ':') || parse_fail(p, "a colon was expected");
}

/* What is between the brackets of an object or an array, and the closing one. */
static bool parse_members(struct parser *p, cJSON *node)
{
    bool object = cJSON_IsObject(node);
    char closing = object ? '}' : ']';
    size_t count = 0;

    skip_space(p);
    if (parse_take(p, closing))
        return true;
    do {
        char *name = NULL;
        if (object && !parse_name(p, &name))
            return false;
        skip_space(p);
        if (!parse_value(p, json_add(node, name, json_node(p->arena, cJSON_Invalid))))
            return false;
        count++;
        skip_space(p);
    } while (parse_take(p, ','));
    /* Objects inside end before this one, which started first. */
    if (object && (!p->repeat_line || node->valueint < p->repeat_line) &&
        !object_is_small_and_distinct(node, count) && object_repeats(p->arena, node, count))
        p->repeat_line = node->valueint;
    return parse_take(p, closing) ||
           parse_fail(p, object ? "a comma or } was expected" : "a comma or ] was expected");
}

static bool parse_nested(struct parser *p, cJSON *node, int type)
{
    node->type = type;
    p->at++;
    if (p->depth_left-- == 0)
        return parse_fail(p, "it is nested too deeply");
    bool ok = parse_members(p, node);
    p->depth_left++;
    return ok;
}

static bool parse_value(struct parser *p, cJSON *node)
{
    node->valueint = (int)p->line;
    if (p->values_left-- == 0)
        return parse_fail(p, "it holds too many values");
    if (p->ctx && !ctx_pause(p->ctx))
        return parse_fail(p, "it was not read to its end");
    switch (parse_peek(p)) {
    case '{': return parse_nested(p, node, cJSON_Object);
    case '[': return parse_nested(p, node, cJSON_Array);
    case '"': node->type = cJSON_String; return parse_string(p, &node->valuestring);
    case 't': node->type = cJSON_True; return parse_word(p, "true");
    case 'f': node->type = cJSON_False; return parse_word(p, "false");
    case 'n': node->type = cJSON_NULL; return parse_word(p, "null");
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
        .at = text,
        .end = text + size,
        .line = 1,
        .depth_left = bounds->depth,
        .values_left = bounds->values,
        .ctx = bounds->ctx,
        .unescaped = {.arena = arena},
    };

    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        p.at += 3;
    skip_space(&p);
    bool ok = parse_value(&p, tree);
    skip_space(&p);
    if (!ok)
        *out = (struct json_fault){p.line, p.reason};
    else if (p.at < p.end)
        *out = (struct json_fault){p.line, "something follows the value"};
    else if (p.repeat_line)
        *out = (struct json_fault){(size_t)p.repeat_line, "an object names a member twice"};
    else
        return tree;
    return NULL;
}
