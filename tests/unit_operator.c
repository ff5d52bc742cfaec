/*
 * What the operator's requests do to a real room on a disk in memory.
 */
#include "server/operator.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/fingerprint.h"
#include "common/plain_line.h"
#include "common/text.h"
#include "server/control.h"
#include "server/hub.h"
#include "server/net.h"
#include "server/reply.h"
#include "server/room/bans.h"
#include "server/room/log.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tests/with_hub.h"
#include "tests/with_log.h"

static struct {
	struct memdisk	*mem;
	struct disk	 disk;
	struct log	*log;
	struct bans	*bans;
	struct hub	*hub;
	int64_t		 now_ms;
	char		 sent[2048];	/* the last datagram */
	struct reply	 answer;
} room;

static const int64_t wall_ms = INT64_C(1800000000123);
static int64_t wall_now;

static void
on_send(void *arg, const union sock_addr *to, const void *data, size_t len)
{
	(void)arg;
	(void)to;
	assert_true(len < sizeof(room.sent));
	memcpy(room.sent, data, len);
	room.sent[len] = '\0';
}

static void
on_random(void *arg, void *dst, size_t len)
{
	(void)arg;
	memset(dst, 7, len);
}

/* Alice, by key, was here when the server ended; bob is not verified. */
static void
leave_alice(void)
{
	struct entry join = { .kind = ENTRY_JOIN, .time_ms = wall_ms,
	    .author = "Alice", .author_len = 5 };

	assert_true(log_put(room.log, room.now_ms, wall_ms, &join, 1));
}

static void
hear(const void *data, size_t len)
{
	union sock_addr from = { .in4 = { .sin_family = AF_INET,
	    .sin_port = htons(1) } };

	from.in4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	hub_input(room.hub, room.now_ms, wall_now, &from, data, len);
	hub_tick(room.hub, room.now_ms, wall_now);
}

static void
open_log(void)
{
	struct log_config lc = { .disk = &room.disk, .dir = "/d",
	    .sync = LOG_SYNC_NONE, .segment_bytes = JOURNAL_SEGMENT_BYTES };
	uint8_t id[JOURNAL_ID] = { 1 };
	struct journal_why why;

	room.log = log_open(&lc, wall_ms, id, &why);
	assert_non_null(room.log);
}

static int
room_open(void **state)
{
	struct hub_out out = hub_out_of(on_send, on_random, NULL);
	struct hub_config config = { .classic = HUB_CLASSIC_LOCAL,
	    .seed = 42, .gate = { .room = "chat" } };
	struct journal_why why;

	(void)state;
	memset(&room, 0, sizeof(room));
	room.now_ms = 5000000;
	wall_now = wall_ms;
	room.mem = memdisk_new();
	room.disk = memdisk_disk(room.mem);
	assert_int_equal(room.disk.make_dir(room.disk.arg, "/d"), 0);
	open_log();
	leave_alice();
	log_close(room.log);
	open_log();
	room.bans = bans_open(&room.disk, "/d", &why);
	assert_non_null(room.bans);
	config.bans = room.bans;
	room.hub = hub_new(&config, room.log, room.now_ms, wall_ms, &out);
	assert_non_null(room.hub);
	hub_tick(room.hub, room.now_ms, wall_ms);
	hear("L b\\ob", 6);
	assert_string_equal(room.sent, "OK");
	return 0;
}

static int
room_close(void **state)
{
	(void)state;
	free(room.answer.text);
	hub_free(room.hub);
	bans_close(room.bans);
	log_close(room.log);
	memdisk_free(room.mem);
	return 0;
}

/* The answer as a string, good until the next. */
static const char *
ask(const char *request)
{
	struct net_figures net = { .received = 11, .sent = 22, .lost = 33,
	    .queued_bytes = 44 };
	struct operator operator = { room.hub, room.log, room.bans, room.now_ms,
	    wall_now, &net, "a \"lab\"", room.now_ms - 90500, 1 << 20,
	    sock_addr_text, NULL, NULL, 0 };

	free(room.answer.text);
	memset(&room.answer, 0, sizeof(room.answer));
	operator_ask(&operator, request, &room.answer);
	hub_tick(room.hub, room.now_ms, wall_now);
	assert_true(room.answer.len <= REPLY_BYTES);
	room.answer.text = realloc(room.answer.text, room.answer.len + 1);
	assert_non_null(room.answer.text);
	room.answer.text[room.answer.len] = '\0';
	assert_int_equal(strlen(room.answer.text), room.answer.len);
	return room.answer.text;
}

/* One line that says what is wrong, fit for a terminal. */
static void
assert_says_no(const char *request, const char *kind, const char *word)
{
	const char *answer = ask(request);
	size_t len = strlen(answer);

	assert_memory_equal(answer, kind, strlen(kind));
	assert_non_null(strstr(answer, word));
	assert_ptr_equal(strchr(answer, '\n'), answer + len - 1);
	assert_null(strpbrk(answer, "\033\t\r"));
	assert_true(text_valid(answer, len));
}

/* The server would, if things were otherwise. */
static void
assert_refused(const char *request, const char *word)
{
	assert_says_no(request, "error: ", word);
}

