/*
 * Fuzzing: the client's link, with a server that has the session's keys and
 * means harm. The first byte: keep a copy or not, and what is asked for; then
 * each step is a byte for what happens and what that needs. What reaches the
 * screen's process are records that can be read, entries in order, each once;
 * what is sent are datagrams of a client; and the link comes to rest.
 */
#include <stdlib.h>
#include <string.h>

#include "common/frame_nodes.h"
#include "common/frame_put.h"
#include "common/text.h"
#include "tests/fuzz/fuzz.h"
#include "tests/with_disk.h"
#include "tui/receiver/handshake.h"
#include "tui/receiver/link.h"
#include "tui/receiver/link_go.h"
#include "tui/receiver/link_person.h"
#include "tui/receiver/link_talk.h"
#include "tui/receiver/trace.h"

enum {
	DATAGRAM = 1200,
	SPIN = 1000,
	STEP_SENDS = 300,		/* datagrams of one step at most */
	STEP_RECORDS = 40000,		/* all members, and all that is kept */
	STEP_BYTES = 128 * 1024,	/* of the disk */
	TALK = 3,			/* the window of one, with the server */
	WINDOWS
};

static const uint8_t log_id[FRAME_LOG_ID] = { 1 };

static struct {
	struct link	*link;
	struct memdisk	*mem;
	struct disk	 disk;
	uint8_t		 shape;
	int64_t		 now;
	uint64_t	 random;
	bool		 full;		/* the screen takes no more */
	unsigned	 steps, sends, records;
	uint64_t	 shown[WINDOWS], ids;
	/* The server. */
	struct noise_keypair key;
	struct talk	 talk;		/* and in it he has a key as well */
	uint8_t		 hello[HELLO_DATAGRAM], hs3[HELLO_DATAGRAM];
	size_t		 hello_len, hs3_len;
	struct noise	 noise;
	bool		 in;
	uint32_t	 flags;		/* of the last HS2 */
	bool		 many;		/* the session carries several rooms */
	uint32_t	 slot;		/* the last that was entered */
	struct seal	 seal;
	uint8_t		 ping[FRAME_PING_BYTES];
	uint64_t	 outbox;	/* the newest id that was posted */
	uint64_t	 seq;		/* of the newest entry that was sent */
	struct nodes	 nodes;		/* where it is, and others */
} play;

/*
 * What the link hands out
 */

static void
note_frame(struct frame *f)
{
	struct frame_post p;

	MUST(f->type == FRAME_POST || f->type == FRAME_SYNC ||
	    f->type == FRAME_READ || f->type == FRAME_LEAVE ||
	    f->type == FRAME_PING || f->type == FRAME_PONG ||
	    f->type == FRAME_WHOIS || (play.many &&
	    (f->type == FRAME_ROOM || f->type == FRAME_ENTER ||
	    f->type == FRAME_ASK || f->type == FRAME_NAME ||
	    f->type == FRAME_MARK)));
	if (f->type == FRAME_ENTER)
		play.slot = f->slot;
	if (f->type == FRAME_PING)
		memcpy(play.ping, f->bytes, sizeof(play.ping));
	while (f->type == FRAME_POST && frame_next_post(f, &p)) {
		MUST(memmem(p.text, p.text_len, "private", 7) == NULL);
		if (p.id > play.outbox)
			play.outbox = p.id;
	}
}

static void
read_sealed(const uint8_t *data, size_t len)
{
	uint8_t frames[DATAGRAM];
	enum frame_error error;
	struct wire_in in;
	struct frame f;
	uint32_t index;
	size_t n;

	MUST(seal_index(data, len, &index));
	if (!play.in || index != play.seal.here)
		return;		/* of a session before */
	MUST(seal_open(&play.seal, data, len, frames, &n) == SEAL_OK);
	in = wire_in(frames, n);
	while ((error = frame_next(&in, &f)) == FRAME_OK)
		note_frame(&f);
	MUST(error == FRAME_END);
}

