/* The program: its commands. */
#include "server/cli/completion.h"
#include "server/cli/help.h"
#include "server/cli/man_page.h"
#include "server/cli/tables.h"
#include "server/config/healthcheck.h"
#include "server/coverage/coverage_command.h"
#include "server/fixture/fixture.h"
#include "server/json/json.h"
#include "server/server.h"
#include "server/verify/verify.h"

#include <errno.h>
#include <malloc.h>
#ifdef EDGES_STATIC
#include <nss.h>
#endif
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A fixture is valid when it can be loaded, so it is loaded, into memory. */
static enum exit_status command_validate(const struct settings *settings, const char *file)
{
    struct fixture_faults faults = {.most = FIXTURE_FAULTS + 1};
    struct arena arena = {0};
    struct store *store = NULL;
    enum exit_status status = server_open_store(settings, ":memory:", &store);

    if (!status && !fixture_load(store, &arena, &file, 1, &faults))
        status = EXIT_FIXTURE;
    if ((!status || status == EXIT_FIXTURE) && settings_number(settings, OPTION_FORMAT) == 1)
        fixture_faults_print_json(&faults, file, !status);
    else
        fixture_faults_print(&faults);
    if (!status && settings_number(settings, OPTION_FORMAT) != 1)
        printf("%s is a valid fixture\n", json_shown(&arena, file));
    store_close(store);
    arena_release(&arena);
    return status;
}

static enum exit_status command_healthcheck(const struct settings *settings)
{
    struct server_address address;

    if (!server_address_get(settings, &address))
        return EXIT_USAGE;
    return healthcheck(settings, &address) ? EXIT_CLEAN : EXIT_RUNTIME;
}

static int serve_own(struct settings *settings)
{
    return (int)serve(settings);
}

static enum exit_status command_verify(const struct settings *settings)
{
    static const enum exit_status statuses[] = {
        [VERIFY_SAME] = EXIT_CLEAN,        [VERIFY_DIFFERS] = EXIT_RUNTIME,
        [VERIFY_USAGE] = EXIT_USAGE,       [VERIFY_STOPPED] = EXIT_NOT_REACHED,
        [VERIFY_ACCEPTED] = EXIT_ACCEPTED,
    };

    return statuses[verify(settings, serve_own)];
}

static enum exit_status command_coverage(const struct settings *settings, const char *file)
{
    static const enum exit_status statuses[] = {
        [COVERAGE_ENOUGH] = EXIT_CLEAN,
        [COVERAGE_NOT_ENOUGH] = EXIT_RUNTIME,
        [COVERAGE_NOT_REACHED] = EXIT_NOT_REACHED,
        [COVERAGE_USAGE] = EXIT_USAGE,
    };
    struct server_address address;

    return server_address_get(settings, &address)
               ? statuses[coverage_command(settings, &address, file)]
               : EXIT_USAGE;
}

static bool command_docs(const char *what, const char *more)
{
    if (what && strcmp(what, "completion") == 0)
        return completion_print(more);
    if (more)
        options_reject_word(COMMAND_DOCS, more);
    else if (what && strcmp(what, "man") == 0)
        man_page_print();
    else
        return tables_print(what);
    return !more;
}

static enum exit_status run_command(const struct options *options)
{
    struct settings settings;

    switch (options->command) {
    case COMMAND_HELP: help_print(options->topic); return EXIT_CLEAN;
    case COMMAND_VERSION: puts("edges-emulator " EDGES_EMULATOR_VERSION); return EXIT_CLEAN;
    case COMMAND_DOCS:
        return command_docs(options->argument[0], options->argument[1]) ? EXIT_CLEAN : EXIT_USAGE;
    case COMMAND_SERVE:
    case COMMAND_VALIDATE:
    case COMMAND_HEALTHCHECK:
    case COMMAND_VERIFY:
    case COMMAND_COVERAGE:
    case COMMAND_COUNT: break;
    }
    if (!settings_read(options, &settings))
        return EXIT_USAGE;
    if (options->command == COMMAND_HEALTHCHECK)
        return command_healthcheck(&settings);
    if (options->command == COMMAND_VERIFY)
        return command_verify(&settings);
    if (options->command == COMMAND_COVERAGE)
        return command_coverage(&settings, options->argument[0]);
    if (options->command == COMMAND_VALIDATE)
        return command_validate(&settings, options->argument[0]);
    return serve(&settings);
}

/* A command has done nothing when nobody can read what it printed; a server goes on. */
static enum exit_status finish_output(enum exit_status status)
{
    errno = EIO; /* of a write that failed before */
    if (!fflush(stdout) && !ferror(stdout))
        return status;
    fprintf(stderr, "edges-emulator: cannot write to stdout: %s; send it to another place\n",
            strerror(errno));
    return status ? status : EXIT_RUNTIME;
}

int main(int argc, char **argv)
{
    struct options options;

#ifdef __GLIBC__
    /* The threshold would otherwise rise with use, and what large replies took would be kept. Below
     * it are the tables that a store begins as a copy of: that memory is used again at once. */
    mallopt(M_MMAP_THRESHOLD, 160 * 1024);
#endif
#ifdef EDGES_STATIC
    /* The modules that a system may name in nsswitch.conf belong to its own C library. */
    __nss_configure_lookup("hosts", "files dns");
#endif
    if (!options_read(argc, argv, environ, &options))
        return EXIT_USAGE;
    enum exit_status status = run_command(&options);
    return (int)(options.command == COMMAND_SERVE ? status : finish_output(status));
}
