/* The checks of the contract, on a small schema made by hand, in the words of AJV. */
#include "server/contract/validate.h"
#include "tests/unit/story.h"

#include <string.h>

#define WIDEST \
    .minimum = INT64_MIN, .maximum = INT64_MAX, .max_length = INT64_MAX, .max_items = INT64_MAX

static const char *const kinds[] = {"all", "final", NULL};

static const struct schema any = {WIDEST};
static const struct schema text = {WIDEST, .types = JSON_STRING};
static const struct schema nullable = {WIDEST, .types = JSON_STRING | JSON_NULL};
static const struct schema truth = {WIDEST, .types = JSON_BOOLEAN};
static const struct schema number = {WIDEST, .types = JSON_NUMBER};
static const struct schema uid = {WIDEST, .types = JSON_STRING, .format = FORMAT_UUID};
static const struct schema when = {WIDEST, .types = JSON_STRING, .format = FORMAT_DATE_TIME};
static const struct schema link = {WIDEST, .types = JSON_STRING, .format = FORMAT_URI};
static const struct schema kind = {WIDEST, .types = JSON_STRING, .enum_values = kinds,
                                   .default_value = "all"};
static const struct schema headers = {WIDEST, .types = JSON_OBJECT, .additional_schema = &text};
static const struct schema limit = {.types = JSON_INTEGER,
                                    .minimum = 1,
                                    .maximum = 100,
                                    .max_length = INT64_MAX,
                                    .max_items = INT64_MAX,
                                    .default_value = "10"};
static const struct schema slug = {.types = JSON_STRING,
                                   .minimum = INT64_MIN,
                                   .maximum = INT64_MAX,
                                   .min_length = 2,
                                   .max_length = 4,
                                   .max_items = INT64_MAX};
static const struct schema slugs = {.types = JSON_ARRAY,
                                    .minimum = INT64_MIN,
                                    .maximum = INT64_MAX,
                                    .max_length = INT64_MAX,
                                    .min_items = 1,
                                    .max_items = 3,
                                    .items = &slug};

static const struct property order_members[] = {
    {"name", &text, true},      {"note", &nullable, false}, {"urgent", &truth, false},
    {"weight", &number, false}, {"uid", &uid, false},       {"when", &when, false},
    {"link", &link, false},     {"kind", &kind, false},     {"headers", &headers, false},
    {"limit", &limit, false},   {"slugs", &slugs, false},   {"free", &any, false},
};
static const struct schema order = {
    WIDEST,
    .types = JSON_OBJECT,
    .properties = order_members,
    .property_count = sizeof order_members / sizeof *order_members,
    .no_additional_properties = true,
};
static const struct property pair_members[] = {
    {"a", &text, false}, {"b", &text, true}, {"c", &text, false}, {"d", &text, true}};
static const struct schema pair = {
    WIDEST,
    .types = JSON_OBJECT,
    .properties = pair_members,
    .property_count = sizeof pair_members / sizeof *pair_members,
    .additional_schema = &text,
};
static const struct schema orders = {WIDEST, .types = JSON_ARRAY, .items = &order};

static struct arena arena;
static const struct ctx ctx = {.arena = &arena};

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

static cJSON *read(const char *json)
{
    struct json_fault fault;
    cJSON *value = json_parse(&arena, json, strlen(json), &json_unbounded, &fault);

    if (!value)
        fail_msg("the story itself is wrong: %s: %s", json, fault.reason);
    return value;
}

static void assert_valid(const struct schema *schema, const char *json)
{
    struct validation v = {.ctx = &ctx};

    if (!validate(&v, schema, read(json)))
        fail_msg("%s: %s %s", json, v.refusal.pointer, v.refusal.reason);
}

static void assert_invalid(const struct schema *schema, const char *json, const char *pointer,
                           const char *reason)
{
    struct validation v = {.ctx = &ctx};

    if (validate(&v, schema, read(json)))
        fail_msg("%s is taken", json);
    assert_string_equal(v.refusal.reason, reason);
    assert_string_equal(v.refusal.pointer, pointer);
}

