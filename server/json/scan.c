#include "server/json/scan.h"

#include "server/json/json.h"
#include "server/json/utf8.h"

#include <string.h>

/* Bytes that are read, and bytes that are copied, in one part. */
enum { READ_PART = 16 * 1024, COPY_PART = 256 * 1024 };

const char json_given_up[] = "it was not read to its end";

bool scan_fail(struct scanner *s, const char *reason)
{
    if (s->reason != json_given_up)
        s->reason = reason;
    return false;
}

bool scan_refuse(struct scanner *s, const char *reason)
{
    s->is_json = true;
    return scan_fail(s, reason);
}

bool scan_pause(struct scanner *s)
{
    return !s->ctx || ctx_pause(s->ctx) || scan_fail(s, json_given_up);
}

bool scan_next_part(struct scanner *s)
{
    s->pause_at = s->end - s->at > READ_PART ? s->at + READ_PART : s->end;
    return scan_pause(s);
}

void scan_white_space(struct scanner *s)
{
    for (; s->at < s->end; s->at++) {
        if (*s->at == '\n')
            s->line++;
        else if (*s->at != ' ' && *s->at != '\t' && *s->at != '\r')
            return;
        if (!scan_go_on(s)) /* then no character that is expected comes next */
            return;
    }
}

bool scan_copy(struct scanner *s, char *to, const char *from, size_t size)
{
    for (; size > COPY_PART; size -= COPY_PART) {
        to = mempcpy(to, from, COPY_PART);
        from += COPY_PART;
        if (!scan_pause(s))
            return false;
    }
    memcpy(to, from, size);
    return true;
}

bool scan_word(struct scanner *s, const char *word)
{
    size_t size = strlen(word);

    if ((size_t)(s->end - s->at) < size || memcmp(s->at, word, size) != 0)
        return scan_fail(s, "a value was expected");
    s->at += size;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool skip_digits(struct scanner *s)
{
    const char *start = s->at;

    while (is_digit(scan_peek(s)) && scan_go_on(s))
        s->at++;
    return s->at > start;
}

bool scan_number(struct scanner *s)
{
    scan_take(s, '-');
    if (!scan_take(s, '0') && !skip_digits(s))
        return scan_fail(s, "a value was expected");
    if (scan_take(s, '.') && !skip_digits(s))
        return scan_fail(s, "a number is not complete");
    if (scan_take(s, 'e') || scan_take(s, 'E')) {
        if (!scan_take(s, '+'))
            scan_take(s, '-');
        if (!skip_digits(s))
            return scan_fail(s, "a number is not complete");
    }
    return true;
}

/* The four digits of an escape, or -1. */
static int32_t scan_hex(struct scanner *s)
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
static bool scan_unicode(struct scanner *s)
{
    int32_t unit = scan_hex(s), second = 0;

    if (unit == 0)
        return scan_refuse(s, "have a NUL in a string");
    if (unit < 0)
        return scan_fail(s, "an escape is not complete");
    if (unit >= 0xd800 && unit <= 0xdfff) {
        if (unit <= 0xdbff && scan_take(s, '\\') && scan_take(s, 'u'))
            second = scan_hex(s);
        if (second < 0xdc00 || second > 0xdfff)
            return scan_fail(s, "half of a surrogate pair is missing");
        unit = 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
    }
    s->unescaped.size += utf8_encode((uint32_t)unit, strbuf_reserve(&s->unescaped, UTF8_SIZE));
    return true;
}

static bool scan_escape(struct scanner *s)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";

    s->at++;
    if (scan_take(s, 'u'))
        return scan_unicode(s);
    const char *found = scan_peek(s) ? strchr(letters, *s->at) : NULL;
    if (!found)
        return scan_fail(s, "an escape is not one of JSON's");
    strbuf_add(&s->unescaped, &meanings[found - letters], 1);
    s->at++;
    return true;
}

/* Whether eight bytes stand for themselves in a string: each is ASCII, and no control character,
 * quote or backslash. Of x - one and ~x a byte has the highest bit in both only if x has a zero in
 * it or in a lesser byte. */
static bool are_plain(const char *text)
{
    const uint64_t one = 0x0101010101010101, high = one << 7;
    uint64_t bytes;

    memcpy(&bytes, text, sizeof bytes);
    uint64_t quote = bytes ^ one * '"', backslash = bytes ^ one * '\\';
    return !((bytes | (bytes - one * ' ') | ((quote - one) & ~quote) |
              ((backslash - one) & ~backslash)) &
             high);
}

/* Goes on to the end of the string or to its next escape. */
static bool skip_plain(struct scanner *s)
{
    while (s->at < s->end && *s->at != '"' && *s->at != '\\') {
        size_t size = 1;
        if (s->end - s->at >= (ptrdiff_t)sizeof(uint64_t) && are_plain(s->at))
            size = sizeof(uint64_t);
        else if ((unsigned char)*s->at < ' ')
            return scan_fail(s, "a string holds a control character");
        else if ((unsigned char)*s->at > 0x7f)
            size = utf8_next(s->at, (size_t)(s->end - s->at));
        if (!size)
            return scan_fail(s, "a string is not valid UTF-8");
        s->at += size;
        if (!scan_go_on(s))
            return false;
    }
    return s->at < s->end || scan_fail(s, "a string is not closed");
}

static bool add_unescaped(struct scanner *s, const char *start)
{
    size_t size = (size_t)(s->at - start);
    char *end = strbuf_reserve(&s->unescaped, size);

    s->unescaped.size += size;
    return scan_copy(s, end, start, size);
}

bool scan_string(struct scanner *s, const char **bytes, size_t *size)
{
    const char *start = s->at + 1;

    if (!scan_take(s, '"'))
        return scan_fail(s, "a string was expected");
    if (!skip_plain(s))
        return false;
    *bytes = start;
    *size = (size_t)(s->at - start);
    if (scan_take(s, '"'))
        return true;
    s->unescaped.size = 0;
    while (add_unescaped(s, start) && scan_go_on(s) && *s->at == '\\') {
        if (!scan_escape(s))
            return false;
        start = s->at;
        if (!skip_plain(s))
            return false;
    }
    *bytes = s->unescaped.bytes;
    *size = s->unescaped.size;
    return !s->reason && scan_take(s, '"');
}
