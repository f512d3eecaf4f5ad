#include "server/config/log.h"

#include "store/base/clock.h"
#include "store/base/instant.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BUFFER_SIZE = 64 * 1024, /* bytes; a full buffer is written at once */
    LINE_SIZE = 16 * 1024,   /* bytes of the longest line */
    TEXT_SIZE = 8 * 1024,    /* bytes of the longest text: a path of LIMIT_PATH, all escaped */
    RESERVED = 1024,         /* bytes of a line for what is not text: keys, numbers, quotes */
    NUMBER_SIZE = 24         /* bytes of an int64_t in digits */
};

static char buffer[BUFFER_SIZE];
static size_t used;
static enum log_level max_level;
static bool as_json;

/* Pipes and terminals: their reader may be slow, and they can be opened again. */
static bool may_block(int fd)
{
    struct stat about;

    return fstat(fd, &about) == 0 && (S_ISFIFO(about.st_mode) || isatty(fd));
}

/* Opened again, because the mode belongs to what was opened, which may be a shell's as well. */
static void log_open_nonblocking(void)
{
    if (!may_block(STDERR_FILENO))
        return;
    int fd = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return;
    dup2(fd, STDERR_FILENO);
    close(fd);
}

void log_start(enum log_level level, bool json)
{
    max_level = level;
    as_json = json;
    log_open_nonblocking();
}

void log_flush(void)
{
    size_t done = 0;

    /* What does not fit is lost. Where log_start() could not do that: a pipe or a socket that can
     * be written to takes PIPE_BUF bytes without waiting, a terminal may not. */
    while (done < used && poll(&(struct pollfd){STDERR_FILENO, POLLOUT, 0}, 1, 0) == 1) {
        size_t size = used - done < PIPE_BUF ? used - done : PIPE_BUF;
        ssize_t written = write(STDERR_FILENO, buffer + done, size);
        if (written <= 0)
            break; /* nobody reads it: a log is not worth failing for */
        done += (size_t)written;
    }
    used = 0;
}

static char *log_append(char *out, const char *text)
{
    while (*text)
        *out++ = *text++;
    return out;
}

/* Anything but visible ASCII, and quotes, as percent-encoding: nothing forges a line or breaks
 * JSON. */
static char *log_escape(char *out, const char *text, bool spaced, const char *limit)
{
    static const char hex[] = "0123456789ABCDEF";

    for (; *text && out + 3 <= limit; text++) {
        unsigned char c = (unsigned char)*text;
        if ((c > ' ' && c < 0x7f && c != '"' && c != '\\') || (c == ' ' && spaced)) {
            *out++ = (char)c;
            continue;
        }
        *out++ = '%';
        *out++ = hex[c >> 4];
        *out++ = hex[c & 15];
    }
    return out;
}

static char *log_value(char *out, const struct log_field *field, const char *limit)
{
    if (!field->text)
        return out + snprintf(out, NUMBER_SIZE, "%" PRId64, field->number);
    if (limit - out > TEXT_SIZE)
        limit = out + TEXT_SIZE;
    return log_escape(out, field->text, field->spaced, limit);
}

static char *log_json(char *out, const struct log_field *field, const char *limit)
{
    out = log_append(log_append(log_append(out, "\""), field->key), field->text ? "\":\"" : "\":");
    out = log_value(out, field, limit);
    return field->text ? log_append(out, "\"") : out;
}

static char *log_text(char *out, const struct log_field *field, const char *limit)
{
    out = log_value(log_append(out, field->label ? field->label : ""), field, limit);
    return log_append(out, field->unit ? field->unit : "");
}

void log_line(enum log_level level, const struct log_field *fields, size_t count)
{
    char time[INSTANT_SIZE];

    if (level > max_level)
        return;
    if (used > BUFFER_SIZE - LINE_SIZE)
        log_flush();
    const char *limit = buffer + used + LINE_SIZE - RESERVED;
    char *(*append)(char *, const struct log_field *, const char *) = as_json ? log_json : log_text;
    instant_format(clock_now(&(struct clock){0}), time);
    char *out = log_append(buffer + used, as_json ? "{" : "");
    out = append(out, &(struct log_field){.key = "time", .text = time}, limit);
    for (size_t i = 0; i < count; i++)
        out = append(log_append(out, as_json ? "," : " "), &fields[i], limit);
    out = log_append(out, as_json ? "}\n" : "\n");
    used = (size_t)(out - buffer);
}
