/* Members and items of JSON that is text: which value is found, to the byte. */
#include "store/base/json_member.h"
#include "tests/unit/story.h"

#include <string.h>

static void assert_member(const char *object, const char *name, const char *wanted)
{
    size_t size = 0;
    const char *found = json_member_find(object, name, &size);

    if (!wanted) {
        assert_null(found);
        return;
    }
    assert_non_null(found);
    assert_int_equal(size, strlen(wanted));
    assert_memory_equal(found, wanted, size);
}

static void a_value_of_any_kind_is_found_to_its_last_byte(void **state)
{
    static const char object[] =
        "{ \"a\" : [1, {\"a\": \"]\"}] ,\"b\":\"x\\\"}\\\\\", \"c\":-1.5e3\n,"
        "\"d\":null,\"e\":{},\"f\": true}";

    (void)state;
    assert_member(object, "a", "[1, {\"a\": \"]\"}]");
    assert_member(object, "b", "\"x\\\"}\\\\\"");
    assert_member(object, "c", "-1.5e3");
    assert_member(object, "d", "null");
    assert_member(object, "e", "{}");
    assert_member(object, "f", "true");
}

static void a_member_further_inside_is_none_of_the_object(void **state)
{
    (void)state;
    assert_member("{}", "a", NULL);
    assert_member("{ }", "a", NULL);
    assert_member("{\"b\":{\"a\":1},\"c\":\"\\\"a\\\":1\",\"aa\":2}", "a", NULL);
}

static void of_two_the_first_is_found(void **state)
{
    (void)state;
    assert_member("{\"a\":[1],\"a\":[2]}", "a", "[1]");
}

static void items_are_copied_without_the_space_between_their_parts(void **state)
{
    static const char array[] = " [ {\"a\" : [1, 2] ,\"b c\":\"x, \\\"] \"}\n,{} , \"d, e\" ] ";
    char out[sizeof array];

    (void)state;
    assert_int_equal(json_items_copy(array, out), 3);
    static const char wanted[] = "{\"a\":[1,2],\"b c\":\"x, \\\"] \"}\0{}\0\"d, e\"";
    assert_memory_equal(out, wanted, sizeof wanted);
    assert_int_equal(json_items_copy("[{}]", out), 1);
    assert_string_equal(out, "{}");
    assert_int_equal(json_items_copy("[ ]", out), 0);
    assert_string_equal(out, "");
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(a_value_of_any_kind_is_found_to_its_last_byte),
        cmocka_unit_test(a_member_further_inside_is_none_of_the_object),
        cmocka_unit_test(of_two_the_first_is_found),
        cmocka_unit_test(items_are_copied_without_the_space_between_their_parts),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
