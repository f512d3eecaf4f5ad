/* Whether a callback's headers can be sent, whoever gives them: a client or a fixture. */
#ifndef SERVER_CALLBACKS_CALLBACK_CHECK_H
#define SERVER_CALLBACKS_CALLBACK_CHECK_H

#include "server/json/json.h"

/* What is said of one that cannot, after its pointer. */
#define CALLBACK_WANTED "must be a header"

/* The header at fault, as a JSON pointer below the callback in the arena ("headers/a b"); NULL when
 * all are well, or there are none. It has passed the contract, so its headers are strings. */
const char *callback_check(struct arena *arena, const cJSON *callback);

#endif
