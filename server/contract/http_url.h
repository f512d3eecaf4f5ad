/* Absolute URLs to which a callback can be sent (API.md section 7). */
#ifndef SERVER_CONTRACT_HTTP_URL_H
#define SERVER_CONTRACT_HTTP_URL_H

#include <stdbool.h>

/* Whether a text is a URI by RFC 3986, of http or https, with a host: a name, an IPv4 address, or
 * an IPv6 address in brackets. A port is at most 65535. What is not ASCII must be percent-encoded.
 */
bool http_url_is_valid(const char *text);

#endif
