#include "server/config/log.h"

#include "store/base/instant.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BUFFER_SIZE = 64 * 1024, /* bytes gathered before they are written in any case */
    LINE_SIZE = 16 * 1024    /* bytes of the longest line: a path of the longest, all escaped */
};

static char buffer[BUFFER_SIZE];
static size_t used;

/* Pipes and terminals: what has a reader who may sleep, and can be opened again. */
static bool may_wait(int fd)
{
    struct stat about;

    return fstat(fd, &about) == 0 && (S_ISFIFO(about.st_mode) || isatty(fd));
}

/* Opened again, because the mode belongs to what was opened, which may be a shell's as well. */
void log_start(void)
{
    if (!may_wait(STDERR_FILENO))
        return;
    int fd = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return;
    dup2(fd, STDERR_FILENO);
    close(fd);
}

void log_flush(void)
{
    size_t done = 0;

    /* What does not fit is lost. Where log_start() could not help: a pipe or a socket that can be
     * written to takes PIPE_BUF bytes without waiting, a terminal may not. */
    while (done < used && poll(&(struct pollfd){STDERR_FILENO, POLLOUT, 0}, 1, 0) == 1) {
        size_t size = used - done < PIPE_BUF ? used - done : PIPE_BUF;
        ssize_t written = write(STDERR_FILENO, buffer + done, size);
        if (written <= 0)
            break; /* nobody reads it: a log is not worth failing for */
        done += (size_t)written;
    }
    used = 0;
}

/* A path as one word of visible ASCII: what else there is, and quotes, as percent-encoding, so that
 * no request can forge a line or break JSON. */
static size_t escape(const char *text, char *out, size_t room)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t size = 0;

    for (; *text && size + 4 < room; text++) {
        unsigned char c = (unsigned char)*text;
        if (c > ' ' && c < 0x7f && c != '"' && c != '\\') {
            out[size++] = (char)c;
            continue;
        }
        out[size++] = '%';
        out[size++] = hex[c >> 4];
        out[size++] = hex[c & 15];
    }
    out[size] = '\0';
    return size;
}

static const char *const text_format = "%s %d %s %s %" PRId64 "us %s id=%s\n";
static const char *const json_format =
    "{\"time\":\"%s\",\"status\":%d,\"method\":\"%s\",\"path\":\"%s\",\"duration_us\":%" PRId64
    ",\"operation\":\"%s\",\"request_id\":\"%s\"}\n";

void log_exchange(const struct request *rq, int status)
{
    const struct settings *settings = rq->server->settings;
    enum log_level level = status >= 500 ? LOG_ERROR : LOG_INFO;
    char path[LINE_SIZE / 2], method[64], id[512], time[INSTANT_SIZE];

    if (level > settings_number(settings, OPTION_LOG_LEVEL))
        return;
    if (used > BUFFER_SIZE - LINE_SIZE)
        log_flush();
    escape(rq->url.path, path, sizeof path);
    escape(rq->method, method, sizeof method);
    escape(rq->id, id, sizeof id);
    instant_format(clock_now(&(struct clock){0}), time);
    int size = snprintf(buffer + used, LINE_SIZE,
                        settings_number(settings, OPTION_LOG_FORMAT) ? json_format : text_format,
                        time, status, method, path, clock_monotonic_us() - rq->started,
                        rq->op ? rq->op->id : "-", id);
    used += (size_t)size;
}

static const char *const callback_text = "%s callback %s run=%s %s %d %s\n";
static const char *const callback_json =
    "{\"time\":\"%s\",\"callback\":\"%s\",\"run\":\"%s\",\"flow_run_status\":\"%s\",\"status\":%d,"
    "\"outcome\":\"%s\"}\n";

void log_callback(const struct settings *settings, const struct callback *callback, int64_t status,
                  const char *error)
{
    char time[INSTANT_SIZE];

    if (settings_number(settings, OPTION_LOG_LEVEL) < LOG_INFO)
        return;
    if (used > BUFFER_SIZE - LINE_SIZE)
        log_flush();
    instant_format(clock_now(&(struct clock){0}), time);
    int size =
        snprintf(buffer + used, LINE_SIZE,
                 settings_number(settings, OPTION_LOG_FORMAT) ? callback_json : callback_text, time,
                 callback->uid, callback->run_uid, callback->run_status, (int)status,
                 error ? error : "delivered");
    used += (size_t)size;
}
