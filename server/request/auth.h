/* Whose request it is: from the X-API-Key header to a workspace (API.md section 2). */
#ifndef SERVER_REQUEST_AUTH_H
#define SERVER_REQUEST_AUTH_H

#include "server/request/request.h"

/* Finds or makes the workspace of the key; an open operation needs none. False when the request is
 * refused: ERROR_UNAUTHORIZED, ERROR_TOO_MANY_WORKSPACES. */
bool auth_check(struct request *rq);

#endif
