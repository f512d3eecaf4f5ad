#include "server/contract/coerce.h"

#include "server/contract/contract.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"

/* What JavaScript trims: its white space and its line ends (ECMA-262 section 12.2 and 12.3). */
static const char *const spaces[] = {
    " ",
    "\t",
    "\n",
    "\v",
    "\f",
    "\r",
    "\xc2\xa0",
    "\xe1\x9a\x80",
    "\xe2\x80\x80",
    "\xe2\x80\x81",
    "\xe2\x80\x82",
    "\xe2\x80\x83",
    "\xe2\x80\x84",
    "\xe2\x80\x85",
    "\xe2\x80\x86",
    "\xe2\x80\x87",
    "\xe2\x80\x88",
    "\xe2\x80\x89",
    "\xe2\x80\x8a",
    "\xe2\x80\xa8",
    "\xe2\x80\xa9",
    "\xe2\x80\xaf",
    "\xe2\x81\x9f",
    "\xe3\x80\x80",
    "\xef\xbb\xbf",
};

static const char *skip_spaces(const char *text)
{
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces;) {
        size_t size = strlen(spaces[i]);
        bool found = strncmp(text, spaces[i], size) == 0;
        text += found ? size : 0;
        i = found ? 0 : i + 1;
    }
    return text;
}

/* "0x1F", "0o17" and "0b11", without a sign; *end is the text itself where it is none of these. */
static double read_radix(const char *text, const char **end)
{
    static const char digits[] = "0123456789abcdef";
    static const char letters[] = "xob";
    static const int radixes[] = {16, 8, 2};
    const char *letter = *text == '0' && text[1] ? strchr(letters, text[1] | 0x20) : NULL;
    double number = 0;

    *end = text;
    if (!letter)
        return 0;
    int radix = radixes[letter - letters];
    for (const char *at = text + 2; *at; *end = ++at) {
        const char *digit = strchr(digits, *at >= 'A' && *at <= 'F' ? *at | 0x20 : *at);
        if (!digit || digit - digits >= radix)
            break;
        number = number * radix + (double)(digit - digits);
    }
    return number;
}

/* The end of a decimal number, or the text itself where there is none. */
static const char *decimal_end(const char *text)
{
    const char *at = text + (*text == '+' || *text == '-');

    if (strncmp(at, "Infinity", strlen("Infinity")) == 0)
        return at + strlen("Infinity");
    size_t whole = strspn(at, DIGITS);
    size_t part = at[whole] == '.' ? 1 + strspn(at + whole + 1, DIGITS) : 0;
    if (whole == 0 && part <= 1)
        return text;
    at += whole + part;
    if (*at != 'e' && *at != 'E')
        return at;
    const char *exponent = at + 1 + (at[1] == '+' || at[1] == '-');
    size_t digits = strspn(exponent, DIGITS);
    return digits ? exponent + digits : at;
}

/* A few digits, as most are. */
static bool read_short(const char *text, double *out)
{
    const char *at = text;
    int number = 0;

    for (; *at >= '0' && *at <= '9' && at - text < 9; at++)
        number = number * 10 + (*at - '0');
    if (at == text || *at)
        return false;
    *out = number;
    return true;
}

bool coerce_number(const char *text, double *out)
{
    if (read_short(text, out))
        return true;
    const char *start = skip_spaces(text), *end;
    double number = read_radix(start, &end);

    if (!*text)
        return false;
    if (end == start) {
        end = decimal_end(start);
        number = end == start ? 0 : strtod(start, NULL); /* spaces alone are 0 */
    }
    if (*skip_spaces(end))
        return false;
    *out = number;
    return true;
}

static bool is_whole(const cJSON *value)
{
    return value->valuedouble == floor(value->valuedouble) &&
           fabs(value->valuedouble) <= JSON_INTEGER_MAX;
}

