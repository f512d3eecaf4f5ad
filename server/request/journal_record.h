/* What the journal keeps of a request and its reply: all that tells what happened, and no secret.
 */
#ifndef SERVER_REQUEST_JOURNAL_RECORD_H
#define SERVER_REQUEST_JOURNAL_RECORD_H

#include "server/request/reply.h"
#include "server/session/journal.h"

/* Adds a request and its complete reply to the journal of its workspace (session.h) and to the
 * metrics. */
void journal_record(struct request *rq, const struct reply *reply);

#endif
