/* The stage at which a request meets the faults that wait for it. */
#ifndef SERVER_REQUEST_FAULT_INJECT_H
#define SERVER_REQUEST_FAULT_INJECT_H

#include "server/request/request.h"

/* Notes in rq->effect what is to be done to the reply. False when
 * the request is refused: ERROR_RATE_LIMITED, ERROR_FAULT when it is not to be handled,
 * ERROR_BAD_FAULT when the header Emulator-Fault is wrong. */
bool fault_inject(struct request *rq);

#endif
