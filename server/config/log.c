#include "server/config/log.h"

#include "store/base/clock.h"
#include "store/base/instant.h"
#include "store/base/strbuf.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BUFFER_MAX = 40 * 1024, /* bytes; a buffer that has more is written at once */
    TEXT_MAX = 8 * 1024,    /* bytes of the longest text: a path of LIMIT_PATH, all escaped */
    BUFFER_SIZE = 64 * 1024 /* one more line has room behind BUFFER_MAX */
};

/* Static, because a line may have to be written when memory is used up. */
static char room[BUFFER_SIZE];
static struct arena arena; /* of a buffer that outgrows it */
static struct strbuf buffer = {.arena = &arena, .bytes = room, .capacity = sizeof room};
static enum log_level max_level;
static bool as_json;

/* Pipes and terminals: their reader may be slow, and they can be opened again. */
static bool may_block(int fd)
{
    struct stat about;

    return fstat(fd, &about) == 0 && (S_ISFIFO(about.st_mode) || isatty(fd));
}

void log_start(enum log_level level, bool json)
{
    max_level = level;
    as_json = json;
    if (!may_block(STDERR_FILENO))
        return;
    /* Opened again: the mode belongs to what was opened, which a shell may use as well. */
    int fd = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return;
    dup2(fd, STDERR_FILENO);
    close(fd);
}

void log_flush(void)
{
    size_t done = 0;

    /* What does not fit is lost. Where log_start() could not open it again: a pipe or a socket
     * that is writable takes PIPE_BUF bytes without waiting, a terminal may not. */
    while (done < buffer.size && poll(&(struct pollfd){STDERR_FILENO, POLLOUT, 0}, 1, 0) == 1) {
        size_t size = buffer.size - done < PIPE_BUF ? buffer.size - done : PIPE_BUF;
        ssize_t written = write(STDERR_FILENO, buffer.bytes + done, size);
        if (written <= 0)
            break; /* nobody reads it: a log is not worth failing for */
        done += (size_t)written;
    }
    buffer.size = 0;
}

/* Percent-encodes all but visible ASCII, and quotes: no text forges a line or breaks JSON. */
static void log_escape(const char *text, bool keep_spaces)
{
    static const char hex[] = "0123456789ABCDEF";
    char *out = strbuf_reserve(&buffer, TEXT_MAX);

    for (const char *end = out + TEXT_MAX; *text && out + 3 <= end; text++) {
        unsigned char c = (unsigned char)*text;
        if ((c > ' ' && c < 0x7f && c != '"' && c != '\\') || (c == ' ' && keep_spaces)) {
            *out++ = (char)c;
            continue;
        }
        *out++ = '%';
        *out++ = hex[c >> 4];
        *out++ = hex[c & 15];
    }
    buffer.size = (size_t)(out - buffer.bytes);
}

/* What stands before a field: nothing at the beginning of a line. */
static const char *log_separator(void)
{
    if (!buffer.size || strchr("{\n", buffer.bytes[buffer.size - 1]))
        return "";
    return as_json ? "," : " ";
}

/* Its value, and what stands around it. */
static void log_write_field(const struct log_field *field)
{
    if (!field->key || (field->only_json && !as_json))
        return;
    if (as_json)
        strbuf_format(&buffer, field->text ? "%s\"%s\":\"" : "%s\"%s\":", log_separator(),
                      field->key);
    else
        strbuf_format(&buffer, "%s%s", log_separator(), field->label ? field->label : "");
    if (field->text)
        log_escape(field->text, field->keep_spaces);
    else
        strbuf_format(&buffer, "%" PRId64, field->number);
    if (as_json && field->text)
        strbuf_append(&buffer, "\"");
    else if (!as_json && field->unit)
        strbuf_append(&buffer, field->unit);
}

bool log_has(enum log_level level)
{
    return level <= max_level;
}

void log_line(enum log_level level, const char *msg, const struct log_field *fields, size_t count)
{
    static const char *const levels[] = {"error", "warn", "info"};
    char time[INSTANT_SIZE];

    if (!log_has(level))
        return;
    instant_format(clock_system(), time);
    strbuf_append(&buffer, as_json ? "{" : "");
    log_write_field(&(struct log_field){.key = "time", .text = time});
    log_write_field(&(struct log_field){.key = "level", .text = levels[level], .only_json = true});
    log_write_field(&(struct log_field){
        .key = "msg", .text = msg, .keep_spaces = true, .only_json = count > 0});
    for (size_t i = 0; i < count; i++)
        log_write_field(&fields[i]);
    strbuf_append(&buffer, as_json ? "}\n" : "\n");
    if (buffer.size > BUFFER_MAX)
        log_flush();
}
