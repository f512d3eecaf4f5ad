/* SQL statements: take one, bind its values in order, step, read its columns.
 *
 *     struct stmt s = stmt_take_in(store, STMT_RUN_GET, workspace);
 *     stmt_bind_text(&s, uid);
 *     bool found = stmt_next(&s);
 *     if (found)
 *         take(stmt_int(&s), stmt_text(&s, arena));
 *     enum error e = stmt_done(&s);
 *
 * Values are bound, and columns read, from left to right: one call each. Named parameters count in
 * the order of their first appearance. stmt_done() must always be called; it reports any failure
 * since stmt_take(). Bound text is not copied: it must live until then.
 */
#ifndef STORE_DB_STMT_H
#define STORE_DB_STMT_H

#include "store/base/arena.h"
#include "store/base/errors.h"
#include "store/base/uid.h"
#include "store/db/file_watch.h"
#include "store/db/workspace_set.h"
#include "store/statements.h"
#include "store/store.h"

#include <sqlite3.h>

enum {
    LIST_CACHE_SIZE = 16,
    STMT_UIDS = 5, /* a statement can bind without a copy */
    STMT_ROWS = 8  /* a statement of embed.py's {NAME_insert_rows} adds */
};

/* A store from the inside, for the files of store/ only. */
struct store {
    sqlite3 *db;
    struct file_watch watch;
    struct disk_sync *disk_sync; /* NULL: SQLite does it by itself (disk_sync.h) */
    int db_lock;                 /* the descriptor that locks its file (db_lock.h); -1: none */
    sqlite3_stmt *stmt[STMT_COUNT];
    unsigned char stmt_uid[STMT_COUNT][STMT_UIDS][UID_BYTES]; /* that each has bound */
    sqlite3_stmt *list[LIST_CACHE_SIZE];                      /* prepared by list.c */
    int list_oldest;                                          /* of them, the next to replace */
    struct workspace_set workspaces;
    struct link *outbox;      /* struct workspace: those with callbacks to send (outbox.h) */
    struct link **outbox_end; /* the end of that list */
    struct store_config config;
    bool (*should_yield)(void *context); /* NULL: never */
    void *yield_context;
    const struct store_pause *pause; /* NULL: nothing runs in parts */
    bool has_discarded;              /* there may be content to delete (content.h) */
    int64_t list_version;            /* store_list_version() */
    size_t life_bytes;               /* of struct workspace.life, all together */
    int64_t fired;                   /* due events, since it was opened */
    struct flow_cache *flows;        /* of flow.c */
    int64_t flows_changed; /* grows when a row of flow may have changed, also by a rollback */
    bool in_memory;
    bool large_cache; /* store_set_cache() */
    bool lone;        /* the current change is not in a savepoint (transaction_begin_lone()) */
    bool batching;    /* transaction.h */
    enum {
        PART_NONE,
        PART_ALONE, /* the open transaction has this part, and at most others of the same call */
        PARTS_WAIT  /* it has parts that have ended, while others are served */
    } part;
    int64_t parts_rows;        /* that were changed in it */
    int64_t parts_lost;        /* how often those that waited could not be committed */
    enum error parts_failure;  /* why, the last time */
    int64_t batch_start;       /* rows changed before the batch */
    int64_t rows_before;       /* rows of the batch before the current change */
    int64_t batches_lost;      /* whose commit failed */
    int depth;                 /* of nested transactions */
    enum error failure;        /* the first failure of the current transaction */
    struct workspace *changed; /* by the current transaction; or NULL */
    int64_t id_before;         /* its id, cache and next_wake before the transaction */
    struct workspace_cache cache_before;
    int64_t wake_before;
    int64_t next_wake; /* the next event of a real clock: clock_monotonic_us() / 1000; or
                          INSTANT_NONE */
};

struct stmt {
    sqlite3_stmt *handle;
    int bound; /* parameters bound so far */
    int read;  /* columns read so far */
    bool failed;
    int uids;                             /* bound so far */
    unsigned char (*uid_room)[UID_BYTES]; /* for STMT_UIDS of them; NULL: SQLite copies each */
};

/* Prepares a statement; false when the tables of the database do not fit it. */
bool stmt_prepare(struct store *store, enum stmt_id id);

/* The statement of that name, prepared on first use. It must not be in use. */
struct stmt stmt_take(struct store *store, enum stmt_id id);

/* The same with the workspace bound as its first parameter, and a text or a uid as its second. */
struct stmt stmt_take_in(struct store *store, enum stmt_id id, int64_t workspace);
struct stmt stmt_take_key(struct store *store, enum stmt_id id, int64_t workspace, const char *key);
struct stmt stmt_take_uid(struct store *store, enum stmt_id id, int64_t workspace, const char *uid);

/* INSTANT_NONE, NULL and (as a uid) "" bind as null. Uids are stored as their bytes. */
void stmt_bind_int(struct stmt *s, int64_t value);
void stmt_bind_instant(struct stmt *s, int64_t value);
void stmt_bind_text(struct stmt *s, const char *value);
void stmt_bind_text_of(struct stmt *s, const char *value, size_t size);
void stmt_bind_uid(struct stmt *s, const char *value);

/* "" binds as what is less than any uid, for what is behind a place. */
void stmt_bind_uid_or_least(struct stmt *s, const char *value);

/* A uid that is stored as null where it is the usual one; usual may be NULL. */
void stmt_bind_uid_unless(struct stmt *s, const char *value, const char *usual);
void stmt_uid_or(struct stmt *s, const char usual[UID_SIZE], char out[UID_SIZE]);

/* Steps to the next row; false when there is none, or on a failure. */
bool stmt_next(struct stmt *s);

/* The next column. Text is copied into the arena (NULL for null), a uid to out ("" for null). */
int64_t stmt_int(struct stmt *s);
int64_t stmt_instant(struct stmt *s);
const char *stmt_text(struct stmt *s, struct arena *arena);
void stmt_uid(struct stmt *s, char out[UID_SIZE]);

/* The next column's text, valid until the next step. */
const char *stmt_peek(struct stmt *s);

/* Resets the statement; ERROR_INTERNAL when anything failed since it was taken. */
enum error stmt_done(struct stmt *s);

/* How to read a row into a struct. */
struct row_reader {
    const char *select; /* the columns: a piece that ends with "workspace =" */
    size_t size;        /* of the struct */
    void (*read)(struct stmt *s, const struct ctx *ctx, void *out);
    int (*status_number)(const char *shown); /* that is stored; NULL: the status itself is */
    const char *count; /* their number, in the same way; NULL where nobody asks for it */
};

/* Steps once, reads the row into *out, and resets the statement. Without a row it returns
 * `missing`, which may be ERROR_NONE. */
enum error stmt_read(struct stmt *s, const struct ctx *ctx, const struct row_reader *reader,
                     void *out, enum error missing);

/* Steps once, reads a number (0 without a row), and resets the statement. */
enum error stmt_number(struct stmt s, int64_t *out);

/* Steps a statement that returns no rows, and resets it. */
enum error stmt_run(struct stmt *s);

/* Takes a statement that returns no rows, binds its two parameters as stmt_take_uid() does, and
 * runs it. */
enum error stmt_run_uid(struct store *store, enum stmt_id id, int64_t workspace, const char *uid);

/* The same for an INSERT: an existing key is ERROR_ALREADY_EXISTS. */
enum error stmt_run_new(struct stmt *s);

/* The same for an UPDATE that must change exactly one row: anything else is ERROR_INTERNAL. */
enum error stmt_run_one(struct stmt *s);

#endif
