/* Which Host headers name this machine, and which may come from a web page by DNS rebinding. */
#include "server/request/stages.h"
#include "tests/unit/story.h"

static const struct option_values nobody;

static void assert_local(const char *host)
{
    if (!guard_host_is_local(host, &nobody))
        fail_msg("\"%s\" is refused", host);
}

static void assert_foreign(const char *host)
{
    if (guard_host_is_local(host, &nobody))
        fail_msg("\"%s\" is let in", host);
}

static void loopback_names_are_local(void **state)
{
    (void)state;
    assert_local("localhost");
    assert_local("localhost:3343");
    assert_local("LOCALHOST");
    assert_local("app.localhost");
    assert_local("app.localhost:3343");
    assert_local("App.LocalHost");
}

static void addresses_are_local(void **state)
{
    (void)state;
    assert_local("127.0.0.1");
    assert_local("127.0.0.1:3343");
    assert_local("0.0.0.0");
    assert_local("192.168.1.20:80");
    assert_local("[::1]");
    assert_local("[::1]:3343");
    assert_local("[2001:db8::1]");
    assert_local("[::ffff:127.0.0.1]:3343");
    assert_local("[1111:2222:3333:4444:5555:6666:255.255.255.255]");
}

static void names_without_a_dot_are_local(void **state)
{
    (void)state;
    assert_local("emulator");
    assert_local("edges-emulator:3343");
}

static void names_under_domains_that_nobody_can_register_are_local(void **state)
{
    (void)state;
    assert_local("host.docker.internal:3343");
    assert_local("x.svc.cluster.local");
    assert_local("box.localdomain");
    assert_local("box.lan");
    assert_local("emulator.test");
    assert_local("nas.home.arpa");
    assert_local("NAS.Home.Arpa:80");
    assert_foreign("home.arpa");
    assert_foreign("nas.nothome.arpa");
    assert_foreign("evil.xlan");
    assert_foreign("evil.internal.example");
    assert_foreign("evil.locals");
}

static void the_host_of_the_real_service_is_local(void **state)
{
    (void)state;
    assert_local("api.edges.run");
    assert_local("API.Edges.Run:3343");
    assert_foreign("edges.run");
    assert_foreign("x.api.edges.run");
    assert_foreign("api.edges.run.example");
}

static void one_dot_at_the_end_is_cut(void **state)
{
    (void)state;
    assert_local("localhost.");
    assert_local("localhost.:3343");
    assert_local("emulator.");
    assert_local("x.internal.");
    assert_local("api.edges.run.");
    assert_foreign("evil.example.");
    assert_foreign("x.internal..");
    assert_foreign("[::1].");
    assert_foreign(".");
    assert_foreign("..");
    assert_foreign(".:3343");
}

static void names_with_a_dot_are_foreign(void **state)
{
    (void)state;
    assert_foreign("evil.example");
    assert_foreign("evil.example:3343");
    assert_foreign("localhost.evil.example");
    assert_foreign("evillocalhost.example");
    assert_foreign("evil.notlocalhost");
    assert_foreign("localhost.example");
    assert_foreign("127.0.0.1.evil.example");
}

static void what_only_looks_like_an_address_is_foreign(void **state)
{
    (void)state;
    assert_foreign("127.1");
    assert_foreign("127.0.0.1.1");
    assert_foreign("256.0.0.1");
    assert_foreign("0x7f.0.0.1");
    assert_foreign("127.0.0.01x");
    assert_foreign("[evil.example]");
    assert_foreign("[evil.example]:80");
    assert_foreign("[evil]");
    assert_foreign("[127.0.0.1]");
    assert_foreign("[]");
    assert_foreign("[::1");
    assert_foreign("[::1]evil.example");
    assert_foreign("[::1].evil.example");
    assert_foreign("[1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc]");
}

static void what_follows_the_name_is_a_port(void **state)
{
    (void)state;
    assert_local("localhost:");
    assert_foreign("localhost:3343x");
    assert_foreign("localhost:80.evil.example");
    assert_foreign("localhost:80:80");
    assert_foreign("[::1]:3343x");
    assert_foreign("127.0.0.1: 80");
}

static void nothing_is_foreign(void **state)
{
    (void)state;
    assert_foreign("");
    assert_foreign(":3343");
}

static void a_host_in_the_list_is_allowed_in_any_letter_case_and_with_any_port(void **state)
{
    static const struct option_values allowed = {.value = {"first.example", "Emulator.Example"},
                                                 .count = 2};

    (void)state;
    assert_true(guard_host_is_local("first.example", &allowed));
    assert_true(guard_host_is_local("emulator.example", &allowed));
    assert_true(guard_host_is_local("EMULATOR.EXAMPLE:8080", &allowed));
    assert_true(guard_host_is_local("emulator.example.:8080", &allowed));
    assert_true(guard_host_is_local("localhost", &allowed));
    assert_false(guard_host_is_local("sub.emulator.example", &allowed));
    assert_false(guard_host_is_local("emulator.example.evil", &allowed));
    assert_false(guard_host_is_local("emulator.exampl", &allowed));
    assert_false(guard_host_is_local("", &allowed));
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(loopback_names_are_local),
        cmocka_unit_test(addresses_are_local),
        cmocka_unit_test(names_without_a_dot_are_local),
        cmocka_unit_test(names_under_domains_that_nobody_can_register_are_local),
        cmocka_unit_test(the_host_of_the_real_service_is_local),
        cmocka_unit_test(one_dot_at_the_end_is_cut),
        cmocka_unit_test(names_with_a_dot_are_foreign),
        cmocka_unit_test(what_only_looks_like_an_address_is_foreign),
        cmocka_unit_test(what_follows_the_name_is_a_port),
        cmocka_unit_test(nothing_is_foreign),
        cmocka_unit_test(a_host_in_the_list_is_allowed_in_any_letter_case_and_with_any_port),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
