/* A workspace: its member, its clock, and what memory knows of its rows (API.md section 2).
 *
 * Workspaces in use are kept in memory beside their rows, so that a request finds its own without
 * SQL; a struct workspace lives as long as its store. Whose a workspace is, and how it begins, is
 * told in tenant.h; what it holds, in content.h.
 */
#ifndef STORE_DB_WORKSPACE_H
#define STORE_DB_WORKSPACE_H

#include "store/base/limits.h"
#include "store/base/link.h"
#include "store/base/uid.h"
#include "store/store.h"

/* What memory knows of the rows; a transaction that is taken back takes this back too. */
struct workspace_cache {
    struct clock clock;
    int64_t last_now;   /* what the clock showed last */
    int64_t next_due;   /* nothing is due before; INSTANT_NONE: nothing at all */
    int64_t outbox_due; /* no callback is due before; INSTANT_NONE: none at all */
    int64_t runs;       /* how many there are */
    int64_t last_id;    /* the greatest run id given */
    int64_t last_seq;   /* the greatest due_seq given */
};

/* Somebody who waits for a change of a workspace. The caller owns it; zeroed, it waits for none. */
struct waiter {
    struct link link;
    void (*wake)(struct waiter *waiter); /* called with every change; may only note it */
};

struct workspace {
    int64_t id;
    int64_t template;  /* that it is a copy of (template.h) */
    uint64_t key_hash; /* of the key, which itself is not kept */
    char uid[UID_SIZE];
    char user_uid[UID_SIZE];
    struct workspace_cache cache;
    const struct assumptions *assumptions; /* the store's, or its own */
    struct assumptions *own_assumptions;   /* NULL: it has none of its own */
    int64_t last_used;                     /* when it was used last; counts the uses of all */
    struct link *waiters;                  /* struct waiter: while it has any, it is not evicted */
    int64_t generation;                    /* grows when it becomes that of another key */
    uint64_t seed;                         /* of the uids made here */
    uint64_t ref_seq;                      /* references made so far */
    int64_t version;                       /* grows with every change (workspace_changed) */
    struct link outbox;                    /* among those with callbacks to send (outbox.h) */
    bool outbox_invalidated; /* a cancel or a reset may have dropped callbacks in flight */
};

/* What is kept of a key: it may be a real one, and must not be read out of a file or a log. */
uint64_t workspace_key_hash(const char *key);

/* The workspace of this key, or NULL. */
struct workspace *workspace_find(struct store *store, const char *key);

/* The workspace of this id, which exists. */
struct workspace *workspace_by_id(const struct store *store, int64_t id);

/* Visits every workspace, in no order. */
void workspace_each(struct store *store, void (*visit)(void *context, struct workspace *workspace),
                    void *context);

int64_t workspace_count(const struct store *store);

/* What its clock shows now, which is never less than it showed before. */
int64_t workspace_now(struct workspace *workspace);

/* Sets its clock, in the transaction of who calls, who also fires what lies between (engine.h). */
enum error workspace_set_clock(struct store *store, struct workspace *workspace,
                               const struct clock *clock);

/* Notes that something is due then; INSTANT_NONE is nothing. */
void workspace_note_due(struct store *store, struct workspace *workspace, int64_t due_at);

/* Notes that a real clock has to be looked at when it shows this. */
void workspace_arm_timer(struct store *store, struct workspace *workspace, int64_t at);

/* Its clock showed nothing yet, and nothing is known to be due. */
void workspace_reset_times(struct workspace *workspace);

/* What the workspace holds, or its journal, has changed: its version grows, its waiters are woken.
 * A transaction that names its workspace calls this itself. */
void workspace_changed(struct workspace *workspace);

/* From now on, until it is removed, the waiter is woken by every change. One that was added already
 * stays as it is; one that was not is not removed. */
void workspace_add_waiter(struct workspace *workspace, struct waiter *waiter);
void workspace_remove_waiter(struct waiter *waiter);

/* The number that the next reference (of an error, of a request) is made from. */
uint64_t workspace_next_ref(struct workspace *workspace);

#endif
