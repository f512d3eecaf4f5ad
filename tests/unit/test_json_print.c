/* Printing JSON, held against cJSON's own printer wherever that is exact. */
#include "server/json/json.h"
#include "server/json/write.h"
#include "tests/unit/story.h"

#include <math.h>
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

static void assert_as_cjson(const cJSON *tree)
{
    char *wanted = cJSON_PrintUnformatted(tree);

    assert_string_equal(json_print(&arena, tree), wanted);
    cJSON_free(wanted);
}

static void every_character_is_escaped_as_cjson_does(void **state)
{
    (void)state;
    for (int c = 1; c < 256; c++) {
        char text[] = {'a', (char)c, 'b', (char)c, '\0'};
        assert_as_cjson(json_string(&arena, text));
    }
}

static void escapes_are_those_of_the_rfc(void **state)
{
    (void)state;
    assert_string_equal(json_print(&arena, json_string(&arena, "\x01\b\t\n\f\r\x1f \"/\\\x7f")),
                        "\"\\u0001\\b\\t\\n\\f\\r\\u001f \\\"/\\\\\x7f\"");
}

static void texts_of_every_length_end_where_they_end(void **state)
{
    char text[2000] = "";

    (void)state;
    for (size_t size = 0; size < sizeof text - 1; size++) {
        assert_as_cjson(json_string(&arena, text));
        text[size] = size % 7 ? 'x' : '\n';
    }
}

static void shapes_are_printed_as_cjson_does(void **state)
{
    static const char *const shapes[] = {
        "{}",
        "[]",
        "[[],{},[{}],{\"\":[]}]",
        "{\"a\":{\"b\":{\"c\":[1,2,[3,[4]]]}},\"d\":null}",
        "[true,false,null,\"\",0]",
    };

    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct json_fault fault;
        const cJSON *tree =
            json_parse(&arena, shapes[i], strlen(shapes[i]), &json_unbounded, &fault);
        assert_string_equal(json_print(&arena, tree), shapes[i]);
        assert_as_cjson(tree);
    }
}

static void assert_number(double number, const char *wanted)
{
    assert_string_equal(json_print(&arena, json_number(&arena, number)), wanted);
}

static void a_number_has_all_its_digits(void **state)
{
    (void)state;
    assert_number(0, "0");
    assert_number(-0.0, "-0");
    assert_number(7, "7");
    assert_number(-10, "-10");
    assert_number(1767225600000, "1767225600000");
    assert_number(9007199254740991, "9007199254740991");
    assert_number(-9007199254740992, "-9007199254740992");
    assert_number(99999999999999984.0, "99999999999999984");
    assert_number(1e17, "1e+17");
    assert_number(0.1, "0.1");
    assert_number(-2.5, "-2.5");
    assert_number(0.30000000000000004, "0.30000000000000004");
    assert_number(1e-7, "1e-07");
    assert_number(1.7976931348623157e308, "1.7976931348623157e+308");
    assert_number(5e-324, "5e-324");
}

static void what_is_no_number_is_null(void **state)
{
    (void)state;
    assert_number(INFINITY, "null");
    assert_number(-INFINITY, "null");
    assert_number(NAN, "null");
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test_setup_teardown(every_character_is_escaped_as_cjson_does, start, stop),
        cmocka_unit_test_setup_teardown(escapes_are_those_of_the_rfc, start, stop),
        cmocka_unit_test_setup_teardown(texts_of_every_length_end_where_they_end, start, stop),
        cmocka_unit_test_setup_teardown(shapes_are_printed_as_cjson_does, start, stop),
        cmocka_unit_test_setup_teardown(a_number_has_all_its_digits, start, stop),
        cmocka_unit_test_setup_teardown(what_is_no_number_is_null, start, stop),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