static bool
on_send(void *arg, const void *data, size_t len)
{
	const uint8_t *bytes = data;

	(void)arg;
	MUST(len > 0 && len <= DATAGRAM && ++play.sends < STEP_SENDS);
	if (bytes[0] == SEAL_TYPE)
		read_sealed(bytes, len);
	else if (bytes[0] == HELLO_TYPE)
		memcpy(play.hello, bytes, play.hello_len = len);
	else {
		MUST(bytes[0] == HELLO_HS3_TYPE);
		memcpy(play.hs3, bytes, play.hs3_len = len);
	}
	return true;
}

static bool
is_name(const char *name, size_t len)
{
	return text_name_check(name, len) == TEXT_NAME_OK;
}

/* Whatever they are, they have a name in a trace. */
static void
on_frames(void *arg, bool in, const uint8_t *frames, size_t len)
{
	char text[TRACE_TEXT];

	(void)arg;
	(void)in;
	MUST(strlen(trace_frames(text, frames, len)) < sizeof(text));
}

static void
on_record(void *arg, const struct record *r)
{
	uint8_t bytes[RECORD_BYTES];
	size_t len = record_encode(bytes, r), used;
	char traced[TRACE_TEXT];
	struct record again;

	(void)arg;
	MUST(len > 0 && ++play.records < STEP_RECORDS);
	MUST(record_decode(bytes, len, &again, &used) == RECORD_OK &&
	    used == len);
	MUST(text_valid(r->text, r->text_len));
	MUST(strlen(trace_record(traced, r)) < sizeof(traced));
	MUST(r->window < WINDOWS);
	switch (r->type) {
	case RECORD_ENTRY:
		MUST(r->entry.seq > play.shown[r->window]);
		play.shown[r->window] = r->entry.seq;
		break;
	case RECORD_REWIND:
		if (r->id < play.shown[r->window])
			play.shown[r->window] = r->id;
		break;
	case RECORD_MEMBER:
	case RECORD_PERSON:
	case RECORD_WELCOME:
		MUST(is_name(r->text, r->text_len));
		break;
	default:
		break;
	}
}

static bool
on_room(void *arg)
{
	(void)arg;
	return !play.full;
}

static enum link_trust
on_trust(void *arg, const uint8_t key[NOISE_KEY], bool *psk)
{
	(void)arg;
	MUST(memcmp(key, play.key.public, NOISE_KEY) == 0);
	*psk = play.shape & 64;
	/* Now and then nobody can tell, or it is another one. */
	return (play.shape & 192) == 192 ? (enum link_trust)(play.steps % 4) :
	    LINK_KNOWN;
}

static enum link_trust
on_remember(void *arg, const uint8_t key[NOISE_KEY], bool psk)
{
	(void)arg;
	(void)key;
	MUST(!psk);
	return LINK_KNOWN;
}

static void
on_new_port(void *arg)
{
	(void)arg;
}

static void
on_random(void *arg, void *dst, size_t len)
{
	(void)arg;
	fuzz_random(&play.random, dst, len);
}

/*
 * Time
 */

static void
rest(void)
{
	int64_t due = link_tick(play.link, play.now);
	int i;

	/* A screen that takes nothing is waited for elsewhere. */
	for (i = 0; due <= play.now && !play.full; i++) {
		MUST(i < SPIN);
		due = link_tick(play.link, play.now);
	}
}

static void
give(const uint8_t *data, size_t len)
{
	uint8_t *exact = fuzz_copy(data, len);

	link_input(play.link, play.now, exact, len);
	free(exact);
}

/*
 * The server
 */

