/*
 * The operator's requests where there are several rooms: about all of them, or
 * about one.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/fingerprint.h"
#include "common/frame_put.h"
#include "server/net.h"
#include "server/roomlist.h"
#include "tests/with_cmocka.h"
#include "tests/with_operator.h"

enum { DEN = 1, OPS = 3, LAB = 5, SLOTS = 7 };

/* What a guest was told, by slot. */
struct ears {
	uint32_t	 slot;
	unsigned	 datagram;
	uint64_t	 error[SLOTS];
	char		 room[HELLO_ROOM_NAME + 1];	/* ENTERED last */
};

static struct den d;
static struct reply answer;
static struct ears ears[3];
static struct guest *ada, *bob, *cat;
static struct memdisk *mem;		/* where the list of rooms is */
static struct disk disk;
static struct roomlist *list;
static uint8_t drawn;

static void
hear(struct guest *g, struct frame *f)
{
	struct ears *e = g->arg;

	if (e->datagram != g->opened) {
		e->datagram = g->opened;
		e->slot = 0;
	}
	if (f->type == FRAME_ROOM && f->slot < SLOTS)
		e->slot = f->slot;
	else if (f->type == FRAME_ERROR)
		e->error[e->slot] = f->code;
	else if (f->type == FRAME_ENTERED)
		snprintf(e->room, sizeof(e->room), "%.*s", (int)f->text_len,
		    f->text);
}

static struct guest *
guest(const char *name, const char *ip, struct ears *e)
{
	struct guest *g = den_guest(&d, name, ip);

	memset(e, 0, sizeof(*e));
	g->caps = HELLO_ROLES | HELLO_ROOMS;
	g->many = true;
	g->hear = hear;
	g->arg = e;
	assert_true(den_enter(&d, g));
	return g;
}

static void
enter(struct guest *g, uint32_t slot, const char *room)
{
	const struct frame_enter e = { .slot = slot, .room = room,
	    .room_len = strlen(room), .outbox = 100 + slot, .next_id = 1 };
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_enter(&out, &e);
	den_say(&d, g, &out);
	den_run(&d, 50);
}

static void
say(struct guest *g, uint32_t slot, uint32_t id, const char *text)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_room(&out, slot);
	g->outbox = 100 + slot;
	g->next = id;
	guest_put_post(g, &out, ENTRY_SAY, text);
	den_say(&d, g, &out);
	den_run(&d, 50);
}

/* Ada is in two rooms, Bob in one that is not the first, Cat in that alone. */
static int
set_up(void **state)
{
	(void)state;
	den_open_rooms(&d);
	den_open_room(&d, "ops");
	ada = guest("ada", "192.0.2.1", &ears[0]);
	bob = guest("bob", "192.0.2.2", &ears[1]);
	cat = guest("cat", "192.0.2.3", &ears[2]);
	enter(ada, DEN, "den");
	enter(ada, OPS, "ops");
	enter(bob, OPS, "ops");
	enter(cat, DEN, "den");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	desk_close(&answer, &d);
	return 0;
}

/* Good until the next one. */
static const char *
ask(const char *request)
{
	struct net_figures net = { .received = 1 };
	struct operator o = desk_at(&d);
	const char *told;

	o.net = &net;
	o.room = list == NULL ? "den" : roomlist_home(list)->line.name;
	o.rooms = list;
	told = desk_told(&answer, operator_ask, &o, request);
	den_run(&d, 100);
	return told;
}

static void
assert_answers(const char *request, const char *wanted)
{
	assert_string_equal(ask(request), wanted);
}

static void
assert_has(const char *request, const char *word)
{
	if (strstr(ask(request), word) == NULL)
		fail_msg("%s: %s", request, answer.text);
}

static void
assert_lacks(const char *request, const char *word)
{
	assert_null(strstr(ask(request), word));
}

static void
assert_starts(const char *request, const char *start)
{
	assert_memory_equal(ask(request), start, strlen(start));
}

static unsigned
times(const char *request, const char *word)
{
	const char *at = ask(request);
	unsigned n = 0;

	while ((at = strstr(at, word)) != NULL) {
		at += strlen(word);
		n++;
	}
	return n;
}

