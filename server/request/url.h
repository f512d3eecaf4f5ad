/* The request target (RFC 9112 section 3.2): its path as segments, its query as members.
 *
 * It is read as it came over the wire: a segment is decoded after the path was divided, so that %2F
 * is part of a segment and never divides one.
 */
#ifndef SERVER_REQUEST_URL_H
#define SERVER_REQUEST_URL_H

#include "server/json/json.h"
#include "store/base/arena.h"

enum {
    URL_SEGMENTS_MAX = 8 /* a longer path matches no route */
};

struct url {
    const char *path;  /* as it came, without query */
    size_t path_size;  /* bytes */
    const char *query; /* as it came; "" when there is none */
    size_t query_size;
    const char *segment[URL_SEGMENTS_MAX]; /* decoded */
    int segment_count; /* more than URL_SEGMENTS_MAX: too many, and none is kept */
};

/* Divides a target, in origin or absolute form. */
void url_split(struct arena *arena, const char *target, struct url *out);

/* Whether a path is in the emulator's own part. */
bool url_is_control(const char *path);

/* Decodes the path into segments. False when a percent sign is not followed by two hex digits, or
 * what comes out holds a NUL or is not UTF-8. */
bool url_decode_path(struct arena *arena, struct url *url);

/* A segment of a path or a value of a query as a URL writes it (RFC 3986 section 2.3), in the
 * arena. */
const char *url_encode(struct arena *arena, const char *text);

/* The query as a JSON object: a name that comes once has a string, one that comes more often, or
 * that is_list() says to be a list, an array of strings. NULL when it cannot be decoded. */
cJSON *url_decode_query(struct arena *arena, const struct url *url,
                        bool (*is_list)(const void *context, const char *name),
                        const void *context);

#endif
