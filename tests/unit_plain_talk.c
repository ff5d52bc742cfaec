/*
 * Plain mode with one person alone: what is for him is said to him or not at
 * all. The receiver is played.
 */
#include <sys/wait.h>
#include <err.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tui/host.h"
#include "tui/plain.h"
#include "tui/receiver/receiver.h"
#include "tui/settings/config.h"
#include "tui/settings/options.h"
#include "tui/shared/duct.h"

#define BOB	"@0123456789012345678901234567890123456789bob"

enum { WAIT_MS = 60000 };

static struct {
	pid_t		 pid;
	struct duct	*duct;		/* to it */
	int		 out, err;
	int64_t		 wait_ms;	/* for the server; 0: for ever */
	int64_t		 after;		/* --after; 0: not given */
	struct record	 r;		/* what it said last */
} play;

/* As the program's main does it, with what the input has. */
static _Noreturn void
run(const struct options *options, const char *input, int in, int out)
{
	struct receiver receiver = { .pid = -1 };
	struct host host = { .pid = 0 };
	char why[PLAIN_WHY_BYTES];
	sigset_t none;
	int fds[2], status;

	if (pipe(fds) == -1 || write(fds[1], input, strlen(input)) !=
	    (ssize_t)strlen(input))
		_exit(99);
	close(fds[1]);
	dup2(fds[0], STDIN_FILENO);
	sigemptyset(&none);
	receiver.duct = duct_new(in, out);
	status = plain_run(options, &receiver, &host, &none, why);
	duct_flush(receiver.duct);
	fprintf(stderr, "%s\n", why);
	fflush(NULL);
	_exit(status);
}

static void
begin(const char *to, const char *room, bool json, const char *input)
{
	int in[2], out[2], said[2], told[2];
	struct options options;

	config_defaults(&options);
	options.plain.on = true;
	options.plain.json = json;
	options.plain.wait_ms = play.wait_ms;
	options.plain.after = play.after;
	options.plain.has_after = play.after != 0;
	strlcpy(options.plain.to, to, sizeof(options.plain.to));
	strlcpy(options.room, room, sizeof(options.room));
	strlcpy(options.name, "ada", sizeof(options.name));
	strlcpy(options.server, "host", sizeof(options.server));
	assert_int_equal(pipe(in) | pipe(out) | pipe(said) | pipe(told), 0);
	fflush(NULL);
	if ((play.pid = fork()) == 0) {
		dup2(said[1], STDOUT_FILENO);
		dup2(told[1], STDERR_FILENO);
		close(in[1]);
		close(out[0]);
		run(&options, input, in[0], out[1]);
	}
	assert_int_not_equal(play.pid, -1);
	close(in[0]);
	close(out[1]);
	close(said[1]);
	close(told[1]);
	play.duct = duct_new(out[0], in[1]);
	play.out = said[0];
	play.err = told[0];
}

static void
tell(const struct record *r)
{
	assert_true(duct_send(play.duct, r));
	assert_true(duct_flush(play.duct));
}

/* The next record of that sort; what else it says is passed over, but not what
 * would be said. */
static const struct record *
next(enum record_type type)
{
	struct pollfd fd = { .fd = duct_in_fd(play.duct), .events = POLLIN };
	enum duct_result result;

	for (;;) {
		while ((result = duct_next(play.duct, &play.r)) ==
		    DUCT_EMPTY)
			assert_true(poll(&fd, 1, WAIT_MS) > 0);
		if (result != DUCT_RECORD)
			return NULL;
		if (play.r.type == type)
			return &play.r;
		assert_int_not_equal(play.r.type, RECORD_POST);
	}
}

static void
welcome(uint16_t window, unsigned flags)
{
	const struct record in = { .type = RECORD_WELCOME, .window = window,
	    .flags = flags, .text = "ada", .text_len = 3 };
	const struct record all = { .type = RECORD_CAUGHT_UP,
	    .window = window };

	/* At once: what is told of no use ends after the first. */
	assert_true(duct_send(play.duct, &in));
	tell(&all);
}

static void
offer(unsigned flags, const char *key)
{
	const struct record r = { .type = RECORD_OFFERED,
	    .flags = RECORD_TALK_ASKED | flags, .text = key,
	    .text_len = strlen(key), .entry = { .author = "bob",
	    .author_len = 3 } };

	tell(&r);
}

