#include "server/request/stages.h"

#include <arpa/inet.h>
#include <string.h>

/* Bytes of the name in "name", "name:port", "[v6]" or "[v6]:port", with brackets. */
static size_t host_name_size(const char *host)
{
    if (*host == '[' && strchr(host, ']'))
        return (size_t)(strchr(host, ']') - host) + 1;
    return strcspn(host, ":");
}

/* ":3343", or nothing. */
static bool is_port(const char *text)
{
    return *text == '\0' || (*text == ':' && text[1 + strspn(text + 1, "0123456789")] == '\0');
}

static bool is_address(const char *name, size_t size)
{
    char text[INET6_ADDRSTRLEN + 2] = "";
    unsigned char address[sizeof(struct in6_addr)];

    if (size >= sizeof text)
        return false;
    memcpy(text, name, size);
    if (*text != '[')
        return inet_pton(AF_INET, text, address) == 1;
    text[size - 1] = '\0';
    return inet_pton(AF_INET6, text + 1, address) == 1;
}

static bool name_ends_with(const char *name, size_t size, const char *end)
{
    size_t length = strlen(end);

    return size >= length && strncasecmp(name + size - length, end, length) == 0;
}

bool guard_host_is_local(const char *host, const struct option_values *allowed)
{
    size_t size = host_name_size(host);

    if (size == 0 || !is_port(host + size))
        return false;
    for (int i = 0; i < allowed->count; i++) {
        if (strlen(allowed->value[i]) == size && strncasecmp(allowed->value[i], host, size) == 0)
            return true;
    }
    if (*host == '[')
        return is_address(host, size);
    return !memchr(host, '.', size) || name_ends_with(host, size, ".localhost") ||
           is_address(host, size);
}

/* An Origin is "scheme://host[:port]": ours has the host and port of the Host header. */
static bool origin_is_own(const char *origin, const char *host)
{
    const char *authority = strstr(origin, "://");

    return authority && strcasecmp(authority + 3, host) == 0;
}

static bool is_json(const char *type)
{
    static const char json[] = "application/json";
    size_t size = type ? strcspn(type, "; \t") : 0;

    return size == strlen(json) && strncasecmp(type, json, size) == 0;
}

bool guard_check(struct request *rq)
{
    const char *host = rq->headers.field[HEADER_HOST];
    const char *origin = rq->headers.field[HEADER_ORIGIN];
    long long size;

    if (!rq->op->control || strcmp(rq->op->method, "GET") == 0)
        return true;
    if (!guard_host_is_local(host ? host : "localhost",
                             settings_values(rq->service->settings, OPTION_ALLOWED_HOST)))
        return request_reject(rq, ERROR_FORBIDDEN,
                              "the Host header names a host that is not this machine: start the "
                              "emulator with --allowed-host to allow it");
    if (origin && !origin_is_own(origin, host ? host : ""))
        return request_reject(rq, ERROR_FORBIDDEN,
                              "the Origin header names a web page of another host");
    headers_have_body(&rq->headers, &size);
    if ((size > 0 || rq->raw_received > 0) && !is_json(rq->headers.field[HEADER_CONTENT_TYPE]))
        return request_reject(rq, ERROR_BAD_MEDIA_TYPE, NULL);
    return true;
}
