#include "server/export.h"

#include "store/base/arena.h"
#include "store/state.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LINKS_MAX = 40 /* one after the other, as Linux has it */
};

static const char *directory_of(struct arena *arena, const char *path)
{
    return dirname(arena_strdup(arena, path));
}

static bool complain(const char *path, const char *reason)
{
    fprintf(stderr, "edges-emulator: cannot write %s: %s; name another file by --export-on-exit\n",
            path, reason);
    return false;
}

/* What stands there, when it is not a file; NULL for a file. */
static const char *other_kind(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFREG: return NULL;
    case S_IFDIR: return "it is a folder";
    case S_IFIFO: return "it is a pipe";
    default: return "it is a device or a socket";
    }
}

/* What a path names in the end, by way of however many links; NULL when that has no end. */
static const char *follow(struct arena *arena, const char *path)
{
    char link[PATH_MAX];

    for (int i = 0; i < LINKS_MAX; i++) {
        ssize_t size = readlink(path, link, sizeof link - 1);
        if (size < 0)
            return path;
        link[size] = '\0';
        path = *link == '/' ? arena_strdup(arena, link)
                            : arena_format(arena, "%s/%s", directory_of(arena, path), link);
    }
    errno = ELOOP;
    return NULL;
}

/* The file to be replaced or made, in a folder that can be written to. NULL after saying why there
 * is none: a rename would put a file in the place of a device, too. */
static const char *find_target(struct arena *arena, const char *path)
{
    struct stat about;
    bool there = stat(path, &about) == 0;
    const char *kind = there ? other_kind(about.st_mode) : NULL;
    const char *target = there || errno == ENOENT ? follow(arena, path) : NULL;

    if (!kind && target && target[strlen(target) - 1] == '/')
        kind = other_kind(S_IFDIR);
    if (!kind && target && access(directory_of(arena, target), W_OK | X_OK) == 0)
        return target;
    complain(path, kind ? kind : strerror(errno));
    return NULL;
}

bool export_is_possible(const char *path)
{
    struct arena arena = {0};
    bool well = find_target(&arena, path);

    arena_release(&arena);
    return well;
}

/* A name is on the disk when its directory is. */
static bool sync_directory(struct arena *arena, const char *path)
{
    int directory = open(directory_of(arena, path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool well = directory >= 0 && fsync(directory) == 0;

    if (directory >= 0)
        close(directory);
    return well;
}

static bool write_file(struct store *store, const char *path)
{
    FILE *file = fopen(path, "we");

    if (!file)
        return false;
    bool well =
        state_export(store, file) == ERROR_NONE && fflush(file) == 0 && fsync(fileno(file)) == 0;
    return fclose(file) == 0 && well;
}

/* False with errno. */
static bool replace(struct store *store, struct arena *arena, const char *target)
{
    const char *unfinished = arena_format(arena, "%s.new-%d", target, (int)getpid());

    if (write_file(store, unfinished) && rename(unfinished, target) == 0)
        return sync_directory(arena, target);
    int error = errno;
    unlink(unfinished);
    errno = error;
    return false;
}

bool export_write(struct store *store, const char *path)
{
    struct arena arena = {0};
    const char *target = find_target(&arena, path);
    bool well = target && (replace(store, &arena, target) || complain(path, strerror(errno)));

    arena_release(&arena);
    return well;
}
