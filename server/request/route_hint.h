/* What a client meant whose request fits no route. */
#ifndef SERVER_REQUEST_ROUTE_HINT_H
#define SERVER_REQUEST_ROUTE_HINT_H

#include "server/request/request.h"

/* The operation nearest to a path that has none, within the control API or within the API; NULL
 * when none is near. */
const struct operation *route_nearest(struct arena *arena, const char *path, const char *method);

/* The header Emulator-Hint of such a request. */
const char *route_hint(struct request *rq);

#endif
