/* Callbacks as the control API shows them. */
#ifndef SERVER_CONTROL_CALLBACKS_H
#define SERVER_CONTROL_CALLBACKS_H

#include "server/request/request.h"

/* Writes one page of callbacks, with every attempt, as the values of an open array. */
enum error callbacks_write(struct request *rq, struct strbuf *out, const struct list_query *query);

#endif
