/* The line on which the value of a JSON pointer (RFC 6901) starts. */
#include "server/json/json.h"
#include "tests/unit/story.h"

#include <string.h>

static void assert_line(const char *text, const char *pointer, size_t wanted)
{
    struct arena arena = {0};
    struct json_fault fault;
    const cJSON *tree = json_parse(&arena, text, strlen(text), &json_unbounded, &fault);
    size_t found = tree ? json_line(tree, pointer) : 0;

    arena_release(&arena);
    if (found != wanted)
        fail_msg("%s is found on line %zu, not %zu", pointer, found, wanted);
}

static const char fixture[] = "{\n"                           /* 1 */
                              "  \"version\": 1,\n"           /* 2 */
                              "  \"runs\": [\n"               /* 3 */
                              "    {\"status\": \"A\"},\n"    /* 4 */
                              "    {\n"                       /* 5 */
                              "      \"uid\":\n"              /* 6 */
                              "        \"x\",\n"              /* 7 */
                              "      \"status\": \"B\"}\n"    /* 8 */
                              "  ],\n"                        /* 9 */
                              "  \"flows\": [],\n"            /* 10 */
                              "  \"run\": {\"uid\": \"y\"}\n" /* 11 */
                              "}\n";

static void the_whole_starts_on_its_first_line(void **state)
{
    (void)state;
    assert_line(fixture, "", 1);
    assert_line("\n\n{}", "", 3);
}

static void members_and_items_are_found(void **state)
{
    (void)state;
    assert_line(fixture, "/version", 2);
    assert_line(fixture, "/runs", 3);
    assert_line(fixture, "/runs/0", 4);
    assert_line(fixture, "/runs/0/status", 4);
    assert_line(fixture, "/runs/1", 5);
    assert_line(fixture, "/runs/1/status", 8);
    assert_line(fixture, "/flows", 10);
    assert_line(fixture, "/run/uid", 11);
}

static void the_line_is_that_of_the_value_not_of_the_name(void **state)
{
    (void)state;
    assert_line(fixture, "/runs/1/uid", 7);
}

static void what_is_not_there_is_sought_where_it_should_be(void **state)
{
    (void)state;
    assert_line(fixture, "/nothing", 1);
    assert_line(fixture, "/runs/2", 3);
    assert_line(fixture, "/runs/1/nothing", 5);
    assert_line(fixture, "/runs/1/nothing/status", 5);
    assert_line(fixture, "/version/status", 2);
    assert_line(fixture, "/runs/-", 3);
    assert_line(fixture, "/runs/01", 3);
    assert_line(fixture, "version", 1);
}

static void a_name_is_not_taken_for_a_longer_or_shorter_one(void **state)
{
    static const char text[] = "{\"a\": 1,\n\"ab\": 2,\n\"abc\": 3}";

    (void)state;
    assert_line(text, "/a", 1);
    assert_line(text, "/ab", 2);
    assert_line(text, "/abc", 3);
    assert_line(text, "/abcd", 1);
}

static void a_name_inside_another_value_is_not_meant(void **state)
{
    static const char text[] = "{\"a\": {\"b\": 1},\n\"c\": {\n\"a\": 2},\n\"b\": 3}";

    (void)state;
    assert_line(text, "/b", 4);
    assert_line(text, "/c/a", 3);
    assert_line(text, "/c/b", 2);
}

static void an_array_of_many_items_is_counted(void **state)
{
    (void)state;
    assert_line("[0,1,2,3,4,5,6,7,8,9,\n10,\n11]", "/9", 1);
    assert_line("[0,1,2,3,4,5,6,7,8,9,\n10,\n11]", "/10", 2);
    assert_line("[0,1,2,3,4,5,6,7,8,9,\n10,\n11]", "/11", 3);
    assert_line("[0,1,2,3,4,5,6,7,8,9,\n10,\n11]", "/1", 1);
}

static void an_empty_name_is_a_name(void **state)
{
    (void)state;
    assert_line("{\"a\": 1,\n\"\": {\n\"\": 2}}", "/", 2);
    assert_line("{\"a\": 1,\n\"\": {\n\"\": 2}}", "//", 3);
}

static void a_tilde_and_a_slash_are_escaped_in_a_pointer(void **state)
{
    static const char text[] =
        "{\"x\": 0,\n\"a/b\": 1,\n\"m~n\": 2,\n\"~1\": 3,\n\"/\": {\n\"~\": 4}}";

    (void)state;
    assert_line(text, "/a~1b", 2);
    assert_line(text, "/m~0n", 3);
    assert_line(text, "/~01", 4);
    assert_line(text, "/~1", 5);
    assert_line(text, "/~1/~0", 6);
    assert_line(text, "/a/b", 1);
}

static void a_pointer_that_is_none_does_no_harm(void **state)
{
    static const char text[] = "{\"a~\": 1,\n\"a/\": 2,\n\"a\": {\n\"b\": 3}}";

    (void)state;
    assert_line(text, "/a~", 1);
    assert_line(text, "/~", 1);
    assert_line(text, "/a~2", 2);
    assert_line(text, "/a/b", 4);
    assert_line(text, "/a/b/", 4);
}

static void a_name_may_be_written_with_escapes(void **state)
{
    (void)state;
    assert_line("{\n\"caf\xc3\xa9\": 1}", "/caf\xc3\xa9", 2);
    assert_line("{\n\"caf\\u00e9\": 1}", "/caf\xc3\xa9", 2);
    assert_line("{\n\"a\\\"b\": 1}", "/a\"b", 2);
    assert_line("{\n\"a\\\"b\": 1,\n\"c\": 2}", "/c", 3);
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(the_whole_starts_on_its_first_line),
        cmocka_unit_test(members_and_items_are_found),
        cmocka_unit_test(the_line_is_that_of_the_value_not_of_the_name),
        cmocka_unit_test(what_is_not_there_is_sought_where_it_should_be),
        cmocka_unit_test(a_name_is_not_taken_for_a_longer_or_shorter_one),
        cmocka_unit_test(a_name_inside_another_value_is_not_meant),
        cmocka_unit_test(an_array_of_many_items_is_counted),
        cmocka_unit_test(an_empty_name_is_a_name),
        cmocka_unit_test(a_tilde_and_a_slash_are_escaped_in_a_pointer),
        cmocka_unit_test(a_pointer_that_is_none_does_no_harm),
        cmocka_unit_test(a_name_may_be_written_with_escapes),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
