/* What the contract's schema cannot say of a callback. */
#ifndef SERVER_CONTRACT_CALLBACK_CHECK_H
#define SERVER_CONTRACT_CALLBACK_CHECK_H

#include "server/json/json.h"
#include "store/base/errors.h"

/* Whether the headers of an object's "callback" (NULL: none), which keeps to the contract, can be
 * sent, and are not reserved. False, and where and why in *out. */
bool callback_check(struct arena *arena, const cJSON *object, struct refusal *out);

#endif