/* No server would. */
static void
assert_misused(const char *request, const char *word)
{
	assert_says_no(request, "usage: ", word);
}

/* The request is its word and len times a letter. */
static const char *
stretch(const char *word, size_t len)
{
	static char request[CONTROL_REQUEST];
	size_t at = strlen(word);

	assert_true(at + len < sizeof(request));
	memcpy(request, word, at);
	memset(request + at, 'x', len);
	request[at + len] = '\0';
	return request;
}

static void
an_announcement_reaches_everybody_or_is_refused(void **state)
{
	uint64_t head = log_head(room.log).seq;

	(void)state;
	assert_string_equal(ask("announce back at  5"),
	    "ok\nannounced to the 2 here\n");
	assert_string_equal(room.sent, "Admin: back at  5");
	assert_int_equal(log_head(room.log).seq, head + 1);
	assert_string_equal(ask(stretch("announce ", TEXT_LINE_BYTES)),
	    "ok\nannounced to the 2 here\n");
	assert_misused(stretch("announce ", TEXT_LINE_BYTES + 1), "1024");
	assert_misused("announce", "nothing");
	assert_misused("announce  ", "nothing");
	assert_misused("announce \xff", "UTF-8");
	memdisk_limit(room.mem, 0);
	assert_refused("announce no room", "log");
	assert_int_equal(log_head(room.log).seq, head + 2);
}

static void
names_tell_who_is_here_and_how(void **state)
{
	(void)state;
	assert_string_equal(ask("names"), "ok\nAlice\taway\n~b\\\\ob\n");
	hear("Q", 1);
	assert_string_equal(ask("names"), "ok\nAlice\taway\n");
}

static void
who_is_here_is_told_with_key_address_and_times(void **state)
{
	const uint8_t key[NOISE_KEY] = { 5 }, other[NOISE_KEY] = { 6 };
	char fingerprint[FINGERPRINT_TEXT], want[256];

	(void)state;
	assert_true(log_give(room.log, room.now_ms, wall_ms, "alice", key));
	assert_true(log_give(room.log, room.now_ms, wall_ms, "dora", other));
	fingerprint_text(fingerprint, key);
	snprintf(want, sizeof(want), "ok\n"
	    "Alice\t%s\t-\t2027-01-15T08:00:00Z\t0\n"
	    "~b\\\\ob\t-\t127.0.0.1:1\t2027-01-15T08:00:00Z\t0\n",
	    fingerprint);
	assert_string_equal(ask("names -l"), want);
	snprintf(want, sizeof(want), "ok\nAlice\t%s\t-\t"
	    "2027-01-15T08:00:00Z\t0\n", fingerprint);
	assert_string_equal(ask("whois ALICE"), want);
	/* He said something a while after he came, and that is a while ago. */
	wall_now += 5000;
	hear("C hello", 7);
	wall_now += 61000;
	assert_string_equal(ask("whois ~b\\ob"), "ok\n~b\\\\ob\t-\t"
	    "127.0.0.1:1\t2027-01-15T08:00:00Z\t61\n");
	snprintf(want, sizeof(want), "ok\ndora\t%s\t-\t-\t-\n",
	    fingerprint_text(fingerprint, other));
	assert_string_equal(ask("whois dora"), want);
	assert_refused("whois eve", "eve");
	assert_misused("whois", "no name");
	assert_misused("names -a", "-l");
}

static void
a_kick_puts_out_whoever_has_the_name(void **state)
{
	(void)state;
	assert_string_equal(ask("kick ALICE was asleep"),
	    "ok\nkicked: Alice\n");
	/* The act is told, not that somebody left with some reason. */
	assert_non_null(strstr(ask("log 2"),
	    "\trule\t\tkick Alice: was asleep\n"));
	assert_non_null(strstr(ask("log 1"), "\tleave\tAlice\t\n"));
	assert_string_equal(ask("names"), "ok\n~b\\\\ob\n");
	assert_string_equal(ask("kick b\\ob"), "ok\nkicked: b\\\\ob\n");
	assert_string_equal(ask("names"), "ok\n");
	assert_refused("kick Alice", "Alice");
}

static void
a_kick_of_nobody_changes_nothing(void **state)
{
	uint64_t head = log_head(room.log).seq;

	(void)state;
	assert_misused("kick", "no name");
	assert_misused("kick  Alice", "no name");
	assert_refused("kick al\033[31mice", "\\x1B");
	assert_refused("kick \xff\xfe", "\\xFF");
	assert_misused(stretch("kick ", 4000), "xxx");
	assert_misused("kick Alice \xff", "UTF-8");
	assert_misused(stretch("kick Alice ", 257), "256");
	assert_int_equal(log_head(room.log).seq, head);
	assert_string_equal(ask(stretch("kick Alice ", 256)),
	    "ok\nkicked: Alice\n");
}

