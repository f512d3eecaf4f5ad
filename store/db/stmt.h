/* The SQL vocabulary of the store: take a statement, bind its values in order, step, read columns.
 *
 *     struct stmt s = stmt_take_in(store, STMT_RUN_GET, workspace);
 *     stmt_bind_text(&s, uid);
 *     bool found = stmt_next(&s);
 *     if (found)
 *         take(stmt_int(&s), stmt_text(&s, arena));
 *     enum error e = stmt_done(&s);
 *
 * Values are bound, and columns read, from left to right: one call each. Named parameters count in
 * the order of their first appearance. A failure is remembered and told by stmt_done(), which is
 * always called. Bound text is not copied: it must live until then.
 */
#ifndef STORE_DB_STMT_H
#define STORE_DB_STMT_H

#include "store/base/arena.h"
#include "store/base/errors.h"
#include "store/db/workspace.h"
#include "store/statements.h"
#include "store/store.h"

#include <sqlite3.h>

/* The inside of a store, for the files of this room only. */
struct store {
    sqlite3 *db;
    int db_lock; /* on its file (db_lock.h); -1: it has none */
    sqlite3_stmt *stmt[STMT_COUNT];
    struct list_cache *lists;         /* list.c */
    struct workspace_set *workspaces; /* workspace_set.h */
    struct link *outbox;      /* struct workspace: those with callbacks to send (outbox.h) */
    struct link **outbox_end; /* the end of that list */
    struct store_config config;
    bool (*should_yield)(void *context); /* NULL: they never do */
    void *yield_context;
    int64_t fired; /* things that happened by themselves */
    bool in_memory;
    bool batching;                /* into batches (transaction.h) */
    int64_t batch_start;          /* how many rows had changed by then */
    int depth;                    /* of transactions within each other */
    enum error failure;           /* what failed first in the one under way */
    struct workspace *changed;    /* the workspace it changes, or NULL */
    struct workspace_cache cache; /* what it was before, */
    int64_t wake;                 /* what next_wake was before */
    int64_t next_wake; /* the system's time of the next event of a real clock; INSTANT_NONE: none */
};

struct stmt {
    sqlite3_stmt *handle;
    int bound; /* parameters bound so far */
    int read;  /* columns read so far */
    bool failed;
};

/* Prepares the statement of that name; false when it does not fit what the database holds. */
bool stmt_prepare(struct store *store, enum stmt_id id);

/* The statement of that name, prepared when it is first taken. It must not be in use. */
struct stmt stmt_take(struct store *store, enum stmt_id id);

/* The same, with its first parameter bound, the workspace; or its first two, the second being a
 * text. */
struct stmt stmt_take_in(struct store *store, enum stmt_id id, int64_t workspace);
struct stmt stmt_take_key(struct store *store, enum stmt_id id, int64_t workspace, const char *key);

/* INSTANT_NONE, NULL and (as a uid) "" bind as null. */
void stmt_bind_int(struct stmt *s, int64_t value);
void stmt_bind_instant(struct stmt *s, int64_t value);
void stmt_bind_text(struct stmt *s, const char *value);
void stmt_bind_uid(struct stmt *s, const char *value);

/* Steps: whether there is a row. */
bool stmt_next(struct stmt *s);

/* The next column. Text is copied into the arena; a uid of 36 characters to out, "" for null. */
int64_t stmt_int(struct stmt *s);
int64_t stmt_instant(struct stmt *s);
const char *stmt_text(struct stmt *s, struct arena *arena);
void stmt_uid(struct stmt *s, char *out);

/* The next column's text, valid until the next step. */
const char *stmt_peek(struct stmt *s);

/* Gives the statement back; ERROR_INTERNAL when anything failed since it was taken. */
enum error stmt_done(struct stmt *s);

/* How a row becomes a struct. */
struct row_reader {
    const char *select; /* the columns: a piece that ends with "workspace =" */
    size_t size;        /* of the struct */
    void (*read)(struct stmt *s, const struct ctx *ctx, void *out);
};

/* Steps once, reads the row into *out, and gives the statement back. Without a row it returns
 * `missing`, which may be ERROR_NONE, and leaves *out as it is. */
enum error stmt_read(struct stmt *s, const struct ctx *ctx, const struct row_reader *reader,
                     void *out, enum error missing);

/* Steps a statement that gives no rows, and gives it back. */
enum error stmt_run(struct stmt *s);

/* Takes a statement that returns no rows, binds its two parameters as stmt_take_key() does, and
 * runs it. */
enum error stmt_run_key(struct store *store, enum stmt_id id, int64_t workspace, const char *key);

/* As stmt_run(), for an INSERT: an existing key is ERROR_ALREADY_EXISTS. */
enum error stmt_run_new(struct stmt *s);

/* The same, for an UPDATE that must change exactly one row: anything else is ERROR_INTERNAL. */
enum error stmt_run_one(struct stmt *s);

#endif
