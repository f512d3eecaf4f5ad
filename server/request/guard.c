#include "server/request/cors.h"
#include "server/request/stages.h"

#include <arpa/inet.h>
#include <string.h>

#define VENDOR_HOST "api.edges.run" /* a client that is sent here by its hosts file names it */

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

static bool name_is(const char *name, size_t size, const char *other)
{
    return strlen(other) == size && strncasecmp(other, name, size) == 0;
}

static bool name_ends_with(const char *name, size_t size, const char *end)
{
    size_t length = strlen(end);

    return size >= length && strncasecmp(name + size - length, end, length) == 0;
}

/* Top-level domains that no one can register, so that no page can be under them (RFC 6761, RFC
 * 6762, RFC 8375, ICANN's resolution on .internal). .lan and .localdomain are the custom of home
 * networks.
 */
static const char *const local_domains[] = {".localhost", ".internal", ".local",     ".localdomain",
                                            ".lan",       ".test",     ".home.arpa", NULL};

static bool name_is_local(const char *name, size_t size)
{
    if (!memchr(name, '.', size) || name_is(name, size, "127.0.0.1") || is_address(name, size))
        return true; /* as most are */
    for (const char *const *domain = local_domains; *domain; domain++) {
        if (name_ends_with(name, size, *domain))
            return true;
    }
    return false;
}

bool guard_host_is_local(const char *host, const struct option_values *allowed)
{
    size_t size = host_name_size(host);

    if (!is_port(host + size))
        return false;
    if (size > 0 && host[size - 1] == '.')
        size--; /* a name from the root (RFC 1034 section 3.1) */
    if (size == 0)
        return false;
    for (int i = 0; i < allowed->count; i++) {
        if (name_is(host, size, allowed->value[i]))
            return true;
    }
    if (*host == '[')
        return is_address(host, size);
    return name_is(host, size, VENDOR_HOST) || name_is_local(host, size);
}

/* An Origin is "scheme://host[:port]": ours has the host and port of the request. There is no TLS
 * here. */
static bool origin_is_own(const char *origin, const char *host)
{
    static const char scheme[] = "http://";
    size_t size = strlen(scheme);

    return host && strncasecmp(origin, scheme, size) == 0 && strcasecmp(origin + size, host) == 0;
}

/* Methods that are safe change nothing (RFC 9110 section 9.2.1). */
static bool is_write(const struct request *rq)
{
    return strcmp(rq->method, "GET") != 0 && strcmp(rq->method, "HEAD") != 0 &&
           strcmp(rq->method, "OPTIONS") != 0;
}

static bool is_json(const char *type)
{
    static const char json[] = "application/json";
    size_t size = strlen(json);

    if (!type || strncasecmp(type, json, size) != 0)
        return false;
    type += size + strspn(type + size, " \t");
    return *type == ';' || *type == '\0';
}

bool guard_check(struct request *rq)
{
    const char *host = request_host(rq); /* NULL: HTTP/1.0, which no browser speaks */
    const char *origin = rq->headers.field[HEADER_ORIGIN];
    bool any_host = rq->op && rq->op->any_host;

    if (rq->headers.field[HEADER_CALLBACK])
        return request_reject(rq, ERROR_FORBIDDEN_CALLBACK, NULL);
    if (host && !any_host &&
        !guard_host_is_local(host, settings_values(rq->service->settings, OPTION_ALLOWED_HOST)))
        return request_reject(rq, ERROR_FORBIDDEN_HOST, NULL);
    if (origin && is_write(rq) && !origin_is_own(origin, host) && !cors_origin_is_allowed(rq))
        return request_reject(rq, ERROR_FORBIDDEN_ORIGIN, NULL);
    return true;
}

bool media_type_check(struct request *rq)
{
    const char *type = rq->headers.field[HEADER_CONTENT_TYPE];
    long long size;
    bool body = headers_have_body(&rq->headers, &size) || type;

    if (rq->op->control)
        body = is_write(rq) && (size > 0 || rq->raw_received > 0);
    else if (!rq->op->body)
        return true;
    if (!body || is_json(type))
        return true;
    if (!rq->op->control && assumption_is(&rq->ctx, ASSUME_MEDIA_TYPE, "ignore"))
        return true;
    return request_reject(rq, ERROR_BAD_MEDIA_TYPE, NULL);
}