static void each_type_takes_its_own(void **state)
{
    (void)state;
    assert_valid(&order, "{\"name\":\"\",\"note\":null,\"urgent\":false,\"weight\":0.5}");
    assert_invalid(&order, "{\"name\":1}", "/name", "must be string");
    assert_invalid(&order, "{\"name\":null}", "/name", "must be string");
    assert_invalid(&order, "{\"name\":\"\",\"note\":1}", "/note", "must be string,null");
    assert_invalid(&order, "{\"name\":\"\",\"urgent\":\"true\"}", "/urgent", "must be boolean");
    assert_invalid(&order, "{\"name\":\"\",\"weight\":\"1\"}", "/weight", "must be number");
    assert_invalid(&order, "{\"name\":\"\",\"slugs\":{}}", "/slugs", "must be array");
    assert_invalid(&order, "{\"name\":\"\",\"headers\":[]}", "/headers", "must be object");
    assert_invalid(&order, "[]", "", "must be object");
    assert_invalid(&order, "null", "", "must be object");
}

static void an_integer_is_a_whole_number(void **state)
{
    (void)state;
    assert_valid(&limit, "1");
    assert_valid(&limit, "100");
    assert_valid(&limit, "5.0");
    assert_valid(&limit, "1e2");
    assert_invalid(&limit, "1.5", "", "must be integer");
    assert_invalid(&limit, "\"5\"", "", "must be integer");
    assert_invalid(&limit, "1e300", "", "must be integer");
    assert_invalid(&limit, "1e400", "", "must be integer");
}

static void an_integer_keeps_to_its_limits(void **state)
{
    (void)state;
    assert_invalid(&limit, "0", "", "must be >= 1");
    assert_invalid(&limit, "-5", "", "must be >= 1");
    assert_invalid(&limit, "101", "", "must be <= 100");
}

static void a_string_is_measured_in_characters(void **state)
{
    (void)state;
    assert_valid(&slug, "\"ab\"");
    assert_valid(&slug, "\"\xc3\xa9\xc3\xa9\xf0\x9f\x98\x80\xf0\x9f\x98\x80\"");
    assert_invalid(&slug, "\"a\"", "", "must NOT have fewer than 2 characters");
    assert_invalid(&slug, "\"\xf0\x9f\x98\x80\"", "", "must NOT have fewer than 2 characters");
    assert_invalid(&slug, "\"abcde\"", "", "must NOT have more than 4 characters");
}

static void an_array_is_measured_in_items(void **state)
{
    (void)state;
    assert_valid(&slugs, "[\"ab\"]");
    assert_valid(&slugs, "[\"ab\",\"cd\",\"ef\"]");
    assert_invalid(&slugs, "[]", "", "must NOT have fewer than 1 items");
    assert_invalid(&slugs, "[\"ab\",\"cd\",\"ef\",\"gh\"]", "", "must NOT have more than 3 items");
    assert_invalid(&slugs, "[\"ab\",\"x\"]", "/1", "must NOT have fewer than 2 characters");
}

static void a_choice_is_one_of_those_there_are(void **state)
{
    (void)state;
    assert_valid(&kind, "\"final\"");
    assert_invalid(&kind, "\"Final\"", "", "must be equal to one of the allowed values");
    assert_invalid(&kind, "\"\"", "", "must be equal to one of the allowed values");
}

static void a_format_is_kept(void **state)
{
    (void)state;
    assert_valid(&uid, "\"3C90C3CC-0D44-4B50-8888-8DD25736052A\"");
    assert_invalid(&uid, "\"3c90c3cc\"", "", "must match format \"uuid\"");
    assert_valid(&when, "\"2026-01-01T00:00:00Z\"");
    assert_invalid(&when, "\"2026-01-01\"", "", "must match format \"date-time\"");
    assert_valid(&link, "\"https://example.test:8080/a?b=c#d\"");
    assert_valid(&link, "\"http://[::1]:9/\"");
    assert_invalid(&link, "\"example.test/a\"", "", "must match format \"uri\"");
    assert_invalid(&link, "\"http://\"", "", "must match format \"uri\"");
    assert_invalid(&link, "\"ftp://h/\"", "", "must match format \"uri\"");
    assert_invalid(&link, "\"http://[::1\"", "", "must match format \"uri\"");
    assert_invalid(&link, "\"http://h:99999\"", "", "must match format \"uri\"");
    assert_invalid(&link, "\"://x\"", "", "must match format \"uri\"");
    assert_invalid(&link, "\"http://a b\"", "", "must match format \"uri\"");
    assert_invalid(&link, "\"http://a\\nb\"", "", "must match format \"uri\"");
    assert_invalid(&link, "\"1http://a\"", "", "must match format \"uri\"");
    assert_invalid(&link, "\"\"", "", "must match format \"uri\"");
}

