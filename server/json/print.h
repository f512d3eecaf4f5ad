/* Prints JSON: a cJSON tree as text without white space.
 *
 * cJSON's own printer walks every string twice, looks for room once for each token, and gives a
 * number fifteen digits, which is not always enough; it was a fifth of a reply (10,500 of the
 * 54,600 instructions of getFlowRun; this one takes 6,000).
 */
#ifndef SERVER_JSON_PRINT_H
#define SERVER_JSON_PRINT_H

#include "store/base/strbuf.h"

#include <cjson/cJSON.h>
#include <stdint.h>

/* Adds a tree to a text, as cJSON_PrintUnformatted() would, but for numbers: one that was read is
 * printed as it was written (json.h); of others, a whole one below 1e17 has all its digits, any
 * other the fewest that read back as the same; what is none is null. */
void json_print_tree(struct strbuf *out, const cJSON *tree);

/* The same, but it stops once the text has more bytes than `most`, which its size then tells. */
void json_print_within(struct strbuf *out, const cJSON *tree, size_t most);

/* Adds a string in quotes, what must be escaped escaped (RFC 8259 section 7); a number. */
void json_print_string(struct strbuf *text, const char *string);
void json_print_integer(struct strbuf *text, int64_t number);
void json_print_number(struct strbuf *text, double number);

#endif
