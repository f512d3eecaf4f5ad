/* Tables of columns: run_columns.def, schedule_columns.def, callback_columns.def.
 *
 *     COLUMN(name, kind, SQL type, use, copy, [place, [the value at INSERT]])
 *
 * use   WRITTEN: at INSERT. FIXED: also read back. CHANGES: also written by the UPDATE. INNER_FIXED
 *       and INNER_CHANGES: the same, but what lists for the API leave out.
 * copy  Its value when a row is copied into a workspace. SAME; OWNER: null, where it is the
 *       workspace's; SHIFTED: a time that may count from the moment of the copy; or SQL in quotes.
 * place The JSON pointer to the value in an item of a fixture, if it is not the member of that name
 *       ("": the whole item).
 *
 * embed.py makes SQL of a table. C makes the members of a struct of it, binds, reads, and copies
 * text into an arena where it differs from that of another struct (KEEP):
 *
 *     #define COLUMN COLUMN_READ
 *     #include "store/run/run_columns.def"
 *
 * with the names s (a struct stmt *), row and arena in scope. The kinds below are for all tables; a
 * file that includes a table defines the kinds that it has beside these.
 */
#ifndef STORE_DB_COLUMNS_H
#define STORE_DB_COLUMNS_H

#include "store/base/uid.h"

#include <stdbool.h>
#include <stdint.h>

#define COLUMN_MEMBER(name, kind, ...) MEMBER_##kind(name)
#define COLUMN_INIT(name, kind, ...) INIT_##kind(name)
#define COLUMN_BIND(name, kind, ...) BIND_##kind(name)
#define COLUMN_READ(name, kind, type, use, ...) READ_IF_##use(READ_##kind(name))
#define COLUMN_READ_LISTED(name, kind, type, use, ...) LISTED_IF_##use(READ_##kind(name))
#define COLUMN_KEEP(name, kind, ...) KEEP_##kind(name)
#define COLUMN_CHANGE(name, kind, type, use, ...) CHANGE_IF_##use(BIND_##kind(name))
#define COLUMN_CHANGE_LISTED(name, kind, type, use, ...) CHANGE_LISTED_IF_##use(BIND_##kind(name))
#define COLUMN_INNER_DIFFERS(name, kind, type, use, ...) DIFFERS_IF_##use(name)

#define READ_IF_WRITTEN(read)
#define READ_IF_FIXED(read) read
#define READ_IF_CHANGES(read) read
#define READ_IF_INNER_FIXED(read) read
#define READ_IF_INNER_CHANGES(read) read

#define LISTED_IF_WRITTEN(read)
#define LISTED_IF_FIXED(read) read
#define LISTED_IF_CHANGES(read) read
#define LISTED_IF_INNER_FIXED(read)
#define LISTED_IF_INNER_CHANGES(read)

#define CHANGE_IF_WRITTEN(bind)
#define CHANGE_IF_FIXED(bind)
#define CHANGE_IF_CHANGES(bind) bind
#define CHANGE_IF_INNER_FIXED(bind)
#define CHANGE_IF_INNER_CHANGES(bind) bind

#define CHANGE_LISTED_IF_WRITTEN(bind)
#define CHANGE_LISTED_IF_FIXED(bind)
#define CHANGE_LISTED_IF_CHANGES(bind) bind
#define CHANGE_LISTED_IF_INNER_FIXED(bind)
#define CHANGE_LISTED_IF_INNER_CHANGES(bind)

/* Whether one that lists leave out has another value than in `old`; these are numbers. */
#define DIFFERS_IF_WRITTEN(name)
#define DIFFERS_IF_FIXED(name)
#define DIFFERS_IF_CHANGES(name)
#define DIFFERS_IF_INNER_FIXED(name)
#define DIFFERS_IF_INNER_CHANGES(name) | (old->name != row->name)

/* For columns that a row need not have: sets what it has then, and tells whether it has another. */
#define COLUMN_DEFAULT(name, kind, ...) DEFAULT_##kind(name)
#define COLUMN_HAS(name, kind, ...) | HAS_##kind(name)
#define DEFAULT_FLAG(name) row->name = false;
#define HAS_FLAG(name) (row->name)
#define DEFAULT_INSTANT(name) row->name = INSTANT_NONE;
#define HAS_INSTANT(name) (row->name != INSTANT_NONE)
#define DEFAULT_TEXT(name) row->name = NULL;
#define HAS_TEXT(name) (row->name != NULL)
#define DEFAULT_UID(name) *row->name = '\0';
#define HAS_UID(name) (*row->name != '\0')

#define MEMBER_INT(name) int64_t name;
#define INIT_INT(name)
#define BIND_INT(name) stmt_bind_int(s, row->name);
#define READ_INT(name) row->name = stmt_int(s);
#define KEEP_INT(name)

#define MEMBER_FLAG(name) bool name;
#define INIT_FLAG(name)
#define BIND_FLAG(name) BIND_INT(name)
#define READ_FLAG(name) READ_INT(name)
#define KEEP_FLAG(name)

/* Milliseconds since 1970; null is INSTANT_NONE. */
#define MEMBER_INSTANT(name) int64_t name;
#define INIT_INSTANT(name) row->name = INSTANT_NONE;
#define BIND_INSTANT(name) stmt_bind_instant(s, row->name);
#define READ_INSTANT(name) row->name = stmt_instant(s);
#define KEEP_INSTANT(name)

/* Null is NULL. */
#define MEMBER_TEXT(name) const char *name;
#define INIT_TEXT(name)
#define BIND_TEXT(name) stmt_bind_text(s, row->name);
#define READ_TEXT(name) row->name = stmt_text(s, arena);
#define KEEP_TEXT(name)            \
    if (row->name != before->name) \
        row->name = arena_strdup(arena, row->name);

/* Null is "". */
#define MEMBER_UID(name) char name[UID_SIZE];
#define INIT_UID(name)
#define BIND_UID(name) stmt_bind_uid(s, row->name);
#define READ_UID(name) stmt_uid(s, row->name);
#define KEEP_UID(name)

/* A uid that is null where it is the workspace's own: that of the workspace `owner`, which is NULL
 * for a template, when it is written, and that of the context when it is read. */
#define OWNER_user_uid user_uid
#define OWNER_workspace_uid uid
#define MEMBER_OWNER_UID(name) MEMBER_UID(name)
#define INIT_OWNER_UID(name)
#define BIND_OWNER_UID(name) stmt_bind_uid_unless(s, row->name, owner ? owner->OWNER_##name : NULL);
#define READ_OWNER_UID(name) stmt_uid_or(s, ctx->workspace->OWNER_##name, row->name);
#define KEEP_OWNER_UID(name)

#endif
