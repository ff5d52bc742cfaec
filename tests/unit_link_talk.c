/*
 * A link in a talk: what is said there leaves it sealed and comes back opened,
 * whatever the server makes of it; a server that does not know of talks hears
 * nothing of one.
 */
#include "tui/receiver/link_talk.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "common/fingerprint.h"
#include "common/frame_put.h"
#include "common/keys.h"
#include "common/rule.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tests/with_rogue.h"
#include "tui/receiver/link_person.h"

enum { LOG = 256, WINDOWS = 4, TOLD = 4096 };

/* The talk's log, as the server has it. */
struct line {
	size_t		 len;
	uint8_t		 bytes[ENTRY_BYTES];
};

static struct {
	struct rogue	 rogue;
	struct noise_keypair bob;
	struct talk	 bobs;		/* his keys of the log */
	struct frame_position head;
	struct line	 log[LOG];
	uint8_t		 chain[LOG][FRAME_CHAIN];	/* behind each */
	uint32_t	 slot, outbox, next;	/* of alice's seat there */
	uint32_t	 den;			/* and hers in the room */
	char		 room[LINK_TALK_NAME + 1];	/* as she asked */
	unsigned	 enters, posts, clear;
	bool		 shut;		/* takes nothing, */
	bool		 silent;	/* or does not say so */
	enum frame_code	 code;		/* the answer to ENTER; 0: ENTERED */
	bool		 once;		/* and then that */
	uint8_t		 entered;	/* its flags */
	const uint8_t	*key;		/* and key */
	const char	*name;
	const uint8_t	*owner;		/* of that name; NULL: nobody */
	uint8_t		 person;	/* flags of PERSON */
	unsigned	 whois, asks;
	bool		 dumb;		/* answers no WHOIS */
	struct memdisk	*mem;
	struct disk	 disk;
	/* What the screen was told of each window. */
	char		 told[WINDOWS][TOLD], people[TOLD];
	char		 digits[TALK_DIGITS], members[64];
	bool		 stranger;
	unsigned	 refused, welcomes, nick_denied;
	uint32_t	 why;
	enum record_denial denial;
} play;

static struct rogue *const r = &play.rogue;

/* As it was behind that entry. */
static void
put_head(struct wire_out *out, uint64_t seq)
{
	struct rogue seat = *r;

	seat.head = play.head;
	seat.head.seq = seq;
	seat.head.term = 1;	/* the entry of a start is left out */
	seat.chain = play.chain[seq];
	rogue_put_head(&seat, out, 1);
}

/* In the log, which is all that the server makes of it. */
static void
append(struct entry *e)
{
	struct line *line = &play.log[play.head.seq++];
	struct wire_out out = wire_out(line->bytes, sizeof(line->bytes));

	e->seq = play.head.seq;
	e->time_ms = 1;
	entry_encode(&out, e);
	assert_false(out.failed);
	line->len = out.len;
	memcpy(play.chain[e->seq], play.chain[e->seq - 1], FRAME_CHAIN);
	rogue_chain(play.chain[e->seq], line->bytes, line->len);
}

static void
push(uint64_t first)
{
	uint8_t frames[1200];
	struct wire_out out;
	size_t begun;

	for (; first <= play.head.seq; first++) {
		out = wire_out(frames, sizeof(frames));
		frame_put_room(&out, play.slot);
		begun = frame_begin(&out, FRAME_ENTRIES);
		frame_put_position(&out, &play.head);
		wire_put_varint(&out, 1);
		wire_put_bytes(&out, play.log[first - 1].bytes,
		    play.log[first - 1].len);
		frame_end(&out, begun);
		rogue_say_once(r, frames, out.len);
	}
}

static void
enter(struct frame *f)
{
	uint8_t frames[512];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_entered e = { .slot = f->slot, .room = "den",
	    .room_len = 3, .head = r->head };
	bool talk = f->text_len > 0 && *f->text == '@';

	if (talk && play.silent)
		return;
	frame_put_room(&out, f->slot);
	if (!talk)
		play.den = f->slot;
	else {
		play.enters++;
		play.slot = f->slot;
		if (play.outbox != f->outbox || play.next < f->id)
			play.next = (uint32_t)f->id;
		play.outbox = f->outbox;
		snprintf(play.room, sizeof(play.room), "%.*s",
		    (int)f->text_len, f->text);
		assert_int_equal(f->former_len, 0);
		e.flags = play.entered;
		e.key = play.key;
		e.room = play.name;
		e.room_len = strlen(play.name);
		e.head = play.head;
	}
	if (talk && play.code != 0) {
		frame_put_error(&out, play.code, 0, 0, "", 0);
		play.code = play.once ? 0 : play.code;
	} else {
		frame_put_entered(&out, &e);
		frame_put_posted(&out, (uint64_t)f->outbox << 32 |
		    (talk ? play.next : f->id), talk ? play.head.seq : 0);
	}
	if (talk && f->at.seq <= play.head.seq)
		put_head(&out, f->at.seq);
	else if (talk)
		frame_put_error(&out, FRAME_REWIND, play.head.seq, f->at.seq,
		    "", 0);
	else if (!talk)
		rogue_put_head(r, &out, 1);
	rogue_say_once(r, frames, out.len);
	if (talk && play.code == 0)
		push(f->at.seq + 1);
}

static void
acknowledge(void)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_room(&out, play.slot);
	frame_put_posted(&out, (uint64_t)play.outbox << 32 | play.next,
	    play.head.seq);
	rogue_say_once(r, frames, out.len);
}

/* Alice's side: "1" where her key is the lower one. */
static const char *
side_of(bool alice)
{
	bool is_lower = memcmp(r->config.identity.public, play.bob.public,
	    NOISE_KEY) < 0;

	return is_lower == alice ? "1" : "2";
}

static void
take_posts(struct frame *f)
{
	struct frame_post p;
	struct entry e;
	uint64_t first = play.head.seq + 1;

	while (frame_next_post(f, &p)) {
		play.posts++;
		play.clear += entry_role(p.flags) != ENTRY_SEALED;
		if (play.shut || (uint32_t)p.id != play.next ||
		    p.id >> 32 != play.outbox)
			continue;
		e = (struct entry){ .id = p.id, .kind = p.kind,
		    .flags = p.flags, .author = side_of(true),
		    .author_len = 1, .text = p.text,
		    .text_len = p.text_len };
		append(&e);
		play.next++;
	}
	if (play.silent)
		return;
	acknowledge();
	push(first);
}

static void
say_head(uint64_t seq)
{
	uint8_t frames[128];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_room(&out, r->slot);
	if (r->slot == play.slot)
		put_head(&out, seq);
	else
		rogue_put_head(r, &out, 1);
	rogue_say_once(r, frames, out.len);
}

static void
say_who(const struct frame *f)
{
	uint8_t frames[128];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_member m = { play.person, f->text, f->text_len };

	play.whois++;
	if (play.dumb)
		return;
	frame_put_room(&out, r->slot);
	frame_put_person(&out, 0, 5000, play.owner, &m);
	rogue_say_once(r, frames, out.len);
}

/* Two talks, a piece for each. */
static void
list(const struct frame *f)
{
	uint8_t frames[256];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_talk talk = { .flags = FRAME_TALK_HERE, .said = 9,
	    .mark = 4, .log_id = play.head.log_id, .key = play.bob.public,
	    .name = "bob", .name_len = 3 };
	size_t begun;

	if (f->code != FRAME_ASK_TALKS)
		return;
	play.asks++;
	if (f->offset > 0) {
		talk.key = r->config.identity.public;
		talk.mark = 9;
		talk.name = "alice";
		talk.name_len = 5;
	}
	begun = frame_begin(&out, FRAME_LIST);
	wire_put_u8(&out, FRAME_ASK_TALKS);
	wire_put_varint(&out, 9);
	wire_put_varint(&out, play.dumb ? 0 : 2);
	wire_put_varint(&out, f->offset);
	wire_put_varint(&out, play.dumb ? 0 : 1);
	if (!play.dumb)
		frame_put_talk(&out, &talk);
	frame_end(&out, begun);
	rogue_say_once(r, frames, out.len);
}

static void
hear(struct rogue *rogue, struct frame *f)
{
	bool talk = rogue->slot != 0 && rogue->slot == play.slot;

	if (f->type == FRAME_ENTER)
		enter(f);
	else if (f->type == FRAME_POST && talk)
		take_posts(f);
	else if (f->type == FRAME_WHOIS)
		say_who(f);
	else if (f->type == FRAME_ASK)
		list(f);
	else if (f->type == FRAME_READ && f->seq != 0 && f->count == 0)
		say_head(f->seq - 1);
}

static void
note(uint16_t window, const char *what, const struct record *record)
{
	char *told = play.told[window];
	size_t len = strlen(told);
	const struct entry *e = &record->entry;

	if (record->type == RECORD_ENTRY || record->type == RECORD_OLDER)
		snprintf(told + len, TOLD - len, "%s%.*s%s%.*s%s;", what,
		    (int)e->author_len, e->author,
		    entry_role(e->flags) == RECORD_UNREADABLE ? "?" : ": ",
		    (int)e->text_len, e->text, e->id != 0 ? " #" : "");
	else
		snprintf(told + len, TOLD - len, "%s%d;", what,
		    (int)record->id);
}

