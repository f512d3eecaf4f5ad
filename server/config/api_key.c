#include "server/config/api_key.h"

#include "store/base/limits.h"

#include <stddef.h>

bool api_key_is_possible(const char *key)
{
    size_t size = 0;

    while (key[size] >= ' ' && key[size] < 0x7f)
        size++;
    return key[size] == '\0' && size > 0 && size <= LIMIT_API_KEY && *key != ' ' &&
           key[size - 1] != ' ';
}
