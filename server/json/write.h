/* Writes JSON to a text: what store/base/json_write.h writes, and trees.
 */
#ifndef SERVER_JSON_WRITE_H
#define SERVER_JSON_WRITE_H

#include "store/base/json_write.h"

#include <cjson/cJSON.h>

/* A tree, whose numbers keep the text that json_parse() kept. */
void json_write_tree(struct strbuf *out, const char *name, const cJSON *tree);

/* The same for a tree without a name, but it stops once `out` has more bytes than `max`, which its
 * size then shows. */
void json_write_within(struct strbuf *out, const cJSON *tree, size_t max);

#endif