/* Of whom, as which flags say. */
static void
note_person(const char *what, const struct record *record)
{
	static const struct { unsigned flag; const char *word; } words[] = {
		{ RECORD_TALK_ASKED, " asked" },
		{ RECORD_TALK_VERIFIED, " verified" },
		{ RECORD_TALK_OLD, " old" },
		{ RECORD_TALK_HERE, " here" },
		{ RECORD_TALK_SELF, " self" },
		{ RECORD_TALK_IN, " in" },
		{ RECORD_TALK_MORE, " more" },
		{ RECORD_TALK_FIRST, " first" },
		{ RECORD_TALK_LAST, " last" },
		{ RECORD_TALK_ABSENT, " absent" },
		{ RECORD_TALK_CLASSIC, " classic" },
		{ RECORD_TALK_UNKNOWN, " unknown" },
		{ RECORD_TALK_NONE, " none" },
		{ RECORD_TALK_RENAMED, " renamed" },
		{ RECORD_TALK_REKEYED, " rekeyed" }
	};
	size_t len = strlen(play.people), i;

	snprintf(play.people + len, TOLD - len, "%s%d %.*s", what,
	    record->window, (int)record->entry.author_len,
	    record->entry.author);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if ((record->flags & words[i].flag) != 0)
			strlcat(play.people, words[i].word, TOLD);
	if ((record->flags & RECORD_TALK_FORMER) != 0)
		snprintf(play.people + strlen(play.people),
		    TOLD - strlen(play.people), " former %.*s",
		    (int)record->entry.text_len, record->entry.text);
	if ((record->flags & RECORD_TALK_RENAMED) != 0)
		snprintf(play.people + strlen(play.people),
		    TOLD - strlen(play.people), " from %.*s",
		    (int)record->entry.text_len, record->entry.text);
	strlcat(play.people, record->text_len == 0 ? " -;" : ";", TOLD);
}

static void
tell(struct rogue *rogue, const struct record *record)
{
	size_t n;

	(void)rogue;
	assert_in_range(record->window, 0, WINDOWS - 1);
	switch (record->type) {
	case RECORD_ENTRY:
		note(record->window, "", record);
		break;
	case RECORD_OLDER:
		note(record->window, "older ", record);
		break;
	case RECORD_OFFERED:
		note_person("offered ", record);
		break;
	case RECORD_TALKER:
		note_person("talker ", record);
		play.stranger = record->flags & RECORD_TALK_STRANGER;
		break;
	case RECORD_LOCKED:
		note_person("locked ", record);
		break;
	case RECORD_TALK_LISTED:
		note_person("listed ", record);
		break;
	case RECORD_DIGITS:
		note_person("digits ", record);
		snprintf(play.digits, sizeof(play.digits), "%.*s",
		    (int)record->text_len, record->text);
		break;
	case RECORD_REWIND:
		note(record->window, "rewind ", record);
		break;
	case RECORD_MISSING:
		note(record->window, record->flags & RECORD_MISSING_ORDER ?
		    "turned " : record->flags & RECORD_MISSING_OLDER ?
		    "missed " : "missing ", record);
		break;
	case RECORD_REFUSED:
		play.refused++;
		play.why = record->flags;
		break;
	case RECORD_DENIED:
		play.denial = record->denial;
		break;
	case RECORD_MEMBER:
		n = strlen(play.members);
		snprintf(play.members + n, sizeof(play.members) - n, "%.*s%s ",
		    (int)record->text_len, record->text,
		    record->flags & RECORD_MEMBER_AWAY ? "(away)" : "");
		break;
	case RECORD_NICK_DENIED:
		play.nick_denied++;
		break;
	case RECORD_WELCOME:
		play.welcomes += record->window == 1;
		break;
	default:
		break;
	}
}

static int
set_up(void **state)
{
	(void)state;
	memset(&play, 0, sizeof(play));
	rogue_start(r);
	r->flags = HELLO_ROOMS | HELLO_PEOPLE | HELLO_ROLES;
	r->config.people = true;
	r->config.pins = "/t/people";
	r->hear = hear;
	r->tell = tell;
	keys_make(&play.bob);
	memset(play.head.log_id, 3, sizeof(play.head.log_id));
	play.head.term = 1;
	assert_true(talk_init(&play.bobs, &play.bob,
	    r->config.identity.public, play.head.log_id));
	play.entered = FRAME_ENTERED_TALK;
	play.key = play.bob.public;
	play.name = "bob";
	play.owner = play.bob.public;
	play.mem = memdisk_new();
	play.disk = memdisk_disk(play.mem);
	r->config.disk = &play.disk;
	assert_int_equal(play.disk.make_dir(play.disk.arg, "/t"), 0);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	rogue_end(r);
	memdisk_free(play.mem);
	return 0;
}

static const char *
room_of(const uint8_t key[NOISE_KEY])
{
	static char room[LINK_TALK_NAME + 1];

	return link_talk_room(room, key);
}

static void
run(int64_t ms)
{
	assert_true(rogue_run(r, ms));
}

static void
join(uint16_t window, const uint8_t key[NOISE_KEY])
{
	static char dir[] = "/t";
	const struct link_place place = { .disk = window == 1 ? &play.disk :
	    NULL, .dir = dir };
	const char *room = room_of(key);

	assert_true(link_join(r->link, r->now, window, &place, room,
	    strlen(room)));
	run(500);
}

static void
begin(void)
{
	rogue_link(r);
	join(1, play.bob.public);
}

static void
say(uint16_t window, const char *text, bool is_private)
{
	static uint64_t tag;

	link_post(r->link, r->now, window, &(struct link_line){ ++tag,
	    ENTRY_SAY, text, strlen(text), is_private });
	run(500);
}

/* Sealed by that side's keys, in his name or the other's. */
static void
put_sealed(const struct talk *keys, bool by_alice, uint64_t id,
    unsigned role, const char *text)
{
	static const uint8_t salt[TALK_SALT] = "salted";
	char sealed[TEXT_LINE_BYTES];
	struct entry e = { .id = id, .kind = ENTRY_SAY, .text = text,
	    .text_len = strlen(text) };

	e.text_len = talk_seal(keys, &e, role, salt, (uint8_t *)sealed);
	e.text = sealed;
	e.flags = ENTRY_SEALED << ENTRY_ROLE_SHIFT;
	e.author = side_of(by_alice);
	e.author_len = 1;
	append(&e);
}

enum { BOBS = 77 };

static void
bob_said(uint32_t counter, const char *text)
{
	put_sealed(&play.bobs, false, (uint64_t)BOBS << 32 | counter,
	    ENTRY_SAID, text);
}

static void
bob_says(uint32_t counter, const char *text)
{
	bob_said(counter, text);
	push(play.head.seq);
	run(500);
}

/* What the screen was told since, of the talk. */
static void
assert_told(const char *told)
{
	assert_string_equal(play.told[1], told);
	play.told[1][0] = '\0';
}

static void
assert_people(const char *people)
{
	assert_string_equal(play.people, people);
	play.people[0] = '\0';
}

static void
what_is_said_goes_sealed_and_comes_opened(void **state)
{
	struct talk_line line;
	struct entry e;
	struct wire_in in;

	(void)state;
	begin();
	assert_string_equal(play.room, room_of(play.bob.public));
	assert_int_equal(play.welcomes, 1);
	say(1, "the key is under the mat", true);
	assert_int_equal(play.posts, 1);
	assert_int_equal(play.clear, 0);
	in = wire_in(play.log[0].bytes, play.log[0].len);
	assert_int_equal(entry_decode(&in, &e), ENTRY_OK);
	assert_int_equal(talk_open(&play.bobs, &e, &line), TALK_OK);
	assert_false(line.mine);
	assert_int_equal(line.len, 24);
	assert_memory_equal(line.text, "the key is under the mat", 24);
	assert_string_equal(play.told[1],
	    "alice: the key is under the mat #;");
	bob_says(1, "thanks");
	assert_string_equal(play.told[1],
	    "alice: the key is under the mat #;bob: thanks;");
	assert_string_equal(play.told[0], "");
}

static bool
is_stored(const char *text)
{
	return memdisk_has(play.mem, text, strlen(text));
}

/* Nor are they on the disk, but for what waits to be said. */
static void
what_is_stored_of_it_is_sealed(void **state)
{
	(void)state;
	begin();
	play.shut = true;
	say(1, "under the mat", true);
	assert_true(is_stored("under the mat"));
	play.shut = false;
	run(10 * 1000);
	bob_says(1, "thanks");
	assert_false(is_stored("under the mat"));
	assert_false(is_stored("thanks"));
	/* Nor where one ends at once; or is killed, and comes again. */
	say(1, "no, in the shed", true);
	rogue_end(r);
	assert_false(is_stored("in the shed"));
	rogue_link(r);
	join(1, play.bob.public);
	say(1, "or not", true);
	memdisk_kill(play.mem);
	assert_true(is_stored("or not"));
	rogue_end(r);
	r->deaf = true;
	begin();
	run(5000);
	assert_false(is_stored("or not"));
	rogue_end(r);
	memset(play.told, 0, sizeof(play.told));
	r->deaf = true;
	begin();
	assert_string_equal(play.told[1], "alice: under the mat;bob: thanks;"
	    "alice: no, in the shed;alice: or not;");
}

static void
a_server_that_knows_no_talks_hears_of_none(void **state)
{
	(void)state;
	r->flags &= ~(uint32_t)HELLO_PEOPLE;
	begin();
	assert_int_equal(play.enters, 0);
	assert_int_equal(play.denial, RECORD_NO_TALKS);
	say(1, "under the mat", true);
	assert_int_equal(play.posts, 0);
	assert_int_equal(play.refused, 0);
	/* It waits for one that does. */
	r->flags |= HELLO_PEOPLE;
	r->live = false;
	r->head.term++;
	run(60 * 1000);
	assert_int_equal(play.enters, 1);
	assert_int_equal(play.posts, 1);
	assert_string_equal(play.told[1], "alice: under the mat #;");
}

