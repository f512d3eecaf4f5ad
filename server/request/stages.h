/* The checks that a request passes before those of the contract, which are in router.c.
 *
 * Each returns false when it has refused the request.
 */
#ifndef SERVER_REQUEST_STAGES_H
#define SERVER_REQUEST_STAGES_H

#include "server/request/request.h"

/* Whether the request may drive the emulator: no web page that a developer happens to have open
 * may.
 *
 * A page can make a browser send requests to this machine, and by DNS rebinding even read the
 * replies. So a write of the control API must name a host that only a person at this machine or in
 * its network would name, come from no foreign page, and its body, if it has one, must have a
 * content type that a page cannot send without a preflight request, which is never allowed
 * (CONTROL.md "Control API"). Errors: ERROR_FORBIDDEN, ERROR_BAD_MEDIA_TYPE. */
bool guard_check(struct request *rq);

/* Whether a Host header names this machine: a loopback name, an IP literal, a name without a dot,
 * or one of the hosts in the list. A port after it is ignored. */
bool guard_host_is_local(const char *host, const struct option_values *allowed);

/* Finds or makes the workspace of the X-API-Key header (API.md section 2); an operation without
 * authentication needs none. Errors: ERROR_UNAUTHORIZED, ERROR_TOO_MANY_WORKSPACES. */
bool auth_check(struct request *rq);

/* Sets rq->effect from the workspace's fault rules and the header Emulator-Fault, and
 * rq->forced_race. Errors: ERROR_RATE_LIMITED, ERROR_BAD_FAULT for a wrong header, ERROR_FAULT when
 * the effect takes the place of the handler. */
bool fault_inject(struct request *rq);

#endif
