/* SQLite's page cache, kept from looking through all of it at a commit.
 *
 * When SQLite 3.40 puts the pages of a B-tree in order it gives one a number far beyond the end of
 * the file for a moment (balance_nonroot() in its btree.c). Its cache takes that for the highest
 * number it holds, and the next commit, which lets go of what lies beyond the end, looks through
 * every page: in memory, where the cache is the database, that was an eighth of the time of all
 * cancels among 200,000 runs, and grew with the runs.
 */
#ifndef STORE_DB_PAGE_CACHE_H
#define STORE_DB_PAGE_CACHE_H

#include <sqlite3.h>

/* Puts ours around the methods of a cache: of one, in a process. */
void page_cache_wrap(sqlite3_pcache_methods2 *methods);

/* Does so with SQLite's own. To be called before SQLite is first used; it is not needed for being
 * right. */
void page_cache_install(void);

#endif
