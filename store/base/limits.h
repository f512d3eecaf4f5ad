/* The maxima of limits.def as constants: LIMIT_PATH, LIMIT_BODY, and so on.
 *
 * What an operation's own fields may hold is not here but in the contract, openapi.json.
 */
#ifndef STORE_BASE_LIMITS_H
#define STORE_BASE_LIMITS_H

enum {
#define LIMIT(name, value, unit, what, beyond) LIMIT_##name = (value),
#include "store/base/limits.def"
#undef LIMIT
};

#endif
