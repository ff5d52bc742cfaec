/*
 * Writes the seeds that are not text: one small whole thing of each kind, from
 * which a fuzzer soon makes all others. What is text was written by hand.
 * usage: build/seeds tests/fuzz/corpus
 */
#include <sys/stat.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crc32c.h"
#include "common/frame.h"
#include "common/frame_put.h"
#include "common/hello.h"
#include "common/journal.h"
#include "server/cluster/block.h"
#include "tests/fuzz/fuzz.h"
#include "tests/with_disk.h"
#include "tui/shared/outbox.h"
#include "tui/shared/record.h"

static const char *corpus;

/* A first byte, then the rest. */
static void
put_with(const char *target, const char *leaf, int first, const void *bytes,
    size_t len)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", corpus, target);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s/%s", corpus, target, leaf);
	if ((f = fopen(path, "w")) == NULL)
		err(1, "%s", path);
	if (first >= 0)
		fputc(first, f);
	fwrite(bytes, 1, len, f);
	if (fclose(f) == EOF)
		err(1, "%s", path);
}

static void
put(const char *target, const char *leaf, const struct wire_out *out)
{
	MUST(!out->failed && out->len > 0);
	put_with(target, leaf, -1, out->base, out->len);
}

static struct entry
entry_of(uint64_t seq, enum entry_kind kind, const char *author,
    const char *text)
{
	struct entry e = { .seq = seq, .kind = kind, .id = seq,
	    .time_ms = INT64_C(1800000000000), .author = author,
	    .author_len = strlen(author), .text = text,
	    .text_len = strlen(text) };

	return e;
}

static size_t
list_entries(struct entry list[12])
{
	size_t n = 0;

	list[n++] = entry_of(1, ENTRY_START, "", "");
	list[n++] = entry_of(2, ENTRY_JOIN, "alice", "");
	list[n++] = entry_of(3, ENTRY_JOIN, "小明", "");
	list[n - 1].flags = ENTRY_CLASSIC;
	list[n++] = entry_of(4, ENTRY_SAY, "alice", "hi, 小明: 👋🏽 e\314\201");
	list[n++] = entry_of(5, ENTRY_ACT, "alice", "waves");
	list[n++] = entry_of(6, ENTRY_PART, "alice", "one\ntwo");
	list[n - 1].flags = 1 << ENTRY_MORE_SHIFT;
	list[n++] = entry_of(7, ENTRY_SAY, "alice", "three");
	list[n - 1].flags = 1 << ENTRY_INDEX_SHIFT;
	list[n++] = entry_of(8, ENTRY_RENAME, "alice", "bob");
	list[n++] = entry_of(9, ENTRY_ANNOUNCE, "", "back at 5");
	list[n++] = entry_of(10, ENTRY_TIMEOUT, "bob", "");
	list[n++] = entry_of(11, ENTRY_LEAVE, "小明", "bye");
	return n;
}

static void
seed_entries(void)
{
	uint8_t bytes[2048];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	struct entry list[12];
	size_t i, n = list_entries(list);

	for (i = 0; i < n; i++)
		entry_encode(&out, &list[i]);
	put("entry", "all-kinds", &out);
	out = wire_out(bytes, sizeof(bytes));
	list[0].seq = list[0].id = UINT64_MAX;
	list[0].time_ms = ENTRY_TIME_MS_MAX;
	entry_encode(&out, &list[0]);
	put("entry", "largest", &out);
}

static void
put_frame(const char *leaf, const struct wire_out *out)
{
	put("frame", leaf, out);
}

