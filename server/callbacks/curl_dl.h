/* libcurl, loaded when it is first needed: it and its libraries would make every start slower and
 * larger, and most tests receive no callback.
 */
#ifndef SERVER_CALLBACKS_CURL_DL_H
#define SERVER_CALLBACKS_CURL_DL_H

#include <curl/curl.h>

/* The functions in use, by their own names without "curl_". */
struct curl_dl {
#define FUNCTION(name) __typeof__(curl_##name) *(name);
#include "server/callbacks/curl_dl.def"
#undef FUNCTION
};

/* Loads the library. NULL, with a *reason (static), when it is not installed. */
const struct curl_dl *curl_dl_load(const char **reason);

/* Its version; NULL until it is loaded. */
const char *curl_dl_version(void);

#endif
