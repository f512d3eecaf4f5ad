/* The laws of the life of a run, proved for every cell against a table written by hand from API.md
 * sections 4 and 5.
 */
#include "store/run/run_machine.h"
#include "tests/unit/story.h"

#include <string.h>

enum { STATUSES = 12, EVENTS = 11 };

static const enum run_status statuses[STATUSES] = {
    RUN_CREATED,   RUN_INVALID,           RUN_QUEUED,    RUN_SCHEDULED,
    RUN_BLOCKED,   RUN_STOPPED,           RUN_RUNNING,   RUN_FAILED,
    RUN_CANCELLED, RUN_PARTIAL_SUCCEEDED, RUN_SUCCEEDED, RUN_CANCELLED_FAILED,
};

static const enum run_event events[EVENTS] = {
    RUN_ON_CANCEL, RUN_ON_RESUME, RUN_ON_SCHEDULE,         RUN_ON_QUEUE,
    RUN_ON_START,  RUN_ON_FINISH, RUN_ON_FINISH_PARTIALLY, RUN_ON_FAIL,
    RUN_ON_BLOCK,  RUN_ON_STOP,   RUN_ON_INVALIDATE,
};

/* The oracle: where each event leads, or with which error it is refused. */
#define C "NOT_CANCELLABLE"
#define R "NOT_RESUMABLE"
#define E "EVENT_REFUSED"
/* clang-format off */
static const struct {
    const char *status;
    const char *shown;
    bool finished;
    const char *to[EVENTS];
} oracle[STATUSES] = {
/*                                                    CANCEL       RESUME       SCHEDULE     QUEUE     START      FINISH       FINISH_PARTIALLY     FAIL      BLOCK      STOP       INVALIDATE */
    {"CREATED",           "CREATED",           false, {"CANCELLED", R,           "SCHEDULED", "QUEUED", "RUNNING", E,           E,                   E,        E,         "STOPPED", "INVALID"}},
    {"INVALID",           "INVALID",           true,  {C,           R,           E,           E,        E,         E,           E,                   E,        E,         E,         E}},
    {"QUEUED",            "QUEUED",            false, {"CANCELLED", R,           "SCHEDULED", E,        "RUNNING", E,           E,                   "FAILED", "BLOCKED", "STOPPED", "INVALID"}},
    {"SCHEDULED",         "SCHEDULED",         false, {"CANCELLED", R,           E,           "QUEUED", "RUNNING", E,           E,                   "FAILED", "BLOCKED", "STOPPED", "INVALID"}},
    {"BLOCKED",           "BLOCKED",           false, {C,           "SCHEDULED", E,           E,        E,         E,           E,                   E,        E,         "STOPPED", E}},
    {"STOPPED",           "STOPPED",           true,  {C,           "SCHEDULED", E,           E,        E,         E,           E,                   E,        E,         E,         E}},
    {"RUNNING",           "RUNNING",           false, {"CANCELLED", R,           E,           E,        E,         "SUCCEEDED", "PARTIAL_SUCCEEDED", "FAILED", "BLOCKED", "STOPPED", E}},
    {"FAILED",            "FAILED",            true,  {C,           R,           E,           E,        E,         E,           E,                   E,        E,         E,         E}},
    {"CANCELLED",         "STOPPED",           true,  {C,           R,           E,           E,        E,         E,           E,                   E,        E,         E,         E}},
    {"PARTIAL_SUCCEEDED", "PARTIAL_SUCCEEDED", true,  {C,           R,           E,           E,        E,         E,           E,                   E,        E,         E,         E}},
    {"SUCCEEDED",         "SUCCEEDED",         true,  {C,           R,           E,           E,        E,         E,           E,                   E,        E,         E,         E}},
    {"CANCELLED_FAILED",  "FAILED",            true,  {C,           R,           E,           E,        E,         E,           E,                   E,        E,         E,         E}},
};
/* clang-format on */

