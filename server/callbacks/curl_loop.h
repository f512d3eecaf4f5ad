/* libcurl's sockets and timer in one epoll, and further timers beside them.
 *
 * libcurl is loaded when it is first needed.
 */
#ifndef SERVER_CALLBACKS_CURL_LOOP_H
#define SERVER_CALLBACKS_CURL_LOOP_H

#include "server/callbacks/curl_dl.h"

#include <stdbool.h>
#include <sys/epoll.h>

struct curl_loop {
    const struct curl_dl *curl; /* NULL until it is loaded */
    CURLM *multi;
    int epoll;
    int timer; /* libcurl's */
};

/* False when the system refuses, with errno. To be closed all the same. */
bool curl_loop_open(struct curl_loop *loop);

/* Loads libcurl, unless that is done. False: *reason says why it cannot be; or there is no memory,
 * and *reason stays. */
bool curl_loop_load(struct curl_loop *loop, const char **reason);

/* Continues what libcurl waits for, after an event of its sockets or of its timer. */
void curl_loop_handle(struct curl_loop *loop, const struct epoll_event *event);

/* Closes all but the timers of curl_loop_add_timer(). */
void curl_loop_close(struct curl_loop *loop);

/* A timer whose events the epoll has, by its descriptor. -1: the system refuses. */
int curl_loop_add_timer(struct curl_loop *loop);

/* Sets a timer; negative: never. */
void timer_set(int timer, long ms);

/* Whether a timer has expired since it was last asked. */
bool timer_expired(int timer);

#endif