static void
nothing_private_is_said_in_a_room_nor_the_other_way_round(void **state)
{
	(void)state;
	begin();
	say(0, "under the mat", true);
	assert_int_equal(play.refused, 1);
	assert_int_equal(play.why, RECORD_ASTRAY);
	say(1, "good morning, all", false);
	assert_int_equal(play.refused, 2);
	assert_int_equal(play.why, RECORD_ASTRAY);
	assert_int_equal(play.posts, 0);
	assert_int_equal(r->posts, 0);
}

/* A room, or a talk with somebody else, is not what was asked for. */
static void
an_answer_that_is_of_something_else_is_refused(void **state)
{
	struct noise_keypair eve;

	(void)state;
	keys_make(&eve);
	play.key = eve.public;
	begin();
	assert_int_equal(play.denial, RECORD_NO_TALK);
	say(1, "under the mat", true);
	assert_int_equal(play.posts, 0);
	rogue_end(r);
	play.key = play.bob.public;
	play.entered = 0;
	play.denial = 0;
	begin();
	assert_int_equal(play.denial, RECORD_NO_TALK);
	assert_int_equal(play.posts, 0);
}

static void
who_wants_no_talk_is_told(void **state)
{
	(void)state;
	play.code = FRAME_NO_TALK;
	begin();
	assert_int_equal(play.denial, RECORD_NO_TALK);
	assert_int_equal(play.posts, 0);
	/* It may have been so for a moment. */
	play.code = 0;
	r->live = false;
	r->head.term++;
	run(60 * 1000);
	say(1, "after all", true);
	assert_told("alice: after all #;");
}

/* An entry as the server makes it up. */
static void
put(enum entry_kind kind, const char *author, uint32_t flags, const char *text,
    size_t len)
{
	struct entry e = { .id = (uint64_t)8 << 32 | 1, .kind = kind,
	    .flags = flags, .author = author,
	    .author_len = strlen(author), .text = text,
	    .text_len = len };

	append(&e);
	push(play.head.seq);
	run(500);
}

/* Whatever the server makes up is nobody's words. */
static void
what_neither_has_sealed_cannot_be_read(void **state)
{
	static const char junk[] = "0123456789012345678901234567890123456789";
	const uint32_t sealed = ENTRY_SEALED << ENTRY_ROLE_SHIFT;

	(void)state;
	begin();
	put(ENTRY_SAY, side_of(false), sealed, junk, 40);
	assert_told("bob?;");
	put(ENTRY_SAY, "mallory", 0, "I am bob", 8);
	put(ENTRY_SAY, side_of(false), 0, "I am bob", 8);
	put(ENTRY_RENAME, side_of(true), 0, "eve", 3);
	put(ENTRY_JOIN, "eve", 0, "", 0);
	put(ENTRY_ANNOUNCE, "", 0, "pay here", 8);
	assert_told("bob?;bob?;alice?;bob?;?;");
	/* These are the server's, and in clear. */
	put(ENTRY_ACT, side_of(false), ENTRY_RULE << ENTRY_ROLE_SHIFT, "shut",
	    4);
	assert_told("bob: shut;");
	bob_says(1, "it is I");
	assert_told("bob: it is I;");
}

/* Bob has the keys of both directions; that it was he the server says. */
static void
what_is_sealed_by_the_others_key_cannot_be_read(void **state)
{
	struct talk talk;
	struct noise_keypair eve;

	(void)state;
	begin();
	say(1, "yes", true);
	assert_told("alice: yes #;");
	/* Her own line, handed back as his; and his as hers. */
	put_sealed(&play.bobs, true, (uint64_t)BOBS << 32 | 1, 0, "no");
	talk = play.bobs;
	memcpy(talk.mine, play.bobs.theirs, NOISE_KEY);
	put_sealed(&talk, false, (uint64_t)play.outbox << 32 | 1, 0, "no");
	/* Somebody else's. */
	keys_make(&eve);
	assert_true(talk_init(&talk, &eve, r->config.identity.public,
	    play.head.log_id));
	put_sealed(&talk, false, (uint64_t)BOBS << 32 | 1, 0, "no");
	/* Of another talk of the two. */
	assert_true(talk_init(&talk, &play.bob, r->config.identity.public,
	    r->head.log_id));
	put_sealed(&talk, false, (uint64_t)BOBS << 32 | 1, 0, "no");
	/* A rule, or something that is sealed again, is no words. */
	put_sealed(&play.bobs, false, (uint64_t)BOBS << 32 | 1, ENTRY_RULE,
	    "shut");
	put_sealed(&play.bobs, false, (uint64_t)BOBS << 32 | 2, ENTRY_SEALED,
	    "no");
	push(2);
	run(500);
	assert_told("alice?;bob?;bob?;bob?;bob?;bob?;");
}

/* Also where nothing is stored that could be looked through. */
static void
the_first_of_all_may_be_what_is_left_out(void **state)
{
	(void)state;
	rogue_link(r);
	join(2, play.bob.public);
	bob_says(3, "three");
	say(2, "what?", true);
	bob_says(5, "five");
	assert_string_equal(play.told[2], "missing 2;bob: three;"
	    "alice: what? #;missing 1;bob: five;");
}

static void
what_is_left_out_or_turned_round_is_told(void **state)
{
	(void)state;
	begin();
	bob_says(1, "one");
	bob_says(3, "three");
	bob_says(2, "two");
	bob_says(4, "four");
	bob_says(4, "four");
	assert_told("bob: one;missing 1;bob: three;turned 1;bob: two;"
	    "bob: four;turned 1;bob: four;");
	/* And so in what is stored. */
	rogue_end(r);
	begin();
	assert_told("bob: one;missing 1;bob: three;turned 1;bob: two;"
	    "bob: four;turned 1;bob: four;");
}

/* Older than what is shown: from the server, who leaves one out. */
static void
what_is_left_out_of_the_past_is_told(void **state)
{
	uint64_t seq;

	(void)state;
	for (seq = 1; seq <= 6; seq++)
		bob_said((uint32_t)seq + (seq > 3), "x");
	begin();
	play.told[1][0] = '\0';
	link_read(r->link, r->now, 1, 6, 5);
	for (seq = 5; seq > 0; seq--) {
		uint8_t frames[512];
		struct wire_out out = wire_out(frames, sizeof(frames));
		size_t begun;

		frame_put_room(&out, play.slot);
		begun = frame_begin(&out, FRAME_ENTRIES);
		frame_put_position(&out, &play.head);
		wire_put_varint(&out, 1);
		wire_put_bytes(&out, play.log[seq - 1].bytes,
		    play.log[seq - 1].len);
		frame_end(&out, begun);
		rogue_say_once(r, frames, out.len);
	}
	run(100);
	assert_told("older bob: x;older bob: x;missed 1;older bob: x;"
	    "older bob: x;older bob: x;");
}

/* A server that was killed, and has lost what is above that entry. */
static void
lose_above(uint64_t seq)
{
	r->live = false;
	r->head.term++;
	play.head.term++;
	play.head.seq = seq;
	run(60 * 1000);
}

/* The id of an entry of the log. */
static uint64_t
id_of(uint64_t seq)
{
	struct wire_in in = wire_in(play.log[seq - 1].bytes,
	    play.log[seq - 1].len);
	struct entry e;

	assert_int_equal(entry_decode(&in, &e), ENTRY_OK);
	return e.id;
}

/* From the copy, opened and sealed anew, and counted from one: whom it was said
 * to misses nothing. */
static void
what_the_server_lost_is_said_again_once(void **state)
{
	(void)state;
	begin();
	say(1, "one", true);
	say(1, "two", true);
	bob_says(1, "three");
	say(1, "four", true);
	assert_told("alice: one #;alice: two #;bob: three;alice: four #;");
	assert_int_equal((uint32_t)id_of(4), 3);
	lose_above(1);
	assert_told("rewind 1;alice: two #;alice: four #;");
	assert_int_equal(play.head.seq, 3);
	assert_int_not_equal(id_of(2) >> 32, id_of(1) >> 32);
	assert_int_equal((uint32_t)id_of(2), 1);
	assert_int_equal((uint32_t)id_of(3), 2);
	run(60 * 1000);
	say(1, "five", true);
	assert_told("alice: five #;");
	assert_int_equal((uint32_t)id_of(4), 3);
	assert_int_equal(play.head.seq, 4);
}

/* What waits may be in the log: it is compared with what is opened. */
static void
what_is_there_already_is_known_by_its_words(void **state)
{
	uint32_t outbox;

	(void)state;
	begin();
	play.silent = true;
	say(1, "one", true);
	outbox = play.outbox;
	assert_int_equal(play.head.seq, 1);
	assert_told("");
	rogue_end(r);
	play.silent = false;
	begin();
	run(10 * 1000);
	assert_told("alice: one #;");
	assert_int_equal(play.head.seq, 1);
	say(1, "two", true);
	assert_told("alice: two #;");
	assert_int_equal(play.outbox, outbox);
	assert_int_equal((uint32_t)id_of(2), 2);
}

/* A copy of these files has said something else under that number. */
static void
what_is_there_in_other_words_is_said_all_the_same(void **state)
{
	struct talk hers;

	(void)state;
	assert_true(talk_init(&hers, &r->config.identity, play.bob.public,
	    play.head.log_id));
	begin();
	play.silent = play.shut = true;
	say(1, "one", true);
	rogue_end(r);
	put_sealed(&hers, true, (uint64_t)play.outbox << 32 | 1, 0, "un");
	play.next++;
	play.silent = play.shut = false;
	begin();
	run(10 * 1000);
	assert_told("alice: un;alice: one #;");
	assert_int_equal(play.head.seq, 2);
	assert_int_equal((uint32_t)id_of(2), 1);
}

