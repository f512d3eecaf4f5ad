/* Faults of deliveries: rules of /_emulator/faults with "callback": true (server/session/faults.h).
 */
#ifndef SERVER_CALLBACKS_DELIVERY_FAULT_H
#define SERVER_CALLBACKS_DELIVERY_FAULT_H

#include "server/callbacks/attempt.h"
#include "server/session/session.h"

/* Counts an attempt whose callback was just taken, and gives it the effect and the delay of the
 * rule that fires, if any. */
void delivery_fault_take(struct session_table *sessions, const struct workspace *workspace,
                         struct attempt *attempt);

/* Whether its callback has to wait for the next one of its run, and was put back for that. */
bool delivery_fault_holds(struct store *store, const struct attempt *attempt);

#endif
