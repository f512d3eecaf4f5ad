/* Sends replies: as they are, or damaged by a fault (effect.def). */
#ifndef SERVER_HTTP_SEND_H
#define SERVER_HTTP_SEND_H

#include "server/http/exchange.h"

/* Hands the reply of the exchange to libmicrohttpd, which reads the body from the arena until the
 * exchange ends. MHD_NO closes the connection. */
enum MHD_Result exchange_send(struct exchange *exchange);

#endif
