/*
 * The room by plain calls: what is sent to whom, under a clock that the test
 * turns. Addresses are 127.0.0.1:n unless a test says otherwise.
 */
#include "server/hub.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "common/text.h"
#include "server/limit.h"
#include "server/classic_peer.h"
#include "server/porch.h"
#include "server/room/log.h"
#include "server/room/nets.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))

enum { SENT_MAX = 64 };

static const char stranger[] = "203.0.113.5";

/* A hub, what it sent and has not been looked at yet, its last event. */
struct room {
	struct memdisk	*mem;
	struct disk	 disk;
	struct log	*log;
	struct hub	*hub;
	int64_t		 now_ms;
	struct {
		union sock_addr	 to;
		size_t		 len;
		char		 data[CLASSIC_BYTES + 1];
	} sent[SENT_MAX];
	size_t		 sent_count;
	struct hub_event event;
	char		 event_name[TEXT_NAME_BYTES + 1];
};

static void
on_send(void *arg, const union sock_addr *to, const void *data, size_t len)
{
	struct room *r = arg;

	assert_true(len <= CLASSIC_BYTES);
	if (r->sent_count == SENT_MAX)
		return;
	r->sent[r->sent_count].to = *to;
	r->sent[r->sent_count].len = len;
	memcpy(r->sent[r->sent_count].data, data, len);
	r->sent[r->sent_count].data[len] = '\0';
	r->sent_count++;
}

static void
on_event(void *arg, const struct hub_event *ev)
{
	struct room *r = arg;

	r->event = *ev;
	snprintf(r->event_name, sizeof(r->event_name), "%.*s",
	    (int)ev->name_len, ev->name == NULL ? "" : ev->name);
}

static void
on_session(void *arg, uint32_t index, const union sock_addr *addr)
{
	(void)arg;
	(void)index;
	(void)addr;
}

static void
on_random(void *arg, void *dst, size_t len)
{
	(void)arg;
	randombytes_buf(dst, len);
}

static struct hub_config
usual(void)
{
	struct hub_config c = { .classic = HUB_CLASSIC_LOCAL,
	    .lang = CLASSIC_EN, .idle_ms = 1000 * 1000, .rate = HUB_RATE,
	    .seed = 42, .gate = { .room = "chat" } };

	return c;
}

static void
room_open(struct room *r, struct hub_config config)
{
	struct hub_out out = { .send = on_send, .event = on_event,
	    .session = on_session, .random = on_random, .arg = r };
	struct log_config lc = { .dir = "/d", .sync = LOG_SYNC_NONE,
	    .segment_bytes = JOURNAL_SEGMENT_BYTES };
	uint8_t id[JOURNAL_ID] = { 1 };
	struct journal_why why;

	memset(r, 0, sizeof(*r));
	r->now_ms = 5000000;
	r->mem = memdisk_new();
	r->disk = memdisk_disk(r->mem);
	assert_int_equal(r->disk.make_dir(r->disk.arg, "/d"), 0);
	lc.disk = &r->disk;
	r->log = log_open(&lc, 1000, id, &why);
	assert_non_null(r->log);
	r->hub = hub_new(&config, r->log, r->now_ms, 1000, &out);
	assert_non_null(r->hub);
}

static void
room_close(struct room *r)
{
	assert_int_equal(r->sent_count, 0);
	hub_free(r->hub);
	log_close(r->log);
	memdisk_free(r->mem);
}

static union sock_addr
addr_of(const char *ip, unsigned int port)
{
	union sock_addr a;

	memset(&a, 0, sizeof(a));
	if (inet_pton(AF_INET, ip, &a.in4.sin_addr) == 1) {
		a.in4.sin_family = AF_INET;
		a.in4.sin_port = htons((uint16_t)port);
	} else {
		assert_int_equal(inet_pton(AF_INET6, ip, &a.in6.sin6_addr), 1);
		a.in6.sin6_family = AF_INET6;
		a.in6.sin6_port = htons((uint16_t)port);
	}
	return a;
}

