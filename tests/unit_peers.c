/*
 * Members who ask for more than their part: the hub by plain calls, guests
 * with real session keys, a clock that the test turns.
 */
#include <stdio.h>
#include <string.h>

#include "common/frame_put.h"
#include "common/wire.h"
#include "server/budget.h"
#include "server/hub_parts.h"
#include "server/peers_state.h"
#include "tests/with_cmocka.h"
#include "tests/with_members.h"

static const char *const here = "198.51.100.7";

/* Says so many lines, which nobody acknowledges. */
static void
fill(struct den *d, struct guest *author, unsigned lines)
{
	unsigned i;

	for (i = 0; i < lines; i++)
		assert_true(den_line(d, author, "x"));
	den_run(d, 300);
}

static void
of_what_a_datagram_asks_twice_the_last_counts(void **state)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_position all;
	struct guest *author, *eve;
	unsigned entries;
	struct den d;

	(void)state;
	den_open(&d, 0);
	author = den_guest(&d, "author", here);
	eve = den_guest(&d, "eve", here);
	assert_true(den_enter(&d, author) && den_enter(&d, eve));
	fill(&d, author, 40);
	memset(eve->heard, 0, sizeof(eve->heard));
	all = eve->head;
	all.seq = den_head(&d);
	all.term = 1;
	frame_put_whois(&out, "author", 6);
	frame_put_read(&out, 0, 0);
	frame_put_sync(&out, &all, 24, 0, NULL, 0);
	frame_put_whois(&out, "nobody", 6);
	frame_put_read(&out, 0, 0);
	frame_put_sync(&out, &eve->head, 24, 0, NULL, 0);
	den_say(&d, eve, &out);
	assert_int_equal(eve->heard[FRAME_PERSON], 1);
	assert_int_equal(eve->heard[FRAME_MEMBERS], 1);
	/* It has nothing yet, as it said last: so they come again. */
	entries = eve->heard[FRAME_ENTRIES];
	den_run(&d, 5000);
	assert_true(eve->heard[FRAME_ENTRIES] > entries);
	den_close(&d);
}

static void
older_entries_come_at_their_pace_however_often_asked_for(void **state)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out;
	struct guest *author, *eve;
	struct den d;
	int i;

	(void)state;
	den_open(&d, 0);
	author = den_guest(&d, "author", here);
	assert_true(den_enter(&d, author));
	fill(&d, author, 600);
	eve = den_guest(&d, "eve", here);
	assert_true(den_enter(&d, eve));
	den_run(&d, 5000);
	memset(eve->heard, 0, sizeof(eve->heard));
	for (i = 0; i < 200; i++) {
		out = wire_out(frames, sizeof(frames));
		frame_put_read(&out, den_head(&d), 500);
		den_say(&d, eve, &out);
	}
	assert_in_range(eve->heard[FRAME_ENTRIES], 1, 2);
	/* The last question is answered to its end. */
	den_run(&d, 1000);
	assert_in_range(eve->heard[FRAME_ENTRIES], 10, 100);
	den_close(&d);
}

/* Lets them in, slowly enough for the gate. */
static void
enter(struct den *d, struct guest *g)
{
	assert_true(den_enter(d, g));
	den_run(d, 200);
}

static struct guest *
newcomer(struct den *d, const char *name, const char *ip)
{
	struct guest *g = den_guest(d, name, ip);

	enter(d, g);
	return g;
}

/* As many lines as he may say now. */
static unsigned
say_all(struct den *d, struct guest *g)
{
	unsigned n = 0;

	while (den_line(d, g, "x"))
		n++;
	return n;
}

static void
one_key_has_one_rate_under_all_of_its_names(void **state)
{
	struct guest *eve[3];
	unsigned i, lines = 0;
	char name[16];
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	for (i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "eve%u", i);
		eve[i] = den_guest(&d, name, here);
		eve[i]->key = eve[0]->key;
		enter(&d, eve[i]);
	}
	den_run(&d, 10000);
	for (i = 0; i < 3; i++)
		lines += say_all(&d, eve[i]);
	assert_int_equal(lines, HUB_RATE * BUDGET_BURST_S);
	assert_int_equal(eve[2]->error, FRAME_LIMIT_RATE);
	assert_in_range(eve[2]->wait_ms, 1, 500);
	den_close(&d);
}

static void
many_identities_at_one_address_have_not_many_rates(void **state)
{
	enum { MANY = 50 };
	struct guest *g[MANY], *honest;
	unsigned i, lines = 0;
	int64_t end;
	char name[16];
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	honest = newcomer(&d, "honest", here);
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "member%u", i);
		g[i] = newcomer(&d, name, here);
	}
	den_run(&d, 20000);
	for (end = d.now_ms + 5000; d.now_ms < end; den_run(&d, 100))
		for (i = 0; i < MANY; i++)
			lines += say_all(&d, g[i]);
	/* 1,000 by 50 members; 320 are 16 members' worth. */
	assert_in_range(lines, 200, 640);
	/* Who is at rest is heard in the middle of it. */
	assert_true(den_line(&d, honest, "hello"));
	den_close(&d);
}

static void
who_comes_and_goes_is_a_few_entries(void **state)
{
	struct guest *eve, *bob;
	unsigned i, joins;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	bob = newcomer(&d, "bob", "192.0.2.9");
	eve = den_guest(&d, "eve", here);
	for (i = 0; i < 104; i++) {
		assert_true(den_enter(&d, eve));
		/* The first ones are seen at once. */
		if (i < 3)
			assert_int_equal(den_count(&d, ENTRY_JOIN, "eve"),
			    i + 1);
		den_leave(&d, eve);
		den_run(&d, 100);
	}
	joins = den_count(&d, ENTRY_JOIN, "eve");
	assert_in_range(joins, 4, 6);
	assert_int_equal(den_count(&d, ENTRY_LEAVE, "eve"), joins);
	assert_int_equal(den_count(&d, ENTRY_JOIN, "bob"), 1);
	assert_true(den_line(&d, bob, "still here"));
	den_close(&d);
}

static void
who_waits_to_come_in_hears_the_room_and_is_in_by_himself(void **state)
{
	struct guest *eve, *bob;
	unsigned i;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	bob = newcomer(&d, "bob", "192.0.2.9");
	eve = den_guest(&d, "eve", here);
	for (i = 0; i < 5; i++) {
		enter(&d, eve);
		if (i < 4)
			den_leave(&d, eve);
	}
	assert_int_equal(den_count(&d, ENTRY_JOIN, "eve"), 4);
	memset(eve->heard, 0, sizeof(eve->heard));
	assert_true(den_line(&d, bob, "hello"));
	den_run(&d, 100);
	assert_true(eve->heard[FRAME_ENTRIES] > 0);
	/* What he says waits, and he is told how long. */
	assert_false(den_line(&d, eve, "me too"));
	assert_int_equal(eve->error, FRAME_LIMIT_RATE);
	assert_in_range(eve->wait_ms, 10000, 15000);
	den_run(&d, 15000);
	assert_int_equal(den_count(&d, ENTRY_JOIN, "eve"), 5);
	assert_true(den_line(&d, eve, "me too"));
	den_close(&d);
}

