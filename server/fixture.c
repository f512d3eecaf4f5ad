#include "server/fixture.h"

#include "server/api_key.h"
#include "server/contract.h"
#include "server/fixture_content.h"
#include "server/fixture_read.h"
#include "server/limits.h"
#include "server/suggest.h"
#include "server/validate.h"
#include "store/template.h"
#include "store/transaction.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* One fixture on its way into the store. */
struct loading {
    struct fixture_filling filling;
    struct arena *arena;
    const struct fixture_text *text;
    const cJSON *tree;
};

static bool complain(struct loading *l, const char *pointer, const char *reason)
{
    size_t line = json_line(l->text->text, l->text->size, pointer);

    fprintf(stderr, "edges-emulator: fixture %s:%zu: %s %s\n", l->text->name, line,
            *pointer ? pointer : "/", reason);
    return false;
}

static bool fill(struct loading *l, const cJSON *object, const char *around)
{
    return fixture_fill(&l->filling, object, around) ||
           complain(l, l->filling.pointer, l->filling.reason);
}

static bool add_key(struct loading *l, const cJSON *item, const char *pointer)
{
    const char *clock = json_text(item, "clock");
    const char *uid = json_text(item, "workspace_uid");
    const char *user_uid = json_text(item, "user_uid");
    const char *key = json_text(item, "api_key"), *print = json_text(item, "key_print");
    char lower[UID_SIZE], user_lower[UID_SIZE];
    struct clock mode;
    struct template_order made = {
        .print = fixture_print(item),
        .template = l->filling.template,
        .uid = uid && uid_parse(uid, lower) ? lower : NULL,
        .user_uid = user_uid && uid_parse(user_uid, user_lower) ? user_lower : NULL,
        .clock = clock && clock_parse(clock, &mode) ? &mode : NULL,
    };

    if (clock && !made.clock)
        return complain(l, arena_format(l->arena, "%s/clock", pointer),
                        "must be real, frozen, or an instant like 2026-01-01T00:00:00Z");
    if (print && print[strspn(print, "0123456789abcdef")])
        return complain(l, arena_format(l->arena, "%s/key_print", pointer),
                        "must be 16 hexadecimal digits");
    if (!key == !print)
        return complain(l, pointer, "must have property 'api_key' or 'key_print', and not both");
    if (key && !api_key_is_possible(key))
        return complain(l, arena_format(l->arena, "%s/api_key", pointer),
                        "must be " API_KEY_WANTED);
    if (template_names_print(l->filling.store, made.print))
        return complain(l, pointer, "has the same key as one before it");
    return template_add(l->filling.store, &made) == ERROR_NONE ||
           complain(l, pointer, "cannot be stored");
}

static bool add_workspaces(struct loading *l, int64_t *last_template)
{
    int i = 0;

    const cJSON *item;
    cJSON_ArrayForEach (item, json_find(l->tree, "workspaces")) {
        const char *pointer = arena_format(l->arena, "/workspaces/%d", i++);
        l->filling.template = --*last_template;
        l->filling.position = 0;
        l->filling.expected = cJSON_GetArraySize(json_find(item, "runs"));
        if (!add_key(l, item, pointer) || !fill(l, item, pointer))
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
    cJSON *tree = json_parse(l->text->text, l->text->size, &json_unbounded, &fault);

    if (!tree) {
        fprintf(stderr, "edges-emulator: fixture %s:%zu: / is not valid JSON: %s\n", l->text->name,
                fault.line, fault.reason);
        return false;
    }
    if (!validate(&v, &contract_fixture, tree)) {
        const char *words = suggest_in_words(l->arena, v.violation.near, v.violation.allowed);
        return complain(l, v.violation.pointer,
                        words ? arena_format(l->arena, "%s (%s)", v.violation.reason, words)
                              : v.violation.reason);
    }
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
        l->filling.template = TEMPLATE_COMMON;
        l->filling.position = position;
        l->filling.expected = expected;
        if (!fill(l, l->tree, ""))
            return false;
        position = l->filling.position;
        if (!add_workspaces(l, &last_template))
            return false;
    }
    return true;
}

static bool load(struct store *store, struct arena *arena, const struct option_values *names)
{
    struct fixture_text texts[OPTION_VALUES_MAX];
    struct loading l = {.filling = {.store = store, .arena = arena}, .arena = arena};

    for (int i = 0; i < names->count; i++) {
        if (!read_text(names->value[i], arena, &texts[i]))
            return false;
    }
    if (transaction_begin(store, NULL) != ERROR_NONE)
        return false;
    enum error e = template_clear(store);
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
