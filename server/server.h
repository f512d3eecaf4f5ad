/* The server as a whole: how it starts, serves and stops.
 *
 * One thread does everything: sockets, signals and due events.
 */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "server/request/service.h"

struct dispatcher;
struct http;

/* CONTROL.md "Program" */
enum exit_status {
#define EXIT_STATUS(name, number) EXIT_##name = (number),
#define MEANS(...)
#include "server/config/exit_status.def"
};

/* Starts, serves until a signal comes, and stops. Says errors on stderr. Lowers the settings to
 * what the system allows. */
enum exit_status serve(struct settings *settings);

/* Opens the database of this path as the settings say, or says on stderr why not. The caller closes
 * the store. */
enum exit_status server_open_store(const struct settings *settings, const char *path,
                                   struct store **out);

/* What each iteration of the loop serves. A timer wakes it when something is due. Descriptors are
 * -1 while they are not open. */
struct loop {
    struct http *http;
    struct dispatcher *dispatcher;
    struct service *service;
    int signals, epoll; /* opened by loop_open(), as are the timers */
    int timer;          /* of what is due next */
    int system_set;     /* readable when the system's time is set */
    int input;          /* stdin, if its end stops the server; or -1 */
};

/* Opens its descriptors. False, with errno, when the system refuses. */
bool loop_open(struct loop *loop);

/* Closes whatever is open. */
void loop_close(struct loop *loop);

/* Serves until a signal comes, or its input ends: true. False after saying on stderr what failed.
 */
bool loop_run(const struct loop *loop);

#endif
