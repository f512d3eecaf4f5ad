/* The head of a request: what libmicrohttpd lets through and RFC 9110 and 9112 forbid. */
#include "server/request/headers.h"
#include "tests/unit/story.h"

#include <string.h>

static struct headers head;

static int start(void **state)
{
    (void)state;
    memset(&head, 0, sizeof head);
    return 0;
}

static void add(const char *name, const char *value)
{
    headers_add(&head, name, strlen(name), value, strlen(value));
}

static void assert_fault(const char *wanted)
{
    assert_int_equal(headers_check(&head, "POST", "HTTP/1.1"), ERROR_BAD_HEAD);
    assert_string_equal(head.fault, wanted);
}

static void assert_well(void)
{
    assert_int_equal(headers_check(&head, "POST", "HTTP/1.1"), ERROR_NONE);
    assert_null(head.fault);
}

static void fields_are_found_in_any_letter_case(void **state)
{
    (void)state;
    add("host", "localhost:3343");
    add("X-API-KEY", "k");
    add("content-TYPE", "application/json");
    add("Accept", "*/*");
    assert_well();
    assert_string_equal(head.field[HEADER_HOST], "localhost:3343");
    assert_string_equal(head.field[HEADER_API_KEY], "k");
    assert_string_equal(head.field[HEADER_CONTENT_TYPE], "application/json");
    assert_null(head.field[HEADER_ORIGIN]);
    assert_int_equal(head.count, 4);
}

static void a_field_without_value_is_present_and_empty(void **state)
{
    (void)state;
    add("Host", "localhost");
    headers_add(&head, "X-API-Key", 9, NULL, 0);
    assert_well();
    assert_string_equal(head.field[HEADER_API_KEY], "");
}

static void fields_that_may_come_once_are_refused_twice(void **state)
{
    static const struct {
        const char *name, *fault;
    } fields[] = {
        {"Host", "there are two Host headers"},
        {"Origin", "there are two Origin headers"},
        {"X-API-Key", "there are two X-API-Key headers"},
        {"Content-Type", "there are two Content-Type headers"},
        {"Content-Length", "there are two Content-Length headers"},
        {"Transfer-Encoding", "there are two Transfer-Encoding headers"},
    };

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        start(state);
        add(fields[i].name, "1");
        add("Host", "localhost");
        add(fields[i].name, "1");
        assert_fault(fields[i].fault);
    }
}

static void of_two_request_ids_the_first_counts(void **state)
{
    (void)state;
    add("Host", "localhost");
    add("X-Request-Id", "first");
    add("X-Request-Id", "second");
    assert_well();
    assert_string_equal(head.field[HEADER_REQUEST_ID], "first");
}

static void a_name_is_a_token(void **state)
{
    static const char *const names[] = {
        "", "Ho st", "Host ", "Host:", "Ho\tst", "X-\xc3\xa9", "a/b"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        start(state);
        add("Host", "localhost");
        add(names[i], "x");
        assert_fault("a header name contains an invalid character");
    }
    start(state);
    add("Host", "localhost");
    add("!#$%&'*+-.^_`|~09azAZ", "x");
    assert_well();
}

static void a_nul_is_refused_in_a_name_and_in_a_value(void **state)
{
    (void)state;
    add("Host", "localhost");
    headers_add(&head, "X-A\0b", 5, "x", 1);
    assert_fault("a header name contains an invalid character");
    start(state);
    add("Host", "localhost");
    headers_add(&head, "X-API-Key", 9, "a\0b", 3);
    assert_fault("a header value contains a NUL");
}

static void a_method_is_a_token(void **state)
{
    (void)state;
    add("Host", "localhost");
    assert_int_equal(headers_check(&head, "M-SEARCH", "HTTP/1.1"), ERROR_NONE);
    assert_int_equal(headers_check(&head, "PO(ST", "HTTP/1.1"), ERROR_BAD_HEAD);
    assert_string_equal(head.fault, "the method contains an invalid character");
    start(state);
    add("Host", "localhost");
    assert_int_equal(headers_check(&head, "", "HTTP/1.1"), ERROR_BAD_HEAD);
}

static void only_the_newer_version_needs_a_host(void **state)
{
    (void)state;
    assert_int_equal(headers_check(&head, "GET", "HTTP/1.0"), ERROR_NONE);
    assert_int_equal(headers_check(&head, "GET", "HTTP/1.1"), ERROR_BAD_HEAD);
    assert_string_equal(head.fault, "HTTP/1.1 needs a Host header");
}

