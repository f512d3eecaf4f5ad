#include "store/db/db_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static uint32_t big_endian(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* The first 100 bytes are laid out as sqlite.org/fileformat2.html section 1.3 says. An empty file
 * is a new database. */
static enum store_result check_head(int file, const char **reason)
{
    unsigned char head[100];

    ssize_t size = pread(file, head, sizeof head, 0);
    *reason = strerror(errno);
    if (size < 0)
        return STORE_FAILED;
    if (size == 0)
        return STORE_OPENED;
    if ((size_t)size < sizeof head || memcmp(head, "SQLite format 3", 16) != 0 ||
        big_endian(head + 68) != strtoul(APPLICATION_ID, NULL, 10))
        return STORE_NOT_OURS;
    unsigned long version = big_endian(head + 60), known = strtoul(SCHEMA_VERSION, NULL, 10);
    if (version != known)
        return version > known ? STORE_NEWER : STORE_OLDER;
    return STORE_OPENED;
}

enum store_result db_lock_file(const char *path, int *lock, const char **reason)
{
    struct stat about;

    /* Opening a pipe would wait until its other end is opened; a device would be overwritten. */
    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode))
        return STORE_NOT_OURS;

    int file = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0644);
    *reason = strerror(errno);
    if (file < 0)
        return STORE_FAILED;

    enum store_result result = STORE_IN_USE;
    /* On a file system without such locks there is still SQLite's. */
    if (flock(file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        result = check_head(file, reason);
    if (result)
        close(file);
    else
        *lock = file;
    return result;
}
