#include "server/fixture_content.h"

#include "server/callback_check.h"
#include "server/fixture_run.h"
#include "store/base/instant.h"
#include "store/base/uid.h"

#include <string.h>

enum {
    RUN_EVERY = 60 * 1000, /* ms between the creations of two runs of a fixture */
    RUN_STEP = 10 * 1000   /* ms from creation to start, and from start to end */
};

static bool complain(struct fixture_filling *f, const char *pointer, const char *reason)
{
    f->pointer = pointer;
    f->reason = reason;
    return false;
}

/* What the store made of item i of a list. */
static bool settle(struct fixture_filling *f, enum error e, const char *around, const char *list,
                   int i)
{
    const char *pointer = arena_format(f->arena, "%s/%s/%d", around, list, i);

    if (e == ERROR_ALREADY_EXISTS)
        return complain(f, pointer, "has the same uid, slug or position as one before it");
    if (e)
        return complain(f, pointer, "cannot be stored");
    return true;
}

static bool check_callback(struct fixture_filling *f, const cJSON *item, const char *pointer)
{
    const char *header = callback_check(f->arena, json_find(item, "callback"));

    return !header ||
           complain(f, arena_format(f->arena, "%s/callback/%s", pointer, header), CALLBACK_WANTED);
}

static bool add_outputs(struct fixture_filling *f, const cJSON *item, const struct run *run,
                        const char *pointer)
{
    struct output output;
    int i = 0;

    const cJSON *each;
    cJSON_ArrayForEach (each, json_find(item, "outputs")) {
        fixture_read_output(each, run, i, &output);
        if (!settle(f, output_add(f->store, &output), pointer, "outputs", i))
            return false;
        i++;
    }
    return true;
}

/* The runs of a template are created a minute apart, the last of them a minute ago. */
static struct fixture_times next_times(struct fixture_filling *f)
{
    int64_t before = (f->expected - f->position++) * RUN_EVERY;

    return (struct fixture_times){.first = INSTANT_RELATIVE - before, .step = RUN_STEP};
}

static bool add_run(struct fixture_filling *f, const cJSON *item, const char *around, int i)
{
    const char *pointer = arena_format(f->arena, "%s/runs/%d", around, i);
    const char *reason;
    struct run run;

    if (!check_callback(f, item, pointer))
        return false;
    if (!fixture_read_run(item, next_times(f), &run, &reason))
        return complain(f, pointer, reason);
    run.workspace = f->template;
    const char *member = fixture_check_run(f->store, &run, &reason);
    if (member)
        return complain(f, arena_format(f->arena, "%s/%s", pointer, member), reason);
    if (!run.id)
        run.id = f->position;
    if (!*run.uid)
        uid_derive(uid_seed((uint64_t)f->template, "run"), (uint64_t)f->position, run.uid);
    enum error e = run_fill_workflow(f->store, &run);
    if (!e)
        e = run_add(f->store, &run);
    if (!e)
        e = run_add_inputs(f->store, &run, fixture_read_inputs(item));
    return settle(f, e, around, "runs", i) && add_outputs(f, item, &run, pointer);
}

/* A flow that lists no steps leaves them open. */
static bool names_step(const cJSON *steps, const char *step)
{
    const cJSON *each;

    cJSON_ArrayForEach (each, steps) {
        if (strcmp(each->valuestring, step) == 0)
            return true;
    }
    return cJSON_GetArraySize(steps) == 0;
}

/* An item of a plan is an event of the run, or outputs of one of its flow's steps. */
static bool check_plan(struct fixture_filling *f, const cJSON *flow, const char *pointer)
{
    const cJSON *item, *steps = json_find(flow, "steps");
    int i = 0;

    cJSON_ArrayForEach (item, json_find(flow, "plan")) {
        const char *step = json_text(item, "step_uid");
        const char *place = arena_format(f->arena, "%s/plan/%d", pointer, i++);
        if (!step == !json_find(item, "event"))
            return complain(f, place, "must have an event or a step_uid, and not both");
        if (step && !names_step(steps, step))
            return complain(f, arena_format(f->arena, "%s/step_uid", place),
                            "must be one of the flow's steps");
    }
    return true;
}

static bool add_flow(struct fixture_filling *f, const cJSON *item, const char *around, int i)
{
    const char *pointer = arena_format(f->arena, "%s/flows/%d", around, i);
    struct flow flow;

    fixture_read_flow(item, &flow);
    flow.workspace = f->template;
    const char *reason = fixture_check_slug(flow.slug);
    if (reason)
        return complain(f, arena_format(f->arena, "%s/slug", pointer), reason);
    if (!check_plan(f, item, pointer))
        return false;
    return settle(f, flow_add(f->store, &flow), around, "flows", i);
}

static bool add_schedule(struct fixture_filling *f, const cJSON *item, const char *around, int i)
{
    struct fixture_times times = {.first = INSTANT_RELATIVE - RUN_EVERY, .step = RUN_STEP};
    const char *pointer = arena_format(f->arena, "%s/schedules/%d", around, i);
    struct schedule schedule;
    const char *why;

    if (!check_callback(f, item, pointer))
        return false;
    fixture_read_schedule(item, times, ++f->schedules, &schedule);
    schedule.workspace = f->template;
    const char *member = fixture_check_schedule(f->store, f->arena, &schedule, &why);
    if (member)
        return complain(f, arena_format(f->arena, "%s/%s", pointer, member), why);
    return settle(f, schedule_add(f->store, &schedule), around, "schedules", i);
}

static const struct {
    const char *name;
    bool (*add)(struct fixture_filling *f, const cJSON *item, const char *around, int i);
} lists[] = {{"flows", add_flow}, {"runs", add_run}, {"schedules", add_schedule}};

/* What one object holds, a whole fixture or a workspace in it. */
bool fixture_fill(struct fixture_filling *f, const cJSON *object, const char *around)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const cJSON *item;
        int n = 0;
        cJSON_ArrayForEach (item, json_find(object, lists[i].name)) {
            if (!lists[i].add(f, item, around, n++))
                return false;
        }
    }
    return true;
}
