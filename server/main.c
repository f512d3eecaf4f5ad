/* The program: its commands. */
#include "server/config/healthcheck.h"
#include "server/cli/tables.h"
#include "server/fixture/fixture.h"
#include "server/server.h"

#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

/* A fixture is valid when it can be loaded, so it is loaded, into memory. */
static enum exit_status command_validate(const struct settings *settings, const char *file)
{
    struct store *store = NULL;
    enum exit_status status = server_open_store(settings, ":memory:", &store);

    if (!status && !fixture_load(store, &file, 1))
        status = EXIT_FIXTURE;
    if (!status)
        printf("%s is a valid fixture\n", file);
    store_close(store);
    return status;
}

static enum exit_status run_command(const struct options *options)
{
    struct settings settings;

    switch (options->command) {
    case COMMAND_HELP: options_help(); return EXIT_CLEAN;
    case COMMAND_VERSION: puts("edges-emulator " EDGES_EMULATOR_VERSION); return EXIT_CLEAN;
    case COMMAND_DOCS: return tables_print(options->argument) ? EXIT_CLEAN : EXIT_USAGE;
    case COMMAND_SERVE:
    case COMMAND_VALIDATE:
    case COMMAND_HEALTHCHECK: break;
    }
    if (!settings_read(options, &settings))
        return EXIT_USAGE;
    if (options->command == COMMAND_HEALTHCHECK)
        return healthcheck(&settings) ? EXIT_CLEAN : EXIT_RUNTIME;
    if (options->command == COMMAND_VALIDATE)
        return command_validate(&settings, options->argument);
    return serve(&settings);
}

int main(int argc, char **argv)
{
    struct options options;

#ifdef __GLIBC__
    /* The threshold would otherwise rise with use, and what large replies took would be kept. */
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
#endif
    if (!options_read(argc, argv, environ, &options))
        return EXIT_USAGE;
    return (int)run_command(&options);
}
