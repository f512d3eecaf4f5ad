/* How sure we are: what a reply rests on, and the refusal to guess (--strict-fidelity).
 *
 * Each assumption that is looked at on the way to the reply is noted in rq->used (ctx.h).
 */
#ifndef SERVER_REQUEST_FIDELITY_H
#define SERVER_REQUEST_FIDELITY_H

#include "server/request/request.h"

/* "documented", or "assumed; rule=cancel.outputs, absent-object", in the arena. */
const char *fidelity_text(struct request *rq);

/* Whether the reply rests on no guess; else the request is refused. What the user decided is no
 * guess. */
bool fidelity_check(struct request *rq);

#endif
