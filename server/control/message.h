/* The headers and body of a request or a reply, as the journal and callbacks show them. */
#ifndef SERVER_CONTROL_MESSAGE_H
#define SERVER_CONTROL_MESSAGE_H

#include "store/base/strbuf.h"

#include <stdint.h>

/* Writes the member "headers" from "Name: value" lines. */
void message_write_headers(struct strbuf *out, const char *lines);

/* Writes the member "body": its beginning, and the size of the whole. */
void message_write_body(struct strbuf *out, const char *body, int64_t size);

#endif
