#include "server/fixture.h"

#include "server/contract.h"
#include "server/fixture_run.h"
#include "server/limits.h"
#include "server/validate.h"
#include "store/base/instant.h"
#include "store/transaction.h"
#include "store/workspace.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum {
    RUN_EVERY = 60 * 1000, /* ms between the creations of two runs of a fixture */
    RUN_STEP = 10 * 1000   /* ms from creation to start, and from start to end */
};

/* One fixture on its way into the store. */
struct loading {
    struct store *store;
    struct arena *arena;
    const struct fixture_text *text;
    const cJSON *tree;
    int64_t template;  /* the one that is being filled */
    int64_t position;  /* of the run among all of that template, from 0 */
    int64_t expected;  /* how many runs that template gets in all */
    int64_t schedules; /* of all templates so far */
};

static bool complain(struct loading *l, const char *pointer, const char *reason)
{
    size_t line = json_line(l->text->text, l->text->size, pointer);

    fprintf(stderr, "edges-emulator: fixture %s:%zu: %s %s\n", l->text->name, line,
            *pointer ? pointer : "/", reason);
    return false;
}

/* What the store made of item i of a list. */
static bool settle(struct loading *l, enum error e, const char *around, const char *list, int i)
{
    const char *pointer = arena_format(l->arena, "%s/%s/%d", around, list, i);

    if (e == ERROR_ALREADY_EXISTS)
        return complain(l, pointer, "has the same uid, slug or position as one before it");
    if (e)
        return complain(l, pointer, "cannot be stored");
    return true;
}

/* Zero and less mean "from now" in a template (schema.sql). */
static bool check_times(struct loading *l, const cJSON *item, const char *pointer)
{
    const cJSON *member;
    int64_t instant;

    cJSON_ArrayForEach (member, item) {
        const char *name = member->string;
        bool is_time = (strlen(name) > 3 && strcmp(name + strlen(name) - 3, "_at") == 0) ||
                       strcmp(name, "postponed_until") == 0;
        if (is_time && cJSON_IsString(member) && instant_parse(member->valuestring, &instant) &&
            instant <= 0)
            return complain(l, arena_format(l->arena, "%s/%s", pointer, name),
                            "must be after 1970-01-01T00:00:00Z");
    }
    return true;
}

static bool add_outputs(struct loading *l, const cJSON *item, const struct run *run,
                        const char *pointer)
{
    struct output output;
    int i = 0;

    const cJSON *each;
    cJSON_ArrayForEach (each, json_find(item, "outputs")) {
        fixture_read_output(each, run, i, &output);
        if (!settle(l, output_add(l->store, &output), pointer, "outputs", i))
            return false;
        i++;
    }
    return true;
}

/* The runs of a template are created a minute apart, the last of them a minute ago. */
static struct fixture_times next_times(struct loading *l)
{
    int64_t first = (l->position++ - l->expected) * RUN_EVERY;

    return (struct fixture_times){.first = first, .step = RUN_STEP};
}

static bool add_run(struct loading *l, const cJSON *item, const char *around, int i)
{
    const char *pointer = arena_format(l->arena, "%s/runs/%d", around, i);
    const char *reason;
    struct run run;

    if (!check_times(l, item, pointer))
        return false;
    if (!fixture_read_run(item, next_times(l), &run, &reason))
        return complain(l, pointer, reason);
    run.workspace = l->template;
    if (!run.id)
        run.id = l->position;
    if (!*run.uid)
        uid_derive(uid_seed((uint64_t)l->template, "run"), (uint64_t)l->position, run.uid);
    if (!*run.workflow_uid)
        run_default_workflow(run.workflow_uid);
    enum error e = run_add(l->store, &run);
    if (!e)
        e = run_add_inputs(l->store, &run, fixture_read_inputs(item));
    return settle(l, e, around, "runs", i) && add_outputs(l, item, &run, pointer);
}

static bool add_flow(struct loading *l, const cJSON *item, const char *around, int i)
{
    struct flow flow;

    fixture_read_flow(item, &flow);
    flow.workspace = l->template;
    return settle(l, flow_add(l->store, &flow), around, "flows", i);
}

static bool add_schedule(struct loading *l, const cJSON *item, const char *around, int i)
{
    struct fixture_times times = {.first = -RUN_EVERY, .step = RUN_STEP};
    const char *pointer = arena_format(l->arena, "%s/schedules/%d", around, i);
    struct schedule schedule;
    const char *why;

    if (!check_times(l, item, pointer))
        return false;
    fixture_read_schedule(item, times, ++l->schedules, &schedule);
    schedule.workspace = l->template;
    const char *member = fixture_check_schedule(l->store, l->arena, &schedule, &why);
    if (member)
        return complain(l, arena_format(l->arena, "%s/%s", pointer, member), why);
    return settle(l, schedule_add(l->store, &schedule), around, "schedules", i);
}

static const struct {
    const char *name;
    bool (*add)(struct loading *l, const cJSON *item, const char *around, int i);
} lists[] = {{"flows", add_flow}, {"runs", add_run}, {"schedules", add_schedule}};

/* What one object holds, a whole fixture or a workspace in it. */
static bool add_content(struct loading *l, const cJSON *object, const char *around)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const cJSON *item;
        int n = 0;
        cJSON_ArrayForEach (item, json_find(object, lists[i].name)) {
            if (!lists[i].add(l, item, around, n++))
                return false;
        }
    }
    return true;
}

