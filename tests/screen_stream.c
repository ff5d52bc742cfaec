/*
 * The pure parts of the test terminal: the stream filter before libvterm, and
 * keys by name.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_keys.h"
#include "tests/with_stream.h"

struct sink {
	char	data[4096];
	size_t	len;
};

static void
collect(void *arg, const char *data, size_t len)
{
	struct sink *sink = arg;

	assert_true(sink->len + len < sizeof(sink->data));
	memcpy(sink->data + sink->len, data, len);
	sink->len += len;
	sink->data[sink->len] = '\0';
}

static void
filters_to(const char *in, const char *out)
{
	struct stream s;
	struct sink sink;
	size_t cut, len = strlen(in);

	for (cut = 0; cut <= len; cut++) {
		sink.len = 0;
		stream_init(&s, collect, &sink);
		stream_feed(&s, in, cut);
		stream_feed(&s, in + cut, len - cut);
		assert_string_equal(sink.data, out);
	}
}

static void
text_and_unknown_sequences_pass(void **state)
{
	(void)state;
	filters_to("plain \346\226\207\r\n", "plain \346\226\207\r\n");
	filters_to("\033[1;2H\033(B\033]0;t[?25l\007\033[>c\033M",
	    "\033[1;2H\033(B\033]0;t[?25l\007\033[>c\033M");
	filters_to("\033[12\030x", "\033[12\030x");
	filters_to("\033[1\033[2Jx", "\033[1\033[2Jx");
}

static void
an_endless_sequence_is_let_go(void **state)
{
	char in[3 * STREAM_HOLD_BYTES];

	(void)state;
	memset(in, '1', sizeof(in) - 1);
	in[sizeof(in) - 1] = '\0';
	memcpy(in, "\033[", 2);
	filters_to(in, in);
	memcpy(in, "\033]2;", 4);
	filters_to(in, in);
}

static void
dim_becomes_a_font(void **state)
{
	(void)state;
	filters_to("\033[2mx", "\033[11mx");
	filters_to("\033[0;1;2;7m", "\033[0;1;11;7m");
	filters_to("\033[22m", "\033[22;10m");
	filters_to("\033[m", "\033[m");
	filters_to("\033[38;5;2;2m", "\033[38;5;2;11m");
	filters_to("\033[48;2;2;2;22;2m", "\033[48;2;2;2;22;11m");
	filters_to("\033[>2m", "\033[>2m");
}

static void
newer_emoji_become_something_wide(void **state)
{
	char text[] = "a\360\277\245\237\360\260\200\200\360\237";

	(void)state;
	filters_to("a\360\237\245\237b", "a\360\277\245\237b");
	/* Narrow, or of plane 2 or 3, or not a character: as they were. */
	filters_to("\360\220\216\240", "\360\220\216\240");
	filters_to("\360\240\200\200", "\360\240\200\200");
	filters_to("\360\260\200\200", "\360\260\200\200");
	filters_to("\360\237x\360\360\237\033[K",
	    "\360\237x\360\360\237\033[K");
	stream_restore(text);
	assert_string_equal(text,
	    "a\360\237\245\237\360\260\200\200\360\237");
}

static void
modes_are_kept_one_by_one(void **state)
{
	const char *on = "\033[?1006;1000h\033[?25l";
	struct stream s;
	struct sink sink = { .len = 0 };

	(void)state;
	filters_to("\033[?1006;1000h", "\033[?1006h\033[?1000h");
	stream_init(&s, collect, &sink);
	assert_true(stream_mode(&s, 25));
	stream_feed(&s, on, strlen(on));
	assert_true(stream_mode(&s, 1006));
	assert_true(stream_mode(&s, 1000));
	assert_false(stream_mode(&s, 25));
	assert_false(stream_mode(&s, STREAM_MODES));
	stream_feed(&s, "\033[?99999h\033c", 11);
	assert_false(stream_mode(&s, 1006));
	assert_true(stream_mode(&s, 25));
}

