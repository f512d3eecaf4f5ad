/* The line of the log for a request that was answered. */
#ifndef SERVER_REQUEST_ACCESS_LOG_H
#define SERVER_REQUEST_ACCESS_LOG_H

#include "server/request/request.h"

/* With the status of its reply: a 5xx from level error, the others from level info. */
void access_log_write(const struct request *rq, int status);

#endif
