#include "store/db/disk_sync.h"

#include "store/base/memory.h"
#include "store/db/stmt.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Pages in the -wal from which on it is copied into the file, as SQLite has it; and how many a
 * commit brings to the disk without keeping others waiting for long. */
enum { PAGES = 1000, PAGES_FEW = 100 };

/* To the -wal SQLite writes a head of 24 bytes for each page, and the page: so many bytes go to the
 * system together. The head of the last page of a transaction has a number from this byte on. */
enum { TOGETHER = 65536, FRAME_HEAD = 24, FRAME_END = 4 };

/* A file of SQLite, with some functions of our own. SQLite knows it by the first member. */
struct hooked {
    sqlite3_io_methods methods;
    const sqlite3_io_methods *usual;
    struct disk_sync *sync;
    sqlite3_file *file;
};

struct disk_sync {
    struct hooked wal, database;
    int wal_fd, database_fd, event;
    aio_context_t kernel;
    enum { NOTHING, WAL, DATABASE } in_progress;
    int pages;      /* in the -wal, since it was copied last */
    bool unsynced;  /* something was written to the -wal since it was brought to the disk */
    bool header;    /* what was written last is the head of the -wal, which has to be there first */
    bool ends;      /* the last head was that of the last page of a transaction */
    bool postponed; /* disk_sync_postpone() */
    bool failed;
    sqlite3_int64 end; /* in the -wal, of what was written last */
    int held;          /* bytes before that which the system does not have yet */
    char hold[TOGETHER];
};

static const struct hooked *hooked_of(const sqlite3_file *file)
{
    return (const struct hooked *)file->pMethods;
}

static bool kernel_begin(struct disk_sync *sync, int what)
{
    struct iocb call = {
        .aio_lio_opcode = IOCB_CMD_FDSYNC,
        .aio_fildes = (uint32_t)(what == WAL ? sync->wal_fd : sync->database_fd),
        .aio_flags = IOCB_FLAG_RESFD,
        .aio_resfd = (uint32_t)sync->event,
    };
    struct iocb *calls[] = {&call};

    if (sync->in_progress || syscall(SYS_io_submit, sync->kernel, 1, calls) != 1)
        return false;
    sync->in_progress = what;
    return true;
}

/* Takes the result of what is in progress, if there is one yet, or waits for it. */
static bool kernel_end(struct disk_sync *sync, bool waits)
{
    struct timespec none = {0};
    struct io_event event = {0};
    uint64_t count;
    long got = 0;

    if (!sync->in_progress)
        return true;
    do
        got =
            syscall(SYS_io_getevents, sync->kernel, waits ? 1 : 0, 1, &event, waits ? NULL : &none);
    while (waits && got < 0 && errno == EINTR);
    if (got == 0)
        return false;
    if (got < 0 || event.res < 0) {
        sync->failed = true;
        fputs("edges-emulator: the database could not be written to the disk; nothing is written "
              "to it any more\n",
              stderr);
    }
    sync->in_progress = NOTHING;
    return read(sync->event, &count, sizeof count) >= 0 || errno == EAGAIN;
}

/* Writes what is held. That is of the transaction which has not ended, so when it fails, SQLite
 * fails that one. */
static int wal_flush(struct disk_sync *sync)
{
    int size = sync->held;

    sync->held = 0;
    if (!size)
        return SQLITE_OK;
    sync->unsynced = true;
    return sync->wal.usual->xWrite(sync->wal.file, sync->hold, size, sync->end - size);
}

/* Holds what follows what was written last, if there is room for it. */
static int wal_append(struct disk_sync *sync, const void *bytes, int size, sqlite3_int64 offset)
{
    bool holds = offset == sync->end && size <= TOGETHER;
    int result = holds && sync->held + size <= TOGETHER ? SQLITE_OK : wal_flush(sync);

    sync->end = offset + size;
    if (result)
        return result;
    if (!holds) {
        sync->unsynced = true;
        return sync->wal.usual->xWrite(sync->wal.file, bytes, size, offset);
    }
    memcpy(sync->hold + sync->held, bytes, (size_t)size);
    sync->held += size;
    return SQLITE_OK;
}

/* At its start it begins anew, and what it had is in the file: that has to be on the disk. */
static int wal_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset)
{
    static const char no_end[4];
    struct disk_sync *sync = hooked_of(file)->sync;

    if (offset == 0 && sync->in_progress == DATABASE)
        kernel_end(sync, true);
    if (sync->failed)
        return SQLITE_IOERR_WRITE;
    sync->header = offset == 0;
    if (size == FRAME_HEAD)
        sync->ends = memcmp((const char *)bytes + FRAME_END, no_end, sizeof no_end) != 0;
    int result = wal_append(sync, bytes, size, offset);
    return result || size == FRAME_HEAD || !(sync->ends || sync->header) ? result : wal_flush(sync);
}

