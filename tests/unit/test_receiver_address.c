/* To which addresses no callback may go. */
#include "server/callbacks/receiver_address.h"
#include "tests/unit/story.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static const char *const link_local = "link-local addresses are refused";
static const char *const metadata = "the address of a cloud's metadata service is refused";
static const char *const own = "the emulator's own address is refused";

static struct sockaddr_storage address_of(const char *text, unsigned short port)
{
    struct sockaddr_storage out = {0};
    struct sockaddr_in *v4 = (void *)&out;
    struct sockaddr_in6 *v6 = (void *)&out;

    out.ss_family = strchr(text, ':') ? AF_INET6 : AF_INET;
    if (out.ss_family == AF_INET) {
        v4->sin_port = htons(port);
        assert_int_equal(inet_pton(AF_INET, text, &v4->sin_addr), 1);
    } else {
        v6->sin6_port = htons(port);
        assert_int_equal(inet_pton(AF_INET6, text, &v6->sin6_addr), 1);
    }
    return out;
}

static void assert_answer(const char *listening, const char *to, unsigned short port,
                          const char *expected)
{
    struct sockaddr_storage here = address_of(listening, 3343), there = address_of(to, port);
    const char *answer = receiver_address_refuse((void *)&there, (void *)&here);

    if (answer != expected && (!answer || !expected || strcmp(answer, expected) != 0))
        fail_msg("%s port %d: \"%s\"", to, port, answer ? answer : "it may");
}

static void link_local_addresses_are_refused(void **state)
{
    (void)state;
    assert_answer("127.0.0.1", "169.254.169.254", 80, link_local);
    assert_answer("127.0.0.1", "169.254.0.1", 80, link_local);
    assert_answer("127.0.0.1", "::ffff:169.254.169.254", 80, link_local);
    assert_answer("127.0.0.1", "64:ff9b::169.254.169.254", 80, link_local);
    assert_answer("127.0.0.1", "fe80::1", 80, link_local);
    assert_answer("127.0.0.1", "febf::1", 80, link_local);
    assert_answer("127.0.0.1", "169.253.255.255", 80, NULL);
    assert_answer("127.0.0.1", "169.255.0.1", 80, NULL);
    assert_answer("127.0.0.1", "64:ff9b::192.0.2.1", 80, NULL);
    assert_answer("127.0.0.1", "64:ff9b:1::169.254.1.1", 80, NULL);
    assert_answer("127.0.0.1", "fec0::1", 80, NULL);
    assert_answer("127.0.0.1", "2001:db8::a9fe:a9fe", 80, NULL);
}

static void of_unique_local_addresses_only_one_is_refused(void **state)
{
    (void)state;
    assert_answer("127.0.0.1", "fd00:ec2::254", 80, metadata);
    assert_answer("127.0.0.1", "fd00:ec2::253", 80, NULL);
    assert_answer("127.0.0.1", "fd00:ec2::1:254", 80, NULL);
    assert_answer("127.0.0.1", "fd00::254", 80, NULL);
    assert_answer("127.0.0.1", "10.0.0.1", 80, NULL);
}

static void the_socket_of_the_emulator_is_refused(void **state)
{
    (void)state;
    assert_answer("127.0.0.1", "127.0.0.1", 3343, own);
    assert_answer("127.0.0.1", "0.0.0.0", 3343, own);
    assert_answer("127.0.0.1", "::ffff:127.0.0.1", 3343, own);
    assert_answer("127.0.0.1", "::ffff:0.0.0.0", 3343, own);
    assert_answer("::1", "::1", 3343, own);
    assert_answer("::1", "::", 3343, own);
    assert_answer("192.0.2.7", "192.0.2.7", 3343, own);
    assert_answer("::ffff:127.0.0.1", "127.0.0.1", 3343, own);
}

static void another_socket_is_not(void **state)
{
    (void)state;
    assert_answer("127.0.0.1", "127.0.0.1", 3344, NULL);
    assert_answer("127.0.0.1", "127.0.0.2", 3343, NULL);
    assert_answer("127.0.0.1", "192.0.2.7", 3343, NULL);
    assert_answer("127.0.0.1", "::1", 3343, NULL);
    assert_answer("::1", "127.0.0.1", 3343, NULL);
    assert_answer("192.0.2.7", "0.0.0.0", 3343, NULL);
}

static void one_that_listens_everywhere_is_reached_by_each_address_of_the_machine(void **state)
{
    (void)state;
    assert_answer("0.0.0.0", "127.0.0.1", 3343, own);
    assert_answer("0.0.0.0", "127.1.2.3", 3343, own);
    assert_answer("0.0.0.0", "0.0.0.0", 3343, own);
    assert_answer("0.0.0.0", "::ffff:127.0.0.1", 3343, own);
    assert_answer("::", "127.0.0.1", 3343, own);
    assert_answer("0.0.0.0", "127.0.0.1", 3344, NULL);
    assert_answer("0.0.0.0", "192.0.2.7", 3343, NULL);
    assert_answer("::", "192.0.2.7", 3343, NULL);
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(link_local_addresses_are_refused),
        cmocka_unit_test(of_unique_local_addresses_only_one_is_refused),
        cmocka_unit_test(the_socket_of_the_emulator_is_refused),
        cmocka_unit_test(another_socket_is_not),
        cmocka_unit_test(one_that_listens_everywhere_is_reached_by_each_address_of_the_machine),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
