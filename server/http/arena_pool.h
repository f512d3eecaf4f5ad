/* Arenas that are not in use, kept for the next requests, so that a busy server calls no malloc().
 */
#ifndef SERVER_HTTP_ARENA_POOL_H
#define SERVER_HTTP_ARENA_POOL_H

#include "store/base/arena.h"

enum { ARENA_POOL_SIZE = 64 /* about as many as there are requests at once */ };

/* Zeroed, it is empty. */
struct arena_pool {
    struct arena arenas[ARENA_POOL_SIZE];
    int count;
};

/* Takes an empty arena out of the pool, or makes one. */
struct arena arena_pool_take(struct arena_pool *pool);

/* Empties an arena and puts it back; releases it when the pool is full. */
void arena_pool_give(struct arena_pool *pool, struct arena arena);

/* Releases all that are in the pool. */
void arena_pool_release(struct arena_pool *pool);

#endif
