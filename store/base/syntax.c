#include "store/base/syntax.h"

#include "store/base/limits.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DIGITS_MAX = 18 /* of a number that any int64_t holds */ };

bool api_key_is_valid(const char *key)
{
    size_t size = 0;

    while (key[size] >= ' ' && key[size] < 0x7f)
        size++;
    return key[size] == '\0' && size > 0 && size <= LIMIT_API_KEY && *key != ' ' &&
           key[size - 1] != ' ';
}

bool request_id_is_valid(const char *text)
{
    size_t size = 0;

    while (text[size] > ' ' && text[size] < 0x7f)
        size++;
    return text[size] == '\0' && size > 0 && size <= LIMIT_REQUEST_ID;
}

bool token_is_valid(const char *text, size_t size)
{
    static const char marks[] = "!#$%&'*+.^_`|~";
    size_t i = 0;

    while (i < size && (isalnum((unsigned char)text[i]) || text[i] == '-' ||
                        (text[i] && strchr(marks, text[i]))))
        i++;
    return size > 0 && i == size;
}

bool label_is_valid(const char *text, size_t max, bool lower_case)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    size_t size = strspn(text, letters + (lower_case ? 0 : 26));

    return size > 0 && size <= max && text[size] == '\0';
}

bool number_parse(const char *text, const char *unit, int64_t max, int64_t *out)
{
    size_t digits = strspn(text, "0123456789");

    if (digits == 0 || digits > DIGITS_MAX || (text[digits] && strcmp(text + digits, unit) != 0))
        return false;
    int64_t number = strtoll(text, NULL, 10);
    if (number > max)
        return false;
    *out = number;
    return true;
}

bool callback_header_is_reserved(const char *name)
{
    static const char own[] = "Emulator-";
    static const char *const names[] = {"Host", "Connection", "Content-Length",
                                        "Transfer-Encoding"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcasecmp(name, names[i]) == 0)
            return true;
    }
    return strncasecmp(name, own, strlen(own)) == 0;
}
