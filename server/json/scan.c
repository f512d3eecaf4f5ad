#include "server/json/scan.h"

#include "server/json/utf8.h"
#include "store/base/limits.h"

#include <stdint.h>
#include <string.h>

struct scan {
    const char *at, *end;
    size_t line;
    int depth_left;      /* until it is too deep */
    int64_t values_left; /* until there are too many */
    const char *reason;
    const char *pointer; /* what is left of the pointer looked for, or NULL */
    size_t found;        /* the line of the longest part of it met so far */
};

static bool scan_value(struct scan *s);

static bool scan_fail(struct scan *s, const char *reason)
{
    if (!s->reason)
        s->reason = reason;
    return false;
}

static char scan_peek(const struct scan *s)
{
    if (s->at == s->end)
        return '\0';
    return *s->at;
}

static bool scan_take(struct scan *s, char wanted)
{
    if (s->at == s->end || *s->at != wanted)
        return false;
    s->at++;
    return true;
}

static void skip_space(struct scan *s)
{
    for (; s->at < s->end && *s->at && strchr(" \t\r\n", *s->at); s->at++)
        s->line += *s->at == '\n';
}

static bool scan_word(struct scan *s, const char *word)
{
    size_t size = strlen(word);

    if ((size_t)(s->end - s->at) < size || memcmp(s->at, word, size) != 0)
        return scan_fail(s, "a value was expected");
    s->at += size;
    return true;
}

static bool scan_digits(struct scan *s)
{
    const char *start = s->at;

    while (scan_peek(s) >= '0' && scan_peek(s) <= '9')
        s->at++;
    return s->at > start;
}

static bool scan_number(struct scan *s)
{
    scan_take(s, '-');
    if (!scan_take(s, '0') && !scan_digits(s))
        return scan_fail(s, "a value was expected");
    if (scan_take(s, '.') && !scan_digits(s))
        return scan_fail(s, "a number is not complete");
    if (scan_take(s, 'e') || scan_take(s, 'E')) {
        if (!scan_take(s, '+'))
            scan_take(s, '-');
        if (!scan_digits(s))
            return scan_fail(s, "a number is not complete");
    }
    return true;
}

/* The four digits of an escape, or -1. */
static int32_t scan_hex(struct scan *s)
{
    static const char hex[] = "0123456789abcdef0123456789ABCDEF";
    int32_t value = 0;

    for (int i = 0; i < 4; i++) {
        const char *digit = scan_peek(s) ? strchr(hex, scan_peek(s)) : NULL;
        if (!digit)
            return -1;
        value = value * 16 + (int32_t)((digit - hex) % 16);
        s->at++;
    }
    return value;
}

/* After "\u": one unit, or the two of a pair. */
static bool scan_unicode(struct scan *s)
{
    int32_t unit = scan_hex(s);

    if (unit == 0)
        return scan_fail(s, "a string holds a NUL");
    if (unit < 0)
        return scan_fail(s, "an escape is not complete");
    if (unit < 0xd800 || unit > 0xdfff)
        return true;
    if (unit > 0xdbff || !scan_take(s, '\\') || !scan_take(s, 'u'))
        return scan_fail(s, "half of a surrogate pair is missing");
    unit = scan_hex(s);
    return (unit >= 0xdc00 && unit <= 0xdfff) ||
           scan_fail(s, "half of a surrogate pair is missing");
}

static bool scan_escape(struct scan *s)
{
    if (scan_take(s, 'u'))
        return scan_unicode(s);
    if (!scan_peek(s) || !strchr("\"\\/bfnrt", scan_peek(s)))
        return scan_fail(s, "an escape is not one of JSON's");
    s->at++;
    return true;
}

static bool scan_string(struct scan *s)
{
    if (!scan_take(s, '"'))
        return scan_fail(s, "a string was expected");
    while (!scan_take(s, '"')) {
        size_t size = utf8_next(s->at, (size_t)(s->end - s->at));
        if (s->at == s->end)
            return scan_fail(s, "a string is not closed");
        if (!size)
            return scan_fail(s, "a string is not valid UTF-8");
        if ((unsigned char)*s->at < ' ')
            return scan_fail(s, "a string holds a control character");
        s->at += size;
        if (s->at[-1] == '\\' && !scan_escape(s))
            return false;
    }
    return true;
}