static void
put_from(struct room *r, const char *ip, unsigned int port, const char *data,
    size_t len)
{
	union sock_addr from = addr_of(ip, port);
	char *copy = malloc(len > 0 ? len : 1);

	assert_non_null(copy);
	memcpy(copy, data, len);
	hub_input(r->hub, r->now_ms, 1000, &from, copy, len);
	free(copy);
}

static void
put(struct room *r, unsigned int port, const char *text)
{
	put_from(r, "127.0.0.1", port, text, strlen(text));
}

/* The next datagrams are these: to whom, what; in any order among them. */
static bool
take(struct room *r, const char *ip, unsigned int port, const char *text)
{
	union sock_addr to = addr_of(ip, port);
	size_t i;

	for (i = 0; i < r->sent_count; i++) {
		if (!sock_addr_eq(&r->sent[i].to, &to))
			continue;
		/* The first to this address. */
		if (strcmp(r->sent[i].data, text) != 0) {
			print_error("to %u: \"%s\", not \"%s\"\n", port,
			    r->sent[i].data, text);
			return false;
		}
		r->sent_count--;
		memmove(&r->sent[i], &r->sent[i + 1],
		    (r->sent_count - i) * sizeof(r->sent[0]));
		return true;
	}
	print_error("nothing to %u, not \"%s\"\n", port, text);
	return false;
}

#define got(r, port, text)	assert_true(take(r, "127.0.0.1", port, text))
#define silence(r)		assert_int_equal((r)->sent_count, 0)
#define ask(r, port, text, want) do {					\
	put(r, port, text);						\
	got(r, port, want);						\
	silence(r);							\
} while (0)

/* Alice at port 1, bob at 2, carol at 3. */
static void
three(struct room *r, struct hub_config config)
{
	room_open(r, config);
	put(r, 1, "L alice");
	put(r, 2, "L bob");
	put(r, 3, "L carol");
	r->sent_count = 0;
}

static void
who_joins_gets_ok_and_the_others_a_notice(void **state)
{
	struct room r;

	(void)state;
	room_open(&r, usual());
	ask(&r, 1, "L alice", "OK");
	assert_int_equal(r.event.kind, HUB_JOINED);
	assert_string_equal(r.event_name, "alice");
	put(&r, 2, "L 小明");
	got(&r, 2, "OK");
	got(&r, 1, "小明 entered the chat room");
	silence(&r);
	assert_int_equal(hub_figures(r.hub).members, 2);
	assert_int_equal(hub_figures(r.hub).joined, 2);
	room_close(&r);
}

static void
a_name_must_be_free_and_well_formed(void **state)
{
	static const struct {
		const char	*line;
		enum hub_reason	 why;
	} rows[] = {
		{ "L alice", HUB_NAME_TAKEN },
		{ "L ALICE", HUB_NAME_TAKEN },
		{ "L ａｌｉｃｅ", HUB_NAME_TAKEN },
		{ "L ", HUB_NAME_MALFORMED },
		{ "L two words", HUB_NAME_MALFORMED },
		{ "L bob ", HUB_NAME_MALFORMED },
		{ "L bob\t", HUB_NAME_MALFORMED },
		{ "L \033[1mbob", HUB_NAME_MALFORMED },
		{ "L \342\200\256bob", HUB_NAME_MALFORMED },
		{ "L b\342\200\213ob", HUB_NAME_MALFORMED },
		{ "L ~bob", HUB_NAME_MALFORMED },
		{ "L @bob", HUB_NAME_MALFORMED },
		{ "L #bob", HUB_NAME_MALFORMED },
		{ "L /bob", HUB_NAME_MALFORMED },
		{ "L 012345678901234567890", HUB_NAME_MALFORMED },
		{ "L 中中中中中中中中中中中", HUB_NAME_MALFORMED },
		{ "L Admin", HUB_NAME_RESERVED },
		{ "L admin:", HUB_NAME_RESERVED },
		{ "L 管理员消息", HUB_NAME_RESERVED },
		/* Joining would read as bob saying so. */
		{ "L bob:", HUB_NAME_SIGN },
		/* Nor what the screens use as signs, and what looks like it,
		 * like the administrator, like ~bob, like alice. */
		{ "L ·", HUB_NAME_LETTER },
		{ "L →", HUB_NAME_LETTER },
		{ "L ▌", HUB_NAME_LETTER },
		{ "L ꞏ", HUB_NAME_LETTER },
		{ "L ∼bob", HUB_NAME_START },
		{ "L ˜bob", HUB_NAME_START },
		{ "L 管理员", HUB_NAME_RESERVED },
		{ "L Аdmin", HUB_NAME_RESERVED },
		{ "L Adm1n", HUB_NAME_RESERVED },
		{ "L аlice2", HUB_NAME_MIXED },
		{ "L a1ice", HUB_NAME_ALIKE },
		{ "L AIice", HUB_NAME_ALIKE }
	};
	struct room r;
	size_t i;

	(void)state;
	room_open(&r, usual());
	ask(&r, 1, "L alice", "OK");
	for (i = 0; i < LEN(rows); i++) {
		ask(&r, 2, rows[i].line, "FAIL");
		assert_int_equal(r.event.kind, HUB_REFUSED);
		assert_int_equal(r.event.reason, rows[i].why);
	}
	assert_int_equal(hub_figures(r.hub).members, 1);
	put(&r, 2, "L b:ob");
	got(&r, 2, "OK");
	got(&r, 1, "b:ob entered the chat room");
	room_close(&r);
}

