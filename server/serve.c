/* `serve`: the order in which things start and stop. */
#include "server/server.h"

#include "server/callbacks/dispatcher.h"
#include "server/config/fd_limits.h"
#include "server/config/log.h"
#include "server/coverage/report.h"
#include "server/fixture/export_file.h"
#include "server/fixture/fixture.h"
#include "server/fixture/output_template.h"
#include "server/http/http.h"
#include "server/session/session.h"
#include "server/stop_signals.h"
#include "store/db/transaction.h"
#include "store/workspace/export_json.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

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
    static const char *const reasons[] = {
        [STORE_NOT_OURS] = "it is not a database of edges-emulator",
        [STORE_OLDER] = "an earlier version of edges-emulator made it",
        [STORE_NEWER] = "a newer version of edges-emulator made it",
        [STORE_IN_USE] = "another process is using it",
    };
    const char *reason = "";
    enum store_result result = store_open(&config, out, &reason);

    if (result == STORE_OPENED)
        return EXIT_CLEAN;
    fprintf(stderr, "edges-emulator: database %s cannot be opened: %s; %s\n", path,
            result == STORE_FAILED ? reason : reasons[result],
            result == STORE_OLDER ? "to keep its content, run that version once more with "
                                    "--export-on-exit FILE, then this one with --fixture FILE and "
                                    "a new --db"
                                  : "name another file by --db");
    return EXIT_DATABASE;
}

static void note_authority(struct service *service, unsigned port)
{
    const char *address = service->settings->address;
    bool v6 = strchr(address, ':');

    snprintf(service->authority, sizeof service->authority, "%s%s%s:%u", v6 ? "[" : "", address,
             v6 ? "]" : "", port);
}

static void print_ready(const struct service *service)
{
    const struct settings *settings = service->settings;
    const struct option_values *fixtures = settings_values(settings, OPTION_FIXTURE);

    printf("edges-emulator " EDGES_EMULATOR_VERSION " listening on http://%s (fixture ",
           service->authority);
    for (int i = 0; i < fixtures->count; i++)
        printf("%s%s", i ? ", " : "", fixtures->value[i]);
    printf(", clock %s, %d ms)\nReady.\n", settings->clock_shown,
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

static enum exit_status serve_http(struct loop *loop)
{
    struct service *service = loop->service;
    enum exit_status status = EXIT_RUNTIME;

    if (settings_number(service->settings, OPTION_STOP_WITH_STDIN))
        loop->input = STDIN_FILENO;
    loop->http = http_start(service);
    if (!loop->http)
        return listen_failed(service->settings, errno);
    note_authority(service, http_port(loop->http));
    struct sockaddr_storage listening = http_address(loop->http);
    loop->dispatcher = dispatcher_start(service->store, service->sessions, service->settings,
                                        &service->metrics, service->coverage, &listening);
    if (!loop->dispatcher || !loop_open(loop)) {
        status = start_failed(errno);
    } else if (!batch_start(service->store)) {
        fputs("edges-emulator: cannot start: the database cannot be written; make room on its "
              "disk, or name another file by --db\n",
              stderr);
    } else {
        print_ready(service);
#ifdef __GLIBC__
        malloc_trim(0); /* what reading a large fixture took; who waits for Ready has it */
#endif
        status = loop_run(loop) ? EXIT_CLEAN : EXIT_RUNTIME;
    }
    http_stop(loop->http);
    if (loop->dispatcher)
        dispatcher_stop(loop->dispatcher);
    log_flush();
    return status;
}

static bool write_state(const void *store, FILE *file)
{
    return export_json_all((struct store *)(uintptr_t)store, file) == ERROR_NONE;
}

static bool write_coverage(const void *content, FILE *file)
{
    const struct service *service = content;
    struct arena arena = {0};
    struct report report = report_make(&arena, service->coverage, service->authority);
    struct strbuf json = report_json(&report);
    bool ok = fwrite(json.bytes, json.size, 1, file) == 1 && fputc('\n', file) != EOF;

    arena_release(&arena);
    return ok;
}

enum { EXPORTS = 2 };

/* What is written on a clean stop; a path is NULL where nothing is. */
static void exports_list(const struct service *service, struct export_file out[EXPORTS])
{
    const struct settings *settings = service->settings;

    out[0] = (struct export_file){settings_value(settings, OPTION_EXPORT_ON_EXIT),
                                  "--export-on-exit", write_state, service->store};
    out[1] = (struct export_file){settings_value(settings, OPTION_COVERAGE), "--coverage",
                                  write_coverage, service};
}

static bool exports_check(const struct service *service)
{
    struct export_file exports[EXPORTS];
    bool ok = true;

    exports_list(service, exports);
    for (int i = 0; ok && i < EXPORTS; i++)
        ok = !exports[i].path || export_file_check(&exports[i]);
    return ok;
}

/* A second signal gives them up. */
static enum exit_status exports_write(const struct service *service)
{
    struct export_file exports[EXPORTS];
    bool ok = true;

    exports_list(service, exports);
    if (!exports[0].path && !exports[1].path)
        return EXIT_CLEAN;
    stop_signals_exit(EXIT_RUNTIME,
                      "edges-emulator: a second signal came: the export is given up\n");
    for (int i = 0; i < EXPORTS; i++)
        ok &= !exports[i].path || export_file_write(&exports[i]);
    if (!ok)
        return EXIT_RUNTIME;
    stop_signals_exit(EXIT_CLEAN, "");
    return EXIT_CLEAN;
}

static bool load_fixtures(struct store *store, const struct option_values *fixtures)
{
    struct fixture_faults faults = {.most = 1};
    struct arena arena = {0};
    bool ok = fixture_load(store, &arena, fixtures->value, fixtures->count, &faults);

    fixture_faults_print(&faults);
    arena_release(&arena);
    return ok;
}

static enum exit_status serve_store(struct loop *loop)
{
    struct service *service = loop->service;
    const struct settings *settings = service->settings;
    enum exit_status status =
        server_open_store(settings, settings_value(settings, OPTION_DB), &service->store);

    service->sessions = session_table_open((int64_t)settings_number(settings, OPTION_JOURNAL));
    service->coverage = coverage_open();
    if (!status && !load_fixtures(service->store, settings_values(settings, OPTION_FIXTURE)))
        status = EXIT_FIXTURE;
    if (!status)
        status = serve_http(loop);
    if (!status)
        status = exports_write(service);
    session_table_close(service->sessions);
    coverage_close(service->coverage);
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
    static struct service service; /* the system gives memory only to what is used of it */
    struct loop loop = {.service = &service,
                        .signals = -1,
                        .epoll = -1,
                        .timer = -1,
                        .system_set = -1,
                        .input = -1};

    service.settings = settings;
    service.libraries = libraries;
    service.started = clock_monotonic_us();
    stop_signals_exit(EXIT_CLEAN, ""); /* until the loop watches them: nothing was served yet */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of SQLite's */
    log_start((enum log_level)settings_number(settings, OPTION_LOG_LEVEL),
              settings_number(settings, OPTION_LOG_FORMAT) == 1);
    if (!exports_check(&service))
        return EXIT_USAGE;
    if (!fd_limits_apply(settings))
        return EXIT_RUNTIME;
    enum exit_status status = serve_store(&loop);
    loop_close(&loop);
    return status;
}
