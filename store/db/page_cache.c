#include "store/db/page_cache.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* SQLite's own cache, and the highest number of its pages. */
struct cache {
    sqlite3_pcache *inner;
    unsigned highest; /* no page but `apart` has a higher number */
    unsigned apart;   /* a page moved far beyond the others; 0: none */
    bool counted;     /* its pages are those of a file */
    int extra;        /* bytes behind each page for SQLite, which are followed by `held` */
    int held;         /* pages that SQLite has fetched and not given back */
};

static sqlite3_pcache_methods2 usual;
static int held; /* of all caches that are counted */

static sqlite3_pcache *create(int page_size, int extra, int purgeable)
{
    struct cache *cache = calloc(1, sizeof *cache);

    if (cache) {
        cache->counted = purgeable;
        cache->extra = extra;
        cache->inner = usual.xCreate(page_size, extra + (int)sizeof(int64_t), purgeable);
    }
    if (cache && cache->inner)
        return (sqlite3_pcache *)cache;
    free(cache);
    return NULL;
}

static void destroy(sqlite3_pcache *p)
{
    struct cache *cache = (struct cache *)p;

    held -= cache->held;
    usual.xDestroy(cache->inner);
    free(cache);
}

/* Counts a page that is fetched or given back. What is behind a page begins with a null pointer
 * when it is new (sqlite3.h, xFetch), and else tells whether it is held. */
static void page_hold(struct cache *cache, const sqlite3_pcache_page *page, bool hold)
{
    bool *is_held = (bool *)page->pExtra + cache->extra;
    bool is_new = !*(void **)page->pExtra, before = !is_new && *is_held;

    *is_held = hold;
    cache->held += hold - before;
    held += hold - before;
}

int page_cache_held(void)
{
    return held;
}

static void set_size(sqlite3_pcache *p, int pages)
{
    usual.xCachesize(((struct cache *)p)->inner, pages);
}

static int count(sqlite3_pcache *p)
{
    return usual.xPagecount(((struct cache *)p)->inner);
}

static void shrink(sqlite3_pcache *p)
{
    usual.xShrink(((struct cache *)p)->inner);
}

static sqlite3_pcache_page *fetch(sqlite3_pcache *p, unsigned number, int create)
{
    struct cache *cache = (struct cache *)p;

    if (create && number > cache->highest)
        cache->highest = number;
    sqlite3_pcache_page *page = usual.xFetch(cache->inner, number, create);

    if (page && cache->counted)
        page_hold(cache, page, true);
    return page;
}

static void unpin(sqlite3_pcache *p, sqlite3_pcache_page *page, int discard)
{
    struct cache *cache = (struct cache *)p;

    if (cache->counted)
        page_hold(cache, page, false);
    usual.xUnpin(cache->inner, page, discard);
}

/* The first page that moves beyond all others is noted in `apart`, until it moves back. */
static void rekey(sqlite3_pcache *p, sqlite3_pcache_page *page, unsigned from, unsigned to)
{
    struct cache *cache = (struct cache *)p;

    usual.xRekey(cache->inner, page, from, to);
    if (from == cache->apart)
        cache->apart = 0;
    if (to > cache->highest && !cache->apart)
        cache->apart = to;
    else if (to > cache->highest)
        cache->highest = to;
}

/* Drops the pages from this number on. */
static void truncate_from(sqlite3_pcache *p, unsigned first)
{
    struct cache *cache = (struct cache *)p;

    if (first > cache->highest && first > cache->apart)
        return; /* there is none */
    usual.xTruncate(cache->inner, first);
    if (cache->apart >= first)
        cache->apart = 0;
    if (cache->highest >= first)
        cache->highest = first - 1;
}

void page_cache_wrap(sqlite3_pcache_methods2 *methods)
{
    usual = *methods;
    methods->xCreate = create;
    methods->xCachesize = set_size;
    methods->xPagecount = count;
    methods->xFetch = fetch;
    methods->xUnpin = unpin;
    methods->xRekey = rekey;
    methods->xTruncate = truncate_from;
    methods->xDestroy = destroy;
    methods->xShrink = shrink;
}

void page_cache_install(void)
{
    sqlite3_pcache_methods2 methods;

    if (usual.xCreate || sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &methods) != SQLITE_OK)
        return;
    page_cache_wrap(&methods);
    sqlite3_config(SQLITE_CONFIG_PCACHE2, &methods);
}
