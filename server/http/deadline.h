/* Clients that take too long to say what they want: each connection has a time by which its next
 * request must be complete, however little comes how often.
 *
 * libmicrohttpd's own time-out is for connections on which nothing comes at all; a client that
 * sends a byte now and then would keep its place for ever.
 */
#ifndef SERVER_HTTP_DEADLINE_H
#define SERVER_HTTP_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

/* One connection. */
struct deadline {
    struct deadline *next, **place;
    int fd;
    int64_t at; /* on the stopwatch */
};

/* Zeroed but for its time, there are none. */
struct deadlines {
    int64_t head_time; /* microseconds from the connection, or the last reply, to the whole head */
    struct deadline *first;
    int64_t next_check; /* nobody's time is up before */
};

enum {
    DEADLINE_BODY_FACTOR = 5 /* times as long as for a head, a body may take */
};

/* A connection begins, and ends. */
void deadline_add(struct deadlines *deadlines, struct deadline *deadline, int fd);
void deadline_remove(struct deadline *deadline);

/* From now on its time is that for the head of a request, or for the body; or it has all the time
 * there is, because it waits for our reply. */
void deadline_expect_head(struct deadlines *deadlines, struct deadline *deadline);
void deadline_expect_body(struct deadlines *deadlines, struct deadline *deadline);
void deadline_clear(struct deadline *deadline);

/* Cuts those whose time is up. */
void deadline_expire(struct deadlines *deadlines);

/* Milliseconds until deadline_expire() may have something to do, rounded up; -1 for never. */
int deadline_timeout(const struct deadlines *deadlines);

#endif