static const char *const event_names[EVENTS] = {
    "CANCEL", "RESUME",           "SCHEDULE", "QUEUE", "START",      "FINISH",
    "FAIL",   "FINISH_PARTIALLY", "BLOCK",    "STOP",  "INVALIDATE",
};

static struct assumptions usual;

static struct run_step step_of(int status, int event)
{
    return run_machine_step(&(struct ctx){.assumptions = &usual}, statuses[status], events[event]);
}

/* Where a step leads, or the name of its refusal. */
static const char *told(struct run_step step)
{
    return step.refusal ? error_row(step.refusal)->name : run_statuses[step.to].name;
}

static void the_oracle_knows_every_status_and_event(void **state)
{
    (void)state;
    assert_int_equal(RUN_STATUS_COUNT, 12);
    assert_int_equal(RUN_EVENT_COUNT, 11);
}

static void every_cell_is_what_the_vendor_says(void **state)
{
    (void)state;
    for (int i = 0; i < STATUSES; i++) {
        for (int j = 0; j < EVENTS; j++) {
            const char *found = told(step_of(i, j));
            if (strcmp(found, oracle[i].to[j]) != 0)
                fail_msg("%s on %s: %s, not %s", oracle[i].status, run_events[events[j]].name,
                         found, oracle[i].to[j]);
        }
    }
}

static void every_refusal_is_a_4xx(void **state)
{
    (void)state;
    for (int i = 0; i < STATUSES; i++) {
        for (int j = 0; j < EVENTS; j++) {
            enum error refusal = step_of(i, j).refusal;
            int status =
                refusal ? error_status(&(struct ctx){.assumptions = &usual}, refusal) : 400;
            if (status < 400 || status > 499)
                fail_msg("%s on %s is refused with %d", oracle[i].status,
                         run_events[events[j]].name, status);
        }
    }
}

static void a_finished_run_accepts_nothing_but_resume_when_stopped(void **state)
{
    (void)state;
    for (int i = 0; i < STATUSES; i++) {
        for (int j = 0; j < EVENTS; j++) {
            bool exception = statuses[i] == RUN_STOPPED && events[j] == RUN_ON_RESUME;
            if (run_statuses[statuses[i]].finished && !exception && !step_of(i, j).refusal)
                fail_msg("%s is finished and accepts %s", oracle[i].status,
                         run_events[events[j]].name);
        }
    }
}

static void nothing_leads_back_to_created(void **state)
{
    (void)state;
    for (int i = 0; i < STATUSES; i++) {
        for (int j = 0; j < EVENTS; j++) {
            struct run_step step = step_of(i, j);
            if (!step.refusal && step.to == RUN_CREATED)
                fail_msg("%s on %s leads to CREATED", oracle[i].status, run_events[events[j]].name);
        }
    }
}

static void mark_reachable(bool reached[RUN_STATUS_COUNT], enum run_status from)
{
    if (reached[from])
        return;
    reached[from] = true;
    for (int j = 0; j < EVENTS; j++) {
        struct run_step step =
            run_machine_step(&(struct ctx){.assumptions = &usual}, from, events[j]);
        if (!step.refusal)
            mark_reachable(reached, step.to);
    }
}

static void every_status_can_be_reached_from_created(void **state)
{
    bool reached[RUN_STATUS_COUNT] = {false};

    (void)state;
    mark_reachable(reached, RUN_CREATED);
    for (int i = 0; i < STATUSES; i++) {
        if (!reached[statuses[i]] && statuses[i] != RUN_CANCELLED_FAILED)
            fail_msg("%s cannot be reached", oracle[i].status);
    }
}

static void cancel_is_accepted_by_four_statuses_only(void **state)
{
    int accepted = 0;

    (void)state;
    for (int i = 0; i < STATUSES; i++)
        accepted += step_of(i, 0).refusal == ERROR_NONE;
    assert_int_equal(accepted, 4);
}