static void
a_ban_puts_out_and_keeps_out(void **state)
{
	const uint8_t key[NOISE_KEY] = { 5 };
	char fingerprint[FINGERPRINT_TEXT], request[CONTROL_REQUEST];
	char answer[CONTROL_REQUEST];

	(void)state;
	assert_string_equal(ask("ban"), "ok\n");
	assert_string_equal(ask("ban B\\OB"),
	    "ok\nbanned: name b\\\\ob for ever\n");
	assert_non_null(strstr(ask("log 2"), "\trule\t\tban ~b\\\\ob\n"));
	assert_non_null(strstr(ask("log 1"), "\tleave\t~b\\\\ob\t\n"));
	hear("L b\\ob", 6);
	assert_string_equal(room.sent, "FAIL");
	assert_non_null(strstr(ask("stats"), "\nrefused_banned 1\n"));
	hear("L carl", 6);
	assert_string_equal(room.sent, "OK");
	/* Where he is, whatever he is called; those of others stay. */
	assert_string_equal(ask("ban 127.0.0.1 90s"),
	    "ok\nbanned: address 127.0.0.1 until "
	    "2027-01-15T08:01:30Z\nput out: ~carl\n");
	hear("L dora", 6);
	assert_string_equal(room.sent, "FAIL");
	assert_string_equal(ask("names"), "ok\nAlice\taway\n");
	/* Alice was here when the server ended; her name has her key. */
	assert_true(log_give(room.log, room.now_ms, wall_ms, "alice", key));
	snprintf(answer, sizeof(answer), "ok\nbanned: key %s (Alice) until "
	    "2027-01-17T08:00:00Z\n", fingerprint_text(fingerprint, key));
	assert_string_equal(ask("ban ALICE 2d"), answer);
	assert_string_equal(ask("names"), "ok\n");
	snprintf(request, sizeof(request), "ok\nb\\\\ob\n127.0.0.1\tuntil "
	    "2027-01-15T08:01:30Z\n%s\tuntil 2027-01-17T08:00:00Z\talice\n",
	    fingerprint);
	assert_string_equal(ask("ban"), request);
	assert_string_equal(ask("unban 127.0.0.1"),
	    "ok\nlifted: address 127.0.0.1\n");
	hear("L dora", 6);
	assert_string_equal(room.sent, "OK");
	assert_string_equal(ask("unban b\\ob"),
	    "ok\nlifted: name b\\\\ob\n");
	assert_refused("unban b\\ob", "not banned");
	snprintf(answer, sizeof(answer), "ok\nlifted: key %s (alice)\n",
	    fingerprint);
	assert_string_equal(ask("unban alice"), answer);
	assert_string_equal(ask("ban"), "ok\n");
}

static void
no_address_gets_into_the_log(void **state)
{
	(void)state;
	/* The operator is told whom it met. */
	assert_string_equal(ask("ban 127.0.0.0/8 1h"), "ok\nbanned: network "
	    "127.0.0.0/8 until 2027-01-15T09:00:00Z\nput out: ~b\\\\ob\n");
	/* And so are all: what was done, not to which, and whom it met. */
	assert_non_null(strstr(ask("log 3"), "\trule\t\tban (network) 1h\n"));
	assert_non_null(strstr(ask("log 2"), "\trule\t\tban ~b\\\\ob 1h\n"));
	ask("unban 127.0.0.0/8");
	assert_non_null(strstr(ask("log 1"), "\trule\t\tunban\n"));
	assert_null(strstr(ask("log 100"), "127"));
	assert_string_equal(ask("names"), "ok\nAlice\taway\n");
}

static void
an_act_that_changes_nothing_is_told_to_nobody_else(void **state)
{
	const uint8_t key[NOISE_KEY] = { 5 };
	char fingerprint[FINGERPRINT_TEXT], want[512];
	uint64_t head;

	(void)state;
	assert_true(log_give(room.log, room.now_ms, wall_ms, "alice", key));
	fingerprint_text(fingerprint, key);
	ask("mute alice");
	ask("allow alice");
	ask("ban 10.0.0.0/8");
	ask("ban b\\ob");
	head = log_head(room.log).seq;
	snprintf(want, sizeof(want), "ok\nmuted already: Alice (key %s) for "
	    "ever\n", fingerprint);
	assert_string_equal(ask("mute alice"), want);
	snprintf(want, sizeof(want), "ok\nallowed already: Alice (key %s)\n",
	    fingerprint);
	assert_string_equal(ask("allow alice"), want);
	assert_string_equal(ask("ban 10.0.0.0/8"),
	    "ok\nbanned already: network 10.0.0.0/8 for ever\n");
	ask("ban alice");
	head++;
	head++;		/* and out she is */
	snprintf(want, sizeof(want), "ok\nbanned already: key %s (alice) for "
	    "ever\n", fingerprint);
	assert_string_equal(ask("ban alice"), want);
	assert_int_equal(log_head(room.log).seq, head);
	/* Another time, another reason are news. */
	assert_non_null(strstr(ask("ban 10.0.0.0/8 1d"), "\nbanned: "));
	assert_non_null(strstr(ask("mute alice 1h"), "\nmuted: "));
	assert_non_null(strstr(ask("mute alice 1h why"), "\nmuted: "));
	assert_int_equal(log_head(room.log).seq, head + 3);
}

