/* What the two ways to read a list share: the text of their SQL, and what is bound to it. Only the
 * files of lists use it.
 */
#ifndef STORE_DB_LIST_SQL_H
#define STORE_DB_LIST_SQL_H

#include "store/base/strbuf.h"
#include "store/db/list.h"
#include "store/db/stmt.h"

/* Adds a piece, and a space. */
void list_sql_add(struct strbuf *sql, const char *piece);

/* The filters but for the statuses. */
void list_sql_add_filters(struct strbuf *sql, const struct list_query *query);
void list_bind_filters(struct stmt *s, const struct workspace *workspace,
                       const struct list_query *query);
void list_bind_status(struct stmt *s, const struct row_reader *reader, const char *status);

/* Selects uid, created_at and the fields of the order, which an index has as a rule, from the table
 * of `select`; ends with "workspace =". */
const char *list_sql_places(struct arena *arena, const char *select,
                            const struct list_query *query);

/* Whether a field of an order is created_at, in either direction. */
bool list_is_by_creation(const char *sort);

/* The prepared statement of this text: a cached one, or a new one in place of the oldest. NULL: it
 * cannot be prepared. */
sqlite3_stmt *list_statement(struct store *store, const char *sql);

#endif
