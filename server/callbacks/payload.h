/* The body and headers of a callback (API.md section 9). */
#ifndef SERVER_CALLBACKS_PAYLOAD_H
#define SERVER_CALLBACKS_PAYLOAD_H

#include "store/callback/outbox.h"

struct payload {
    const char *body; /* JSON */
    size_t size;
    const char **headers; /* "Name: value", NULL after the last */
};

/* Writes both into the context's arena, with the outputs that the callback carries. */
enum error payload_write(const struct ctx *ctx, const struct callback *callback,
                         struct payload *out);

#endif
