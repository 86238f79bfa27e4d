/* YAML into a tree, and what a hostile file costs. */
#include "base/buffer.h"
#include "config/node.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct hc_arena arena;

static int setup(void **state)
{
    (void)state;
    hc_arena_init(&arena, 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    hc_arena_done(&arena);
    return 0;
}

static const struct hc_node *good(const char *text)
{
    struct hc_node *node = NULL;
    struct hc_error error = {0};
    if (hc_yaml_parse("f.yaml", hc_slice_str(text), &arena, &node, &error) != HC_OK) {
        fail_msg("%s", error.text);
    }
    return node;
}

static void bad_slice(struct hc_slice text, const char *sentence)
{
    struct hc_node *node = NULL;
    struct hc_error error = {0};
    assert_int_equal(hc_yaml_parse("f.yaml", text, &arena, &node, &error), HC_USAGE);
    assert_null(node);
    if (!strstr(error.text, sentence)) {
        fail_msg("\"%s\" does not say \"%s\"", error.text, sentence);
    }
}

static void bad(const char *text, const char *sentence)
{
    bad_slice(hc_slice_str(text), sentence);
}

static void trees_have_lines(void **state)
{
    (void)state;
    const struct hc_node *root = good("a: 1\nb:\n  c: [x, 'y z']\n  d: {e: \"f\"}\n");
    assert_int_equal(root->kind, HC_NODE_MAP);
    const struct hc_node *a = root->first, *b = a->next;
    assert_true(hc_slice_equal_str(a->key, "a") && hc_slice_equal_str(a->text, "1"));
    assert_int_equal(a->key_line, 1);
    assert_null(b->next);
    const struct hc_node *c = b->first, *d = c->next;
    assert_int_equal(c->kind, HC_NODE_LIST);
    assert_int_equal(c->key_line, 3);
    assert_true(c->first->plain && !c->first->next->plain);
    assert_true(hc_slice_equal_str(c->first->next->text, "y z"));
    assert_null(c->first->next->next);
    assert_true(hc_slice_equal_str(d->first->key, "e") && hc_slice_equal_str(d->first->text, "f"));
    assert_int_equal(d->first->line, 4);
}

static void empty_is_an_empty_mapping(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "\n\n", "# nothing\n", "---\n"};
    for (size_t i = 0; i < HC_COUNT(texts); i++) {
        const struct hc_node *root = good(texts[i]);
        assert_int_equal(root->kind, HC_NODE_MAP);
        assert_null(root->first);
    }
}

static void broken_yaml_tells_its_line(void **state)
{
    (void)state;
    bad("a: 1\nb: [1, 2\nc: 3\n", "f.yaml:");
    bad("a: 1\nb: x\n    c: 2\n", "f.yaml:2: this is not YAML");
    bad("a: \"open\n", "f.yaml:");
    bad("a: b: c\n", "f.yaml:1");
    bad("{a: 1}}\n", "f.yaml:1");
    bad_slice(HC_SLICE("b: 1\na: \xff\xfe\n"), "f.yaml:2: this is not UTF-8 text");
}

static void repeated_keys(void **state)
{
    (void)state;
    bad("a: 1\nb: 2\na: 3\n", "f.yaml:3: the key a stands on line 1 already");
    bad("x: {k: 1, k: 2}\n", "the key k stands on line 1 already");
    good("x: {k: 1}\ny: {k: 1}\n");
}

static void aliases_are_refused(void **state)
{
    (void)state;
    bad("a: &x 1\nb: *x\n", "f.yaml:1: anchors and aliases");
    bad("a: &a [l, l]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n", "anchors and aliases");
    bad("a: *nowhere\n", "f.yaml:1");
    bad("a: !!int 5\n", "tags are not understood");
    bad("[a]: 1\n", "f.yaml:1");
    bad("a: 1\n---\nb: 2\n", "second document");
}

static void depth_is_bounded(void **state)
{
    (void)state;
    struct hc_buffer text = {0};
    for (int i = 0; i < 100000; i++) {
        hc_buffer_append_char(&text, '[');
    }
    bad_slice(hc_buffer_slice(&text), "f.yaml:1");
    hc_buffer_clear(&text);
    for (unsigned i = 0; i < HC_YAML_DEPTH_MAX + 1; i++) {
        hc_buffer_printf(&text, "%*sk:\n", (int)i, "");
    }
    hc_buffer_printf(&text, "%*sv\n", HC_YAML_DEPTH_MAX + 2, "");
    bad_slice(hc_buffer_slice(&text), "nested more than 16 deep");
    hc_buffer_done(&text);
}

static void size_is_bounded(void **state)
{
    (void)state;
    struct hc_buffer text = {0};
    hc_buffer_append_str(&text, "a: ");
    char *more = hc_buffer_reserve(&text, 10u << 20);
    memset(more, 'x', 10u << 20);
    text.size += 10u << 20;
    bad_slice(hc_buffer_slice(&text), "larger than a configuration may be");
    hc_buffer_clear(&text);
    hc_buffer_append_char(&text, '[');
    for (int i = 0; i < HC_YAML_NODES_MAX + 10; i++) {
        hc_buffer_append_str(&text, "1,");
    }
    hc_buffer_append_char(&text, ']');
    bad_slice(hc_buffer_slice(&text), "more than 50000 values");
    hc_buffer_done(&text);
}

static void nul_is_refused(void **state)
{
    (void)state;
    bad("a: \"x\\0y\"\n", "NUL");
}

static void files_that_cannot_be_read(void **state)
{
    (void)state;
    struct hc_node *node = NULL;
    struct hc_error error = {0};
    assert_int_equal(hc_yaml_read("/nonexistent/x.yaml", &arena, &node, &error), HC_USAGE);
    assert_non_null(strstr(error.text, "/nonexistent/x.yaml"));
    assert_int_equal(hc_yaml_read("/", &arena, &node, &error), HC_USAGE);
    assert_int_equal(hc_yaml_read("/dev/zero", &arena, &node, &error), HC_USAGE);
    assert_non_null(strstr(error.text, "larger than"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trees_have_lines),
        cmocka_unit_test(empty_is_an_empty_mapping),
        cmocka_unit_test(broken_yaml_tells_its_line),
        cmocka_unit_test(repeated_keys),
        cmocka_unit_test(aliases_are_refused),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(size_is_bounded),
        cmocka_unit_test(nul_is_refused),
        cmocka_unit_test(files_that_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
