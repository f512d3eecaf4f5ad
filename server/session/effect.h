/* The effect of a fault on one request or its reply, or on an attempt to deliver a callback.
 *
 * effect.def lists all kinds. A rule of /_emulator/faults has an effect as JSON, the header
 * Emulator-Fault as words.
 */
#ifndef SERVER_SESSION_EFFECT_H
#define SERVER_SESSION_EFFECT_H

#include "server/json/json.h"
#include "store/base/strbuf.h"

enum effect_kind {
    EFFECT_NONE,
#define EFFECT(name, ...) EFFECT_##name,
#define DELIVERY_EFFECT(name, ...) EFFECT_##name,
#include "server/session/effect.def"
    EFFECT_COUNT
};

/* Who wins a cancel at the end of a run: the amount of EFFECT_RACE. */
enum forced_race {
    FORCED_RACE_NONE,
#define RACE(name, ...) FORCED_RACE_##name,
#include "server/session/effect.def"
    FORCED_RACE_COUNT
};

enum {
    EFFECT_DELAY_MAX = 600000, /* milliseconds */
    EFFECT_RETRY_AFTER_MAX = 86400,
    EFFECT_LABEL_MAX = 64
};

/* Zeroed, it does nothing. */
struct effect {
    enum effect_kind kind;
    int64_t amount;                   /* in the unit of its kind; of a race, enum forced_race */
    char label[EFFECT_LABEL_MAX + 1]; /* of a status; "": another kind */
    int64_t retry_after;              /* seconds, of a status; 0: none */
    bool html;                        /* a status comes as a page, as from a proxy */
    const char *body;                 /* that a status comes with; NULL: that of an error */
    bool body_is_text;                /* a rule has it as a string; else it is JSON */
    int64_t delay_ms;                 /* before the reply, or what replaces it */
    int64_t rule;                     /* the id of the rule that fired; 0: none did */
};

/* One row of effect.def; all of it is static. That of EFFECT_NONE is handled and sends. */
struct effect_row {
    const char *key, *word, *unit, *meaning; /* the word of a delivery's effect is its key */
    int64_t min, max;
    bool handled, sends, of_delivery;
};
const struct effect_row *effect_row(enum effect_kind kind);

/* The word of what hit a request: its kind, or else its delay. NULL: nothing did. */
const char *effect_word(enum effect_kind kind, int64_t delay_ms);

/* The word of a race; static. And the race of a word; FORCED_RACE_NONE: there is none. */
const char *forced_race_word(enum forced_race race);
enum forced_race forced_race_find(const char *word);

/* How many milliseconds it holds back the last byte of a reply with a body of `size` bytes. */
int64_t effect_delay(const struct effect *effect, size_t size);

/* The scope of an error response with this status (API.md section 3). */
const char *effect_scope(int64_t status);

/* Reads an object that fits the contract: of a rule about deliveries, or about calls. The body, if
 * it has one, is in the arena, or the object's own. NULL, or what is wrong with it. */
const char *effect_from_json(struct arena *arena, const cJSON *object, bool of_delivery,
                             struct effect *out);

/* Reads words: "status=503; label=GENERIC_ERROR; delay=250ms". NULL, or what is wrong with them. */
const char *effect_from_words(struct arena *arena, const char *words, struct effect *out);

/* Writes the member "effect" of a rule. */
void effect_write(struct strbuf *out, const struct effect *effect);

#endif