/* It is stored and in the room. */
static void
take(uint16_t window, const char *text)
{
	struct record r = { .type = RECORD_STORED, .window = window,
	    .id = play.r.id };

	tell(&r);
	r.type = RECORD_POSTED;
	tell(&r);
	r = (struct record){ .type = RECORD_ENTRY, .window = window,
	    .entry = { .seq = 7, .id = r.id, .kind = ENTRY_SAY,
	    .time_ms = 1795000000000, .author = "ada", .author_len = 3,
	    .text = text, .text_len = strlen(text) } };
	tell(&r);
}

static void
say(uint16_t window, const char *author, const char *text, unsigned role)
{
	const struct record r = { .type = RECORD_ENTRY, .window = window,
	    .entry = { .seq = 6, .kind = ENTRY_SAY,
	    .flags = role << ENTRY_ROLE_SHIFT, .time_ms = 1795000000000,
	    .author = author, .author_len = strlen(author), .text = text,
	    .text_len = strlen(text) } };

	tell(&r);
}

/* He takes nothing more. */
static void
shut(uint16_t window, const char *author)
{
	const struct record r = { .type = RECORD_ENTRY, .window = window,
	    .entry = { .seq = 6, .kind = ENTRY_ACT,
	    .flags = ENTRY_RULE << ENTRY_ROLE_SHIFT,
	    .time_ms = 1795000000000, .author = author,
	    .author_len = strlen(author), .text = "shut", .text_len = 4 } };

	tell(&r);
}

/* What the log begins with. */
static void
start(uint16_t window)
{
	const struct record r = { .type = RECORD_ENTRY, .window = window,
	    .entry = { .seq = 1, .kind = ENTRY_START,
	    .time_ms = 1795000000000, .author = "", .text = "" } };

	tell(&r);
}

static const char *
read_all(int fd)
{
	static char text[4096];
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	return text;
}

