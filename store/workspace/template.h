/* Templates: what new and reset workspaces are copied from.
 *
 * A template is content (workspace_content.h) under an id that is no workspace's: TEMPLATE_COMMON
 * for every key, or one for a single key that a fixture names.
 */
#ifndef STORE_WORKSPACE_TEMPLATE_H
#define STORE_WORKSPACE_TEMPLATE_H

#include "store/workspace/content.h"

enum { TEMPLATE_COMMON = 0 };

/* The ids of templates are from here up to TEMPLATE_COMMON; those of snapshots are below. */
#define TEMPLATE_LAST (-((int64_t)1 << 32))

/* What a fixture says of one key; NULL stands for the usual. */
struct template_spec {
    int64_t template; /* the id it gets: below TEMPLATE_COMMON */
    const char *uid;
    const char *user_uid;
    const struct clock *clock;
    uint64_t key_hash; /* of the key */
};

/* Makes a template for one key; its workspace, where there is one, keeps its content and takes the
 * template for its next reset. */
enum error template_add(struct store *store, const struct template_spec *order);

/* Forgets every template, so that new ones can be loaded; workspaces stay. */
enum error template_clear(struct store *store);

/* Whether a fixture in force names this key, or the one of this print. */
bool template_names_key(const struct store *store, const char *key);
bool template_names_key_hash(const struct store *store, uint64_t print);

/* Gives a workspace what follows from its key: its template, uids and the start of its clock, as
 * its fixture says, else as --clock does. */
void template_assign(const struct store *store, struct workspace *workspace);

/* Fills an empty workspace from its template. */
enum error template_fill(struct store *store, struct workspace *workspace);

/* The same as a filler, for one that was given what follows from its key, which is written too;
 * assumptions of its own are deleted. */
enum error template_refill(struct store *store, struct workspace *workspace, void *context);

/* Begins a workspace anew: what follows from its key is given to it, by a fixture of today, its
 * clock starts again, and it is filled, by template_refill() or with it. When it fails, the
 * workspace is as it was. */
enum error template_reset(struct store *store, struct workspace *workspace,
                          workspace_fill_fn *fill);

/* Lets go of what memory knows of them. */
void template_forget_all(struct store *store);

#endif
