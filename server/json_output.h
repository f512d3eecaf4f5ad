/* Outputs as JSON: what a template and an input make (CONTROL.md "Fixtures").
 *
 * In a template, a string that is "{{name}}" becomes the input's member of that name, whatever it
 * is; inside a longer string it becomes text. The input's custom_data.meta comes back in every
 * output (API.md section 6).
 */
#ifndef SERVER_JSON_OUTPUT_H
#define SERVER_JSON_OUTPUT_H

#include "store/base/arena.h"

#include <stdint.h>

/* The output as text in the arena: without a template, the input as it is. What is not JSON counts
 * as absent. NULL when it would have more bytes than OUTPUT_BYTES_MAX: then no more than that was
 * made of it, whatever the template multiplies. */
const char *json_output_make(struct arena *arena, const char *template, const char *input,
                             int64_t position);

#endif