unsigned coerce_types(const cJSON *value)
{
    switch (value->type & 0xff) {
    case cJSON_NULL: return JSON_NULL;
    case cJSON_False:
    case cJSON_True: return JSON_BOOLEAN;
    case cJSON_Number: return JSON_NUMBER | (is_whole(value) ? JSON_INTEGER : 0);
    case cJSON_String: return JSON_STRING;
    case cJSON_Array: return JSON_ARRAY;
    default: return JSON_OBJECT;
    }
}

static bool set_number(cJSON *value, double number)
{
    value->type = cJSON_Number;
    value->valuestring = NULL;
    value->valuedouble = number;
    return true;
}

static bool to_string(struct arena *arena, cJSON *value)
{
    if (!cJSON_IsNumber(value) && !cJSON_IsBool(value))
        return false;
    if (cJSON_IsNumber(value))
        value->valuestring = NULL; /* 1.0 is "1" */
    value->valuestring = json_print(arena, value);
    value->type = cJSON_String;
    return true;
}

static bool to_number(struct arena *arena, cJSON *value)
{
    double number;

    (void)arena;
    if (cJSON_IsBool(value))
        return set_number(value, cJSON_IsTrue(value));
    return cJSON_IsString(value) && coerce_number(value->valuestring, &number) &&
           set_number(value, number);
}

/* Infinity passes: JavaScript's Infinity % 1 is no number, and so not different from 0. */
static bool to_integer(struct arena *arena, cJSON *value)
{
    return to_number(arena, value) &&
           (isinf(value->valuedouble) || value->valuedouble == floor(value->valuedouble));
}

static bool is_text_or(const cJSON *value, const char *text, double number)
{
    return cJSON_IsString(value) ? strcmp(value->valuestring, text) == 0
                                 : cJSON_IsNumber(value) && value->valuedouble == number;
}

static bool to_boolean(struct arena *arena, cJSON *value)
{
    bool truth = is_text_or(value, "true", 1);

    (void)arena;
    if (!truth && !is_text_or(value, "false", 0))
        return false;
    value->type = truth ? cJSON_True : cJSON_False;
    value->valuestring = NULL;
    return true;
}

static bool to_array(struct arena *arena, cJSON *value)
{
    if (!cJSON_IsString(value) && !cJSON_IsNumber(value) && !cJSON_IsBool(value))
        return false;
    cJSON *item = json_node(arena, value->type);
    item->valuestring = value->valuestring;
    item->valuedouble = value->valuedouble;
    value->type = cJSON_Array;
    value->valuestring = NULL;
    json_add(value, NULL, item);
    return true;
}

static bool to_null(struct arena *arena, cJSON *value)
{
    (void)arena;
    if (!is_text_or(value, "", 0) && !cJSON_IsFalse(value))
        return false;
    value->type = cJSON_NULL;
    value->valuestring = NULL;
    return true;
}

/* In the order in which AJV tries them. */
static const struct {
    unsigned type;
    bool (*convert)(struct arena *arena, cJSON *value);
} conversions[] = {
    {JSON_STRING, to_string},   {JSON_INTEGER, to_integer}, {JSON_NUMBER, to_number},
    {JSON_BOOLEAN, to_boolean}, {JSON_ARRAY, to_array},     {JSON_NULL, to_null},
};

/* Makes an array of one text, number or boolean that one. */
static void unwrap(cJSON *value)
{
    const cJSON *item = value->child;

    if (!cJSON_IsArray(value) || !item || item->next || cJSON_IsArray(item) || cJSON_IsObject(item))
        return;
    value->type = item->type;
    value->valuestring = item->valuestring;
    value->valuedouble = item->valuedouble;
    value->child = NULL;
}

bool coerce(struct arena *arena, cJSON *value, unsigned types)
{
    cJSON before = *value;

    unwrap(value);
    if (types & coerce_types(value))
        return true;
    for (size_t i = 0; i < sizeof conversions / sizeof *conversions; i++) {
        if (types & conversions[i].type && conversions[i].convert(arena, value))
            return true;
        *value = before;
        unwrap(value);
    }
    *value = before;
    return false;
}