static void
who_went_while_he_waited_never_came(void **state)
{
	struct guest *eve;
	unsigned i;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	eve = den_guest(&d, "eve", here);
	for (i = 0; i < 5; i++) {
		enter(&d, eve);
		den_leave(&d, eve);
	}
	den_run(&d, 120000);
	assert_int_equal(den_count(&d, ENTRY_JOIN, "eve"), 4);
	assert_int_equal(den_count(&d, ENTRY_LEAVE, "eve"), 4);
	assert_int_equal(hub_figures(d.hub).members, 0);
	den_close(&d);
}

/* His client shakes hands anew while he waits: where he was before is nobody
 * any more, whichever of the two would have its turn first. */
static void
who_waits_to_come_in_is_where_he_came_last(void **state)
{
	struct guest *eve;
	unsigned i, round;
	struct den d;

	(void)state;
	for (round = 0; round < 8; round++) {
		den_open(&d, HUB_RATE);
		eve = den_guest(&d, "eve", here);
		for (i = 0; i < 5; i++) {
			enter(&d, eve);
			if (i < 4)
				den_leave(&d, eve);
		}
		den_run(&d, round);
		/* Its outbox has another number where some was taken back. */
		eve->outbox += round % 2;
		enter(&d, eve);
		memset(eve->heard, 0, sizeof(eve->heard));
		den_run(&d, 30000);
		assert_int_equal(eve->heard[FRAME_ERROR], 0);
		assert_true(den_line(&d, eve, "here I am"));
		assert_int_equal(den_count(&d, ENTRY_JOIN, "eve"), 5);
		assert_int_equal(den_count(&d, ENTRY_LEAVE, "eve"), 4);
		assert_int_equal(hub_figures(d.hub).members, 1);
		den_close(&d);
	}
}

/* He has all that there is. */
static void
acknowledge(struct den *d, struct guest *g, uint64_t loss_permille)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_position all = log_head(d->log);

	frame_put_sync(&out, &all, 24, loss_permille, NULL, 0);
	den_say(d, g, &out);
}

/* A class that comes at once is no flood to those who are in. */
static void
joins_of_a_moment_are_one_datagram_to_each(void **state)
{
	enum { CLASS = 40 };
	char name[16], address[16];
	struct guest *bob;
	unsigned i;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	bob = newcomer(&d, "bob", here);
	acknowledge(&d, bob, 0);
	den_run(&d, 1000);
	bob->opened = 0;
	for (i = 0; i < CLASS; i++) {
		snprintf(name, sizeof(name), "s%u", i);
		/* Not what the gate has of one address. */
		snprintf(address, sizeof(address), "10.0.0.%u", i);
		assert_true(den_enter(&d, den_guest(&d, name, address)));
	}
	den_run(&d, 40);
	assert_int_equal(den_count(&d, ENTRY_JOIN, NULL), CLASS + 1);
	assert_int_equal(bob->opened, 1);
	den_close(&d);
}

/* Where much is lost what is said goes again after a round trip. That one is
 * known under new keys, too. */
static void
who_has_new_keys_has_the_path_of_before(void **state)
{
	struct guest *author, *bob;
	unsigned repeats[2];
	struct den d;
	int i;

	(void)state;
	den_open(&d, 0);
	author = newcomer(&d, "author", here);
	bob = den_guest(&d, "bob", here);
	assert_true(den_enter(&d, bob));
	den_run(&d, 40);
	acknowledge(&d, bob, 300);
	for (i = 0; i < 2; i++) {
		assert_true(den_line(&d, author, "lost"));
		den_run(&d, 20);
		bob->opened = 0;
		den_run(&d, 400);
		repeats[i] = bob->opened;
		enter(&d, bob);
		acknowledge(&d, bob, 300);
	}
	assert_true(repeats[0] >= 2);
	assert_int_equal(repeats[1], repeats[0]);
	den_close(&d);
}

static void
new_names_are_a_few_at_once_too(void **state)
{
	unsigned i, renames = 0;
	struct guest *eve;
	char name[16];
	struct den d;

	(void)state;
	den_open(&d, 100);
	eve = newcomer(&d, "eve", here);
	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "eve%u", i % 2);
		renames += den_rename(&d, eve, name);
		den_run(&d, 100);
	}
	assert_in_range(renames, 5, 6);
	/* Refused, they are in nobody's way: he may still speak. */
	assert_int_equal(eve->error, 0);
	assert_true(den_line(&d, eve, "hello"));
	den_close(&d);
}

/* A newcomer begins 500 entries before the end: renames that come to nothing
 * are among them, and nobody sees who drives out what was said. */
static void
what_nobody_sees_drives_nothing_out_of_sight(void **state)
{
	static const char *const names[] = { "eve", "bob", "admin" };
	struct guest *bob, *eve;
	unsigned i, k, before;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	bob = newcomer(&d, "bob", here);
	eve = newcomer(&d, "eve", "192.0.2.9");
	assert_true(den_line(&d, bob, "read this"));
	for (k = 0; k < 3; k++) {
		before = den_count(&d, ENTRY_RENAME, "eve");
		for (i = 0; i < 600; i++) {
			assert_false(den_rename(&d, eve, names[k]));
			den_run(&d, 500);
		}
		assert_in_range(den_count(&d, ENTRY_RENAME, "eve") - before,
		    60, 81);
	}
	/* They are held up as lines are, and so are those behind them. */
	assert_int_equal(eve->error, FRAME_LIMIT_RATE);
	den_run(&d, 5000);
	assert_false(den_rename(&d, eve, "bob"));
	assert_true(den_line(&d, eve, "hello"));
	den_close(&d);
}

static void
a_classic_client_comes_and_goes_so_often_only(void **state)
{
	struct guest *bob;
	unsigned i;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	bob = newcomer(&d, "bob", "192.0.2.9");
	for (i = 0; i < 104; i++) {
		den_classic(&d, "127.0.0.1", 7, "L eve");
		if (i < 20)
			assert_string_equal(d.text, "OK");
		den_classic(&d, "127.0.0.1", 7, "Q");
		den_run(&d, 50);
	}
	assert_string_equal(d.text, "FAIL");
	assert_in_range(den_count(&d, ENTRY_JOIN, "eve"), 20, 22);
	/* And where each comes from another port of one address. */
	for (i = 0; i < 104; i++) {
		den_classic(&d, here, (uint16_t)(1000 + i), "L zoe");
		den_classic(&d, here, (uint16_t)(1000 + i), "Q");
	}
	assert_in_range(den_count(&d, ENTRY_JOIN, "zoe"), 60, 70);
	assert_true(den_line(&d, bob, "still here"));
	den_close(&d);
}

