#include "server/contract/http_url.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Beside letters, digits and percent escapes (RFC 3986 section 2.2 and 2.3). */
#define NAME "-._~!$&'()*+,;="

/* The bytes that may be in a part of a URL. */
static size_t part_size(const char *text, const char *others)
{
    size_t size = 0;

    for (;;) {
        const char *c = text + size;
        if (*c == '%' && isxdigit((unsigned char)c[1]) && isxdigit((unsigned char)c[2]))
            size += 3;
        else if (*c && (isalnum((unsigned char)*c) || strchr(others, *c)))
            size++;
        else
            return size;
    }
}

/* The bytes of "name" or "[v6]"; 0: there is no host. */
static size_t host_size(const char *text)
{
    char address[INET6_ADDRSTRLEN] = "";
    struct in6_addr parsed;

    if (*text != '[')
        return part_size(text, NAME);
    size_t size = strcspn(text + 1, "]");
    if (text[1 + size] != ']' || size >= sizeof address)
        return 0;
    memcpy(address, text + 1, size);
    return inet_pton(AF_INET6, address, &parsed) == 1 ? size + strlen("[]") : 0;
}

bool http_url_is_valid(const char *text)
{
    if (strncasecmp(text, "http", 4) != 0)
        return false;
    text += text[4] == 's' || text[4] == 'S' ? 5 : 4;
    if (strncmp(text, "://", 3) != 0)
        return false;
    text += 3;
    size_t user = part_size(text, NAME ":");
    if (text[user] == '@')
        text += user + 1;
    size_t host = host_size(text);
    text += host;
    if (host == 0)
        return false;
    if (*text == ':') {
        size_t digits = strspn(text + 1, "0123456789");
        if (digits && strtoul(text + 1, NULL, 10) > 65535) /* ULONG_MAX, if it is too large */
            return false;
        text += 1 + digits;
    }
    if (*text && !strchr("/?#", *text))
        return false;
    text += part_size(text, NAME ":@/?");
    if (*text == '#')
        text += 1 + part_size(text + 1, NAME ":@/?");
    return *text == '\0';
}
