/* What is JSON by RFC 8259 and what only looks like it. */
#include "server/json/json.h"
#include "tests/unit/story.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct json_fault fault;
static char fault_reason[100]; /* which the arena had */

/* In memory that ends with the text: a sanitizer sees who reads on. */
static bool scan_within(const char *text, size_t size, const struct json_bounds *bounds)
{
    struct arena arena = {0};
    char *exact = calloc(1, size ? size : 1);

    memcpy(exact, text, size);
    fault = (struct json_fault){0};
    bool ok = json_parse(&arena, size ? exact : exact + 1, size, bounds, &fault);
    if (!ok) {
        snprintf(fault_reason, sizeof fault_reason, "%s", fault.reason);
        fault.reason = fault_reason;
    }
    free(exact);
    arena_release(&arena);
    return ok;
}

static bool scan(const char *text, size_t size)
{
    return scan_within(text, size, &json_unbounded);
}

static void assert_json(const char *text)
{
    if (!scan(text, strlen(text)))
        fail_msg("%s is refused: %s", text, fault.reason);
}

static void assert_refused(const char *text, const char *reason)
{
    if (scan(text, strlen(text)))
        fail_msg("%s is taken for JSON", text);
    if (strcmp(fault.reason, reason) != 0)
        fail_msg("%s: \"%s\", not \"%s\"", text, fault.reason, reason);
}

static void assert_none_is_json(const char *const *texts, size_t count, const char *reason)
{
    for (size_t i = 0; i < count; i++)
        assert_refused(texts[i], reason);
}

#define ASSERT_NONE_IS_JSON(texts, reason) \
    assert_none_is_json(texts, sizeof(texts) / sizeof *(texts), reason)

/* Eight are looked at together. */
static void a_character_is_read_wherever_it_stands(void **state)
{
    char text[32];

    (void)state;
    for (int size = 1; size <= 20; size++) {
        for (int at = 1; at <= size; at++) {
            for (int c = 1; c < 256; c++) {
                memset(text, 'x', sizeof text);
                text[0] = text[size + 1] = '"';
                text[at] = (char)c;
                bool is_plain = c >= ' ' && c < 128 && c != '"' && c != '\\';
                if (scan(text, (size_t)size + 2) != is_plain)
                    fail_msg("%d at %d of %d", c, at, size);
            }
        }
    }
}

static void any_value_may_stand_alone(void **state)
{
    (void)state;
    assert_json("{}");
    assert_json("[]");
    assert_json("\"\"");
    assert_json("0");
    assert_json("true");
    assert_json("false");
    assert_json("null");
}

static void space_may_stand_around_every_part(void **state)
{
    (void)state;
    assert_json(" \t\r\n{ \"a\" : [ 1 , 2 ] , \"b\" : { } , \"c\" : [ ] } \n\r\t ");
}