static int wal_read(sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset)
{
    const struct hooked *hooked = hooked_of(file);
    int result = wal_flush(hooked->sync);

    return result ? result : hooked->usual->xRead(file, bytes, size, offset);
}

static int wal_sync(sqlite3_file *file, int flags)
{
    const struct hooked *hooked = hooked_of(file);
    struct disk_sync *sync = hooked->sync;
    int result = wal_flush(sync);

    if (result || (sync->postponed && !sync->header) ||
        (!sync->unsynced && sync->in_progress != WAL))
        return result;
    result = hooked->usual->xSync(file, flags);
    sync->unsynced = result != SQLITE_OK;
    return result;
}

/* Only a checkpoint does this. */
static int database_sync(sqlite3_file *file, int flags)
{
    const struct hooked *hooked = hooked_of(file);

    return kernel_begin(hooked->sync, DATABASE) ? SQLITE_OK : hooked->usual->xSync(file, flags);
}

static void hook(struct disk_sync *sync, struct hooked *hooked, sqlite3_file *file)
{
    hooked->sync = sync;
    hooked->file = file;
    hooked->usual = file->pMethods;
    hooked->methods = *file->pMethods;
    file->pMethods = &hooked->methods;
}

/* After each commit, in place of SQLite's own checkpoints. */
static int note_pages(void *context, sqlite3 *db, const char *name, int pages)
{
    struct disk_sync *sync = context;

    (void)db;
    (void)name;
    sync->pages = pages;
    return SQLITE_OK;
}

static void disk_sync_free(struct disk_sync *sync)
{
    if (sync->kernel)
        syscall(SYS_io_destroy, sync->kernel);
    if (sync->wal_fd >= 0)
        close(sync->wal_fd);
    if (sync->event >= 0)
        close(sync->event);
    free(sync);
}

void disk_sync_open(struct store *store)
{
    struct disk_sync *sync = memory_take(sizeof *sync);
    const char *path = sqlite3_db_filename(store->db, "main");
    sqlite3_file *database = NULL, *wal = NULL;

    sync->database_fd = store->db_lock;
    sync->unsynced = true;
    sync->wal_fd = open(sqlite3_filename_wal(path), O_RDONLY | O_CLOEXEC);
    sync->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    sqlite3_file_control(store->db, "main", SQLITE_FCNTL_FILE_POINTER, &database);
    sqlite3_file_control(store->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
    if (sync->wal_fd < 0 || sync->event < 0 || !database->pMethods || !wal->pMethods ||
        syscall(SYS_io_setup, 1, &sync->kernel) != 0) {
        disk_sync_free(sync);
        return;
    }
    hook(sync, &sync->database, database);
    hook(sync, &sync->wal, wal);
    sync->database.methods.xSync = database_sync;
    sync->wal.methods.xSync = wal_sync;
    sync->wal.methods.xWrite = wal_write;
    sync->wal.methods.xRead = wal_read;
    sqlite3_wal_hook(store->db, note_pages, sync);
    store->disk_sync = sync;
}

bool disk_sync_is_due(const struct store *store)
{
    const struct disk_sync *sync = store->disk_sync;

    return sync && (sync->in_progress || sync->pages >= PAGES);
}

void disk_sync_step(struct store *store)
{
    struct disk_sync *sync = store->disk_sync;

    if (!disk_sync_is_due(store))
        return;
    bool wal_is_synced = sync->in_progress == WAL || !sync->unsynced;
    if (!kernel_end(sync, false) || sync->failed || sync->pages < PAGES)
        return;
    if (!wal_is_synced && kernel_begin(sync, WAL)) {
        sync->unsynced = false;
        return;
    }
    sync->pages = 0; /* or what there is, when a checkpoint has failed, at the next commit */
    sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

int disk_sync_fd(const struct store *store)
{
    return store->disk_sync ? store->disk_sync->event : -1;
}

bool disk_sync_is_busy(const struct store *store)
{
    return store->disk_sync && store->disk_sync->in_progress;
}

void disk_sync_postpone(struct store *store, bool postpone)
{
    if (store->disk_sync)
        store->disk_sync->postponed = postpone;
}

bool disk_sync_ask(struct store *store)
{
    struct disk_sync *sync = store->disk_sync;
    bool much = sync && sync->unsynced && sync->pages > PAGES_FEW;

    if (much && sync->pages < PAGES)
        sync->pages = PAGES;
    return much;
}

void disk_sync_wait(struct store *store)
{
    disk_sync_ask(store);
    disk_sync_step(store);
    while (disk_sync_is_busy(store)) {
        kernel_end(store->disk_sync, true);
        disk_sync_step(store);
    }
}

void disk_sync_close(struct store *store)
{
    struct disk_sync *sync = store->disk_sync;

    if (!sync)
        return;
    kernel_end(sync, true);
    if (sync->failed)
        sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sync->database.file->pMethods = sync->database.usual;
    sync->wal.file->pMethods = sync->wal.usual;
    disk_sync_free(sync);
    store->disk_sync = NULL;
}
