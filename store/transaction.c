#include "store/transaction.h"

#include "store/stmt.h"

#include <stdio.h>

static bool execute(struct store *store, const char *sql)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return true;
    fprintf(stderr, "edges-emulator: database: %s\n", sqlite3_errmsg(store->db));
    return false;
}

enum error transaction_begin(struct store *store)
{
    if (store->depth == 0 && !execute(store, "BEGIN IMMEDIATE"))
        return ERROR_INTERNAL;
    store->depth++;
    return ERROR_NONE;
}

enum error transaction_end(struct store *store, enum error result)
{
    if (!store->doom)
        store->doom = result;
    if (--store->depth > 0)
        return result;
    result = store->doom;
    store->doom = ERROR_NONE;
    if (!result && execute(store, "COMMIT"))
        return ERROR_NONE;
    /* SQLite may have rolled back already, as after a full disk: then there is nothing to take. */
    if (!sqlite3_get_autocommit(store->db))
        execute(store, "ROLLBACK");
    return result ? result : ERROR_INTERNAL;
}