static void what_is_required_is_there(void **state)
{
    (void)state;
    assert_invalid(&order, "{}", "", "must have required property 'name'");
    assert_invalid(&orders, "[{\"name\":\"\"},{}]", "/1", "must have required property 'name'");
}

static void a_closed_object_takes_no_others(void **state)
{
    (void)state;
    assert_invalid(&order, "{\"name\":\"\",\"foo\":1}", "",
                   "must NOT have additional properties (foo)");
    assert_invalid(&order, "{\"name\":\"\",\"Name\":\"\"}", "",
                   "must NOT have additional properties (Name)");
    assert_invalid(&order, "{\"name\":\"\",\"\":1}", "", "must NOT have additional properties ()");
}

/* As AJV 8.20 answers for these schemas: "required" first, then what is not named, then what is. */
static void what_is_wrong_is_told_in_the_order_of_ajv(void **state)
{
    (void)state;
    assert_invalid(&order, "{\"foo\":1}", "", "must have required property 'name'");
    assert_invalid(&order, "{\"urgent\":1}", "", "must have required property 'name'");
    assert_invalid(&pair, "{\"c\":1}", "", "must have required property 'b'");
    assert_invalid(&pair, "{\"c\":1,\"b\":2}", "", "must have required property 'd'");
    assert_invalid(&order, "{\"name\":1,\"foo\":1,\"bar\":1}", "",
                   "must NOT have additional properties (foo)");
    assert_invalid(&order, "{\"urgent\":1,\"name\":1}", "/name", "must be string");
    assert_invalid(&pair, "{\"b\":1,\"d\":1,\"z\":1}", "/z", "must be string");
    assert_invalid(&orders, "[{\"name\":1},{}]", "/0/name", "must be string");
}

static void others_keep_to_their_own_schema(void **state)
{
    (void)state;
    assert_valid(&headers, "{\"X-Any\":\"a\",\"X-Other\":\"b\"}");
    assert_invalid(&headers, "{\"X-Any\":1}", "/X-Any", "must be string");
}

static void anything_is_taken_where_nothing_is_asked(void **state)
{
    (void)state;
    assert_valid(&order, "{\"name\":\"\",\"free\":{\"a\":[1,null,{}]}}");
    assert_valid(&any, "null");
    assert_valid(&any, "-0.5");
    assert_valid(&any, "1e300");
    assert_valid(&any, "-1e300");
    assert_valid(&number, "1e300");
}

static void a_pointer_leads_to_what_is_wrong(void **state)
{
    (void)state;
    assert_invalid(&orders, "[{\"name\":\"\"},{\"name\":\"\",\"slugs\":[\"ab\",5]}]", "/1/slugs/1",
                   "must be string");
    assert_invalid(&order, "{\"name\":\"\",\"headers\":{\"a/b~c\":1}}", "/headers/a~1b~0c",
                   "must be string");
}

static void defaults_are_filled_in_where_a_member_is_absent(void **state)
{
    struct validation v = {.ctx = &ctx};
    cJSON *value = read("{\"name\":\"a\"}");

    (void)state;
    assert_true(validate(&v, &order, value));
    assert_string_equal(json_print(&arena, value),
                        "{\"name\":\"a\",\"kind\":\"all\",\"limit\":10}");

    value = read("{\"limit\":7,\"name\":\"a\",\"kind\":\"final\"}");
    assert_true(validate(&v, &order, value));
    assert_string_equal(json_print(&arena, value),
                        "{\"limit\":7,\"name\":\"a\",\"kind\":\"final\"}");
}

