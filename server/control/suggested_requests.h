/* Recipes: requests that work, as steps that can be sent one after the other. */
#ifndef SERVER_CONTROL_SUGGESTED_REQUESTS_H
#define SERVER_CONTROL_SUGGESTED_REQUESTS_H

#include "server/request/request.h"
#include "server/session/journal.h"

/* What would have worked in the place of an exchange that was refused: an array of steps, each with
 * method, path and body (null: none). Empty where nothing would. */
cJSON *suggested_requests(struct request *rq, const struct journal_entry *entry);

#endif
