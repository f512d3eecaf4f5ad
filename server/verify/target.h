/* The service that `verify` asks: its address and its key, checked. */
#ifndef SERVER_VERIFY_TARGET_H
#define SERVER_VERIFY_TARGET_H

#include "server/config/settings.h"
#include "store/base/arena.h"

struct target {
    const char *base; /* without "/" at its end; NULL: none is asked */
    const char *key;  /* of the environment */
};

/* Reads --against and EDGES_API_KEY, and checks all options of verify. False after saying on stderr
 * what is wrong. */
bool target_read(const struct settings *settings, struct arena *arena, struct target *out);

#endif
