/* The workspaces in memory, for the files of workspaces only (workspace.c, workspace_template.c,
 * workspace_evict.c).
 */
#ifndef STORE_WORKSPACE_SET_H
#define STORE_WORKSPACE_SET_H

#include "store/workspace.h"

enum { SLOTS = 2 * WORKSPACES_MAX };

/* An open-addressing table from a key's print to its workspace, never more than half full, and the
 * rows of the templates that belong to one key. */
struct workspace_set {
    struct workspace *slot[SLOTS];
    struct workspace *by_id[WORKSPACES_MAX + 1];
    int64_t count;
    int64_t last_id;
    int64_t uses; /* of all together */
    struct own_template *templates;
};

struct own_template {
    struct own_template *next;
    int64_t id;
    uint64_t print;
    char uid[UID_SIZE];
    char user_uid[UID_SIZE];
    struct clock clock;
};

/* Where the workspace of that print is, or belongs. */
struct workspace **workspace_slot(const struct store *store, uint64_t print);

/* What a new workspace is by its key and its template: uids, clock, template. */
void workspace_take_template(const struct store *store, struct workspace *workspace);

/* Where the clock of a new or reset workspace starts: as its fixture says, else as --clock does. */
struct clock workspace_start_clock(const struct store *store, uint64_t print);

/* Forgets the assumptions of its own, or finds them again after a start. */
enum error workspace_assume_nothing(struct store *store, const struct workspace *workspace);
enum error workspace_assume_again(struct store *store, struct workspace *workspace);

void workspace_free_templates(struct workspace_set *set);

/* Makes the one that was used longest ago that of another key, empty. Fixtures name theirs for
 * good, and one that is waited for stays. Errors: ERROR_TOO_MANY_WORKSPACES when none can go. */
enum error workspace_evict(struct store *store, uint64_t print, struct workspace **out);

#endif
