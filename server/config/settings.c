#include "server/config/settings.h"

#include "server/config/api_key.h"
#include "store/base/instant.h"
#include "store/base/limits.h"
#include "store/db/workspace.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

const struct option_values *settings_values(const struct settings *settings, enum option option)
{
    return &settings->options->values[option];
}

const char *settings_value(const struct settings *settings, enum option option)
{
    const struct option_values *values = settings_values(settings, option);

    return values->count ? values->value[values->count - 1] : NULL;
}

/* As whoever gave its value knows it. */
static void write_name(const struct settings *settings, enum option option,
                       char out[OPTION_VARIABLE_SIZE])
{
    if (settings_values(settings, option)->source == OPTION_FROM_ENVIRONMENT)
        option_variable(option, out);
    else
        snprintf(out, OPTION_VARIABLE_SIZE, "--%s", option_row(option)->name);
}

static bool setting_complain(const struct settings *settings, enum option option, const char *value,
                             const char *wanted)
{
    char name[OPTION_VARIABLE_SIZE];

    write_name(settings, option, name);
    fprintf(stderr, "edges-emulator: %s cannot be \"%s\"; it takes %s\n", name, value, wanted);
    return false;
}

/* "[::1]" as URLs have it is ::1. */
static const char *without_brackets(const char *text, char *out, size_t room)
{
    size_t size = strlen(text);
    bool bracketed = size > 2 && *text == '[' && text[size - 1] == ']' && strchr(text, ':');

    if (!bracketed || size > room)
        return text;
    memcpy(out, text + 1, size - 2);
    out[size - 2] = '\0';
    return out;
}

/* What could not be a name is not looked up as one, which may take its time. */
static bool may_be_name(const char *text)
{
    return !text[strspn(text, "-._0123456789"
                              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")];
}

static bool read_address(struct settings *out)
{
    const char *text = settings_value(out, OPTION_LISTEN);
    struct addrinfo *found, hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};

    out->address = without_brackets(text, out->address_text, sizeof out->address_text);
    if (!may_be_name(out->address))
        hints.ai_flags |= AI_NUMERICHOST;
    if (getaddrinfo(out->address, NULL, &hints, &found) != 0)
        return setting_complain(
            out, OPTION_LISTEN, text,
            "an address of this machine, such as 127.0.0.1, 0.0.0.0 or ::1, or a name "
            "of one");
    freeaddrinfo(found);
    return true;
}

/* A number of plain decimal digits within limits. */
static bool setting_read_number(const struct settings *settings, enum option option, uint64_t least,
                                uint64_t most, const char *wanted, uint64_t *out)
{
    const char *text = settings_value(settings, option);

    errno = 0;
    uint64_t number = strtoull(text, NULL, 10);
    if (!*text || text[strspn(text, "0123456789")] || errno || number < least || number > most)
        return setting_complain(settings, option, text, wanted);
    *out = number;
    return true;
}

static bool read_numbers(struct settings *out)
{
    uint64_t port, idle, connections, journal, workspaces;

    if (!setting_read_number(out, OPTION_PORT, 0, 65535, "a port number, 0 to 65535", &port) ||
        !setting_read_number(out, OPTION_IDLE_TIMEOUT, 1, 86400, "seconds, 1 to 86400", &idle) ||
        !setting_read_number(out, OPTION_MAX_CONNECTIONS, 1, 60000, "a number, 1 to 60000",
                             &connections) ||
        !setting_read_number(out, OPTION_JOURNAL, 0, 1000000, "a number of exchanges, 0 to 1000000",
                             &journal) ||
        !setting_read_number(out, OPTION_MAX_WORKSPACES, 1, LIMIT_WORKSPACES,
                             "a number, 1 to 10000", &workspaces))
        return false;
    out->port = (uint16_t)port;
    out->idle_timeout = (unsigned)idle;
    out->max_connections = (unsigned)connections;
    out->journal = (int64_t)journal;
    out->max_workspaces = (int64_t)workspaces;

    if (settings_value(out, OPTION_RANDOM_SEED))
        return setting_read_number(out, OPTION_RANDOM_SEED, 0, UINT64_MAX, "a whole number",
                                   &out->seed);
    return getrandom(&out->seed, sizeof out->seed, 0) == sizeof out->seed;
}

static bool read_clock(struct settings *out)
{
    const char *mode = settings_value(out, OPTION_CLOCK);

    if (!clock_parse(mode, &out->clock))
        return setting_complain(out, OPTION_CLOCK, mode,
                                "real, frozen, or an instant like 2026-01-01T00:00:00Z");
    out->clock_shown = "real";
    if (out->clock.frozen) {
        instant_format(out->clock.at, out->clock_text);
        out->clock_shown = out->clock_text;
    }
    return true;
}

static bool read_assumption(struct settings *out, const char *text)
{
    char id[ASSUMPTION_VALUE_SIZE] = "";
    size_t size = strcspn(text, "=");

    if (size < sizeof id)
        memcpy(id, text, size);
    enum assumption which = assumption_find(id);
    if (!which || !text[size])
        return setting_complain(out, OPTION_ASSUME, text,
                                "ID=VALUE, with an ID that edges-emulator docs assumptions lists");
    if (assumption_set(&out->assumptions, which, text + size + 1))
        return true;

    const struct assumption_row *row = assumption_row(which);
    bool any = strcmp(row->also, ANY_LABEL) == 0;
    char wanted[128];
    snprintf(wanted, sizeof wanted, "%s=%s%s%s", id, any ? "" : row->value, any ? "" : "|",
             any ? "A_LABEL" : row->also);
    return setting_complain(out, OPTION_ASSUME, text, wanted);
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

/* The place of a word among those allowed, in *out. */
static bool setting_read_word(const struct settings *settings, enum option option,
                              const char *const *words, size_t count, const char *wanted,
                              size_t *out)
{
    const char *value = settings_value(settings, option);

    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], value) == 0) {
            *out = i;
            return true;
        }
    }
    return setting_complain(settings, option, value, wanted);
}