static void
seed_lists(void)
{
	static const struct frame_position at = { { 1 }, 2, 7 };
	static const struct frame_range ranges[] = { { 8, 8 }, { 10, 20 } };
	const struct frame_post post = { 4294967297, ENTRY_SAY, 0, "hi", 2 };
	uint8_t bytes[2048];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	struct entry list[12];
	size_t i, n = list_entries(list), begun;

	begun = frame_begin(&out, FRAME_ENTRIES);
	frame_put_position(&out, &at);
	wire_put_varint(&out, n);
	for (i = 0; i < n; i++)
		entry_encode(&out, &list[i]);
	frame_end(&out, begun);
	put_frame("entries", &out);
	out = wire_out(bytes, sizeof(bytes));
	begun = frame_begin(&out, FRAME_SEAT);
	wire_put_varint(&out, 3);
	wire_put_varint(&out, at.term);
	wire_put_varint(&out, at.seq);
	wire_put_varint(&out, n);
	for (i = 0; i < n; i++)
		entry_encode(&out, &list[i]);
	frame_end(&out, begun);
	put_frame("seat", &out);
	out = wire_out(bytes, sizeof(bytes));
	begun = frame_begin(&out, FRAME_POST);
	wire_put_varint(&out, 2);
	frame_put_post(&out, &post);
	frame_put_post(&out, &post);
	frame_end(&out, begun);
	frame_put_sync(&out, &at, 4, 20, ranges, 2);
	put_frame("post-sync", &out);
	out = wire_out(bytes, sizeof(bytes));
	begun = frame_begin(&out, FRAME_MEMBERS);
	for (i = 0; i < 4; i++)
		wire_put_varint(&out, 2);
	wire_put_varint(&out, 2);
	wire_put_u8(&out, FRAME_MEMBER_AWAY);
	wire_put_string(&out, "alice", 5);
	wire_put_u8(&out, FRAME_MEMBER_CLASSIC);
	wire_put_string(&out, "bob", 3);
	frame_end(&out, begun);
	put_frame("members", &out);
}

static void
seed_rooms(void)
{
	static const struct frame_position at = { { 1 }, 2, 7 };
	static const uint8_t key[FRAME_KEY_BYTES] = { 3 };
	const struct frame_listed lab = { FRAME_LISTED_HOME, 3, 300, 0, "lab",
	    "today", 3, 5 };
	uint8_t bytes[2048];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	size_t begun, i;

	frame_put_enter(&out, &(struct frame_enter){ .slot = 3, .room = "lab",
	    .room_len = 3, .outbox = 1, .next_id = 5, .have = at, .flags = 1,
	    .token = "token", .token_len = 5, .former = "bob rob",
	    .former_len = 7 });
	frame_put_room(&out, 3);
	frame_put_sync(&out, &at, 4, 0, NULL, 0);
	frame_put_room(&out, FRAME_SLOT_MAX);
	frame_put_ask(&out, FRAME_ASK_ROOMS, 0);
	frame_put_name(&out, 1, 0, "bob", 3);
	put_frame("enter", &out);
	out = wire_out(bytes, sizeof(bytes));
	frame_put_entered(&out, &(struct frame_entered){ 3, FRAME_ENTERED_HOME,
	    "lab", 3, NULL, at });
	frame_put_entered(&out, &(struct frame_entered){ 2, FRAME_ENTERED_TALK,
	    "bob", 3, key, at });
	begun = frame_begin(&out, FRAME_LIST);
	wire_put_u8(&out, FRAME_ASK_ROOMS);
	for (i = 0; i < 3; i++)
		wire_put_varint(&out, 2);
	wire_put_varint(&out, 2);
	frame_put_listed(&out, &lab);
	frame_put_listed(&out, &lab);
	frame_end(&out, begun);
	put_frame("rooms", &out);
}

static size_t
begin_list(struct wire_out *out, enum frame_ask what)
{
	size_t begun = frame_begin(out, FRAME_LIST), i;

	wire_put_u8(out, (uint8_t)what);
	for (i = 0; i < 3; i++)
		wire_put_varint(out, 1);
	wire_put_varint(out, 1);
	return begun;
}

