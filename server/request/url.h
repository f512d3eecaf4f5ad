/* The request target (RFC 9112 section 3.2): its path as segments, its query as JSON.
 *
 * The path is divided before its segments are decoded, so that %2F is part of a segment and never
 * divides one.
 */
#ifndef SERVER_REQUEST_URL_H
#define SERVER_REQUEST_URL_H

#include "server/contract/contract.h"
#include "server/json/json.h"
#include "store/base/arena.h"

enum {
    URL_SEGMENTS_MAX = 8 /* a longer path matches no route */
};

struct url {
    const char *authority;                 /* "host:port" of a target in absolute form; or NULL */
    const char *path;                      /* not decoded, without query */
    const char *query;                     /* not decoded; "" when there is none */
    const char *segment[URL_SEGMENTS_MAX]; /* decoded */
    int segment_count; /* more than URL_SEGMENTS_MAX: too many to match a route */
};

/* Divides a target, in origin or absolute form. */
void url_split(struct arena *arena, const char *target, struct url *out);

/* Whether a path is in the control API. */
bool url_is_control(const char *path);

/* Decodes the path into segments. False when a percent sign is not followed by two hex digits, or
 * the result holds a NUL or is not UTF-8. */
bool url_decode_path(struct arena *arena, struct url *url);

/* Why a path or a query cannot be decoded, as the end of a sentence. */
const char *url_fault(const char *text);

/* Percent-encodes a segment of a path or a value of a query (RFC 3986 section 2.3). */
const char *url_encode(struct arena *arena, const char *text);

/* The query as a JSON object: a name that occurs once has a string; one that occurs more often, or
 * that is an array in the schema, has an array of strings. As Fastify does it, a name or value that
 * is not the percent-encoding of UTF-8 stands for itself. NULL when there is a NUL in it, or bytes
 * that are not UTF-8. */
cJSON *url_decode_query(struct arena *arena, const struct url *url, const struct schema *schema);

/* Whether its path, decoded, is one of the operation. */
bool url_matches(const struct url *url, const struct operation *op);

#endif