/* HS2 to the last HELLO, with a room as the fuzzer wants it. */
static void
answer_hello(struct fuzz *in)
{
	uint8_t secret[NOISE_KEY] = { 60, (uint8_t)play.steps };
	uint8_t payload[HELLO_DATAGRAM], message[HELLO_DATAGRAM];
	struct hello_room room = { .name = "chat", .name_len = 4 };
	struct hello_datagram d;
	struct noise_keypair e;
	size_t len, n;
	uint8_t shape = fuzz_u8(in);

	if (play.hello_len == 0 || !hello_read(play.hello, play.hello_len,
	    &d))
		return;
	noise_keypair_from(&e, secret);
	noise_init(&play.noise, NOISE_RESPONDER, false, HELLO_PROLOGUE,
	    strlen(HELLO_PROLOGUE), &play.key, &e);
	MUST(noise_read(&play.noise, d.hello.noise, NOISE_KEY, payload, &n));
	memcpy(room.head.log_id, log_id, sizeof(log_id));
	room.head.log_id[0] += shape & 1;
	room.head.term = shape & 2 ? fuzz_u64(in) : 1;
	room.head.seq = shape & 4 ? fuzz_u64(in) : fuzz_u8(in);
	room.flags = shape & 8 ? fuzz_u8(in) : 0;
	play.flags = room.flags;
	n = hello_put_room(payload, sizeof(payload), &room);
	len = noise_write(&play.noise, payload, n, message, sizeof(message));
	play.hs3_len = 0;
	len = hello_put_hs2(payload, d.hello.client, 500 + play.steps,
	    message, len);
	give(payload, len);
	rest();
}

/* The last HS3: its keys count from now on. */
static void
take_hs3(void)
{
	uint8_t payload[HELLO_DATAGRAM], send[NOISE_KEY], get[NOISE_KEY];
	uint8_t hash[NOISE_KEY];
	struct hello_datagram d, hello;
	struct hello_visitor v;
	size_t n;

	if (play.hs3_len == 0 || !hello_read(play.hs3, play.hs3_len, &d) ||
	    !noise_read(&play.noise, d.bytes, d.len, payload, &n))
		return;
	MUST(hello_read_visitor(payload, n, &v));
	MUST(is_name(v.name, v.name_len));
	MUST(noise_split(&play.noise, send, get, hash));
	MUST(hello_read(play.hello, play.hello_len, &hello));
	seal_init(&play.seal, send, get, d.server, hello.hello.client);
	play.in = true;
	play.many = play.flags & HELLO_ROOMS;
	MUST((v.room_len == 0) == play.many);
	play.hs3_len = 0;
	play.outbox = (uint64_t)v.outbox << 32 | v.next_id;
}

static void
say(const uint8_t *frames, size_t len)
{
	uint8_t datagram[DATAGRAM];

	if (play.in && len <= DATAGRAM - SEAL_OVER)
		give(datagram, seal_pack(&play.seal, frames, len, datagram));
}

/* Of one of the rooms that were entered, or of the session. */
static void
put_room(struct wire_out *out)
{
	if (play.many && play.steps % 8 != 0)
		frame_put_room(out, play.steps % 2 == 0 && play.slot > 2 ?
		    play.slot - 2 : play.slot);
}

static void
position(struct fuzz *in, struct frame_position *at)
{
	uint8_t shape = fuzz_u8(in);

	memcpy(at->log_id, log_id, sizeof(log_id));
	at->log_id[0] += (shape & 7) == 7;
	at->term = shape & 8 ? fuzz_u64(in) : 1;
	at->seq = shape & 16 ? fuzz_u64(in) : play.seq + fuzz_u8(in) % 16;
}

/* As one of both has said it; a byte of it is another then. */
static void
seal_entry(struct entry *e, uint8_t shape, char sealed[TEXT_LINE_BYTES])
{
	static const uint8_t salt[TALK_SALT] = { 7 };
	uint8_t bent = shape >> 4 & 3;

	e->author = shape & 1 ? "1" : "2";
	e->author_len = 1;
	e->kind = ENTRY_SAY;
	e->flags &= ENTRY_PIECE_FLAGS;
	e->text_len = talk_seal(&play.talk, e, shape & 2 ? shape & 63 : 0, salt,
	    (uint8_t *)sealed);
	e->flags |= ENTRY_SEALED << ENTRY_ROLE_SHIFT;
	e->text = sealed;
	if (bent == 3)
		sealed[shape % e->text_len]++;
}

