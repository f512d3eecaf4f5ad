#include "server/callbacks/attempt.h"

#include "server/callbacks/receiver_address.h"
#include "store/base/clock.h"
#include "store/base/limits.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
    ATTEMPT_TIMEOUT = 10000, /* ms by the system's clock (API.md section 9) */
    REPLY_MAX = 1024 * 1024, /* bytes of a receiver's reply that are read */
    HEAD_KEPT = 16 * 1024,   /* bytes of a head that are kept */
    BODY_KEPT = LIMIT_JOURNAL_BODY + 1
};

/* Adds bytes that fit into its first `most`. */
static void attempt_keep(struct strbuf *buf, size_t most, const char *bytes, size_t size)
{
    size_t left = most - buf->size;

    strbuf_add(buf, bytes, size < left ? size : left);
}

static size_t on_reply(const char *bytes, size_t size, size_t count, void *context)
{
    struct attempt *t = context;

    attempt_keep(&t->reply_body, BODY_KEPT, bytes, size * count);
    t->received += (int64_t)(size * count);
    return t->received > REPLY_MAX ? 0 : size * count;
}

/* Keeps the head that was sent, and that of the reply. A head that begins takes the place of the
 * one before: that of a connection that was closed meanwhile, or of an interim reply. */
static int on_debug(CURL *easy, curl_infotype type, char *bytes, size_t size, void *context)
{
    struct attempt *t = context;
    bool out = type == CURLINFO_HEADER_OUT;
    struct strbuf *head = out ? &t->request_head : &t->reply_head;
    const char *begin = out ? "POST " : "HTTP/";

    (void)easy;
    if (!out && type != CURLINFO_HEADER_IN)
        return 0;
    if (size > strlen(begin) && memcmp(bytes, begin, strlen(begin)) == 0)
        head->size = 0;
    attempt_keep(head, HEAD_KEPT, bytes, size);
    return 0;
}

/* Gives libcurl the half of a body, and then breaks off. */
static size_t on_half_body(char *out, size_t size, size_t count, void *context)
{
    struct attempt *t = context;
    size_t left = (size_t)t->effect.amount - t->sent;
    size_t part = left < size * count ? left : size * count;

    if (!part)
        return CURL_READFUNC_ABORT;
    memcpy(out, t->payload.body + t->sent, part);
    t->sent += part;
    return part;
}

static void attempt_set_body(const struct curl_dl *curl, struct attempt *t)
{
    CURLcode (*set)(CURL *, CURLoption, ...) = curl->easy_setopt;

    set(t->easy, CURLOPT_POST, 1L);
    set(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->payload.size);
    if (t->effect.kind != EFFECT_HALF_BODY || (size_t)t->effect.amount >= t->payload.size) {
        set(t->easy, CURLOPT_POSTFIELDS, t->payload.body);
        t->sent = t->payload.size;
        return;
    }
    set(t->easy, CURLOPT_READFUNCTION, on_half_body);
    set(t->easy, CURLOPT_READDATA, t);
    /* On a kept connection that the receiver has closed, libcurl would send the body again. */
    set(t->easy, CURLOPT_FRESH_CONNECT, 1L);
}

static curl_socket_t on_open(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct attempt *t = context;

    (void)purpose;
    const char *refused = receiver_address_refuse(&address->addr, t->listening);
    if (refused) {
        t->refused = refused;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Every number is a long: that is what libcurl reads. */
static void attempt_set_options(const struct curl_dl *curl, struct attempt *t)
{
    CURLcode (*set)(CURL *, CURLoption, ...) = curl->easy_setopt;
    const char *authorities = getenv("SSL_CERT_FILE"); /* as OpenSSL's own programs have it */

    set(t->easy, CURLOPT_URL, t->callback.url);
    set(t->easy, CURLOPT_PRIVATE, t);
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
    set(t->easy, CURLOPT_CAPATH, NULL); /* with one, libcurl reads them for each connection */
    set(t->easy, CURLOPT_WRITEFUNCTION, on_reply);
    set(t->easy, CURLOPT_WRITEDATA, t);
    set(t->easy, CURLOPT_VERBOSE, 1L);
    set(t->easy, CURLOPT_DEBUGFUNCTION, on_debug);
    set(t->easy, CURLOPT_DEBUGDATA, t);
    set(t->easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    set(t->easy, CURLOPT_OPENSOCKETDATA, t);
}

bool attempt_prepare(const struct curl_dl *curl, struct attempt *t,
                     const struct sockaddr *listening)
{
    t->listening = listening;
    t->received = 0;
    t->started = clock_monotonic_us();
    t->request_head.arena = t->reply_head.arena = t->reply_body.arena = &t->arena;
    t->request_head.size = t->reply_head.size = t->reply_body.size = 0;
    t->easy = curl->easy_init();
    if (!t->easy)
        return false;
    for (const char **line = t->payload.headers; *line; line++) {
        struct curl_slist *longer = curl->slist_append(t->headers, *line);
        if (!longer)
            return false;
        t->headers = longer;
    }
    attempt_set_options(curl, t);
    attempt_set_body(curl, t);
    return true;
}

/* "Name:" is how libcurl is told not to send a header of its own (CURLOPT_HTTPHEADER). */
static bool header_is_left_out(const char *line)
{
    return line[strlen(line) - 1] == ':';
}

const char *attempt_answer(struct attempt *t, int64_t http_status)
{
    t->request_head.arena = &t->arena;
    strbuf_add(&t->request_head, "\n", 1); /* in the place of a request line */
    for (const char **line = t->payload.headers; *line; line++) {
        if (!header_is_left_out(*line))
            strbuf_format(&t->request_head, "%s\n", *line);
    }
    t->sent = t->payload.size;
    return http_status <= 299
               ? NULL
               : arena_format(&t->arena, "a fault rule answered %lld", (long long)http_status);
}

const char *attempt_result(const struct curl_dl *curl, struct attempt *t, CURLcode result,
                           int64_t http_status)
{
    bool enough = result == CURLE_WRITE_ERROR && t->received > REPLY_MAX;

    if (t->refused && http_status == 0)
        return t->refused;
    if (result == CURLE_ABORTED_BY_CALLBACK)
        return "broken off by a fault rule";
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