static void
a_key_is_shown_with_the_name_that_it_has(void **state)
{
	const uint8_t key[NOISE_KEY] = { 5 }, other[NOISE_KEY] = { 6 };
	char fingerprint[FINGERPRINT_TEXT], nameless[FINGERPRINT_TEXT];
	char request[128], want[512];

	(void)state;
	assert_true(log_give(room.log, room.now_ms, wall_ms, "olga", key));
	fingerprint_text(fingerprint, key);
	fingerprint_text(nameless, other);
	snprintf(request, sizeof(request), "allow %s", fingerprint);
	snprintf(want, sizeof(want), "ok\nallowed: olga (key %s)\n",
	    fingerprint);
	assert_string_equal(ask(request), want);
	snprintf(request, sizeof(request), "allow %s", nameless);
	snprintf(want, sizeof(want), "ok\nallowed: key %s\n", nameless);
	assert_string_equal(ask(request), want);
	snprintf(want, sizeof(want), "ok\n%s\tolga\n%s\t\n", fingerprint,
	    nameless);
	assert_string_equal(ask("allow"), want);
	snprintf(request, sizeof(request), "ban %s", fingerprint);
	snprintf(want, sizeof(want), "ok\nbanned: key %s (olga) for ever\n",
	    fingerprint);
	assert_string_equal(ask(request), want);
	snprintf(request, sizeof(request), "ban %s", nameless);
	ask(request);
	snprintf(want, sizeof(want), "ok\n%s\t-\tolga\n%s\n", fingerprint,
	    nameless);
	assert_string_equal(ask("ban"), want);
	/* A slip in one is no name. */
	assert_misused("allow SHA256:zzz", "SHA256:zzz is no key");
	assert_misused("ban SHA256:zzz", "no key");
	assert_misused("mute SHA256:zzz", "no key");
}

static void
a_name_of_before_is_told_with_that_of_now(void **state)
{
	const uint8_t key[NOISE_KEY] = { 5 };
	char fingerprint[FINGERPRINT_TEXT], want[512];

	(void)state;
	assert_true(log_give(room.log, room.now_ms, wall_ms, "alice", key));
	assert_true(log_give(room.log, room.now_ms, wall_ms, "olga", key));
	fingerprint_text(fingerprint, key);
	snprintf(want, sizeof(want), "ok\nmuted: Alice, who was Olga (key %s) "
	    "for ever\n", fingerprint);
	assert_string_equal(ask("mute Olga"), want);
	assert_non_null(strstr(ask("log 1"), "\trule\t\tmute Alice =SHA256:"));
	assert_int_equal(strncmp(ask("whois Olga"), "ok\nAlice\tSHA256:", 16),
	    0);
	snprintf(want, sizeof(want), "ok\nbanned: key %s (Alice, who was olga) "
	    "for ever\n", fingerprint);
	assert_string_equal(ask("ban olga"), want);
	assert_non_null(strstr(ask("log 2"), "\trule\t\tban Alice =SHA256:"));
}

static void
who_had_another_name_is_kicked_by_it(void **state)
{
	const uint8_t key[NOISE_KEY] = { 5 };

	(void)state;
	assert_true(log_give(room.log, room.now_ms, wall_ms, "alice", key));
	assert_true(log_give(room.log, room.now_ms, wall_ms, "olga", key));
	assert_string_equal(ask("kick olga"),
	    "ok\nkicked: Alice, who was olga\n");
	assert_string_equal(ask("names"), "ok\n~b\\\\ob\n");
}

static void
a_refused_rename_is_not_in_the_log(void **state)
{
	struct entry e[3] = {
		{ .time_ms = wall_ms, .kind = ENTRY_ANNOUNCE, .text = "one",
		    .text_len = 3 },
		{ .time_ms = wall_ms, .kind = ENTRY_RENAME,
		    .flags = ENTRY_QUIET, .author = "Alice", .author_len = 5,
		    .text = "Alice", .text_len = 5 },
		{ .time_ms = wall_ms, .kind = ENTRY_RENAME, .author = "Alice",
		    .author_len = 5, .text = "Bea", .text_len = 3 }
	};
	const char *answer;

	(void)state;
	assert_true(log_put(room.log, room.now_ms, wall_ms, e, 3));
	answer = ask("log 2");
	assert_null(strstr(answer, "\trename\tAlice\tAlice\n"));
	assert_non_null(strstr(answer, "\trename\tAlice\tBea\n"));
	assert_non_null(strstr(answer, "\tannounce\t\tone\n"));
}

static void
who_is_muted_without_a_key_is_silent_by_name_and_place(void **state)
{
	(void)state;
	assert_string_equal(ask("mute b\\ob 60s too loud"), "ok\n"
	    "muted: ~b\\\\ob until 2027-01-15T08:01:00Z\n");
	assert_non_null(strstr(ask("log 1"),
	    "\trule\t\tmute ~b\\\\ob 1m: too loud\n"));
	hear("C hello", 7);
	assert_string_equal(room.sent, "FAIL");
	/* Another name is no way out. */
	hear("Q", 1);
	hear("L carl", 6);
	hear("C hello", 7);
	assert_string_equal(room.sent, "FAIL");
	assert_non_null(strstr(ask("stats"), "\nrefused_muted 2\n"));
	wall_now += 60000;
	*room.sent = '\0';
	hear("C hello", 7);
	assert_string_equal(room.sent, "");
	assert_non_null(strstr(ask("log 1"), "\tsay\t~carl\thello\n"));
	assert_string_equal(ask("mute carl"), "ok\nmuted: ~carl for ever\n");
	hear("C hello", 7);
	assert_string_equal(room.sent, "FAIL");
	assert_string_equal(ask("unmute ~carl"),
	    "ok\nnot muted any more: ~carl\n");
	*room.sent = '\0';
	hear("C hello", 7);
	assert_string_equal(room.sent, "");
}