/* A look at a name is work: who is refused has asked for it, too. */
/* Two addresses log in from all of their ports, and nobody reads there. */
static void
who_only_logged_in_leaves_a_full_room_for_a_newcomer(void **state)
{
	enum { PLACES = 4096 };
	unsigned i;
	char line[32];
	struct den d;

	(void)state;
	den_open(&d, 0);
	den_classic(&d, "127.0.0.3", 7, "L bob");
	den_classic(&d, "127.0.0.3", 7, "C hello");
	for (i = 1; i < PLACES; i++) {
		snprintf(line, sizeof(line), "L n%u", i);
		den_classic(&d, i % 2 ? "127.0.0.1" : "127.0.1.1",
		    (uint16_t)(1000 + i), line);
	}
	assert_int_equal(den_count(&d, ENTRY_JOIN, NULL), PLACES);
	den_classic(&d, "127.0.0.4", 7, "L late");
	assert_int_equal(den_count(&d, ENTRY_JOIN, "late"), 1);
	den_classic(&d, "127.0.0.4", 7, "C here");
	assert_int_equal(den_count(&d, ENTRY_SAY, "late"), 1);
	/* The one that came first, of those who said nothing. */
	assert_int_equal(den_count(&d, ENTRY_TIMEOUT, NULL), 1);
	assert_int_equal(den_count(&d, ENTRY_TIMEOUT, "n1"), 1);
	den_classic(&d, "127.0.0.3", 7, "C still here");
	assert_int_equal(den_count(&d, ENTRY_SAY, "bob"), 2);
	/* He is out, as who was idle is. */
	den_classic(&d, "127.0.0.1", 1001, "C me too");
	assert_string_equal(d.text, "FAIL");
	den_close(&d);
}

static void
a_classic_client_has_so_many_names_looked_at_only(void **state)
{
	struct hub_figures f;
	char line[32];
	unsigned i;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	for (i = 0; i < 500; i++) {
		snprintf(line, sizeof(line), "L e\xd0\xb2%u", i);
		den_classic(&d, "127.0.0.1", 7, line);
		assert_string_equal(d.text, "FAIL");
	}
	f = hub_figures(d.hub);
	assert_in_range(f.why[HUB_NAME_MIXED], 55, 62);
	assert_int_equal(f.why[HUB_NAME_MIXED] + f.why[HUB_OVER_LIMIT], 500);
	/* It is his alone, and soon over. */
	den_classic(&d, "127.0.0.1", 8, "L bob");
	den_run(&d, 3000);
	den_classic(&d, "127.0.0.1", 7, "L eve");
	assert_int_equal(hub_figures(d.hub).members, 2);
	den_close(&d);
}

/* Anybody can write any address on a datagram. */
/* So many of them that no other is remembered would be needed for that. */
static void
no_flood_of_made_up_addresses_buys_a_new_burst(void **state)
{
	struct guest *eve;
	unsigned i, said = 0;
	struct den d;
	char ip[32];

	(void)state;
	den_open(&d, 5);
	eve = newcomer(&d, "eve", "10.0.0.2");
	while (den_line(&d, eve, "spam"))
		continue;
	for (i = 0; i < BUDGET_KEPT; i++) {
		snprintf(ip, sizeof(ip), "11.0.%u.%u", i >> 8 & 255, i & 255);
		den_classic(&d, ip, 5000, "L /");
	}
	while (said < 10 && den_line(&d, eve, "spam"))
		said++;
	assert_int_equal(said, 0);
	den_close(&d);
}

static void
forged_classic_joins_are_a_few_entries(void **state)
{
	struct guest *bob;
	uint64_t before;
	unsigned i;
	char ip[32];
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	bob = newcomer(&d, "bob", "192.0.2.9");
	den_classic(&d, "198.18.0.7", 7, "L ann");
	den_classic(&d, "198.18.0.7", 7, "C hello");
	den_classic(&d, "198.18.0.7", 7, "Q");
	before = den_head(&d);
	for (i = 0; i < 10000; i++) {
		snprintf(ip, sizeof(ip), "10.0.%u.%u", i / 256, i % 256);
		den_classic(&d, ip, 9, "L eve");
		den_classic(&d, ip, 9, "Q");
		if (i % 10 == 0)
			den_run(&d, 1);
	}
	assert_in_range(den_head(&d) - before, 150, 300);
	/* Nor are those many of whom a line was heard once. */
	for (i = 0; i < 200; i++) {
		den_run(&d, 100);
		snprintf(ip, sizeof(ip), "10.9.%u.%u", i / 250, i % 250);
		den_classic(&d, ip, 9, "L eve");
		den_classic(&d, ip, 9, "C hello");
		den_classic(&d, ip, 9, "Q");
	}
	den_run(&d, 10000);
	before = den_head(&d);
	for (i = 0; i < 10000; i++) {
		snprintf(ip, sizeof(ip), "10.9.%u.%u", i % 200 / 250,
		    i % 200 % 250);
		den_classic(&d, ip, 9, "L eve");
		den_classic(&d, ip, 9, "Q");
		if (i % 10 == 0)
			den_run(&d, 1);
	}
	assert_in_range(den_head(&d) - before, 200, 600);
	den_run(&d, 1000);
	/* Who was here before, or is on this machine, comes in all the same. */
	den_classic(&d, "198.18.0.7", 8, "L ann");
	assert_string_equal(d.text, "OK");
	den_classic(&d, "127.0.0.1", 8, "L zoe");
	assert_string_equal(d.text, "OK");
	assert_true(den_line(&d, bob, "still here"));
	den_close(&d);
}

/* One network of many machines, whose clients ask again after a second. */
static void
a_class_is_in_within_seconds(void **state)
{
	bool in[120] = { false };
	unsigned i, count = 0, tries;
	char ip[32], line[32];
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	for (tries = 0; tries < 6; tries++, den_run(&d, 1000))
		for (i = 0; i < 120; i++) {
			if (in[i])
				continue;
			snprintf(ip, sizeof(ip), "198.18.0.%u", i);
			snprintf(line, sizeof(line), "L pupil%u", i);
			den_classic(&d, ip, 9, line);
			in[i] = strcmp(d.text, "OK") == 0;
			count += in[i];
			if (i == 59 && tries == 0)
				assert_int_equal(count, 60);
		}
	assert_int_equal(count, 120);
	den_close(&d);
}

static void
who_asks_without_end_is_answered_in_measure(void **state)
{
	uint8_t frames[GUEST_FRAMES], ping[FRAME_PING_BYTES] = { 0 };
	struct wire_out out;
	struct guest *eve, *bob;
	struct den d;
	int i;

	(void)state;
	den_open(&d, HUB_RATE);
	eve = newcomer(&d, "eve", here);
	bob = newcomer(&d, "bob", here);
	memset(eve->heard, 0, sizeof(eve->heard));
	for (i = 0; i < 50000; i++) {
		out = wire_out(frames, sizeof(frames));
		frame_put_ping(&out, FRAME_PING, ping);
		den_say(&d, eve, &out);
	}
	assert_in_range(eve->heard[FRAME_PONG], 1000, 10000);
	/* It is his alone. */
	out = wire_out(frames, sizeof(frames));
	memset(bob->heard, 0, sizeof(bob->heard));
	frame_put_ping(&out, FRAME_PING, ping);
	den_say(&d, bob, &out);
	assert_int_equal(bob->heard[FRAME_PONG], 1);
	assert_true(den_line(&d, eve, "and he may still speak"));
	den_close(&d);
}

