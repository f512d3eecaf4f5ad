/* The request target: divided, decoded, its query as JSON. */
#include "server/request/url.h"
#include "tests/unit/story.h"

#include <string.h>

static struct arena arena;
static struct url url;

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

static void assert_split(const char *target, const char *path, const char *query)
{
    url_split(&arena, target, &url);
    assert_string_equal(url.path, path);
    assert_string_equal(url.query, query);
}

static void a_target_is_divided_at_the_first_question_mark(void **state)
{
    (void)state;
    assert_split("/v1/flows/runs", "/v1/flows/runs", "");
    assert_split("/v1/flows/runs?limit=2", "/v1/flows/runs", "limit=2");
    assert_split("/a?b?c", "/a", "b?c");
    assert_split("/a?", "/a", "");
    assert_split("/", "/", "");
    assert_split("/a%3Fb", "/a%3Fb", "");
}

static void the_absolute_form_loses_its_authority(void **state)
{
    (void)state;
    assert_split("http://127.0.0.1:3343/v1/flows?x=1", "/v1/flows", "x=1");
    assert_split("HTTPS://api.edges.run/v1", "/v1", "");
    assert_split("http://localhost", "/", "");
    assert_split("/http://localhost/a", "/http://localhost/a", "");
}

static void assert_segments(const char *target, int count, const char *const *wanted)
{
    url_split(&arena, target, &url);
    if (!url_decode_path(&arena, &url))
        fail_msg("%s is not decoded", target);
    assert_int_equal(url.segment_count, count);
    for (int i = 0; i < count; i++)
        assert_string_equal(url.segment[i], wanted[i]);
}

static void a_path_is_cut_into_segments(void **state)
{
    (void)state;
    assert_segments("/v1/flows/runs", 3, (const char *const[]){"v1", "flows", "runs"});
    assert_segments("/", 1, (const char *const[]){""});
    assert_segments("/v1/", 2, (const char *const[]){"v1", ""});
    assert_segments("//v1", 2, (const char *const[]){"", "v1"});
    assert_segments("*", 0, NULL);
}

static void a_segment_is_decoded_after_it_was_cut(void **state)
{
    (void)state;
    assert_segments("/a%2Fb/c", 2, (const char *const[]){"a/b", "c"});
    assert_segments("/a%2fb", 1, (const char *const[]){"a/b"});
    assert_segments("/%41%7a%7A", 1, (const char *const[]){"Azz"});
    assert_segments("/caf%C3%A9", 1, (const char *const[]){"caf\xc3\xa9"});
    assert_segments("/%252F", 1, (const char *const[]){"%2F"});
    assert_segments("/a%3Fb%23", 1, (const char *const[]){"a?b#"});
}

static void a_plus_is_a_plus_in_a_path(void **state)
{
    (void)state;
    assert_segments("/a+b%2B", 1, (const char *const[]){"a+b+"});
}

static void a_path_that_cannot_be_decoded_is_refused(void **state)
{
    static const char *const targets[] = {"/%",      "/%4",        "/a/%4/b", "/%zz", "/%4g",
                                          "/%-1",    "/%00",       "/a%00b",  "/%ff", "/%C3",
                                          "/%c0%af", "/%ed%a0%80", "/ok/%+1", "/\xff"};

    (void)state;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        url_split(&arena, targets[i], &url);
        if (url_decode_path(&arena, &url))
            fail_msg("%s is decoded", targets[i]);
    }
}

static void a_longer_path_than_any_route_is_counted(void **state)
{
    (void)state;
    url_split(&arena, "/1/2/3/4/5/6/7/8", &url);
    assert_true(url_decode_path(&arena, &url));
    assert_int_equal(url.segment_count, 8);
    assert_string_equal(url.segment[7], "8");
    url_split(&arena, "/1/2/3/4/5/6/7/8/9/10/11", &url);
    assert_true(url_decode_path(&arena, &url));
    assert_true(url.segment_count > URL_SEGMENTS_MAX);
}

/* A query whose member "status" is a list. */
static const struct schema list = {.types = JSON_ARRAY};
static const struct property status = {.name = "status", .schema = &list};
static const struct schema statuses = {.properties = &status, .property_count = 1};

static void assert_query(const char *target, const char *wanted)
{
    url_split(&arena, target, &url);
    cJSON *query = url_decode_query(&arena, &url, &statuses);

    if (!query)
        fail_msg("%s is not decoded", target);
    assert_string_equal(json_print(&arena, query), wanted);
}

static void a_name_that_comes_once_has_a_string(void **state)
{
    (void)state;
    assert_query("/", "{}");
    assert_query("/?limit=10", "{\"limit\":\"10\"}");
    assert_query("/?limit=10&offset=5", "{\"limit\":\"10\",\"offset\":\"5\"}");
}

