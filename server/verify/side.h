/* One that is asked: the service, or the emulator itself. */
#ifndef SERVER_VERIFY_SIDE_H
#define SERVER_VERIFY_SIDE_H

#include "server/verify/client.h"
#include "server/verify/probe.h"

struct side {
    struct client *client;
    struct arena *arena; /* of what is sent and received */
    const char *base;    /* "https://api.edges.run/v1" */
    const char *key;
    struct places places;
};

/* Sends the request of a probe, whose places are filled. NULL, or why there is no reply: static
 * text. */
const char *side_send(struct side *side, const struct probe *probe, struct client_reply *out);

/* The text that fills the place LARGE, static. */
const char *side_large(void);

#endif
