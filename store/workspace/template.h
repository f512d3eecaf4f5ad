/* Templates: what new and reset workspaces are copied from.
 *
 * A template is content (content.h) under an id that no workspace has. A key that a fixture names
 * has a template of its own; every other key has TEMPLATE_COMMON.
 */
#ifndef STORE_WORKSPACE_TEMPLATE_H
#define STORE_WORKSPACE_TEMPLATE_H

#include "store/db/workspace.h"

enum { TEMPLATE_COMMON = 0 };

/* Ids of templates are from here up to TEMPLATE_COMMON; those of snapshots are below. */
#define TEMPLATE_LAST (-((int64_t)1 << 32))

/* The id of the template of a fixture that a reset names, which has this number (fixture.h). */
#define TEMPLATE_NAMED(number) (TEMPLATE_LAST + 1 + (number))

/* What a workspace of a key starts as. */
struct template
{
    int64_t id;
    uint64_t key_hash;
    char uid[UID_SIZE], user_uid[UID_SIZE]; /* of the workspace and its member */
    struct clock clock;
    struct template *next; /* for template.c */
};

/* The template of a key. Without one of its own it has TEMPLATE_COMMON, uids made from the key, and
 * the clock that the store was opened with. */
struct template template_of(const struct store *store, uint64_t key_hash);

/* The clock of keys without a template of their own: the one that the store was opened with, until
 * a fixture sets it. */
struct clock *template_clock(struct store *store);

/* Gives a key a template of its own; copied. A workspace that exists is filled from it at its next
 * reset. */
enum error template_add(struct store *store, const struct template *template);

/* Deletes all templates; workspaces keep their content. */
enum error template_clear(struct store *store);

/* Whether a key has a template of its own. */
bool template_exists(const struct store *store, uint64_t key_hash);

/* Frees the memory of all templates; for tenant.c, which closes them with the store. */
void template_free_all(struct store *store);

#endif
