/* The inside of struct http (http.h), for the files of this folder. */
#ifndef SERVER_HTTP_DAEMON_H
#define SERVER_HTTP_DAEMON_H

#include "server/http/arena_pool.h"
#include "server/http/deadline.h"
#include "server/http/suspended.h"

struct http {
    struct MHD_Daemon *daemon;
    struct service *service;
    int peer_close_fd; /* peer_close.h */
    struct suspended suspended;
    struct arena_pool pool;
    struct deadlines deadlines;
};

#endif
