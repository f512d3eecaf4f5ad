/* Sends replies: as they are, or damaged by a fault (effect.def). */
#ifndef SERVER_HTTP_SEND_H
#define SERVER_HTTP_SEND_H

#include "server/http/exchange.h"
#include "server/http/suspended.h"

/* Hands the reply of the exchange to libmicrohttpd, which reads the body from the arena until the
 * exchange ends. `suspended` is for replies that are sent slowly. MHD_NO closes the connection. */
enum MHD_Result send_reply(struct exchange *exchange, struct suspended *suspended);

#endif
