/* libcurl, loaded when it is first needed: it and what it needs would make every start slower and
 * larger, and most tests receive no callback.
 */
#ifndef SERVER_CALLBACKS_CURL_DL_H
#define SERVER_CALLBACKS_CURL_DL_H

#include <curl/curl.h>

/* The functions in use, by their own names without "curl_". */
struct curl_dl {
    curl_version_info_data *(*version_info)(CURLversion age);
    CURLcode (*global_init)(long flags);
    void (*global_cleanup)(void);
    CURL *(*easy_init)(void);
    CURLcode (*easy_setopt)(CURL *easy, CURLoption option, ...);
    CURLcode (*easy_getinfo)(CURL *easy, CURLINFO info, ...);
    void (*easy_cleanup)(CURL *easy);
    const char *(*easy_strerror)(CURLcode code);
    struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
    void (*slist_free_all)(struct curl_slist *list);
    CURLM *(*multi_init)(void);
    CURLMcode (*multi_setopt)(CURLM *multi, CURLMoption option, ...);
    CURLMcode (*multi_add_handle)(CURLM *multi, CURL *easy);
    CURLMcode (*multi_remove_handle)(CURLM *multi, CURL *easy);
    CURLMcode (*multi_socket_action)(CURLM *multi, curl_socket_t fd, int mask, int *running);
    CURLMsg *(*multi_info_read)(CURLM *multi, int *left);
    CURLMcode (*multi_cleanup)(CURLM *multi);
};

/* The library; NULL, with a *reason (static), when it is not there. */
const struct curl_dl *curl_dl_load(const char **reason);

/* Its version; NULL as long as it is not loaded. */
const char *curl_dl_version(void);

#endif