static void
what_cannot_be_muted_is_refused(void **state)
{
	uint64_t head = log_head(room.log).seq;

	(void)state;
	assert_misused("mute", "name");
	assert_refused("mute eve", "eve");
	assert_misused("mute b\\ob soon", "soon");
	assert_misused("mute b\\ob 1m \xff", "UTF-8");
	assert_refused("mute 127.0.0.1", "127.0.0.1");
	assert_misused(stretch("mute b\\ob 1m ", 257), "256");
	assert_string_equal(ask("unmute b\\ob"), "ok\nnot muted: ~b\\\\ob\n");
	assert_misused("unmute", "name");
	assert_int_equal(log_head(room.log).seq, head);
	memdisk_limit(room.mem, 0);
	assert_refused("mute b\\ob", "log");
}

static void
a_closed_room_has_its_words(void **state)
{
	const uint8_t key[NOISE_KEY] = { 5 };
	char fingerprint[FINGERPRINT_TEXT], want[256];

	(void)state;
	assert_true(log_give(room.log, room.now_ms, wall_ms, "alice", key));
	fingerprint_text(fingerprint, key);
	assert_string_equal(ask("open"), "ok\nthe room is open already\n");
	snprintf(want, sizeof(want), "ok\nnot allowed: Alice (key %s)\n",
	    fingerprint);
	assert_string_equal(ask("disallow alice"), want);
	assert_refused("allow b\\ob", "no key");
	assert_refused("allow eve", "eve");
	assert_misused("disallow", "name");
	assert_misused("close now", "nothing");
	assert_string_equal(ask("allow"), "ok\n");
	assert_string_equal(ask("close"),
	    "ok\nclosed; allowed with it, of those who are here: 1\n");
	assert_string_equal(ask("close"), "ok\nthe room is closed already\n");
	snprintf(want, sizeof(want), "ok\n%s\tAlice\n", fingerprint);
	assert_string_equal(ask("allow"), want);
	assert_string_equal(ask("names"), "ok\nAlice\taway\n");
	*room.sent = '\0';
	hear("L b\\ob", 6);
	assert_string_equal(room.sent, "");
	snprintf(want, sizeof(want), "ok\nnot allowed any more: Alice "
	    "(key %s)\n", fingerprint);
	assert_string_equal(ask("disallow ALICE"), want);
	assert_string_equal(ask("names"), "ok\n");
	assert_string_equal(ask("open"), "ok\nopen: everybody may enter "
	    "again\n");
	hear("L b\\ob", 6);
	assert_string_equal(room.sent, "OK");
}

static void
what_cannot_be_banned_is_refused(void **state)
{
	(void)state;
	assert_refused("ban ~bob", "~bob");
	assert_refused("ban bob", "nobody owns");
	assert_misused("ban 10.1.0.0/8", "10.0.0.0/8");
	assert_misused("ban 10.0.0.0/33", "10.0.0.0/33");
	assert_string_equal(ask("ban 0.0.0.0/0"), "usage: 0.0.0.0/0 is "
	    "everybody: to let in only some, close the room\n");
	assert_memory_equal(ask("ban ::/0 1h"), "usage: ::/0 ", 12);
	assert_memory_equal(ask("ban ::ffff:0:0/96"), "usage: ", 7);
	assert_refused("unban ::/0", "not banned");
	assert_misused("ban  bob", "name");
	assert_misused("ban bob tomorrow", "tomorrow");
	assert_misused("ban bob 0s", "0s");
	assert_misused("ban bob ", "time");
	assert_misused("ban bob 1d 2d", "1d 2d");
	assert_misused("ban \xff\033", "\\x1B");
	assert_misused("unban", "name");
	assert_misused(stretch("ban ", 4000), "xxx");
	memdisk_limit(room.mem, memdisk_bytes(room.mem));
	assert_refused("ban 10.0.0.0/8", "bans");
	assert_string_equal(ask("ban"), "ok\n");
}

static void
a_released_name_is_free(void **state)
{
	const uint8_t key[NOISE_KEY] = { 5 };

	(void)state;
	assert_true(log_give(room.log, room.now_ms, wall_ms, "carol", key));
	assert_refused("release caro", "caro");
	assert_string_equal(ask("release CAROL"),
	    "ok\nreleased: CAROL\n");
	assert_null(log_lease_owner(room.log, wall_ms, "carol"));
	assert_refused("release carol", "carol");
	assert_refused("release", "");
	assert_refused("release a\rb", "a");
	assert_refused(stretch("release ", 4000), "xxx");
}

/* The figure of this name in the answer to stats; -1: none. */
static long long
figure(const char *stats, const char *name)
{
	char line[80];
	const char *at;

	snprintf(line, sizeof(line), "\n%s ", name);
	at = strstr(stats, line);
	if (at == NULL)
		return -1;
	assert_null(strstr(at + 1, line));
	return strtoll(at + strlen(line), NULL, 10);
}