static void
seed_people(void)
{
	static const struct frame_mark marks[] = { { { 1 }, 7 }, { { 2 }, 300 } };
	static const struct frame_node nodes[] = {
	    { "chat.example", 12, 8888 }, { "2001:db8::7", 11, 1 } };
	static const uint8_t id[FRAME_LOG_ID] = { 1 };
	static const uint8_t key[FRAME_KEY_BYTES] = { 3 };
	static const char sealed[ENTRY_SEALED_LEAST + 2] = "\33\377";
	struct entry e = entry_of(9, ENTRY_SAY, "1", "");
	const struct frame_post post = { 4294967297, ENTRY_SAY,
	    ENTRY_SEALED << ENTRY_ROLE_SHIFT, sealed, sizeof(sealed) };
	uint8_t bytes[2048];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	size_t begun;

	frame_put_marks(&out, FRAME_MARK_ANSWER, marks, 2);
	put_frame("marks", &out);
	out = wire_out(bytes, sizeof(bytes));
	frame_put_rekey(&out, key);
	put_frame("rekey", &out);
	out = wire_out(bytes, sizeof(bytes));
	frame_put_nodes(&out, nodes, 2);
	put_frame("nodes", &out);
	out = wire_out(bytes, sizeof(bytes));
	begun = begin_list(&out, FRAME_ASK_DEVICES);
	frame_put_device(&out, &(struct frame_device){ FRAME_DEVICE_SELF,
	    UINT64_C(1800000000000), 300, "desk", 4 });
	frame_end(&out, begun);
	put_frame("devices", &out);
	out = wire_out(bytes, sizeof(bytes));
	begun = begin_list(&out, FRAME_ASK_TALKS);
	frame_put_talk(&out, &(struct frame_talk){ FRAME_TALK_HERE, 9, 7, id,
	    key, "bob", 3 });
	frame_end(&out, begun);
	put_frame("talks", &out);
	out = wire_out(bytes, sizeof(bytes));
	begun = frame_begin(&out, FRAME_POST);
	wire_put_varint(&out, 1);
	frame_put_post(&out, &post);
	frame_end(&out, begun);
	put_frame("sealed", &out);
	out = wire_out(bytes, sizeof(bytes));
	e.flags = ENTRY_SEALED << ENTRY_ROLE_SHIFT;
	e.text = sealed;
	e.text_len = sizeof(sealed);
	entry_encode(&out, &e);
	put("entry", "sealed", &out);
}

static void
seed_frames(void)
{
	static const struct frame_position at = { { 1 }, 2, 7 };
	static const uint8_t key[FRAME_KEY_BYTES] = { 3 };
	uint8_t bytes[2048];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	size_t begun;

	seed_lists();
	seed_rooms();
	seed_people();
	frame_put_posted(&out, 4294967298, 9);
	frame_put_read(&out, 100, 50);
	begun = frame_begin(&out, FRAME_HEAD);
	frame_put_position(&out, &at);
	wire_put_bytes(&out, key, sizeof(key));
	wire_put_varint(&out, 3);
	frame_end(&out, begun);
	frame_put_leave(&out, "bye", 3);
	frame_put_error(&out, FRAME_LIMIT_RATE, 4294967297, 500, "later", 5);
	put_frame("small", &out);
	out = wire_out(bytes, sizeof(bytes));
	frame_put_ping(&out, FRAME_PING, key);
	frame_put_ping(&out, FRAME_PONG, key);
	frame_put_whois(&out, "bob", 3);
	frame_put_whois(&out, "", 0);
	frame_put_person(&out, 7, 1000, key,
	    &(struct frame_member){ FRAME_MEMBER_SELF, "bob", 3 });
	frame_put_person(&out, 7, 0, NULL,
	    &(struct frame_member){ FRAME_MEMBER_ABSENT, "al", 2 });
	frame_put_prompt(&out);
	frame_put_pad(&out, 5);
	wire_put_u8(&out, 99);
	wire_put_string(&out, "unknown", 7);
	put_frame("people", &out);
}

static void
seed_hello(void)
{
	static const uint8_t noise[300] = { 9 };
	struct hello hello = { 5, NULL, noise };
	struct hello_room room = { { { 1 }, 2, 7 }, HELLO_WANTS_PASSPHRASE,
	    "chat", 4 };
	struct hello_visitor visitor = { "chat", 4, "alice", 5, 77, 1,
	    { { 1 }, 2, 7 }, 0, NULL, 0, 0, NULL, 0, 0 };
	uint8_t out[HELLO_DATAGRAM];

	put_with("hello", "hello", 0, out, hello_put(out, &hello));
	hello.cookie = noise;
	put_with("hello", "hello-cookie", 0, out, hello_put(out, &hello));
	put_with("hello", "cookie", 0, out, hello_put_cookie(out, 5, noise));
	put_with("hello", "hs2", 0, out, hello_put_hs2(out, 5, 6, noise, 150));
	put_with("hello", "hs3", 0, out, hello_put_hs3(out, 6, noise, 150));
	put_with("hello", "reset", 0, out, hello_put_reset(out, 6, noise));
	put_with("hello", "room", 1, out, hello_put_room(out, sizeof(out),
	    &room));
	put_with("hello", "visitor", 2, out, hello_put_visitor(out,
	    sizeof(out), &visitor));
	visitor.caps = HELLO_CAPS;
	put_with("hello", "visitor-caps", 2, out, hello_put_visitor(out,
	    sizeof(out), &visitor));
	visitor.former = "bob mona";
	visitor.former_len = 8;
	put_with("hello", "visitor-former", 2, out, hello_put_visitor(out,
	    sizeof(out), &visitor));
	visitor.age_ms = 86400 * 1000;
	put_with("hello", "visitor-age", 2, out, hello_put_visitor(out,
	    sizeof(out), &visitor));
}

