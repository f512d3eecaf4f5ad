#include "store/db/file_watch.h"

#include "store/db/stmt.h"

#include <stdio.h>

enum { INTERVAL = 1000000 }; /* microseconds between two looks */

/* What has happened between two looks; NULL: nothing that matters. SQLite itself shortens neither
 * file while it has it open. */
static const char *file_compare(const struct stat *before, const struct stat *now)
{
    if (!before->st_ino)
        return NULL;
    if (!now->st_ino)
        return "was deleted or moved";
    if (before->st_ino != now->st_ino || before->st_dev != now->st_dev)
        return "was replaced by another";
    return now->st_size < before->st_size ? "was cut" : NULL;
}

static void file_look(const char *path, struct stat *seen)
{
    struct stat now = {0};

    if (stat(path, &now) != 0)
        now = (struct stat){0};
    const char *what = file_compare(seen, &now);
    *seen = now;
    if (what)
        fprintf(stderr,
                "edges-emulator: %s %s while the emulator uses it: what is changed from now on may "
                "be lost when it stops; save it with GET /_emulator/state\n",
                path, what);
}

void file_watch_look(struct store *store)
{
    int64_t now = clock_monotonic_us();

    if (store->in_memory || now < store->watch.next_look)
        return;
    store->watch.next_look = now + INTERVAL;
    const char *path = sqlite3_db_filename(store->db, "main");
    file_look(path, &store->watch.seen[0]);
    file_look(sqlite3_filename_wal(path), &store->watch.seen[1]);
}
