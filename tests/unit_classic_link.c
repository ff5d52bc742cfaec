/*
 * The client's half of the classic protocol, against a server played by hand.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/receiver/classic_link.h"

enum { LOG = 4096, WALL = 1000000 };

struct play {
	struct classic_link	*link;
	int64_t		 now;
	bool		 jammed;	/* the kernel takes nothing */
	char		 sent[LOG];	/* datagrams, each ended by '|' */
	char		 told[LOG];	/* records, likewise */
	struct record_state last;
};

static bool
on_send(void *arg, const void *data, size_t len)
{
	struct play *p = arg;
	size_t at = strlen(p->sent);

	if (p->jammed)
		return false;
	snprintf(p->sent + at, LOG - at, "%.*s|", (int)len, (const char *)data);
	return true;
}

static void
on_record(void *arg, const struct record *r)
{
	struct play *p = arg;
	size_t at = strlen(p->told);
	char *to = p->told + at;

	switch (r->type) {
	case RECORD_WELCOME:
		snprintf(to, LOG - at, "welcome|");
		break;
	case RECORD_DENIED:
		snprintf(to, LOG - at, "denied %d|", r->denial);
		break;
	case RECORD_ENTRY:
		snprintf(to, LOG - at, "%s %.*s: %.*s|",
		    r->entry.id != 0 ? "own" : "entry",
		    (int)r->entry.author_len, r->entry.author,
		    (int)r->entry.text_len, r->entry.text);
		break;
	case RECORD_REFUSED:
		snprintf(to, LOG - at, "refused %.*s|", (int)r->text_len,
		    r->text);
		break;
	case RECORD_STATE:
		p->last = r->state;
		break;
	default:
		fail();
	}
}

static struct play play;

static int
set_up(void **state)
{
	struct classic_link_out out = { on_send, on_record, &play };

	(void)state;
	memset(&play, 0, sizeof(play));
	play.now = 100000;
	play.link = classic_link_new(&out);
	return play.link == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	classic_link_free(play.link);
	return 0;
}

static void
says(const char *line)
{
	classic_link_input(play.link, play.now, WALL, line, strlen(line));
}

static void
post(uint64_t id, const char *text)
{
	classic_link_post(play.link, play.now, WALL, &(struct record){
	    .type = RECORD_POST, .id = id, .kind = ENTRY_SAY, .text = text,
	    .text_len = strlen(text) });
}

static void
pass(int64_t ms)
{
	int64_t end = play.now + ms, due;

	while ((due = classic_link_tick(play.link, play.now, WALL)) <= end) {
		assert_true(due > play.now);
		play.now = due;
	}
	play.now = end;
}

static void
expect(char *log, const char *text)
{
	assert_string_equal(log, text);
	log[0] = '\0';
}

static void
log_in(void)
{
	classic_link_login(play.link, play.now, "alice", 5);
	expect(play.sent, "L alice|");
	says("OK");
	expect(play.told, "welcome|");
	assert_int_equal(play.last.phase, RECORD_ONLINE);
}

static void
a_login_is_answered_by_ok_or_y(void **state)
{
	(void)state;
	classic_link_login(play.link, play.now, "alice", 5);
	says("Y\n");
	expect(play.told, "welcome|");
}

static void
a_refused_name_is_told_and_another_may_be_tried(void **state)
{
	(void)state;
	classic_link_login(play.link, play.now, "alice", 5);
	says("FAIL");
	expect(play.told, "denied 1|");
	assert_int_equal(play.last.phase, RECORD_IDLE);
	classic_link_login(play.link, play.now, "bob", 3);
	says("N");
	expect(play.told, "denied 1|");
	classic_link_login(play.link, play.now, "carol", 5);
	says("OK");
	expect(play.told, "welcome|");
}

static void
a_lost_login_is_sent_again(void **state)
{
	(void)state;
	classic_link_login(play.link, play.now, "alice", 5);
	pass(1500);
	expect(play.sent, "L alice|L alice|");
	says("OK");
	expect(play.told, "welcome|");
}

/* The OK was lost: the second L is answered FAIL because we are in already. */
static void
a_lost_ok_does_not_cost_the_name(void **state)
{
	(void)state;
	classic_link_login(play.link, play.now, "alice", 5);
	pass(1500);
	expect(play.sent, "L alice|L alice|");
	says("FAIL");
	expect(play.sent, "E|L alice|");
	expect(play.told, "");
	says("OK");
	expect(play.told, "welcome|");
}

static void
silence_at_login_is_told_once_and_tried_on(void **state)
{
	(void)state;
	classic_link_login(play.link, play.now, "alice", 5);
	pass(10000);
	expect(play.told, "denied 2|");
	says("OK");
	expect(play.told, "welcome|");
}

