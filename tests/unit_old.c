/*
 * Who is as old as the protocol is still understood: what two clients and the
 * server of commit 04de635 said to each other, recorded once in tests/golden,
 * is said to today's hub and to today's link. The record is not to be written
 * anew. In it bob and alice talk, one text is in two parts; alice is called
 * anna, is refused another's name, asks who bob is, reads back, compares; bob
 * sleeps meanwhile and catches up; both leave.
 *
 * Today's hub does not answer byte for byte what that server did; but it sends
 * nothing that came after those clients: no frame and no code.
 */
#include <stdio.h>
#include <string.h>

#include "common/frame_put.h"
#include "common/wire.h"
#include "tests/with_cmocka.h"
#include "tests/with_rogue.h"
#include "tests/with_sent.h"

enum {
	OLD_FRAME = FRAME_PERSON,	/* the last that they know */
	OLD_CODE = FRAME_REWIND,
	LINE = 2 * GUEST_DATAGRAM + 64,
	RATE = 2
};

/* A line of a record. */
struct said {
	long long	 ms;
	char		 who[16], what[16];	/* who: old-client's alone */
	size_t		 len;
	uint8_t		 bytes[GUEST_DATAGRAM];
};

static uint8_t
digit(char c)
{
	const char *digits = "0123456789abcdef", *at = strchr(digits, c);

	assert_true(c != '\0' && at != NULL);
	return (uint8_t)(at - digits);
}

static bool
next_said(FILE *f, bool has_who, struct said *s)
{
	char text[LINE], hex[LINE];
	size_t i;

	do
		if (fgets(text, sizeof(text), f) == NULL)
			return false;
	while (*text == '#');
	memset(s, 0, sizeof(*s));
	if (has_who)
		assert_int_equal(sscanf(text, "%lld %15s %15s %s", &s->ms,
		    s->who, s->what, hex), 4);
	else
		assert_int_equal(sscanf(text, "%lld %15s %s", &s->ms,
		    s->what, hex), 3);
	s->len = strlen(hex) / 2;
	assert_true(s->len <= sizeof(s->bytes));
	for (i = 0; i < s->len; i++)
		s->bytes[i] = (uint8_t)(digit(hex[2 * i]) << 4 |
		    digit(hex[2 * i + 1]));
	return true;
}

static FILE *
open_record(const char *path)
{
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	return f;
}

/* ---- Their clients, today's hub. ---- */

static struct den den;
static unsigned persons, older, refusals;

/* Nothing that they cannot know, in each of its datagrams. */
static void
look_at(struct den *d, const union sock_addr *to, const void *data, size_t len)
{
	uint8_t frames[GUEST_DATAGRAM];
	struct wire_in in;
	uint64_t body;
	uint8_t type;
	size_t n;

	(void)to;
	if (sent_open(d, data, len, frames, &n) == NULL)
		return;
	in = wire_in(frames, n);
	while (in.pos < in.len) {
		type = wire_get_u8(&in);
		body = wire_get_varint(&in);
		wire_get_bytes(&in, (size_t)body);
		assert_false(in.failed);
		assert_in_range(type, FRAME_POST, OLD_FRAME);
	}
}

static void
hear(struct guest *g, struct frame *f)
{
	struct entry first;

	(void)g;
	if (f->type == FRAME_ERROR) {
		assert_in_range(f->code, 1, OLD_CODE);
		refusals++;
	}
	persons += f->type == FRAME_PERSON;
	/* What is asked for comes newest first. */
	older += f->type == FRAME_ENTRIES && f->count == 3 &&
	    frame_next_entry(f, &first) && first.seq == 3;
}

static struct guest *
guest_of(const char *who, const char *ip)
{
	size_t i;

	for (i = 0; i < den.guests; i++)
		if (strcmp(den.guest[i]->name, who) == 0)
			return den.guest[i];
	return den_guest(&den, who, ip);
}

/* As HS3 says; and what a guest says now is the same. */
static void
visit(struct guest *g, const struct said *s)
{
	uint8_t again[GUEST_DATAGRAM];
	struct hello_visitor v;

	assert_true(hello_read_visitor(s->bytes, s->len, &v));
	assert_int_equal(hello_put_visitor(again, sizeof(again), &v), s->len);
	assert_memory_equal(again, s->bytes, s->len);
	assert_int_equal(v.have.seq, 0);
	g->outbox = v.outbox;
	g->next = v.next_id;
	g->have = &v.have;
	g->hear = hear;
	assert_true(den_enter(&den, g));
	g->have = NULL;
}

static void
a_client_of_before_is_understood(void **state)
{
	FILE *f = open_record("tests/golden/old-client.txt");
	struct guest *g, *alice, *bob;
	struct wire_out out;
	struct said s;
	int64_t begun;

	(void)state;
	den_open(&den, RATE);
	den.sent = look_at;
	begun = den.now_ms;
	persons = older = refusals = 0;
	while (next_said(f, true, &s)) {
		den_run(&den, begun + s.ms - den.now_ms);
		g = guest_of(s.who, *s.who == 'a' ? "192.0.2.7" : "192.0.2.8");
		out = wire_out(s.bytes, sizeof(s.bytes));
		out.len = s.len;
		if (strcmp(s.what, "visit") == 0)
			visit(g, &s);
		else
			den_say(&den, g, &out);
	}
	fclose(f);
	den_run(&den, 3000);
	alice = guest_of("alice", NULL);
	bob = guest_of("bob", NULL);
	/* All that they said is in the log, and they know. */
	assert_int_equal(alice->next, 8);
	assert_int_equal(bob->next, 5);
	assert_int_equal(den_count(&den, ENTRY_SAY, NULL), 7);
	assert_int_equal(den_count(&den, ENTRY_PART, NULL), 2);
	assert_int_equal(den_count(&den, ENTRY_RENAME, NULL), 2);
	assert_int_equal(den_count(&den, ENTRY_SAY, "anna"), 2);
	assert_int_equal(alice->top, den_head(&den) - 2);
	assert_int_equal(bob->top, den_head(&den) - 1);
	assert_int_equal(persons, 1);
	assert_int_equal(older, 1);
	assert_int_equal(refusals, 0);
	/* And they left. */
	assert_int_equal(den_count(&den, ENTRY_LEAVE, NULL), 2);
	assert_int_equal(hub_figures(den.hub).members, 0);
	den_close(&den);
}

