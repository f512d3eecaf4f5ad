#include "server/callbacks/attempt.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
    ATTEMPT_TIMEOUT = 10000, /* ms by the system's clock (API.md section 9) */
    REPLY_MAX = 1024 * 1024  /* bytes of a receiver's reply that are read, and dropped */
};

static size_t on_reply(const char *bytes, size_t size, size_t count, void *context)
{
    struct attempt *t = context;

    (void)bytes;
    t->received += (int64_t)(size * count);
    return t->received > REPLY_MAX ? 0 : size * count;
}

static bool is_link_local_v4(const void *address)
{
    return memcmp(address, "\xa9\xfe", 2) == 0; /* 169.254 */
}

/* Link-local addresses: clouds have services there that hand out credentials (RFC 3927, RFC 4291
 * section 2.5.6). */
static bool is_link_local(const struct sockaddr *address)
{
    const struct sockaddr_in *v4 = (const void *)address;
    const struct sockaddr_in6 *v6 = (const void *)address;

    if (address->sa_family == AF_INET)
        return is_link_local_v4(&v4->sin_addr);
    if (address->sa_family != AF_INET6)
        return false;
    if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
        return is_link_local_v4(v6->sin6_addr.s6_addr + 12);
    return IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr);
}

static curl_socket_t on_open(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct attempt *t = context;

    (void)purpose;
    t->is_refused = is_link_local(&address->addr);
    if (t->is_refused)
        return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Every number is a long: that is what libcurl reads. */
static void attempt_set_options(const struct curl_dl *curl, struct attempt *t,
                                const struct payload *payload)
{
    CURLcode (*set)(CURL *, CURLoption, ...) = curl->easy_setopt;
    const char *authorities = getenv("SSL_CERT_FILE"); /* as OpenSSL's own programs have it */

    set(t->easy, CURLOPT_URL, t->callback.url);
    set(t->easy, CURLOPT_PRIVATE, t);
    set(t->easy, CURLOPT_POST, 1L);
    set(t->easy, CURLOPT_POSTFIELDS, payload->body);
    set(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)payload->size);
    set(t->easy, CURLOPT_HTTPHEADER, t->headers);
    set(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    set(t->easy, CURLOPT_TIMEOUT_MS, (long)ATTEMPT_TIMEOUT);
    set(t->easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(t->easy, CURLOPT_PROXY, "");
    set(t->easy, CURLOPT_NOSIGNAL, 1L);
    set(t->easy, CURLOPT_QUICK_EXIT, 1L); /* does not wait for a name lookup in progress */
    if (authorities && *authorities)
        set(t->easy, CURLOPT_CAINFO, authorities);
    set(t->easy, CURLOPT_WRITEFUNCTION, on_reply);
    set(t->easy, CURLOPT_WRITEDATA, t);
    set(t->easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    set(t->easy, CURLOPT_OPENSOCKETDATA, t);
}

bool attempt_prepare(const struct curl_dl *curl, struct attempt *t, const struct payload *payload)
{
    t->easy = curl->easy_init();
    if (!t->easy)
        return false;
    for (const char **line = payload->headers; *line; line++) {
        struct curl_slist *longer = curl->slist_append(t->headers, *line);
        if (!longer)
            return false;
        t->headers = longer;
    }
    attempt_set_options(curl, t, payload);
    return true;
}

const char *attempt_result(const struct curl_dl *curl, struct attempt *t, CURLcode result,
                           int64_t http_status)
{
    bool enough = result == CURLE_WRITE_ERROR && t->received > REPLY_MAX;

    if (t->is_refused)
        return "link-local addresses are refused";
    if (http_status >= 200 && http_status <= 299)
        return NULL; /* even if the reply's body, which nobody reads, was cut off */
    if (result == CURLE_OPERATION_TIMEDOUT)
        return "no reply within 10 seconds";
    if (result != CURLE_OK && !enough)
        return curl->easy_strerror(result);
    return arena_format(&t->arena, "the receiver answered %lld", (long long)http_status);
}

void attempt_close(const struct curl_dl *curl, CURLM *multi, struct attempt *t)
{
    if (!t->easy)
        return;
    curl->multi_remove_handle(multi, t->easy);
    curl->easy_cleanup(t->easy);
    curl->slist_free_all(t->headers);
    t->easy = NULL;
    t->headers = NULL;
}