static void
mute(void)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_room(&out, play.slot);
	frame_put_error(&out, FRAME_MUTED, (uint64_t)play.outbox << 32 |
	    play.next, 0, "", 0);
	rogue_say(r, frames, out.len);
	run(500);
}

static void
what_is_refused_leaves_no_hole(void **state)
{
	uint32_t outbox;

	(void)state;
	begin();
	say(1, "one", true);
	outbox = play.outbox;
	play.shut = true;
	say(1, "two", true);
	assert_int_equal(play.head.seq, 1);
	mute();
	assert_int_equal(play.refused, 1);
	assert_int_equal(play.why, RECORD_MUTED);
	play.shut = false;
	say(1, "three", true);
	assert_int_equal(play.head.seq, 2);
	assert_int_not_equal(play.outbox, outbox);
	assert_int_equal((uint32_t)id_of(2), 1);
	assert_told("alice: one #;alice: three #;");
}

static void
wish(const char *name)
{
	link_wish(r->link, r->now, name, strlen(name));
	run(500);
}

static void
who_has_a_name_is_asked_and_pinned(void **state)
{
	(void)state;
	rogue_link(r);
	run(500);
	wish("bob");
	assert_people("offered 0 bob asked here;");
	join(1, play.bob.public);
	assert_people("talker 1 bob;");
	/* It was asked just now. */
	assert_int_equal(play.whois, 1);
	say(1, "under the mat", true);
	assert_int_equal(play.posts, 1);
	/* By another run, without a server. */
	rogue_end(r);
	r->deaf = true;
	rogue_link(r);
	wish("bob");
	assert_people("offered 0 bob asked;");
	wish("ann");
	assert_people("offered 0 ann asked unknown -;");
	join(1, play.bob.public);
	assert_people("talker 1 bob;");
}

static void
who_cannot_be_written_to_is_told(void **state)
{
	(void)state;
	rogue_link(r);
	run(500);
	play.owner = NULL;
	play.person = FRAME_MEMBER_ABSENT;
	wish("ann");
	assert_people("offered 0 ann asked absent -;");
	play.person = FRAME_MEMBER_CLASSIC;
	wish("dan");
	assert_people("offered 0 dan asked classic -;");
	wish("no name");
	assert_people("offered 0 no name asked absent -;");
	play.dumb = true;
	wish("eve");
	run(60 * 1000);
	assert_people("offered 0 eve asked unknown -;");
	play.dumb = false;
	play.owner = play.bob.public;
	play.person = 0;
	wish("bob");
	play.people[0] = '\0';
	/* Who is known need not be asked for; what is said to him waits. */
	play.dumb = true;
	wish("bob");
	run(60 * 1000);
	assert_people("offered 0 bob asked;");
	rogue_end(r);
	r->config.people = false;
	rogue_link(r);
	run(500);
	wish("bob");
	assert_people("offered 0 bob asked none -;");
	assert_int_equal(play.asks, 0);
}

/* Who gave it up is known; by whom it is given to next is not he. */
static void
whose_name_it_was_is_told_where_nobody_has_it(void **state)
{
	(void)state;
	rogue_link(r);
	run(500);
	wish("bob");
	wish("robert");
	wish("robert");
	play.people[0] = '\0';
	play.owner = NULL;
	play.person = FRAME_MEMBER_ABSENT;
	wish("bob");
	assert_people("offered 0 bob asked absent former robert -;");
	play.person = FRAME_MEMBER_CLASSIC;
	wish("bob");
	assert_people("offered 0 bob asked classic -;");
}

/* All are answered, each once. */
static void
many_names_are_asked_one_after_the_other(void **state)
{
	unsigned i, n = 0;
	char *at;

	(void)state;
	rogue_link(r);
	run(500);
	play.owner = NULL;
	play.person = FRAME_MEMBER_ABSENT;
	for (i = 0; i < LINK_WISHES + 4; i++)
		link_wish(r->link, r->now, "ann", 3);
	run(10 * 1000);
	for (at = play.people; (at = strstr(at, "offered")) != NULL; at++)
		n++;
	assert_int_equal(n, LINK_WISHES + 4);
}

static void
pin(unsigned flags)
{
	link_pin(r->link, r->now, 1, flags, "bob", 3);
	run(500);
}

/* A line waits when one comes again, and the name is another key's. */
static void
come_when_it_is_of(const uint8_t key[NOISE_KEY])
{
	rogue_link(r);
	run(500);
	wish("bob");
	join(1, play.bob.public);
	rogue_end(r);
	play.people[0] = '\0';
	play.owner = key;
	rogue_link(r);
	assert_true(link_join(r->link, r->now, 1, &(struct link_place){
	    .disk = &play.disk, .dir = "/t" }, room_of(play.bob.public),
	    LINK_TALK_NAME));
	say(1, "under the mat", true);
	run(500);
}

/* A talk of its own. */
static void
join_hers(const struct noise_keypair *eve)
{
	play.key = eve->public;
	memset(play.head.log_id, 5, sizeof(play.head.log_id));
	play.head.seq = 0;
	join(2, eve->public);
}

static void
a_key_that_has_changed_locks_the_talk(void **state)
{
	struct noise_keypair eve;

	(void)state;
	keys_make(&eve);
	come_when_it_is_of(eve.public);
	assert_people("talker 1 bob;locked 1 bob;");
	assert_int_equal(play.enters, 2);
	assert_int_equal(play.posts, 0);
	say(1, "are you there?", true);
	assert_int_equal(play.refused, 1);
	wish("bob");
	assert_people("locked 0 bob asked;");
	run(120 * 1000);
	assert_int_equal(play.posts, 0);
	/* Hers is the right one: what was said to the old one stays unsaid. */
	pin(RECORD_PIN_TRUST);
	assert_people("talker 1 bob old;offered 0 bob asked here;");
	join_hers(&eve);
	assert_people("talker 2 bob;");
	assert_int_equal(play.posts, 0);
	say(1, "are you there?", true);
	assert_int_equal(play.refused, 2);
	assert_int_equal(play.posts, 0);
	say(2, "it is under the mat", true);
	assert_int_equal(play.posts, 1);
	assert_int_equal(play.clear, 0);
}

static int (*opens)(void *, const char *, bool);
static bool torn;

static int
open_another(void *arg, const char *path, bool make)
{
	if (!torn || strcmp(path, r->config.pins) != 0)
		return opens(arg, path, make);
	errno = EMFILE;
	return -1;
}

/* As long as nobody knows whose the name was, it is nobody's. */
static void
whose_keys_cannot_be_read_nobody_is_taken_for(void **state)
{
	struct noise_keypair eve;

	(void)state;
	keys_make(&eve);
	opens = play.disk.open;
	play.disk.open = open_another;
	rogue_link(r);
	run(500);
	wish("bob");
	assert_people("offered 0 bob asked here;");
	rogue_end(r);
	play.owner = eve.public;
	torn = true;
	rogue_link(r);
	run(500);
	wish("bob");
	assert_people("offered 0 bob asked unknown -;");
	torn = false;
	wish("bob");
	assert_people("locked 0 bob asked;");
}

static const char others[] =
    "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA 1 0 - ann\n";

static void
write_pins(const char *text)
{
	const struct disk *d = &play.disk;
	int fd = opens(d->arg, r->config.pins, true);

	assert_int_not_equal(fd, -1);
	assert_int_equal(d->truncate(d->arg, fd, 0), 0);
	assert_int_equal(d->write(d->arg, fd, text, strlen(text), 0), 0);
	d->close(d->arg, fd);
}

/* Behind our reading, and before we write. */
static int
open_then_another(void *arg, const char *path, bool make)
{
	int fd = opens(arg, path, make);

	if (strcmp(path, r->config.pins) == 0 && torn) {
		torn = false;
		write_pins(others);
	}
	return fd;
}

static bool
has_pins(const char *name)
{
	char text[512] = "", word[32];
	const struct disk *d = &play.disk;
	int fd = opens(d->arg, r->config.pins, false);

	if (fd == -1)
		return false;
	d->read(d->arg, fd, text, sizeof(text) - 1, 0);
	d->close(d->arg, fd);
	snprintf(word, sizeof(word), " %s\n", name);
	return strstr(text, word) != NULL;
}

static void
what_another_program_keeps_meanwhile_stays(void **state)
{
	(void)state;
	opens = play.disk.open;
	play.disk.open = open_then_another;
	rogue_link(r);
	run(500);
	torn = true;
	wish("bob");
	assert_people("offered 0 bob asked here;");
	assert_true(has_pins("bob"));
	assert_true(has_pins("ann"));
}

/* Its lock is not waited for: what is to be kept is, as soon as it is free. */
static void
while_another_program_writes_nothing_is_kept(void **state)
{
	const struct disk *d = &play.disk;
	pid_t holder;
	int lock, i;

	(void)state;
	opens = d->open;
	for (i = 0; i < 2; i++) {
		write_pins(i == 0 ? "" : others);
		lock = d->lock(d->arg, "/t/people.lock", &holder);
		assert_int_not_equal(lock, -1);
		rogue_link(r);
		run(500);
		wish("bob");
		assert_people("offered 0 bob asked here;");
		assert_false(has_pins("bob"));
		write_pins(others);
		if (i == 0)
			d->close(d->arg, lock);
		run(1000);
		assert_int_equal(has_pins("bob"), i == 0);
		/* Who ends has no later time. */
		rogue_end(r);
		assert_true(has_pins("bob"));
		assert_true(has_pins("ann"));
		if (i == 1)
			d->close(d->arg, lock);
	}
}

