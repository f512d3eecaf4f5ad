/* JSON in and out: what is refused beyond the scanner, what is found, what is printed. */
#include "server/json/json.h"
#include "store/base/strbuf.h"
#include "tests/unit/story.h"

#include <math.h>
#include <string.h>

static struct arena arena;
static struct json_fault fault;

static int start(void **state)
{
    (void)state;
    memset(&arena, 0, sizeof arena);
    memset(&fault, 0, sizeof fault);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static cJSON *parsed(const char *text)
{
    cJSON *tree = json_parse(&arena, text, strlen(text), &json_unbounded, &fault);

    if (!tree)
        fail_msg("%s is refused: %s", text, fault.reason);
    return tree;
}

static void assert_refused(const char *text, size_t line, const char *reason)
{
    if (json_parse(&arena, text, strlen(text), &json_unbounded, &fault))
        fail_msg("%s is read", text);
    assert_string_equal(fault.reason, reason);
    assert_int_equal(fault.line, line);
}

static void assert_printed_again(const char *text)
{
    assert_string_equal(json_print(&arena, parsed(text)), text);
}

static void what_is_read_is_printed_again(void **state)
{
    (void)state;
    assert_printed_again("{}");
    assert_printed_again("[]");
    assert_printed_again("null");
    assert_printed_again("\"\"");
    assert_printed_again("[1,-2,0.5,true,false,null,\"a\",{\"b\":[]}]");
    assert_printed_again("{\"z\":1,\"a\":2,\"M\":3}");
    assert_printed_again("\"caf\xc3\xa9 \xf0\x9f\x98\x80\"");
    assert_printed_again("\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\"");
    assert_printed_again("[1767225600000,-1767225600000,1234567890123456]");
    assert_printed_again("[9007199254740991,-9007199254740991,9007199254740992]");
    assert_printed_again("[0.1,0.30000000000000004,-2.5,1e+300]");
}

static void escapes_become_what_they_stand_for(void **state)
{
    (void)state;
    const cJSON *tree = parsed("{\"a\":\"\\u00e9\\ud83d\\ude00\\/\\n\"}");
    assert_string_equal(json_text(tree, "a"), "\xc3\xa9\xf0\x9f\x98\x80/\n");
    assert_string_equal(parsed("\"a\\\"b\\\\c\\/d\\be\\ff\\ng\\rh\\ti\"")->valuestring,
                        "a\"b\\c/d\be\ff\ng\rh\ti");
    assert_string_equal(parsed("\"\\ud800\\udc00\\udbff\\udfff\\uffff\\u007f\"")->valuestring,
                        "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\xef\xbf\xbf\x7f");
}

static void a_number_is_printed_as_it_was_written(void **state)
{
    (void)state;
    assert_printed_again("1");
    assert_printed_again("-0.0e+00");
    assert_printed_again(
        "[1e400,-1e400,1.0,12345678901234567,-0,0,123456789012345,1234567890123456]");
    assert_printed_again("{\"1.0\":2.0,\"\\\"3.0\":[\"4.0\",{\"a\":5.0},[],{},6.0],\"\\\\\":7.0}");
}

/* They are copied in parts. */
static void long_strings_and_names_are_read(void **state)
{
    enum { LONG = 600 * 1000 };
    char *text = arena_alloc(&arena, 4 * LONG);
    char *x = arena_zalloc(&arena, LONG + 1), *end = text;

    (void)state;
    memset(x, 'x', LONG);
    end = stpcpy(stpcpy(stpcpy(end, "{\""), x), "\\n");
    end = stpcpy(stpcpy(stpcpy(end, x), "\":\""), x);
    stpcpy(end, "\"}");
    assert_printed_again(text);
}

/* JSON has no word for a number beyond all doubles; cJSON's own is null. */
static void a_number_that_was_not_read_may_be_too_large(void **state)
{
    (void)state;
    assert_string_equal(json_print(&arena, json_number(&arena, INFINITY)), "null");
}

static void a_reference_keeps_the_text_of_its_numbers(void **state)
{
    (void)state;
    const cJSON *tree = parsed("{\"a\":[1.0,1e400]}");
    assert_string_equal(json_print(&arena, json_reference(&arena, tree)), "{\"a\":[1.0,1e400]}");
}

static void what_the_scanner_refuses_is_refused(void **state)
{
    (void)state;
    assert_refused("", 1, "a value was expected");
    assert_refused("{\"a\":01}", 1, "a comma or } was expected");
    assert_refused("{}\n{}", 2, "something follows the value");
    assert_refused("\xef\xbb\xbf\xef\xbb\xbf{}", 1, "a value was expected");
}

static void a_name_may_come_once_in_an_object(void **state)
{
    static const char twice[] = "name a member of an object twice";

    (void)state;
    assert_refused("{\"a\":1,\"a\":2}", 1, twice);
    assert_refused("{\"a\":1,\"b\":2,\"c\":3,\"a\":1}", 1, twice);
    assert_refused("{\"\":1,\"\":2}", 1, twice);
    assert_refused("{\"a\":1,\"\\u0061\":2}", 1, twice);
    assert_refused("[{\"a\":1},\n{\"b\":{\"a\":1,\n\"a\":2}}]", 2, twice);
    assert_refused("{\n\"x/y\":\n[0,\n{\"a\":1,\"a\":2}]}", 4, twice);
    assert_refused("[\n{\"a\":\n{\"b\":1,\"b\":2},\"a\":2},\n{\"c\":1,\"c\":2}]", 2, twice);
    assert_refused("[{\"a\":1,\"a\":2},\nx]", 2, "a value was expected");
    assert_refused("{\"a\":{\"a\":1},\"a\":2}", 1, twice);
    assert_refused("[{\"a\":1,\"b\":2},{\"a\":1,\"b\":2},{\"b\":1,\"b\":2}]", 1, twice);
}

/* A name is looked for first where it was last time. */
static void names_that_come_again_are_read_the_same(void **state)
{
    (void)state;
    assert_printed_again(
        "[{\"a\":1,\"b\":2},{\"a\":1,\"b\":2},{\"b\":1,\"a\":2},{\"a\":1,\"bb\":2}]");
    assert_printed_again(
        "[{\"a\":{\"a\":1},\"b\":2},{\"a\":null,\"b\":2},{\"a\":{\"a\":1},\"b\":2}]");
    assert_printed_again("[{\"\":1},{\"\":1},{\"a\\\"b\":1},{\"a\\\"b\":1},{\"a\":1}]");
    assert_refused("[{\"a\\\"b\":1},{\"a\"b\":1}]", 1, "a colon was expected");
    assert_refused("[{\"a\":1},{\"a", 1, "a string is not closed");
    assert_refused("[{\"a\":1},{a\":1}]", 1, "a string was expected");
}

static void a_name_may_come_once_among_many(void **state)
{
    struct strbuf text = {.arena = &arena};

    (void)state;
    strbuf_append(&text, "{");
    for (int i = 0; i < 1000; i++)
        strbuf_append(&text, arena_format(&arena, "\"%d\":0,", i));
    parsed(arena_format(&arena, "%s\"1000\":0}", text.bytes));
    assert_refused(arena_format(&arena, "%s\"999\":0}", text.bytes), 1,
                   "name a member of an object twice");
}

static void a_name_may_come_again_elsewhere(void **state)
{
    (void)state;
    parsed("{\"a\":1,\"A\":2,\"a \":3}");
    parsed("[{\"a\":1},{\"a\":2}]");
    parsed("{\"a\":{\"a\":{\"a\":1}},\"b\":{\"a\":1}}");
    parsed("[\"a\",\"a\"]");
}

static void levels_have_a_limit(void **state)
{
    char text[515];

    (void)state;
    memset(text, '[', 256);
    memset(text + 256, ']', 256);
    text[512] = '\0';
    parsed(text);
    memset(text, '[', 257);
    memset(text + 257, ']', 257);
    text[514] = '\0';
    assert_refused(text, 1, "be nested more than 256 levels deep");
}

static void a_number_of_any_length_is_read_whole(void **state)
{
    (void)state;
    assert_int_equal(
        json_integer(parsed("{\"n\":0.1000000000000000000000000000000000000000000000000000000000000"
                            "000000000000000000000000000000000000000000e1}"),
                     "n", 5),
        1);
    const cJSON *alone =
        parsed("1000000000000000000000000000000000000000000000000000000000000000000"
               "0000000e-73");
    assert_true(cJSON_IsNumber(alone));
    assert_true(alone->valuedouble > 0.999 && alone->valuedouble < 1.001);
}

static void members_are_found_by_their_exact_name(void **state)
{
    (void)state;
    const cJSON *tree = parsed("{\"Name\":\"upper\",\"name\":\"lower\"}");
    assert_string_equal(json_text(tree, "name"), "lower");
    assert_string_equal(json_text(tree, "Name"), "upper");
    assert_null(json_find(tree, "NAME"));
    assert_null(json_find(tree, ""));
    assert_null(json_find(NULL, "name"));
    assert_null(json_find(parsed("[1]"), "name"));
}

static void a_member_of_another_kind_is_none(void **state)
{
    (void)state;
    const cJSON *tree = parsed("{\"n\":null,\"s\":\"7\",\"i\":-7,\"t\":true,\"f\":false}");
    assert_null(json_text(tree, "n"));
    assert_null(json_text(tree, "i"));
    assert_null(json_text(tree, "absent"));
    assert_int_equal(json_integer(tree, "i", 3), -7);
    assert_int_equal(json_integer(tree, "s", 3), 3);
    assert_int_equal(json_integer(tree, "n", 3), 3);
    assert_int_equal(json_integer(tree, "absent", 3), 3);
    assert_true(cJSON_IsTrue(json_find(tree, "t")));
    assert_false(cJSON_IsTrue(json_find(tree, "f")));
    assert_false(cJSON_IsTrue(json_find(tree, "i")));
    assert_false(cJSON_IsTrue(json_find(tree, "absent")));
}

static void what_is_added_is_printed_in_order(void **state)
{
    (void)state;
    cJSON *tree = json_node(&arena, cJSON_Object);
    json_add(tree, "z", json_string(&arena, "text"));
    json_add(tree, "nothing", json_node(&arena, cJSON_NULL));
    json_add(tree, "i", json_number(&arena, 1767225600000));
    json_add(tree, "yes", json_node(&arena, cJSON_True));
    json_add(tree, "no", json_node(&arena, cJSON_False));
    cJSON *inside = json_add(tree, "inside", json_node(&arena, cJSON_Object));
    json_add(inside, "a", json_string(&arena, "\""));
    json_add(tree, "list", json_node(&arena, cJSON_Array));
    assert_string_equal(json_print(&arena, tree),
                        "{\"z\":\"text\",\"nothing\":null,\"i\":1767225600000,\"yes\":true,"
                        "\"no\":false,\"inside\":{\"a\":\"\\\"\"},\"list\":[]}");
}

static void integers_are_exact_up_to_two_to_the_53(void **state)
{
    (void)state;
    cJSON *tree = json_node(&arena, cJSON_Object);
    json_add(tree, "a", json_number(&arena, 9007199254740992));
    json_add(tree, "b", json_number(&arena, -9007199254740992));
    json_add(tree, "c", json_number(&arena, 9007199254740991));
    assert_string_equal(json_print(&arena, tree),
                        "{\"a\":9007199254740992,\"b\":-9007199254740992,\"c\":9007199254740991}");
}

static void assert_pointer(const char *name, const char *wanted)
{
    cJSON *tree = json_node(&arena, cJSON_Object);
    const cJSON *member = json_add(tree, name, json_node(&arena, cJSON_NULL));

    assert_string_equal(json_pointer(&arena, tree, member), wanted);
}

static void a_name_is_escaped_in_a_pointer(void **state)
{
    (void)state;
    assert_pointer("status", "/status");
    assert_pointer("a/b", "/a~1b");
    assert_pointer("m~n", "/m~0n");
    assert_pointer("~1/", "/~01~1");
    assert_pointer("", "/");
    assert_pointer("////", "/~1~1~1~1");
}

static void a_node_has_a_pointer(void **state)
{
    const cJSON *tree = parsed("{\"runs\":[{},{\"a/b\":[1,2,{\"c\":null}]}]}");
    const cJSON *node = tree->child->child->next->child->child->next->next->child;

    (void)state;
    assert_true(cJSON_IsNull(node));
    assert_string_equal(json_pointer(&arena, tree, node), "/runs/1/a~1b/2/c");
    assert_string_equal(json_pointer(&arena, tree, tree), "");
    assert_null(json_pointer(&arena, node, tree));
}

static void a_path_leads_to_a_value(void **state)
{
    const cJSON *tree = parsed("{\"workflow_uid\":0,\"workflow\":{\"ui\":1,\"uid\":2}}");

    (void)state;
    assert_ptr_equal(json_at(tree, ""), tree);
    assert_int_equal(json_at(tree, "/workflow/uid")->valuedouble, 2);
    assert_int_equal(json_at(tree, "/workflow_uid")->valuedouble, 0);
    assert_null(json_at(tree, "/workflow/uid/x"));
    assert_null(json_at(tree, "/work"));
    assert_null(json_at(parsed("[{\"a\":1}]"), "/a"));
    assert_null(json_at(NULL, "/runs"));
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test_setup_teardown(what_is_read_is_printed_again, start, stop),
        cmocka_unit_test_setup_teardown(escapes_become_what_they_stand_for, start, stop),
        cmocka_unit_test_setup_teardown(a_number_is_printed_as_it_was_written, start, stop),
        cmocka_unit_test_setup_teardown(a_number_that_was_not_read_may_be_too_large, start, stop),
        cmocka_unit_test_setup_teardown(long_strings_and_names_are_read, start, stop),
        cmocka_unit_test_setup_teardown(a_reference_keeps_the_text_of_its_numbers, start, stop),
        cmocka_unit_test_setup_teardown(what_the_scanner_refuses_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(a_name_may_come_once_in_an_object, start, stop),
        cmocka_unit_test_setup_teardown(a_name_may_come_once_among_many, start, stop),
        cmocka_unit_test_setup_teardown(names_that_come_again_are_read_the_same, start, stop),
        cmocka_unit_test_setup_teardown(a_name_may_come_again_elsewhere, start, stop),
        cmocka_unit_test_setup_teardown(levels_have_a_limit, start, stop),
        cmocka_unit_test_setup_teardown(a_number_of_any_length_is_read_whole, start, stop),
        cmocka_unit_test_setup_teardown(members_are_found_by_their_exact_name, start, stop),
        cmocka_unit_test_setup_teardown(a_member_of_another_kind_is_none, start, stop),
        cmocka_unit_test_setup_teardown(what_is_added_is_printed_in_order, start, stop),
        cmocka_unit_test_setup_teardown(integers_are_exact_up_to_two_to_the_53, start, stop),
        cmocka_unit_test_setup_teardown(a_name_is_escaped_in_a_pointer, start, stop),
        cmocka_unit_test_setup_teardown(a_node_has_a_pointer, start, stop),
        cmocka_unit_test_setup_teardown(a_path_leads_to_a_value, start, stop),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
