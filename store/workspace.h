/* One tenant: an API key, its member and its clock (API.md section 2).
 *
 * Workspaces in use are kept in memory beside their rows, so that a request finds its own without
 * SQL; a struct workspace lives as long as its store. Templates hold the fixtures that new and
 * reset workspaces are copied from: TEMPLATE_COMMON for every key, or one for a single key.
 */
#ifndef STORE_WORKSPACE_H
#define STORE_WORKSPACE_H

#include "store/base/uid.h"
#include "store/store.h"

enum {
    WORKSPACE_KEY_MAX = 256, /* bytes of an API key */
    WORKSPACES_MAX = 10000,  /* in one store */
    TEMPLATE_COMMON = 0      /* id of the template of every workspace that has none of its own */
};

/* The ids of templates are from here up to TEMPLATE_COMMON; those of snapshots are below. */
#define TEMPLATE_LAST (-((int64_t)1 << 32))

/* What memory knows of the rows; a transaction that is taken back takes this back too. */
struct workspace_marks {
    struct clock clock;
    int64_t latest;     /* what the clock showed last */
    int64_t next_due;   /* nothing is due before; INSTANT_NONE: nothing at all */
    int64_t outbox_due; /* no callback is due before; INSTANT_NONE: none at all */
    int64_t runs;       /* how many there are */
    int64_t last_id;    /* the greatest run id given */
    int64_t last_seq;   /* the greatest due_seq given */
};

struct workspace {
    int64_t id;
    int64_t template;
    uint64_t print; /* of the key, which itself is not kept */
    char uid[UID_SIZE];
    char user_uid[UID_SIZE];
    struct workspace_marks marks;
    const struct assumptions *assumptions; /* the store's, or its own */
    struct assumptions *own_assumptions;   /* NULL: it has none of its own */
    int64_t used;                          /* when it was used last; counts the uses of all */
    int64_t waiters;                       /* who waits for something in it */
    int64_t tenancy;                       /* grows when it becomes that of another key */
    uint64_t seed;                         /* of the uids made here */
    uint64_t drawn;                        /* references made so far */
    int64_t changes;                       /* that came about by themselves: grows with each */
    struct workspace *outbox_next;         /* of those that have something to send (outbox.h) */
    bool outbox_queued;
    bool outbox_overtaken; /* by a cancel or a reset, which its deliveries have to look at */
};

/* What a fixture says of one key; NULL and a zero template stand for the usual. */
struct workspace_template {
    const char *key;  /* NULL: print says whose it is */
    int64_t template; /* the id it gets: below TEMPLATE_COMMON */
    const char *uid;
    const char *user_uid;
    const struct clock *clock;
    uint64_t print; /* key_print of a fixture */
};

/* What is kept of a key: it may be a real one, and must not be read out of a file or a log. */
uint64_t workspace_print(const char *key);

/* The workspace of this key, or NULL. */
struct workspace *workspace_find(struct store *store, const char *key);

/* The same, made from its template when it is not there yet. The key is at most WORKSPACE_KEY_MAX
 * bytes long. Errors: ERROR_TOO_MANY_WORKSPACES. */
enum error workspace_get(struct store *store, const char *key, struct workspace **out);

/* Empties it, sets its clock, and has it filled anew; all of it, or nothing when it fails. What was
 * on its way out of it is broken off. */
typedef enum error workspace_filler(struct store *store, struct workspace *workspace,
                                    void *context);
enum error workspace_replace(struct store *store, struct workspace *workspace,
                             const struct clock *clock, workspace_filler *fill, void *context);

/* Back to its template, its clock back to its start. */
enum error workspace_reset(struct store *store, struct workspace *workspace);

/* Gives it assumptions of its own; a reset gives it the store's again. */
enum error workspace_assume(struct store *store, struct workspace *workspace,
                            const struct assumptions *assumptions);

/* What its clock shows now, which is never less than it showed before. */
int64_t workspace_now(struct workspace *workspace);

/* Sets its clock, in the transaction of who calls, who also fires what lies between (engine.h). */
enum error workspace_set_clock(struct store *store, struct workspace *workspace,
                               const struct clock *clock);

/* Notes that something is due then; INSTANT_NONE is nothing. */
void workspace_expect(struct store *store, struct workspace *workspace, int64_t due_at);

/* Notes that a real clock has to be looked at when it shows this. */
void workspace_wake_at(struct store *store, struct workspace *workspace, int64_t at);

/* The workspace of this id, which exists. */
struct workspace *workspace_by_id(const struct store *store, int64_t id);

/* Visits every workspace, in no order. */
void workspace_each(struct store *store, void (*visit)(void *context, struct workspace *workspace),
                    void *context);

/* Forgets every template, so that new ones can be loaded; workspaces stay. */
enum error workspace_clear_templates(struct store *store);

/* Makes a template for one key; its workspace, where there is one, keeps its content and takes the
 * template for its next reset. */
enum error workspace_add_template(struct store *store, const struct workspace_template *made);

/* Whether a fixture in force names this key, or the one of this print. */
bool workspace_in_fixture(const struct store *store, const char *key);
bool workspace_print_in_fixture(const struct store *store, uint64_t print);

/* The number that the next reference (of an error, of a request) is made from. */
uint64_t workspace_draw(struct workspace *workspace);

int64_t workspace_count(const struct store *store);

/* For store.c: read all rows into memory, and let go of them. */
enum error workspace_load(struct store *store);
void workspace_unload(struct store *store);

#endif