/* Not another one that the server names when it is trusted. */
static void
what_is_trusted_is_the_key_that_was_shown(void **state)
{
	struct noise_keypair eve, third;

	(void)state;
	keys_make(&eve);
	keys_make(&third);
	come_when_it_is_of(eve.public);
	assert_people("talker 1 bob;locked 1 bob;");
	play.owner = third.public;
	pin(RECORD_PIN_TRUST);
	assert_people("locked 0 bob asked;");
	/* Now that one was. */
	pin(RECORD_PIN_TRUST);
	assert_people("talker 1 bob old;offered 0 bob asked here;");
}

/* Not one that was shown for another name of his. */
static void
what_is_trusted_was_shown_for_that_name(void **state)
{
	struct noise_keypair eve, third;

	(void)state;
	keys_make(&eve);
	keys_make(&third);
	rogue_link(r);
	run(500);
	wish("bob");
	wish("carol");
	assert_people("offered 0 bob asked here;"
	    "offered 0 carol asked here renamed from bob;");
	play.owner = eve.public;
	wish("bob");
	assert_people("locked 0 bob asked;");
	play.owner = third.public;
	wish("carol");
	assert_people("locked 0 carol asked;");
	pin(RECORD_PIN_TRUST);
	assert_people("locked 0 bob asked;");
	pin(RECORD_PIN_TRUST);
	assert_people("offered 0 bob asked here;");
}

/* Since one came: looking at it is enough to know. */
static void
a_key_that_changes_meanwhile_locks_the_talk_too(void **state)
{
	struct noise_keypair eve;

	(void)state;
	keys_make(&eve);
	begin();
	say(1, "are you there?", true);
	play.people[0] = '\0';
	play.whois = 0;
	run(60 * 1000);
	link_look(r->link, r->now, 1);
	run(500);
	link_look(r->link, r->now, 1);
	run(500);
	assert_people("");
	assert_int_equal(play.whois, 1);
	play.owner = eve.public;
	run(60 * 1000);
	link_look(r->link, r->now, 0);
	link_look(r->link, r->now, 1);
	run(500);
	assert_people("locked 1 bob;");
	say(1, "it is under the mat", true);
	assert_int_equal(play.posts, 1);
}

/* Nor is anything said by /msg to who was last looked at long ago. */
static void
what_is_said_long_after_waits_until_it_is_known_again(void **state)
{
	struct noise_keypair eve;

	(void)state;
	keys_make(&eve);
	begin();
	say(1, "are you there?", true);
	play.people[0] = '\0';
	play.whois = 0;
	say(1, "hello?", true);
	assert_int_equal(play.whois, 0);
	assert_int_equal(play.posts, 2);
	run(60 * 1000);
	say(1, "well?", true);
	assert_int_equal(play.whois, 1);
	assert_int_equal(play.posts, 3);
	run(60 * 1000);
	play.owner = eve.public;
	say(1, "it is under the mat", true);
	assert_people("locked 1 bob;");
	assert_int_equal(play.posts, 3);
}

/* By the name that was asked for, where he is known by another one that may be
 * somebody else's, or ours, by now. */
static void
who_was_asked_for_by_another_name_is_not_doubted_for_that(void **state)
{
	struct noise_keypair eve;

	(void)state;
	keys_make(&eve);
	rogue_link(r);
	run(500);
	wish("robert");
	wish("bob");
	wish("bob");
	wish("robert");
	join(1, play.bob.public);
	play.people[0] = '\0';
	run(60 * 1000);
	play.owner = eve.public;
	say(1, "hello", true);
	assert_people("");
	assert_int_equal(play.posts, 1);
}

/* Says an entry in the room. */
static void
say_in_room(const struct entry *e)
{
	uint8_t frames[256];
	struct wire_out out = wire_out(frames, sizeof(frames));
	size_t begun;

	frame_put_room(&out, play.den);
	begun = frame_begin(&out, FRAME_ENTRIES);
	r->head.seq = e->seq;
	frame_put_position(&out, &r->head);
	wire_put_varint(&out, 1);
	entry_encode(&out, e);
	frame_end(&out, begun);
	rogue_say(r, frames, out.len);
	run(100);
}

/* Who has the name may have taken it meanwhile, which is heard first; but not
 * for ever, from a server that does not say it. */
static void
who_has_a_name_is_asked_once_the_room_is_shown(void **state)
{
	(void)state;
	r->head.seq = 1;
	rogue_link(r);
	run(500);
	wish("bob");
	run(20 * 1000);
	assert_int_equal(play.whois, 0);
	run(10 * 1000);
	assert_int_equal(play.whois, 1);
}

/* Nor is that waited for where a room says so. */
static void
a_new_key_that_a_room_tells_of_is_asked_for(void **state)
{
	struct noise_keypair eve;
	struct rule rule = { .word = RULE_REKEY, .name = "bob",
	    .name_len = 3 };
	char text[RULE_BYTES];
	struct entry e = { .seq = 1, .time_ms = 1, .kind = ENTRY_ANNOUNCE,
	    .flags = ENTRY_RULE << ENTRY_ROLE_SHIFT, .text = text };

	(void)state;
	keys_make(&eve);
	begin();
	say(1, "are you there?", true);
	play.people[0] = '\0';
	play.owner = eve.public;
	fingerprint_text(rule.key, eve.public);
	e.text_len = rule_put(text, &rule);
	play.dumb = true;
	say_in_room(&e);
	say(1, "it is under the mat", true);
	assert_int_equal(play.posts, 1);
	play.dumb = false;
	run(60 * 1000);
	assert_people("locked 1 bob;");
	assert_int_equal(play.posts, 1);
}

/* Who answers may have heard of it later than who said it. */
static void
a_key_that_another_came_after_is_nobodys_any_more(void **state)
{
	struct noise_keypair eve;
	char was[FINGERPRINT_TEXT], text[RULE_BYTES];
	struct rule rule = { .word = RULE_REKEY, .name = "Robert",
	    .name_len = 6 };
	struct entry e = { .seq = 1, .time_ms = 1, .kind = ENTRY_ANNOUNCE,
	    .flags = ENTRY_RULE << ENTRY_ROLE_SHIFT, .text = text };

	(void)state;
	keys_make(&eve);
	rogue_link(r);
	run(500);
	wish("bob");
	join(1, play.bob.public);
	say(1, "are you there?", true);
	play.people[0] = '\0';
	fingerprint_text(rule.key, eve.public);
	rule.reason = fingerprint_text(was, play.bob.public);
	rule.reason_len = strlen(was);
	e.text_len = rule_put(text, &rule);
	say_in_room(&e);
	assert_true(play.whois > 1);
	say(1, "it is under the mat", true);
	run(120 * 1000);
	/* Nor is it so in another session, or for who asks by himself. */
	r->live = false;
	r->head.term++;
	run(120 * 1000);
	link_wish(r->link, r->now, "bob", 3);
	run(120 * 1000);
	assert_int_equal(play.posts, 1);
	play.people[0] = '\0';
	play.owner = eve.public;
	run(120 * 1000);
	assert_people("locked 1 bob;");
	assert_int_equal(play.posts, 1);
	pin(RECORD_PIN_TRUST);
	assert_people("talker 1 bob old;offered 0 bob asked here;");
	assert_int_equal(play.posts, 1);
}

/* It is asked for whose that name is: who has taken one that was his before is
 * not he. */
/* So says the server alone: what was for the one is not said to the other
 * before the user has heard of it. */
static void
who_was_called_otherwise_is_told_of(void **state)
{
	(void)state;
	rogue_link(r);
	run(500);
	wish("bob");
	play.people[0] = '\0';
	link_digits(r->link, r->now, "carol", 5);
	run(500);
	assert_people("digits 0 carol;");
	wish("carol");
	assert_people("offered 0 carol asked here renamed from bob;");
	wish("carol");
	assert_people("offered 0 carol asked here;");
	/* A name that he had is no news, and he is not called by it again. */
	join(1, play.bob.public);
	assert_people("talker 1 carol;");
	wish("bob");
	assert_people("offered 0 bob asked here;");
	pin(RECORD_PIN_TRUST);
	assert_people("talker 1 bob;offered 0 bob asked here;");
}

/* However many names he had. */
static void
who_is_asked_for_is_told_by_that_name(void **state)
{
	static const char *const names[] = { "b1", "b2", "b3", "b4", "b5",
	    "b6" };
	char told[64];
	size_t i;

	(void)state;
	rogue_link(r);
	run(500);
	wish("bob");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		wish(names[i]);
		play.people[0] = '\0';
		wish(names[i]);
		snprintf(told, sizeof(told), "offered 0 %s asked here",
		    names[i]);
		assert_memory_equal(play.people, told, strlen(told));
	}
}

static void
who_is_called_otherwise_is_so_in_his_talk(void **state)
{
	struct noise_keypair eve;
	struct entry e = { .seq = 1, .time_ms = 1, .kind = ENTRY_RENAME,
	    .author = "bob", .author_len = 3, .text = "eve",
	    .text_len = 3 };

	(void)state;
	keys_make(&eve);
	begin();
	say(1, "are you there?", true);
	play.people[0] = '\0';
	play.owner = eve.public;
	say_in_room(&e);
	assert_people("");
	play.owner = play.bob.public;
	e.seq = 2;
	e.text = "robert";
	e.text_len = 6;
	say_in_room(&e);
	assert_people("talker 1 robert;");
	bob_says(1, "hello");
	assert_told("alice: are you there? #;robert: hello;");
}