static void
stats_count_what_came(void **state)
{
	static const char *const refusals[] = { "refused_outside",
	    "refused_malformed_line", "refused_name_malformed",
	    "refused_name_reserved", "refused_name_letter",
	    "refused_name_start", "refused_name_sign", "refused_name_mixed",
	    "refused_name_alike", "refused_name_many",
	    "refused_name_taken",
	    "refused_name_owned", "refused_already_in", "refused_full",
	    "refused_crowded",
	    "refused_not_in", "refused_text", "refused_over_limit",
	    "refused_no_space", "refused_banned", "refused_rekeyed",
	    "refused_closed",
	    "refused_muted", "cookies", "dropped_unknown_session",
	    "dropped_malformed", "dropped_too_many", "dropped_forged",
	    "dropped_replayed", "dropped_bad_frame" };
	const size_t n = sizeof(refusals) / sizeof(refusals[0]);
	const char *stats;
	size_t i;

	(void)state;
	/* All but HUB_FINE: whoever adds a reason names its figure. */
	assert_int_equal(n, HUB_REASONS - 1);
	stats = ask("stats");
	for (i = 0; i < n; i++)
		assert_int_equal(figure(stats, refusals[i]), 0);
	hear("\xfc short", 7);
	hear("L b\\ob", 6);
	hear("nonsense", 8);
	hear("nonsense", 8);
	ask("announce hello");
	stats = ask("stats");
	assert_int_equal(figure(stats, "dropped_malformed"), 1);
	assert_int_equal(figure(stats, "refused_already_in"), 1);
	assert_int_equal(figure(stats, "refused_malformed_line"), 2);
	assert_int_equal(figure(stats, "refused"), 3);
	assert_int_equal(figure(stats, "ignored"), 1);
	assert_int_equal(figure(stats, "lines"), 1);
	assert_int_equal(figure(stats, "members"), 2);
	assert_int_equal(figure(stats, "joined"), 1);
	assert_int_equal(figure(stats, "head"), log_head(room.log).seq);
	assert_int_equal(figure(stats, "received"), 11);
	assert_int_equal(figure(stats, "sent"), 22);
	assert_int_equal(figure(stats, "lost"), 33);
	assert_int_equal(figure(stats, "queued_bytes"), 44);
}

static void
stats_as_json_are_the_same(void **state)
{
	char *plain, *json, *at, *line, name[64], value[32];
	int n;

	(void)state;
	plain = strdup(ask("stats"));
	json = strdup(ask("stats --json"));
	assert_true(plain != NULL && json != NULL);
	at = strstr(json, "\"uptime_s\"");
	assert_non_null(at);
	strtok(plain, "\n");
	assert_string_equal(strtok(NULL, "\n"), "version " VERSION);
	assert_string_equal(strtok(NULL, "\n"), "room a \"lab\"");
	while ((line = strtok(NULL, "\n")) != NULL) {
		assert_int_equal(sscanf(line, "%63[a-z_] %31[0-9]", name,
		    value), 2);
		n = (int)strlen(name) + (int)strlen(value) + 3;
		assert_true(strlen(at) > (size_t)n);
		assert_int_equal(at[0], '"');
		assert_memory_equal(at + 1, name, strlen(name));
		assert_memory_equal(at + 1 + strlen(name), "\":", 2);
		assert_memory_equal(at + 3 + strlen(name), value,
		    strlen(value));
		at += n;
		assert_true(*at == ',' || strcmp(at, "}\n") == 0);
		at++;
	}
	assert_string_equal(at, "\n");
	*strstr(json, ",\"uptime_s\"") = '\0';
	assert_string_equal(json, "ok\n{\"version\":\"" VERSION "\","
	    "\"room\":\"a \\\"lab\\\"\"");
	free(plain);
	free(json);
	assert_misused("stats --jsons", "--json");
	assert_misused("stats all", "--json");
}

static void
stats_say_how_the_server_is(void **state)
{
	const char *stats = ask("stats");

	(void)state;
	assert_int_equal(figure(stats, "uptime_s"), 90);
	assert_int_equal(figure(stats, "log_entries"), log_head(room.log).seq);
	assert_true(figure(stats, "log_bytes") > 100);
	assert_int_equal(figure(stats, "disk_free_bytes"), 1 << 20);
}

/* Each figure with its HELP and TYPE, as the text format wants it. */
static void
stats_are_told_to_prometheus(void **state)
{
	char *sheet = strdup(ask("stats --prometheus")), *line, name[80];
	char about[128], type[16];

	(void)state;
	assert_non_null(sheet);
	assert_non_null(strstr(sheet, "\nchat_info{version=\"" VERSION "\","
	    "room=\"a \\\"lab\\\"\"} 1\n"));
	assert_non_null(strstr(sheet, "\n# TYPE chat_members gauge\n"
	    "chat_members 2\n"));
	assert_non_null(strstr(sheet, "\n# TYPE chat_refused_banned_total "
	    "counter\nchat_refused_banned_total 0\n"));
	assert_string_equal(strtok(sheet, "\n"), "ok");
	while ((line = strtok(NULL, "\n")) != NULL) {
		assert_int_equal(sscanf(line, "# HELP chat_%79[a-z_] %127[^\n]",
		    name, about), 2);
		line = strtok(NULL, "\n");
		assert_int_equal(sscanf(line, "# TYPE chat_%127[a-z_] %15s",
		    about, type), 2);
		assert_string_equal(about, name);
		assert_true(strcmp(type, "counter") == 0 ||
		    strcmp(type, "gauge") == 0);
		line = strtok(NULL, "\n");
		assert_int_equal(sscanf(line, "chat_%127[a-z_]", about), 1);
		assert_string_equal(about, name);
	}
	free(sheet);
}

