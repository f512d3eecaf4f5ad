/* The program: which command, and for `serve` the order in which things start and stop. */
#include "server/callbacks/dispatcher.h"
#include "server/config/fd_limits.h"
#include "server/config/healthcheck.h"
#include "server/config/log.h"
#include "server/config/options.h"
#include "server/config/settings.h"
#include "server/control/catalog_markdown.h"
#include "server/fixture/export_file.h"
#include "server/fixture/fixture.h"
#include "server/fixture/output_template.h"
#include "server/http/http.h"
#include "server/loop.h"
#include "server/session/session.h"

#include "store/db/transaction.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* CONTROL.md "Program" */
enum exit_status {
    EXIT_CLEAN = 0,
    EXIT_RUNTIME = 1,
    EXIT_USAGE = 2,
    EXIT_FIXTURE = 3,
    EXIT_ADDRESS_IN_USE = 4,
    EXIT_DATABASE = 5
};

static enum exit_status open_store(const struct settings *settings, const char *path,
                                   struct store **out)
{
    struct store_config config = {
        .path = path,
        .assumptions = settings->assumptions,
        .clock = settings->clock,
        .seed = settings->seed,
        .max_workspaces = (int64_t)settings_number(settings, OPTION_MAX_WORKSPACES),
        .durable = settings->durable,
        .make_output = json_output_make,
    };
    const char *reason = "";
    static const char *const why[] = {
        [STORE_NOT_OURS] = "it is not a database of edges-emulator; name another file by --db",
        [STORE_OLDER] =
            "an earlier version of edges-emulator made it; to keep its content, run that "
            "version once more with --export-on-exit FILE, then this one with "
            "--fixture FILE and a new --db",
        [STORE_NEWER] = "a newer version of edges-emulator made it; name another file by --db",
        [STORE_IN_USE] = "another process is using it; name another file by --db",
    };

    enum store_result result = store_open(&config, out, &reason);
    if (result == STORE_OPENED)
        return EXIT_CLEAN;
    if (result == STORE_FAILED)
        fprintf(stderr,
                "edges-emulator: database %s cannot be opened: %s; name another file by --db\n",
                path, reason);
    else
        fprintf(stderr, "edges-emulator: database %s cannot be opened: %s\n", path, why[result]);
    return EXIT_DATABASE;
}

/* "demo" or "demo, mine.json" */
static void print_fixtures(const struct settings *settings)
{
    const struct option_values *names = settings_values(settings, OPTION_FIXTURE);

    for (int i = 0; i < names->count; i++)
        printf("%s%s", i ? ", " : "", names->value[i]);
}

static void print_ready(const struct service *server, const struct http *http)
{
    const char *address = server->settings->address;
    bool v6 = strchr(address, ':');

    printf("edges-emulator " EDGES_EMULATOR_VERSION " listening on http://%s%s%s:%u (fixture ",
           v6 ? "[" : "", address, v6 ? "]" : "", http_port(http));
    print_fixtures(server->settings);
    printf(", clock %s, %d ms)\nReady.\n", server->settings->clock_shown,
           (int)((clock_monotonic_us() - server->started + 500) / 1000));
    fflush(stdout);
}

static enum exit_status report_failed_start(int error)
{
    bool files = error == EMFILE || error == ENFILE;

    fprintf(stderr, "edges-emulator: cannot start: %s%s\n", strerror(error),
            files ? "; raise the limit (ulimit -n)" : "");
    return EXIT_RUNTIME;
}

static enum exit_status report_failed_http(const struct settings *settings, int error)
{
    if (error == EMFILE || error == ENFILE)
        return report_failed_start(error);
    fprintf(stderr,
            "edges-emulator: cannot listen on %s port %u: %s; choose another by --listen and "
            "--port (0 picks a free one)\n",
            settings->address, (unsigned)settings_number(settings, OPTION_PORT), strerror(error));
    return error == EADDRINUSE ? EXIT_ADDRESS_IN_USE : EXIT_RUNTIME;
}

static enum exit_status run_loop(struct loop *loop)
{
    struct service *server = loop->server;

    if (!loop_open(loop))
        return report_failed_start(errno);
    if (!batch_start(server->store))
        return EXIT_RUNTIME;
    print_ready(server, loop->http);
    return loop_run(loop) ? EXIT_CLEAN : EXIT_RUNTIME;
}

static enum exit_status serve_http(struct service *server, int signals)
{
    struct loop loop = {.server = server, .signals = signals, .epoll = -1, .alarm = -1};

    loop.http = http_start(server);
    if (!loop.http)
        return report_failed_http(server->settings, errno);
    loop.deliver = dispatcher_start(server);
    enum exit_status status = loop.deliver ? run_loop(&loop) : report_failed_start(errno);
    loop_close(&loop);
    http_stop(loop.http);
    if (loop.deliver)
        dispatcher_stop(loop.deliver);
    log_flush();
    return status;
}

/* --max-connections, as far as the system allows. */
static bool limit_connections(struct settings *settings)
{
    unsigned wanted = settings->max_connections;

    struct fd_limits found = fd_limits_raise(wanted);

    settings->max_connections = found.connections;
    settings->callbacks_at_once = found.callbacks;
    if (!settings->max_connections)
        fputs("edges-emulator: the system allows this process too few open files to serve anybody; "
              "raise the limit (ulimit -n) to 64 or more\n",
              stderr);
    else if (settings->max_connections < wanted)
        fprintf(
            stderr,
            "edges-emulator: the system allows this process files for only %u of %u connections; "
            "later ones wait, raise the limit (ulimit -n) for more\n",
            settings->max_connections, wanted);
    return settings->max_connections;
}

/* What reading a large fixture took. */
static void give_memory_back(void)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

static const struct library libraries[] = {
    {"libmicrohttpd", http_library_version},
    {"cjson", cJSON_Version},
    {"sqlite", store_library_version},
    {"libcurl", dispatcher_library_version},
    {0},
};

static enum exit_status command_serve(struct settings *settings)
{
    struct service server = {
        .settings = settings, .libraries = libraries, .started = clock_monotonic_us()};

    const char *export = settings_value(settings, OPTION_EXPORT_ON_EXIT);

    log_start((enum log_level)settings_number(settings, OPTION_LOG_LEVEL),
              settings_number(settings, OPTION_LOG_FORMAT) == 1);
    if (export && !export_file_check(export))
        return EXIT_USAGE;
    if (!limit_connections(settings))
        return EXIT_RUNTIME;
    int signals = loop_catch_signals();

    if (signals < 0)
        return report_failed_start(errno);
    enum exit_status status =
        open_store(settings, settings_value(settings, OPTION_DB), &server.store);
    if (!status && !fixture_load(server.store, settings_values(settings, OPTION_FIXTURE)))
        status = EXIT_FIXTURE;
    give_memory_back();
    if (!status)
        status = serve_http(&server, signals);
    if (!status && export && !export_file_write(server.store, export))
        status = EXIT_RUNTIME;
    session_release_all(&server);
    store_close(server.store);
    close(signals);
    return status;
}

/* A fixture is right when it can be loaded, so it is loaded, into memory. */
static enum exit_status command_validate(const struct settings *settings, const char *file)
{
    struct option_values names = {.value = {file}, .count = 1};
    struct store *store = NULL;
    enum exit_status status = open_store(settings, ":memory:", &store);

    if (!status && !fixture_load(store, &names))
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
    case COMMAND_DOCS: return catalog_markdown_print(options->argument) ? EXIT_CLEAN : EXIT_USAGE;
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
    return command_serve(&settings);
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
