#include "server/callbacks/curl_dl.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

static struct curl_dl library;
static enum { NOT_TRIED, LOADED, FAILED } state;

#ifdef EDGES_STATIC

/* A static program has it already. */
static bool curl_dl_find_functions(void)
{
#define FUNCTION(name) library.name = (curl_##name);
#include "server/callbacks/curl_dl.def"
#undef FUNCTION
    return true;
}

#else

static bool curl_dl_find(void *handle, const char *name, void *pointer)
{
    void *function = dlsym(handle, name);

    memcpy(pointer, &function, sizeof function);
    return function;
}

/* When the program is loaded, GnuTLS and libmicrohttpd each initialise GnuTLS, for a TLS that is
 * not spoken here: that took 0.9 MiB, and a twelfth of the instructions of a start. These functions
 * stand before those of GnuTLS. The first is what its GNUTLS_SKIP_GLOBAL_INIT defines. The second
 * does its work when a libcurl that uses GnuTLS calls it. */
int _gnutls_global_init_skip(void); /* NOLINT(bugprone-reserved-identifier): their name */
int gnutls_global_init(void);

int _gnutls_global_init_skip(void) /* NOLINT(bugprone-reserved-identifier): their name */
{
    return 1;
}

int gnutls_global_init(void)
{
    int (*init)(void) = NULL;

    return library.global_init && curl_dl_find(RTLD_NEXT, "gnutls_global_init", &init) ? init() : 0;
}

/* Debian has it in two flavours, which differ in the library they use for TLS. */
static bool curl_dl_find_functions(void)
{
    void *handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);

    if (!handle)
        handle = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
    return handle
#define FUNCTION(name) &&curl_dl_find(handle, "curl_" #name, &library.name)
#include "server/callbacks/curl_dl.def"
#undef FUNCTION
        ;
}

#endif

const struct curl_dl *curl_dl_load(const char **reason)
{
    if (state == NOT_TRIED)
        state = curl_dl_find_functions() && library.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK
                    ? LOADED
                    : FAILED;
    if (state == LOADED)
        return &library;
    *reason = "libcurl is not installed here (Debian: libcurl4), so that nothing can be sent";
    return NULL;
}

const char *curl_dl_version(void)
{
    return state == LOADED ? library.version_info(CURLVERSION_NOW)->version : NULL;
}