static void
a_look_is_free_when_its_name_has_left(void **state)
{
	struct room r;

	(void)state;
	room_open(&r, usual());
	ask(&r, 1, "L rnary", "OK");
	ask(&r, 2, "L mary", "FAIL");
	assert_int_equal(r.event.reason, HUB_NAME_ALIKE);
	put(&r, 1, "Q rnary");
	ask(&r, 2, "L mary", "OK");
	ask(&r, 1, "L rnary", "FAIL");
	put(&r, 3, "L 😀");
	got(&r, 3, "OK");
	got(&r, 2, "😀 entered the chat room");
	silence(&r);
	room_close(&r);
}

static void
an_address_is_in_once(void **state)
{
	struct room r;

	(void)state;
	three(&r, usual());
	ask(&r, 1, "L alice", "FAIL");
	assert_int_equal(r.event.reason, HUB_ALREADY_IN);
	ask(&r, 1, "L other", "FAIL");
	ask(&r, 1, "L Admin", "FAIL");
	/* The same host and port by the other family's socket. */
	put_from(&r, "::ffff:127.0.0.1", 1, "L other", 7);
	got(&r, 1, "FAIL");
	room_close(&r);
}

static void
what_is_said_reaches_all_others(void **state)
{
	struct room r;

	(void)state;
	three(&r, usual());
	put(&r, 1, "C alice hello");
	got(&r, 2, "alice: hello");
	got(&r, 3, "alice: hello");
	silence(&r);
	put(&r, 2, "C hi");
	got(&r, 1, "bob: hi");
	got(&r, 3, "bob: hi");
	silence(&r);
	/* Who speaks is known by address. */
	put(&r, 2, "C alice I owe bob 10");
	got(&r, 1, "bob: alice I owe bob 10");
	got(&r, 3, "bob: alice I owe bob 10");
	silence(&r);
	assert_int_equal(hub_figures(r.hub).lines, 3);
	room_close(&r);
}

static void
what_cannot_be_said_is_refused_and_not_forwarded(void **state)
{
	char line[CLASSIC_BYTES];
	struct room r;

	(void)state;
	three(&r, usual());
	ask(&r, 9, "C hello", "FAIL");
	assert_int_equal(r.event.reason, HUB_NOT_IN);
	ask(&r, 9, "C alice hello", "FAIL");
	ask(&r, 1, "C ", "FAIL");
	ask(&r, 1, "C alice ", "FAIL");
	ask(&r, 1, "C \033", "FAIL");
	ask(&r, 1, "C \377", "FAIL");
	memset(line, 'x', sizeof(line));
	memcpy(line, "C ", 2);
	put_from(&r, "127.0.0.1", 1, line, 2 + TEXT_LINE_BYTES + 1);
	got(&r, 1, "FAIL");
	assert_int_equal(r.event.reason, HUB_TEXT);
	silence(&r);
	put_from(&r, "127.0.0.1", 1, line, 2 + TEXT_LINE_BYTES);
	assert_int_equal(r.sent_count, 2);
	assert_int_equal(r.sent[0].len, 7 + TEXT_LINE_BYTES);
	r.sent_count = 0;
	room_close(&r);
}

