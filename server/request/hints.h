/* The header Emulator-Hint: what a person would do about a refusal. */
#ifndef SERVER_REQUEST_HINTS_H
#define SERVER_REQUEST_HINTS_H

#include "server/request/request.h"

/* One line of visible ASCII for the error that the request was refused with, or NULL where nothing
 * useful can be said. It never tells of another workspace. */
const char *hint_for(struct request *rq);

/* The operation nearest to a path that has none, in the emulator's part or in the API's; NULL when
 * none is near. */
const struct operation *hint_nearest(struct arena *arena, const char *path, const char *method);

#endif
