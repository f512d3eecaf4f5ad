#include "store/db/small_memory.h"

#include "store/base/memory.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum {
    STEP = 64,    /* bytes between two classes of sizes */
    CLASSES = 33, /* up to 2 KiB: larger ones, such as pages, are malloc()'s */
};

/* What stands before each piece. */
struct piece {
    _Alignas(16) union {
        size_t size;        /* in use: its bytes */
        struct piece *next; /* kept */
    };
};

static struct piece *kept[CLASSES];

static int round_up(int size)
{
    return (size + STEP - 1) / STEP * STEP;
}

static void *piece_alloc(int size)
{
    int class = round_up(size) / STEP;
    struct piece *piece = class < CLASSES ? kept[class] : NULL;

    if (piece)
        kept[class] = piece->next;
    else
        piece = memory_try(NULL, sizeof *piece + (size_t) class * STEP);
    if (!piece)
        return NULL;
    piece->size = (size_t) class * STEP;
    return piece + 1;
}

static void piece_free(void *bytes)
{
    struct piece *piece = (struct piece *)bytes - 1;
    size_t class = piece->size / STEP;

    if (class >= CLASSES) {
        free(piece);
        return;
    }
    piece->next = kept[class];
    kept[class] = piece;
}

static int piece_size(void *bytes)
{
    return bytes ? (int)((struct piece *)bytes - 1)->size : 0;
}

/* A large one grows where it is, if the system can do that. */
static void *large_realloc(void *bytes, int size)
{
    struct piece *piece = memory_try((struct piece *)bytes - 1, sizeof *piece + (size_t)size);

    if (!piece)
        return NULL;
    piece->size = (size_t)size;
    return piece + 1;
}

static void *piece_realloc(void *bytes, int size)
{
    int before = piece_size(bytes);

    if (before >= CLASSES * STEP && size > before)
        return large_realloc(bytes, round_up(size));
    void *moved = size <= before ? bytes : piece_alloc(size);

    if (!moved || moved == bytes)
        return moved;
    memcpy(moved, bytes, (size_t)before);
    piece_free(bytes);
    return moved;
}

static int memory_init(void *context)
{
    (void)context;
    return SQLITE_OK;
}

static void memory_shutdown(void *context)
{
    (void)context;
    for (int i = 0; i < CLASSES; i++) {
        for (struct piece *piece; (piece = kept[i]);) {
            kept[i] = piece->next;
            free(piece);
        }
    }
}

void small_memory_install(void)
{
    static const sqlite3_mem_methods methods = {
        .xMalloc = piece_alloc,
        .xFree = piece_free,
        .xRealloc = piece_realloc,
        .xSize = piece_size,
        .xRoundup = round_up,
        .xInit = memory_init,
        .xShutdown = memory_shutdown,
    };

    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}
