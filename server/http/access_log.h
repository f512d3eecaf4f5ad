/* The line of the log that each request gets. */
#ifndef SERVER_HTTP_ACCESS_LOG_H
#define SERVER_HTTP_ACCESS_LOG_H

#include "server/request/request.h"

/* Writes that of a request whose reply was sent: a 5xx from level error, others from info, and so a
 * fault that was asked for. */
void access_log_write(const struct request *rq, int status);

#endif
