/*
 * The room: whatever happens in it becomes an entry of the log first, and what
 * everybody is told follows from the log's watch. Pure; the server's loop
 * calls it. Never reads a clock, opens a descriptor or prints.
 */
#include "server/hub.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/text.h"
#include "server/budget.h"
#include "server/hub_parts.h"
#include "server/hub_talks.h"
#include "server/room/marks.h"
#include "server/room/room_say.h"
#include "server/room/room_wake.h"
#include "server/roomlist.h"
#include "server/talks.h"

enum {
	/* No byte of UTF-8 is as high: these start secure datagrams. */
	SECURE_FIRST_BYTE = 0xf8,
	TABLES_MS = 60 * 1000,	/* between two writings of them; */
	BEGUN_MS = 1000,	/* and where somebody has come for good */
	APART_MS = 1000		/* from the others: another one is better */
};

static void
begin(struct hub *h)
{
	if (hub_misses_talks(h)) {
		h->house.failed = ESTALE;
		return;
	}
	h->begun = true;
	roomlist_learned(h->config.rooms);
	hub_lack_rooms(h);
	names_fill(h->names);
	hub_begin_heirs(h);
	h->begun = hub_begin_in(h, h->room);
}

struct hub *
hub_new(const struct hub_config *config, struct log *log, int64_t now_ms,
    int64_t wall_ms, const struct hub_out *out)
{
	uint8_t secret[BUDGET_SECRET];
	struct hub *h;

	if ((h = calloc(1, sizeof(*h))) == NULL)
		return NULL;
	h->config = *config;
	house_init(&h->house, out);
	house_at(&h->house, now_ms, wall_ms);
	h->house.persons = config->persons;
	h->house.marks = config->marks;
	h->tables_ms = h->begun_ms = h->apart_ms = INT64_MAX;
	h->house.heirs = config->heirs;
	h->room = room_new(&h->house, log, ROOM_OPEN);
	out->random(out->arg, secret, sizeof(secret));
	h->budget = budget_new(config->rate, secret);
	hub_have_secret(h);
	/* The gate has its own. */
	sodium_memzero(&h->config.gate.key, sizeof(h->config.gate.key));
	sodium_memzero(h->config.gate.psk, sizeof(h->config.gate.psk));
	if (h->room != NULL)
		hub_have_doors(h);
	hub_have_ears(h);
	if (h->room == NULL || h->budget == NULL || (h->names =
	    names_new(h->room, config->lang, config->bans)) == NULL ||
	    (h->classic = classic_new(&h->config, h->room, h->names,
	    h->budget)) == NULL || (h->peers = peers_new(config, h->room,
	    h->names, h->budget)) == NULL) {
		hub_free(h);
		return NULL;
	}
	hub_watch_rules(h->room);
	if (!room_replay(h->room)) {
		hub_free(h);
		return NULL;
	}
	if (log_state(log) == LOG_READY)
		begin(h);
	if (log_state(log) == LOG_READY && !h->begun) {
		hub_free(h);
		return NULL;
	}
	return h;
}

void
hub_free(struct hub *h)
{
	struct room *r;

	if (h == NULL)
		return;
	hub_forget_places(h);
	peers_free(h->peers);
	classic_free(h->classic);
	budget_free(h->budget);
	names_free(h->names);
	while ((r = room_next(&h->house, NULL)) != NULL)
		room_free(r);
	free(h);
}

void
hub_input(struct hub *h, int64_t now_ms, int64_t wall_ms,
    const union sock_addr *from, const void *data, size_t len)
{
	house_at(&h->house, now_ms, wall_ms);
	if (len == 0 || *(const uint8_t *)data < SECURE_FIRST_BYTE)
		classic_input(h->classic, from, data, len);
	else if (!h->cut)
		peers_input(h->peers, from, data, len);
	hub_heed_rekey(h);
	room_settle_all(&h->house);
}

void
hub_foresee(struct hub *h, const void *data, size_t len, unsigned ahead)
{
	peers_foresee(h->peers, data, len, ahead);
}

void
hub_unreachable(struct hub *h, int64_t now_ms, int64_t wall_ms,
    const union sock_addr *addr)
{
	house_at(&h->house, now_ms, wall_ms);
	if (!classic_unreachable(h->classic, addr))
		peers_unreachable(h->peers, addr);
	room_settle_all(&h->house);
}

void
hub_no_way(struct hub *h, int64_t now_ms, int64_t wall_ms,
    const union sock_addr *addr)
{
	house_at(&h->house, now_ms, wall_ms);
	classic_no_way(h->classic, addr);
	room_settle_all(&h->house);
}