/* How many are answered of very many questions for the chain, by READ; or by
 * a SYNC of a position that is not ours, to which it is the answer as well. */
static unsigned
chains(bool by_sync)
{
	uint8_t frames[GUEST_FRAMES];
	struct frame_position at;
	struct wire_out out;
	struct guest *eve;
	struct den d;
	unsigned n;
	int i;

	den_open(&d, HUB_RATE);
	eve = newcomer(&d, "eve", here);
	at = eve->head;
	at.seq = den_head(&d);
	at.term = 99;
	memset(eve->heard, 0, sizeof(eve->heard));
	for (i = 0; i < 50000; i++) {
		out = wire_out(frames, sizeof(frames));
		if (by_sync)
			frame_put_sync(&out, &at, 24, 0, NULL, 0);
		else
			frame_put_read(&out, at.seq, 0);
		den_say(&d, eve, &out);
	}
	n = eve->heard[FRAME_HEAD];
	den_close(&d);
	return n;
}

static void
a_position_that_is_not_ours_is_work_as_its_question_is(void **state)
{
	unsigned reads = chains(false), syncs = chains(true);

	(void)state;
	assert_in_range(reads, 100, 10000);
	assert_in_range(syncs, 100, reads);
}

/* The next line in each of as many frames as a datagram holds. */
static void
say_much(struct den *d, struct guest *g)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	while (out.len + 16 < out.size)
		guest_put_post(g, &out, ENTRY_SAY, "x");
	den_say(d, g, &out);
}

static void
mute(struct den *d, const char *name, int64_t ms)
{
	struct hub_person who;

	assert_true(hub_look(d->hub, d->now_ms, name, strlen(name), &who));
	assert_int_equal(hub_mute(d->hub, d->now_ms, d->now_ms, &who, ms,
	    ""), HUB_ACT_OK);
}

static void
a_datagram_of_posts_is_refused_once(void **state)
{
	struct guest *eve;
	struct den d;
	int i;

	(void)state;
	den_open(&d, HUB_RATE);
	eve = newcomer(&d, "eve", here);
	mute(&d, "eve", 0);
	say_much(&d, eve);
	assert_int_equal(hub_figures(d.hub).why[HUB_MUTED], 1);
	/* And so many of them only. */
	memset(eve->heard, 0, sizeof(eve->heard));
	for (i = 0; i < 50000; i++)
		say_much(&d, eve);
	assert_in_range(eve->heard[FRAME_ERROR], 1000, 10000);
	den_close(&d);
}

/* Bytes that only two could read, and that were never looked at. */
static void
no_room_takes_what_is_sealed(void **state)
{
	static const char sealed[ENTRY_SEALED_LEAST] = "\33\377";
	struct frame_post post = { .kind = ENTRY_SAY, .flags = ENTRY_SEALED <<
	    ENTRY_ROLE_SHIFT, .text = sealed, .text_len = sizeof(sealed) };
	struct guest *eve, *bob;
	uint8_t frames[256];
	struct wire_out out = wire_out(frames, sizeof(frames));
	uint64_t top;
	size_t begun;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	bob = newcomer(&d, "bob", here);
	eve = newcomer(&d, "eve", here);
	top = bob->top;
	post.id = (uint64_t)eve->outbox << 32 | eve->next;
	begun = frame_begin(&out, FRAME_POST);
	wire_put_varint(&out, 1);
	frame_put_post(&out, &post);
	frame_end(&out, begun);
	den_say(&d, eve, &out);
	den_run(&d, 1000);
	assert_int_equal(eve->error, FRAME_MUTED);
	assert_int_equal(eve->wait_ms, 0);
	assert_int_equal(bob->top, top);
	den_close(&d);
}

static void
who_is_muted_speaks_when_that_is_over(void **state)
{
	struct hub_person who;
	struct guest *eve;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	eve = newcomer(&d, "eve", here);
	assert_true(den_line(&d, eve, "one"));
	mute(&d, "eve", 0);
	assert_false(den_line(&d, eve, "two"));
	assert_true(hub_look(d.hub, d.now_ms, "eve", 3, &who));
	assert_int_equal(hub_unmute(d.hub, d.now_ms, d.now_ms, &who),
	    HUB_ACT_OK);
	assert_true(den_line(&d, eve, "two"));
	mute(&d, "eve", 5000);
	assert_false(den_line(&d, eve, "three"));
	den_run(&d, 4000);
	assert_false(den_line(&d, eve, "three"));
	den_run(&d, 1001);
	assert_true(den_line(&d, eve, "three"));
	den_close(&d);
}

/* Nor does he wait under another name for less: he is told how long it is. */
static void
who_is_muted_and_comes_under_a_new_name_is_told_until_when(void **state)
{
	enum { HOUR_MS = 3600 * 1000 };
	struct guest *eve;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	eve = newcomer(&d, "eve", here);
	mute(&d, "eve", HOUR_MS);
	snprintf(eve->name, sizeof(eve->name), "%s", "adam");
	eve->outbox++;
	eve->next = 1;
	enter(&d, eve);
	assert_false(den_line(&d, eve, "one"));
	assert_int_equal(den_count(&d, ENTRY_JOIN, "adam"), 0);
	assert_in_range(eve->wait_ms, HOUR_MS - 60 * 1000, HOUR_MS);
	den_close(&d);
}

/* He was not told that it is there, and has another name since. */
static void
a_line_is_known_again_by_a_former_name(void **state)
{
	struct guest *bob;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	bob = newcomer(&d, "bob", here);
	assert_true(den_line(&d, bob, "one"));
	assert_true(den_line(&d, bob, "two"));
	den_leave(&d, bob);
	strlcpy(bob->name, "mona", sizeof(bob->name));
	bob->next = 1;
	bob->former = "eve  bob";
	assert_true(den_enter(&d, bob));
	assert_int_equal(bob->next, 3);
	bob->next = 1;
	assert_false(den_line(&d, bob, "one"));
	assert_true(den_line(&d, bob, "three"));
	assert_int_equal(den_count(&d, ENTRY_SAY, "bob"), 2);
	assert_int_equal(den_count(&d, ENTRY_SAY, "mona"), 1);
	den_leave(&d, bob);
	/* So many names, and no more. */
	strlcpy(bob->name, "nina", sizeof(bob->name));
	bob->next = 1;
	bob->former = "a b c d e f g h mona bob";
	assert_true(den_enter(&d, bob));
	assert_int_equal(bob->next, 1);
	assert_true(den_line(&d, bob, "one"));
	den_close(&d);
}

/* His files were put back: what he says that he has is not what the room has.
 * Till that is on the disk it is not told. */
