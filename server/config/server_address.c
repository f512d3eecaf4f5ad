#include "server/config/server_address.h"

#include "store/base/syntax.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* "http://HOST", "http://HOST:PORT", "http://[HOST]:PORT", and any path. */
static bool read_url(const char *url, struct server_address *out)
{
    bool brackets = strncasecmp(url, "http://[", 8) == 0;
    const char *form = brackets ? "%*7c[%255[0-9A-Fa-f:.]]%n" : "%*7c%255[^][:/?#@ ]%n";
    int64_t port = 80;
    int end = 0;

    if (strncasecmp(url, "http://", 7) != 0 || sscanf(url, form, out->host, &end) != 1 || !end)
        return false;
    const char *rest = url + end;
    if (*rest == ':') {
        size_t digits = strspn(++rest, "0123456789");
        snprintf(out->port, sizeof out->port, "%.*s", (int)digits, rest);
        if (digits >= sizeof out->port || !number_parse(out->port, "", UINT16_MAX, &port))
            return false;
        rest += digits;
    }
    snprintf(out->port, sizeof out->port, "%u", (unsigned)port);
    return port > 0 && (!*rest || strchr("/?#", *rest));
}

bool server_address_get(const struct settings *settings, struct server_address *out)
{
    enum option_source source = settings_values(settings, OPTION_URL)->source;
    const char *url = settings_value(settings, OPTION_URL), *host = settings->address;

    if (url && source >= settings_values(settings, OPTION_LISTEN)->source &&
        source >= settings_values(settings, OPTION_PORT)->source)
        return read_url(url, out) ||
               settings_reject(settings, OPTION_URL,
                               "cannot be \"%s\"; it takes a URL such as http://127.0.0.1:3343",
                               url);
    if (strcmp(host, "0.0.0.0") == 0)
        host = "127.0.0.1";
    snprintf(out->host, sizeof out->host, "%s", strcmp(host, "::") == 0 ? "::1" : host);
    snprintf(out->port, sizeof out->port, "%s", settings_value(settings, OPTION_PORT));
    return true;
}

static int connect_to(const struct addrinfo *address)
{
    const struct timeval timeout = {.tv_sec = 2};
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    if (fd >= 0 && connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

int server_address_connect(const struct server_address *address)
{
    struct addrinfo *found, hints = {
                                .ai_socktype = SOCK_STREAM,
                                .ai_flags = AI_NUMERICSERV,
                            };
    int fd = -1;

    if (getaddrinfo(address->host, address->port, &hints, &found) != 0)
        return -1;
    for (const struct addrinfo *each = found; each && fd < 0; each = each->ai_next)
        fd = connect_to(each);
    freeaddrinfo(found);
    return fd;
}