static void
each_is_named_once_and_in_one_room_who_is_there(void **state)
{
	(void)state;
	assert_answers("names", "ok\nada\nbob\ncat\n");
	assert_answers("-R ops names", "ok\nada\nbob\n");
	assert_answers("-R OPS names", "ok\nada\nbob\n");
	assert_answers("-R den names", "ok\nada\ncat\n");
	/* It was of that request alone. */
	assert_answers("names", "ok\nada\nbob\ncat\n");
}

static void
who_is_here_is_told_with_his_rooms(void **state)
{
	const char *line;

	(void)state;
	line = strstr(ask("names -l"), "ada\tSHA256:");
	assert_non_null(line);
	assert_string_equal(strrchr(answer.text, '\t'), "\tden\n");
	line = strchr(line, '\n') - strlen("\tden, ops");
	assert_memory_equal(line, "\tden, ops\nbob\t", 14);
	assert_has("whois bob", "\t192.0.2.2:2001\t");
	assert_has("whois bob", "\tops\n");
	/* Not in there, but he has the name. */
	assert_has("-R den whois bob", "\t-\t-\t-\tops\n");
	assert_has("-R ops names -l", "\tden, ops\n");
	assert_starts("whois eve", "error: nobody here");
}

/* Since when, and how long silent: of all his rooms. */
static void
who_speaks_in_one_room_is_not_silent(void **state)
{
	(void)state;
	den_run(&d, 5000);
	say(ada, OPS, 1, "hello");
	assert_has("whois ada", "\t0\tden, ops\n");
	assert_has("-R ops whois ada", "\t0\tden, ops\n");
	assert_lacks("-R den whois ada", "\t0\tden, ops\n");
}

static void
who_is_kicked_is_out_of_all_rooms(void **state)
{
	(void)state;
	assert_answers("kick ada too loud", "ok\nkicked: ada\n");
	assert_answers("names", "ok\nbob\ncat\n");
	assert_int_equal(ears[0].error[DEN], FRAME_KICKED);
	assert_int_equal(ears[0].error[OPS], FRAME_KICKED);
	assert_has("-R den log", "\trule\t\tkick ada =SHA256:");
	assert_has("-R ops log", "\trule\t\tkick ada =SHA256:");
	/* Who is only in another one than the first. */
	assert_answers("kick bob", "ok\nkicked: bob\n");
	assert_int_equal(ears[1].error[OPS], FRAME_KICKED);
	assert_lacks("-R den log", "kick bob");
	assert_starts("kick bob", "error: nobody here");
}

static void
who_is_kicked_out_of_one_room_stays_in_the_other(void **state)
{
	(void)state;
	assert_answers("-R ops kick ada", "ok\nkicked: ada\n");
	assert_int_equal(ears[0].error[OPS], FRAME_KICKED);
	assert_int_equal(ears[0].error[DEN], 0);
	assert_answers("-R ops names", "ok\nbob\n");
	assert_answers("-R den names", "ok\nada\ncat\n");
	assert_lacks("-R den log", "kick");
	assert_starts("-R den kick bob", "error: nobody here");
}

/* One act: who is met by it in two rooms is told of once. */
static void
who_is_banned_is_out_of_all_rooms(void **state)
{
	char key[FINGERPRINT_TEXT], request[128];

	(void)state;
	snprintf(request, sizeof(request), "ban %s",
	    fingerprint_text(key, ada->key.public));
	assert_int_equal(times(request, "\nput out: ada"), 1);
	assert_answers("names", "ok\nbob\ncat\n");
	assert_int_equal(ears[0].error[DEN], FRAME_KICKED);
	assert_int_equal(ears[0].error[OPS], FRAME_KICKED);
	/* Where he was, it is told why he went; once. */
	assert_int_equal(times("-R den log", "\tban ada =SHA256:"), 1);
	assert_int_equal(times("-R ops log", "\tban ada =SHA256:"), 1);
	assert_has("ban bob", "banned: key ");
	assert_answers("names", "ok\ncat\n");
	assert_int_equal(ears[1].error[OPS], FRAME_KICKED);
	assert_has("-R ops log", "\tban bob =SHA256:");
	assert_has("ban 192.0.2.3", "\nput out: cat");
	assert_answers("names", "ok\n");
	assert_lacks("-R ops log", "cat");
	/* That one it is, in a room where it is no news. */
	assert_has("unban bob", "lifted: ");
	assert_has("-R den log", "\tunban bob =SHA256:");
	enter(bob, LAB, "ops");
	assert_answers("names", "ok\nbob\n");
}