static bool add_key(struct loading *l, const cJSON *item, const char *pointer)
{
    const char *clock = json_text(item, "clock");
    const char *uid = json_text(item, "workspace_uid");
    const char *user_uid = json_text(item, "user_uid");
    char lower[UID_SIZE], user_lower[UID_SIZE];
    struct clock mode;
    struct workspace_template made = {
        .key = json_text(item, "api_key"),
        .template = l->template,
        .uid = uid && uid_parse(uid, lower) ? lower : NULL,
        .user_uid = user_uid && uid_parse(user_uid, user_lower) ? user_lower : NULL,
        .clock = clock && clock_parse(clock, &mode) ? &mode : NULL,
    };

    if (clock && !made.clock)
        return complain(l, arena_format(l->arena, "%s/clock", pointer),
                        "must be real, frozen, or an instant like 2026-01-01T00:00:00Z");
    if (workspace_in_fixture(l->store, made.key))
        return complain(l, pointer, "has the same api_key as one before it");
    return workspace_add_template(l->store, &made) == ERROR_NONE ||
           complain(l, pointer, "cannot be stored");
}

static bool add_workspaces(struct loading *l, int64_t *last_template)
{
    int i = 0;

    const cJSON *item;
    cJSON_ArrayForEach (item, json_find(l->tree, "workspaces")) {
        const char *pointer = arena_format(l->arena, "/workspaces/%d", i++);
        l->template = --*last_template;
        l->position = 0;
        l->expected = cJSON_GetArraySize(json_find(item, "runs"));
        if (!add_key(l, item, pointer) || !add_content(l, item, pointer))
            return false;
    }
    return true;
}

static bool read_stream(FILE *file, struct arena *arena, struct fixture_text *out)
{
    struct stat about;

    if (fstat(fileno(file), &about) != 0 || !S_ISREG(about.st_mode)) {
        errno = S_ISDIR(about.st_mode) ? EISDIR : EINVAL;
        return false;
    }
    if (about.st_size > LIMIT_FIXTURE) {
        errno = EFBIG;
        return false;
    }
    char *text = arena_alloc(arena, (size_t)about.st_size + 1);
    out->size = fread(text, 1, (size_t)about.st_size, file);
    out->text = text;
    return !ferror(file);
}

static bool read_file(const char *name, struct arena *arena, struct fixture_text *out)
{
    FILE *file = fopen(name, "re");
    bool well = file && read_stream(file, arena, out);

    out->name = name;
    if (!well)
        fprintf(stderr,
                "edges-emulator: fixture %s cannot be read: %s; it takes demo, empty, or the name "
                "of a JSON file\n",
                name, strerror(errno));
    if (file)
        fclose(file);
    return well;
}

static bool read_text(const char *name, struct arena *arena, struct fixture_text *out)
{
    for (int i = 0; i < fixture_built_in_count; i++) {
        if (strcmp(name, fixture_built_in[i].name) == 0) {
            *out = fixture_built_in[i];
            return true;
        }
    }
    return read_file(name, arena, out);
}

/* The text as a tree that keeps to the contract. */
static bool parse(struct loading *l, cJSON **out)
{
    struct validation v = {.arena = l->arena};
    struct json_fault fault;
    cJSON *tree = json_parse(l->text->text, l->text->size, &fault);

    if (!tree) {
        fprintf(stderr, "edges-emulator: fixture %s:%zu: / is not valid JSON: %s\n", l->text->name,
                fault.line, fault.reason);
        return false;
    }
    if (!validate(&v, &contract_fixture, tree))
        return complain(l, v.violation.pointer, v.violation.reason);
    *out = tree;
    return true;
}

static bool load_all(struct loading *l, const struct fixture_text *texts, int count)
{
    cJSON *trees[OPTION_VALUES_MAX];
    int64_t last_template = TEMPLATE_COMMON;
    int64_t expected = 0;

    for (int i = 0; i < count; i++) {
        l->text = &texts[i];
        if (!parse(l, &trees[i]))
            return false;
        expected += cJSON_GetArraySize(json_find(trees[i], "runs"));
    }
    int64_t position = 0;
    for (int i = 0; i < count; i++) {
        l->text = &texts[i];
        l->tree = trees[i];
        l->template = TEMPLATE_COMMON;
        l->position = position;
        l->expected = expected;
        if (!add_content(l, l->tree, ""))
            return false;
        position = l->position;
        if (!add_workspaces(l, &last_template))
            return false;
    }
    return true;
}

static bool load(struct store *store, struct arena *arena, const struct option_values *names)
{
    struct fixture_text texts[OPTION_VALUES_MAX];
    struct loading l = {.store = store, .arena = arena};

    for (int i = 0; i < names->count; i++) {
        if (!read_text(names->value[i], arena, &texts[i]))
            return false;
    }
    enum error e = transaction_begin(store);
    if (!e)
        e = workspace_clear_templates(store);
    if (!e && !load_all(&l, texts, names->count))
        e = ERROR_BAD_BODY;
    return transaction_end(store, e) == ERROR_NONE;
}

bool fixture_load(struct store *store, const struct option_values *names)
{
    struct arena arena = {0};

    json_use(&arena);
    bool well = load(store, &arena, names);
    arena_release(&arena);
    return well;
}
