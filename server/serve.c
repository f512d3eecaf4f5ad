/* `serve`: the order in which things start and stop. */
#include "server/server.h"

#include "server/callbacks/dispatcher.h"
#include "server/config/fd_limits.h"
#include "server/config/log.h"
#include "server/fixture/export_file.h"
#include "server/fixture/fixture.h"
#include "server/fixture/output_template.h"
#include "server/http/http.h"
#include "server/session/session.h"
#include "store/db/transaction.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What to do about a database that cannot be opened. */
static const char *open_failed_reason(enum store_result result)
{
    switch (result) {
    case STORE_NOT_OURS: return "it is not a database of edges-emulator; name another file by --db";
    case STORE_OLDER:
        return "an earlier version of edges-emulator made it; to keep its content, run that "
               "version once more with --export-on-exit FILE, then this one with "
               "--fixture FILE and a new --db";
    case STORE_NEWER: return "a newer version of edges-emulator made it; name another file by --db";
    case STORE_IN_USE: return "another process is using it; name another file by --db";
    case STORE_OPENED:
    case STORE_FAILED: break;
    }
    return NULL;
}

enum exit_status server_open_store(const struct settings *settings, const char *path,
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
    enum store_result result = store_open(&config, out, &reason);

    if (result == STORE_OPENED)
        return EXIT_CLEAN;
    if (result == STORE_FAILED)
        fprintf(stderr,
                "edges-emulator: database %s cannot be opened: %s; name another file by --db\n",
                path, reason);
    else
        fprintf(stderr, "edges-emulator: database %s cannot be opened: %s\n", path,
                open_failed_reason(result));
    return EXIT_DATABASE;
}

/* "demo" or "demo, mine.json" */
static void print_fixtures(const struct settings *settings)
{
    const struct option_values *names = settings_values(settings, OPTION_FIXTURE);

    for (int i = 0; i < names->count; i++)
        printf("%s%s", i ? ", " : "", names->value[i]);
}

static void print_ready(const struct service *service, const struct http *http)
{
    const char *address = service->settings->address;
    bool v6 = strchr(address, ':');

    printf("edges-emulator " EDGES_EMULATOR_VERSION " listening on http://%s%s%s:%u (fixture ",
           v6 ? "[" : "", address, v6 ? "]" : "", http_port(http));
    print_fixtures(service->settings);
    printf(", clock %s, %d ms)\nReady.\n", service->settings->clock_shown,
           (int)((clock_monotonic_us() - service->started + 500) / 1000));
    fflush(stdout);
}

static bool out_of_descriptors(int error)
{
    return error == EMFILE || error == ENFILE;
}

static enum exit_status start_failed(int error)
{
    fprintf(stderr, "edges-emulator: cannot start: %s\n",
            out_of_descriptors(error) ? "out of file descriptors; raise the limit (ulimit -n)"
                                      : strerror(error));
    return EXIT_RUNTIME;
}

static enum exit_status listen_failed(const struct settings *settings, int error)
{
    if (out_of_descriptors(error))
        return start_failed(error);
    fprintf(stderr,
            "edges-emulator: cannot listen on %s port %u: %s; choose another by --listen and "
            "--port (0 picks a free one)\n",
            settings->address, (unsigned)settings_number(settings, OPTION_PORT), strerror(error));
    return error == EADDRINUSE ? EXIT_ADDRESS_IN_USE : EXIT_RUNTIME;
}

static enum exit_status serve_loop(struct loop *loop)
{
    struct service *service = loop->service;

    if (!loop_open(loop))
        return start_failed(errno);
    if (!batch_start(service->store)) {
        fputs("edges-emulator: cannot start: the database cannot be written\n", stderr);
        return EXIT_RUNTIME;
    }
    print_ready(service, loop->http);
    return loop_run(loop) ? EXIT_CLEAN : EXIT_RUNTIME;
}

static enum exit_status serve_http(struct service *service, int signals)
{
    struct loop loop = {.service = service, .signals = signals, .epoll = -1, .timer = -1};

    loop.http = http_start(service);
    if (!loop.http)
        return listen_failed(service->settings, errno);
    loop.dispatcher = dispatcher_start(service->store, service->settings, &service->metrics);
    enum exit_status status = loop.dispatcher ? serve_loop(&loop) : start_failed(errno);
    loop_close(&loop);
    http_stop(loop.http);
    if (loop.dispatcher)
        dispatcher_stop(loop.dispatcher);
    log_flush();
    return status;
}

/* Returns to the system what reading a large fixture took. */
static void trim_memory(void)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

static enum exit_status serve_store(struct service *service, int signals)
{
    const struct settings *settings = service->settings;
    const char *export = settings_value(settings, OPTION_EXPORT_ON_EXIT);
    const struct option_values *fixtures = settings_values(settings, OPTION_FIXTURE);
    enum exit_status status =
        server_open_store(settings, settings_value(settings, OPTION_DB), &service->store);

    service->sessions = session_table_open((int64_t)settings_number(settings, OPTION_JOURNAL));
    if (!status && !fixture_load(service->store, fixtures->value, fixtures->count))
        status = EXIT_FIXTURE;
    trim_memory();
    if (!status)
        status = serve_http(service, signals);
    if (!status && export && !export_file_write(service->store, export))
        status = EXIT_RUNTIME;
    session_table_close(service->sessions);
    store_close(service->store);
    return status;
}

static const struct library libraries[] = {
    {"libmicrohttpd", http_library_version},
    {"cjson", cJSON_Version},
    {"sqlite", store_library_version},
    {"libcurl", dispatcher_library_version},
    {0},
};

enum exit_status serve(struct settings *settings)
{
    struct service service = {
        .settings = settings, .libraries = libraries, .started = clock_monotonic_us()};
    const char *export = settings_value(settings, OPTION_EXPORT_ON_EXIT);

    log_start((enum log_level)settings_number(settings, OPTION_LOG_LEVEL),
              settings_number(settings, OPTION_LOG_FORMAT) == 1);
    if (export && !export_file_check(export))
        return EXIT_USAGE;
    if (!fd_limits_apply(settings))
        return EXIT_RUNTIME;
    int signals = loop_catch_signals();
    if (signals < 0)
        return start_failed(errno);
    enum exit_status status = serve_store(&service, signals);
    close(signals);
    return status;
}
