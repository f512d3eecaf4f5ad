/* SQLite's page cache with ours around it: which pages it drops, and when it looks for none. */
#include "store/db/page_cache.h"
#include "tests/unit/story.h"

enum { FAR = 262145 /* where SQLite moves a page for a moment */ };

static sqlite3_pcache_methods2 methods, inner;
static sqlite3_pcache *cache;
static int looked; /* how often the inner cache was asked to truncate */

static void truncate_inner(sqlite3_pcache *p, unsigned first)
{
    looked++;
    inner.xTruncate(p, first);
}

static int install(void **state)
{
    (void)state;
    if (sqlite3_config(SQLITE_CONFIG_SINGLETHREAD) != SQLITE_OK ||
        sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &inner) != SQLITE_OK ||
        sqlite3_initialize() != SQLITE_OK)
        return -1;
    methods = inner;
    methods.xTruncate = truncate_inner;
    page_cache_wrap(&methods);
    return 0;
}

static sqlite3_pcache_page *page(unsigned number)
{
    sqlite3_pcache_page *made = methods.xFetch(cache, number, 2);

    assert_non_null(made);
    *(void **)made->pExtra = made; /* as SQLite has it: it is no longer new */
    return made;
}

/* A cache with the pages 1 to 10. */
static int start(void **state)
{
    (void)state;
    cache = methods.xCreate(4096, 128, 0);
    if (!cache)
        return -1;
    methods.xCachesize(cache, 100);
    for (unsigned number = 1; number <= 10; number++)
        page(number);
    looked = 0;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    methods.xDestroy(cache);
    return 0;
}

static void holds(int pages)
{
    assert_int_equal(methods.xPagecount(cache), pages);
}

static void nothing_lies_beyond_the_end(void **state)
{
    (void)state;
    methods.xTruncate(cache, 11);
    assert_int_equal(looked, 0);
    holds(10);
}

static void what_lies_beyond_is_let_go_of(void **state)
{
    (void)state;
    methods.xTruncate(cache, 8);
    holds(7);
    assert_null(methods.xFetch(cache, 8, 0));
    assert_non_null(methods.xFetch(cache, 7, 0));
}

static void a_page_that_was_far_for_a_moment_is_not_looked_for(void **state)
{
    sqlite3_pcache_page *third = page(3), *fifth = page(5);

    (void)state;
    methods.xRekey(cache, third, 3, FAR);
    methods.xRekey(cache, fifth, 5, 3);
    methods.xRekey(cache, third, FAR, 5);
    methods.xTruncate(cache, 11);
    assert_int_equal(looked, 0);
    holds(10);
    assert_ptr_equal(methods.xFetch(cache, 5, 0), third);
}

static void a_page_that_stays_far_is_let_go_of(void **state)
{
    (void)state;
    methods.xRekey(cache, page(3), 3, FAR);
    methods.xTruncate(cache, 11);
    assert_int_equal(looked, 1);
    holds(9);
    assert_null(methods.xFetch(cache, FAR, 0));
    methods.xTruncate(cache, 11);
    assert_int_equal(looked, 1);
}

static void of_two_that_are_far_none_is_forgotten(void **state)
{
    (void)state;
    methods.xRekey(cache, page(3), 3, FAR);
    methods.xRekey(cache, page(4), 4, FAR - 1);
    methods.xRekey(cache, page(FAR), FAR, 3);
    methods.xTruncate(cache, 11);
    assert_null(methods.xFetch(cache, FAR - 1, 0));
    holds(9);
}

static void the_end_may_grow_again(void **state)
{
    (void)state;
    methods.xTruncate(cache, 6);
    page(20);
    methods.xTruncate(cache, 6);
    holds(5);
}

/* Of a file; that of a database in memory, which is there too, is not counted. */
static void pages_that_were_fetched_are_held(void **state)
{
    sqlite3_pcache *of_memory = cache;

    (void)state;
    assert_int_equal(page_cache_held(), 0);
    cache = methods.xCreate(4096, 128, 1);
    assert_non_null(cache);
    methods.xCachesize(cache, 100);
    page(1);
    methods.xUnpin(cache, page(2), 0);
    methods.xUnpin(cache, page(3), 1);
    assert_int_equal(page_cache_held(), 1);
    page(2);
    page(2);
    page(3);
    assert_int_equal(page_cache_held(), 3);
    methods.xDestroy(cache);
    assert_int_equal(page_cache_held(), 0);
    cache = of_memory;
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test_setup_teardown(nothing_lies_beyond_the_end, start, stop),
        cmocka_unit_test_setup_teardown(what_lies_beyond_is_let_go_of, start, stop),
        cmocka_unit_test_setup_teardown(a_page_that_was_far_for_a_moment_is_not_looked_for, start,
                                        stop),
        cmocka_unit_test_setup_teardown(a_page_that_stays_far_is_let_go_of, start, stop),
        cmocka_unit_test_setup_teardown(of_two_that_are_far_none_is_forgotten, start, stop),
        cmocka_unit_test_setup_teardown(the_end_may_grow_again, start, stop),
        cmocka_unit_test_setup_teardown(pages_that_were_fetched_are_held, start, stop),
    };

    return cmocka_run_group_tests(stories, install, NULL);
}
