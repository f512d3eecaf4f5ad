/* The one thread: sockets and signals, each when it has something to say, and sleep in between. */
#ifndef SERVER_LOOP_H
#define SERVER_LOOP_H

#include "server/http.h"

/* Blocks SIGTERM and SIGINT and makes a descriptor they can be read from, or -1. To be called
 * before anything else starts. As PID 1 there is no default handling to fall back on. */
int loop_catch_signals(void);

/* Serves until a signal comes. False when the system refused to wait. */
bool loop_run(struct http *http, int signals);

#endif