static void
leaving_takes_no_name_or_any(void **state)
{
	static const char *const ways[] = { "Q", "E", "Q alice", "E alice",
	    "Q somebody", "E bob" };
	struct room r;
	size_t i;

	(void)state;
	three(&r, usual());
	for (i = 0; i < LEN(ways); i++) {
		put(&r, 1, ways[i]);
		got(&r, 2, "alice left the chat room");
		got(&r, 3, "alice left the chat room");
		silence(&r);
		assert_int_equal(r.event.kind, HUB_LEFT);
		/* Gone, and no answer. */
		put(&r, 1, ways[i]);
		silence(&r);
		ask(&r, 1, "C hello", "FAIL");
		put(&r, 1, "L alice");
		got(&r, 1, "OK");
		got(&r, 2, "alice entered the chat room");
		got(&r, 3, "alice entered the chat room");
		silence(&r);
	}
	room_close(&r);
}

static void
anything_else_fails(void **state)
{
	struct room r;

	(void)state;
	three(&r, usual());
	ask(&r, 1, "", "FAIL");
	ask(&r, 9, "", "FAIL");
	ask(&r, 9, "hello", "FAIL");
	ask(&r, 9, "l alice", "FAIL");
	put_from(&r, "127.0.0.1", 9, "\0", 1);
	got(&r, 9, "FAIL");
	ask(&r, 9, "\xc0\x80", "FAIL");
	ask(&r, 9, "\xf7xxx", "FAIL");
	silence(&r);
	room_close(&r);
}

static void
reply_words_and_secure_datagrams_are_not_answered(void **state)
{
	static const char *const words[] = { "OK", "FAIL", "Y", "N", "OK\n",
	    "FAIL\r\n", "\xf8", "\xf9hello", "\xff\n" };
	struct room r;
	size_t i;

	(void)state;
	three(&r, usual());
	for (i = 0; i < LEN(words); i++) {
		put(&r, 1, words[i]);
		put(&r, 9, words[i]);
		silence(&r);
	}
	room_close(&r);
}

static void
answers_can_be_letters(void **state)
{
	struct hub_config config = usual();
	struct room r;

	(void)state;
	config.classic_yn = true;
	room_open(&r, config);
	ask(&r, 1, "L alice", "Y");
	ask(&r, 1, "L alice", "N");
	ask(&r, 2, "C hi\n", "N\n");
	room_close(&r);
}

static void
newlines_are_answered_with_newlines(void **state)
{
	struct room r;

	(void)state;
	room_open(&r, usual());
	ask(&r, 1, "L alice\n", "OK\n");
	ask(&r, 9, "nonsense\r\n", "FAIL\n");
	ask(&r, 9, "nonsense", "FAIL");
	put(&r, 2, "L bob");
	got(&r, 2, "OK");
	got(&r, 1, "bob entered the chat room\n");
	put(&r, 1, "C hi\n");
	got(&r, 2, "alice: hi");
	/* The latest datagram decides. */
	ask(&r, 1, "nonsense", "FAIL");
	put(&r, 2, "C hi\n");
	got(&r, 1, "bob: hi");
	put(&r, 1, "C hi");
	got(&r, 2, "alice: hi\n");
	room_close(&r);
}

static void
notices_speak_chinese_if_told(void **state)
{
	struct hub_config config = usual();
	struct room r;

	(void)state;
	config.lang = CLASSIC_ZH;
	room_open(&r, config);
	ask(&r, 1, "L alice", "OK");
	put(&r, 2, "L bob");
	got(&r, 2, "OK");
	got(&r, 1, "bob 进入了聊天室");
	put(&r, 2, "Q");
	got(&r, 1, "bob 退出了聊天室");
	assert_int_equal(hub_announce(r.hub, r.now_ms, 0, "停机", 6),
	    HUB_TEXT_OK);
	got(&r, 1, "管理员消息：停机");
	hub_close(r.hub, r.now_ms, 0, HUB_END_STOPPED);
	got(&r, 1, "管理员消息：服务器即将关闭");
	room_close(&r);
}