static void names_and_ends_are_what_the_vendor_says(void **state)
{
    (void)state;
    for (int i = 0; i < STATUSES; i++) {
        assert_string_equal(run_statuses[statuses[i]].name, oracle[i].status);
        assert_string_equal(run_statuses[statuses[i]].shown, oracle[i].shown);
        assert_int_equal(run_statuses[statuses[i]].finished, oracle[i].finished);
        assert_true(strlen(run_statuses[statuses[i]].meaning) > 0);
    }
}

/* The statuses of a list, one bit each. */
static unsigned bits_of(const enum run_status *list, size_t count)
{
    unsigned bits = 0;

    for (size_t i = 0; i < count; i++)
        bits |= 1U << list[i];
    return bits;
}

/* The statuses whose flag at this offset of their row is set. */
static unsigned bits_where(size_t flag)
{
    unsigned bits = 0;

    for (enum run_status s = 0; s < RUN_STATUS_COUNT; s++)
        bits |= *((const bool *)(const void *)&run_statuses[s] + flag) ? 1U << s : 0;
    return bits;
}

static void what_a_status_has_is_what_the_documents_say(void **state)
{
    static const enum run_status waiting[] = {RUN_CREATED, RUN_INVALID, RUN_QUEUED, RUN_SCHEDULED};
    static const enum run_status moving[] = {RUN_CREATED, RUN_QUEUED, RUN_SCHEDULED, RUN_RUNNING};
    static const enum run_status progress[] = {RUN_CREATED, RUN_QUEUED, RUN_RUNNING};
    static const enum run_status told_of[] = {RUN_FAILED, RUN_PARTIAL_SUCCEEDED, RUN_SUCCEEDED};
    const unsigned all = (1U << RUN_STATUS_COUNT) - 1;

    (void)state;
    assert_int_equal(bits_where(offsetof(struct run_status_row, started)),
                     all & ~bits_of(waiting, 4));
    assert_int_equal(bits_where(offsetof(struct run_status_row, halted)),
                     all & ~bits_of(moving, 4));
    assert_int_equal(bits_where(offsetof(struct run_status_row, tells_progress)),
                     bits_of(progress, 3));
    assert_int_equal(bits_where(offsetof(struct run_status_row, tells_end)), bits_of(told_of, 3));
}

static void only_a_cancel_cancels(void **state)
{
    (void)state;
    for (int i = 0; i < STATUSES; i++) {
        assert_int_equal(run_statuses[statuses[i]].cancelled,
                         statuses[i] == RUN_CANCELLED || statuses[i] == RUN_CANCELLED_FAILED);
        for (int j = 0; j < EVENTS; j++) {
            struct run_step step = step_of(i, j);
            if (!step.refusal && events[j] != RUN_ON_CANCEL && run_statuses[step.to].cancelled)
                fail_msg("%s on %s cancels", oracle[i].status, run_events[events[j]].name);
        }
    }
}

/* What the machine tells with one value of an assumption, for every status and event. */
static void assert_with(enum assumption which, const char *value, const char *wanted(int i, int j))
{
    struct assumptions assumptions;

    assumptions_init(&assumptions);
    assert_true(assumption_decide(&assumptions, which, value));
    for (int i = 0; i < STATUSES; i++) {
        for (int j = 0; j < EVENTS; j++)
            assert_string_equal(told(run_machine_step(&(struct ctx){.assumptions = &assumptions},
                                                      statuses[i], events[j])),
                                wanted(i, j));
    }
}

static const char *failing(int i, int j)
{
    return strcmp(oracle[i].to[j], "CANCELLED") == 0 ? "CANCELLED_FAILED" : oracle[i].to[j];
}

static const char *accepting(int i, int j)
{
    bool varied = run_statuses[statuses[i]].cancelled && events[j] == RUN_ON_CANCEL;

    return varied ? oracle[i].status : oracle[i].to[j];
}

