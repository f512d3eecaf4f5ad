/* Counts a request and its reply as covered. */
#ifndef SERVER_COVERAGE_RECORD_H
#define SERVER_COVERAGE_RECORD_H

#include "server/request/reply.h"

/* To be called once for each reply, when it is complete. What a person does on the page does not
 * count, nor do calls of the control API. */
void coverage_record(struct request *rq, const struct reply *reply);

/* To be called when the whole reply was sent: how long its client waited for one that a fault held.
 */
void coverage_record_wait(const struct request *rq);

#endif