/* A long message is one, wherever the list begins. */
static void
the_log_is_shown_with_long_messages_whole(void **state)
{
	struct entry e[2] = { { .time_ms = wall_ms, .kind = ENTRY_PART,
	    .author = "ann", .author_len = 3, .text = "hal", .text_len = 3,
	    .flags = 1 << ENTRY_MORE_SHIFT }, { .time_ms = wall_ms,
	    .kind = ENTRY_SAY, .author = "ann", .author_len = 3,
	    .text = "ves", .text_len = 3, .flags = 1 << ENTRY_INDEX_SHIFT } };
	const char *shown;

	(void)state;
	assert_true(log_put(room.log, room.now_ms, wall_ms, e, 2));
	hub_tick(room.hub, room.now_ms, wall_now);
	shown = ask("log 1");
	assert_non_null(strstr(shown, "\tsay\tann\thalves\n"));
	assert_null(strstr(shown, "\tpart\t"));
	shown = ask("log --json 2");
	assert_memory_equal(shown, "ok\n{\"room\":\"a \\\"lab\\\"\",\"n\":",
	    strlen("ok\n{\"room\":\"a \\\"lab\\\"\",\"n\":"));
	assert_non_null(strstr(shown, "\"time\":\"2027-01-15T08:00:00.123Z\","
	    "\"kind\":\"say\",\"name\":\"ann\",\"text\":\"halves\","
	    "\"verified\":true}\n"));
}

static void
the_log_is_shown_since_a_time_or_a_number(void **state)
{
	char since[64];

	(void)state;
	ask("announce early");
	wall_now += 7200 * 1000;
	hub_tick(room.hub, room.now_ms, wall_now);
	ask("announce late");
	assert_null(strstr(ask("log --since 1h"), "early"));
	assert_non_null(strstr(ask("log --since 1h"), "late"));
	assert_non_null(strstr(ask("log --since 3h 100"), "early"));
	assert_non_null(strstr(ask("log --since 2027-01-15T09:00:00Z --json"),
	    "\"text\":\"late\""));
	snprintf(since, sizeof(since), "log --since %llu",
	    (unsigned long long)log_head(room.log).seq - 1);
	assert_non_null(strstr(ask(since), "late"));
	assert_null(strstr(ask(since), "early"));
	assert_string_equal(ask("log --since 2999-01-01T00:00:00Z"), "ok\n");
	assert_misused("log --since", "--since");
	assert_misused("log --since yesterday", "--since");
	assert_misused("log --jsno", "--jsno");
}

static void
the_log_is_shown_in_the_lines_of_plain_mode(void **state)
{
	char want[PLAIN_LINE_BYTES];
	struct entry e = { .time_ms = wall_ms, .kind = ENTRY_ANNOUNCE,
	    .text = "a\\b \xe4\xbd\xa0", .text_len = 7 };
	const char *shown;

	(void)state;
	ask("announce a\\b \xe4\xbd\xa0");
	e.seq = log_head(room.log).seq;
	plain_line(want, &e);
	shown = ask("log 1");
	assert_memory_equal(shown, "ok\n", 3);
	assert_string_equal(shown + 3, want);
	assert_non_null(strstr(shown, "\t2027-01-15T08:00:00.123Z\tannounce"
	    "\t\ta\\\\b \xe4\xbd\xa0\n"));
	assert_non_null(strstr(ask("log"), "\tjoin\t~b\\\\ob\t\n"));
}

/* Lines behind "ok", and the number of the first and the last. */
static uint64_t
count(const char *log, uint64_t *first, uint64_t *last)
{
	uint64_t n = 0, seq;
	char *end;

	assert_memory_equal(log, "ok\n", 3);
	for (log += 3; *log != '\0'; log = strchr(log, '\n') + 1) {
		seq = strtoull(log, &end, 10);
		assert_int_equal(*end, '\t');
		assert_true(n == 0 || seq == *last + 1);
		if (n++ == 0)
			*first = seq;
		*last = seq;
	}
	return n;
}

static void
the_log_ends_with_the_newest_entry(void **state)
{
	uint64_t head, first, last;
	int i;

	(void)state;
	head = log_head(room.log).seq;
	assert_int_equal(count(ask("log 10000"), &first, &last), head);
	for (i = 0; i < 40; i++)
		ask("announce again");
	head = log_head(room.log).seq;
	assert_int_equal(count(ask("log"), &first, &last), 20);
	assert_int_equal(last, head);
	assert_int_equal(count(ask("log 7"), &first, &last), 7);
	assert_int_equal(last, head);
	assert_misused("log 0", "0");
	assert_misused("log 10001", "10001");
	assert_misused("log -1", "-1");
	assert_misused("log 1 2", "1 2");
	assert_misused("log \033[2J", "\\x1B");
	assert_misused(stretch("log ", 4000), "xxx");
}

