/* The names of the API's operations, as tests write them: cancelFlowRun. */
#ifndef SERVER_REQUEST_OPERATION_NAME_H
#define SERVER_REQUEST_OPERATION_NAME_H

#include "server/request/request.h"

/* Finds the operation of this name among the API's: *out is the contract's own text, and NULL when
 * there is no name. Another is refused with `error`; the message says where it stands, "body" or
 * "querystring". */
bool operation_name_check(struct request *rq, enum error error, const char *where, const char *name,
                          const char **out);

#endif
