/*
 * The floor of the benchmark: the least that a server on libmicrohttpd can do.
 *
 * It answers every request with the same run, from one epoll thread, and keeps nothing. What the
 * emulator costs above this is ours; what lies below belongs to the library and the kernel.
 * `floor turbo` adds MHD_USE_TURBO. It announces itself as the emulator does and stops on SIGTERM.
 */
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const char RUN[] =
    "{\"uid\":\"00000000-0000-4000-8000-000000000007\","
    "\"user_uid\":\"11111111-1111-4111-8111-111111111111\","
    "\"workspace_uid\":\"22222222-2222-4222-8222-222222222222\","
    "\"last_error\":null,\"callback\":{\"url\":\"https://example.test/hook\"},"
    "\"status\":\"STOPPED\",\"output_count\":0,"
    "\"scheduled_flow_run_uid\":\"33333333-3333-4333-8333-333333333333\","
    "\"started_at\":\"2026-01-01T00:00:00.000Z\","
    "\"finished_at\":\"2026-01-01T00:00:00.000Z\","
    "\"created_at\":\"2026-01-01T00:00:00.000Z\","
    "\"updated_at\":\"2026-01-01T00:00:00.000Z\"}";

static enum MHD_Result answer(void *cls, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *body,
                              size_t *body_size, void **seen)
{
    (void)cls, (void)url, (void)method, (void)version, (void)body;
    if (!*seen) { /* the head only: a reply queued here would close the connection */
        *seen = (void *)RUN;
        return MHD_YES;
    }
    if (*body_size) {
        *body_size = 0;
        return MHD_YES;
    }
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(RUN), (void *)RUN, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
    enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

int main(int argc, char **argv)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD;
    if (argc > 1 && !strcmp(argv[1], "turbo"))
        flags |= MHD_USE_TURBO;

    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigprocmask(SIG_BLOCK, &stop, NULL); /* before the daemon: its thread inherits the mask */

    struct MHD_Daemon *daemon =
        MHD_start_daemon(flags, 0, NULL, NULL, answer, NULL, MHD_OPTION_END);
    if (!daemon)
        return 1;
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    printf("floor listening on http://127.0.0.1:%u (constant)\nReady.\n", (unsigned)info->port);
    fflush(stdout);

    int received;
    sigwait(&stop, &received);
    MHD_stop_daemon(daemon);
    return 0;
}