/* ---- Their server, today's link. ---- */

static void
say_first(struct rogue *r)
{
	rogue_post(r, "alice#0/0.");
}

static void
say_third(struct rogue *r)
{
	rogue_post(r, "alice#2/0.");
}

static void
say_fourth(struct rogue *r)
{
	rogue_post(r, "alice#3/0.");
}

static void
say_second(struct rogue *r)
{
	char text[TEXT_LINE_BYTES + 101];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	rogue_post(r, text);
}

static void
be_anna(struct rogue *r)
{
	link_nick(r->link, r->now, 0, "anna", 4);
}

static void
be_bob(struct rogue *r)
{
	link_nick(r->link, r->now, 0, "bob", 3);
}

static void
ask_who(struct rogue *r)
{
	link_whois(r->link, r->now, 0, "bob", 3);
}

static void
read_back(struct rogue *r)
{
	link_read(r->link, r->now, 0, 4, 3);
}

static void
compare(struct rogue *r)
{
	link_verify(r->link, r->now, 0);
}

/* All is as it was there. */
static void
leave(struct rogue *r)
{
	assert_int_equal(r->state.phase, RECORD_ONLINE);
	assert_int_equal(r->state.pending, 0);
	assert_int_equal(link_have(r->link, 0), 14);
	assert_int_equal(r->told[RECORD_ENTRY], 14);
	assert_int_equal(r->told[RECORD_POSTED], 4);
	assert_int_equal(r->told[RECORD_REFUSED], 0);
	assert_int_equal(r->told[RECORD_NICK_DENIED], 1);
	assert_int_equal(r->told[RECORD_MEMBER], 2);
	assert_int_equal(r->told[RECORD_PERSON], 1);
	assert_int_equal(r->told[RECORD_OLDER], 3);
	assert_true(r->told[RECORD_VERIFIED] > 0);
	assert_int_equal(r->differences, 0);
	assert_int_equal(r->told[RECORD_REWIND], 0);
	assert_int_equal(r->told[RECORD_DENIED], 0);
	assert_int_equal(r->visits, 1);
	assert_false(link_left(r->link));
	link_leave(r->link, r->now);
}

/* What alice did when. */
static const struct {
	int64_t	 ms;
	void	(*does)(struct rogue *);
} acts[] = {
	{ 500, rogue_link }, { 2000, say_first }, { 2500, say_second },
	{ 5000, be_anna }, { 6000, be_bob }, { 7000, ask_who },
	{ 8000, read_back }, { 8500, compare }, { 9000, say_third },
	{ 9500, say_fourth }, { 65000, leave }
};

/* Up to then; what she did meanwhile, too. */
static void
run_to(struct rogue *r, int64_t begun, int64_t ms, size_t *done)
{
	for (; *done < sizeof(acts) / sizeof(acts[0]) &&
	    acts[*done].ms <= ms; ++*done) {
		if (r->link != NULL)
			assert_true(rogue_run(r, begun + acts[*done].ms -
			    r->now));
		r->now = begun + acts[*done].ms;
		acts[*done].does(r);
		assert_true(rogue_run(r, 0));
	}
	assert_true(rogue_run(r, begun + ms - r->now));
}

/* As old-client.txt says that alice's was. */
static uint32_t
outbox_of_alice(void)
{
	FILE *f = open_record("tests/golden/old-client.txt");
	struct hello_visitor v;
	struct said s;

	do
		assert_true(next_said(f, true, &s));
	while (strcmp(s.who, "alice") != 0);
	assert_string_equal(s.what, "visit");
	assert_true(hello_read_visitor(s.bytes, s.len, &v));
	fclose(f);
	return v.outbox;
}

static void
a_server_of_before_is_understood(void **state)
{
	FILE *f = open_record("tests/golden/old-server.txt");
	struct hello_room room;
	struct rogue r;
	struct said s;
	int64_t begun;
	size_t done = 0;

	(void)state;
	rogue_start(&r);
	r.mute = true;
	r.outbox = outbox_of_alice();
	begun = r.now;
	assert_true(next_said(f, false, &s));
	assert_string_equal(s.what, "room");
	assert_true(hello_read_room(s.bytes, s.len, &room));
	assert_int_equal(room.name_len, strlen(r.room));
	r.head = room.head;
	r.flags = room.flags;
	while (next_said(f, false, &s)) {
		run_to(&r, begun, s.ms, &done);
		/* From now on it is the record that says HEAD. */
		r.mute = false;
		rogue_say(&r, s.bytes, s.len);
	}
	fclose(f);
	assert_int_equal(done, sizeof(acts) / sizeof(acts[0]));
	assert_true(link_left(r.link));
	rogue_end(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_of_before_is_understood),
		cmocka_unit_test(a_server_of_before_is_understood)
	};

	return tests_run(tests, NULL, NULL);
}
