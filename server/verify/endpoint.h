/* Whom a probe asks: the service, or the emulator itself. */
#ifndef SERVER_VERIFY_ENDPOINT_H
#define SERVER_VERIFY_ENDPOINT_H

#include "server/verify/client.h"
#include "server/verify/probe.h"

struct endpoint {
    struct client *client;
    struct arena *arena; /* of what is sent and received */
    const char *base;    /* "https://api.edges.run/v1" */
    const char *key;
    struct placeholders placeholders;
};

/* Sends the request of a probe, whose placeholders are filled. NULL, or why there is no reply:
 * static text. */
const char *endpoint_send(struct endpoint *endpoint, const struct probe *probe,
                          struct client_reply *out);

/* The text that fills the placeholder LARGE, static. */
const char *endpoint_large(void);

#endif
