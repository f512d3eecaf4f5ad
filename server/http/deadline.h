/* Deadlines of connections: by when the head or the body of the next request must be complete.
 *
 * libmicrohttpd's own time-out begins again with every byte, so a client that sends one now and
 * then would keep its connection for ever.
 */
#ifndef SERVER_HTTP_DEADLINE_H
#define SERVER_HTTP_DEADLINE_H

#include "store/base/link.h"

#include <stdint.h>

/* Of one connection. Times are those of clock_monotonic_us(). */
struct deadline {
    struct link link;
    int fd;
    int64_t at; /* INT64_MAX: none */
};

/* Of all connections. Zeroed but for its time, there are none. */
struct deadlines {
    int64_t head_time; /* microseconds from the connection, or the last reply, to the whole head */
    struct link *first;
    int64_t next; /* the earliest, or earlier */
};

enum {
    DEADLINE_BODY_FACTOR = 5 /* times as long as for a head, a body may take */
};

/* A connection begins, and ends. Its descriptor is shut down when the deadline has passed. */
void deadline_add(struct deadlines *deadlines, struct deadline *deadline, int fd);
void deadline_remove(struct deadline *deadline);

/* From now on the connection has its time for a head, or for a body; or none, because it waits for
 * its reply. */
void deadline_expect_head(struct deadlines *deadlines, struct deadline *deadline);
void deadline_expect_body(struct deadlines *deadlines, struct deadline *deadline);
void deadline_clear(struct deadline *deadline);

/* Shuts down the connections whose deadline has passed. */
void deadline_expire(struct deadlines *deadlines);

/* When deadline_expire() may have something to do; INT64_MAX: never. */
int64_t deadline_next(const struct deadlines *deadlines);

#endif
