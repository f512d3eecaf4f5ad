#include "server/config/settings.h"

#include "server/json/json.h"
#include "store/base/limits.h"
#include "store/base/suggest.h"
#include "store/base/syntax.h"

#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    WANTED_SIZE = 128,       /* bytes of the words of a choice */
    VERIFIED_MAX = 64 * 1024 /* bytes of a file of --assume that are read */
};

const struct option_values *settings_values(const struct settings *settings, enum option option)
{
    return &settings->options->values[option];
}

const char *settings_value(const struct settings *settings, enum option option)
{
    const struct option_values *values = settings_values(settings, option);

    return values->count ? values->value[values->count - 1] : NULL;
}

bool settings_reject(const struct settings *settings, enum option option, const char *format, ...)
{
    const struct option_row *row = option_row(option);
    bool variable = settings_values(settings, option)->source == OPTION_FROM_ENVIRONMENT;
    va_list list;

    fprintf(stderr, "edges-emulator: %s%s ", variable ? "" : "--",
            variable ? row->variable : row->name);
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
    return false;
}

/* Of the name of a host. */
static const char name_characters[] = "-._0123456789abcdefghijklmnopqrstuvwxyz"
                                      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

static bool read_address(struct settings *out)
{
    const char *text = settings_value(out, OPTION_LISTEN);
    struct addrinfo *found, hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    size_t size = strlen(text);

    out->address = text;
    /* URLs have an IPv6 address in brackets. */
    if (size > 2 && size <= sizeof out->address_text && *text == '[' && text[size - 1] == ']' &&
        strchr(text, ':')) {
        memcpy(out->address_text, text + 1, size - 2);
        out->address = out->address_text;
    }
    /* What cannot be a name is not looked up as one, which can take long. */
    if (out->address[strspn(out->address, name_characters)])
        hints.ai_flags |= AI_NUMERICHOST;
    if (getaddrinfo(out->address, NULL, &hints, &found) != 0)
        return settings_reject(out, OPTION_LISTEN,
                               IT_TAKES "an address of this machine, such as 127.0.0.1, 0.0.0.0 "
                                        "or ::1, or a name of one",
                               text);
    freeaddrinfo(found);
    return true;
}

/* Decimal digits, within the limits of the row. */
static bool read_number(struct settings *out, enum option option, const char *text)
{
    const struct option_row *row = option_row(option);

    errno = 0;
    out->number[option] = strtoull(text, NULL, 10);
    if (*text && !text[strspn(text, "0123456789")] && !errno && out->number[option] >= row->min &&
        out->number[option] <= row->max)
        return true;
    if (row->max == UINT64_MAX)
        return settings_reject(out, option, IT_TAKES "%s", text, row->unit);
    return settings_reject(out, option, IT_TAKES "%s, %" PRIu64 " to %" PRIu64, text, row->unit,
                           row->min, row->max);
}

/* One of the words of "a|b|c"; other texts are told "a, b or c". */
static bool read_word(struct settings *out, enum option option, const char *text, const char *words)
{
    char wanted[WANTED_SIZE] = "";
    size_t size, used = 0;

    out->number[option] = 0;
    for (const char *word = words; *word; word += size + (word[size] == '|')) {
        size = strcspn(word, "|");
        if (strlen(text) == size && strncmp(word, text, size) == 0)
            return true;
        const char *before = word == words ? "" : word[size] ? ", " : " or ";
        used += (size_t)snprintf(wanted + used, sizeof wanted - used, "%s%.*s", before, (int)size,
                                 word);
        out->number[option]++;
    }
    return settings_reject(out, option, IT_TAKES "%s", text, wanted);
}

static bool read_timeout(struct settings *out, enum option option, const char *text)
{
    int64_t max = (int64_t)option_row(option)->max, ms = 0;

    /* A number alone is milliseconds elsewhere, and seconds to most people. */
    bool has_unit = text[strspn(text, "0123456789")] || !text[strspn(text, "0")];
    if (!has_unit || !duration_parse(text, max, &ms))
        return settings_reject(
            out, option, IT_TAKES "a time with its unit, such as 2s or 500ms, at most %" PRId64 "s",
            text, max / 1000);
    out->number[option] = (uint64_t)ms;
    return true;
}

