/*
 * A room on a log in memory, for the parts of the hub that stand on it. Header
 * only.
 */
#ifndef TESTS_WITH_ROOM_H
#define TESTS_WITH_ROOM_H

#include <string.h>

#include "server/room/room.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

struct lodge {
	struct memdisk	*mem;
	struct disk	 disk;
	struct log	*log;
	struct house	 house;		/* where it is, if alone */
	struct room	*room;
	unsigned	 events;
};

static inline void
lodge_event(void *arg, const struct hub_event *e)
{
	(void)e;
	((struct lodge *)arg)->events++;
}

/* In a house that has others; zeroed before. */
static inline void
lodge_open_in(struct lodge *l, struct house *house)
{
	struct log_config config = { .dir = "/d", .sync = LOG_SYNC_NONE,
	    .segment_bytes = JOURNAL_SEGMENT_BYTES };
	uint8_t id[JOURNAL_ID] = { 1 };
	struct journal_why why;

	l->mem = memdisk_new();
	l->disk = memdisk_disk(l->mem);
	assert_int_equal(l->disk.make_dir(l->disk.arg, "/d"), 0);
	config.disk = &l->disk;
	l->log = log_open(&config, 1000, id, &why);
	assert_non_null(l->log);
	l->room = room_new(house, l->log, ROOM_OPEN);
	assert_non_null(l->room);
}

static inline void
lodge_open(struct lodge *l)
{
	const struct hub_out out = { .event = lodge_event, .arg = l };

	memset(l, 0, sizeof(*l));
	house_init(&l->house, &out);
	house_at(&l->house, 5000000, 1000);
	lodge_open_in(l, &l->house);
}

/* As the hub does it, when all watch. */
static inline void
lodge_begin(struct lodge *l)
{
	assert_true(room_replay(l->room));
	l->room->quiet = false;
}

static inline void
lodge_close(struct lodge *l)
{
	room_free(l->room);
	log_close(l->log);
	memdisk_free(l->mem);
}

/* Somebody of that name, without a key or a session. */
static inline void
lodge_join(struct lodge *l, const char *name)
{
	assert_non_null(roster_add(&l->room->roster, name, strlen(name),
	    false));
}

#endif