/* Who wrote by a name that is somebody else's by now gets no answer by it that
 * the user may mean for that one. */
static void
who_only_wrote_gets_nothing_for_who_has_his_name(void **state)
{
	struct noise_keypair eve;

	(void)state;
	keys_make(&eve);
	begin();
	bob_says(1, "hello");
	assert_told("bob: hello;");
	play.people[0] = '\0';
	play.owner = eve.public;
	say(1, "under the mat", true);
	assert_people("talker 1 bob;locked 1 bob;");
	assert_int_equal(play.head.seq, 1);
	/* Nor in a later run. */
	rogue_end(r);
	play.told[1][0] = '\0';
	begin();
	assert_int_equal(play.head.seq, 1);
	/* It is his after all. */
	rogue_end(r);
	play.owner = play.bob.public;
	begin();
	assert_int_equal(play.head.seq, 2);
}

/* Nor is he called by what somebody else is called by then, who may be the one
 * that is writing. */
static void
who_only_writes_to_us_is_called_as_he_is(void **state)
{
	struct noise_keypair eve;
	struct entry e = { .seq = 1, .time_ms = 1, .kind = ENTRY_RENAME,
	    .author = "bob", .author_len = 3, .text = "robert",
	    .text_len = 6 };

	(void)state;
	keys_make(&eve);
	begin();
	bob_says(1, "hello");
	play.people[0] = '\0';
	play.owner = eve.public;
	say_in_room(&e);
	assert_people("");
	play.owner = play.bob.public;
	e.seq = 2;
	say_in_room(&e);
	assert_people("talker 1 robert;");
	assert_true(play.stranger);
	bob_says(2, "again");
	assert_told("bob: hello;robert: again;");
}

static void
one_that_is_his_again_unlocks_it(void **state)
{
	struct noise_keypair eve;

	(void)state;
	keys_make(&eve);
	come_when_it_is_of(eve.public);
	assert_people("talker 1 bob;locked 1 bob;");
	play.owner = play.bob.public;
	r->live = false;
	r->head.term++;
	run(60 * 1000);
	assert_people("talker 1 bob;");
	assert_string_equal(play.told[1], "alice: under the mat #;");
}

/* Which the server may take its time to say. */
static void
nothing_is_said_before_it_is_known_whose_the_name_is(void **state)
{
	(void)state;
	rogue_link(r);
	run(500);
	wish("bob");
	join(1, play.bob.public);
	rogue_end(r);
	play.dumb = true;
	begin();
	say(1, "under the mat", true);
	run(30 * 1000);
	assert_int_equal(play.enters, 2);
	assert_int_equal(play.posts, 0);
	play.dumb = false;
	run(60 * 1000);
	assert_int_equal(play.posts, 1);
}

static void
who_is_verified_is_told_so(void **state)
{
	char digits[TALK_DIGITS];

	(void)state;
	rogue_link(r);
	run(500);
	link_digits(r->link, r->now, "bob", 3);
	run(500);
	assert_people("digits 0 bob;");
	assert_string_equal(play.digits, talk_digits(digits, play.bob.public,
	    r->config.identity.public));
	join(1, play.bob.public);
	assert_people("talker 1 bob;");
	pin(RECORD_PIN_VERIFIED);
	assert_people("talker 1 bob verified;");
	rogue_end(r);
	begin();
	wish("bob");
	assert_people("talker 1 bob verified;offered 0 bob asked verified "
	    "here;");
	pin(RECORD_PIN_DOUBTED);
	assert_people("talker 1 bob;");
	play.owner = NULL;
	link_digits(r->link, r->now, "ann", 3);
	run(500);
	assert_people("digits 0 ann -;");
}

/* He is, in his window, by saying so: no answer of ours is wanted first. */
static void
who_writes_is_verified_where_one_looks(void **state)
{
	(void)state;
	begin();
	bob_says(1, "hello");
	assert_people("talker 1 bob;");
	link_pin(r->link, r->now, 0, RECORD_PIN_VERIFIED, "bob", 3);
	assert_people("");
	pin(RECORD_PIN_VERIFIED);
	assert_people("talker 1 bob verified;");
}

/* He has another name since, which nobody else is known by. */
static void
say_entered(const char *name)
{
	uint8_t frames[256];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_entered e = { .slot = play.slot, .room = name,
	    .room_len = strlen(name), .flags = play.entered,
	    .key = play.key, .head = play.head };

	frame_put_entered(&out, &e);
	rogue_say(r, frames, out.len);
	run(100);
}

/* What was said to him was for who has that name by now: that he is called
 * otherwise, as the server says, does not let it go to him. */
static void
what_was_for_another_waits_whatever_the_server_calls_him(void **state)
{
	struct noise_keypair eve;

	(void)state;
	keys_make(&eve);
	come_when_it_is_of(eve.public);
	pin(RECORD_PIN_TRUST);
	assert_non_null(strstr(play.people, "talker 1 bob old;"));
	play.name = "carl";
	play.owner = play.bob.public;
	say_entered("carl");
	run(120 * 1000);
	assert_int_equal(play.posts, 0);
	/* Nor over a handshake. */
	r->live = false;
	r->head.term++;
	run(60 * 1000);
	assert_int_equal(play.posts, 0);
	/* Nor does he who asks for that other one mean it. */
	wish("carl");
	run(120 * 1000);
	assert_int_equal(play.posts, 0);
}

/* Of who is not there the server may not know which of his names is the last
 * one, nor how he spells it. */
static void
a_name_that_he_had_is_no_news_while_he_is_away(void **state)
{
	(void)state;
	begin();
	assert_people("talker 1 bob;");
	say(1, "one", true);
	play.people[0] = '\0';
	play.name = "robert";
	r->live = false;
	r->head.term++;
	run(60 * 1000);
	assert_people("talker 1 robert;");
	play.name = "bob";
	r->live = false;
	r->head.term++;
	run(60 * 1000);
	assert_people("");
	say_entered("bob");
	assert_people("");
	play.name = "Robert";
	r->live = false;
	r->head.term++;
	run(60 * 1000);
	assert_people("");
	/* He goes by it, as is told then. */
	say_entered("bob");
	assert_people("talker 1 bob;");
}

static void
a_name_that_the_server_gives_him_is_his(void **state)
{
	char key[FINGERPRINT_TEXT], told[64];
	struct noise_keypair eve;

	(void)state;
	keys_make(&eve);
	rogue_link(r);
	run(500);
	wish("bob");
	play.name = "robert";
	join(1, play.bob.public);
	assert_people("offered 0 bob asked here;talker 1 bob;"
	    "talker 1 robert;");
	bob_says(1, "hello");
	assert_told("robert: hello;");
	/* Nor is a stranger's ever taken for that of somebody who is known. */
	join_hers(&eve);
	/* As her key is spelled elsewhere. */
	snprintf(told, sizeof(told), "talker 2 key-%.8s;",
	    fingerprint_text(key, eve.public) + 7);
	assert_memory_equal(play.people, told, strlen(told));
	assert_null(strstr(play.people, "robert"));
	play.people[0] = '\0';
	/* Or for our own. */
	play.name = "Alice";
	keys_make(&eve);
	link_part(r->link, r->now, 2);
	run(500);
	join_hers(&eve);
	assert_memory_equal(play.people, "talker 2 key-", 13);
	play.people[0] = '\0';
	play.key = r->config.identity.public;
	memset(play.head.log_id, 6, sizeof(play.head.log_id));
	join(3, r->config.identity.public);
	assert_people("talker 3 alice self;");
}

/* Whatever the server says, and whoever else was called so. */
static void
ones_own_talk_is_called_as_one_is(void **state)
{
	(void)state;
	rogue_link(r);
	run(500);
	wish("bob");
	play.people[0] = '\0';
	play.key = r->config.identity.public;
	memset(play.head.log_id, 6, sizeof(play.head.log_id));
	play.name = "bob";
	join(3, r->config.identity.public);
	assert_people("talker 3 alice self;");
}

/* She was called so before the user knew anybody of that name: by an answer to
 * her it does not become hers. */
static void
a_name_that_a_stranger_had_stays_whose_it_is(void **state)
{
	struct noise_keypair eve;

	(void)state;
	keys_make(&eve);
	rogue_link(r);
	run(500);
	join_hers(&eve);
	assert_people("talker 2 bob;");
	play.key = play.bob.public;
	/* Nor is it another's who has it next, before the user says so. */
	wish("bob");
	assert_people("locked 0 bob asked;");
	wish("bob");
	assert_people("locked 0 bob asked;");
	pin(RECORD_PIN_TRUST);
	assert_memory_equal(play.people, "talker 2 key-", 13);
	assert_non_null(strstr(play.people, ";offered 0 bob asked here;"));
	play.people[0] = '\0';
	join(1, play.bob.public);
	assert_people("talker 1 bob;");
	say(2, "who are you?", true);
	assert_memory_equal(play.people, "talker 2 key-", 13);
	play.people[0] = '\0';
	wish("bob");
	assert_people("offered 0 bob asked here;");
	play.owner = eve.public;
	wish("bob");
	assert_people("locked 0 bob asked;locked 1 bob;");
}

/* She writes by it: that he has lost it is known before anything more is said
 * to him. */
static void
whose_name_another_one_has_by_now_is_looked_at(void **state)
{
	struct noise_keypair eve;

	(void)state;
	keys_make(&eve);
	begin();
	wish("bob");
	say(1, "one", true);
	assert_int_equal(play.head.seq, 1);
	play.people[0] = '\0';
	play.owner = eve.public;
	join_hers(&eve);
	assert_non_null(strstr(play.people, "locked 1 bob;"));
	say(1, "two", true);
	assert_int_equal(play.head.seq, 0);
}