static int
finish(void)
{
	int status;

	assert_int_equal(waitpid(play.pid, &status, 0), play.pid);
	play.pid = 0;
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int
tear_down(void **state)
{
	(void)state;
	if (play.pid > 0) {
		kill(play.pid, SIGKILL);
		waitpid(play.pid, NULL, 0);
	}
	duct_free(play.duct);
	close(play.out);
	close(play.err);
	memset(&play, 0, sizeof(play));
	return 0;
}

static void
what_is_given_is_said_to_him_alone(void **state)
{
	const struct record *r;

	(void)state;
	begin("bob", "", false, "4711\n");
	welcome(0, RECORD_WELCOME_TALKS);
	assert_non_null(r = next(RECORD_TALK));
	assert_int_equal(r->text_len, 3);
	offer(0, BOB);
	assert_non_null(r = next(RECORD_JOIN));
	assert_memory_equal(r->text, BOB, 44);
	welcome(1, RECORD_WELCOME_TALKS);
	assert_non_null(r = next(RECORD_POST));
	assert_int_equal(r->window, 1);
	assert_int_equal(r->flags, RECORD_POST_PRIVATE);
	assert_memory_equal(r->text, "4711", 4);
	start(1);
	say(0, "carol", "to all", ENTRY_SAID);
	say(1, "bob", "?", RECORD_UNREADABLE);
	say(1, "bob", "and what for?", ENTRY_SAID);
	shut(1, "bob");
	take(1, "4711");
	assert_int_equal(finish(), 0);
	assert_string_equal(read_all(play.out),
	    "1\t2026-11-18T11:06:40.000Z\tstart\t\t\n"
	    "6\t2026-11-18T11:06:40.000Z\tprivate\tbob\tand what for?\n"
	    "6\t2026-11-18T11:06:40.000Z\trule\tbob\tshut\n"
	    "7\t2026-11-18T11:06:40.000Z\tprivate\tada\t4711\n");
}

static void
where_there_are_no_talks_nothing_is_said(void **state)
{
	(void)state;
	begin("bob", "", false, "4711\n");
	welcome(0, 0);
	assert_null(next(RECORD_LEAVE));
	assert_int_equal(finish(), 6);
	assert_string_equal(read_all(play.err), "this server has no talks: "
	    "bob cannot be reached\n");
	assert_string_equal(read_all(play.out), "");
}

static void
who_is_not_there_is_told_of(void **state)
{
	(void)state;
	begin("bob", "", false, "4711\n");
	welcome(0, RECORD_WELCOME_TALKS);
	assert_non_null(next(RECORD_TALK));
	offer(RECORD_TALK_ABSENT, "");
	assert_null(next(RECORD_JOIN));
	assert_int_equal(finish(), 6);
	assert_string_equal(read_all(play.err), "nobody there is called bob\n");
}

static void
who_was_called_otherwise_is_told_of(void **state)
{
	(void)state;
	begin("bob", "", false, "4711\n");
	welcome(0, RECORD_WELCOME_TALKS);
	assert_non_null(next(RECORD_TALK));
	offer(RECORD_TALK_RENAMED, BOB);
	assert_null(next(RECORD_JOIN));
	assert_int_equal(finish(), 6);
	assert_string_equal(read_all(play.err), "bob is who was called "
	    "otherwise here until now, says the server: nothing was said; "
	    "next time it is\n");
}

/* Where nothing else is printed it is his lines that are counted. */
/* By the name that the user has given, not by the key. */
static void
who_wants_none_is_told_by_name(void **state)
{
	static const struct { enum record_denial why; const char *told; }
	    all[] = {
		{ RECORD_NO_TALK, "bob takes no talk with you" },
		{ RECORD_NO_TALKS, "this server has no talks: bob cannot" },
		{ RECORD_QUOTA, "answered you yet: bob is one too many" } };
	struct record r = { .type = RECORD_DENIED, .window = 1, .id = 1,
	    .text = BOB, .text_len = 44 };
	const struct record kept = { .type = RECORD_KEPT };
	const char *told;
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (i > 0)
			tear_down(state);
		begin("bob", "", false, "");
		welcome(0, RECORD_WELCOME_TALKS);
		assert_non_null(next(RECORD_TALK));
		offer(0, BOB);
		assert_non_null(next(RECORD_JOIN));
		r.denial = all[i].why;
		tell(&r);
		assert_non_null(next(RECORD_KEEP));
		/* He waits for no more: of the refused one nothing is kept. */
		tell(&kept);
		assert_int_equal(finish(), 6);
		told = read_all(play.err);
		if (strstr(told, all[i].told) == NULL ||
		    strstr(told, "@0123") != NULL)
			fail_msg("%s", told);
	}
}

static void
it_begins_after_a_number(void **state)
{
	const struct record *r;

	(void)state;
	play.after = 17;
	begin("bob", "", false, "");
	welcome(0, RECORD_WELCOME_TALKS);
	assert_non_null(next(RECORD_TALK));
	offer(0, BOB);
	assert_non_null(r = next(RECORD_JOIN));
	assert_int_equal(r->id, 17);
	welcome(1, RECORD_WELCOME_TALKS);
	assert_int_equal(finish(), 0);
}

static void
a_changed_key_ends_it(void **state)
{
	const struct record r = { .type = RECORD_LOCKED,
	    .flags = RECORD_TALK_ASKED, .text = "SHA256:a", .text_len = 8,
	    .entry = { .author = "bob", .author_len = 3, .text = "SHA256:b",
	    .text_len = 8 } };

	(void)state;
	begin("bob", "", false, "4711\n");
	welcome(0, RECORD_WELCOME_TALKS);
	assert_non_null(next(RECORD_TALK));
	tell(&r);
	assert_null(next(RECORD_JOIN));
	assert_int_equal(finish(), 6);
	assert_non_null(strstr(read_all(play.err), "another key"));
}