static void
announcements_reach_everybody_or_say_why_not(void **state)
{
	char longer[TEXT_LINE_BYTES + 1];
	struct room r;

	(void)state;
	three(&r, usual());
	assert_int_equal(hub_announce(r.hub, r.now_ms, 0, "back at \a5\r", 11),
	    HUB_TEXT_OK);
	got(&r, 1, "Admin: back at 5");
	got(&r, 2, "Admin: back at 5");
	got(&r, 3, "Admin: back at 5");
	memset(longer, 'x', sizeof(longer));
	assert_int_equal(hub_announce(r.hub, r.now_ms, 0, "", 0),
	    HUB_TEXT_EMPTY);
	assert_int_equal(hub_announce(r.hub, r.now_ms, 0, " \t", 2),
	    HUB_TEXT_EMPTY);
	assert_int_equal(hub_announce(r.hub, r.now_ms, 0, "\xff", 1),
	    HUB_TEXT_UTF8);
	assert_int_equal(hub_announce(r.hub, r.now_ms, 0, longer,
	    sizeof(longer)), HUB_TEXT_LONG);
	silence(&r);
	assert_int_equal(hub_announce(r.hub, r.now_ms, 0, longer,
	    TEXT_LINE_BYTES), HUB_TEXT_OK);
	assert_int_equal(r.sent_count, 3);
	r.sent_count = 0;
	hub_close(r.hub, r.now_ms, 0, HUB_END_STOPPED);
	got(&r, 1, "Admin: the server is shutting down");
	got(&r, 2, "Admin: the server is shutting down");
	got(&r, 3, "Admin: the server is shutting down");
	room_close(&r);
}

static void
who_vanished_is_seen_to_leave(void **state)
{
	union sock_addr gone = addr_of("::ffff:127.0.0.1", 2);
	struct room r;

	(void)state;
	three(&r, usual());
	hub_unreachable(r.hub, r.now_ms, 0, &gone);
	got(&r, 1, "bob left the chat room");
	got(&r, 3, "bob left the chat room");
	silence(&r);
	assert_int_equal(r.event.kind, HUB_VANISHED);
	hub_unreachable(r.hub, r.now_ms, 0, &gone);
	silence(&r);
	room_close(&r);
}

/* A laptop that sleeps is not gone; an address that somebody made up is. */
static void
who_was_only_made_up_leaves_where_no_way_leads(void **state)
{
	union sock_addr addr = addr_of("::ffff:127.0.0.1", 2);
	struct room r;

	(void)state;
	three(&r, usual());
	hub_no_way(r.hub, r.now_ms + 6000, 0, &addr);
	silence(&r);
	hub_no_way(r.hub, r.now_ms, 0, &addr);
	got(&r, 1, "bob left the chat room");
	got(&r, 3, "bob left the chat room");
	silence(&r);
	addr = addr_of("::ffff:127.0.0.1", 3);
	put(&r, 3, "C here");
	r.sent_count = 0;
	hub_no_way(r.hub, r.now_ms, 0, &addr);
	silence(&r);
	room_close(&r);
}

static void
who_is_silent_too_long_is_removed(void **state)
{
	struct hub_config config = usual();
	struct room r;

	(void)state;
	config.idle_ms = 10000;
	room_open(&r, config);
	assert_true(hub_tick(r.hub, r.now_ms, 0) == INT64_MAX);
	put(&r, 1, "L alice");
	r.now_ms += 3000;
	put(&r, 2, "L bob");
	r.sent_count = 0;
	assert_true(hub_tick(r.hub, r.now_ms, 0) == r.now_ms + 7000);
	/* Anything heard counts, also what is refused. */
	r.now_ms += 3000;
	ask(&r, 1, "nonsense", "FAIL");
	assert_true(hub_tick(r.hub, r.now_ms, 0) == r.now_ms + 7000);
	r.now_ms += 6999;
	assert_true(hub_tick(r.hub, r.now_ms, 0) == r.now_ms + 1);
	silence(&r);
	r.now_ms++;
	assert_true(hub_tick(r.hub, r.now_ms, 0) == r.now_ms + 3000);
	got(&r, 1, "bob left the chat room");
	assert_int_equal(r.event.kind, HUB_SILENT);
	r.now_ms += 3000;
	assert_true(hub_tick(r.hub, r.now_ms, 0) == INT64_MAX);
	assert_int_equal(hub_figures(r.hub).members, 0);
	room_close(&r);
}