static void
lines_go_out_with_the_name_and_come_back_as_own(void **state)
{
	(void)state;
	log_in();
	post(1, "hello");
	expect(play.sent, "C alice hello|");
	expect(play.told, "own alice: hello|");
	assert_int_equal(play.last.pending, 0);
	says("bob: hi alice");
	says("bob left the chat room\n");
	expect(play.told, "entry bob: hi alice|entry bob: |");
}

static void
a_line_the_kernel_refuses_stays_pending_and_goes_later(void **state)
{
	(void)state;
	log_in();
	play.jammed = true;
	post(1, "one");
	post(2, "two");
	expect(play.told, "");
	play.jammed = false;
	pass(100);
	expect(play.sent, "C alice one|C alice two|");
	expect(play.told, "own alice: one|own alice: two|");
}

/* True if what was sent last is the question that follows a checked line. */
static bool
asks(void)
{
	size_t len = strlen(play.sent);

	return len >= 8 && strcmp(play.sent + len - 8, "L alice|") == 0;
}

static void
post_many(int n)
{
	char text[16];
	int i;

	for (i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "%02d", i);
		post((uint64_t)i + 1, text);
	}
}

/* Each once and in order, as sent and as told. */
static void
expect_all(int n)
{
	const char *sent = play.sent, *told = play.told;
	char text[20];
	int i;

	for (i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "alice %02d|", i);
		assert_non_null(sent = strstr(sent, text));
		snprintf(text, sizeof(text), "alice: %02d|", i);
		assert_non_null(told = strstr(told, text));
	}
}

static void
past_a_burst_each_line_is_checked_before_the_next(void **state)
{
	int64_t began;
	int i;

	(void)state;
	log_in();
	began = play.now;
	post_many(20);
	assert_int_equal(play.last.pending, 12);
	for (i = 0; play.last.pending > 0; i++) {
		assert_true(i < 12 && asks());
		says("FAIL");		/* to the L: the line was taken */
		pass(20);
	}
	expect_all(20);
	assert_true(play.now - began < 1000);
}

static void
a_line_over_the_limit_waits_for_its_time_and_keeps_its_place(void **state)
{
	int i;

	(void)state;
	log_in();
	post_many(12);
	assert_true(asks());
	says("FAIL");
	says("FAIL");		/* two: the ninth was refused */
	assert_int_equal(play.last.pending, 4);
	assert_null(strstr(play.told, "08"));
	play.sent[0] = '\0';
	pass(300);
	expect(play.sent, "");
	for (i = 0; i < 4; i++)
		pass(600);
	expect(play.sent, "C alice 08|C alice 09|C alice 10|C alice 11|");
	assert_int_equal(play.last.pending, 0);
}

static void
a_server_that_restarts_in_a_burst_gets_the_rest(void **state)
{
	(void)state;
	log_in();
	post_many(10);
	says("FAIL");		/* it knows nobody */
	says("OK");		/* and lets us in */
	says("FAIL");		/* to the L behind the line said again */
	pass(20);
	says("FAIL");
	pass(20);
	assert_int_equal(play.last.pending, 0);
	expect_all(10);
}

static void
a_server_that_is_gone_is_noticed_by_a_refused_datagram(void **state)
{
	(void)state;
	log_in();
	classic_link_unreachable(play.link, play.now, true);
	assert_int_equal(play.last.phase, RECORD_LOST);
	post(1, "while away");
	expect(play.sent, "");
	pass(2500);
	expect(play.sent, "L alice|L alice|");
	says("OK");
	assert_int_equal(play.last.phase, RECORD_ONLINE);
	expect(play.sent, "C alice while away|");
	expect(play.told, "own alice: while away|");
}

/* A kernel that says at once what it refuses has taken what went before. */
static void
a_line_that_was_taken_is_not_said_again_for_a_later_one(void **state)
{
	(void)state;
	log_in();
	pass(10);
	post(1, "last words");
	pass(300);
	play.jammed = true;
	post(2, "away");
	play.jammed = false;
	classic_link_unreachable(play.link, play.now, false);
	expect(play.sent, "C alice last words|");
	expect(play.told, "own alice: last words|");
	pass(1200);
	expect(play.sent, "L alice|");
	says("OK");
	expect(play.sent, "C alice away|");
	expect(play.told, "own alice: away|");
}

static void
a_silent_server_is_noticed_by_its_missing_sign_of_life(void **state)
{
	(void)state;
	log_in();
	pass(4900);
	expect(play.sent, "");
	pass(5000);
	assert_int_equal(play.last.phase, RECORD_LOST);
	says("FAIL");	/* alive, and we are in still */
	assert_int_equal(play.last.phase, RECORD_ONLINE);
}

