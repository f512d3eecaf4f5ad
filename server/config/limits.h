/* The maxima of limits.def as constants: LIMIT_PATH, LIMIT_BODY, and so on.
 *
 * What an operation's own fields may hold is not here but in the contract, openapi.json.
 */
#ifndef SERVER_CONFIG_LIMITS_H
#define SERVER_CONFIG_LIMITS_H

#include "server/json/scan.h"
#include "server/request/headers.h"
#include "store/db/workspace.h"
#include "store/run/output.h"

enum {
#define LIMIT(name, value, unit, what, beyond) LIMIT_##name = (value),
#include "server/config/limits.def"
#undef LIMIT
};

_Static_assert((int)LIMIT_STATE_DEPTH == (int)JSON_DEPTH_MAX, "limits.def is what is documented");
_Static_assert((int)LIMIT_HEADER_COUNT == (int)HEAD_LINES_MAX, "limits.def is what is documented");
_Static_assert((int)LIMIT_API_KEY == (int)WORKSPACE_KEY_MAX, "limits.def is what is documented");
_Static_assert((int)LIMIT_WORKSPACES == (int)WORKSPACES_MAX, "limits.def is what is documented");
_Static_assert((int)LIMIT_RUN_OUTPUTS == (int)OUTPUTS_MAX, "limits.def is what is documented");
_Static_assert((int)LIMIT_OUTPUT_BYTES == (int)OUTPUT_BYTES_MAX,
               "limits.def is what is documented");
_Static_assert((int)LIMIT_OUTPUTS_BYTES == (int)OUTPUTS_BYTES_MAX,
               "limits.def is what is documented");

#endif
