#include "server/callbacks/curl_dl.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static struct curl_dl library;
static enum { NOT_TRIED, LOADED, FAILED } state;

#ifdef EDGES_STATIC

/* In a static program it is there already. */
static bool curl_dl_open(void)
{
#define FUNCTION(name) library.name = (curl_##name);
#include "server/callbacks/curl_dl.def"
#undef FUNCTION
    return library.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

#else

/* Debian has it in two flavours, which differ in the library they use for TLS. */
static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};

static const struct {
    const char *name;
    size_t place;
} functions[] = {
#define FUNCTION(name) {"curl_" #name, offsetof(struct curl_dl, name)},
#include "server/callbacks/curl_dl.def"
#undef FUNCTION
};

static bool curl_dl_open(void)
{
    void *handle = NULL;

    for (size_t i = 0; !handle && i < sizeof names / sizeof *names; i++)
        handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; handle && i < sizeof functions / sizeof *functions; i++) {
        void *function = dlsym(handle, functions[i].name);
        if (!function)
            return false;
        memcpy((char *)&library + functions[i].place, &function, sizeof function);
    }
    return handle && library.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

#endif

const struct curl_dl *curl_dl_load(const char **reason)
{
    if (state == NOT_TRIED)
        state = curl_dl_open() ? LOADED : FAILED;
    if (state == LOADED)
        return &library;
    *reason = "libcurl is not installed here (Debian: libcurl4), so that no callback can be sent";
    return NULL;
}

const char *curl_dl_version(void)
{
    return state == LOADED ? library.version_info(CURLVERSION_NOW)->version : NULL;
}
