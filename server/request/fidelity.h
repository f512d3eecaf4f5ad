/* How sure we are: what a reply rested on, and the refusal to guess (--strict-fidelity).
 *
 * Every look at an assumption is noted while a request is handled (assumptions.h).
 */
#ifndef SERVER_REQUEST_FIDELITY_H
#define SERVER_REQUEST_FIDELITY_H

#include "server/request/request.h"

/* "documented", or "assumed; rule=cancel.outputs, absent-object", in the arena. */
const char *fidelity_text(struct request *rq);

/* Notes in rq->message which guess the reply rested on; false when it rested on none. What the user
 * decided is no guess. */
bool fidelity_guessed(struct request *rq);

#endif
