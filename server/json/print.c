#include "server/json/print.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NUMBER_SIZE = 32, /* bytes of any number */
    ESCAPE_SIZE = 6   /* bytes of the longest escape */
};

static void put(struct strbuf *text, char c)
{
    *strbuf_reserve(text, 1) = c;
    text->bytes[++text->size] = '\0';
}

/* RFC 8259 section 7. */
static bool is_escaped(char c)
{
    return ((unsigned char)c < ' ') | (c == '"') | (c == '\\');
}

static char *print_escape(char *out, char c)
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

static char *print_escaped(char *out, const char *string)
{
    for (; *string; string++) {
        if (is_escaped(*string))
            out = print_escape(out, *string);
        else
            *out++ = *string;
    }
    return out;
}

/* Whether any is escaped: all are looked at, which compilers do for many at once. */
static bool has_escaped(const char *string, size_t size)
{
    unsigned char found = 0;

    for (size_t i = 0; i < size; i++)
        found |= is_escaped(string[i]);
    return found;
}

void json_print_string(struct strbuf *text, const char *string)
{
    size_t size = strlen(string);
    bool plain = !has_escaped(string, size);
    char *out = strbuf_reserve(text, (plain ? size : size * ESCAPE_SIZE) + strlen("\"\""));

    *out++ = '"';
    out = plain ? mempcpy(out, string, size) : print_escaped(out, string);
    *out++ = '"';
    *out = '\0';
    text->size = (size_t)(out - text->bytes);
}

/* The fewest digits that read back as the same number. */
static void print_fraction(char out[NUMBER_SIZE], double number)
{
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(out, NUMBER_SIZE, "%.*g", digits, number);
        if (strtod(out, NULL) == number)
            return;
    }
}

void json_print_integer(struct strbuf *text, int64_t number)
{
    char digits[NUMBER_SIZE], *first = digits + sizeof digits;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

    do {
        *--first = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (number < 0)
        *--first = '-';
    strbuf_add(text, first, (size_t)(digits + sizeof digits - first));
}

void json_print_number(struct strbuf *text, double number)
{
    if (!isfinite(number)) {
        strbuf_append(text, "null");
        return;
    }
    if (fabs(number) < 1e17 && number == floor(number) && !(number == 0 && signbit(number))) {
        json_print_integer(text, (int64_t)number);
        return;
    }
    print_fraction(strbuf_reserve(text, NUMBER_SIZE), number);
    text->size += strlen(text->bytes + text->size);
}

static void print_members(struct strbuf *out, const cJSON *tree, size_t most)
{
    bool object = cJSON_IsObject(tree);
    const cJSON *member;

    put(out, object ? '{' : '[');
    cJSON_ArrayForEach (member, tree) {
        if (out->size > most)
            return;
        if (member != tree->child)
            put(out, ',');
        if (object) {
            json_print_string(out, member->string);
            put(out, ':');
        }
        json_print_within(out, member, most);
    }
    put(out, object ? '}' : ']');
}

void json_print_within(struct strbuf *out, const cJSON *tree, size_t most)
{
    switch (tree->type & 0xff) {
    case cJSON_False: strbuf_append(out, "false"); break;
    case cJSON_True: strbuf_append(out, "true"); break;
    case cJSON_NULL: strbuf_append(out, "null"); break;
    case cJSON_Number:
        if (tree->valuestring)
            strbuf_append(out, tree->valuestring);
        else
            json_print_number(out, tree->valuedouble);
        break;
    case cJSON_String: json_print_string(out, tree->valuestring); break;
    case cJSON_Array:
    case cJSON_Object: print_members(out, tree, most); break;
    default: assert(!"a tree of cJSON's has no other type");
    }
}

void json_print_tree(struct strbuf *out, const cJSON *tree)
{
    json_print_within(out, tree, SIZE_MAX);
}
