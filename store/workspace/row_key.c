#include "store/workspace/row_key.h"

void row_key_free(struct row_key *key)
{
    for (int i = 0; i < ROW_KEY_COLUMNS_MOST; i++)
        sqlite3_value_free(key->value[i]);
    *key = (struct row_key){0};
}

void row_key_bind(struct stmt *s, const struct row_key *key, int columns)
{
    for (int i = 0; i < columns; i++) {
        s->bound++;
        if (key->value[i])
            s->failed |= sqlite3_bind_value(s->handle, s->bound, key->value[i]) != SQLITE_OK;
        else
            s->failed |= sqlite3_bind_null(s->handle, s->bound) != SQLITE_OK;
    }
}

bool row_key_read(const struct stmt *s, int columns, struct row_key *out)
{
    bool ok = true;

    row_key_free(out);
    for (int i = 0; i < columns; i++) {
        out->value[i] = sqlite3_value_dup(sqlite3_column_value(s->handle, i));
        ok &= out->value[i] != NULL;
    }
    return ok;
}