/* The next entries, or others; mostly such as a room has. */
static void
say_entries(struct fuzz *in)
{
	static const char *const names[] = { "alice", "bob", "小明", "" };
	uint8_t bytes[DATAGRAM - SEAL_OVER], shape;
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	char sealed[TEXT_LINE_BYTES];
	struct frame_position at;
	struct entry e;
	const uint8_t *text;
	size_t begun, n, i, len;

	put_room(&out);
	begun = frame_begin(&out, FRAME_ENTRIES);
	n = 1 + fuzz_u8(in) % 8;
	position(in, &at);
	frame_put_position(&out, &at);
	wire_put_varint(&out, n);
	for (i = 0; i < n; i++) {
		shape = fuzz_u8(in);
		memset(&e, 0, sizeof(e));
		e.seq = shape & 64 ? fuzz_u64(in) : play.seq + 1 +
		    (shape & 32 ? fuzz_u8(in) % 4 : 0);
		e.kind = (enum entry_kind)(1 + fuzz_u8(in) % ENTRY_KIND_MAX);
		e.id = e.kind == ENTRY_START ? 1U + shape % 4 : shape & 128 ?
		    play.outbox : 0;
		e.author = names[shape % 4];
		e.author_len = strlen(e.author);
		text = fuzz_bytes(in, 40, &len);
		e.text = (const char *)text;
		e.text_len = len;
		e.flags = shape & 16 ? fuzz_u32(in) : 0;
		if ((shape & 12) == 12)
			seal_entry(&e, fuzz_u8(in), sealed);
		entry_encode(&out, &e);
		play.seq = e.seq;
	}
	frame_end(&out, begun);
	if (!out.failed)
		say(bytes, out.len);
}

static void
say_members(struct fuzz *in)
{
	static const char *const names[] = { "alice", "bob", "小明", "eve" };
	uint8_t bytes[512];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	uint8_t shape = fuzz_u8(in);
	size_t begun, n, i;

	put_room(&out);
	begun = frame_begin(&out, FRAME_MEMBERS);
	n = shape % 5;
	wire_put_varint(&out, shape & 8 ? fuzz_u64(in) : play.seq);
	wire_put_varint(&out, fuzz_u8(in));
	wire_put_varint(&out, shape & 16 ? fuzz_u64(in) : n);
	wire_put_varint(&out, shape & 32 ? fuzz_u64(in) : 0);
	wire_put_varint(&out, n);
	for (i = 0; i < n; i++) {
		wire_put_u8(&out, fuzz_u8(in));
		wire_put_string(&out, names[(shape + i) % 4],
		    strlen(names[(shape + i) % 4]));
	}
	frame_end(&out, begun);
	say(bytes, out.len);
}

/* What there is in a session of several rooms alone. */
static void
say_of_rooms(struct fuzz *in)
{
	static const char *const names[] = { "alice", "bob", "carol", "~" };
	uint8_t bytes[512], shape = fuzz_u8(in);
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	struct frame_entered e = { .slot = 1 + fuzz_u8(in) % 8, .room = "lab",
	    .room_len = 3 };
	struct frame_listed one = { shape, shape, play.seq, 0, "lab", "", 3,
	    0 };
	const char *name = names[shape / 4 % 4];
	struct frame_talk talk = { .said = shape, .log_id = log_id,
	    .key = play.key.public, .name = "bob", .name_len = 3 };
	size_t begun;

	switch (shape % 4) {
	case 0:
	case 1:
		if (shape & 64)
			e.slot = play.slot;
		if (shape & 128) {
			e.flags = FRAME_ENTERED_TALK;
			e.key = play.key.public;
			e.room = name;
			e.room_len = strlen(name);
		}
		position(in, &e.head);
		frame_put_entered(&out, &e);
		break;
	case 2:
		frame_put_name(&out, fuzz_u8(in) % 4, fuzz_u8(in) % 16, name,
		    strlen(name));
		break;
	default:
		begun = frame_begin(&out, FRAME_LIST);
		wire_put_u8(&out, shape & 16 ? FRAME_ASK_TALKS :
		    FRAME_ASK_ROOMS);
		wire_put_varint(&out, play.seq);
		wire_put_varint(&out, shape & 64 ? fuzz_u64(in) : 3);
		wire_put_varint(&out, shape & 32 ? fuzz_u8(in) : 0);
		wire_put_varint(&out, 2);
		if (shape & 16) {
			frame_put_talk(&out, &talk);
			frame_put_talk(&out, &talk);
		} else {
			frame_put_listed(&out, &one);
			frame_put_listed(&out, &one);
		}
		frame_end(&out, begun);
	}
	say(bytes, out.len);
}

