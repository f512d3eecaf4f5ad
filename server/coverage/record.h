/* Counts a request and its reply as covered. */
#ifndef SERVER_COVERAGE_RECORD_H
#define SERVER_COVERAGE_RECORD_H

#include "server/request/reply.h"

/* To be called once for each reply, when it is complete. What a person does on the page does not
 * count, nor do calls of the control API. */
void coverage_record(struct request *rq, const struct reply *reply);

#endif
