/* UUIDs: which texts are read, and that made ones never change.
 *
 * The literal uids were computed apart from the program, from the published SplitMix64 and FNV-1a:
 * they are in people's tests and databases, and must stay as they are.
 */
#include "store/base/uid.h"
#include "tests/unit/story.h"

#include <stdlib.h>
#include <string.h>

static void assert_reads(const char *text, const char *wanted)
{
    char uid[UID_SIZE];

    if (!uid_parse(text, uid))
        fail_msg("%s is not read", text);
    assert_string_equal(uid, wanted);
}

static void assert_refused(const char *text)
{
    char uid[UID_SIZE] = "untouched";

    if (uid_parse(text, uid))
        fail_msg("\"%s\" is read", text);
    assert_string_equal(uid, "untouched");
}

static void any_version_is_read_in_either_case_and_kept_in_lower_case(void **state)
{
    (void)state;
    assert_reads("3c90c3cc-0d44-4b50-8888-8dd25736052a", "3c90c3cc-0d44-4b50-8888-8dd25736052a");
    assert_reads("3C90C3CC-0D44-4B50-8888-8DD25736052A", "3c90c3cc-0d44-4b50-8888-8dd25736052a");
    assert_reads("3C90c3cC-0d44-4B50-8888-8dd25736052A", "3c90c3cc-0d44-4b50-8888-8dd25736052a");
    assert_reads("01234567-89ab-cdef-ABCD-EF0123456789", "01234567-89ab-cdef-abcd-ef0123456789");
    assert_reads("00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000");
    assert_reads("ffffffff-ffff-ffff-ffff-ffffffffffff", "ffffffff-ffff-ffff-ffff-ffffffffffff");
}

static void other_texts_are_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "abc",
        "3c90c3cc0d444b5088888dd25736052a",
        "3c90c3cc-0d44-4b50-8888-8dd25736052",
        "3c90c3cc-0d44-4b50-8888-8dd25736052aa",
        "3c90c3cc-0d44-4b50-8888-8dd25736052a ",
        " 3c90c3cc-0d44-4b50-8888-8dd25736052a",
        "3c90c3cc-0d44-4b50-8888-8dd25736052g",
        "3c90c3cc-0d44-4b50-88888-dd25736052a",
        "3c90c3cc_0d44_4b50_8888_8dd25736052a",
        "3c90c3cc-0d44-4b50-8888--dd25736052a",
        "------------------------------------",
        "{3c90c3cc-0d44-4b50-8888-8dd25736052a}",
        "urn:uuid:3c90c3cc-0d44-4b50-8888-8dd25736052a",
        "3c90c3cc-0d44-4b50-8888-8dd2573605\xc3\xa9",
        "0x90c3cc-0d44-4b50-8888-8dd25736052a",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_refused(texts[i]);
}

/* Every beginning of a uid, in memory that ends with it: a sanitizer sees who reads on. */
static void a_text_is_not_read_beyond_its_end(void **state)
{
    static const char whole[] = "3c90c3cc-0d44-4b50-8888-8dd25736052a";

    (void)state;
    for (size_t size = 0; size < 36; size++) {
        char *text = strndup(whole, size);
        assert_refused(text);
        free(text);
    }
}

static void no_byte_but_a_hyphen_stands_for_a_hyphen(void **state)
{
    static const int places[] = {8, 13, 18, 23};
    char text[] = "3c90c3cc-0d44-4b50-8888-8dd25736052a";

    (void)state;
    for (int i = 0; i < 4; i++) {
        for (int byte = 0; byte < 256; byte++) {
            text[places[i]] = (char)byte;
            if (byte != '-')
                assert_refused(text);
        }
        text[places[i]] = '-';
    }
}

static void only_hex_digits_stand_for_digits(void **state)
{
    char text[] = "3c90c3cc-0d44-4b50-8888-8dd25736052a", uid[UID_SIZE];
    int accepted = 0;

    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        text[35] = (char)byte;
        accepted += uid_parse(text, uid);
    }
    assert_int_equal(accepted, 22);
}

static void assert_derived(uint64_t seed, uint64_t n, const char *wanted)
{
    char uid[UID_SIZE];

    uid_derive(seed, n, uid);
    assert_string_equal(uid, wanted);
}