static void
nobody_is_removed_where_idle_is_off(void **state)
{
	struct hub_config config = usual();
	struct room r;

	(void)state;
	config.idle_ms = 0;
	three(&r, config);
	assert_true(hub_tick(r.hub, INT64_MAX, 0) == INT64_MAX);
	assert_int_equal(hub_figures(r.hub).members, 3);
	room_close(&r);
}

/* Says a line until one is refused; returns how many were not. */
static unsigned int
flood(struct room *r, unsigned int port, unsigned int max)
{
	unsigned int n;

	for (n = 0; n < max; n++) {
		r->sent_count = 0;
		put(r, port, "C x");
		if (r->event.kind == HUB_REFUSED &&
		    r->event.reason == HUB_OVER_LIMIT) {
			r->event.kind = HUB_JOINED;
			got(r, port, "FAIL");
			silence(r);
			break;
		}
	}
	r->sent_count = 0;
	return n;
}

static void
who_speaks_too_fast_is_refused_for_a_while(void **state)
{
	struct room r;

	(void)state;
	three(&r, usual());
	assert_int_equal(flood(&r, 1, 100), 10);
	/* It is his limit alone. */
	assert_int_equal(flood(&r, 2, 100), 10);
	r.now_ms += 499;
	assert_int_equal(flood(&r, 1, 100), 0);
	r.now_ms += 1;
	assert_int_equal(flood(&r, 1, 100), 1);
	r.now_ms += 60000;
	assert_int_equal(flood(&r, 1, 100), 10);
	room_close(&r);
}

static void
leaving_is_no_way_around_the_limit(void **state)
{
	unsigned int i, joins = 0;
	struct room r;

	(void)state;
	three(&r, usual());
	assert_int_equal(flood(&r, 1, 100), 10);
	put(&r, 1, "Q");
	put(&r, 1, "L alice");
	r.sent_count = 0;
	assert_int_equal(flood(&r, 1, 100), 0);
	put(&r, 1, "Q");
	r.now_ms += 60000;
	/* Nor are joining and leaving themselves. */
	for (i = 0; i < 1000; i++) {
		put(&r, 4, "L dave");
		if (r.event.kind == HUB_JOINED)
			joins++;
		put(&r, 4, "Q");
		r.sent_count = 0;
	}
	assert_int_equal(joins, 20);
	room_close(&r);
}

static void
the_rate_can_be_set_or_off(void **state)
{
	struct hub_config config = usual();
	struct room r;

	(void)state;
	config.rate = 1;
	three(&r, config);
	assert_int_equal(flood(&r, 1, 100), 5);
	room_close(&r);
	config.rate = 0;
	three(&r, config);
	assert_int_equal(flood(&r, 1, 5000), 5000);
	room_close(&r);
	config.rate = HUB_RATE_MAX;
	three(&r, config);
	assert_int_equal(flood(&r, 1, 5000), 5000);
	room_close(&r);
}

static void
a_limit_counts_bytes_too(void **state)
{
	struct limit l = { 0 };

	(void)state;
	assert_true(limit_take(&l, 1000, 16000, 16384, 16384));
	assert_false(limit_take(&l, 1000, 1000, 16384, 16384));
	assert_true(limit_take(&l, 1000, 384, 16384, 16384));
	assert_false(limit_take(&l, 1030, 1000, 16384, 16384));
	assert_true(limit_take(&l, 1100, 1000, 16384, 16384));
	/* A clock that starts late or jumps far gives one burst, no more. */
	assert_true(limit_take(&l, 1000000000, 16384, 16384, 16384));
	assert_false(limit_take(&l, 1000000000, 1, 16384, 16384));
}