static void
say_small(struct fuzz *in)
{
	uint8_t bytes[512], chain[FRAME_CHAIN] = { 0 };
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	struct frame_position at;
	size_t begun, len;
	const uint8_t *text;
	uint8_t shape = fuzz_u8(in), code;
	uint64_t id;

	if (play.many && shape & 32) {
		say_of_rooms(in);
		return;
	}
	put_room(&out);
	switch (shape % 6) {
	case 0:
		begun = frame_begin(&out, FRAME_HEAD);
		position(in, &at);
		frame_put_position(&out, &at);
		chain[0] = fuzz_u8(in) & 1;
		wire_put_bytes(&out, chain, sizeof(chain));
		wire_put_varint(&out, fuzz_u8(in));
		frame_end(&out, begun);
		break;
	case 1:
		frame_put_posted(&out, shape & 64 ? fuzz_u64(in) :
		    play.outbox + fuzz_u8(in) % 4, play.seq);
		break;
	case 2:
		text = fuzz_bytes(in, 40, &len);
		code = fuzz_u8(in) % 16;
		id = shape & 64 ? fuzz_u64(in) : fuzz_u8(in);
		frame_put_error(&out, (enum frame_code)code, id, shape & 128 ?
		    fuzz_u64(in) : link_have(play.link, 0), (const char *)text,
		    len);
		break;
	case 3:
		frame_put_person(&out, play.seq, 1000,
		    shape & 64 ? play.key.public : NULL,
		    &(struct frame_member){ fuzz_u8(in) % 16, shape & 128 ?
		    "carol" : "alice", 5 });
		break;
	case 4:
		frame_put_ping(&out, shape & 64 ? FRAME_PING : FRAME_PONG,
		    play.ping);
		break;
	default:
		frame_put_leave(&out, "bye", 3);
	}
	say(bytes, out.len);
}

static void
raw(struct fuzz *in)
{
	size_t len;
	const uint8_t *frames = fuzz_long_bytes(in, DATAGRAM - SEAL_OVER,
	    &len);

	say(frames, len);
}

static void
anything(struct fuzz *in)
{
	size_t len;
	const uint8_t *bytes = fuzz_long_bytes(in, 1400, &len);

	give(bytes, len);
}

/*
 * The screen
 */

/* What is told of other servers, as the receiver has it. */
static void
on_told(void *arg, const uint8_t key[NOISE_KEY], struct frame *f)
{
	char list[HOSTS_LIST_BYTES] = "", host[HOSTS_HOST_BYTES];
	struct frame_node n;

	(void)arg;
	MUST(memcmp(key, play.key.public, NOISE_KEY) == 0);
	while (frame_next_node(f, &n)) {
		MUST(n.host_len < sizeof(host) && n.port != 0);
		memcpy(host, n.host, n.host_len);
		host[n.host_len] = '\0';
		hosts_add(list, sizeof(list), host, n.port);
	}
	nodes_tell(&play.nodes, list);
	link_go_places(play.link, nodes_has_others(&play.nodes),
	    nodes_are_several(&play.nodes));
}

