/* What is written straight is what a tree would be printed as. */
#include "server/json/write.h"

#include "server/json/json.h"
#include "store/base/instant.h"
#include "tests/unit/story.h"

#include <string.h>

static void commas_come_by_themselves(void **state)
{
    struct arena arena = {0};
    struct strbuf out = {.arena = &arena};

    (void)state;
    json_write_open(&out, NULL, '[');
    json_write_open(&out, NULL, '{');
    json_write_text(&out, "none", NULL);
    json_write_text(&out, "text", "say \"{\"");
    json_write_open(&out, "empty", '{');
    json_write_close(&out, '}');
    json_write_bool(&out, "truth", true);
    json_write_bool(&out, "lie", false);
    json_write_close(&out, '}');
    json_write_integer(&out, NULL, INT64_MIN);
    json_write_integer(&out, NULL, 0);
    json_write_open(&out, NULL, '[');
    json_write_close(&out, ']');
    json_write_text(&out, NULL, "[");
    json_write_json(&out, NULL, "{\"n\": 1}");
    json_write_text(&out, NULL, "");
    json_write_close(&out, ']');
    assert_string_equal(out.bytes,
                        "[{\"none\":null,\"text\":\"say \\\"{\\\"\",\"empty\":{},\"truth\":true,"
                        "\"lie\":false},-9223372036854775808,0,[],\"[\",{\"n\": 1},\"\"]");
    arena_release(&arena);
}

static void a_time_is_written_as_the_api_does(void **state)
{
    struct arena arena = {0};
    struct strbuf out = {.arena = &arena};

    (void)state;
    json_write_open(&out, NULL, '{');
    json_write_time(&out, "at", 86400000);
    json_write_time(&out, "never", INSTANT_NONE);
    json_write_close(&out, '}');
    assert_string_equal(out.bytes, "{\"at\":\"1970-01-02T00:00:00.000Z\",\"never\":null}");
    assert_int_equal(out.size, strlen(out.bytes));
    arena_release(&arena);
}

static void text_that_is_json_stays_as_it_is(void **state)
{
    struct arena arena = {0};
    struct strbuf out = {.arena = &arena};

    (void)state;
    json_write_open(&out, NULL, '[');
    json_write_json(&out, NULL, "{ \"a\" : 1 }");
    json_write_close(&out, ']');
    assert_string_equal(out.bytes, "[{ \"a\" : 1 }]");
    arena_release(&arena);
}

static void trees_and_numbers_are_written_as_they_are_printed(void **state)
{
    struct arena arena = {0};
    struct strbuf out = {.arena = &arena};
    struct json_fault fault;
    static const char text[] = "{\"b\":[1.0,null]}";

    (void)state;
    json_write_open(&out, NULL, '{');
    json_write_number(&out, "half", 0.5);
    json_write_tree(&out, "tree", json_parse(&arena, text, strlen(text), &json_unbounded, &fault));
    json_write_close(&out, '}');
    assert_string_equal(out.bytes, "{\"half\":0.5,\"tree\":{\"b\":[1.0,null]}}");
    arena_release(&arena);
}

/* Every place at which a text may have to grow. */
static void it_grows_where_it_must(void **state)
{
    (void)state;
    for (int before = 0; before < 600; before++) {
        struct arena arena = {0};
        struct strbuf out = {.arena = &arena};
        char padding[600] = "";
        for (int i = 0; i < before; i++)
            padding[i] = 'x';
        json_write_open(&out, NULL, '{');
        json_write_text(&out, "p", padding);
        json_write_time(&out, "at", 0);
        json_write_close(&out, '}');
        const char *end = out.bytes + 6 + before;
        assert_string_equal(end, "\",\"at\":\"1970-01-01T00:00:00.000Z\"}");
        arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(commas_come_by_themselves),
        cmocka_unit_test(a_time_is_written_as_the_api_does),
        cmocka_unit_test(text_that_is_json_stays_as_it_is),
        cmocka_unit_test(trees_and_numbers_are_written_as_they_are_printed),
        cmocka_unit_test(it_grows_where_it_must),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
