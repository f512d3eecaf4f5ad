#include "server/json/names.h"

#include <string.h>

struct json_name *names_guess(const struct json_names *names, const char *text, const char *end)
{
    struct json_name *name = names->last ? names->last->after : NULL;

    if (!name || (size_t)(end - text) <= name->plain || text[name->plain] != '"' ||
        memcmp(text, name->text, name->plain) != 0)
        return NULL;
    return name;
}

static int name_compare(const char *bytes, size_t size, const struct json_name *name)
{
    int difference = strncmp(bytes, name->text, size);

    return difference || !name->text[size] ? difference : -1;
}

struct json_name *names_find(const struct json_names *names, const char *bytes, size_t size)
{
    struct json_name *name = names->tree;
    int difference;

    while (name && (difference = name_compare(bytes, size, name)) != 0)
        name = name->child[difference > 0];
    return name;
}

/* Returns the tree with the name in it, its root the one with the greatest rank. */
static struct json_name *tree_add(struct json_name *tree, struct json_name *name)
{
    if (!tree)
        return name;
    int side = strcmp(name->text, tree->text) > 0;
    struct json_name *child = tree->child[side] = tree_add(tree->child[side], name);
    if (child->rank <= tree->rank)
        return tree;
    tree->child[side] = child->child[!side];
    child->child[!side] = tree;
    return child;
}

void names_add(struct json_names *names, struct json_name *name)
{
    names->random = (names->random + (uintptr_t)name) * 6364136223846793005u + 1;
    name->rank = names->random >> 32;
    names->tree = tree_add(names->tree, name);
}

void names_note(struct json_names *names, struct json_name *name)
{
    if (names->last)
        names->last->after = name;
    names->last = name;
}

bool name_is_repeated(const cJSON *object, const cJSON *member)
{
    void *start = member->string - offsetof(struct json_name, text);
    struct json_name *name = start;
    bool repeated = name->object == object;

    name->object = object;
    return repeated;
}
