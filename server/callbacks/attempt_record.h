/* What an attempt sent and what came back, in memory, for GET /_emulator/callbacks.
 */
#ifndef SERVER_CALLBACKS_ATTEMPT_RECORD_H
#define SERVER_CALLBACKS_ATTEMPT_RECORD_H

#include "server/callbacks/attempt.h"
#include "server/session/session.h"

/* Adds an attempt to the deliveries of its session, unless they keep nothing. To be called when its
 * outcome has been written, which gave it its position among the attempts of its callback. */
void attempt_record(struct store *store, struct session_table *sessions, struct attempt *attempt);

#endif
