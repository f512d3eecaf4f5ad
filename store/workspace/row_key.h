/* The key of a row of a table of content, without the workspace. */
#ifndef STORE_WORKSPACE_ROW_KEY_H
#define STORE_WORKSPACE_ROW_KEY_H

#include "store/db/stmt.h"

#include <stdbool.h>

enum { ROW_KEY_COLUMNS_MOST = 2 };

/* Its values, which it owns; all NULL: it is before the first row of all. */
struct row_key {
    sqlite3_value *value[ROW_KEY_COLUMNS_MOST];
};

/* Frees the values, and makes it the one before the first row. */
void row_key_free(struct row_key *key);

/* Binds the values to the next parameters, which are as many as the key has columns. */
void row_key_bind(struct stmt *s, const struct row_key *key, int columns);

/* Copies the values from the first columns of the row that the statement is at. False: out of
 * memory. */
bool row_key_read(const struct stmt *s, int columns, struct row_key *out);

#endif