/* An object may name the one or the other; without a name it is for him. */
static void
with_json_each_goes_where_it_says(void **state)
{
	static const struct { uint16_t window; const char *text; } goes[] = {
		{ 1, "one" }, { 0, "two" }, { 1, "three" } };
	const struct record *r;
	size_t i;

	(void)state;
	begin("bob", "lab", true, "{\"text\":\"one\"}\n"
	    "{\"text\":\"two\",\"room\":\"lab\"}\n"
	    "{\"text\":\"four\",\"to\":\"carol\"}\n"
	    "{\"text\":\"three\",\"to\":\"Bob\"}\n");
	welcome(0, RECORD_WELCOME_TALKS);
	assert_non_null(next(RECORD_TALK));
	offer(0, BOB);
	assert_non_null(next(RECORD_JOIN));
	welcome(1, RECORD_WELCOME_TALKS);
	for (i = 0; i < 3; i++) {
		assert_non_null(r = next(RECORD_POST));
		assert_int_equal(r->window, goes[i].window);
		assert_int_equal(r->flags, goes[i].window == 1 ?
		    RECORD_POST_PRIVATE : 0);
		assert_memory_equal(r->text, goes[i].text, r->text_len);
		take(goes[i].window, goes[i].text);
	}
	assert_int_equal(finish(), 1);
	assert_non_null(strstr(read_all(play.err), "\"line\":3"));
	assert_non_null(strstr(read_all(play.out), "\"room\":\"@bob\",\"n\":7,"
	    "\"time\":\"2026-11-18T11:06:40.000Z\",\"kind\":\"say\","
	    "\"name\":\"ada\",\"text\":\"one\",\"mine\":true,"
	    "\"private\":true,\"verified\":true}\n"));
}

/* Of a server that is away nobody can be told whom it is for. */
static void
what_waits_is_never_kept_for_all(void **state)
{
	const struct record kept = { .type = RECORD_KEPT };
	const char *told;

	(void)state;
	play.wait_ms = 1;
	begin("bob", "", false, "4711\n");
	assert_non_null(next(RECORD_TALK));
	offer(RECORD_TALK_UNKNOWN, "");
	assert_non_null(next(RECORD_KEEP));
	tell(&kept);
	assert_int_equal(finish(), 6);
	told = read_all(play.err);
	assert_non_null(strstr(told, "line 1 of the input: whom it is for "
	    "nobody knows, not said"));
	assert_non_null(strstr(told, "nobody answers"));
}

/* Who was written to before is known without it. */
static void
what_waits_is_kept_for_him(void **state)
{
	const struct record kept[] = {
		{ .type = RECORD_KEPT },
		{ .type = RECORD_KEPT, .window = 1, .id = 1, .text = "box",
		    .text_len = 3 } };
	const struct record *r;

	(void)state;
	play.wait_ms = 1;
	begin("bob", "", false, "4711\n");
	assert_non_null(next(RECORD_TALK));
	offer(0, BOB);
	assert_non_null(r = next(RECORD_JOIN));
	assert_memory_equal(r->text, BOB, 44);
	assert_non_null(r = next(RECORD_POST));
	assert_int_equal(r->window, 1);
	assert_int_equal(r->flags, RECORD_POST_PRIVATE);
	assert_non_null(next(RECORD_KEEP));
	tell(&kept[0]);
	tell(&kept[1]);
	assert_int_equal(finish(), 4);
	assert_non_null(strstr(read_all(play.err), "lines that wait in box: "
	    "1"));
}

/* He is asked for again where the server answers in the end. */
static void
who_is_not_known_is_asked_for_again(void **state)
{
	(void)state;
	play.wait_ms = 1;
	begin("bob", "", false, "");
	assert_non_null(next(RECORD_TALK));
	offer(RECORD_TALK_UNKNOWN, "");
	assert_non_null(next(RECORD_KEEP));
	welcome(0, RECORD_WELCOME_TALKS);
	assert_non_null(next(RECORD_TALK));
	offer(0, BOB);
	assert_non_null(next(RECORD_JOIN));
	welcome(1, RECORD_WELCOME_TALKS);
	assert_int_equal(finish(), 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_given_is_said_to_him_alone),
		TEST(where_there_are_no_talks_nothing_is_said),
		TEST(who_is_not_there_is_told_of),
		TEST(who_was_called_otherwise_is_told_of),
		TEST(who_wants_none_is_told_by_name),
		TEST(it_begins_after_a_number),
		TEST(a_changed_key_ends_it),
		TEST(with_json_each_goes_where_it_says),
		TEST(what_waits_is_never_kept_for_all),
		TEST(what_waits_is_kept_for_him),
		TEST(who_is_not_known_is_asked_for_again),
	};

	signal(SIGPIPE, SIG_IGN);
	return tests_run(tests, NULL, NULL);
}
