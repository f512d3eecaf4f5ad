/* "Did you mean": slips are put right, other words are not guessed at. */
#include "store/base/suggest.h"
#include "tests/unit/story.h"

#include <string.h>

static const char *const words[] = {"--listen", "--port", "--fixture", "--random-seed",
                                    "--api-key"};

static void assert_suggests(const char *word, const char *wanted)
{
    const char *found = suggest(word, words, sizeof words / sizeof *words);

    if (!found)
        fail_msg("%s brings nothing to mind", word);
    assert_string_equal(found, wanted);
}

static void assert_suggests_nothing(const char *word)
{
    const char *found = suggest(word, words, sizeof words / sizeof *words);

    if (found)
        fail_msg("%s brings %s to mind", word, found);
}

static void a_letter_changed_left_out_or_added_is_a_slip(void **state)
{
    (void)state;
    assert_suggests("--pert", "--port");
    assert_suggests("--prt", "--port");
    assert_suggests("--poort", "--port");
    assert_suggests("--lisetn", "--listen");
    assert_suggests("--apikey", "--api-key");
    assert_suggests("-port", "--port");
}

static void the_word_itself_is_the_nearest(void **state)
{
    (void)state;
    assert_suggests("--fixture", "--fixture");
}

static void two_letters_are_a_slip_in_a_short_word_and_three_are_not(void **state)
{
    (void)state;
    assert_suggests("--pxxt", "--port");
    assert_suggests_nothing("--pxxx");
}

static void a_third_of_the_letters_is_a_slip_in_a_long_word(void **state)
{
    (void)state;
    assert_suggests("--random-xxxx", "--random-seed");
    assert_suggests_nothing("--randox-xxxx");
}

static void another_word_brings_nothing_to_mind(void **state)
{
    (void)state;
    assert_suggests_nothing("--completely-different");
    assert_suggests_nothing("");
}

static void the_nearest_wins_and_the_first_of_equals(void **state)
{
    static const char *const near[] = {"abcdxx", "abcdex", "abcdey"};

    (void)state;
    assert_string_equal(suggest("abcdef", near, 3), "abcdex");
    assert_string_equal(suggest("lim", (const char *const[]){"uid", "limit"}, 2), "limit");
    assert_string_equal(suggest("lim", (const char *const[]){"limit", "limes"}, 2), "limit");
}

static void without_candidates_there_is_nothing(void **state)
{
    (void)state;
    assert_null(suggest("--port", NULL, 0));
}

/* 128 letters, then one more. */
#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void half_of_the_letters_must_be_right(void **state)
{
    static const char *const is_short[] = {"on", "url", "pause"};

    (void)state;
    assert_null(suggest("foo", is_short, 3));
    assert_null(suggest("x", is_short, 1));
    assert_string_equal(suggest("onn", is_short, 3), "on");
    assert_string_equal(suggest("uri", is_short, 3), "url");
    assert_string_equal(suggest("pass", is_short, 3), "pause");
}

static void letter_case_is_no_difference(void **state)
{
    static const char *const statuses[] = {"QUEUED", "RUNNING", "SUCCEEDED"};

    (void)state;
    assert_string_equal(suggest("Runing", statuses, 3), "RUNNING");
    assert_string_equal(suggest("run", (const char *const[]){"PRUN", "RUNS"}, 2), "RUNS");
    assert_suggests("--PORT", "--port");
}

static void words_of_any_length_do_no_harm(void **state)
{
    static const char *const longest[] = {A64 A64};
    static const char *const too_long[] = {A64 A64 "a"};

    (void)state;
    assert_string_equal(suggest(A64 A64, longest, 1), A64 A64);
    assert_null(suggest(A64 A64, too_long, 1));
    assert_null(suggest(A64 A64 "a", longest, 1));
    assert_null(suggest(A64 A64 A64, too_long, 1));
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(a_letter_changed_left_out_or_added_is_a_slip),
        cmocka_unit_test(the_word_itself_is_the_nearest),
        cmocka_unit_test(two_letters_are_a_slip_in_a_short_word_and_three_are_not),
        cmocka_unit_test(a_third_of_the_letters_is_a_slip_in_a_long_word),
        cmocka_unit_test(another_word_brings_nothing_to_mind),
        cmocka_unit_test(the_nearest_wins_and_the_first_of_equals),
        cmocka_unit_test(without_candidates_there_is_nothing),
        cmocka_unit_test(half_of_the_letters_must_be_right),
        cmocka_unit_test(letter_case_is_no_difference),
        cmocka_unit_test(words_of_any_length_do_no_harm),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
