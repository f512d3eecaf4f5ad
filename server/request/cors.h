/* CORS: what a browser lets pages of the --allowed-origin do (the Fetch standard, "CORS protocol").
 *
 * A page of any other origin is told nothing: it can read no reply, and its writes are refused by
 * guard_check().
 */
#ifndef SERVER_REQUEST_CORS_H
#define SERVER_REQUEST_CORS_H

#include "server/request/reply.h"

/* Whether the request comes from a page of an allowed origin. "null" is the origin of any page that
 * hides its own, and is never allowed. */
bool cors_origin_is_allowed(const struct request *rq);

/* Answers a preflight request of an allowed origin, which no route knows. False for any other. */
bool cors_reply_preflight(struct request *rq, struct reply *out);

/* The headers of its reply, then one without a name; NULL: none. */
const struct header_line *cors_headers(struct request *rq);

#endif
