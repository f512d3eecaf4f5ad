/* A workspace: its member, its clock, and a cache of what its rows hold (API.md section 2).
 *
 * Every workspace is in memory beside its rows, so that a request finds its own without SQL; a
 * struct workspace lives as long as its store. tenant.h opens workspaces, content.h fills them.
 */
#ifndef STORE_DB_WORKSPACE_H
#define STORE_DB_WORKSPACE_H

#include "store/base/limits.h"
#include "store/base/link.h"
#include "store/base/uid.h"
#include "store/store.h"

enum { WORKSPACE_STATUSES = 16 /* at least RUN_STATUS_COUNT */ };

/* A cache of what the rows hold. A rollback restores it. */
struct workspace_cache {
    struct clock clock;
    bool touched; /* something happened since the workspace was made or reset: a run, schedule,
                     output or callback was made or changed */
    struct clock_shown shown;
    int64_t next_due;   /* no event is due before; INSTANT_NONE: none at all */
    int64_t outbox_due; /* no callback is due before; INSTANT_NONE: none at all */
    int64_t runs;       /* how many there are */
    int64_t last_id;    /* the greatest run id in use */
    int64_t last_seq;   /* the greatest due_seq in use */
    int64_t life_end;   /* the number of the next entry of its life */
    int32_t runs_by_status[WORKSPACE_STATUSES]; /* by enum run_status; what is read from rows counts
                                                   as the first that is shown so */
};

/* Waits for changes of a workspace. The caller owns it; zeroed, it waits for none. */
struct waiter {
    struct link link;
    void (*wake)(struct waiter *waiter); /* called with every change; must not change anything */
};

/* What a person looks at of a workspace. */
enum workspace_area {
    AREA_RUNS,
    AREA_SCHEDULES,
    AREA_CALLBACKS,
    AREA_CLOCK,
    AREA_ASSUMPTIONS,
    AREA_COUNT
};

struct life;

struct workspace {
    int64_t id; /* of its content, which its rows are keyed by: another when that is replaced */
    int64_t template;            /* that it is a copy of (template.h) */
    uint64_t key_hash;           /* the key itself is not kept */
    struct workspace *slot_next; /* in the same slot of a workspace_set */
    char uid[UID_SIZE];
    char user_uid[UID_SIZE];
    struct workspace_cache cache;
    const struct assumptions *assumptions; /* the store's, or its own */
    struct assumptions *own_assumptions;   /* NULL: it has none of its own */
    int64_t
        used_at; /* microseconds, as of clock_monotonic_us(); 0: not since the store was opened */
    int64_t first_used_at;            /* an instant of the system's time; 0 likewise */
    struct link *waiters;             /* struct waiter: while it has any, it is not evicted */
    int64_t generation;               /* grows when it is given to another key */
    uint64_t seed;                    /* of its uids */
    uint64_t ref_seq;                 /* the last number of a reference (of an error, a request) */
    int64_t area_version[AREA_COUNT]; /* each grows with every change of its area */
    int64_t version;                  /* grows with every change (workspace_changed) */
    struct life *life;                /* of its runs (store/run/life.h), of malloc(); NULL: none */
    bool
        busy; /* a long call reads or replaces its content: others wait, nothing is fired or sent */
    struct link outbox;      /* among those with callbacks to send (outbox.h) */
    bool outbox_invalidated; /* a cancel or a reset may have dropped callbacks in flight */
};

/* The hash that is kept instead of a key: a key may be a real one, and no file or log may show it.
 */
uint64_t workspace_key_hash(const char *key);

/* The workspace of this key, or NULL. */
struct workspace *workspace_find(struct store *store, const char *key);

/* The one with this uid, in any letter case, or NULL. */
struct workspace *workspace_find_uid(const struct store *store, const char *uid);

/* The workspace whose content has this id, or NULL: content may belong to none. */
struct workspace *workspace_by_id(const struct store *store, int64_t id);

/* Notes that a request uses it. */
void workspace_note_use(struct workspace *workspace);

/* The workspaces one after the other: from 1 to workspace_count(), where one may be NULL. It keeps
 * its place for good. */
struct workspace *workspace_at(const struct store *store, int64_t place);
int64_t workspace_place(const struct workspace *workspace);

int64_t workspace_count(const struct store *store);

/* What its clock shows now, never less than it showed before. */
int64_t workspace_now(struct workspace *workspace);

/* Sets its clock, within the caller's transaction. The caller fires the events that become due
 * (engine.h). */
enum error workspace_set_clock(struct store *store, struct workspace *workspace,
                               const struct clock *clock);

/* Sets `touched`, within the caller's transaction. An id that no workspace has, such as that of a
 * template, is ignored. */
enum error workspace_touch(struct store *store, int64_t id);

/* Notes that an event is due at a time; INSTANT_NONE: none. */
void workspace_note_due(struct store *store, struct workspace *workspace, int64_t due_at);

/* Sets the store's next wake-up to this time of the workspace's clock, if that is earlier and the
 * clock is not frozen. */
void workspace_arm_timer(struct store *store, struct workspace *workspace, int64_t at);

/* Notes a change of one area, and of all of them, as when its content is replaced; both are changes
 * of the list of workspaces too. An id that no workspace has is ignored. */
void workspace_note_area(struct store *store, int64_t id, enum workspace_area area);
void workspace_note_all(struct store *store, struct workspace *workspace);

/* Forgets what its clock showed last and what is due. */
void workspace_reset_times(struct workspace *workspace);

/* Notes a change of the workspace or its journal: increments its version and wakes its waiters. The
 * commit of a transaction that names the workspace does so. */
void workspace_changed(struct workspace *workspace);

/* Wakes the waiter with every change from now on, until link_remove(&waiter->link). A second call
 * has no effect. */
void workspace_add_waiter(struct workspace *workspace, struct waiter *waiter);

#endif
