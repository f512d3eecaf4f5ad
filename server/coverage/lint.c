#include "server/coverage/lint_client.h"

#include "store/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct lint_row rows[LINT_COUNT] = {
#define LINT(name, word, level, ...) {word, LINT_##level, __VA_ARGS__},
#include "server/coverage/lint.def"
};

const struct lint_row *lint_row(enum lint_rule rule)
{
    return &rows[rule];
}

enum lint_rule lint_rule_find(const char *name)
{
    enum lint_rule rule = 0;

    while (rule < LINT_COUNT && strcmp(rows[rule].name, name) != 0)
        rule++;
    return rule;
}

const char *lint_level_name(enum lint_level level)
{
    static const char *const names[] = {"error", "warning", "error or warning"};

    return names[level];
}

enum lint_level lint_finding_level(enum lint_rule rule, const struct lint_finding *finding)
{
    if (rows[rule].level != LINT_BY_CLOCK)
        return rows[rule].level;
    return finding->certain ? LINT_ERROR : LINT_WARNING;
}

void lint_init(struct lint *lint)
{
    *lint = (struct lint){0};
    /* the system gives memory only to those that are used */
    lint->clients = memory_take(LIMIT_LINT_WORKSPACES * sizeof *lint->clients);
}

void lint_release(struct lint *lint)
{
    for (int i = 0; lint->clients && i < LIMIT_LINT_WORKSPACES; i++)
        free(lint->clients[i].memory);
    free(lint->clients);
}

void lint_place_set(struct lint_place *out, const char *id, const char *label)
{
    stpcpy(out->id, id);
    snprintf(out->label, sizeof out->label, "%s", label ? label : "");
}

static void finding_add(struct lint_finding *finding, const struct lint_place *place)
{
    if (finding->count < LINT_IDS)
        finding->place[finding->count] = *place;
    finding->count++;
}

void lint_find(struct lint *lint, enum lint_rule rule, const char *id, const char *label)
{
    struct lint_place place;

    lint_place_set(&place, id, label);
    finding_add(&lint->finding[rule], &place);
}

/* Adds the lists that nobody has read on from. */
static void client_add_lists(const struct lint_client *client, struct lint_finding *out)
{
    for (int i = 0; client->memory && i < LISTS_KEPT; i++) {
        const struct full_list *list = &client->memory->lists[i];
        if (list->op && !list->read_on)
            finding_add(out, &list->first);
    }
}

void lint_list(const struct lint *lint, struct lint_finding out[LINT_COUNT])
{
    memcpy(out, lint->finding, sizeof lint->finding);
    for (int i = 0; i < LIMIT_LINT_WORKSPACES; i++)
        client_add_lists(&lint->clients[i], &out[LINT_STOPS_AT_PAGE_1]);
}

void lint_client_forget(struct lint *lint, struct lint_client *client)
{
    client_add_lists(client, &lint->finding[LINT_STOPS_AT_PAGE_1]);
    free(client->memory);
    *client =
        (struct lint_client){.workspace = client->workspace, .generation = client->generation};
}

struct lint_memory *lint_client_memory(struct lint_client *client)
{
    if (!client->memory)
        client->memory = memory_take(sizeof *client->memory);
    return client->memory;
}

struct lint_client *lint_client_get(struct lint *lint, const struct workspace *workspace)
{
    int64_t id = workspace ? workspace->id : 0, generation = workspace ? workspace->generation : 0;
    struct lint_client *client = &lint->clients[id % LIMIT_LINT_WORKSPACES];

    if (client->workspace == id && client->generation == generation)
        return client;
    lint_client_forget(lint, client);
    client->workspace = id;
    client->generation = generation;
    return client;
}