static void
a_log_that_is_another_waits_for_the_user(void **state)
{
	(void)state;
	begin();
	say(1, "one", true);
	assert_told("alice: one #;");
	play.people[0] = '\0';
	memset(play.head.log_id, 4, sizeof(play.head.log_id));
	play.head.seq = 0;
	r->live = false;
	r->head.term++;
	run(60 * 1000);
	assert_people("locked 1 bob -;");
	say(1, "two", true);
	assert_int_equal(play.head.seq, 0);
	link_anew(r->link, r->now, 1);
	assert_people("talker 1 bob;");
	run(1000);
	assert_told("alice: two #;");
	assert_int_equal(play.head.seq, 1);
	assert_int_equal((uint32_t)id_of(1), 1);
	rogue_end(r);
	begin();
	assert_people("talker 1 bob;");
}

/* The log that the server has for the two. */
static void
begin_log(uint8_t id)
{
	memset(play.head.log_id, id, sizeof(play.head.log_id));
	play.head.seq = 0;
	talk_clear(&play.bobs);
	assert_true(talk_init(&play.bobs, &play.bob,
	    r->config.identity.public, play.head.log_id));
}

/* It is another talk, which the server has not begun anew; and that is not said
 * of what is stored of the one before, which nobody reads by it. */
static void
with_another_key_of_ours_a_log_is_another(void **state)
{
	struct noise_keypair former = r->config.identity;

	(void)state;
	begin();
	say(1, "one", true);
	bob_says(1, "yes");
	rogue_end(r);
	play.people[0] = play.told[1][0] = '\0';
	keys_make(&r->config.identity);
	begin_log(4);
	begin();
	assert_people("talker 1 bob;talker 1 bob rekeyed;");
	say(1, "two", true);
	assert_told("alice: two #;");
	assert_int_equal(play.head.seq, 1);
	/* Once. */
	rogue_end(r);
	begin();
	assert_people("talker 1 bob;");
	assert_told("alice: two;");
	rogue_end(r);
	/* By this one it is always that, too; as by the former. */
	begin_log(5);
	begin();
	assert_people("talker 1 bob;locked 1 bob -;");
	rogue_end(r);
	r->config.identity = former;
	begin_log(3);
	begin();
	assert_people("talker 1 bob;");
	rogue_end(r);
	begin_log(6);
	begin();
	assert_people("talker 1 bob;locked 1 bob -;");
}

/* He who only writes to us may have any name, or one that he had. */
static void
a_log_that_is_another_is_taken_whoever_he_is(void **state)
{
	(void)state;
	begin();
	bob_says(1, "one");
	assert_told("bob: one;");
	play.people[0] = '\0';
	memset(play.head.log_id, 4, sizeof(play.head.log_id));
	play.head.seq = 0;
	r->live = false;
	r->head.term++;
	run(60 * 1000);
	assert_people("locked 1 bob -;");
	link_anew(r->link, r->now, 1);
	say(1, "two", true);
	assert_int_equal(play.head.seq, 1);
}

static void
a_log_that_is_another_waits_also_where_he_has_no_name(void **state)
{
	(void)state;
	begin();
	say(1, "one", true);
	assert_told("alice: one #;");
	play.people[0] = '\0';
	play.name = "";
	memset(play.head.log_id, 4, sizeof(play.head.log_id));
	play.head.seq = 0;
	r->live = false;
	r->head.term++;
	run(60 * 1000);
	say(1, "two", true);
	run(1000);
	assert_int_equal(play.head.seq, 0);
}

static void
a_name_that_is_freed_by_the_server_is_no_other_keys(void **state)
{
	struct noise_keypair eve;

	(void)state;
	keys_make(&eve);
	begin();
	say(1, "one", true);
	assert_told("alice: one #;");
	play.people[0] = '\0';
	play.name = "robert";
	play.owner = NULL;
	play.person = FRAME_MEMBER_ABSENT;
	r->live = false;
	r->head.term++;
	run(60 * 1000);
	play.person = 0;
	play.people[0] = '\0';
	play.owner = eve.public;
	wish("bob");
	run(5000);
	assert_null(strstr(play.people, "offered"));
}

static void
a_talk_is_never_a_room_twice(void **state)
{
	char name[LINK_TALK_NAME + 1];

	(void)state;
	rogue_link(r);
	run(2000);
	memcpy(name, room_of(play.bob.public), sizeof(name));
	play.name = name;
	play.head = r->head;
	join(1, play.bob.public);
	run(2000);
	assert_int_not_equal(play.denial, RECORD_NO_ROOM);
}

/* Both, by the server's words. */
static void
list_both(const char *own, const char *his, unsigned flags)
{
	bool first = *side_of(true) == '1';
	const char *names[] = { first ? own : his, first ? his : own };
	uint8_t frames[128];
	struct wire_out out = wire_out(frames, sizeof(frames));
	size_t begun, i;

	link_look(r->link, r->now, 1);
	frame_put_room(&out, play.slot);
	begun = frame_begin(&out, FRAME_MEMBERS);
	wire_put_varint(&out, play.head.seq);
	wire_put_varint(&out, 1);
	wire_put_varint(&out, 2);
	wire_put_varint(&out, 0);
	wire_put_varint(&out, 2);
	for (i = 0; i < 2; i++) {
		wire_put_u8(&out, (uint8_t)(names[i] == his ? flags : 0));
		wire_put_string(&out, names[i], strlen(names[i]));
	}
	frame_end(&out, begun);
	rogue_say(r, frames, out.len);
	run(100);
}

/* Of whom one has no name any more. */
static void
who_is_there_is_told_by_what_he_is_called_here(void **state)
{
	(void)state;
	begin();
	list_both("alice", side_of(false), FRAME_MEMBER_AWAY);
	assert_non_null(strstr(play.members, "alice "));
	assert_non_null(strstr(play.members, "bob(away) "));
}

/* While he is away it says a name that he has, which may be any of them. */
static void
who_is_there_again_is_called_as_he_is_then(void **state)
{
	(void)state;
	begin();
	say(1, "one", true);
	play.name = "robert";
	r->live = false;
	r->head.term++;
	run(60 * 1000);
	play.people[0] = '\0';
	list_both("alice", "bob", FRAME_MEMBER_AWAY);
	assert_people("");
	list_both("alice", "bob", 0);
	assert_people("talker 1 bob;");
}

/* Whatever the server calls him, and from now on also where he has another
 * name: of two the version counts who is there alone. */
static void
who_is_renamed_is_there_as_before(void **state)
{
	struct entry e = { .seq = 1, .time_ms = 1, .kind = ENTRY_RENAME,
	    .author = "bob", .author_len = 3, .text = "robert",
	    .text_len = 6 };

	(void)state;
	begin();
	say(1, "are you there?", true);
	list_both("alice", "eve", FRAME_MEMBER_AWAY);
	assert_non_null(strstr(play.members, "bob(away) "));
	assert_null(strstr(play.members, "eve"));
	play.members[0] = play.people[0] = '\0';
	say_in_room(&e);
	assert_people("talker 1 robert;");
	assert_non_null(strstr(play.members, "robert(away) "));
}

static void
offer(uint32_t slot)
{
	uint8_t frames[256];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_entered e = { .slot = slot, .room = play.name,
	    .room_len = strlen(play.name), .flags = play.entered,
	    .key = play.key };

	frame_put_entered(&out, &e);
	rogue_say(r, frames, out.len);
	run(100);
}

/* Who is written to by that name would have been she. */
static void
whose_name_was_hers_is_not_offered_by_it(void **state)
{
	struct noise_keypair eve;

	(void)state;
	keys_make(&eve);
	rogue_link(r);
	run(500);
	join_hers(&eve);
	link_part(r->link, r->now, 2);
	play.people[0] = '\0';
	play.key = play.bob.public;
	wish("bob");
	assert_people("locked 0 bob asked;");
	pin(RECORD_PIN_TRUST);
	assert_non_null(strstr(play.people, "offered 0 bob asked here;"));
	play.people[0] = '\0';
	play.key = eve.public;
	offer(2);
	assert_memory_equal(play.people, "offered 0 key-", 14);
}

static void
what_is_offered_is_told_once_and_entered_by_its_slot(void **state)
{
	(void)state;
	rogue_link(r);
	run(500);
	offer(2);
	offer(2);
	assert_people("offered 0 bob;");
	assert_int_equal(play.enters, 0);
	join(1, play.bob.public);
	assert_int_equal(play.slot, 2);
	assert_people("talker 1 bob;");
	bob_says(1, "hello");
	assert_told("bob: hello;");
	/* Of whom nothing is kept. */
	rogue_end(r);
	r->deaf = true;
	rogue_link(r);
	wish("bob");
	assert_people("offered 0 bob asked unknown -;");
	rogue_end(r);
	r->deaf = false;
	rogue_link(r);
	join(1, play.bob.public);
	assert_people("talker 1 bob;");
	play.told[1][0] = '\0';
	say(1, "I am here", true);
	assert_told("alice: I am here #;");
	/* Who has an answer is known from then on. */
	r->deaf = true;
	rogue_end(r);
	rogue_link(r);
	wish("bob");
	assert_people("talker 1 bob;offered 0 bob asked;");
	rogue_end(r);
	r->deaf = false;
	rogue_link(r);
	join(1, play.bob.public);
	play.people[0] = '\0';
	/* What is there is not offered any more; nor what is no talk. */
	offer(4);
	play.key = r->config.identity.public;
	offer(5);
	play.entered = 0;
	offer(6);
	assert_people("");
}