static void a_list_has_an_array_even_when_it_comes_once(void **state)
{
    (void)state;
    assert_query("/?status=FAILED", "{\"status\":[\"FAILED\"]}");
    assert_query("/?status=FAILED&x=1&status=RUNNING",
                 "{\"status\":[\"FAILED\",\"RUNNING\"],\"x\":\"1\"}");
}

static void a_name_that_comes_more_often_has_an_array(void **state)
{
    (void)state;
    assert_query("/?a=1&a=2", "{\"a\":[\"1\",\"2\"]}");
    assert_query("/?a=1&b=x&a=2&a=1", "{\"a\":[\"1\",\"2\",\"1\"],\"b\":\"x\"}");
    assert_query("/?a=1&A=2", "{\"a\":\"1\",\"A\":\"2\"}");
}

static void names_and_values_are_decoded(void **state)
{
    (void)state;
    assert_query("/?st%61tus=A%20B", "{\"status\":[\"A B\"]}");
    assert_query("/?a=x+y%2Bz", "{\"a\":\"x y+z\"}");
    assert_query("/?a=%26%3D", "{\"a\":\"&=\"}");
    assert_query("/?a=b=c", "{\"a\":\"b=c\"}");
    assert_query("/?a=caf%C3%A9", "{\"a\":\"caf\xc3\xa9\"}");
}

static void empty_parts_are_passed_over_and_empty_values_kept(void **state)
{
    (void)state;
    assert_query("/?", "{}");
    assert_query("/?&&", "{}");
    assert_query("/?&a=1&&b=2&", "{\"a\":\"1\",\"b\":\"2\"}");
    assert_query("/?a", "{\"a\":\"\"}");
    assert_query("/?a=", "{\"a\":\"\"}");
    assert_query("/?=x", "{\"\":\"x\"}");
}

static void what_is_no_percent_encoding_of_utf_8_stands_for_itself(void **state)
{
    (void)state;
    assert_query("/?a=100%", "{\"a\":\"100%\"}");
    assert_query("/?a=%4&b=1", "{\"a\":\"%4\",\"b\":\"1\"}");
    assert_query("/?%zz=%41%ff+b", "{\"%zz\":\"%41%ff b\"}");
}

static void a_query_that_cannot_be_decoded_is_refused(void **state)
{
    static const char *const targets[] = {"/?a=%00", "/?%00=a", "/?a=%zz%00", "/?a=\xc3("};

    (void)state;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        url_split(&arena, targets[i], &url);
        if (url_decode_query(&arena, &url, &statuses))
            fail_msg("%s is decoded", targets[i]);
    }
}

static void what_is_not_unreserved_is_percent_encoded(void **state)
{
    (void)state;
    assert_string_equal(url_encode(&arena, ""), "");
    assert_string_equal(url_encode(&arena, "Az09-._~"), "Az09-._~");
    assert_string_equal(url_encode(&arena, "a/b c?d#e%f&g=h+"), "a%2Fb%20c%3Fd%23e%25f%26g%3Dh%2B");
    assert_string_equal(url_encode(&arena, "\xc3\xa9"), "%C3%A9");
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test_setup_teardown(a_target_is_divided_at_the_first_question_mark, start,
                                        stop),
        cmocka_unit_test_setup_teardown(the_absolute_form_loses_its_authority, start, stop),
        cmocka_unit_test_setup_teardown(a_path_is_cut_into_segments, start, stop),
        cmocka_unit_test_setup_teardown(a_segment_is_decoded_after_it_was_cut, start, stop),
        cmocka_unit_test_setup_teardown(a_plus_is_a_plus_in_a_path, start, stop),
        cmocka_unit_test_setup_teardown(a_path_that_cannot_be_decoded_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(a_longer_path_than_any_route_is_counted, start, stop),
        cmocka_unit_test_setup_teardown(a_name_that_comes_once_has_a_string, start, stop),
        cmocka_unit_test_setup_teardown(a_list_has_an_array_even_when_it_comes_once, start, stop),
        cmocka_unit_test_setup_teardown(a_name_that_comes_more_often_has_an_array, start, stop),
        cmocka_unit_test_setup_teardown(names_and_values_are_decoded, start, stop),
        cmocka_unit_test_setup_teardown(empty_parts_are_passed_over_and_empty_values_kept, start,
                                        stop),
        cmocka_unit_test_setup_teardown(a_query_that_cannot_be_decoded_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(what_is_no_percent_encoding_of_utf_8_stands_for_itself,
                                        start, stop),
        cmocka_unit_test_setup_teardown(what_is_not_unreserved_is_percent_encoded, start, stop),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
