#include "store/db/stmt.h"

#include "store/base/instant.h"
#include "store/base/uid.h"
#include "store/db/transaction.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

bool stmt_prepare(struct store *store, enum stmt_id id)
{
    return sqlite3_prepare_v3(store->db, statement_text[id], -1, SQLITE_PREPARE_PERSISTENT,
                              &store->stmt[id], NULL) == SQLITE_OK;
}

struct stmt stmt_take(struct store *store, enum stmt_id id)
{
    bool ready = store->stmt[id] || stmt_prepare(store, id);

    if (store->part == PARTS_WAIT && ready && !sqlite3_stmt_readonly(store->stmt[id]))
        transaction_commit_parts(store);
    assert(!ready || !sqlite3_stmt_busy(store->stmt[id]));
    return (struct stmt){
        .handle = store->stmt[id], .failed = !ready, .uid_room = store->stmt_uid[id]};
}

struct stmt stmt_take_in(struct store *store, enum stmt_id id, int64_t workspace)
{
    struct stmt s = stmt_take(store, id);

    stmt_bind_int(&s, workspace);
    return s;
}

struct stmt stmt_take_key(struct store *store, enum stmt_id id, int64_t workspace, const char *key)
{
    struct stmt s = stmt_take_in(store, id, workspace);

    stmt_bind_text(&s, key);
    return s;
}

struct stmt stmt_take_uid(struct store *store, enum stmt_id id, int64_t workspace, const char *uid)
{
    struct stmt s = stmt_take_in(store, id, workspace);

    stmt_bind_uid(&s, uid);
    return s;
}

static void stmt_note(struct stmt *s, int result)
{
    s->failed |= result != SQLITE_OK;
}

void stmt_bind_int(struct stmt *s, int64_t value)
{
    stmt_note(s, sqlite3_bind_int64(s->handle, ++s->bound, value));
}

void stmt_bind_instant(struct stmt *s, int64_t value)
{
    if (value == INSTANT_NONE)
        stmt_note(s, sqlite3_bind_null(s->handle, ++s->bound));
    else
        stmt_bind_int(s, value);
}

void stmt_bind_text(struct stmt *s, const char *value)
{
    stmt_note(s, sqlite3_bind_text(s->handle, ++s->bound, value, -1, SQLITE_STATIC));
}

void stmt_bind_text_of(struct stmt *s, const char *value, size_t size)
{
    stmt_note(s, sqlite3_bind_text(s->handle, ++s->bound, value, (int)size, SQLITE_STATIC));
}

void stmt_bind_uid(struct stmt *s, const char *value)
{
    unsigned char copied[UID_BYTES];

    if (!*value) {
        stmt_note(s, sqlite3_bind_null(s->handle, ++s->bound));
        return;
    }
    bool stays = s->uid_room && s->uids < STMT_UIDS;
    unsigned char *bytes = stays ? s->uid_room[s->uids++] : copied;
    int size = uid_pack(value, bytes) ? UID_BYTES : 0; /* no row has an empty one */
    stmt_note(s, sqlite3_bind_blob(s->handle, ++s->bound, bytes, size,
                                   stays ? SQLITE_STATIC : SQLITE_TRANSIENT));
}

void stmt_bind_uid_or_least(struct stmt *s, const char *value)
{
    if (*value)
        stmt_bind_uid(s, value);
    else
        stmt_bind_text(s, ""); /* text is less than a blob */
}

void stmt_bind_uid_unless(struct stmt *s, const char *value, const char *usual)
{
    stmt_bind_uid(s, usual && strcmp(value, usual) == 0 ? "" : value);
}

bool stmt_next(struct stmt *s)
{
    s->read = 0;
    if (s->failed)
        return false;
    assert(s->bound == sqlite3_bind_parameter_count(s->handle)); /* SQLite keeps older values */

    int result = sqlite3_step(s->handle);
    s->failed = result != SQLITE_ROW && result != SQLITE_DONE;
    return result == SQLITE_ROW;
}

int64_t stmt_int(struct stmt *s)
{
    return sqlite3_column_int64(s->handle, s->read++);
}

/* Every call that asks for a column by its number checks it anew: half of what a short one takes.
 */
static sqlite3_value *stmt_value(struct stmt *s)
{
    return sqlite3_column_value(s->handle, s->read++);
}

int64_t stmt_instant(struct stmt *s)
{
    sqlite3_value *value = stmt_value(s);

    return sqlite3_value_type(value) == SQLITE_NULL ? INSTANT_NONE : sqlite3_value_int64(value);
}

const char *stmt_peek(struct stmt *s)
{
    return (const char *)sqlite3_column_text(s->handle, s->read++);
}

const char *stmt_text(struct stmt *s, struct arena *arena)
{
    sqlite3_value *value = stmt_value(s);
    const char *text = (const char *)sqlite3_value_text(value);

    return text ? arena_copy(arena, text, (size_t)sqlite3_value_bytes(value)) : NULL;
}

void stmt_uid(struct stmt *s, char out[UID_SIZE])
{
    static const char none[UID_SIZE];

    stmt_uid_or(s, none, out);
}

void stmt_uid_or(struct stmt *s, const char usual[UID_SIZE], char out[UID_SIZE])
{
    sqlite3_value *value = stmt_value(s);

    memcpy(out, usual, UID_SIZE);
    if (sqlite3_value_type(value) == SQLITE_NULL)
        return;
    if (sqlite3_value_bytes(value) == UID_BYTES)
        uid_unpack(sqlite3_value_blob(value), out);
    else
        s->failed = true; /* the file is damaged */
}

enum error stmt_done(struct stmt *s)
{
    int result = sqlite3_reset(s->handle);

    if (result == SQLITE_OK && !s->failed)
        return ERROR_NONE;
    sqlite3 *db = sqlite3_db_handle(s->handle);
    fprintf(stderr, "edges-emulator: database: %s\n", sqlite3_errmsg(db));
    return sqlite3_errcode(db) == SQLITE_NOMEM ? ERROR_OUT_OF_MEMORY : ERROR_INTERNAL;
}

enum error stmt_read(struct stmt *s, const struct ctx *ctx, const struct row_reader *reader,
                     void *out, enum error missing)
{
    bool found = stmt_next(s);
    if (found)
        reader->read(s, ctx, out);
    enum error e = stmt_done(s);
    return e || found ? e : missing;
}

enum error stmt_number(struct stmt s, int64_t *out)
{
    *out = stmt_next(&s) ? stmt_int(&s) : 0;
    return stmt_done(&s);
}

enum error stmt_run(struct stmt *s)
{
    stmt_next(s);
    return stmt_done(s);
}

enum error stmt_run_uid(struct store *store, enum stmt_id id, int64_t workspace, const char *uid)
{
    struct stmt s = stmt_take_uid(store, id, workspace, uid);

    return stmt_run(&s);
}

enum error stmt_run_new(struct stmt *s)
{
    stmt_next(s);
    if (!s->failed || sqlite3_errcode(sqlite3_db_handle(s->handle)) != SQLITE_CONSTRAINT)
        return stmt_done(s);
    sqlite3_reset(s->handle);
    return ERROR_ALREADY_EXISTS;
}

enum error stmt_run_one(struct stmt *s)
{
    stmt_next(s);
    int changed = s->failed ? 0 : sqlite3_changes(sqlite3_db_handle(s->handle));
    enum error e = stmt_done(s);
    return e || changed == 1 ? e : ERROR_INTERNAL;
}
