/* The checks that a request passes before those of the contract, which are in router.c.
 *
 * Each returns false when it has refused the request.
 */
#ifndef SERVER_REQUEST_STAGES_H
#define SERVER_REQUEST_STAGES_H

#include "server/request/request.h"

/* Sets rq->op to the operation of the path and the method, or leaves it NULL, for route_check().
 * Errors: ERROR_URL_TOO_LONG, ERROR_BAD_URL. */
bool route_find(struct request *rq);

/* Whether there is an operation. Errors: ERROR_NO_ROUTE, ERROR_WRONG_METHOD. */
bool route_check(struct request *rq);

/* Whether the request may be made: no web page that a developer happens to have open may read or
 * drive the emulator, and no callback may.
 *
 * A page can make a browser send requests to this machine, and by DNS rebinding even read the
 * replies. So every request must name a host that only a person at this machine or in its network
 * would name, and a write must come from no foreign page but one of --allowed-origin (CONTROL.md
 * "Who may call"). It comes before the check of the route. Errors: ERROR_FORBIDDEN_HOST,
 * ERROR_FORBIDDEN_ORIGIN, ERROR_FORBIDDEN_CALLBACK. */
bool guard_check(struct request *rq);

/* Whether a Host header names this machine: a loopback name, an IP literal, a name without a dot, a
 * name under a domain that no one can register, the vendor's own, or one of the hosts in the list.
 * A port after it is ignored, and a dot at the end of the name. */
bool guard_host_is_local(const char *host, const struct option_values *allowed);

/* Finds or makes the workspace of the X-API-Key header (API.md section 2), or finds the one that
 * the header Emulator-Workspace names in its place; an operation without authentication needs none.
 * Errors: ERROR_UNAUTHORIZED, ERROR_TOO_MANY_WORKSPACES. */
bool auth_check(struct request *rq);

/* The same by X-API-Key alone, for every operation. Keeps the label of the header Emulator-Label.
 */
bool auth_check_key(struct request *rq);

/* Sees to it that nobody else uses the workspace of a long call: false when the request is
 * postponed because another has its workspace, or because it is to be run as a long call itself.
 * That has its workspace from here on until call_end(). */
bool call_begin(struct request *rq);
void call_end(struct request *rq);

/* For the router, before the stages: lets a long call pause. */
void call_prepare(struct request *rq);

/* Whether a body that is read is said to be JSON: by an operation of the API that has one, where
 * Fastify looks at the type of an empty body too, and by a write of the control API. A page cannot
 * send this type without a preflight request. Errors: ERROR_BAD_MEDIA_TYPE. */
bool media_type_check(struct request *rq);

/* Sets rq->effect from the workspace's fault rules and the header Emulator-Fault, and
 * rq->forced_race from these and Emulator-Race. Errors: ERROR_RATE_LIMITED, ERROR_BAD_FAULT for a
 * wrong header, ERROR_FAULT when the effect takes the place of the handler. */
bool fault_inject(struct request *rq);

#endif