/* Whether the next part of the pointer looked for is this one; then it is taken off. A name that
 * was written with escapes of JSON is not recognized: the line is then that of what is around it.
 */
static bool step_into(struct scan *s, const char *part, size_t size)
{
    if (!s->pointer || *s->pointer != '/')
        return false;

    const char *at = s->pointer + 1;
    for (size_t i = 0; i < size; i++) {
        char c = *at++;
        if (c == '~' && *at)
            c = *at++ == '0' ? '~' : '/';
        else if (c == '/')
            return false;
        if (c != part[i])
            return false;
    }
    if (*at != '/' && *at != '\0')
        return false;
    s->pointer = at;
    return true;
}

/* A value inside another one, which the pointer may lead into. */
static bool scan_member(struct scan *s, const char *part, size_t size)
{
    const char *pointer = s->pointer;

    skip_space(s);
    bool inside = step_into(s, part, size);
    if (inside)
        s->found = s->line;
    else
        s->pointer = NULL;
    bool ok = scan_value(s);
    s->pointer = inside ? NULL : pointer;
    return ok;
}

static bool scan_object(struct scan *s)
{
    skip_space(s);
    if (scan_take(s, '}'))
        return true;
    do {
        skip_space(s);
        const char *name = s->at + 1;
        if (!scan_string(s))
            return false;
        size_t size = (size_t)(s->at - name - 1);
        skip_space(s);
        if (!scan_take(s, ':'))
            return scan_fail(s, "a colon was expected");
        if (!scan_member(s, name, size))
            return false;
        skip_space(s);
    } while (scan_take(s, ','));
    return scan_take(s, '}') || scan_fail(s, "a comma or } was expected");
}

static size_t print_index(size_t index, char *out)
{
    char digits[20];
    size_t size = 0;

    do
        digits[size++] = (char)('0' + index % 10);
    while (index /= 10);
    for (size_t i = 0; i < size; i++)
        out[i] = digits[size - 1 - i];
    return size;
}

static bool scan_array(struct scan *s)
{
    char part[20];

    skip_space(s);
    if (scan_take(s, ']'))
        return true;
    size_t index = 0;
    do {
        if (!scan_member(s, part, print_index(index++, part)))
            return false;
        skip_space(s);
    } while (scan_take(s, ','));
    return scan_take(s, ']') || scan_fail(s, "a comma or ] was expected");
}

static bool scan_nested(struct scan *s, bool (*scan)(struct scan *))
{
    s->at++;
    if (s->depth_left-- == 0)
        return scan_fail(s, "it is nested too deeply");
    bool ok = scan(s);
    s->depth_left++;
    return ok;
}

static bool scan_value(struct scan *s)
{
    if (s->values_left-- == 0)
        return scan_fail(s, "it holds too many values");
    switch (scan_peek(s)) {
    case '{': return scan_nested(s, scan_object);
    case '[': return scan_nested(s, scan_array);
    case '"': return scan_string(s);
    case 't': return scan_word(s, "true");
    case 'f': return scan_word(s, "false");
    case 'n': return scan_word(s, "null");
    default: return scan_number(s);
    }
}

const struct json_bounds json_unbounded = {.depth = LIMIT_STATE_DEPTH, .values = INT64_MAX};

static struct scan scan_of(const char *text, size_t size, const struct json_bounds *bounds)
{
    return (struct scan){
        .at = text,
        .end = text + size,
        .line = 1,
        .depth_left = bounds->depth,
        .values_left = bounds->values,
    };
}

bool json_scan(const char *text, size_t size, const struct json_bounds *bounds,
               struct json_fault *out)
{
    struct scan s = scan_of(text, size, bounds);

    skip_space(&s);
    bool ok = scan_value(&s);
    skip_space(&s);
    if (ok && s.at == s.end)
        return true;
    *out = (struct json_fault){s.line, ok ? "something follows the value" : s.reason};
    return false;
}

size_t json_line(const char *text, size_t size, const char *pointer)
{
    struct scan s = scan_of(text, size, &json_unbounded);

    s.pointer = pointer;
    skip_space(&s);
    s.found = s.line;
    scan_value(&s);
    return s.found;
}