static void numbers_of_json(void **state)
{
    static const char *const texts[] = {"0",   "-0",     "1",    "-1",    "10",        "1234567890",
                                        "0.5", "-0.0",   "1e5",  "1E5",   "1e+5",      "1e-5",
                                        "0e0", "1.5e10", "1e00", "1e400", "123.456E-7"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_json(texts[i]);
}

static void numbers_of_other_languages(void **state)
{
    static const char *const no_value[] = {"+1",  ".5",       "-",         "-a",  "--1",
                                           "NaN", "Infinity", "-Infinity", "-.5", "\xef\xbc\x91"};
    static const char *const cut_short[] = {"1.", "1.e5", "1e", "1e+", "1E-", "0.", "1ee5", "1e.5"};
    static const char *const too_much[] = {"01",    "-01",   "00", "0x10", "1_000", "1.5.5",
                                           "1e5.5", "1e5e5", "1L", "1f",   "1 2",   "0b1"};

    (void)state;
    ASSERT_NONE_IS_JSON(no_value, "a value was expected");
    ASSERT_NONE_IS_JSON(cut_short, "a number is not complete");
    ASSERT_NONE_IS_JSON(too_much, "something follows the value");
}

static void words_are_exact(void **state)
{
    static const char *const texts[] = {"True", "TRUE", "tru", "nul",  "Null", "fals", "undefined",
                                        "t",    "f",    "n",   "None", "'a'",  "a",    ""};

    (void)state;
    ASSERT_NONE_IS_JSON(texts, "a value was expected");
    assert_refused("truex", "something follows the value");
    assert_refused("nullnull", "something follows the value");
}

static void one_value_and_no_more(void **state)
{
    static const char *const texts[] = {"{}{}",       "[]]",  "{},",      "{} x", "1,2",
                                        "\"a\"\"b\"", "{}//", "{} /* */", "null;"};

    (void)state;
    ASSERT_NONE_IS_JSON(texts, "something follows the value");
}

static void other_space_is_none(void **state)
{
    (void)state;
    assert_refused(" \xef\xbb\xbf{}", "a value was expected");
    assert_refused("\f{}", "a value was expected");
    assert_refused("\v1", "a value was expected");
    assert_refused("\xc2\xa0null", "a value was expected");
    assert_refused("[1\f]", "a comma or ] was expected");
    assert_refused("   ", "a value was expected");
}

static void commas_stand_between(void **state)
{
    (void)state;
    assert_refused("[1,]", "no comma may stand before ]");
    assert_refused("[1 , \n ]", "no comma may stand before ]");
    assert_refused("[,1]", "a value was expected");
    assert_refused("[,]", "a value was expected");
    assert_refused("[1,,2]", "a value was expected");
    assert_refused("[1 2]", "a comma or ] was expected");
    assert_refused("[1:2]", "a comma or ] was expected");
    assert_refused("{\"a\":1,}", "no comma may stand before }");
    assert_refused("{\"a\":[1] ,\t}", "no comma may stand before }");
    assert_refused("{,\"a\":1}", "a string was expected");
    assert_refused("{\"a\":1 \"b\":2}", "a comma or } was expected");
}

static void a_member_is_a_string_a_colon_and_a_value(void **state)
{
    (void)state;
    assert_refused("{a:1}", "a string was expected");
    assert_refused("{'a':1}", "a string was expected");
    assert_refused("{1:1}", "a string was expected");
    assert_refused("{null:1}", "a string was expected");
    assert_refused("{\"a\"}", "a colon was expected");
    assert_refused("{\"a\" 1}", "a colon was expected");
    assert_refused("{\"a\"=1}", "a colon was expected");
    assert_refused("{\"a\":}", "a value was expected");
    assert_refused("{\"a\"::1}", "a value was expected");
    assert_refused("{:1}", "a string was expected");
}

static void what_is_opened_is_closed_by_its_own(void **state)
{
    (void)state;
    assert_refused("[", "a value was expected");
    assert_refused("{", "a string was expected");
    assert_refused("[1", "a comma or ] was expected");
    assert_refused("[1}", "a comma or ] was expected");
    assert_refused("{\"a\":1]", "a comma or } was expected");
    assert_refused("{\"a\":1", "a comma or } was expected");
    assert_refused("]", "a value was expected");
    assert_refused("[[]", "a comma or ] was expected");
    assert_refused("/* a */ 1", "a value was expected");
    assert_refused("[1 // one\n]", "a comma or ] was expected");
}

static void strings_of_json(void **state)
{
    static const char *const texts[] = {
        "\"abc\"",
        "\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t\"",
        "\"\\u0001\\u00e9\\uABCD\\uabcd\"",
        "\"\\ud83d\\ude00\"",
        "\"\\uD83D\\uDE00\"",
        "\"\\uffff\"",
        "\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"",
        "\"\x7f\"",
        "\"/\"",
        "\"\xe2\x80\xa8\"",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_json(texts[i]);
}

static void a_string_is_closed(void **state)
{
    (void)state;
    assert_refused("\"", "a string is not closed");
    assert_refused("\"abc", "a string is not closed");
    assert_refused("\"abc\\\"", "a string is not closed");
    assert_refused("{\"a", "a string is not closed");
    assert_refused("[\"a]", "a string is not closed");
}

static void a_control_character_is_escaped(void **state)
{
    static const char *const texts[] = {"\"\n\"",   "\"\t\"",   "\"\r\"",
                                        "\"\x01\"", "\"\x1f\"", "{\"a\tb\":1}"};

    (void)state;
    ASSERT_NONE_IS_JSON(texts, "a string holds a control character");
}

static void escapes_are_those_of_json(void **state)
{
    static const char *const texts[] = {"\"\\x41\"",   "\"\\a\"",  "\"\\'\"", "\"\\0\"",
                                        "\"\\U0041\"", "\"\\\n\"", "\"\\v\"", "\"\\"};
    static const char *const cut[] = {"\"\\u\"",     "\"\\u1\"", "\"\\u123\"", "\"\\u12g4\"",
                                      "\"\\u+123\"", "\"\\u12",  "\"\\u"};

    (void)state;
    ASSERT_NONE_IS_JSON(texts, "an escape is not one of JSON's");
    ASSERT_NONE_IS_JSON(cut, "an escape is not complete");
}

static void surrogates_come_in_pairs(void **state)
{
    static const char *const texts[] = {
        "\"\\ud83d\"",    "\"\\ude00\"",        "\"\\ud83d\\ud83d\"", "\"\\ud83dx\"",
        "\"\\ud83d\\n\"", "\"\\ude00\\ud83d\"", "\"\\ude00\\ude00\"", "\"\\ud83d\\u0041\"",
        "\"\\ud83d\\u\"", "\"\\udfff\""};

    (void)state;
    ASSERT_NONE_IS_JSON(texts, "half of a surrogate pair is missing");
}

static void a_nul_cannot_be_held(void **state)
{
    (void)state;
    assert_refused("\"\\u0000\"", "have a NUL in a string");
    assert_refused("{\"a\\u0000\":1}", "have a NUL in a string");
    assert_false(scan("\"a\0b\"", 5));
    assert_string_equal(fault.reason, "a string holds a control character");
    assert_false(scan("1\0", 2));
    assert_string_equal(fault.reason, "something follows the value");
    assert_false(scan("\0001", 2));
    assert_string_equal(fault.reason, "a value was expected");
    assert_false(scan("[\0]", 3));
}

static void strings_are_valid_utf8(void **state)
{
    static const char *const texts[] = {
        "\"caf\xe9\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf5\x80\x80\x80\"",
        "\"\x80\"",    "\"\xe2\x82\"", "\"\xc3",           "{\"\xff\":1}"};

    (void)state;
    ASSERT_NONE_IS_JSON(texts, "a string is not valid UTF-8");
}

static void nested(char *out, int depth, bool objects)
{
    for (int i = 0; i < depth; i++)
        out = stpcpy(out, objects ? "{\"a\":" : "[");
    out = stpcpy(out, objects ? "{}" : "[]");
    for (int i = 0; i < depth; i++)
        out = stpcpy(out, objects ? "}" : "]");
}

static void assert_within(const struct json_bounds *bounds, const char *text, const char *reason)
{
    assert_int_equal(scan_within(text, strlen(text), bounds), !reason);
    if (reason)
        assert_string_equal(fault.reason, reason);
}

static void levels_are_counted(void **state)
{
    static const struct json_bounds three = {.depth = 3, .values = 100};
    char text[4000];

    (void)state;
    for (int objects = 0; objects < 2; objects++) {
        nested(text, 2, objects);
        assert_within(&three, text, NULL);
        nested(text, 3, objects);
        assert_within(&three, text, "be nested more than 3 levels deep");
        nested(text, 255, objects);
        assert_json(text);
        nested(text, 256, objects);
        assert_refused(text, "be nested more than 256 levels deep");
    }
    assert_json("[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],"
                "[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],"
                "[],[],[],[],[],[],[],[],[],[],[],[],[]]");
}

static void values_are_counted(void **state)
{
    static const struct json_bounds five = {.depth = 9, .values = 5};
    static const char too_many[] = "have more than 5 values";

    (void)state;
    assert_within(&five, "[1,2,3,4]", NULL);
    assert_within(&five, "[1,2,3,4,5]", too_many);
    assert_within(&five, "{\"a\":[1,{\"b\":null}]}", NULL);
    assert_within(&five, "{\"a\":[1,{\"b\":[\"c\"]}]}", too_many);
    assert_within(&five, "[[[[[]]]]]", NULL);
    assert_within(&five, "[[[[[]]],[]]]", too_many);
}

static void depth_without_end_does_no_harm(void **state)
{
    enum { DEEP = 1000000 };
    char *text = malloc(DEEP);

    (void)state;
    memset(text, '[', DEEP);
    assert_false(scan(text, DEEP));
    assert_string_equal(fault.reason, "be nested more than 256 levels deep");
    free(text);
}

static void assert_fault_line(const char *text, size_t line)
{
    assert_false(scan(text, strlen(text)));
    assert_int_equal(fault.line, line);
}

static void the_line_of_a_fault_is_told(void **state)
{
    (void)state;
    assert_fault_line("", 1);
    assert_fault_line("{\n\n  x\n}", 3);
    assert_fault_line("[1,\n2\n3]", 3);
    assert_fault_line("{}\n\n{}", 3);
    assert_fault_line("[\r\n1,\r\n]", 3);
    assert_fault_line("[\"\\n\\n\", x]", 1);
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(any_value_may_stand_alone),
        cmocka_unit_test(a_character_is_read_wherever_it_stands),
        cmocka_unit_test(space_may_stand_around_every_part),
        cmocka_unit_test(numbers_of_json),
        cmocka_unit_test(numbers_of_other_languages),
        cmocka_unit_test(words_are_exact),
        cmocka_unit_test(one_value_and_no_more),
        cmocka_unit_test(other_space_is_none),
        cmocka_unit_test(commas_stand_between),
        cmocka_unit_test(a_member_is_a_string_a_colon_and_a_value),
        cmocka_unit_test(what_is_opened_is_closed_by_its_own),
        cmocka_unit_test(strings_of_json),
        cmocka_unit_test(a_string_is_closed),
        cmocka_unit_test(a_control_character_is_escaped),
        cmocka_unit_test(escapes_are_those_of_json),
        cmocka_unit_test(surrogates_come_in_pairs),
        cmocka_unit_test(a_nul_cannot_be_held),
        cmocka_unit_test(strings_are_valid_utf8),
        cmocka_unit_test(levels_are_counted),
        cmocka_unit_test(values_are_counted),
        cmocka_unit_test(depth_without_end_does_no_harm),
        cmocka_unit_test(the_line_of_a_fault_is_told),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
