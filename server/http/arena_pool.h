/* Arenas that are not in use, kept for the next requests: a busy server allocates nothing. */
#ifndef SERVER_HTTP_ARENA_POOL_H
#define SERVER_HTTP_ARENA_POOL_H

#include "store/base/arena.h"

enum { ARENA_POOL_SIZE = 64 /* about as many as requests are alive at once */ };

/* Zeroed, it is empty. */
struct arena_pool {
    struct arena kept[ARENA_POOL_SIZE];
    int count;
};

/* An arena that is ready; and one given back, with all that is in it. */
struct arena arena_pool_take(struct arena_pool *pool);
void arena_pool_give(struct arena_pool *pool, struct arena arena);

void arena_pool_release(struct arena_pool *pool);

#endif