static void assert_from_text(const char *json, const char *wanted)
{
    struct validation v = {.ctx = &ctx, .from_text = true};
    cJSON *value = read(json);

    if (!validate(&v, &order, value))
        fail_msg("%s: %s %s", json, v.refusal.pointer, v.refusal.reason);
    assert_string_equal(json_print(&arena, value), wanted);
}

static void text_of_a_url_is_taken_as_an_integer_where_one_is_due(void **state)
{
    static const char *const sevens[] = {" 7",
                                         "7 ",
                                         "+7",
                                         "0x7",
                                         "0b111",
                                         "0O7",
                                         "70e-1",
                                         "7.0",
                                         "7.",
                                         "\xc2\xa0"
                                         "7\xe3\x80\x80"};

    (void)state;
    assert_from_text("{\"name\":\"5\",\"limit\":\"42\",\"kind\":\"all\"}",
                     "{\"name\":\"5\",\"limit\":42,\"kind\":\"all\"}");
    for (size_t i = 0; i < sizeof sevens / sizeof *sevens; i++)
        assert_from_text(
            arena_format(&arena, "{\"name\":\"\",\"limit\":\"%s\",\"kind\":\"all\"}", sevens[i]),
            "{\"name\":\"\",\"limit\":7,\"kind\":\"all\"}");
    assert_from_text("{\"name\":\"\",\"limit\":\"007\",\"kind\":\"all\"}",
                     "{\"name\":\"\",\"limit\":7,\"kind\":\"all\"}");
}

static void assert_not_from_text(const char *limit_text, const char *reason)
{
    struct validation v = {.ctx = &ctx, .from_text = true};
    cJSON *value = json_node(&arena, cJSON_Object);

    json_add(value, "name", json_string(&arena, ""));
    json_add(value, "limit", json_string(&arena, limit_text));
    if (validate(&v, &order, value))
        fail_msg("\"%s\" is taken as an integer", limit_text);
    assert_string_equal(v.refusal.pointer, "/limit");
    assert_string_equal(v.refusal.reason, reason);
}

static void what_javascript_takes_for_no_integer_is_none(void **state)
{
    static const char *const texts[] = {"",  "5.5",  "+0x10", "0x",  "1e", "--5",
                                        "-", "five", "5n",    "1_0", "0b2"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_not_from_text(texts[i], "must be integer");
    assert_not_from_text("-5", "must be >= 1");
    assert_not_from_text("101", "must be <= 100");
    assert_not_from_text("123456789012345678", "must be <= 100");
    assert_not_from_text("1e999", "must be <= 100");
    assert_not_from_text(" ", "must be >= 1");
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test_setup_teardown(each_type_takes_its_own, start, stop),
        cmocka_unit_test_setup_teardown(an_integer_is_a_whole_number, start, stop),
        cmocka_unit_test_setup_teardown(an_integer_keeps_to_its_limits, start, stop),
        cmocka_unit_test_setup_teardown(a_string_is_measured_in_characters, start, stop),
        cmocka_unit_test_setup_teardown(an_array_is_measured_in_items, start, stop),
        cmocka_unit_test_setup_teardown(a_choice_is_one_of_those_there_are, start, stop),
        cmocka_unit_test_setup_teardown(a_format_is_kept, start, stop),
        cmocka_unit_test_setup_teardown(what_is_required_is_there, start, stop),
        cmocka_unit_test_setup_teardown(a_closed_object_takes_no_others, start, stop),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_told_in_the_order_of_ajv, start, stop),
        cmocka_unit_test_setup_teardown(others_keep_to_their_own_schema, start, stop),
        cmocka_unit_test_setup_teardown(anything_is_taken_where_nothing_is_asked, start, stop),
        cmocka_unit_test_setup_teardown(a_pointer_leads_to_what_is_wrong, start, stop),
        cmocka_unit_test_setup_teardown(defaults_are_filled_in_where_a_member_is_absent, start,
                                        stop),
        cmocka_unit_test_setup_teardown(text_of_a_url_is_taken_as_an_integer_where_one_is_due,
                                        start, stop),
        cmocka_unit_test_setup_teardown(what_javascript_takes_for_no_integer_is_none, start, stop),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
