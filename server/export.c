#include "server/export.h"

#include "store/base/arena.h"
#include "store/state.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *directory_of(struct arena *arena, const char *path)
{
    return dirname(arena_strdup(arena, path));
}

static bool complain(const char *path)
{
    fprintf(stderr, "edges-emulator: cannot write %s: %s; name another file by --export-on-exit\n",
            path, strerror(errno));
    return false;
}

bool export_is_possible(const char *path)
{
    struct arena arena = {0};
    bool well = access(directory_of(&arena, path), W_OK | X_OK) == 0;

    arena_release(&arena);
    return well || complain(path);
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
    bool well = state_export(store, file) == ERROR_NONE && fflush(file) == 0 &&
                fsync(fileno(file)) == 0;
    return fclose(file) == 0 && well;
}

bool export_write(struct store *store, const char *path)
{
    struct arena arena = {0};
    const char *unfinished = arena_format(&arena, "%s.new-%d", path, (int)getpid());
    bool well = write_file(store, unfinished) && rename(unfinished, path) == 0 &&
                sync_directory(&arena, path);

    if (!well) {
        complain(path);
        unlink(unfinished);
    }
    arena_release(&arena);
    return well;
}
