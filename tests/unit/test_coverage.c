/* What no story can wait for: a reply that was held for half a minute, a receiver that takes long.
 */
#include "story.h"

#include "server/coverage/coverage.h"

static const char id[] = "one";

static void a_client_that_waits_more_than_30_s_has_no_timeout(void **state)
{
    struct coverage *coverage = coverage_open();

    (void)state;
    lint_check_wait(&coverage->lint, id, NULL, 30000000);
    assert_int_equal(coverage->lint.finding[LINT_NO_TIMEOUT].count, 0);
    lint_check_wait(&coverage->lint, id, "a label", 30000001);
    assert_int_equal(coverage->lint.finding[LINT_NO_TIMEOUT].count, 1);
    assert_string_equal(coverage->lint.finding[LINT_NO_TIMEOUT].place[0].id, "one");
    assert_string_equal(coverage->lint.finding[LINT_NO_TIMEOUT].place[0].label, "a label");
    coverage_close(coverage);
}

static int64_t slow_deliveries(int64_t duration_us, enum effect_kind effect)
{
    struct coverage *coverage = coverage_open();
    const struct coverage_delivery delivery = {.effect = effect,
                                               .duration_us = duration_us,
                                               .http_status = 200,
                                               .run_status = RUN_RUNNING,
                                               .id = id};

    coverage_deliver(coverage, &delivery);
    int64_t count = coverage->lint.finding[LINT_CALLBACK_SLOW].count;
    for (enum lint_rule rule = 0; rule < LINT_COUNT; rule++)
        assert_true(rule == LINT_CALLBACK_SLOW || coverage->lint.finding[rule].count == 0);
    coverage_close(coverage);
    return count;
}

static void a_receiver_that_takes_5_s_is_slow(void **state)
{
    (void)state;
    assert_int_equal(slow_deliveries(4999999, EFFECT_NONE), 0);
    assert_int_equal(slow_deliveries(5000000, EFFECT_NONE), 1);
}

static void a_half_body_is_no_slow_receiver(void **state)
{
    (void)state;
    assert_int_equal(slow_deliveries(9000000, EFFECT_HALF_BODY), 0);
}

static void of_a_rule_the_first_eight_ids_are_kept(void **state)
{
    struct coverage *coverage = coverage_open();

    (void)state;
    for (int i = 0; i < 20; i++)
        lint_find(&coverage->lint, LINT_KEY_IN_URL, i < 8 ? "early" : "late", NULL);
    assert_int_equal(coverage->lint.finding[LINT_KEY_IN_URL].count, 20);
    for (int i = 0; i < LINT_IDS; i++)
        assert_string_equal(coverage->lint.finding[LINT_KEY_IN_URL].place[i].id, "early");
    coverage_reset(coverage);
    assert_int_equal(coverage->lint.finding[LINT_KEY_IN_URL].count, 0);
    coverage_close(coverage);
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(a_client_that_waits_more_than_30_s_has_no_timeout),
        cmocka_unit_test(a_receiver_that_takes_5_s_is_slow),
        cmocka_unit_test(a_half_body_is_no_slow_receiver),
        cmocka_unit_test(of_a_rule_the_first_eight_ids_are_kept),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