static bool read_log(struct settings *out)
{
    static const char *const formats[] = {"text", "json"};
    static const char *const levels[] = {
        [LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info"};
    size_t format, level;

    if (!setting_read_word(out, OPTION_LOG_FORMAT, formats, 2, "text or json", &format) ||
        !setting_read_word(out, OPTION_LOG_LEVEL, levels, 3, "error, warn or info", &level))
        return false;
    out->log_json = format == 1;
    out->log_level = (enum log_level)level;
    return true;
}

/* A choice of two words; *out says whether it is the second. */
static bool read_choice(const struct settings *settings, enum option option,
                        const char *const words[2], const char *wanted, bool *out)
{
    size_t place;

    if (!setting_read_word(settings, option, words, 2, wanted, &place))
        return false;
    *out = place == 1;
    return true;
}

static bool read_durability(struct settings *out)
{
    static const char *const words[] = {"normal", "full"};
    bool full;

    if (!read_choice(out, OPTION_DURABILITY, words, "normal or full", &full))
        return false;
    out->durable = full && strcmp(settings_value(out, OPTION_DB), ":memory:") != 0;
    return true;
}

static bool read_fidelity(struct settings *out)
{
    static const char *const words[] = {"false", "true"};

    return read_choice(out, OPTION_STRICT_FIDELITY, words, "true or false", &out->strict_fidelity);
}

/* A key that is wrong may still be a real one, so it is not shown. */
static bool read_keys(struct settings *out)
{
    const struct option_values *keys = settings_values(out, OPTION_API_KEY);
    char name[OPTION_VARIABLE_SIZE];

    for (int i = 0; i < keys->count; i++) {
        if (api_key_is_possible(keys->value[i]))
            continue;
        write_name(out, OPTION_API_KEY, name);
        fprintf(stderr,
                "edges-emulator: %s has a key that no client can send; it takes " API_KEY_WANTED
                "\n",
                name);
        return false;
    }
    out->keys_are_closed = keys->count > 0;
    return true;
}

bool settings_read(const struct options *options, struct settings *out)
{
    memset(out, 0, sizeof *out);
    out->options = options;
    return read_address(out) && read_numbers(out) && read_clock(out) && read_assumptions(out) &&
           read_fidelity(out) && read_durability(out) && read_log(out) && read_keys(out);
}
