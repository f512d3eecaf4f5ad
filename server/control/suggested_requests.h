/* Suggested requests: requests that work in the place of one that was refused. */
#ifndef SERVER_CONTROL_SUGGESTED_REQUESTS_H
#define SERVER_CONTROL_SUGGESTED_REQUESTS_H

#include "server/request/request.h"
#include "server/session/journal.h"
#include "store/base/strbuf.h"

/* What would have worked in the place of a refused request: an array of requests to send one after
 * the other, each with method, path and body (null: none). They are the contract's examples, with
 * parameters filled by what the workspace has. Empty where nothing would have worked. */
struct strbuf suggested_requests(struct request *rq, const struct journal_entry *entry);

#endif