/* Checks all values that their rows describe. */
static bool read_rows(struct settings *out)
{
    bool ok = true;

    for (enum option i = 0; ok && i < OPTION_COUNT; i++) {
        const struct option_row *row = option_row(i);
        const char *text = settings_value(out, i);
        if (!text)
            continue;
        switch (row->type) {
        case OPTION_TEXT:
        case OPTION_LIST: break;
        case OPTION_NUMBER: ok = read_number(out, i, text); break;
        case OPTION_CHOICE:
            ok = read_word(out, i, text, option_arg_name(i, out->options->command));
            break;
        case OPTION_TIMEOUT: ok = read_timeout(out, i, text); break;
        case OPTION_SWITCH: ok = read_word(out, i, text, "false|true"); break;
        }
    }
    return ok;
}

static bool read_seed(struct settings *out)
{
    out->seed = settings_number(out, OPTION_RANDOM_SEED);
    return settings_value(out, OPTION_RANDOM_SEED) ||
           getrandom(&out->seed, sizeof out->seed, 0) == sizeof out->seed;
}

static bool read_clock(struct settings *out)
{
    const char *mode = settings_value(out, OPTION_CLOCK);

    if (!clock_parse(mode, &out->clock))
        return settings_reject(out, OPTION_CLOCK,
                               IT_TAKES "real, frozen, or an instant like 2026-01-01T00:00:00Z",
                               mode);
    stpcpy(out->clock_shown, "real");
    if (out->clock.frozen)
        instant_format(out->clock.at, out->clock_shown);
    return true;
}

/* The nearest id, or NULL. */
static const char *suggest_assumption(const char *id)
{
    const char *ids[ASSUMPTION_COUNT];

    for (enum assumption i = ASSUME_NONE + 1; i < ASSUMPTION_COUNT; i++)
        ids[i - 1] = assumption_row(i)->id;
    return suggest(id, ids, ASSUMPTION_COUNT - 1);
}

/* Decides one; `text` is what the option has. */
static bool decide_assumption(struct settings *out, const char *text, const char *id,
                              const char *value)
{
    enum assumption which = assumption_find(id);
    const char *meant = which ? NULL : suggest_assumption(id);

    if (meant)
        return settings_reject(out, OPTION_ASSUME, "cannot be \"%s\"; did you mean %s?", text,
                               meant);
    if (!which || !value)
        return settings_reject(
            out, OPTION_ASSUME,
            IT_TAKES "ID=VALUE, with an ID that edges-emulator docs assumptions lists, or @FILE",
            text);
    if (assumption_decide(&out->assumptions, which, value))
        return true;

    const struct assumption_row *row = assumption_row(which);
    if (strcmp(row->also, ANY_LABEL) == 0)
        return settings_reject(out, OPTION_ASSUME, IT_TAKES "%s=A_LABEL", text, id);
    return settings_reject(out, OPTION_ASSUME, IT_TAKES "%s=%s|%s", text, id, row->value,
                           row->also);
}

/* What `verify --save` wrote: {"verified_at": "...", "assumptions": {"ID": "VALUE"}}. */
static bool decide_verified(struct settings *out, const char *text, const cJSON *file)
{
    const cJSON *member = json_find(file, "assumptions");
    const char *at = json_text(file, "verified_at");

    if (!at || !instant_parse(at, &out->assumptions.verified_at) || !cJSON_IsObject(member))
        return settings_reject(out, OPTION_ASSUME, IT_TAKES "a file that verify --save wrote",
                               text);
    for (member = member->child; member; member = member->next) {
        if (!decide_assumption(out, text, member->string, cJSON_GetStringValue(member)))
            return false;
        assumption_set_add(&out->assumptions.verified, assumption_find(member->string));
    }
    return true;
}

static bool read_verified(struct settings *out, const char *text)
{
    char bytes[VERIFIED_MAX];
    struct arena arena = {0};
    struct json_fault fault;
    FILE *file = fopen(text + 1, "re");
    size_t size = file ? fread(bytes, 1, sizeof bytes, file) : 0;

    if (!file)
        return settings_reject(
            out, OPTION_ASSUME,
            "cannot read \"%s\": %s; it takes @FILE, a file that verify --save wrote", text + 1,
            strerror(errno));
    fclose(file);
    const cJSON *tree = json_parse(&arena, bytes, size, &json_unbounded, &fault);
    bool ok = decide_verified(out, text, tree);
    arena_release(&arena);
    return ok;
}

