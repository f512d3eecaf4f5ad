/* The header Emulator-Hint: what a person would do about an error response. */
#ifndef SERVER_REQUEST_HINTS_H
#define SERVER_REQUEST_HINTS_H

#include "server/request/request.h"

/* One line of visible ASCII for the error that the request was refused with, or NULL where there is
 * no useful hint. It never reveals another workspace. */
const char *hint_for(struct request *rq);

/* Of a cancel (ERROR_NOT_CANCELLABLE) or a resume (ERROR_NOT_RESUMABLE) that is refused in this
 * status: the status, and those in which it is possible, as shown. */
const char *hint_run_refused(struct request *rq, enum error error, enum run_status status);

/* The value of the header Link of an error of the API: where the page explains it. NULL where it
 * cannot: with --page off, and without a journal. */
const char *hint_link(struct request *rq);

#endif
