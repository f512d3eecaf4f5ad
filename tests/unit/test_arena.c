/* The arena: what it gives out is aligned, apart, and given back all at once. */
#include "store/base/arena.h"
#include "tests/unit/story.h"

#include <string.h>

static struct arena arena;

static int start(void **state)
{
    (void)state;
    memset(&arena, 0, sizeof arena);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static void every_size_comes_aligned_for_any_type(void **state)
{
    (void)state;
    for (size_t size = 0; size < 200; size++) {
        char *bytes = arena_alloc(&arena, size);
        assert_non_null(bytes);
        assert_int_equal((uintptr_t)bytes % _Alignof(max_align_t), 0);
        memset(bytes, 0xa5, size);
    }
}

static void pieces_do_not_overlap(void **state)
{
    unsigned char *piece[300];

    (void)state;
    for (int i = 0; i < 300; i++) {
        piece[i] = arena_alloc(&arena, 100);
        memset(piece[i], i % 256, 100);
    }
    for (int i = 0; i < 300; i++) {
        assert_int_equal(piece[i][0], i % 256);
        assert_int_equal(piece[i][99], i % 256);
    }
}

static void a_piece_larger_than_a_block_is_given_whole(void **state)
{
    (void)state;
    char *before = arena_strdup(&arena, "before");
    char *large = arena_alloc(&arena, 1000000);
    memset(large, 'x', 1000000);
    char *after = arena_strdup(&arena, "after");

    assert_string_equal(before, "before");
    assert_string_equal(after, "after");
    assert_int_equal(large[999999], 'x');
}

static void cleared_memory_is_zero_even_when_used_before(void **state)
{
    static const char zeros[500];

    (void)state;
    memset(arena_alloc(&arena, 500), 0xff, 500);
    arena_reset(&arena);
    assert_memory_equal(arena_zalloc(&arena, 500), zeros, 500);
}

static void a_copy_ends_in_a_zero_and_keeps_those_inside(void **state)
{
    (void)state;
    memset(arena_alloc(&arena, 64), 0xff, 64);
    arena_reset(&arena);
    const char *copy = arena_copy(&arena, "ab\0cd", 5);

    assert_memory_equal(copy, "ab\0cd", 6);
    assert_string_equal(arena_copy(&arena, "abc", 0), "");
    assert_string_equal(arena_copy(&arena, NULL, 0), "");
}

static void a_string_is_copied_and_null_stays_null(void **state)
{
    char text[] = "first";

    (void)state;
    const char *copy = arena_strdup(&arena, text);
    text[0] = 'F';
    assert_string_equal(copy, "first");
    assert_null(arena_strdup(&arena, NULL));
}

static void a_format_is_printed_whatever_its_length(void **state)
{
    (void)state;
    assert_string_equal(arena_format(&arena, "%s/%d", "runs", 3), "runs/3");
    assert_string_equal(arena_format(&arena, "%s", ""), "");
    const char *wide = arena_format(&arena, "%*d", 40000, 7);
    assert_int_equal(strlen(wide), 40000);
    assert_int_equal(wide[39999], '7');
}

static void a_reset_gives_the_same_memory_again(void **state)
{
    (void)state;
    const void *first = arena_alloc(&arena, 100);
    const struct arena_block *block = arena.blocks;
    for (int i = 0; i < 1000; i++)
        arena_alloc(&arena, 1000);
    arena_reset(&arena);
    assert_ptr_equal(arena.blocks, block);
    assert_ptr_equal(arena_alloc(&arena, 100), first);
}

static void an_arena_that_was_never_used_may_be_reset_and_released(void **state)
{
    (void)state;
    arena_reset(&arena);
    arena_release(&arena);
    arena_reset(&arena);
    assert_null(arena.blocks);
}

static void what_was_given_out_after_a_mark_is_taken_back(void **state)
{
    (void)state;
    const char *before = arena_strdup(&arena, "before");
    struct arena_mark mark = arena_mark(&arena);
    void *first = arena_alloc(&arena, 100);
    arena_alloc(&arena, 100000);
    arena_alloc(&arena, 100000);
    arena_rewind(&arena, mark);
    assert_string_equal(before, "before");
    assert_ptr_equal(arena_alloc(&arena, 100), first);
}

static void a_mark_of_an_unused_arena_takes_back_all(void **state)
{
    (void)state;
    struct arena_mark mark = arena_mark(&arena);
    arena_alloc(&arena, 100);
    arena_rewind(&arena, mark);
    assert_null(arena.blocks);
    assert_string_equal(arena_strdup(&arena, "again"), "again");
}

static void a_released_arena_may_be_used_again(void **state)
{
    (void)state;
    arena_strdup(&arena, "once");
    arena_release(&arena);
    assert_null(arena.blocks);
    assert_string_equal(arena_strdup(&arena, "twice"), "twice");
}

static void what_is_large_and_last_grows_with_its_bytes(void **state)
{
    enum { SIZE = 2000000 };
    char *small = arena_alloc(&arena, 100);

    (void)state;
    assert_null(arena_enlarge(&arena, small, 200));
    char *large = arena_alloc(&arena, SIZE);
    memset(large, 'x', SIZE);
    large = arena_enlarge(&arena, large, 2 * SIZE);
    assert_non_null(large);
    assert_int_equal(large[SIZE - 1], 'x');
    large[2 * SIZE - 1] = 'y';
    char *after = arena_strdup(&arena, "after");
    assert_null(arena_enlarge(&arena, large, 3 * SIZE));
    assert_string_equal(after, "after");
}

static void a_large_one_is_freed_in_parts(void **state)
{
    struct arena kept = {0};
    int parts = 1;

    (void)state;
    arena_alloc(&arena, 1000);
    assert_false(arena_is_large(&arena));
    arena_alloc(&arena, 10000000);
    arena_alloc(&arena, 100);
    assert_true(arena_is_large(&arena));
    arena_alloc(&kept, 100);
    arena_move(&kept, &arena);
    assert_null(arena.blocks);
    while (arena_release_part(&kept, 1000000))
        parts++;
    assert_int_equal(parts, 11);
    assert_null(kept.blocks);
    assert_false(arena_release_part(&kept, 1000000));
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test_setup_teardown(every_size_comes_aligned_for_any_type, start, stop),
        cmocka_unit_test_setup_teardown(pieces_do_not_overlap, start, stop),
        cmocka_unit_test_setup_teardown(a_piece_larger_than_a_block_is_given_whole, start, stop),
        cmocka_unit_test_setup_teardown(cleared_memory_is_zero_even_when_used_before, start, stop),
        cmocka_unit_test_setup_teardown(a_copy_ends_in_a_zero_and_keeps_those_inside, start, stop),
        cmocka_unit_test_setup_teardown(a_string_is_copied_and_null_stays_null, start, stop),
        cmocka_unit_test_setup_teardown(a_format_is_printed_whatever_its_length, start, stop),
        cmocka_unit_test_setup_teardown(a_reset_gives_the_same_memory_again, start, stop),
        cmocka_unit_test_setup_teardown(an_arena_that_was_never_used_may_be_reset_and_released,
                                        start, stop),
        cmocka_unit_test_setup_teardown(what_was_given_out_after_a_mark_is_taken_back, start, stop),
        cmocka_unit_test_setup_teardown(a_mark_of_an_unused_arena_takes_back_all, start, stop),
        cmocka_unit_test_setup_teardown(a_released_arena_may_be_used_again, start, stop),
        cmocka_unit_test_setup_teardown(what_is_large_and_last_grows_with_its_bytes, start, stop),
        cmocka_unit_test_setup_teardown(a_large_one_is_freed_in_parts, start, stop),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
