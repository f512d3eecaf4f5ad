#include "server/callbacks/attempt.h"

#include "server/callbacks/link_local.h"

#include <stdlib.h>
#include <sys/socket.h>

enum {
    ATTEMPT_TIMEOUT = 10000, /* ms of a try, by the system's clock (API.md section 9) */
    REPLY_MAX = 1024 * 1024  /* bytes of a receiver's reply that are read, and dropped */
};

static size_t on_reply(const char *bytes, size_t size, size_t count, void *context)
{
    struct attempt *t = context;

    (void)bytes;
    t->seen += (int64_t)(size * count);
    return t->seen > REPLY_MAX ? 0 : size * count;
}

static curl_socket_t on_open(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct attempt *t = context;

    (void)purpose;
    t->has_refused = link_local(&address->addr);
    if (t->has_refused)
        return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Every number is a long: that is what libcurl reads. */
static void set_options(const struct curl_dl *curl, struct attempt *t,
                        const struct payload *message)
{
    CURLcode (*set)(CURL *, CURLoption, ...) = curl->easy_setopt;
    const char *authorities = getenv("SSL_CERT_FILE"); /* as OpenSSL's own programs have it */

    set(t->easy, CURLOPT_URL, t->callback.url);
    set(t->easy, CURLOPT_PRIVATE, t);
    set(t->easy, CURLOPT_POST, 1L);
    set(t->easy, CURLOPT_POSTFIELDS, message->body);
    set(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)message->size);
    set(t->easy, CURLOPT_HTTPHEADER, t->headers);
    set(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    set(t->easy, CURLOPT_TIMEOUT_MS, (long)ATTEMPT_TIMEOUT);
    set(t->easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(t->easy, CURLOPT_PROXY, "");
    set(t->easy, CURLOPT_NOSIGNAL, 1L);
    set(t->easy, CURLOPT_QUICK_EXIT, 1L); /* nobody waits for a name that is being looked up */
    if (authorities && *authorities)
        set(t->easy, CURLOPT_CAINFO, authorities);
    set(t->easy, CURLOPT_WRITEFUNCTION, on_reply);
    set(t->easy, CURLOPT_WRITEDATA, t);
    set(t->easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    set(t->easy, CURLOPT_OPENSOCKETDATA, t);
}

bool attempt_prepare(const struct curl_dl *curl, struct attempt *transfer,
                     const struct payload *message)
{
    transfer->easy = curl->easy_init();
    if (!transfer->easy)
        return false;
    for (const char **line = message->headers; *line; line++) {
        struct curl_slist *longer = curl->slist_append(transfer->headers, *line);
        if (!longer)
            return false;
        transfer->headers = longer;
    }
    set_options(curl, transfer, message);
    return true;
}

const char *attempt_result(const struct curl_dl *curl, struct attempt *transfer, CURLcode result,
                           int64_t http_status)
{
    bool enough = result == CURLE_WRITE_ERROR && transfer->seen > REPLY_MAX;

    if (transfer->has_refused)
        return "link-local addresses are refused";
    if (http_status >= 200 && http_status <= 299)
        return NULL; /* whatever became of the reply's body, which nobody reads */
    if (result == CURLE_OPERATION_TIMEDOUT)
        return "no reply within 10 seconds";
    if (result != CURLE_OK && !enough)
        return curl->easy_strerror(result);
    return arena_format(&transfer->arena, "the receiver answered %lld", (long long)http_status);
}

void attempt_close(const struct curl_dl *curl, CURLM *multi, struct attempt *transfer)
{
    if (!transfer->easy)
        return;
    curl->multi_remove_handle(multi, transfer->easy);
    curl->easy_cleanup(transfer->easy);
    curl->slist_free_all(transfer->headers);
    transfer->easy = NULL;
    transfer->headers = NULL;
}

void attempt_release(struct attempt *transfer)
{
    arena_release(&transfer->arena);
    *transfer = (struct attempt){0};
}
