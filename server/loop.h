/* The one thread: sockets, signals and what is due, each in its time, and sleep in between. */
#ifndef SERVER_LOOP_H
#define SERVER_LOOP_H

#include "server/callbacks/dispatcher.h"
#include "server/http/http.h"
#include "store/store.h"

/* Blocks SIGTERM and SIGINT and makes a descriptor they can be read from, or -1. To be called
 * before anything else starts. As PID 1 there is no default handling to fall back on. */
int loop_catch_signals(void);

/* What the loop serves in each turn. The store's real clocks wake it when something is due. */
struct loop {
    struct http *http;
    struct dispatcher *deliver;
    struct service *server;
    int signals; /* the descriptor from loop_catch_signals() */

    /* Made by loop_open(). */
    int epoll, alarm;
};

/* Makes it ready to run. False when the system refuses, with errno; it is to be closed then too. */
bool loop_open(struct loop *loop);
void loop_close(struct loop *loop);

/* Serves until a signal comes. False when the system refused to wait, or the database to commit. */
bool loop_run(const struct loop *loop);

#endif