static void a_cancelled_run_may_show_failed_by_assumption(void **state)
{
    (void)state;
    assert_with(ASSUME_CANCEL_STATUS, "FAILED", failing);
}

static void a_repeated_cancel_may_be_accepted_by_assumption(void **state)
{
    (void)state;
    assert_with(ASSUME_CANCEL_REPEAT, "accept", accepting);
}

static void a_shown_name_finds_its_status(void **state)
{
    (void)state;
    assert_int_equal(run_status_from("STOPPED", false), RUN_STOPPED);
    assert_int_equal(run_status_from("STOPPED", true), RUN_CANCELLED);
    assert_int_equal(run_status_from("CREATED", false), RUN_CREATED);
    assert_int_equal(run_status_from("RUNNING", true), RUN_RUNNING);
    assert_int_equal(run_status_from("FAILED", false), RUN_FAILED);
    assert_int_equal(run_status_from("FAILED", true), RUN_CANCELLED_FAILED);
    assert_int_equal(run_status_from("PARTIAL_SUCCEEDED", false), RUN_PARTIAL_SUCCEEDED);
    assert_int_equal(run_status_from("CANCELLED", true), RUN_STATUS_COUNT);
}

/* A sort by the number, as of a list, is one by the name; and a new status finds room between two.
 */
static void numbers_are_in_the_order_of_the_names(void **state)
{
    (void)state;
    for (enum run_status a = 0; a < RUN_STATUS_COUNT; a++) {
        assert_int_equal(run_status_number(run_statuses[a].shown), run_statuses[a].number);
        assert_int_equal(run_status_stored(run_statuses[a].number, run_statuses[a].cancelled), a);
        for (enum run_status b = 0; b < RUN_STATUS_COUNT; b++) {
            int order = strcmp(run_statuses[a].shown, run_statuses[b].shown);
            int apart = run_statuses[a].number - run_statuses[b].number;
            assert_true(order < 0 ? apart < -1 : order > 0 ? apart > 1 : apart == 0);
        }
    }
    assert_int_equal(run_status_number("CANCELLED"), 0);
    assert_int_equal(run_status_stored(0, false), RUN_STATUS_COUNT);
}

static void events_are_found_by_their_exact_name(void **state)
{
    enum run_event found;

    (void)state;
    for (int j = 0; j < EVENTS; j++) {
        assert_true(run_event_parse(event_names[j], &found));
        assert_string_equal(run_events[found].name, event_names[j]);
        assert_true(strlen(run_events[found].meaning) > 0);
    }
    assert_false(run_event_parse("cancel", &found));
    assert_false(run_event_parse("", &found));
    assert_false(run_event_parse("FINISH_", &found));
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(the_oracle_knows_every_status_and_event),
        cmocka_unit_test(every_cell_is_what_the_vendor_says),
        cmocka_unit_test(every_refusal_is_a_4xx),
        cmocka_unit_test(a_finished_run_accepts_nothing_but_resume_when_stopped),
        cmocka_unit_test(nothing_leads_back_to_created),
        cmocka_unit_test(every_status_can_be_reached_from_created),
        cmocka_unit_test(cancel_is_accepted_by_four_statuses_only),
        cmocka_unit_test(names_and_ends_are_what_the_vendor_says),
        cmocka_unit_test(what_a_status_has_is_what_the_documents_say),
        cmocka_unit_test(only_a_cancel_cancels),
        cmocka_unit_test(a_cancelled_run_may_show_failed_by_assumption),
        cmocka_unit_test(a_repeated_cancel_may_be_accepted_by_assumption),
        cmocka_unit_test(a_shown_name_finds_its_status),
        cmocka_unit_test(numbers_are_in_the_order_of_the_names),
        cmocka_unit_test(events_are_found_by_their_exact_name),
    };

    assumptions_init(&usual);
    return cmocka_run_group_tests(stories, NULL, NULL);
}
