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
struct slow_client {
    struct slow_client *next, **place;
    int fd;
    int64_t deadline; /* on the stopwatch */
};

/* Zeroed but for its time, there are none. */
struct slow_clients {
    int64_t head_time; /* microseconds from the connection, or the last reply, to the whole head */
    struct slow_client *first;
    int64_t next_check; /* nobody's time is up before */
};

enum {
    SLOW_BODY_FACTOR = 5 /* times as long as for a head, a body may take */
};

/* A connection begins, and ends. */
void slow_begin(struct slow_clients *clients, struct slow_client *client, int fd);
void slow_end(struct slow_client *client);

/* From now on its time is that for the head of a request, or for the body; or it has all the time
 * there is, because it waits for our reply. */
void slow_expect_head(struct slow_clients *clients, struct slow_client *client);
void slow_expect_body(struct slow_clients *clients, struct slow_client *client);
void slow_expect_nothing(struct slow_client *client);

/* Cuts those whose time is up. */
void slow_cut(struct slow_clients *clients);

/* Milliseconds until slow_cut() may have something to do, rounded up; -1 for never. */
int slow_timeout(const struct slow_clients *clients);

#endif