static void
seed_records(void)
{
	uint8_t all[RECORD_BYTES * 4], one[RECORD_BYTES];
	struct record r;
	size_t at = 0, n;
	int type;

	for (type = RECORD_LOGIN; type <= RECORD_TYPE_MAX; type++) {
		memset(&r, 0, sizeof(r));
		r.type = (enum record_type)type;
		r.window = (uint16_t)(type % 3);
		r.id = 7;
		r.kind = ENTRY_SAY;
		r.flags = 1;
		r.denial = RECORD_OWNED;
		r.text = "alice";
		r.text_len = 5;
		r.entry = entry_of(3, ENTRY_SAY, "bob", "hello");
		r.state.phase = RECORD_ONLINE;
		r.state.rtt_ms = r.state.loss_permille = -1;
		MUST((n = record_encode(one, &r)) > 0);
		memcpy(all + at, one, n);
		at += n;
	}
	put_with("record", "all-types", -1, all, at);
	put_with("duct", "in-pieces", 2, all, at);
	put_with("duct", "at-once", 255, all, at);
	put_with("duct", "torn", 7, all, at - 1);
}

static void
put_file(const struct disk *d, const char *path, const char *target,
    const char *leaf, int first)
{
	int fd = d->open(d->arg, path, false);
	uint8_t bytes[4096];
	ssize_t n;

	MUST(fd != -1 && (n = d->read(d->arg, fd, bytes, sizeof(bytes),
	    0)) > 0);
	put_with(target, leaf, first, bytes, (size_t)n);
	d->close(d->arg, fd);
}

static void
seed_files(void)
{
	static const uint8_t id[JOURNAL_ID] = { 1 }, chain[JOURNAL_CHAIN];
	static const char path[] = "/d/01000000000000000000000000000000/"
	    "00000000000000000001.log";
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);
	struct journal_why why;
	struct entry list[12];
	struct wire_out out;
	uint8_t bytes[2048];
	struct journal *j;
	struct outbox *o;
	size_t n = list_entries(list), i;

	MUST(d.make_dir(d.arg, "/d") == 0);
	MUST((j = journal_create(&d, "/d", sizeof(bytes),
	    &(struct journal_base){ id, 1, 0, chain }, &why)) != NULL);
	put_file(&d, path, "journal", "empty", 1);
	out = wire_out(bytes, sizeof(bytes));
	for (i = 0; i < n; i++)
		entry_encode(&out, &list[i]);
	MUST(journal_append(j, bytes, out.len, n));
	journal_close(j);
	put_file(&d, path, "journal", "all-kinds", 0);
	put_file(&d, path, "journal", "all-kinds-mended", 20);
	MUST((o = outbox_open(&d, "/d/outbox", 5)) != NULL);
	put_file(&d, "/d/outbox", "outbox", "empty", 1);
	MUST(outbox_add(o, &list[3], 2, 1) && outbox_sync(o));
	outbox_acknowledged(o, 2);
	outbox_close(o);
	put_file(&d, "/d/outbox", "outbox", "two", 0);
	put_file(&d, "/d/outbox", "outbox", "two-mended", 9);
	memdisk_free(mem);
}

/* A checkpoint as it is; of a room: two names of one outbox, a member, a mute,
 * a key. */
