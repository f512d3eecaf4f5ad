#include "server/json/write.h"

#include "store/base/instant.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NUMBER_SIZE = JSON_PUT_MAX, /* bytes of any number */
    ESCAPE_SIZE = 6             /* bytes of the longest escape */
};

/* Whether a comma belongs here: a value of the same object or array is before it. */
static bool follows_value(const struct strbuf *out)
{
    if (!out->size)
        return false;
    char last = out->bytes[out->size - 1];
    return last != '{' && last != '[' && last != ':';
}

/* What comes before a value. */
static void json_write_name(struct strbuf *out, const char *name)
{
    size_t size = name ? strlen(name) : 0;
    char *end = strbuf_reserve(out, size + strlen(",\"\":"));

    if (follows_value(out))
        *end++ = ',';
    if (name) {
        *end++ = '"';
        end = mempcpy(end, name, size);
        *end++ = '"';
        *end++ = ':';
    }
    out->size = (size_t)(end - out->bytes);
}

void json_write_open(struct strbuf *out, const char *name, char bracket)
{
    json_write_name(out, name);
    strbuf_add(out, &bracket, 1);
}

void json_write_close(struct strbuf *out, char bracket)
{
    strbuf_add(out, &bracket, 1);
}

struct strbuf json_write_begin(struct arena *arena, char bracket)
{
    struct strbuf out = {.arena = arena};

    json_write_open(&out, NULL, bracket);
    return out;
}

struct strbuf json_write_end(struct strbuf *out, char bracket)
{
    json_write_close(out, bracket);
    return *out;
}

void json_write_json(struct strbuf *out, const char *name, const char *json)
{
    json_write_name(out, name);
    strbuf_append(out, json);
}

/* RFC 8259 section 7. */
static bool is_escaped(char c)
{
    return ((unsigned char)c < ' ') | (c == '"') | (c == '\\');
}

static char *write_escape(char *out, char c)
{
    static const char with_letter[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    static const char hex[] = "0123456789abcdef";
    const char *found = strchr(with_letter, c);

    *out++ = '\\';
    if (found) {
        *out++ = letters[found - with_letter];
        return out;
    }
    out = mempcpy(out, "u00", 3);
    *out++ = hex[(unsigned char)c >> 4];
    *out++ = hex[c & 15];
    return out;
}

static char *write_escaped(char *out, const char *string)
{
    for (; *string; string++) {
        if (is_escaped(*string))
            out = write_escape(out, *string);
        else
            *out++ = *string;
    }
    return out;
}

/* Checks every character, without an early end: compilers then check many at once. */
static bool has_escaped(const char *string, size_t size)
{
    unsigned char found = 0;

    for (size_t i = 0; i < size; i++)
        found |= is_escaped(string[i]);
    return found;
}

static void write_quoted(struct strbuf *text, const char *string)
{
    size_t size = strlen(string);
    bool plain = !has_escaped(string, size);
    char *out = strbuf_reserve(text, (plain ? size : size * ESCAPE_SIZE) + strlen("\"\""));

    *out++ = '"';
    out = plain ? mempcpy(out, string, size) : write_escaped(out, string);
    *out++ = '"';
    *out = '\0';
    text->size = (size_t)(out - text->bytes);
}

void json_write_text(struct strbuf *out, const char *name, const char *value)
{
    json_write_name(out, name);
    if (value)
        write_quoted(out, value);
    else
        strbuf_append(out, "null");
}

bool json_write_nullable(struct strbuf *out, const char *name, bool has_value)
{
    if (!has_value)
        json_write_text(out, name, NULL);
    return has_value;
}

char *json_put_text(char *at, const char *value)
{
    if (!value || !*value)
        return JSON_PUT(at, "null");
    *at++ = '"';
    at = stpcpy(at, value);
    *at++ = '"';
    return at;
}

char *json_put_time(char *at, int64_t instant)
{
    if (instant == INSTANT_NONE)
        return JSON_PUT(at, "null");
    *at = '"';
    instant_format(instant, at + 1);
    at[INSTANT_SIZE] = '"';
    return at + INSTANT_SIZE + 1;
}

char *json_put_integer(char *at, int64_t number)
{
    char digits[NUMBER_SIZE], *first = digits + sizeof digits;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

    do {
        *--first = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (number < 0)
        *--first = '-';
    return mempcpy(at, first, (size_t)(digits + sizeof digits - first));
}

void json_put_end(struct strbuf *out, char *at)
{
    *at = '\0';
    out->size = (size_t)(at - out->bytes);
}

void json_write_time(struct strbuf *out, const char *name, int64_t instant)
{
    json_write_name(out, name);
    json_put_end(out, json_put_time(strbuf_reserve(out, JSON_PUT_MAX), instant));
}

void json_write_integer(struct strbuf *out, const char *name, int64_t number)
{
    json_write_name(out, name);
    json_put_end(out, json_put_integer(strbuf_reserve(out, JSON_PUT_MAX), number));
}

void json_write_number(struct strbuf *out, const char *name, double number)
{
    char text[NUMBER_SIZE] = "null";

    if (fabs(number) < 1e17 && number == floor(number) && !(number == 0 && signbit(number))) {
        json_write_integer(out, name, (int64_t)number);
        return;
    }
    for (int digits = 1; isfinite(number) && digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    json_write_json(out, name, text);
}

void json_write_bool(struct strbuf *out, const char *name, bool truth)
{
    json_write_json(out, name, truth ? "true" : "false");
}

/* The members of an object, whose names may need escapes, or the items of an array. */
static void write_members(struct strbuf *out, const cJSON *tree, size_t max)
{
    bool object = cJSON_IsObject(tree);

    json_write_open(out, NULL, object ? '{' : '[');
    const cJSON *member;
    cJSON_ArrayForEach (member, tree) {
        if (out->size > max)
            return;
        if (object) {
            json_write_text(out, NULL, member->string);
            strbuf_append(out, ":");
        }
        json_write_within(out, member, max);
    }
    json_write_close(out, object ? '}' : ']');
}

void json_write_within(struct strbuf *out, const cJSON *tree, size_t max)
{
    switch (tree->type & 0xff) {
    case cJSON_False:
    case cJSON_True: json_write_bool(out, NULL, cJSON_IsTrue(tree)); break;
    case cJSON_NULL: json_write_text(out, NULL, NULL); break;
    case cJSON_Number:
        if (tree->valuestring)
            json_write_json(out, NULL, tree->valuestring);
        else
            json_write_number(out, NULL, tree->valuedouble);
        break;
    case cJSON_String: json_write_text(out, NULL, tree->valuestring); break;
    case cJSON_Array:
    case cJSON_Object: write_members(out, tree, max); break;
    default: assert(!"a tree of cJSON's has no other type");
    }
}

void json_write_tree(struct strbuf *out, const char *name, const cJSON *tree)
{
    if (name)
        json_write_name(out, name);
    json_write_within(out, tree, SIZE_MAX);
}
