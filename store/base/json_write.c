#include "store/base/json_write.h"

#include "store/base/instant.h"

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

void json_write_name(struct strbuf *out, const char *name)
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

void json_write_squeezed(struct strbuf *out, const char *json)
{
    size_t left = strlen(json);
    char *end = strbuf_reserve(out, left);
    bool quoted = false, escaped = false;

    for (; *json; json++) {
        bool ends = *json == '"' && !escaped;
        escaped = quoted && *json == '\\' && !escaped;
        quoted ^= ends;
        if (quoted || (unsigned char)*json > ' ')
            *end++ = *json;
    }
    json_put_end(out, end);
}
