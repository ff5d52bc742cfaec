/*
 * Fuzzing: the checkpoint, whose sum is right, beside a log. Whatever it says,
 * the log opens, has all its entries, and takes more; what the room takes of
 * it, it gives back. The first byte: 0: a checkpoint of that log whose bytes
 * are changed where the input says so; else the room's part alone.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/wire.h"
#include "server/room/checkpoint.h"
#include "server/room/room.h"
#include "server/room/room_state.h"
#include "tests/fuzz/fuzz.h"
#include "tests/with_disk.h"
#include "tests/with_log.h"

enum { SEGMENT = 512, ENTRIES = 60, STATE = 1 << 20, WALL = 1000 };

static void
on_event(void *arg, const struct hub_event *e)
{
	(void)arg;
	(void)e;
}

static struct house house;

static void
open_room(const struct disk *d, struct log **l, struct room **r)
{
	const struct log_config config = { .disk = d, .dir = "/d",
	    .sync = LOG_SYNC_NONE, .segment_bytes = SEGMENT };
	const struct hub_out out = { .event = on_event };
	uint8_t id[JOURNAL_ID] = { 1 };
	struct journal_why why;

	MUST((*l = log_open(&config, WALL, id, &why)) != NULL);
	house_init(&house, &out);
	MUST((*r = room_new(&house, *l, ROOM_OPEN)) != NULL);
	MUST(room_replay(*r));
	(*r)->quiet = false;
	room_turn(*r);
}

static void
put_entry(struct log *l, unsigned i)
{
	char name[] = "name0";
	struct entry e = { .kind = i % 5 == 0 ? ENTRY_JOIN : ENTRY_SAY,
	    .time_ms = WALL, .author = name, .author_len = 5 };

	name[4] = (char)('0' + i % 10);
	if (e.kind == ENTRY_SAY) {
		e.id = (uint64_t)(1 + i % 7) << 32 | i;
		e.text = "a line";
		e.text_len = 6;
	}
	MUST(log_put(l, 1000 + i * 100, WALL, &e, 1));
}

static void
read_all(struct log *l)
{
	uint8_t chain[FRAME_CHAIN];
	uint64_t seq;
	size_t len;

	for (seq = log_head(l).seq; seq >= log_first(l); seq--) {
		MUST(log_read(l, seq, &len) != NULL);
		MUST(log_chain(l, seq, chain));
	}
}

/* Each pair of bytes changes one. */
static void
change(const struct disk *d, struct fuzz *f)
{
	int fd = d->open(d->arg, "/d/checkpoint", false);
	uint8_t *bytes;
	size_t len, at;

	MUST(fd != -1);
	len = (size_t)d->size(d->arg, fd);
	MUST((bytes = malloc(len)) != NULL);
	MUST(d->read(d->arg, fd, bytes, len, 0) == (ssize_t)len);
	while (fuzz_more(f)) {
		at = fuzz_u8(f);
		at = at << 8 | fuzz_u8(f);
		bytes[at % (len - CHECKPOINT_SUM)] ^= fuzz_u8(f);
	}
	crypto_generichash(bytes + len - CHECKPOINT_SUM, CHECKPOINT_SUM,
	    bytes, len - CHECKPOINT_SUM, NULL, 0);
	MUST(d->write(d->arg, fd, bytes, len, 0) == 0);
	d->close(d->arg, fd);
	free(bytes);
}

static void
beside_a_log(const struct disk *d, struct fuzz *f)
{
	struct room *r;
	struct log *l;
	unsigned i, again;

	open_room(d, &l, &r);
	for (i = 0; i < ENTRIES; i++)
		put_entry(l, i);
	for (again = 0; again < 3; again++) {
		room_free(r);
		MUST(log_close(l) == 0);
		if (again == 1)
			change(d, f);
		open_room(d, &l, &r);
		MUST(log_head(l).seq == ENTRIES + 2 + again);
		read_all(l);
	}
	put_entry(l, 1);
	read_all(l);
	room_free(r);
	MUST(log_close(l) == 0);
}

static void
of_a_room(const struct disk *d, struct fuzz *f)
{
	uint8_t *once = malloc(STATE), *twice = malloc(STATE);
	struct wire_out a, b;
	struct wire_in in = wire_in(f->data, f->len);
	struct room *r;
	struct log *l;

	MUST(once != NULL && twice != NULL);
	open_room(d, &l, &r);
	if (room_get_state(r, &in)) {
		a = wire_out(once, STATE);
		room_put_state(r, &a);
		roster_clear(&r->roster);
		in = wire_in(once, a.len);
		MUST(!a.failed && room_get_state(r, &in));
		b = wire_out(twice, STATE);
		room_put_state(r, &b);
		MUST(fuzz_same(once, a.len, twice, b.len));
	} else
		MUST(r->roster.count == 0);
	room_free(r);
	MUST(log_close(l) == 0);
	free(once);
	free(twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct fuzz f = { data, len };
	struct memdisk *mem;
	struct disk d;

	fuzz_ready();
	if (len == 0)
		return 0;
	mem = memdisk_new();
	d = memdisk_disk(mem);
	MUST(d.make_dir(d.arg, "/d") == 0);
	if (fuzz_u8(&f) == 0)
		beside_a_log(&d, &f);
	else
		of_a_room(&d, &f);
	memdisk_free(mem);
	return 0;
}
