#include "server/http/arena_pool.h"

struct arena arena_pool_take(struct arena_pool *pool)
{
    return pool->count ? pool->arenas[--pool->count] : (struct arena){0};
}

void arena_pool_give(struct arena_pool *pool, struct arena arena)
{
    arena_reset(&arena);
    if (pool->count < ARENA_POOL_SIZE)
        pool->arenas[pool->count++] = arena;
    else
        arena_release(&arena);
}

void arena_pool_release(struct arena_pool *pool)
{
    while (pool->count)
        arena_release(&pool->arenas[--pool->count]);
}