static void
what_he_has_posted_is_told_once_it_is_on_the_disk(void **state)
{
	struct guest *bob, *amy;
	struct den d;

	(void)state;
	den_open_waiting(&d, 0);
	bob = den_guest(&d, "bob", here);
	amy = den_guest(&d, "amy", here);
	/* Their names are to be on the disk first. */
	assert_false(den_enter(&d, bob) || den_enter(&d, amy));
	den_run(&d, 1000);
	assert_true(den_enter(&d, bob) && den_enter(&d, amy));
	assert_true(den_line(&d, bob, "one"));
	den_run(&d, 1000);
	assert_int_equal(bob->next, 2);
	bob->next = 1;
	d.waiter.slow = true;
	assert_true(den_line(&d, amy, "two"));
	assert_true(den_enter(&d, bob));
	memset(bob->heard, 0, sizeof(bob->heard));
	assert_false(den_line(&d, bob, "other"));
	den_run(&d, 100);
	assert_int_equal(bob->heard[FRAME_POSTED], 0);
	d.waiter.slow = false;
	den_run(&d, 100);
	assert_int_equal(bob->heard[FRAME_POSTED], 1);
	assert_int_equal(bob->next, 2);
	den_close(&d);
}

/* Before each wait for the disk ends there is one more line. */
static void
who_goes_on_talking_is_told_what_is_on_the_disk(void **state)
{
	struct guest *bob;
	struct den d;

	(void)state;
	den_open_waiting(&d, 0);
	bob = den_guest(&d, "bob", here);
	den_enter(&d, bob);
	den_run(&d, 1000);
	assert_true(den_enter(&d, bob));
	den_run(&d, 1000);
	memset(bob->heard, 0, sizeof(bob->heard));
	d.waiter.slow = true;
	assert_true(den_line(&d, bob, "one"));
	bob->next++;
	assert_true(den_line(&d, bob, "two"));
	d.waiter.slow = false;
	hub_tick(d.hub, d.now_ms, d.now_ms);
	d.waiter.slow = true;
	bob->next++;
	assert_true(den_line(&d, bob, "three"));
	assert_int_equal(bob->heard[FRAME_POSTED], 1);
	d.waiter.slow = false;
	den_run(&d, 100);
	assert_int_equal(bob->next, 4);
	den_close(&d);
}

/* A den where robin is called stork after four other names, and where his
 * first name is nobody's any more; and a stranger who knows his outbox. */
static struct guest *
open_to_mallory(struct den *d, struct guest **mallory, const char *name)
{
	static const char *const names[] = { "sparrow", "finch", "heron",
	    "stork" };
	struct guest *robin;
	size_t i;

	den_open(d, 0);
	robin = newcomer(d, "robin", "198.51.100.8");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_true(den_rename(d, robin, names[i]));
		assert_true(den_line(d, robin, "x"));
	}
	strlcpy(robin->name, "stork", sizeof(robin->name));
	*mallory = den_guest(d, name, "198.51.100.9");
	(*mallory)->outbox = robin->outbox;
	(*mallory)->next = robin->next;
	return robin;
}

/* He has new keys, and one line that waits; true: it is in. As clients do, he
 * takes another number where it is told further than he ever said. */
static bool
is_heard_again(struct den *d, struct guest *g)
{
	uint64_t next = g->next;
	bool in;

	enter(d, g);
	if (g->next > next + 1) {
		g->outbox++;
		g->next = 1;
		enter(d, g);
		next = 1;
	}
	in = g->next == next && den_line(d, g, "waited");
	return in && den_count(d, ENTRY_SAY, "stork") > 0;
}

static void
who_has_a_former_name_does_not_speak_for_its_owner(void **state)
{
	struct guest *robin, *mallory;
	struct den d;

	(void)state;
	robin = open_to_mallory(&d, &mallory, "robin");
	assert_true(den_enter(&d, mallory));
	assert_false(den_line(&d, mallory, "mine"));
	assert_true(is_heard_again(&d, robin));
	/* It is the number that is not good. */
	mallory->outbox += 7;
	mallory->next = 1;
	enter(&d, mallory);
	assert_true(den_line(&d, mallory, "mine"));
	den_close(&d);
}

static void
who_has_a_former_name_gives_its_owner_no_other(void **state)
{
	struct guest *robin, *mallory;
	struct den d;

	(void)state;
	robin = open_to_mallory(&d, &mallory, "robin");
	assert_true(den_enter(&d, mallory));
	den_rename(&d, mallory, "blockhead");
	den_leave(&d, mallory);
	assert_true(is_heard_again(&d, robin));
	assert_int_equal(den_count(&d, ENTRY_RENAME, "stork"), 0);
	assert_int_equal(den_count(&d, ENTRY_RENAME, "robin"), 1);
	den_close(&d);
}

static void
who_takes_a_former_name_does_not_speak_for_its_owner(void **state)
{
	struct guest *robin, *mallory;
	struct den d;

	(void)state;
	robin = open_to_mallory(&d, &mallory, "mallory");
	assert_true(den_enter(&d, mallory));
	assert_true(den_rename(&d, mallory, "robin"));
	assert_true(is_heard_again(&d, robin));
	den_close(&d);
}

/* Who was away for long and comes back with a full outbox. */
static void
many_lines_in_one_datagram_are_taken_at_once(void **state)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out;
	struct guest *bob;
	struct den d;
	unsigned i, n;

	(void)state;
	den_open(&d, 0);
	bob = newcomer(&d, "bob", here);
	for (i = n = 0; i < 10; i++) {
		out = wire_out(frames, sizeof(frames));
		for (; out.len + 32 < out.size; n++) {
			guest_put_post(bob, &out, ENTRY_SAY, "x");
			bob->next++;
		}
		den_say(&d, bob, &out);
	}
	assert_true(n > 200);
	assert_int_equal(den_count(&d, ENTRY_SAY, "bob"), n);
	den_close(&d);
}

static uint64_t kept;

static void
note_rewind(struct guest *g, struct frame *f)
{
	(void)g;
	if (f->type == FRAME_ERROR && f->code == FRAME_REWIND)
		kept = f->id;
}

/* Whose copy has more than the log keeps all that they have in common: what is
 * taken back without need looks lost to him, and he says it again. */
static void
nobody_is_sent_back_further_than_need_be(void **state)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_position at;
	struct guest *alice, *eve;
	struct den d;
	int i;

	(void)state;
	den_open(&d, 0);
	alice = den_guest(&d, "alice", "198.51.100.8");
	eve = den_guest(&d, "eve", "198.51.100.9");
	assert_true(den_enter(&d, alice));
	assert_true(den_enter(&d, eve));
	for (i = 0; i < 20; i++)
		assert_true(den_line(&d, alice, "said"));
	at = eve->head;
	at.seq = den_head(&d) + 1;
	at.term = log_term(d.log, den_head(&d));
	kept = 0;
	eve->hear = note_rewind;
	frame_put_sync(&out, &at, 24, 0, NULL, 0);
	den_say(&d, eve, &out);
	assert_int_equal(kept, den_head(&d));
	den_close(&d);
}

