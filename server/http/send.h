/* A reply on the wire: whole, or damaged as a fault says (effect.def). */
#ifndef SERVER_HTTP_SEND_H
#define SERVER_HTTP_SEND_H

#include "server/http/exchange.h"
#include "server/http/suspended.h"

/* Sends the exchange's reply; MHD_NO closes its connection. The body stays in the arena, which
 * outlives the reply. */
enum MHD_Result send_reply(struct exchange *exchange, struct suspended *suspended);

#endif
