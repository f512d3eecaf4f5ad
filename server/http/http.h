/* HTTP by libmicrohttpd: sockets in, requests to router.c, replies out. Only what is behind
 * this header (and hangup.h) knows libmicrohttpd.
 *
 * The daemon has no thread: http_run() does what is due and returns. A request is born when its
 * line has been read and ends when its reply has left or its connection broke; its arena then goes
 * back to a pool, so that a busy server allocates nothing of its own.
 */
#ifndef SERVER_HTTP_HTTP_H
#define SERVER_HTTP_HTTP_H

#include "server/request/service.h"

struct http;

/* Listens where the settings say. NULL when that fails, with errno. */
struct http *http_start(struct service *service);

/* The port it listens on. */
uint16_t http_port(const struct http *http);

/* A descriptor that is readable when http_run() has something to do. */
int http_fd(const struct http *http);

/* A descriptor that is readable when a client stopped sending, which http_run() looks at too. */
int http_peer_close_fd(const struct http *http);

/* Milliseconds after which http_run() has something to do in any case; -1 for never. */
int http_timeout(const struct http *http);

/* Does all that is due. `awake` is the descriptor that ended the wait, or -1: clients that stopped
 * sending are looked for only when it is theirs. */
void http_run(struct http *http, int awake);

/* Lets the replies leave that waited for what they tell of to be on the disk. */
void http_release(struct http *http);

/* Closes every connection. */
void http_stop(struct http *http);

/* The version of libmicrohttpd in use. */
const char *http_library_version(void);

#endif
