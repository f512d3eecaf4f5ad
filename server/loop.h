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
    struct server *server;
    int signals; /* the descriptor from loop_catch_signals() */
};

/* Serves until a signal comes. False when the system refused to wait. */
bool loop_run(const struct loop *loop);

#endif