static void
a_sign_of_life_changes_nothing(void **state)
{
	int i;

	(void)state;
	log_in();
	for (i = 0; i < 5; i++) {
		pass(5100);
		expect(play.sent, "L alice|");
		says("FAIL");
		expect(play.sent, "");
	}
	assert_int_equal(play.last.phase, RECORD_ONLINE);
	expect(play.told, "");
}

/* By saying yes to every L it tells nothing of the line before it. */
static void
a_burst_at_a_server_that_says_ok_to_everything_is_said_once(void **state)
{
	const char *line;

	(void)state;
	log_in();
	post_many(9);
	assert_true(asks());
	says("OK");
	pass(3000);
	assert_non_null(line = strstr(play.sent, "C alice 08|"));
	assert_null(strstr(line + 1, "C alice 08|"));
	assert_int_equal(play.last.pending, 0);
}

/* Servers others wrote may take every L: they are not asked again and again. */
static void
a_server_that_says_ok_to_everything_is_left_in_peace(void **state)
{
	(void)state;
	log_in();
	pass(5100);
	says("OK");
	pass(5100);
	says("OK");
	play.sent[0] = '\0';
	pass(60000);
	expect(play.sent, "");
	assert_int_equal(play.last.phase, RECORD_ONLINE);
}

static void
a_restarted_server_gets_the_refused_line_again(void **state)
{
	(void)state;
	log_in();
	post(1, "hello");
	expect(play.sent, "C alice hello|");
	expect(play.told, "own alice: hello|");
	says("FAIL");
	expect(play.sent, "L alice|");
	says("OK");
	expect(play.sent, "C alice hello|");
	expect(play.told, "");	/* shown once already */
}

static void
a_line_refused_twice_is_told(void **state)
{
	(void)state;
	log_in();
	post(1, "hello");
	says("FAIL");		/* the line */
	says("FAIL");		/* still in? */
	expect(play.sent, "C alice hello|L alice|E|L alice|");
	says("OK");
	expect(play.sent, "C alice hello|");
	says("FAIL");
	says("FAIL");
	says("OK");
	expect(play.told, "own alice: hello|refused hello|");
	/* For the next one nobody goes and comes. */
	play.sent[0] = play.told[0] = '\0';
	post(2, "again");
	says("FAIL");
	expect(play.sent, "C alice again|");
	expect(play.told, "own alice: again|refused again|");
}

static void
a_name_taken_meanwhile_is_told(void **state)
{
	(void)state;
	log_in();
	post(1, "hello");
	says("FAIL");
	says("FAIL");
	says("FAIL");
	expect(play.told, "own alice: hello|denied 1|");
	assert_int_equal(play.last.phase, RECORD_IDLE);
}

static void
leaving_says_so(void **state)
{
	(void)state;
	classic_link_leave(play.link);
	expect(play.sent, "");
	log_in();
	classic_link_leave(play.link);
	expect(play.sent, "Q alice|");
}

static void
the_round_trip_is_measured(void **state)
{
	(void)state;
	classic_link_login(play.link, play.now, "alice", 5);
	play.now += 12;
	says("OK");
	assert_int_equal(play.last.rtt_ms, 12);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_login_is_answered_by_ok_or_y),
		TEST(a_refused_name_is_told_and_another_may_be_tried),
		TEST(a_lost_login_is_sent_again),
		TEST(a_lost_ok_does_not_cost_the_name),
		TEST(silence_at_login_is_told_once_and_tried_on),
		TEST(lines_go_out_with_the_name_and_come_back_as_own),
		TEST(a_line_the_kernel_refuses_stays_pending_and_goes_later),
		TEST(past_a_burst_each_line_is_checked_before_the_next),
		TEST(a_line_over_the_limit_waits_for_its_time_and_keeps_its_place),
		TEST(a_server_that_restarts_in_a_burst_gets_the_rest),
		TEST(a_server_that_is_gone_is_noticed_by_a_refused_datagram),
		TEST(a_line_that_was_taken_is_not_said_again_for_a_later_one),
		TEST(a_silent_server_is_noticed_by_its_missing_sign_of_life),
		TEST(a_sign_of_life_changes_nothing),
		TEST(a_server_that_says_ok_to_everything_is_left_in_peace),
		TEST(a_restarted_server_gets_the_refused_line_again),
		TEST(a_line_refused_twice_is_told),
		TEST(a_burst_at_a_server_that_says_ok_to_everything_is_said_once),
		TEST(a_name_taken_meanwhile_is_told),
		TEST(leaving_says_so),
		TEST(the_round_trip_is_measured),
	};

	return tests_run(tests, NULL, NULL);
}