static uint64_t missing;
static unsigned came;

static void
count_missing(struct guest *g, struct frame *f)
{
	struct entry e;

	(void)g;
	while (f->type == FRAME_ENTRIES && frame_next_entry(f, &e))
		came += e.seq == missing;
}

/* He has all up to seq and, further on, this. */
static void
say_what_came(struct den *d, struct guest *g, uint64_t seq,
    const struct frame_range *held)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_position at = g->head;

	at.term = log_term(d->log, seq);
	at.seq = seq;
	frame_put_sync(&out, &at, 24, 0, held, held != NULL);
	den_say(d, g, &out);
	den_run(d, 3000);
}

/* As where his copy went back, and an older word of it comes late. */
static void
who_says_that_he_lost_what_he_held_is_sent_it_again(void **state)
{
	struct frame_range held;
	struct guest *alice, *eve;
	struct den d;

	(void)state;
	den_open(&d, 0);
	alice = den_guest(&d, "alice", "198.51.100.8");
	eve = den_guest(&d, "eve", "198.51.100.9");
	assert_true(den_enter(&d, alice));
	assert_true(den_enter(&d, eve));
	fill(&d, alice, 20);
	held.last = den_head(&d) - 3;
	missing = held.first = held.last - 4;
	say_what_came(&d, eve, held.first - 3, &held);
	came = 0;
	eve->hear = count_missing;
	/* It is held still, though it is not out. */
	say_what_came(&d, eve, held.first - 1, &held);
	assert_int_equal(came, 0);
	say_what_came(&d, eve, held.first - 1, NULL);
	assert_true(came > 0);
	den_close(&d);
}

/* So that the system takes them together: see net.h. */
static void
answer_ping(struct guest *g, struct frame *f)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	if (f->type != FRAME_PING)
		return;
	frame_put_ping(&out, FRAME_PONG, f->bytes);
	den_say(g->arg, g, &out);
}

/* What a room that talks sends to who acknowledges all of it, in bytes. */
static size_t
bytes_to_listener(void (*hear)(struct guest *, struct frame *))
{
	enum { LINES = 800, LEN = 400 };
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out;
	struct frame_position all;
	struct guest *author, *eve;
	char text[LEN + 1];
	size_t bytes = 0;
	unsigned i, opened;
	struct den d;

	memset(text, 'x', LEN);
	text[LEN] = '\0';
	den_open(&d, 0);
	author = newcomer(&d, "author", here);
	eve = newcomer(&d, "eve", "192.0.2.9");
	author->hear = answer_ping;
	eve->hear = hear;
	author->arg = eve->arg = &d;
	for (i = 0; i < LINES; i++) {
		opened = eve->opened;
		assert_true(den_line(&d, author, text));
		den_run(&d, 50);
		all = eve->head;
		all.seq = den_head(&d);
		all.term = 1;
		out = wire_out(frames, sizeof(frames));
		frame_put_sync(&out, &all, 24, 0, NULL, 0);
		den_say(&d, eve, &out);
		assert_true(eve->opened - opened <= GUEST_LENS);
		while (opened++ < eve->opened)
			bytes += eve->len[opened % GUEST_LENS];
	}
	den_close(&d);
	return bytes;
}

/* Else it goes to an address that he has left, or lent, at his word. */
static void
who_is_sent_much_has_to_receive_it(void **state)
{
	(void)state;
	assert_true(bytes_to_listener(answer_ping) > 400000);
	assert_true(bytes_to_listener(NULL) < 300000);
}

/* Bytes that came to who reads back each second, and hears PINGs so. */
static size_t
bytes_to_reader(void (*hear)(struct guest *, struct frame *))
{
	enum { LINES = 600, SECONDS = 10 };
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out;
	struct guest *author, *eve;
	unsigned opened, t, k;
	char text[1001];
	size_t bytes = 0;
	struct den d;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	den_open(&d, 0);
	author = newcomer(&d, "author", here);
	author->hear = answer_ping;
	author->arg = &d;
	for (t = 0; t < LINES; t++)
		assert_true(den_line(&d, author, text));
	eve = newcomer(&d, "eve", "192.0.2.9");
	eve->hear = hear;
	eve->arg = &d;
	den_run(&d, 1000);
	opened = eve->opened;
	for (t = 0; t < SECONDS; t++) {
		out = wire_out(frames, sizeof(frames));
		frame_put_read(&out, den_head(&d) + 1, 500);
		den_say(&d, eve, &out);
		for (k = 0; k < 1000; k++) {
			den_run(&d, 1);
			for (; opened < eve->opened; opened++)
				bytes += eve->len[opened % GUEST_LENS];
		}
	}
	den_close(&d);
	return bytes;
}

static void
who_reads_back_much_has_to_receive_it(void **state)
{
	(void)state;
	assert_true(bytes_to_reader(answer_ping) > 4000000);
	/* Three times 500 entries. */
	assert_true(bytes_to_reader(NULL) < 1700000);
}

static void
datagrams_in_a_row_are_of_one_length(void **state)
{
	static const char *const words[] = { "an", "another", "yet another" };
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out;
	struct guest *author, *eve;
	struct frame_position at;
	unsigned before, i, n;
	struct den d;

	(void)state;
	den_open(&d, 0);
	author = den_guest(&d, "author", here);
	enter(&d, author);
	eve = den_guest(&d, "eve", here);
	assert_true(den_enter(&d, eve));
	den_run(&d, 1);
	/* She has it all, and the way is short. */
	at = eve->head;
	at.seq = den_head(&d);
	out = wire_out(frames, sizeof(frames));
	frame_put_sync(&out, &at, 24, 0, NULL, 0);
	den_say(&d, eve, &out);
	for (i = 0; i < 200; i++) {
		out = wire_out(frames, sizeof(frames));
		guest_put_post(author, &out, ENTRY_SAY, words[i * i % 7 % 3]);
		author->next++;
		den_say(&d, author, &out);
	}
	before = eve->opened;
	den_run(&d, 1);
	n = eve->opened - before;
	assert_in_range(n, 4, GUEST_LENS);
	for (i = 1; i + 1 < n; i++)
		assert_int_equal(eve->len[(before + i) % GUEST_LENS],
		    eve->len[before % GUEST_LENS]);
	assert_in_range(eve->len[before % GUEST_LENS], 1100, GUEST_DATAGRAM);
	den_close(&d);
}

static void
a_line_waits_for_no_other_line(void **state)
{
	struct guest *author, *eve;
	struct den d;
	int i;

	(void)state;
	den_open(&d, 0);
	author = newcomer(&d, "author", here);
	eve = newcomer(&d, "eve", "198.51.100.8");
	for (i = 0; i < 10; i++) {
		assert_true(den_line(&d, author, "x"));
		den_run(&d, 1);
		assert_true(eve->top == den_head(&d));
	}
	den_close(&d);
}

