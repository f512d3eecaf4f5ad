/* A text that grows. */
#include "store/base/strbuf.h"
#include "tests/unit/story.h"

#include <string.h>

static void parts_are_joined(void **state)
{
    struct arena arena = {0};
    struct strbuf text = {.arena = &arena};

    (void)state;
    strbuf_append(&text, "");
    assert_string_equal(text.bytes, "");
    strbuf_append(&text, "one");
    strbuf_add(&text, " two three", 4);
    strbuf_format(&text, " %d%s", 3, "!");
    assert_string_equal(text.bytes, "one two 3!");
    assert_int_equal(text.size, 10);
    arena_release(&arena);
}

/* Every place at which a text may have to grow. */
static void a_format_grows_where_it_must(void **state)
{
    (void)state;
    for (int before = 0; before < 600; before++) {
        struct arena arena = {0};
        struct strbuf text = {.arena = &arena};
        strbuf_format(&text, "%*s", before, "");
        strbuf_format(&text, "%s-%d", "end", 7);
        assert_int_equal(text.size, before + 5);
        assert_string_equal(text.bytes + before, "end-7");
        arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(parts_are_joined),
        cmocka_unit_test(a_format_grows_where_it_must),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
