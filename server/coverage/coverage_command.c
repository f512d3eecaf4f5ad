#include "server/coverage/coverage_command.h"

#include "server/coverage/coverage_file.h"
#include "server/coverage/formats.h"
#include "store/base/suggest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 16 * 1024 /* bytes that are read at once */ };

/* With its port, as a URL has it. */
static const char *host_of(struct arena *arena, const struct server_address *address)
{
    bool v6 = strchr(address->host, ':');

    return arena_format(arena, "%s%s%s:%s", v6 ? "[" : "", address->host, v6 ? "]" : "",
                        address->port);
}

/* With HTTP/1.0 the server closes the connection behind its reply. */
static bool request_send(int fd, const struct settings *settings,
                         const struct server_address *address, struct arena *arena)
{
    const struct option_values *ignored = settings_values(settings, OPTION_IGNORE);
    struct strbuf request = {.arena = arena};

    strbuf_format(&request, "GET /_emulator/coverage?format=%s&brief=%s",
                  settings_value(settings, OPTION_FORMAT), settings_value(settings, OPTION_BRIEF));
    for (int i = 0; i < ignored->count; i++)
        strbuf_format(&request, "&ignore=%s", ignored->value[i]);
    strbuf_format(&request, " HTTP/1.0\r\nHost: %s\r\n\r\n", host_of(arena, address));
    return send(fd, request.bytes, request.size, MSG_NOSIGNAL) == (ssize_t)request.size;
}

/* Reads a reply to its end. False when it does not come to an end. */
static bool reply_read(int fd, struct strbuf *out)
{
    ssize_t size;

    do {
        size = recv(fd, strbuf_reserve(out, PIECE), PIECE, 0);
        out->size += size > 0 ? (size_t)size : 0;
    } while (size > 0);
    strbuf_append(out, "");
    return size == 0;
}

/* The reply, head and body; false when no server has sent a whole one. */
static bool reply_get(const struct settings *settings, const struct server_address *address,
                      struct strbuf *out)
{
    int fd = server_address_connect(address);
    bool ok = fd >= 0 && request_send(fd, settings, address, out->arena) && reply_read(fd, out);

    if (fd >= 0)
        close(fd);
    return ok;
}

static enum coverage_verdict refuse(const struct server_address *address, const char *why)
{
    fprintf(stderr, "edges-emulator: no coverage from %s port %s: %s\n", address->host,
            address->port, why);
    return COVERAGE_NOT_REACHED;
}

/* Whether it is enough; says why not. */
static bool is_enough(const struct settings *settings, struct coverage_total total, int errors,
                      int warnings)
{
    const char *level = settings_value(settings, OPTION_LINT);
    int min = (int)settings_number(settings, OPTION_FAIL_UNDER);
    bool covered = !settings_value(settings, OPTION_FAIL_UNDER) ||
                   (int64_t)total.covered * 100 >= (int64_t)min * total.cells;
    int wrong = !level ? 0 : settings_number(settings, OPTION_LINT) ? errors + warnings : errors;

    if (!covered)
        fprintf(stderr,
                "edges-emulator: %d%% of the cells are covered, fewer than --fail-under %d\n",
                coverage_percent(total), min);
    if (wrong)
        fprintf(stderr, "edges-emulator: clients break %d rule%s of --lint %s\n", wrong,
                wrong > 1 ? "s" : "", level);
    return covered && !wrong;
}

/* A number of the header, behind its name; 0: it has none of this name. */
static int number_after(const char *header, const char *name)
{
    const char *found = strstr(header, name);

    return found ? (int)strtol(found + strlen(name), NULL, 10) : 0;
}

static void body_print(const char *bytes, size_t size)
{
    fwrite(bytes, size, 1, stdout);
    if (!size || bytes[size - 1] != '\n')
        putchar('\n');
    fflush(stdout);
}

/* Prints the body of a reply. */
static enum coverage_verdict reply_show(const struct settings *settings,
                                        const struct server_address *address,
                                        const struct strbuf *reply)
{
    const char *end = strstr(reply->bytes, "\r\n\r\n");
    const char *header = strcasestr(reply->bytes, "\r\n" COVERAGE_HEADER ": ");

    if (strncmp(reply->bytes, "HTTP/1.1 ", 9) != 0 || !end)
        return refuse(address, "what answers there is no emulator");
    const char *body = end + strlen("\r\n\r\n");
    if (!header || header > body)
        return refuse(address, body);
    body_print(body, reply->size - (size_t)(body - reply->bytes));
    struct coverage_total total = {number_after(header, "cells="),
                                   number_after(header, "covered=")};
    return is_enough(settings, total, number_after(header, "errors="),
                     number_after(header, "warnings="))
               ? COVERAGE_ENOUGH
               : COVERAGE_NOT_ENOUGH;
}

/* Prints the report in a file. */
static enum coverage_verdict file_show(const struct settings *settings, const char *name,
                                       const char *host, struct coverage *coverage,
                                       struct arena *arena)
{
    const struct option_values *ignored = settings_values(settings, OPTION_IGNORE);
    const char *why = coverage_file_read(arena, name, coverage);
    int broken[LINT_LEVEL_COUNT];

    if (why) {
        fprintf(stderr, "edges-emulator: no coverage from the file %s: %s\n", name, why);
        return COVERAGE_USAGE;
    }
    struct report report = report_make(arena, coverage, host);
    for (int i = 0; i < ignored->count; i++)
        report.findings[lint_rule_find(ignored->value[i])] = (struct lint_finding){0};
    report.brief = settings_number(settings, OPTION_BRIEF);
    struct strbuf body =
        report_format_find(settings_value(settings, OPTION_FORMAT))->write(&report);
    body_print(body.bytes, body.size);
    report_count_findings(&report, broken);
    return is_enough(settings, report.total, broken[LINT_ERROR], broken[LINT_WARNING])
               ? COVERAGE_ENOUGH
               : COVERAGE_NOT_ENOUGH;
}

/* Whether each value of --ignore is a rule; says which is none. */
static bool rules_check(const struct settings *settings)
{
    const struct option_values *ignored = settings_values(settings, OPTION_IGNORE);
    const char *names[LINT_COUNT];

    for (enum lint_rule rule = 0; rule < LINT_COUNT; rule++)
        names[rule] = lint_row(rule)->name;
    for (int i = 0; i < ignored->count; i++) {
        if (lint_rule_find(ignored->value[i]) < LINT_COUNT)
            continue;
        const char *meant = suggest(ignored->value[i], names, LINT_COUNT);
        return settings_reject(settings, OPTION_IGNORE,
                               "cannot be \"%s\"; it takes a rule that edges-emulator docs lint "
                               "lists%s%s%s",
                               ignored->value[i], meant ? "; did you mean " : "",
                               meant ? meant : "", meant ? "?" : "");
    }
    return true;
}

enum coverage_verdict coverage_command(const struct settings *settings,
                                       const struct server_address *address, const char *file)
{
    struct arena arena = {0};
    struct strbuf reply = {.arena = &arena};
    enum coverage_verdict verdict;

    if (!rules_check(settings))
        return COVERAGE_USAGE;
    if (file) {
        struct coverage *coverage = coverage_open();
        verdict = file_show(settings, file, host_of(&arena, address), coverage, &arena);
        coverage_close(coverage);
    } else if (reply_get(settings, address, &reply)) {
        verdict = reply_show(settings, address, &reply);
    } else {
        verdict = refuse(address, "no server answers; start edges-emulator, or name "
                                  "another by --url or --port");
    }
    arena_release(&arena);
    return verdict;
}