static void
strangers_are_heard_by_policy(void **state)
{
	static const struct {
		const char	*ip;
		bool		 local;
	} rows[] = {
		{ "127.3.2.1", true }, { "::1", true }, { "10.1.2.3", true },
		{ "198.51.100.64", true }, { "198.51.100.127", true },
		{ "2001:db8:7::9", true }, { "fe80::1", true },
		{ "::ffff:10.1.2.3", true },
		/* Private, but no network of this machine. */
		{ "10.2.0.1", false }, { "192.168.1.1", false },
		{ "fd00::1", false }, { "::ffff:192.168.1.1", false },
		{ "198.51.100.63", false }, { "198.51.100.128", false },
		{ "8.8.8.8", false }, { "2001:db8:8::1", false }
	};
	struct hub_config config = usual();
	struct nets nets = { .count = 0 };
	union sock_addr a;
	struct room r;
	size_t i;

	(void)state;
	a = addr_of("10.1.0.7", 0);
	assert_true(nets_add(&nets, &a, 16));
	a = addr_of("198.51.100.65", 0);
	assert_true(nets_add(&nets, &a, 26));
	a = addr_of("2001:db8:7::1", 0);
	assert_true(nets_add(&nets, &a, 48));
	a = addr_of("fe80::5", 0);
	assert_true(nets_add(&nets, &a, 64));
	config.local = &nets;
	for (i = 0; i < LEN(rows); i++) {
		config.classic = HUB_CLASSIC_LOCAL;
		room_open(&r, config);
		put_from(&r, rows[i].ip, 7, "L alice", 7);
		assert_int_equal(r.sent_count, rows[i].local);
		if (!rows[i].local) {
			assert_int_equal(r.event.reason, HUB_OUTSIDE);
			assert_int_equal(hub_figures(r.hub).ignored, 1);
		}
		r.sent_count = 0;
		room_close(&r);

		config.classic = HUB_CLASSIC_ANY;
		room_open(&r, config);
		put_from(&r, rows[i].ip, 7, "L alice", 7);
		assert_true(take(&r, rows[i].ip, 7, "OK"));
		room_close(&r);

		config.classic = HUB_CLASSIC_OFF;
		room_open(&r, config);
		put_from(&r, rows[i].ip, 7, "L alice", 7);
		assert_int_equal(hub_figures(r.hub).members, 0);
		room_close(&r);
	}
}

static void
a_stranger_gets_at_most_three_times_what_it_sent(void **state)
{
	struct hub_config config = usual();
	struct room r;

	(void)state;
	config.classic = HUB_CLASSIC_ANY;
	room_open(&r, config);
	/* Not logged in: datagram by datagram. */
	put_from(&r, stranger, 7, "", 0);
	put_from(&r, stranger, 7, "x", 1);
	silence(&r);
	assert_int_equal(hub_figures(r.hub).withheld, 2);
	put_from(&r, stranger, 7, "xx", 2);
	assert_true(take(&r, stranger, 7, "FAIL"));
	/* 7 bytes earn 21; OK costs 2, a notice of 26 is too much. */
	put_from(&r, stranger, 7, "L alice", 7);
	assert_true(take(&r, stranger, 7, "OK"));
	ask(&r, 2, "L bob", "OK");
	/* 19 left, and 12 of "bob: 1234567". */
	ask(&r, 2, "C ", "FAIL");
	put(&r, 2, "C 1234567");
	assert_true(take(&r, stranger, 7, "bob: 1234567"));
	put(&r, 2, "C 123");
	silence(&r);
	put(&r, 2, "C 12");
	assert_true(take(&r, stranger, 7, "bob: 12"));
	put(&r, 2, "C 1");
	silence(&r);
	/* What it says earns more. */
	put_from(&r, stranger, 7, "C hello", 7);
	got(&r, 2, "alice: hello");
	put(&r, 2, "C 1");
	assert_true(take(&r, stranger, 7, "bob: 1"));
	room_close(&r);
}

