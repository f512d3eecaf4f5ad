/* HTTP by libmicrohttpd: takes requests from sockets, gives them to the router, sends its replies.
 * Only this folder knows libmicrohttpd.
 *
 * libmicrohttpd has no thread here: http_run() does what is due and returns. A request begins when
 * its line has been read and ends when its reply has been sent or its connection has ended.
 */
#ifndef SERVER_HTTP_HTTP_H
#define SERVER_HTTP_HTTP_H

#include "server/request/service.h"

#include <sys/socket.h>

struct http;

/* Listens where the settings say. NULL when that fails, with errno. The service must outlive it. */
struct http *http_start(struct service *service);

/* The address it listens on; its family is AF_UNSPEC when the system does not say. */
struct sockaddr_storage http_address(const struct http *http);

/* The port of it. */
uint16_t http_port(const struct http *http);

/* A descriptor that is readable when http_run() has something to do. */
int http_fd(const struct http *http);

/* A descriptor that is readable when a client has closed its side of a connection. */
int http_peer_close_fd(const struct http *http);

/* Milliseconds after which http_run() has something to do in any case; -1 for never. *busy: clients
 * wait for it now, although no descriptor is readable: a reply was released, or libmicrohttpd holds
 * bytes that it has not handled. */
int http_timeout(struct http *http, bool *busy);

/* Whether replies wait for a commit, or were released and wait for http_run(). */
bool http_has_replies(const struct http *http);

/* Does all that is due. `awake` is the descriptor that ended the wait, or -1: connections that
 * clients have closed are looked for only when it is theirs. */
void http_run(struct http *http, int awake);

/* Whether a long call waits to be run. */
bool http_has_long_call(const struct http *http);

/* Runs the one that waits for it longest, to its end; false when there is none. It may call
 * store_set_pause()'s function, in which http_run() may be called, and this, for another one. */
bool http_run_long_call(struct http *http);

/* Whether the client of the long call that is run now is still there, as far as that matters: a
 * first use by another call ends soon, and the client may only have stopped sending. */
bool http_client_is_there(struct http *http);

/* To be called after a commit: sends the replies that waited for it, or errors in their place when
 * it failed. */
void http_release(struct http *http, bool committed);

/* Closes every connection. */
void http_stop(struct http *http);

/* The version of libmicrohttpd in use. */
const char *http_library_version(void);

#endif
