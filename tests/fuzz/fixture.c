/* Fixtures: read, checked and loaded into a store that stays the same for all of them. */
#include "target.h"

#include "server/fixture/fixture.h"
#include "store/workspace/tenant.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static struct store *store;

static void open_once(void)
{
    struct store_config config = {.path = ":memory:", .clock = {.frozen = true}};
    const char *reason;

    assumptions_init(&config.assumptions);
    if (!store && store_open(&config, &store, &reason) != STORE_OPENED)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char name[64];
    int file = memfd_create("fixture", 0);

    open_once();
    if (file < 0 || write(file, bytes, size) != (ssize_t)size)
        abort();
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    const char *names[] = {name};
    struct workspace *workspace;
    struct fixture_faults faults = {.most = FIXTURE_FAULTS + 1};
    struct arena arena = {0};
    if (fixture_load(store, &arena, names, 1, &faults) &&
        tenant_get(store, "key", &workspace) == ERROR_NONE)
        tenant_reset(store, workspace, NULL);
    arena_release(&arena);
    close(file);
    return 0;
}
