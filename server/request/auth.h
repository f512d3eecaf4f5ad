/* Whose request it is: from the X-API-Key header to a workspace (API.md section 2). */
#ifndef SERVER_REQUEST_AUTH_H
#define SERVER_REQUEST_AUTH_H

#include "server/request/request.h"

/* Finds or makes the workspace of the key, and reads its clock, the only time in this request.
 * Errors: ERROR_UNAUTHORIZED, ERROR_TOO_MANY_WORKSPACES. An open operation needs no key. */
enum error auth_check(struct request *rq);

#endif
