/* The effect of a fault: what is done to one request, or to its reply, in place of the usual.
 *
 * effect.def lists them; a rule of /_emulator/faults writes one as JSON, the header Emulator-Fault
 * as words. Strings live as long as what they were read from.
 */
#ifndef SERVER_SESSION_EFFECT_H
#define SERVER_SESSION_EFFECT_H

#include "server/json/json.h"
#include "store/base/strbuf.h"

enum effect_kind {
    EFFECT_NONE,
#define EFFECT(name, ...) EFFECT_##name,
#include "server/session/effect.def"
#undef EFFECT
    EFFECT_COUNT
};

enum { EFFECT_DELAY_MAX = 600000, EFFECT_RETRY_AFTER_MAX = 86400, EFFECT_LABEL_MAX = 64 };

/* Zeroed, it does nothing. */
struct effect {
    enum effect_kind kind;
    int64_t amount;      /* in the unit of its kind */
    const char *label;   /* of a status; never NULL there */
    int64_t retry_after; /* seconds, of a status; 0: none */
    int64_t delay_ms;    /* before the reply, or what stands in its place */
};

/* One row of effect.def; all of it is static. */
struct effect_row {
    const char *key, *word, *unit;
    int64_t least, most;
    bool handled, sends;
    const char *meaning;
};
const struct effect_row *effect_row(enum effect_kind kind);

/* Reads an object that fits the contract. NULL, or what is wrong with it. */
const char *effect_from_json(struct arena *arena, const cJSON *object, struct effect *out);

/* Reads words: "status=503; label=GENERIC_ERROR; delay=250ms". NULL, or what is wrong with them. */
const char *effect_from_words(struct arena *arena, const char *words, struct effect *out);

/* Writes the member "effect" of a rule. */
void effect_write(struct strbuf *out, const struct effect *effect);

/* Whether the request is handled at all. */
bool effect_runs_handler(const struct effect *effect);

/* Whether anything is sent to the client. */
bool effect_sends(const struct effect *effect);

/* The scope of a status that a fault answers with (API.md section 3). */
const char *effect_scope(const struct effect *effect);

#endif
