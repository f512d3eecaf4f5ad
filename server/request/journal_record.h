/* What the journal keeps of an exchange: all that tells what happened, and no secret. */
#ifndef SERVER_REQUEST_JOURNAL_RECORD_H
#define SERVER_REQUEST_JOURNAL_RECORD_H

#include "server/request/reply.h"
#include "server/session/journal.h"

/* Adds an exchange that has its reply to the journal it belongs to (session.h). */
void journal_record(struct request *rq, const struct reply *reply);

#endif