/* The classic protocol has no word for another name. */
static void
a_rename_is_a_leave_and_a_join_for_classic_clients(void **state)
{
	struct guest *dave;
	unsigned before;
	struct den d;

	(void)state;
	den_open(&d, 0);
	dave = den_guest(&d, "dave", "198.51.100.8");
	assert_true(den_enter(&d, dave));
	den_classic(&d, "127.0.0.1", 7, "L carol");
	assert_string_equal(d.text, "OK");
	before = d.classic;
	assert_true(den_rename(&d, dave, "Erin"));
	assert_int_equal(d.classic, before + 2);
	assert_string_equal(d.text, "Erin entered the chat room");
	/* One that is refused is nothing to them. */
	assert_false(den_rename(&d, dave, "carol"));
	assert_int_equal(d.classic, before + 2);
	den_classic(&d, "127.0.0.1", 8, "L erin");
	assert_string_equal(d.text, "FAIL");
	assert_int_equal(hub_figures(d.hub).members, 2);
	den_close(&d);
}

enum { MANY_MEMBERS = 100, NAME = 20 };

/* What a guest has read of the list of members. */
struct reader {
	bool		 seen[MANY_MEMBERS];
	uint64_t	 next, total;
};

static void
read_members(struct guest *g, struct frame *f)
{
	struct reader *r = g->arg;
	struct frame_member m;
	const char *end;

	if (f->type != FRAME_MEMBERS || f->offset != r->next)
		return;
	for (; frame_next_member(f, &m); r->next++) {
		end = m.name + m.name_len;
		if (m.name_len == NAME)
			r->seen[(end[-2] - '0') * 10 + end[-1] - '0'] = true;
	}
	r->total = f->total;
}

static void
read_on(struct den *d, struct guest *g)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct reader *r = g->arg;

	frame_put_read(&out, 0, r->next);
	den_say(d, g, &out);
}

/* It comes in pieces, by number, and each who goes has the numbers behind his
 * go down. */
static void
who_goes_hides_nobody_from_who_reads_the_list_of_members(void **state)
{
	struct reader all = { .next = 0 };
	struct guest *g[MANY_MEMBERS], *eve;
	char name[NAME + 1], ip[32];
	struct den d;
	unsigned i;

	(void)state;
	den_open(&d, 0);
	for (i = 0; i < MANY_MEMBERS; i++) {
		snprintf(name, sizeof(name), "%0*u", NAME, i);
		memcpy(name, "member", 6);
		snprintf(ip, sizeof(ip), "198.51.%u.7", i);
		g[i] = newcomer(&d, name, ip);
	}
	eve = newcomer(&d, "eve", "203.0.113.9");
	eve->hear = read_members;
	eve->arg = &all;
	read_on(&d, eve);
	assert_in_range(all.next, 20, MANY_MEMBERS * 3 / 4);
	for (i = 0; i < all.next - 1; i++)
		den_leave(&d, g[i]);
	den_run(&d, 1000);
	for (i = 0; i < MANY_MEMBERS && all.next < all.total; i++)
		read_on(&d, eve);
	assert_int_equal(all.next, all.total);
	for (i = 0; i < MANY_MEMBERS; i++)
		assert_true(all.seen[i]);
	den_close(&d);
}

/* An answer that was lost is asked for again. */
static void
the_same_piece_of_the_list_comes_again(void **state)
{
	struct reader all = { .next = 0 }, again = { .next = 0 };
	char name[NAME + 1], ip[32];
	struct guest *eve;
	struct den d;
	unsigned i;

	(void)state;
	den_open(&d, 0);
	for (i = 0; i < MANY_MEMBERS; i++) {
		snprintf(name, sizeof(name), "%0*u", NAME, i);
		memcpy(name, "member", 6);
		snprintf(ip, sizeof(ip), "198.51.%u.7", i);
		newcomer(&d, name, ip);
	}
	eve = newcomer(&d, "eve", "203.0.113.9");
	eve->hear = read_members;
	for (i = 0; i < MANY_MEMBERS && all.next <= all.total; i++) {
		again.next = all.next;
		memset(again.seen, 0, sizeof(again.seen));
		memset(all.seen, 0, sizeof(all.seen));
		eve->arg = &all;
		read_on(&d, eve);
		eve->arg = &again;
		read_on(&d, eve);
		assert_int_equal(again.next, all.next);
		assert_memory_equal(again.seen, all.seen, sizeof(all.seen));
		if (all.next == all.total)
			break;
	}
	assert_int_equal(all.total, MANY_MEMBERS + 1);
	/* From wherever: nobody is refused for a number. */
	all.next = again.next = 50;
	eve->arg = &all;
	read_on(&d, eve);
	assert_true(all.next > 50 && all.seen[51] && !all.seen[40]);
	den_close(&d);
}

/* Another window of that one. */
static struct guest *
window_of(struct den *d, const struct guest *g)
{
	struct guest *other = den_guest(d, g->name, here);

	other->key = g->key;
	return other;
}

static bool
is_replaced(struct guest *g)
{
	return g->heard[FRAME_ERROR] > 0 && g->error == FRAME_REPLACED;
}

static void
of_two_windows_the_one_that_joined_last_stays(void **state)
{
	struct guest *old, *new, *newest;
	struct den d;

	(void)state;
	den_open(&d, 0);
	old = newcomer(&d, "ann", here);
	/* It slept meanwhile, or the server began anew. */
	den_run(&d, 5000);
	new = window_of(&d, old);
	enter(&d, new);
	assert_true(is_replaced(old) && !is_replaced(new));
	old->error = 0;
	old->age_ms = 5400;
	den_run(&d, 5000);
	old->age_ms += 5000;
	enter(&d, old);
	assert_true(is_replaced(old) && !is_replaced(new));
	assert_true(den_line(&d, new, "hi"));
	/* Of itself it is no older window, by whatever number it speaks. */
	new->age_ms = 5300;
	new->outbox++;
	new->next = 1;
	enter(&d, new);
	assert_true(den_line(&d, new, "still here"));
	new->error = 0;
	/* Who comes now, or does not say since when he is in, is the last. */
	newest = window_of(&d, old);
	enter(&d, newest);
	assert_true(is_replaced(new) && !is_replaced(newest));
	assert_true(den_line(&d, newest, "hi"));
	den_close(&d);
}

static void
the_newer_window_takes_the_seat_that_the_older_one_has_again(void **state)
{
	struct guest *old, *new;
	struct den d;

	(void)state;
	den_open(&d, 0);
	old = den_guest(&d, "ann", here);
	old->age_ms = 3600 * 1000;
	enter(&d, old);
	new = window_of(&d, old);
	new->age_ms = 60 * 1000;
	enter(&d, new);
	assert_true(is_replaced(old) && !is_replaced(new));
	assert_true(den_line(&d, new, "hi"));
	assert_int_equal(den_count(&d, ENTRY_JOIN, "ann"), 1);
	den_close(&d);
}