static enum nodes_way
on_go(void *arg)
{
	(void)arg;
	return nodes_go(&play.nodes);
}

static enum nodes_way
on_strike(void *arg)
{
	(void)arg;
	return nodes_strike(&play.nodes);
}

static void
on_heard(void *arg)
{
	(void)arg;
	nodes_heard(&play.nodes);
}

/* It may have others, and may be told of more. */
static void
have_others(void)
{
	static const struct link_go_out go = { .go = on_go,
	    .strike = on_strike, .heard = on_heard, .told = on_told };

	nodes_init(&play.nodes, AF_UNSPEC, 0);
	nodes_name(&play.nodes, "192.0.2.1", 8888);
	if (play.shape & 128)
		nodes_name(&play.nodes, "192.0.2.2", 8888);
	nodes_begin(&play.nodes);
	link_go_by(play.link, &go);
	link_go_places(play.link, nodes_has_others(&play.nodes),
	    nodes_are_several(&play.nodes));
}

/* Rooms are entered and left, each kept by itself. */
static void
go(uint16_t window, uint8_t what)
{
	static const char *const dirs[WINDOWS] = { "/d", "/d/1", "/d/2",
	    "/d/3" };
	char talk[LINK_TALK_NAME + 1];
	const char *room = window == TALK ? link_talk_room(talk,
	    play.key.public) : "lab";
	struct link_place place = { .dir = dirs[window],
	    .disk = play.mem == NULL ? NULL : &play.disk };

	if (what & 128) {
		link_look(play.link, play.now, window);
		return;
	}
	if (play.mem != NULL)
		play.disk.make_dir(play.disk.arg, place.dir);
	if (what & 64)
		link_part(play.link, play.now, window);
	else if (link_join(play.link, play.now, window, &place, room,
	    strlen(room)))
		play.shown[window] = 0;
}

static void
want_person(uint8_t what)
{
	const char *name = what & 8 ? "carol" : "bob";

	switch (what >> 4 & 7) {
	case 0:
	case 1:
		link_wish(play.link, play.now, name, strlen(name));
		break;
	case 2:
		link_digits(play.link, play.now, name, strlen(name));
		break;
	case 3:
		link_shut(play.link, play.now, TALK, what & 8);
		break;
	case 4:
		link_ask_talks(play.link, play.now);
		break;
	default:
		link_anew(play.link, play.now, what >> 4 & 3);
		link_pin(play.link, play.now, what >> 4 & 3,
		    1U << (what >> 4 & 3), name,
		    strlen(name));
	}
}

static void
want(struct fuzz *in)
{
	char two[TEXT_LINE_BYTES + 3];	/* pieces */
	uint8_t what = fuzz_u8(in), before;
	uint16_t window = play.many ? what / 8 % WINDOWS : 0;

	switch (what % 8) {
	case 0:
		link_post(play.link, play.now, window, &(struct link_line){
		    ++play.ids, ENTRY_SAY, window == TALK ? "private" :
		    "hello all", window == TALK ? 7 : 9, window == TALK });
		break;
	case 1:
		memset(two, 'x', sizeof(two));
		link_post(play.link, play.now, 0, &(struct link_line){
		    ++play.ids, ENTRY_SAY, two, sizeof(two), false });
		break;
	case 2:
		link_nick(play.link, play.now, 0, what & 64 ? "bob" : "carol",
		    what & 64 ? 3 : 5);
		break;
	case 3:
		if (play.many)
			want_person(fuzz_u8(in));
		else
			link_whois(play.link, play.now, window, "bob", 3);
		break;
	case 4:
		before = fuzz_u8(in);
		link_read(play.link, play.now, 0, before, fuzz_u8(in));
		break;
	case 5:
		link_verify(play.link, play.now, window);
		if (play.many && what & 128)
			link_ask_rooms(play.link, play.now);
		break;
	case 6:
		if (play.many)
			go(window, what);
		else
			link_wake(play.link, play.now);
		break;
	default:
		if (what > 250)
			link_leave(play.link, play.now);
		else
			link_login(play.link, play.now, "alice", 5);
	}
}

