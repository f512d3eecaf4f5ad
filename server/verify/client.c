#include "server/verify/client.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool client_open(struct client *client, long timeout_ms, const char **reason)
{
    client->timeout_ms = timeout_ms;
    client->curl = curl_dl_load(reason);
    client->easy = client->curl ? client->curl->easy_init() : NULL;
    return client->easy;
}

void client_close(struct client *client)
{
    if (client->easy)
        client->curl->easy_cleanup(client->easy);
    client->easy = NULL;
}

/* Takes nothing more than the maximum: what a service sends beyond it is not read. */
static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct client_reply *reply = context;
    size_t left = CLIENT_REPLY_MAX - reply->body.size;

    size *= count;
    reply->too_large = size > left;
    strbuf_add(&reply->body, bytes, reply->too_large ? left : size);
    return reply->too_large ? 0 : size;
}

static size_t on_header(char *line, size_t size, size_t count, void *context)
{
    static const char prefix[] = "Emulator-";
    struct client_reply *reply = context;

    size *= count;
    if (size >= strlen(prefix) && strncasecmp(line, prefix, strlen(prefix)) == 0)
        reply->emulator = true;
    return size;
}

static enum client_type type_of(const char *text)
{
    size_t size = text ? strcspn(text, "; ") : 0;

    if (!text)
        return TYPE_NONE;
    if (size == strlen("application/json") && strncasecmp(text, "application/json", size) == 0)
        return TYPE_JSON;
    return strncasecmp(text, "text/html", strlen("text/html")) == 0 ? TYPE_HTML : TYPE_OTHER;
}

/* A header that libcurl would add by itself is left out by its name with nothing behind it. */
static struct curl_slist *headers_make(const struct curl_dl *curl, struct arena *arena,
                                       const struct client_request *request)
{
    const char *key = arena_format(arena, "X-API-Key: %s", request->key ? request->key : "");
    const char *type = arena_format(arena, "Content-Type:%s%s", request->type ? " " : "",
                                    request->type ? request->type : "");
    struct curl_slist *list = curl->slist_append(NULL, type);

    if (request->key)
        list = curl->slist_append(list, key);
    return curl->slist_append(list, "User-Agent: edges-emulator-verify/" EDGES_EMULATOR_VERSION);
}

/* Every number is a long: that is what libcurl reads. */
static void options_set(struct client *client, const struct client_request *request,
                        struct client_reply *reply)
{
    CURLcode (*set)(CURL *, CURLoption, ...) = client->curl->easy_setopt;
    const char *authorities = getenv("SSL_CERT_FILE"); /* as OpenSSL's own programs have it */

    set(client->easy, CURLOPT_URL, request->url);
    set(client->easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(client->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(client->easy, CURLOPT_TIMEOUT_MS, client->timeout_ms);
    set(client->easy, CURLOPT_NOSIGNAL, 1L);
    if (strncasecmp(request->url, "http:", 5) == 0) /* to this machine: no proxy sees the key */
        set(client->easy, CURLOPT_PROXY, "");
    if (authorities && *authorities)
        set(client->easy, CURLOPT_CAINFO, authorities);
    set(client->easy, CURLOPT_CUSTOMREQUEST, request->method);
    if (strcmp(request->method, "GET") != 0) {
        set(client->easy, CURLOPT_POST, 1L);
        set(client->easy, CURLOPT_POSTFIELDS, request->body);
        set(client->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(request->body));
    }
    set(client->easy, CURLOPT_WRITEFUNCTION, on_body);
    set(client->easy, CURLOPT_WRITEDATA, reply);
    set(client->easy, CURLOPT_HEADERFUNCTION, on_header);
    set(client->easy, CURLOPT_HEADERDATA, reply);
}

const char *client_send(struct client *client, struct arena *arena,
                        const struct client_request *request, struct client_reply *out)
{
    const struct curl_dl *curl = client->curl;
    struct client_reply reply = {.body.arena = arena};
    struct curl_slist *headers = headers_make(curl, arena, request);
    const char *type = NULL;
    long status = 0;

    curl->easy_reset(client->easy); /* keeps the connection */
    options_set(client, request, &reply);
    curl->easy_setopt(client->easy, CURLOPT_HTTPHEADER, headers);
    CURLcode result = curl->easy_perform(client->easy);
    curl->easy_getinfo(client->easy, CURLINFO_RESPONSE_CODE, &status);
    curl->easy_getinfo(client->easy, CURLINFO_CONTENT_TYPE, &type);
    reply.status = (int)status;
    reply.type = type_of(type);
    curl->slist_free_all(headers);
    if (result != CURLE_OK && !reply.too_large)
        return curl->easy_strerror(result);
    *out = reply;
    return NULL;
}
