#include "server/verify/target.h"

#include "server/contract/http_url.h"
#include "server/json/json.h"
#include "server/verify/probe.h"
#include "store/base/syntax.h"
#include "store/base/uid.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { KEY_SHOWN_MIN = 8 }; /* bytes of a key that is looked for in the command line */

static bool target_reject(const char *message)
{
    fprintf(stderr, "edges-emulator: verify: %s; see edges-emulator help verify\n", message);
    return false;
}

/* Whether the host behind "http://" is this machine. */
static bool is_this_machine(const char *host)
{
    static const char *const names[] = {"localhost", "[::1]"};
    size_t size = strcspn(host, ":/");

    if (*host == '[')
        size = strcspn(host, "]") + 1;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i]) == size && strncasecmp(host, names[i], size) == 0)
            return true;
    }
    return strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == size;
}

static bool url_check(const struct settings *settings, const char *url)
{
    const char *host = strstr(url, "://");
    bool https = strncasecmp(url, "https:", 6) == 0;

    if (!http_url_is_valid(url) || strpbrk(url, "@?#"))
        return settings_reject(settings, OPTION_AGAINST,
                               "takes a URL such as https://api.edges.run/v1, without a name, a "
                               "password or a query");
    if (is_this_machine(host + 3))
        return true;
    if (!https)
        return settings_reject(
            settings, OPTION_AGAINST,
            "takes http only to this machine, because the key would be sent in clear; use https");
    return !settings_number(settings, OPTION_SELF_TEST) ||
           target_reject("--self-test is for an emulator on this machine");
}

static bool key_check(const struct settings *settings, const char *key)
{
    const char *url = settings_value(settings, OPTION_AGAINST);

    if (!key || !api_key_is_valid(key))
        return target_reject(
            "the environment variable EDGES_API_KEY has no key; set it to that of the service");
    if (strlen(key) >= KEY_SHOWN_MIN && strstr(url, key))
        return target_reject(
            "the key is on the command line, where others can see it; leave it to EDGES_API_KEY");
    return true;
}

static bool input_check(const struct settings *settings)
{
    const char *text = settings_value(settings, OPTION_INPUT);
    struct arena arena = {0};
    struct json_fault fault;
    bool ok = cJSON_IsObject(json_parse(&arena, text, strlen(text), &json_unbounded, &fault));

    arena_release(&arena);
    return ok || settings_reject(settings, OPTION_INPUT, IT_TAKES "a JSON object", text);
}

static bool run_check(const struct settings *settings)
{
    const char *run = settings_value(settings, OPTION_RUN);
    char uid[UID_SIZE];

    return !run || uid_parse(run, uid) ||
           settings_reject(settings, OPTION_RUN, IT_TAKES "the uid of a finished run", run);
}

static bool flow_check(const struct settings *settings)
{
    const char *flow = settings_value(settings, OPTION_FLOW);

    return !flow || !flow[strcspn(flow, "/?#%& \"\\")] ||
           settings_reject(settings, OPTION_FLOW, IT_TAKES "the slug of a flow", flow);
}

/* What a level needs. */
static bool level_check(const struct settings *settings)
{
    uint64_t level = settings_number(settings, OPTION_LEVEL);

    if (level == LEVEL_REFUSALS && !settings_value(settings, OPTION_RUN))
        return target_reject("--level refusals needs --run UID, a finished run");
    if (level == LEVEL_WRITES &&
        (!settings_value(settings, OPTION_FLOW) || !settings_value(settings, OPTION_MOST_CREDITS) ||
         !settings_number(settings, OPTION_I_OWN_THIS_WORKSPACE)))
        return target_reject("--level writes needs --flow SLUG, --most-credits N and "
                             "--i-own-this-workspace: it starts runs, which may cost credits");
    return true;
}

static bool replay_check(const struct settings *settings)
{
    const char *folder = settings_value(settings, OPTION_REPLAY);

    return !folder || access(folder, R_OK | X_OK) == 0 ||
           settings_reject(settings, OPTION_REPLAY,
                           "cannot read \"%s\": %s; it takes a folder that verify --record wrote",
                           folder, strerror(errno));
}

bool target_read(const struct settings *settings, struct arena *arena, struct target *out)
{
    const char *url = settings_value(settings, OPTION_AGAINST);
    bool dry = settings_number(settings, OPTION_DRY_RUN);
    bool replay = settings_value(settings, OPTION_REPLAY);

    if (settings_values(settings, OPTION_API_KEY)->source == OPTION_FROM_OPTION)
        return target_reject("a key on the command line is refused, because others can see it: "
                             "EDGES_API_KEY has the key");
    if (replay && (dry || settings_value(settings, OPTION_RECORD)))
        return target_reject("--replay sends nothing: it goes without --dry-run and --record");
    if ((url && !url_check(settings, url)) || !input_check(settings) || !run_check(settings) ||
        !flow_check(settings) || !replay_check(settings))
        return false;
    *out = (struct target){.key = getenv("EDGES_API_KEY")};
    if (dry || replay)
        return true;
    if (!url)
        return target_reject("--against URL is missing, such as https://api.edges.run/v1");
    if (!level_check(settings) || !key_check(settings, out->key))
        return false;
    size_t size = strlen(url);
    while (url[size - 1] == '/')
        size--;
    out->base = arena_copy(arena, url, size);
    return true;
}