/* The receiver, as it starts with what its disk has. */
static void
start(void)
{
	static const struct link_out out = { .send = on_send,
	    .record = on_record, .room = on_room, .trust = on_trust,
	    .remember = on_remember, .new_port = on_new_port,
	    .random = on_random, .frames = on_frames };
	static const uint8_t guest[NOISE_KEY] = { 8 };
	struct link_config config = { .only_new = play.shape & 2,
	    .people = true, .pins = "/d/people",
	    .disk = play.mem == NULL ? NULL : &play.disk,
	    .place = { .dir = "/d", .has_after = play.shape & 4,
	    .after = play.shape >> 3 & 7,
	    .disk = play.mem == NULL ? NULL : &play.disk } };

	noise_keypair_from(&config.identity, guest);
	MUST(talk_init(&play.talk, &play.key, config.identity.public, log_id));
	play.in = play.many = false;
	memset(play.shown, 0, sizeof(play.shown));
	play.hello_len = play.hs3_len = 0;
	MUST((play.link = link_new(&config, &out)) != NULL);
	have_others();
	link_login(play.link, play.now, "alice", 5);
	rest();
}

/* Another receiver, or a disk that is full, or no longer. */
static void
trouble(struct fuzz *in)
{
	uint8_t what = fuzz_u8(in);

	if (what < 64) {
		if (play.mem != NULL && what & 1)
			memdisk_kill(play.mem);
		link_free(play.link);
		start();
	} else if (play.mem != NULL)
		memdisk_limit(play.mem, what < 160 ? memdisk_bytes(play.mem) +
		    what - 64 : UINT64_MAX);
}

static void
pass(struct fuzz *in)
{
	static const int64_t steps[] = { 0, 1, 20, 50, 300, 1000, 3000,
	    10000, 21000, 31000, 600000, 90000000 };

	play.now += steps[fuzz_u8(in) % (sizeof(steps) / sizeof(steps[0]))];
}

static void
step(struct fuzz *in)
{
	play.steps++;
	play.sends = play.records = 0;
	switch (fuzz_u8(in) % 12) {
	case 0:
		say_entries(in);
		break;
	case 2:
		say_small(in);
		break;
	case 3:
		say_members(in);
		break;
	case 4:
		raw(in);
		break;
	case 5:
		anything(in);
		break;
	case 6:
		answer_hello(in);
		take_hs3();
		break;
	case 7:
		link_unreachable(play.link, play.now);
		break;
	case 8:
		play.full = fuzz_u8(in) & 1;
		break;
	case 1:
		trouble(in);
		break;
	case 9:
	case 10:
		want(in);
		break;
	default:
		pass(in);
	}
	rest();
	MUST(play.mem == NULL || memdisk_bytes(play.mem) <=
	    (uint64_t)(play.steps + 1) * STEP_BYTES);
}

static void
open_play(uint8_t shape, struct fuzz *in)
{
	static const uint8_t host[NOISE_KEY] = { 7 };

	memset(&play, 0, sizeof(play));
	play.shape = shape;
	play.now = 1000;
	play.random = 1;
	noise_keypair_from(&play.key, host);
	if (shape & 1) {
		play.mem = memdisk_new();
		play.disk = memdisk_disk(play.mem);
		MUST(play.disk.make_dir(play.disk.arg, "/d") == 0);
	}
	start();
	answer_hello(in);
	take_hs3();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct fuzz in = { data, len };

	fuzz_ready();
	open_play(fuzz_u8(&in), &in);
	while (fuzz_more(&in) && !link_left(play.link))
		step(&in);
	link_free(play.link);
	memdisk_free(play.mem);
	return 0;
}