static void
who_is_muted_is_silent_in_all_rooms_or_in_one(void **state)
{
	(void)state;
	assert_starts("mute ada 1h", "ok\nmuted: ada (key ");
	say(ada, DEN, 1, "one");
	say(ada, OPS, 1, "two");
	assert_int_equal(ears[0].error[DEN], FRAME_MUTED);
	assert_int_equal(ears[0].error[OPS], FRAME_MUTED);
	assert_starts("-R ops unmute ada", "ok\nnot muted any more: ada");
	assert_starts("-R ops unmute ada", "ok\nnot muted: ada");
	/* What was refused was none. */
	say(ada, OPS, 1, "three");
	assert_has("-R ops log", "\tsay\tada\tthree\n");
	say(ada, DEN, 1, "four");
	assert_lacks("log", "four");
	assert_starts("unmute ada", "ok\nnot muted any more: ada");
	assert_starts("unmute ada", "ok\nnot muted: ada");
	assert_starts("-R den mute ada", "ok\nmuted: ada");
	/* It is so in one of them; that it is in both is news. */
	assert_starts("mute ada", "ok\nmuted: ada");
	assert_starts("mute ada", "ok\nmuted already: ada");
	assert_starts("mute bob", "ok\nmuted: bob");
}

static void
who_may_enter_is_a_matter_of_one_room(void **state)
{
	static const char *const words[] = { "allow", "allow bob",
	    "disallow bob", "close", "open" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_answers(words[i], "usage: there are several rooms: say "
		    "which, by -R ROOM\n");
	assert_answers("-R ops close",
	    "ok\nclosed; allowed with it, of those who are here: 2\n");
	assert_int_equal(times("-R ops allow", "SHA256:"), 2);
	assert_answers("-R den allow", "ok\n");
	enter(cat, OPS, "ops");
	assert_answers("-R ops names", "ok\nada\nbob\n");
	assert_starts("-R ops allow cat", "ok\nallowed: cat");
	enter(cat, LAB, "ops");
	assert_answers("-R ops names", "ok\nada\nbob\ncat\n");
	assert_starts("-R ops disallow ada", "ok\nnot allowed any more: ada");
	assert_answers("-R ops names", "ok\nbob\ncat\n");
	assert_answers("-R den names", "ok\nada\ncat\n");
	assert_answers("-R ops open", "ok\nopen: everybody may enter again\n");
	assert_answers("-R den open", "ok\nthe room is open already\n");
}

static void
what_is_announced_is_heard_in_all_rooms_or_in_one(void **state)
{
	(void)state;
	assert_answers("announce dinner", "ok\nannounced to the 3 here\n");
	assert_has("-R den log 1", "\tannounce\t\tdinner\n");
	assert_has("-R ops log 1", "\tannounce\t\tdinner\n");
	assert_answers("-R ops announce pager",
	    "ok\nannounced to the 2 here\n");
	assert_has("-R ops log 1", "\tpager\n");
	assert_has("log 1", "\tdinner\n");
	assert_has("-R ops log --json 1", "{\"room\":\"ops\",");
	assert_has("log --json 1", "{\"room\":\"den\",");
}

static void
the_figures_are_of_all_rooms_or_of_one(void **state)
{
	const char *sheet;

	(void)state;
	assert_has("stats", "\nroom den\n");
	assert_has("stats", "\nrooms 2\n");
	assert_has("stats", "\nmembers 3\n");
	assert_has("-R ops stats", "\nroom ops\n");
	assert_has("-R ops stats", "\nmembers 2\n");
	assert_has("stats --json", ",\"rooms\":2,");
	sheet = ask("stats --prometheus");
	assert_non_null(strstr(sheet, "\n# TYPE chat_members gauge\n"
	    "chat_members{room=\"den\"} 2\nchat_members{room=\"ops\"} 2\n#"));
	assert_non_null(strstr(sheet, "\n# TYPE chat_head gauge\n"
	    "chat_head{room=\"den\"} "));
	assert_non_null(strstr(sheet, "\nchat_log_bytes{room=\"ops\"} "));
	assert_non_null(strstr(sheet, "\nchat_sessions 3\n"));
}

static void
what_is_of_the_server_takes_no_room(void **state)
{
	(void)state;
	assert_starts("-R ops ban", "usage: ban is about the whole server");
	assert_starts("-R ops ban bob", "usage: ban is about ");
	assert_starts("-R ops unban bob", "usage: unban is about ");
	assert_starts("-R ops release bob", "usage: release is about ");
	assert_answers("-R nowhere names", "error: there is no room nowhere\n");
	assert_starts("-R \033[2J names", "error: there is no room \\x1B[2J");
	assert_answers("-R ops frob", "error: no such request\n");
	assert_starts("-R ops", "error: ");
	assert_starts("-R", "error: ");
	assert_answers("release bob", "ok\nreleased: bob\n");
}

/* He lost his name, and sits under it: till he goes it is no other's, in
 * whatever room. */
static void
there_are_no_two_of_one_name(void **state)
{
	static struct ears his;
	struct guest *other;

	(void)state;
	ask("release bob");
	other = guest("bob", "192.0.2.9", &his);
	enter(other, DEN, "den");
	assert_answers("-R den names", "ok\nada\ncat\n");
	assert_answers("names", "ok\nada\nbob\ncat\n");
	ask("kick bob");
	enter(other, OPS, "den");
	assert_answers("-R den names", "ok\nada\nbob\ncat\n");
}

static void
of_one_room_nothing_is_said(void **state)
{
	(void)state;
	den_close(&d);
	den_open(&d, 0);
	assert_true(den_enter(&d, den_guest(&d, "dan", "192.0.2.4")));
	assert_has("names -l", "\t0\n");
	assert_lacks("stats", "\nrooms");
	assert_lacks("stats --prometheus", "{room");
	assert_has("stats --prometheus", "\nchat_members 1\n");
	assert_has("-R den names -l", "\t0\n");
	assert_answers("close",
	    "ok\nclosed; allowed with it, of those who are here: 1\n");
	assert_answers("-R den open", "ok\nopen: everybody may enter again\n");
}

/*
 * Rooms that are open while somebody is there
 */

/* Ada is in both that are open, a third one is not. */
static int
have_places(void **state)
{
	static const char *const names[] = { "den", "ops", "lab" };

	(void)state;
	den_open_list(&d, names, 3);
	list = d.list;
	ada = guest("ada", "192.0.2.1", &ears[0]);
	bob = guest("bob", "192.0.2.2", &ears[1]);
	enter(ada, DEN, "den");
	enter(ada, OPS, "ops");
	return 0;
}

static int
drop_places(void **state)
{
	list = NULL;
	return tear_down(state);
}

static void
a_room_that_is_not_open_is_opened_for_a_request(void **state)
{
	(void)state;
	assert_has("rooms", "\nlab\troom\t0\t");
	assert_null(roomlist_find(list, "lab", 3)->log);
	assert_answers("-R lab announce first",
	    "ok\nannounced to the 0 here\n");
	assert_non_null(roomlist_find(list, "lab", 3)->log);
	/* What is for all is for those that are open. */
	assert_answers("announce second", "ok\nannounced to the 1 here\n");
	assert_has("-R lab log 1", "\tsecond\n");
	/* And not for ever. */
	den_run(&d, 2 * ROOMLIST_IDLE_MS);
	assert_null(roomlist_find(list, "lab", 3)->log);
	assert_has("stats", "\nrooms 3\n");
	assert_has("-R lab log", "\tfirst\n");
}

static void
a_mute_in_a_room_that_is_not_open_waits_there(void **state)
{
	(void)state;
	assert_starts("-R lab mute ada", "ok\nmuted: ada");
	den_run(&d, 2 * ROOMLIST_IDLE_MS);
	enter(ada, LAB, "lab");
	say(ada, LAB, 1, "hello");
	assert_int_equal(ears[0].error[LAB], FRAME_MUTED);
	say(ada, OPS, 1, "hello");
	assert_has("-R ops log 1", "\thello\n");
}

static void
who_is_in_a_room_that_is_renamed_stays_and_hears_of_it(void **state)
{
	(void)state;
	assert_answers("room rename ops crew",
	    "ok\nrenamed: crew, which was ops\n");
	assert_has("-R crew log 1", "\tannounce\t\tthis room was called ops, "
	    "and is called crew now\n");
	say(ada, OPS, 1, "still here");
	assert_has("-R ops log 1", "\tsay\tada\tstill here\n");
	assert_has("whois ada", "\tden, crew\n");
	assert_has("rooms", "\ncrew\troom\t1\t");
	/* By either. */
	enter(bob, OPS, "ops");
	assert_answers("-R crew names", "ok\nada\nbob\n");
	assert_string_equal(ears[1].room, "crew");
}

static void
lose(struct guest *g, struct frame *f)
{
	(void)g;
	(void)f;
}

/* What he says meanwhile was said before he heard of it. */
static void
nor_is_that_lost_with_a_datagram(void **state)
{
	(void)state;
	enter(bob, OPS, "ops");
	say(bob, OPS, 1, "hello");
	bob->hear = lose;
	assert_starts("room rename ops crew", "ok\nrenamed: crew");
	den_run(&d, 20);
	bob->hear = hear;
	assert_string_equal(ears[1].room, "ops");
	say(bob, OPS, 2, "still here");
	den_run(&d, 5000);
	assert_string_equal(ears[1].room, "crew");
}

/* Also for a client that is of just that room. */
static void
a_home_room_has_another_name_at_once(void **state)
{
	struct guest *old;

	(void)state;
	assert_starts("room rename den The Den", "ok\nrenamed: The Den");
	old = den_guest(&d, "olga", "192.0.2.7");
	assert_true(den_enter(&d, old));
	den_run(&d, 100);
	assert_answers("-R The Den names", "ok\nada\nolga\n");
	enter(bob, DEN, "den");
	assert_answers("-R The Den names", "ok\nada\nbob\nolga\n");
	assert_string_equal(ears[1].room, "The Den");
}

static void
a_room_is_put_away_when_nobody_is_there(void **state)
{
	(void)state;
	assert_answers("room put-away ops", "error: there are people in ops: "
	    "1; it is put away when they have left\n");
	say(ada, OPS, 1, "then we go");
	assert_answers("-R ops kick ada", "ok\nkicked: ada\n");
	assert_answers("room put-away ops", "ok\nput away: ops\n");
	assert_null(roomlist_find(list, "ops", 3)->log);
	assert_answers("-R ops names", "error: the room ops is put away\n");
	enter(bob, OPS, "ops");
	assert_int_equal(ears[1].error[OPS], FRAME_NO_ROOM);
	assert_answers("room open ops", "ok\nopen again: ops\n");
	enter(bob, LAB, "ops");
	assert_answers("-R ops names", "ok\nbob\n");
	assert_has("-R ops log", "\tthen we go\n");
}

/*
 * The list
 */

static void
draw(void *arg, void *dst, size_t len)
{
	(void)arg;
	memset(dst, ++drawn, len);
}

static int
have_list(void **state)
{
	static const char *const names[] = { "Team Chat", "lab" };
	struct roomlist_config config = { .log = { .disk = &disk,
	    .dir = "/list", .sync = LOG_SYNC_NONE,
	    .segment_bytes = JOURNAL_SEGMENT_BYTES }, .names = names,
	    .names_n = 2, .random = draw };
	struct roomlist_why why;

	(void)state;
	set_up(state);
	mem = memdisk_new();
	disk = memdisk_disk(mem);
	disk.make_dir(disk.arg, "/list");
	list = roomlist_new(&config, INT64_C(1800000000000), &why);
	return list == NULL;
}

static int
drop_list(void **state)
{
	roomlist_free(list);
	list = NULL;
	memdisk_free(mem);
	return tear_down(state);
}

static void
the_rooms_that_there_are_are_listed(void **state)
{
	char key[FINGERPRINT_TEXT], want[512];
	const uint8_t ann[NOISE_KEY] = { 7 };
	struct place *p;

	(void)state;
	assert_answers("rooms",
	    "ok\nTeam Chat\thome\t0\t2027-01-15T08:00:00Z\t-\n"
	    "lab\troom\t0\t2027-01-15T08:00:00Z\t-\n");
	assert_int_equal(roomlist_make(list, INT64_C(1800000001000), "ops", 3,
	    ann, &p), ROOMLIST_FINE);
	snprintf(want, sizeof(want),
	    "ops\troom\t0\t2027-01-15T08:00:01Z\t%s\n",
	    fingerprint_text(key, ann));
	assert_has("rooms", want);
	assert_answers("rooms all", "usage: rooms takes nothing\n");
	assert_starts("-R lab rooms", "usage: rooms is about the whole");
}

static void
a_room_is_opened_once(void **state)
{
	(void)state;
	assert_answers("room open crew", "ok\nopened: crew\n");
	assert_has("rooms", "\ncrew\troom\t0\t");
	assert_answers("room open Crew", "ok\nopen already: Crew\n");
	assert_answers("room open a/b", "error: a/b is no name for a room\n");
	assert_starts("room open \033", "error: \\x1B is no name");
	memdisk_limit(mem, 0);
	assert_starts("room open more", "error: rooms: ");
	assert_lacks("rooms", "more");
}

static void
a_room_has_another_name_and_is_found_by_the_former(void **state)
{
	(void)state;
	assert_answers("room rename lab crew",
	    "ok\nrenamed: crew, which was lab\n");
	assert_has("rooms", "\ncrew\troom\t");
	assert_lacks("rooms", "lab");
	assert_answers("room rename lab ops",
	    "ok\nrenamed: ops, which was crew\n");
	assert_starts("room rename nowhere x", "error: there is no room now");
	assert_answers("room rename ops team/chat",
	    "error: team/chat is no name for a room\n");
	/* With its blanks. */
	assert_answers("room rename Team Chat The Crew",
	    "ok\nrenamed: The Crew, which was Team Chat\n");
	assert_answers("room rename ops lab",
	    "ok\nrenamed: lab, which was ops\n");
	ask("room open ops");
	assert_answers("room rename ops lab",
	    "error: there is a room lab already\n");
}

static void
a_room_is_put_away_and_had_again(void **state)
{
	(void)state;
	assert_answers("room put-away lab", "ok\nput away: lab\n");
	assert_has("rooms", "\nlab\tput-away\t0\t");
	assert_answers("room put-away lab", "ok\nput away already: lab\n");
	assert_answers("room open lab", "ok\nopen again: lab\n");
	assert_has("rooms", "\nlab\troom\t0\t");
	assert_starts("room put-away nowhere", "error: there is no room");
	assert_answers("room put-away Team Chat",
	    "error: Team Chat is the home room\n");
}

static void
what_is_no_act_on_a_room_is_wrong_usage(void **state)
{
	static const char *const words[] = { "room", "room ", "room open",
	    "room open ", "room rename", "room rename lab", "room rename lab ",
	    "room put-away", "room shut lab", "room open lab crew",
	    "room put-away lab crew", "room opening lab" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_answers(words[i], "usage: room takes open NAME, rename "
		    "NAME NEW or put-away NAME\n");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define PLACES(name) \
	cmocka_unit_test_setup_teardown(name, have_places, drop_places)
#define LIST(name) \
	cmocka_unit_test_setup_teardown(name, have_list, drop_list)
	const struct CMUnitTest tests[] = {
		TEST(each_is_named_once_and_in_one_room_who_is_there),
		TEST(who_is_here_is_told_with_his_rooms),
		TEST(who_speaks_in_one_room_is_not_silent),
		TEST(who_is_kicked_is_out_of_all_rooms),
		TEST(who_is_kicked_out_of_one_room_stays_in_the_other),
		TEST(who_is_banned_is_out_of_all_rooms),
		TEST(who_is_muted_is_silent_in_all_rooms_or_in_one),
		TEST(who_may_enter_is_a_matter_of_one_room),
		TEST(what_is_announced_is_heard_in_all_rooms_or_in_one),
		TEST(the_figures_are_of_all_rooms_or_of_one),
		TEST(what_is_of_the_server_takes_no_room),
		TEST(there_are_no_two_of_one_name),
		TEST(of_one_room_nothing_is_said),
		PLACES(a_room_that_is_not_open_is_opened_for_a_request),
		PLACES(a_mute_in_a_room_that_is_not_open_waits_there),
		PLACES(who_is_in_a_room_that_is_renamed_stays_and_hears_of_it),
		PLACES(nor_is_that_lost_with_a_datagram),
		PLACES(a_home_room_has_another_name_at_once),
		PLACES(a_room_is_put_away_when_nobody_is_there),
		LIST(the_rooms_that_there_are_are_listed),
		LIST(a_room_is_opened_once),
		LIST(a_room_has_another_name_and_is_found_by_the_former),
		LIST(a_room_is_put_away_and_had_again),
		LIST(what_is_no_act_on_a_room_is_wrong_usage),
	};

	return tests_run(tests, NULL, NULL);
}
