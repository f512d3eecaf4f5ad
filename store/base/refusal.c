#include "store/base/refusal.h"

bool refuse_at(struct refusal *out, const char *pointer, const char *reason)
{
    *out = (struct refusal){.pointer = pointer, .reason = reason};
    return false;
}
