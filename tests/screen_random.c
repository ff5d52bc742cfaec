/*
 * Random keys, pastes, lines and sizes, from a seed: whatever comes, the
 * screen stays whole and the program answers. CHAT_SEED and CHAT_STEPS choose
 * others; a failure prints the seed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <sys/socket.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_chat.h"

enum { STEPS = 1500, LOOK_EVERY = 25 };

static struct server server;
static uint64_t seed;

/* splitmix64 */
static uint64_t
next_random(uint64_t below)
{
	uint64_t z = seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (z ^ z >> 31) % below;
}

static int
set_up(void **state)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0", NULL };

	(void)state;
	server_start(&server, NULL, args);
	return 0;
}

static int
tear_down(void **state)
{
	term_free_all(state);
	server_stop(&server, SIGTERM);
	return 0;
}

static void
type_something(struct term *t)
{
	static const char *const texts[] = { "a", "word ", "中", "文字 ", "👍🏽",
		"e\xcc\x81", "🏳️‍🌈", "ﷺ", "\xff", "/help", "/cl", " ", "https://e.org/a/b ",
		"مرحبا ", "한국어", "\xe2\x80\xae", "x\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85" };

	term_keys(t, texts[next_random(sizeof(texts) / sizeof(texts[0]))]);
}

static void
press_something(struct term *t)
{
	static const char *const names[] = { "Enter", "M-Enter", "C-a", "C-e",
		"C-b", "C-f", "Left", "Right", "M-b", "M-f", "C-d", "Backspace",
		"C-w", "M-Backspace", "M-d", "C-k", "C-u", "C-y", "C-t", "C-_",
		"M-_", "Up", "Down", "PgUp", "PgDn", "M-v", "C-v", "M-PgUp",
		"S-Down", "C-Home", "C-End", "M-<", "M->", "End", "Home", "Esc",
		"C-l", "F5", "Tab", "Up Up Up Up Up", "Down Down Down Down" };

	term_press(t, names[next_random(sizeof(names) / sizeof(names[0]))]);
}

static void
paste_something(struct term *t)
{
	char text[300];
	size_t i, len = next_random(sizeof(text) - 1);

	for (i = 0; i < len; i++)
		text[i] = "ab \ncd\tef"[next_random(9)];
	text[len] = '\0';
	term_paste(t, text);
}

static void
resize_somehow(struct term *t)
{
	static const int rows[] = { 1, 2, 3, 4, 6, 12, 24, 50 };
	static const int cols[] = { 1, 2, 3, 8, 15, 20, 27, 39, 41, 80, 120 };

	term_resize(t, rows[next_random(8)], cols[next_random(11)]);
}

static void
hear_something(int fd)
{
	char line[600];
	size_t i, len = next_random(500);

	snprintf(line, sizeof(line), "C ");
	for (i = 0; i < len; i++)
		strlcat(line, next_random(6) == 0 ? "宽" :
		    next_random(5) == 0 ? " " : "x", sizeof(line));
	/* not cut inside a character */
	while (((unsigned char)line[strlen(line) - 1] & 0xc0) == 0x80 ||
	    (unsigned char)line[strlen(line) - 1] >= 0xc0)
		line[strlen(line) - 1] = '\0';
	udp_send(fd, line);
}

/* No half characters, the cursor where text is typed. */
static bool
is_whole(struct term *t, void *arg)
{
	int row, col, width;
	bool visible;

	(void)arg;
	for (row = 0; row < term_rows(t); row++)
		for (col = 0; col < term_cols(t); col++) {
			width = term_cell(t, row, col).width;
			if (width == 2 && col + 1 < term_cols(t) &&
			    term_cell(t, row, col + 1).width != 0)
				return false;
			if (width == 0 && (col == 0 ||
			    term_cell(t, row, col - 1).width != 2))
				return false;
		}
	term_cursor(t, &row, &col, &visible);
	return visible && row < term_rows(t) &&
	    (term_rows(t) < 6 || row >= term_rows(t) - 5);
}

static void
step(struct term *t, int fd)
{
	switch (next_random(12)) {
	case 0:
		resize_somehow(t);
		break;
	case 1:
		paste_something(t);
		break;
	case 2:
	case 3:
		hear_something(fd);
		break;
	case 4: case 5: case 6: case 7:
		type_something(t);
		break;
	default:
		press_something(t);
		break;
	}
}

static void
anything_typed_is_survived(void **state)
{
	const char *env_seed = getenv("CHAT_SEED");
	const char *env_steps = getenv("CHAT_STEPS");
	long steps = env_steps != NULL ? atol(env_steps) : STEPS, i;
	struct term *t = chat_start(&server, "alice", 24, 80);
	const char *bob[] = { "-n", "bob", NULL };
	int fd = udp_open(&server, AF_INET);

	(void)state;
	seed = env_seed != NULL ? strtoull(env_seed, NULL, 0) : 20261121;
	fprintf(stderr, "seed %llu\n", (unsigned long long)seed);
	udp_ask(fd, "L eve", "OK");
	for (i = 0; i < steps; i++) {
		step(t, fd);
		term_serve(0);
		assert_true(term_running(t));
		if (i % LOOK_EVERY != 0)
			continue;
		assert_true(term_wait_for(t, is_whole, NULL, "a whole screen"));
	}
	term_resize(t, 24, 80);
	term_keys(t, "\033[201~");	/* should a paste be open */
	term_press(t, "C-End");
	/* Own lines are still on their way: they must not push it off. */
	assert_true(term_wait_gone(t, "pending"));
	assert_true(term_wait(chat_start_with(&server, 24, 80, NULL, bob),
	    "bob joined"));
	udp_send(fd, "C still here");
	assert_true(term_wait(t, "still here"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(chat_left_clean(t));
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(anything_typed_is_survived,
		    set_up, tear_down),
	};

	return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