/* A net brings it twice, or late. */
static void
an_offer_that_comes_again_is_no_other_log(void **state)
{
	(void)state;
	rogue_link(r);
	run(500);
	offer(2);
	join(1, play.bob.public);
	assert_int_equal(play.slot, 2);
	assert_people("offered 0 bob;talker 1 bob;");
	offer(2);
	assert_people("");
	say(1, "I am here", true);
	assert_told("alice: I am here #;");
	link_part(r->link, r->now, 1);
	run(500);
	/* ENTER is on its way. */
	offer(4);
	assert_people("talker 1 bob;offered 0 bob;");
	play.silent = true;
	join(1, play.bob.public);
	offer(4);
	play.silent = false;
	run(5000);
	assert_people("talker 1 bob;");
	assert_int_equal(play.slot, 4);
	say(1, "once more", true);
	assert_int_equal(play.head.seq, 2);
}

static void
who_wanted_no_talk_is_heard_when_he_writes(void **state)
{
	(void)state;
	rogue_link(r);
	run(500);
	play.code = FRAME_NO_TALK;
	join(1, play.bob.public);
	assert_int_equal(play.denial, RECORD_NO_TALK);
	play.code = 0;
	offer(2);
	assert_int_equal(play.slot, 2);
	bob_says(1, "hello");
	assert_told("bob: hello;");
}

/* So that others have its place: of several the server says only some. */
static void
an_offer_that_nobody_takes_is_declined(void **state)
{
	unsigned leaves;

	(void)state;
	rogue_link(r);
	run(500);
	leaves = r->leaves;
	offer(2);
	run(2000);
	assert_int_equal(r->leaves, leaves);
	run(2000);
	assert_int_equal(r->leaves, leaves + 1);
	run(10 * 1000);
	assert_int_equal(r->leaves, leaves + 1);
	/* Where that was lost it is told again. */
	offer(2);
	assert_people("offered 0 bob;offered 0 bob;");
	join(1, play.bob.public);
	assert_int_equal(play.slot, 2);
	run(10 * 1000);
	assert_int_equal(r->leaves, leaves + 1);
}

/* It is gone: another slot does. */
static void
an_offer_that_is_over_is_entered_all_the_same(void **state)
{
	(void)state;
	rogue_link(r);
	run(500);
	offer(2);
	play.code = FRAME_NO_ROOM;
	play.once = true;
	join(1, play.bob.public);
	assert_int_equal(play.enters, 2);
	assert_int_equal(play.slot % 2, 1);
	say(1, "I am here", true);
	assert_told("alice: I am here #;");
}

static void
talks_are_listed_in_pieces(void **state)
{
	(void)state;
	rogue_link(r);
	link_ask_talks(r->link, r->now);
	assert_people("listed 0  first last unknown -;");
	run(500);
	join(1, play.bob.public);
	play.people[0] = '\0';
	/* How far they are read was asked before. */
	assert_int_equal(play.asks, 2);
	link_ask_talks(r->link, r->now);
	run(500);
	assert_int_equal(play.asks, 4);
	assert_people("listed 0 bob here in more first;"
	    "listed 0 alice here self last;");
	play.dumb = true;
	link_ask_talks(r->link, r->now);
	run(500);
	assert_people("listed 0  first last -;");
}

/* In clear, as the server is to know it; and nothing else is. */
static void
that_one_takes_nothing_more_is_a_rule(void **state)
{
	(void)state;
	begin();
	say(1, "leave me alone", true);
	assert_int_equal(play.clear, 0);
	link_shut(r->link, r->now, 1, false);
	run(500);
	assert_int_equal(play.clear, 1);
	link_shut(r->link, r->now, 1, true);
	link_shut(r->link, r->now, 0, true);
	run(500);
	assert_int_equal(play.clear, 2);
	assert_told("alice: leave me alone #;alice: shut;alice: unshut;");
}

/* The home room was left in an earlier run. */
static void
a_talk_may_be_the_first_window(void **state)
{
	char room[LINK_TALK_NAME + 1];

	(void)state;
	r->config.room = link_talk_room(room, play.bob.public);
	r->config.window = 1;
	r->config.place.disk = &play.disk;
	r->config.place.dir = "/t";
	rogue_link(r);
	run(500);
	assert_int_equal(play.welcomes, 1);
	say(1, "under the mat", true);
	assert_told("alice: under the mat #;");
	wish("bob");
	assert_people("talker 1 bob;talker 1 bob;offered 1 bob asked here;");
	rogue_end(r);
	/* Nor is a server of one room taken for it. */
	r->flags = 0;
	play.posts = r->posts = 0;
	rogue_link(r);
	say(1, "under the mat", true);
	run(10 * 1000);
	assert_int_equal(play.denial, RECORD_NO_ROOM);
	assert_int_equal(play.posts, 0);
	assert_int_equal(r->posts, 0);
}

/* What one is called is no part of a talk's log. */
static void
a_name_that_is_asked_for_in_a_talk_is_for_all(void **state)
{
	(void)state;
	r->deaf = true;
	begin();
	link_nick(r->link, r->now, 1, "al", 2);
	say(1, "under the mat", true);
	r->deaf = false;
	run(60 * 1000);
	assert_int_equal(play.posts, 1);
	assert_int_equal(play.clear, 0);
	assert_told("alice: under the mat #;");
	link_nick(r->link, r->now, 1, "no name", 7);
	assert_int_equal(play.nick_denied, 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_said_goes_sealed_and_comes_opened),
		TEST(what_is_stored_of_it_is_sealed),
		TEST(a_server_that_knows_no_talks_hears_of_none),
		TEST(nothing_private_is_said_in_a_room_nor_the_other_way_round),
		TEST(an_answer_that_is_of_something_else_is_refused),
		TEST(who_wants_no_talk_is_told),
		TEST(what_neither_has_sealed_cannot_be_read),
		TEST(what_is_sealed_by_the_others_key_cannot_be_read),
		TEST(the_first_of_all_may_be_what_is_left_out),
		TEST(what_is_left_out_or_turned_round_is_told),
		TEST(what_is_left_out_of_the_past_is_told),
		TEST(what_the_server_lost_is_said_again_once),
		TEST(what_is_there_already_is_known_by_its_words),
		TEST(what_is_there_in_other_words_is_said_all_the_same),
		TEST(what_is_refused_leaves_no_hole),
		TEST(who_has_a_name_is_asked_and_pinned),
		TEST(who_cannot_be_written_to_is_told),
		TEST(whose_name_it_was_is_told_where_nobody_has_it),
		TEST(many_names_are_asked_one_after_the_other),
		TEST(a_key_that_has_changed_locks_the_talk),
		TEST(whose_keys_cannot_be_read_nobody_is_taken_for),
		TEST(what_another_program_keeps_meanwhile_stays),
		TEST(while_another_program_writes_nothing_is_kept),
		TEST(what_is_trusted_is_the_key_that_was_shown),
		TEST(what_is_trusted_was_shown_for_that_name),
		TEST(a_key_that_changes_meanwhile_locks_the_talk_too),
		TEST(what_is_said_long_after_waits_until_it_is_known_again),
		TEST(who_was_asked_for_by_another_name_is_not_doubted_for_that),
		TEST(who_has_a_name_is_asked_once_the_room_is_shown),
		TEST(a_new_key_that_a_room_tells_of_is_asked_for),
		TEST(a_key_that_another_came_after_is_nobodys_any_more),
		TEST(who_was_called_otherwise_is_told_of),
		TEST(who_is_asked_for_is_told_by_that_name),
		TEST(who_is_called_otherwise_is_so_in_his_talk),
		TEST(who_only_wrote_gets_nothing_for_who_has_his_name),
		TEST(who_only_writes_to_us_is_called_as_he_is),
		TEST(one_that_is_his_again_unlocks_it),
		TEST(nothing_is_said_before_it_is_known_whose_the_name_is),
		TEST(who_is_verified_is_told_so),
		TEST(who_writes_is_verified_where_one_looks),
		TEST(what_was_for_another_waits_whatever_the_server_calls_him),
		TEST(a_name_that_he_had_is_no_news_while_he_is_away),
		TEST(a_name_that_the_server_gives_him_is_his),
		TEST(ones_own_talk_is_called_as_one_is),
		TEST(a_name_that_a_stranger_had_stays_whose_it_is),
		TEST(whose_name_another_one_has_by_now_is_looked_at),
		TEST(a_log_that_is_another_waits_for_the_user),
		TEST(with_another_key_of_ours_a_log_is_another),
		TEST(a_talk_is_never_a_room_twice),
		TEST(a_log_that_is_another_is_taken_whoever_he_is),
		TEST(a_log_that_is_another_waits_also_where_he_has_no_name),
		TEST(a_name_that_is_freed_by_the_server_is_no_other_keys),
		TEST(who_is_there_is_told_by_what_he_is_called_here),
		TEST(whose_name_was_hers_is_not_offered_by_it),
		TEST(who_is_there_again_is_called_as_he_is_then),
		TEST(who_is_renamed_is_there_as_before),
		TEST(what_is_offered_is_told_once_and_entered_by_its_slot),
		TEST(an_offer_that_comes_again_is_no_other_log),
		TEST(who_wanted_no_talk_is_heard_when_he_writes),
		TEST(an_offer_that_nobody_takes_is_declined),
		TEST(an_offer_that_is_over_is_entered_all_the_same),
		TEST(talks_are_listed_in_pieces),
		TEST(that_one_takes_nothing_more_is_a_rule),
		TEST(a_talk_may_be_the_first_window),
		TEST(a_name_that_is_asked_for_in_a_talk_is_for_all),
	};

	return tests_run(tests, NULL, NULL);
}