static void other_versions_are_not_spoken(void **state)
{
    (void)state;
    add("Host", "localhost");
    assert_int_equal(headers_check(&head, "GET", "HTTP/2.0"), ERROR_UNKNOWN_VERSION);
    assert_int_equal(headers_check(&head, "GET", "HTTP/0.9"), ERROR_UNKNOWN_VERSION);
    assert_int_equal(headers_check(&head, "GET", "HTTP/1.10"), ERROR_UNKNOWN_VERSION);
    assert_int_equal(headers_check(&head, "GET", "http/1.1"), ERROR_UNKNOWN_VERSION);
    assert_int_equal(headers_check(&head, "GET", ""), ERROR_UNKNOWN_VERSION);
}

static void a_length_is_decimal_digits(void **state)
{
    static const char *const lengths[] = {"",  "-1", "+1",   "1,1",   "5, 5",
                                          "a", "1a", "0x10", "1 000", "1000000000000000000"};

    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        start(state);
        add("Host", "localhost");
        add("Content-Length", lengths[i]);
        assert_fault("Content-Length is not a number");
    }
}

static void length_and_coding_together_are_refused(void **state)
{
    (void)state;
    add("Host", "localhost");
    add("Content-Length", "5");
    add("Transfer-Encoding", "chunked");
    assert_fault("there are both a Content-Length and a Transfer-Encoding header");
}

static void chunked_is_the_only_coding(void **state)
{
    static const char *const codings[] = {"gzip", "gzip, chunked", "chunked, chunked", "",
                                          "xchunked"};

    for (size_t i = 0; i < sizeof codings / sizeof *codings; i++) {
        start(state);
        add("Host", "localhost");
        add("Transfer-Encoding", codings[i]);
        assert_int_equal(headers_check(&head, "POST", "HTTP/1.1"), ERROR_UNKNOWN_CODING);
    }
    start(state);
    add("Host", "localhost");
    add("Transfer-Encoding", "Chunked");
    assert_well();
}

static void a_hundred_headers_are_enough(void **state)
{
    (void)state;
    add("Host", "localhost");
    for (int i = 1; i < 100; i++)
        add("X-Other", "x");
    assert_well();
    add("X-Other", "x");
    assert_int_equal(headers_check(&head, "GET", "HTTP/1.1"), ERROR_HEAD_TOO_LARGE);
}

/* "Host: x" and its line end are 9 bytes, "A: " and its line end 5. */
static void headers_may_have_16384_bytes_together(void **state)
{
    static char value[16384];

    (void)state;
    memset(value, 'v', sizeof value);
    add("Host", "x");
    value[16370] = '\0';
    add("A", value);
    assert_int_equal(head.size, 16384);
    assert_well();
    add("B", "");
    assert_int_equal(headers_check(&head, "GET", "HTTP/1.1"), ERROR_HEAD_TOO_LARGE);
}

static void the_first_fault_is_told(void **state)
{
    (void)state;
    add("Bad name", "x");
    add("Content-Length", "x");
    assert_fault("a header name contains an invalid character");
}

static void assert_body(bool wanted, long long wanted_size)
{
    long long size = 7;

    assert_int_equal(headers_have_body(&head, &size), wanted);
    assert_int_equal(size, wanted_size);
}

static void a_body_follows_when_the_head_says_so(void **state)
{
    (void)state;
    assert_body(false, 0);
    add("Content-Length", "0");
    assert_body(false, 0);
    start(state);
    add("Content-Length", "12");
    assert_body(true, 12);
    start(state);
    add("Content-Length", "999999999999999999");
    assert_body(true, 999999999999999999);
    start(state);
    add("Transfer-Encoding", "chunked");
    assert_body(true, -1);
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test_setup(fields_are_found_in_any_letter_case, start),
        cmocka_unit_test_setup(a_field_without_value_is_present_and_empty, start),
        cmocka_unit_test_setup(fields_that_may_come_once_are_refused_twice, start),
        cmocka_unit_test_setup(of_two_request_ids_the_first_counts, start),
        cmocka_unit_test_setup(a_name_is_a_token, start),
        cmocka_unit_test_setup(a_nul_is_refused_in_a_name_and_in_a_value, start),
        cmocka_unit_test_setup(a_method_is_a_token, start),
        cmocka_unit_test_setup(only_the_newer_version_needs_a_host, start),
        cmocka_unit_test_setup(other_versions_are_not_spoken, start),
        cmocka_unit_test_setup(a_length_is_decimal_digits, start),
        cmocka_unit_test_setup(length_and_coding_together_are_refused, start),
        cmocka_unit_test_setup(chunked_is_the_only_coding, start),
        cmocka_unit_test_setup(a_hundred_headers_are_enough, start),
        cmocka_unit_test_setup(headers_may_have_16384_bytes_together, start),
        cmocka_unit_test_setup(the_first_fault_is_told, start),
        cmocka_unit_test_setup(a_body_follows_when_the_head_says_so, start),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