static void
seed_checkpoint(void)
{
	static const char mute[] = "mute bob: loud", allow[] = "allow =SHA256:"
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	uint8_t bytes[1024] = { 0, 0 };
	struct wire_out out = wire_out(bytes, sizeof(bytes));

	put_with("checkpoint", "as-it-is", 0, bytes, 0);
	put_with("checkpoint", "of-another-log", 0, "\0\014\001", 3);
	wire_put_varint(&out, 1);
	wire_put_string(&out, "ann", 3);
	wire_put_u8(&out, 0);
	wire_put_u64(&out, 1000);
	wire_put_u64(&out, 2000);
	wire_put_varint(&out, 2);
	wire_put_u32(&out, 7);
	wire_put_string(&out, "bob", 3);
	wire_put_varint(&out, 0);
	wire_put_u32(&out, 12);
	wire_put_u32(&out, 11);
	wire_put_string(&out, "ann", 3);
	wire_put_u32(&out, 7);
	wire_put_string(&out, "ann", 3);
	wire_put_varint(&out, 0);
	wire_put_u8(&out, 1);
	wire_put_varint(&out, 9);
	wire_put_varint(&out, 1);
	wire_put_varint(&out, 5);
	wire_put_string(&out, mute, sizeof(mute) - 1);
	wire_put_u64(&out, 0);
	wire_put_varint(&out, 1);
	wire_put_varint(&out, 6);
	wire_put_string(&out, allow, sizeof(allow) - 1);
	put_with("checkpoint", "room", 1, out.base, out.len);
}

/* Two entries and a note of each kind that has other keys. */
static void
seed_blocks(void)
{
	static const uint8_t key[NOISE_KEY] = { 9 }, other[NOISE_KEY] = { 8 };
	static const uint8_t ban[] = { 0, 0, 3, 'd', 'a', 'n', 0, 0, 0, 0, 0,
	    0, 0, 9, 0, 3, 'd', 'a', 'n' }, heir[73] = { 2, 1 },
	    marks[52] = { 4, 1, 9 }, room[] = { 3, 9, 9, 9, 9, 9, 9, 9, 9,
	    9, 9, 9, 9, 9, 9, 9, 9, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 3, 'o', 'p',
	    's', 0, 0, 0, 0, 0, 0, 0, 2 };
	uint8_t bytes[1024], entries[256];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	struct wire_out in = wire_out(entries, sizeof(entries));
	struct entry join = entry_of(41, ENTRY_JOIN, "ann", "");
	struct entry said = entry_of(42, ENTRY_SAY, "ann", "hi");
	struct block b = { .node = 2, .nonce = 5, .log_id = key, .first = 41,
	    .term = 7, .chain = other, .entries_n = 2, .notes_n = 8,
	    .entries = entries };
	const struct log_note notes[] = {
		{ .kind = LOG_NOTE_TAKE, .fold = "ann", .key = key,
		    .place = 3 },
		{ .kind = LOG_NOTE_FREE, .fold = "bob" },
		{ .kind = LOG_NOTE_MOVE, .fold = "cy", .key = key,
		    .former = other },
		{ .kind = LOG_NOTE_AT, .fold = "ann" },
		{ .kind = LOG_NOTE_NEWS, .news = ban, .news_len = sizeof(ban) },
		{ .kind = LOG_NOTE_NEWS, .news = heir,
		    .news_len = sizeof(heir) },
		{ .kind = LOG_NOTE_NEWS, .news = marks,
		    .news_len = sizeof(marks) },
		{ .kind = LOG_NOTE_NEWS, .news = room,
		    .news_len = sizeof(room) },
	};
	size_t i;

	join.id = 0;
	entry_encode(&in, &join);
	entry_encode(&in, &said);
	b.len = in.len;
	block_begin(&out, &b);
	for (i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		block_put_note(&out, &notes[i]);
	put("block", "two", &out);
	out.len = 0;
	b.entries_n = b.notes_n = 0;
	b.len = 0;
	block_begin(&out, &b);
	put("block", "nothing", &out);
}

int
main(int argc, char *argv[])
{
	if (argc != 2)
		errx(2, "usage: seeds DIRECTORY");
	corpus = argv[1];
	fuzz_ready();
	seed_entries();
	seed_frames();
	seed_hello();
	seed_records();
	seed_files();
	seed_checkpoint();
	seed_blocks();
	return 0;
}