static bool read_assumption(struct settings *out, const char *text)
{
    char id[ASSUMPTION_VALUE_SIZE] = "";
    size_t size = strcspn(text, "=");

    if (*text == '@')
        return read_verified(out, text);
    if (size < sizeof id)
        memcpy(id, text, size);
    return decide_assumption(out, text, id, text[size] ? text + size + 1 : NULL);
}

static bool read_assumptions(struct settings *out)
{
    const struct option_values *values = settings_values(out, OPTION_ASSUME);

    assumptions_init(&out->assumptions);
    for (int i = 0; i < values->count; i++) {
        if (!read_assumption(out, values->value[i]))
            return false;
    }
    return true;
}

/* A malformed key may be a mistyped real one, so it is not shown. */
static bool read_keys(struct settings *out)
{
    const struct option_values *keys = settings_values(out, OPTION_API_KEY);

    for (int i = 0; i < keys->count; i++) {
        if (!api_key_is_valid(keys->value[i]))
            return settings_reject(out, OPTION_API_KEY,
                                   "has a key that no client can send; it takes " API_KEY_FORM,
                                   LIMIT_API_KEY);
    }
    out->known_keys_only = keys->count > 0;
    return true;
}

/* An origin is a scheme, a host and perhaps a port, as a browser sends it (RFC 6454 section 7). */
static bool origin_is_valid(const char *text)
{
    const char *host = strstr(text, "://");

    return host && host > text && host[3] && !strpbrk(host + 3, "/?#@ ");
}

static bool check_origins(const struct settings *out)
{
    const struct option_values *origins = settings_values(out, OPTION_ALLOWED_ORIGIN);

    for (int i = 0; i < origins->count; i++) {
        if (!origin_is_valid(origins->value[i]))
            return settings_reject(out, OPTION_ALLOWED_ORIGIN,
                                   "has \"%s\"; it takes an origin such as http://localhost:5173, "
                                   "without a path",
                                   origins->value[i]);
    }
    return true;
}

static bool check_hosts(const struct settings *out)
{
    const struct option_values *hosts = settings_values(out, OPTION_ALLOWED_HOST);

    for (int i = 0; i < hosts->count; i++) {
        if (hosts->value[i][strspn(hosts->value[i], name_characters)])
            return settings_reject(out, OPTION_ALLOWED_HOST,
                                   "has \"%s\"; it takes a name such as emulator.example.com, "
                                   "without a scheme, a port or a path",
                                   hosts->value[i]);
    }
    return true;
}

static bool is_stdin(const char *fixture)
{
    struct stat file, input;

    return strcmp(fixture, "-") == 0 ||
           (stat(fixture, &file) == 0 && fstat(STDIN_FILENO, &input) == 0 &&
            file.st_dev == input.st_dev && file.st_ino == input.st_ino);
}

/* A file has an end at once, and /dev/null has none that can be waited for. A terminal stops a
 * program in the background that reads it. */
static bool check_stdin(const struct settings *out)
{
    const struct option_values *fixtures = settings_values(out, OPTION_FIXTURE);
    struct stat about;

    if (!settings_number(out, OPTION_STOP_WITH_STDIN))
        return true;
    for (int i = 0; i < fixtures->count; i++) {
        if (is_stdin(fixtures->value[i]))
            return settings_reject(out, OPTION_STOP_WITH_STDIN,
                                   "cannot be used with --fixture %s, which reads stdin to its "
                                   "end; give the fixture as a file",
                                   fixtures->value[i]);
    }
    if (fstat(STDIN_FILENO, &about) == 0 && (S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode)))
        return true;
    return settings_reject(out, OPTION_STOP_WITH_STDIN,
                           "needs a pipe as stdin; start the program with one, and keep it open");
}

bool settings_read(const struct options *options, struct settings *out)
{
    memset(out, 0, sizeof *out);
    out->options = options;
    if (!read_rows(out) || !read_address(out) || !read_seed(out) || !read_clock(out) ||
        !read_assumptions(out) || !read_keys(out) || !check_origins(out) || !check_hosts(out) ||
        !check_stdin(out))
        return false;
    out->max_connections = (unsigned)settings_number(out, OPTION_MAX_CONNECTIONS);
    out->durable = settings_number(out, OPTION_DURABILITY) && /* full */
                   strcmp(settings_value(out, OPTION_DB), ":memory:") != 0;
    return true;
}
