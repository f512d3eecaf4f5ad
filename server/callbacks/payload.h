/* What a callback says: its body and its headers (API.md section 9). */
#ifndef SERVER_CALLBACKS_PAYLOAD_H
#define SERVER_CALLBACKS_PAYLOAD_H

#include "store/callback/outbox.h"

struct payload {
    const char *body; /* JSON */
    size_t size;
    const char **headers; /* "Name: value", NULL after the last */
};

/* Writes it into the arena of its workspace's context, with the outputs that it carries. */
enum error payload_write(const struct ctx *ctx, const struct callback *callback,
                         struct payload *out);

#endif
