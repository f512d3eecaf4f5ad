/* Who may drive the emulator: no web page that a developer happens to have open.
 *
 * A page can make a browser send requests to this machine, and by DNS rebinding even read the
 * answers. So a write of the control API must name a host that only a person at this machine or in
 * its network would name, come from no foreign page, and carry a content type that a page cannot
 * send without asking first, which is never allowed (CONTROL.md "Control API").
 */
#ifndef SERVER_REQUEST_GUARD_H
#define SERVER_REQUEST_GUARD_H

#include "server/config/options.h"
#include "server/request/request.h"

/* False when the request is refused: ERROR_FORBIDDEN, ERROR_BAD_MEDIA_TYPE. */
bool guard_check(struct request *rq);

/* Whether a Host header names this machine: a loopback name, an IP literal, a name without a dot,
 * or one of the hosts in the list. A port after it is passed over. */
bool guard_host_is_local(const char *host, const struct option_values *allowed);

#endif
