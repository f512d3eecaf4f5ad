/* Bodies in pieces: nothing of them is lost, and what two of them have is there once. */
#include "server/request/shared_body.h"
#include "tests/unit/story.h"

#include <stdlib.h>
#include <string.h>

enum { SIZE = 1000000 };

static struct shared_pieces pieces;

static char *noise_make(void)
{
    char *bytes = malloc(SIZE);
    unsigned seed = 1;

    for (int i = 0; i < SIZE; i++) {
        seed = seed * 1103515245 + 12345;
        bytes[i] = (char)(seed >> 16);
    }
    return bytes;
}

/* Gives it in parts of that size, and what is left of each again. */
static void body_make(struct shared_body *body, const char *bytes, size_t size, size_t part)
{
    size_t taken, given = 0, end = 0;

    while (end < size) {
        end = end + part < size ? end + part : size;
        assert_true(
            shared_body_add(&pieces, body, bytes + given, end - given, end == size, &taken));
        given += taken;
        assert_true(end == size ? given == size : given < end);
    }
}

static void assert_reads_as(struct shared_body *body, const char *bytes, size_t size, size_t room)
{
    char *out = malloc(room);

    assert_int_equal(body->size, size);
    for (size_t at = 0, read; at < size; at += read) {
        read = shared_body_read(body, at, out, room);
        assert_int_equal(read, at + room < size ? room : size - at);
        assert_memory_equal(out, bytes + at, read);
    }
    assert_int_equal(shared_body_read(body, size, out, room), 0);
    free(out);
}

static int count_pieces(void)
{
    int count = pieces.unused != NULL;

    for (int i = 0; i < SHARED_SLOTS; i++)
        count += pieces.slot[i] != NULL;
    return count;
}

static void it_reads_as_it_was_given(void **state)
{
    static const size_t sizes[] = {1, 8191, 8193, 65536, 65537, 131072, SIZE};
    char *noise = noise_make(), *same = calloc(1, SIZE);

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t part = 5000; part <= SIZE; part *= 3) {
            struct shared_body one = {0}, other = {0};
            body_make(&one, noise, sizes[i], part);
            body_make(&other, same, sizes[i], part);
            assert_reads_as(&one, noise, sizes[i], 40000);
            assert_reads_as(&other, same, sizes[i], 70001);
            assert_reads_as(&one, noise, sizes[i], 999); /* from the beginning again */
            shared_body_release(&pieces, &one);
            shared_body_release(&pieces, &other);
        }
    }
    shared_pieces_free(&pieces, SIZE_MAX);
    assert_int_equal(count_pieces(), 0);
    free(noise);
    free(same);
}

static void a_change_makes_few_pieces_differ(void **state)
{
    char *noise = noise_make();
    struct shared_body before = {0}, after = {0};

    (void)state;
    body_make(&before, noise, SIZE, SIZE);
    int count = count_pieces();
    memmove(noise + 300007, noise + 300000, SIZE - 300007);
    body_make(&after, noise, SIZE, 200000);
    assert_in_range(count, 20, 60);
    assert_in_range(count_pieces(), count, count + 3);
    assert_reads_as(&after, noise, SIZE, 65536);
    shared_body_release(&pieces, &before);
    assert_reads_as(&after, noise, SIZE, 65536);
    shared_body_release(&pieces, &after);
    shared_pieces_free(&pieces, SIZE_MAX);
    free(noise);
}

int main(void)
{
    const struct CMUnitTest stories[] = {
        cmocka_unit_test(it_reads_as_it_was_given),
        cmocka_unit_test(a_change_makes_few_pieces_differ),
    };

    return cmocka_run_group_tests(stories, NULL, NULL);
}