/* From one port after the other. */
static void
names_are_not_looked_at_without_end(void **state)
{
	unsigned int i;
	struct room r;

	(void)state;
	room_open(&r, usual());
	for (i = 0; i <= PORCH_HERE_BURST; i++) {
		r.sent_count = 0;
		ask(&r, 1000 + i, "L Admin", "FAIL");
		if (r.event.reason == HUB_OVER_LIMIT)
			break;
	}
	assert_int_equal(i, PORCH_HERE_BURST);
	r.now_ms += 1000;
	r.sent_count = 0;
	put(&r, 1, "L alice");
	got(&r, 1, "OK");
	room_close(&r);
}

/* One alone does not fill it. */
static const char *
host_of(unsigned i)
{
	return i < CLASSIC_PEERS_SHARE ? "127.0.0.1" : "127.0.0.2";
}

static void
a_full_room_refuses_and_has_room_again(void **state)
{
	struct hub_config config = usual();
	char name[32];
	unsigned int i;
	struct room r;

	(void)state;
	room_open(&r, config);
	for (i = 0; i < CLASSIC_PEERS_MAX; i++) {
		r.sent_count = 0;
		snprintf(name, sizeof(name), "L user%u", i);
		put_from(&r, host_of(i), 1000 + i, name, strlen(name));
		assert_int_equal(r.event.kind, HUB_JOINED);
		/* Who is heard again keeps his place. */
		put_from(&r, host_of(i), 1000 + i, "OK", 2);
	}
	assert_int_equal(hub_figures(r.hub).members, CLASSIC_PEERS_MAX);
	r.sent_count = 0;
	ask(&r, 1, "L alice", "FAIL");
	assert_int_equal(r.event.reason, HUB_FULL);
	put(&r, 1000, "Q");
	r.sent_count = 0;
	put(&r, 1, "L alice");
	got(&r, 1, "OK");
	r.sent_count = 0;
	for (i = 1; i < CLASSIC_PEERS_MAX; i++) {
		put_from(&r, host_of(i), 1000 + i, "Q", 1);
		r.sent_count = 0;
	}
	assert_int_equal(hub_figures(r.hub).members, 1);
	room_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_joins_gets_ok_and_the_others_a_notice),
		cmocka_unit_test(a_name_must_be_free_and_well_formed),
		cmocka_unit_test(a_look_is_free_when_its_name_has_left),
		cmocka_unit_test(an_address_is_in_once),
		cmocka_unit_test(what_is_said_reaches_all_others),
		cmocka_unit_test(
		    what_cannot_be_said_is_refused_and_not_forwarded),
		cmocka_unit_test(leaving_takes_no_name_or_any),
		cmocka_unit_test(anything_else_fails),
		cmocka_unit_test(
		    reply_words_and_secure_datagrams_are_not_answered),
		cmocka_unit_test(answers_can_be_letters),
		cmocka_unit_test(newlines_are_answered_with_newlines),
		cmocka_unit_test(notices_speak_chinese_if_told),
		cmocka_unit_test(announcements_reach_everybody_or_say_why_not),
		cmocka_unit_test(who_vanished_is_seen_to_leave),
		cmocka_unit_test(who_was_only_made_up_leaves_where_no_way_leads),
		cmocka_unit_test(who_is_silent_too_long_is_removed),
		cmocka_unit_test(nobody_is_removed_where_idle_is_off),
		cmocka_unit_test(who_speaks_too_fast_is_refused_for_a_while),
		cmocka_unit_test(leaving_is_no_way_around_the_limit),
		cmocka_unit_test(the_rate_can_be_set_or_off),
		cmocka_unit_test(a_limit_counts_bytes_too),
		cmocka_unit_test(strangers_are_heard_by_policy),
		cmocka_unit_test(
		    a_stranger_gets_at_most_three_times_what_it_sent),
		cmocka_unit_test(names_are_not_looked_at_without_end),
		cmocka_unit_test(a_full_room_refuses_and_has_room_again)
	};

	return tests_run(tests, NULL, NULL);
}