static void made_ones_are_the_same_for_ever(void **state)
{
    (void)state;
    assert_derived(0, 0, "a706dd2f-4d19-4e6f-9e41-ab087439611e");
    assert_derived(0, 1, "5e41ab08-7439-411e-a9fd-6049d65af21e");
    assert_derived(1, 0, "08b4fda8-c892-450e-a468-4c4f0fd784b4");
    assert_derived(42, 7, "6eab8625-df26-4fbc-a3e3-90921f5c3917");
    assert_derived(UINT64_MAX, UINT64_MAX, "6309143e-67a4-4936-add8-2c88fa32b270");
}

static void seeds_are_the_same_for_ever(void **state)
{
    (void)state;
    assert_true(uid_seed(0, "") == UINT64_C(0x5b21f68ffa77f14c));
    assert_true(uid_seed(1, "run") == UINT64_C(0x177a90fc19566758));
    assert_true(uid_seed(0, "workflow") == UINT64_C(0xbefe97a67e335d5a));
}

static void seeds_tell_names_and_seeds_apart(void **state)
{
    (void)state;
    assert_true(uid_seed(0, "a") != uid_seed(0, "b"));
    assert_true(uid_seed(0, "a") != uid_seed(1, "a"));
    assert_true(uid_seed(0, "a") != uid_seed(0, "A"));
    assert_true(uid_seed(0, "ab") != uid_seed(0, "ba"));
}

static void made_ones_look_like_version_4(void **state)
{
    char uid[UID_SIZE], again[UID_SIZE];

    (void)state;
    for (uint64_t n = 0; n < 2000; n++) {
        uid_derive(n * 77, n, uid);
        assert_int_equal(uid[14], '4');
        assert_non_null(strchr("89ab", uid[19]));
        assert_true(uid_parse(uid, again));
        assert_string_equal(again, uid);
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void many_of_one_seed_are_all_different(void **state)
{
    enum { MANY = 10000 };
    static char uid[MANY][UID_SIZE];

    (void)state;
    for (uint64_t n = 0; n < MANY; n++)
        uid_derive(3, n, uid[n]);
    qsort(uid, MANY, UID_SIZE, by_text);
    for (int i = 1; i < MANY; i++)
        assert_string_not_equal(uid[i - 1], uid[i]);
}

static void a_text_and_its_bytes_stand_for_each_other(void **state)
{
    static const unsigned char bytes[UID_BYTES] = "\x01\x23\x45\x67\x89\xab\xcd\xef"
                                                  "\xff\xee\xdd\xcc\xbb\xaa\x99\x80";
    unsigned char packed[UID_BYTES];
    char text[UID_SIZE];

    (void)state;
    assert_true(uid_pack("01234567-89ab-cdef-ffee-ddccbbaa9980", packed));
    assert_memory_equal(packed, bytes, UID_BYTES);
    uid_unpack(bytes, text);
    assert_string_equal(text, "01234567-89ab-cdef-ffee-ddccbbaa9980");
}

static void nothing_else_has_bytes(void **state)
{
    static const char *const texts[] = {
        "",          "01234567",
        "RUNNING",   "01234567-89ab-cdef-ffee-ddccbbaa998",
        "01234567-", "01234567-89ab-cdef-ffee-ddccbbaa99800",
        "deadbeef",  "01234567-89ab-cdef-ffee-ddccbbaa99G0",
        "0",         "01234567-89AB-cdef-ffee-ddccbbaa9980",
    };
    unsigned char packed[UID_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *exact = strdup(texts[i]); /* so that a sanitizer sees a byte too many */
        assert_false(uid_pack(exact, packed));
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(any_version_is_read_in_either_case_and_kept_in_lower_case),
        cmocka_unit_test(other_texts_are_refused),
        cmocka_unit_test(a_text_is_not_read_beyond_its_end),
        cmocka_unit_test(no_byte_but_a_hyphen_stands_for_a_hyphen),
        cmocka_unit_test(only_hex_digits_stand_for_digits),
        cmocka_unit_test(made_ones_are_the_same_for_ever),
        cmocka_unit_test(seeds_are_the_same_for_ever),
        cmocka_unit_test(seeds_tell_names_and_seeds_apart),
        cmocka_unit_test(made_ones_look_like_version_4),
        cmocka_unit_test(many_of_one_seed_are_all_different),
        cmocka_unit_test(a_text_and_its_bytes_stand_for_each_other),
        cmocka_unit_test(nothing_else_has_bytes),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