enum hub_text
hub_announce(struct hub *h, int64_t now_ms, int64_t wall_ms,
    const char *text, size_t len)
{
	char clean[CLASSIC_BYTES];
	bool written = true;
	struct room *r;

	house_at(&h->house, now_ms, wall_ms);
	if (len > sizeof(clean))
		return HUB_TEXT_LONG;
	if (!text_valid(text, len))
		return HUB_TEXT_UTF8;
	len = text_clean(clean, text, len, false);
	if (len == 0)
		return HUB_TEXT_EMPTY;
	if (len > TEXT_LINE_BYTES)
		return HUB_TEXT_LONG;
	HUB_EACH_ROOM(r, h)
		if (room_say(r, 0, clean, len))
			h->house.figures.lines++;
		else
			written = false;
	return written ? HUB_TEXT_OK : HUB_TEXT_NO_SPACE;
}

/* Who was in the room when the server ended, or another one did, and did not
 * come back. */
static void
bury_ghosts(struct room *r)
{
	struct member *p;

	seats_of(r)->ghosts_ms = INT64_MAX;
	for (p = roster_first(&r->roster); p != NULL; p = roster_next(p)) {
		if (!room_is_left(r, p))
			continue;
		if (room_is_ghost(r, p))
			room_report(r, HUB_SILENT, HUB_FINE, NULL, p->name,
			    p->name_len);
		room_put_out(r, ENTRY_TIMEOUT, p->classic ? ENTRY_CLASSIC : 0,
		    p->name, p->name_len);
	}
}

void
hub_wake(struct hub *h, uint32_t index, const union sock_addr *addr)
{
	peers_wake(h->peers, index, addr);
}

bool
hub_is_busy(const struct hub *h)
{
	const struct room *r;

	HOUSE_EACH_AWAKE(r, &h->house)
		if (room_is_waiting(r))
			return true;
	return h->house.owed > 0 || h->founds;
}

void
hub_asks(struct hub *h, enum hub_asker who)
{
	h->house.act = &h->acts[who];
}

void
hub_asked(struct hub *h)
{
	h->house.act = NULL;
}

enum hub_fate
hub_fate(const struct hub *h, enum hub_asker who)
{
	const struct room_act *act = &h->acts[who];

	return act->waits > 0 ? HUB_WAITS : act->refused ? HUB_NOT_SO : HUB_SO;
}

void
hub_forget(struct hub *h, enum hub_asker who)
{
	h->acts[who] = (struct room_act){ .number = h->acts[who].number + 1 };
}

bool
hub_is_heard(const struct hub *h)
{
	return !hub_is_busy(h) && peers_are_heard(h->peers);
}

int
hub_failed(const struct hub *h)
{
	return h->house.failed != 0 || h->config.rooms == NULL ?
	    h->house.failed : roomlist_lost(h->config.rooms);
}

bool
hub_is_open(const struct hub *h)
{
	return h->begun;
}

/* Who has met whom rests on whose a room is: that does not wait for the tables.
 * Where that fails it is with these. */
static int64_t
write_begun(struct hub *h)
{
	struct marks *marks = h->house.marks;

	if (marks == NULL || !marks_have_begun(marks))
		return h->begun_ms = INT64_MAX;
	if (h->begun_ms == INT64_MAX)
		h->begun_ms = h->house.now_ms + BEGUN_MS;
	if (h->house.now_ms < h->begun_ms)
		return h->begun_ms;
	marks_write_begun(marks);
	return h->begun_ms = INT64_MAX;
}

/* How far each has read, and how much was said in talks, is written now and
 * then; a crash may take the rest. Where that fails it is tried again then. */
static int64_t
write_tables(struct hub *h)
{
	struct marks *marks = h->house.marks;
	struct talks *talks = h->config.talks;
	bool written = true;

	if ((marks == NULL || !marks_are_changed(marks)) &&
	    (talks == NULL || !talks_are_changed(talks)))
		return h->tables_ms = INT64_MAX;
	if (h->tables_ms == INT64_MAX)
		h->tables_ms = h->house.now_ms + TABLES_MS;
	if (h->house.now_ms < h->tables_ms)
		return h->tables_ms;
	if (marks != NULL)
		written = marks_write(marks);
	if (talks != NULL)
		written = talks_write(talks) && written;
	h->tables_ms = written ? INT64_MAX : h->house.now_ms + TABLES_MS;
	return h->tables_ms;
}

/*
 * This server alone has lost the others, and not for a moment: its people are
 * told that it pauses, so that they go to one that has not, and nobody is let
 * in; until all was told again. Their sessions stay, for who finds no other.
 */
static int64_t
heed_cut(struct hub *h)
{
	enum log_state state = log_state(h->room->log);

	if (state != LOG_CUT_OFF || log_node(h->room->log) == 0)
		h->apart_ms = INT64_MAX;
	else if (h->apart_ms == INT64_MAX)
		h->apart_ms = h->house.now_ms + APART_MS;
	if (!h->cut && h->begun && h->apart_ms != INT64_MAX &&
	    h->house.now_ms >= h->apart_ms) {
		h->cut = true;
		peers_close(h->peers, HUB_END_STOPPED);
	}
	if (state == LOG_READY)
		h->cut = false;
	return h->cut ? peers_ends(h->peers) : h->apart_ms;
}

