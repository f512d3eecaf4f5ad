/* A blocking HTTP client for `verify`, on libcurl.
 *
 * It follows no redirect, reads at most CLIENT_REPLY_MAX bytes of a body, and waits no longer than
 * its timeout.
 */
#ifndef SERVER_VERIFY_CLIENT_H
#define SERVER_VERIFY_CLIENT_H

#include "server/callbacks/curl_dl.h"
#include "store/base/strbuf.h"

#include <stdbool.h>

enum { CLIENT_REPLY_MAX = 4 * 1024 * 1024 };

struct client {
    const struct curl_dl *curl;
    CURL *easy;
    long timeout_ms; /* for all of a request */
};

struct client_request {
    const char *method, *url;
    const char *key;  /* or NULL */
    const char *type; /* of the body, or NULL */
    const char *body; /* "" for none */
};

enum client_type { TYPE_NONE, TYPE_JSON, TYPE_HTML, TYPE_OTHER };

struct client_reply {
    int status;
    enum client_type type;
    struct strbuf body; /* cut at CLIENT_REPLY_MAX */
    bool too_large;
    bool emulator; /* it has a header of the emulator's own */
};

/* Loads libcurl. False, with a *reason (static), without it. */
bool client_open(struct client *client, long timeout_ms, const char **reason);
void client_close(struct client *client);

/* Sends a request. NULL, or why there is no reply: static text. The reply is in the arena. */
const char *client_send(struct client *client, struct arena *arena,
                        const struct client_request *request, struct client_reply *out);

#endif