static void
titles_come_whole_from_any_pieces(void **state)
{
	static const char *const ends[] = { "\a", "\033\\", "\033[m" };
	char in[64];
	struct stream s;
	struct sink sink = { .len = 0 };
	size_t i, cut;

	(void)state;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(in, sizeof(in), "x\033]2;\360\237\245\237 m%s", ends[i]);
		filters_to(in, in);
		for (cut = 0; cut <= strlen(in); cut++) {
			sink.len = 0;
			stream_init(&s, collect, &sink);
			stream_feed(&s, in, cut);
			stream_feed(&s, in + cut, strlen(in) - cut);
			assert_string_equal(s.title, "\360\237\245\237 m");
		}
	}
	/* The icon's name, the palette, a broken off one. */
	filters_to("\033]1;no\a\033]4;1;no\a\033]2;no\030x",
	    "\033]1;no\a\033]4;1;no\a\033]2;no\030x");
	stream_feed(&s, "\033]1;no\a\033]2;no\030", 15);
	assert_string_equal(s.title, "\360\237\245\237 m");
	stream_feed(&s, "\033]0;\a", 5);
	assert_string_equal(s.title, "");
}

static void
frames_are_counted_when_they_end(void **state)
{
	const char *frame = "\033[?2026hx\033[?2026l";
	struct stream s;
	struct sink sink = { .len = 0 };
	size_t i;

	(void)state;
	stream_init(&s, collect, &sink);
	for (i = 0; i < strlen(frame); i++) {
		assert_int_equal(stream_mode(&s, 2026), i >= 8);
		stream_feed(&s, frame + i, 1);
	}
	assert_false(stream_mode(&s, 2026));
	assert_int_equal(s.frames, 1);
	stream_feed(&s, frame + strlen(frame) - 8, 8);
	assert_int_equal(s.frames, 1);
}

static void
keys_are_those_of_xterm(void **state)
{
	static const struct {
		const char *names, *bytes;
		bool cursor_keys;
	} rows[] = {
		{ "h i Enter", "hi\r", false },
		{ "C-a M-x M-Enter C-_", "\001\033x\033\r\037", false },
		{ "Up C-Left M-PgUp", "\033[A\033[1;5D\033[5;3~", false },
		{ "Up Home F1 F8", "\033OA\033OH\033OP\033[19~", true },
		{ "S-Tab M-Backspace Esc", "\033[Z\033\177\033", true },
		{ "Space C M - M--", " CM-\033-", false },
		{ "\344\275\240 M-< C-End", "\344\275\240\033<\033[1;5F", true }
	};
	char bytes[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(keys_encode(bytes, sizeof(bytes), rows[i].names,
		    rows[i].cursor_keys));
		assert_string_equal(bytes, rows[i].bytes);
	}
}

static void
misspelt_keys_are_refused(void **state)
{
	static const char *const names[] = { "", "enter", "a  b", "C-1", "S-a",
	    "F13", "a " };
	char bytes[4];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_false(keys_encode(bytes, sizeof(bytes), names[i],
		    false));
	assert_true(keys_encode(bytes, sizeof(bytes), "a b c", false));
	assert_false(keys_encode(bytes, sizeof(bytes), "a b c d", false));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_unknown_sequences_pass),
		cmocka_unit_test(an_endless_sequence_is_let_go),
		cmocka_unit_test(dim_becomes_a_font),
		cmocka_unit_test(newer_emoji_become_something_wide),
		cmocka_unit_test(modes_are_kept_one_by_one),
		cmocka_unit_test(titles_come_whole_from_any_pieces),
		cmocka_unit_test(frames_are_counted_when_they_end),
		cmocka_unit_test(keys_are_those_of_xterm),
		cmocka_unit_test(misspelt_keys_are_refused)
	};

	return tests_run(tests, NULL, NULL);
}
