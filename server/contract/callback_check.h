/* Whether a callback's headers can be sent, whoever gives them: a client or a fixture. */
#ifndef SERVER_CONTRACT_CALLBACK_CHECK_H
#define SERVER_CONTRACT_CALLBACK_CHECK_H

#include "server/json/json.h"
#include "store/base/errors.h"

/* Whether the headers of a callback, which has passed the contract, can be sent. False, and where
 * and why in *out, below the object that has the callback. */
bool callback_check(struct arena *arena, const cJSON *callback, struct refusal *out);

#endif