/* She comes and goes till she has to wait outside. */
static void
go_in_and_out(struct den *d, struct guest *g)
{
	unsigned joins;

	do {
		joins = den_count(d, ENTRY_JOIN, g->name);
		enter(d, g);
		den_leave(d, g);
		den_run(d, 200);
	} while (den_count(d, ENTRY_JOIN, g->name) > joins);
}

static void
nor_does_an_older_one_go_for_one_that_waits_outside(void **state)
{
	struct guest *old, *new;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	old = den_guest(&d, "ann", here);
	go_in_and_out(&d, old);
	new = window_of(&d, old);
	new->age_ms = 60 * 1000;
	assert_true(den_enter(&d, new));
	old->age_ms = 3600 * 1000;
	assert_true(den_enter(&d, old));
	assert_true(is_replaced(old) && !is_replaced(new));
	den_run(&d, 30 * 1000);
	assert_true(den_line(&d, new, "hi"));
	den_close(&d);
}

/* He would learn it by his next sign of life alone, half a minute later. */
/* As one does that is not to be in the room again. */
static void
whom_a_session_leaves_behind_is_gone_after_a_while(void **state)
{
	struct peers *ps;
	struct member *bob;
	struct seat *his;
	struct den d;

	(void)state;
	den_open(&d, 0);
	newcomer(&d, "bob", here);
	ps = d.hub->peers;
	bob = roster_named(&ps->home->room->roster, "bob", 3);
	his = devices_first(bob);
	peers_drop(ps, his->peer);
	assert_null(devices_first(bob));
	den_run(&d, PEER_TIMEOUT_MS - 1000);
	assert_int_equal(den_count(&d, ENTRY_TIMEOUT, "bob"), 0);
	den_run(&d, 3000);
	assert_int_equal(den_count(&d, ENTRY_TIMEOUT, "bob"), 1);
	den_close(&d);
}

static void
who_loses_a_datagram_learns_of_the_end(void **state)
{
	struct guest *ann;
	unsigned heard;
	int64_t due, begun;
	struct den d;

	(void)state;
	den_open(&d, 0);
	ann = newcomer(&d, "ann", here);
	heard = ann->heard[FRAME_LEAVE];
	begun = d.now_ms;
	hub_close(d.hub, d.now_ms, d.now_ms, HUB_END_STOPPED);
	while ((due = hub_ends(d.hub, d.now_ms, d.now_ms)) != INT64_MAX) {
		assert_true(due > d.now_ms);
		d.now_ms = due;
	}
	den_run(&d, 0);
	assert_int_equal(ann->heard[FRAME_LEAVE], heard + 3);
	/* Nobody waits long for a server to end. */
	assert_in_range(d.now_ms - begun, 20, 150);
	den_close(&d);
}

static void
a_server_of_nobody_ends_at_once(void **state)
{
	struct den d;

	(void)state;
	den_open(&d, 0);
	hub_close(d.hub, d.now_ms, d.now_ms, HUB_END_STOPPED);
	assert_true(hub_ends(d.hub, d.now_ms, d.now_ms) == INT64_MAX);
	den_close(&d);
}

/* Behind it there is no number: a line that has it would be the next one for
 * ever. */
static void
the_last_number_of_an_outbox_is_nobodys(void **state)
{
	struct guest *bob, *eve;
	struct den d;

	(void)state;
	den_open(&d, 0);
	bob = newcomer(&d, "bob", here);
	eve = den_guest(&d, "eve", here);
	eve->next = UINT32_MAX - 1;
	enter(&d, eve);
	assert_true(den_line(&d, eve, "but one"));
	assert_false(den_line(&d, eve, "the last"));
	assert_false(den_line(&d, eve, "of the next round"));
	assert_true(den_line(&d, bob, "and the room goes on"));
	assert_int_equal(den_count(&d, ENTRY_SAY, "eve"), 1);
	den_close(&d);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test(name)
	const struct CMUnitTest tests[] = {
		TEST(of_what_a_datagram_asks_twice_the_last_counts),
		TEST(older_entries_come_at_their_pace_however_often_asked_for),
		TEST(one_key_has_one_rate_under_all_of_its_names),
		TEST(many_identities_at_one_address_have_not_many_rates),
		TEST(who_comes_and_goes_is_a_few_entries),
		TEST(who_waits_to_come_in_hears_the_room_and_is_in_by_himself),
		TEST(who_went_while_he_waited_never_came),
		TEST(who_waits_to_come_in_is_where_he_came_last),
		TEST(joins_of_a_moment_are_one_datagram_to_each),
		TEST(who_has_new_keys_has_the_path_of_before),
		TEST(new_names_are_a_few_at_once_too),
		TEST(what_nobody_sees_drives_nothing_out_of_sight),
		TEST(a_classic_client_comes_and_goes_so_often_only),
		TEST(who_only_logged_in_leaves_a_full_room_for_a_newcomer),
		TEST(a_classic_client_has_so_many_names_looked_at_only),
		TEST(no_flood_of_made_up_addresses_buys_a_new_burst),
		TEST(forged_classic_joins_are_a_few_entries),
		TEST(a_class_is_in_within_seconds),
		TEST(who_asks_without_end_is_answered_in_measure),
		TEST(a_position_that_is_not_ours_is_work_as_its_question_is),
		TEST(a_datagram_of_posts_is_refused_once),
		TEST(no_room_takes_what_is_sealed),
		TEST(who_is_muted_speaks_when_that_is_over),
		TEST(who_is_muted_and_comes_under_a_new_name_is_told_until_when),
		TEST(a_line_is_known_again_by_a_former_name),
		TEST(what_he_has_posted_is_told_once_it_is_on_the_disk),
		TEST(who_has_a_former_name_does_not_speak_for_its_owner),
		TEST(who_has_a_former_name_gives_its_owner_no_other),
		TEST(who_takes_a_former_name_does_not_speak_for_its_owner),
		TEST(many_lines_in_one_datagram_are_taken_at_once),
		TEST(nobody_is_sent_back_further_than_need_be),
		TEST(who_says_that_he_lost_what_he_held_is_sent_it_again),
		TEST(who_is_sent_much_has_to_receive_it),
		TEST(who_reads_back_much_has_to_receive_it),
		TEST(datagrams_in_a_row_are_of_one_length),
		TEST(a_line_waits_for_no_other_line),
		TEST(a_rename_is_a_leave_and_a_join_for_classic_clients),
		TEST(who_goes_hides_nobody_from_who_reads_the_list_of_members),
		TEST(the_same_piece_of_the_list_comes_again),
		TEST(of_two_windows_the_one_that_joined_last_stays),
		TEST(the_newer_window_takes_the_seat_that_the_older_one_has_again),
		TEST(nor_does_an_older_one_go_for_one_that_waits_outside),
		TEST(whom_a_session_leaves_behind_is_gone_after_a_while),
		TEST(who_loses_a_datagram_learns_of_the_end),
		TEST(a_server_of_nobody_ends_at_once),
		TEST(who_goes_on_talking_is_told_what_is_on_the_disk),
		TEST(the_last_number_of_an_outbox_is_nobodys),
	};

	return tests_run(tests, NULL, NULL);
}