static void
a_log_too_long_for_an_answer_keeps_its_newest(void **state)
{
	uint64_t head, first, last, n;
	int i;

	(void)state;
	for (i = 0; i < 1500; i++)
		ask(i % 2 == 0 ? stretch("announce ", TEXT_LINE_BYTES) :
		    "announce short");
	assert_int_equal(count(ask("log"), &first, &last), 20);
	for (i = 0; i < 1500; i++)
		ask(i % 2 == 0 ? stretch("announce ", TEXT_LINE_BYTES) :
		    "announce short");
	head = log_head(room.log).seq;
	n = count(ask("log 10000"), &first, &last);
	assert_int_equal(last, head);
	assert_true(n < head && first > 1);
	/* One more would not have fitted. */
	assert_true(room.answer.len > REPLY_BYTES - PLAIN_LINE_BYTES);
	assert_false(room.answer.cut);
}

static void
what_is_no_request_is_refused(void **state)
{
	(void)state;
	assert_refused("", "request");
	assert_refused(" ", "request");
	assert_refused("dance", "request");
	assert_refused("name", "request");
	assert_refused("namesake", "request");
	assert_refused("NAMES", "request");
	assert_refused(" names", "request");
}

static uint64_t
draw(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void
random_requests_get_orderly_answers(void **state)
{
	static const char *const words[] = { "announce ", "names", "kick ",
	    "release ", "stats ", "log ", "", "kick Alice ", "log 1",
	    "ban ", "ban al ", "unban ", "names ", "whois ", "ban 10.",
	    "mute ", "mute Alice ", "unmute ", "allow ",
	    "disallow ", "rekey ", "rekey Alice bob", "close", "open",
	    "-R ", "-R chat ",
	    "-R chat names ", "-R chat stats", "rooms", "room " };
	char request[CONTROL_REQUEST];
	const char *answer;
	uint64_t seed = 2;
	size_t i, len, most;
	int round;

	(void)state;
	for (round = 0; round < 3000; round++) {
		strcpy(request, words[draw(&seed) %
		    (sizeof(words) / sizeof(words[0]))]);
		len = strlen(request);
		most = round % 10 == 0 ? sizeof(request) - 1 - len : 12;
		for (i = draw(&seed) % most; i > 0; i--) {
			request[len] = (char)(1 + draw(&seed) % 255);
			if (request[len] != '\n')
				len++;
		}
		request[len] = '\0';
		answer = ask(request);
		if (strncmp(answer, "ok\n", 3) == 0)
			continue;
		assert_true(strncmp(answer, "error: ", 7) == 0 ||
		    strncmp(answer, "usage: ", 7) == 0);
		len = strlen(answer);
		assert_ptr_equal(strchr(answer, '\n'), answer + len - 1);
		assert_true(text_valid(answer, len));
		for (i = 0; i < len - 1; i++)
			assert_true((uint8_t)answer[i] >= ' ' &&
			    answer[i] != 0x7f);
	}
}

int
main(void)
{
#define ROOM(name) \
	cmocka_unit_test_setup_teardown(name, room_open, room_close)
	const struct CMUnitTest tests[] = {
		ROOM(an_announcement_reaches_everybody_or_is_refused),
		ROOM(names_tell_who_is_here_and_how),
		ROOM(who_is_here_is_told_with_key_address_and_times),
		ROOM(a_kick_puts_out_whoever_has_the_name),
		ROOM(a_kick_of_nobody_changes_nothing),
		ROOM(a_ban_puts_out_and_keeps_out),
		ROOM(a_closed_room_has_its_words),
		ROOM(what_cannot_be_banned_is_refused),
		ROOM(no_address_gets_into_the_log),
		ROOM(an_act_that_changes_nothing_is_told_to_nobody_else),
		ROOM(a_key_is_shown_with_the_name_that_it_has),
		ROOM(who_had_another_name_is_kicked_by_it),
		ROOM(a_name_of_before_is_told_with_that_of_now),
		ROOM(a_refused_rename_is_not_in_the_log),
		ROOM(who_is_muted_without_a_key_is_silent_by_name_and_place),
		ROOM(what_cannot_be_muted_is_refused),
		ROOM(a_released_name_is_free),
		ROOM(stats_count_what_came),
		ROOM(stats_as_json_are_the_same),
		ROOM(stats_say_how_the_server_is),
		ROOM(stats_are_told_to_prometheus),
		ROOM(the_log_is_shown_with_long_messages_whole),
		ROOM(the_log_is_shown_since_a_time_or_a_number),
		ROOM(the_log_is_shown_in_the_lines_of_plain_mode),
		ROOM(the_log_ends_with_the_newest_entry),
		ROOM(a_log_too_long_for_an_answer_keeps_its_newest),
		ROOM(what_is_no_request_is_refused),
		ROOM(random_requests_get_orderly_answers),
	};

	return tests_run(tests, NULL, NULL);
}