/* Who is awake, but who has nothing to do before. */
static int64_t
let_sleep(struct hub *h)
{
	struct room *r, *next;
	int64_t due;

	for (r = TAILQ_FIRST(&h->house.awake); r != NULL; r = next) {
		next = TAILQ_NEXT(r, rest.by_awake);
		due = clock_earlier(clock_earlier(seats_of(r)->ghosts_ms,
		    r->due_ms), peers_due(seats_of(r)));
		if (room_is_waiting(r) || !seats_of(r)->begun ||
		    !LIST_EMPTY(&seats_of(r)->waiting) ||
		    due <= h->house.now_ms)
			room_wake(r);
		else if (room_may_sleep(r))
			room_sleep(r, due);
	}
	return dues_ms(&h->house.dues);
}

int64_t
hub_tick(struct hub *h, int64_t now_ms, int64_t wall_ms)
{
	struct room *r;
	int64_t due;

	house_at(&h->house, now_ms, wall_ms);
	room_wake_due(&h->house);
	HOUSE_EACH_AWAKE(r, &h->house) {
		if (now_ms >= seats_of(r)->ghosts_ms)
			bury_ghosts(r);
		room_say_again(r);
	}
	due = classic_tick(h->classic);
	HOUSE_EACH_AWAKE(r, &h->house)
		room_turn(r);
	due = clock_earlier(due, peers_tick(h->peers));
	if (hub_fate(h, HUB_ITSELF) == HUB_NOT_SO) {
		hub_forget(h, HUB_ITSELF);
		h->begun = false;
	}
	if (!h->begun && log_state(h->room->log) == LOG_READY)
		begin(h);
	HOUSE_EACH_AWAKE(r, &h->house) {
		if (r->has_ghosts && h->begun) {
			r->has_ghosts = false;
			seats_of(r)->ghosts_ms = now_ms + HUB_GHOST_MS;
		}
		due = clock_earlier(due, seats_of(r)->ghosts_ms);
		due = clock_earlier(due, r->due_ms);
	}
	due = clock_earlier(due, heed_cut(h));
	due = clock_earlier(due, write_begun(h));
	due = clock_earlier(due, write_tables(h));
	due = clock_earlier(due, hub_tick_places(h));
	due = clock_earlier(due, hub_tick_founding(h));
	return clock_earlier(due, let_sleep(h));
}

void
hub_slept(struct hub *h, int64_t ms)
{
	struct room *r;

	HOUSE_EACH_LOG(r, &h->house)
		if (seats_of(r)->ghosts_ms != INT64_MAX)
			seats_of(r)->ghosts_ms += ms;
	classic_slept(h->classic, ms);
	peers_slept(h->peers, ms);
}

void
hub_close(struct hub *h, int64_t now_ms, int64_t wall_ms, enum hub_end end)
{
	house_at(&h->house, now_ms, wall_ms);
	classic_close(h->classic, end);
	peers_close(h->peers, end);
	room_settle_all(&h->house);
}

/* Something of it is to come still. */
static bool
is_ending(const struct room *r)
{
	return log_state(r->log) == LOG_CATCHING_UP ||
	    (room_is_waiting(r) && log_failed(r->log) == 0);
}

int64_t
hub_ends(struct hub *h, int64_t now_ms, int64_t wall_ms)
{
	struct room *r;
	int64_t due;

	house_at(&h->house, now_ms, wall_ms);
	due = peers_ends(h->peers);
	HOUSE_EACH_LOG(r, &h->house)
		if (is_ending(r) || room_is_waiting(r))
			room_turn(r);
	if (!h->ended && !room_is_waiting(h->room) &&
	    log_state(h->room->log) != LOG_CATCHING_UP) {
		/* Whose JOIN was on its way still, or was not told. */
		h->ended = true;
		hub_put_out_classic(h->room);
		room_settle(h->room);
	}
	HOUSE_EACH_LOG(r, &h->house)
		if (is_ending(r))
			due = clock_earlier(due, r->due_ms);
	return due;
}

struct hub_figures
hub_figures(const struct hub *h)
{
	struct hub_figures f = h->house.figures;
	const struct room *r;

	f.members = hub_people(h);
	if (h->config.talks != NULL)
		f.talks = talks_count(h->config.talks);
	LIST_FOREACH(r, &h->house.talks, by_house)
		f.talks_open++;
	peers_count(h->peers, &f);
	f.head = log_head(hub_room(h)->log).seq;
	return f;
}
