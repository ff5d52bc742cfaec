/*
 * What the receiver tells the screen's process, and what it notes of that.
 */
#include "tui/receiver/receiving_state.h"

#include <poll.h>
#include <string.h>
#include <time.h>

#include "common/disk.h"
#include "tui/receiver/resolver.h"
#include "tui/shared/kin.h"
#include "tui/shared/rooms.h"

enum { TELL_S = 5 };	/* for the screen's process to read */

/* For a start where the name cannot be looked up. */
static void
keep_address(struct receiving *s)
{
	char text[SOCK_ADDR_TEXT];

	if (!s->config->no_store && s->net.resolver != -1 &&
	    resolver_is_needed(s->config->host))
		store_keep_address(s->config->server,
		    sock_addr_text(text, &s->net.addr));
}

void
receiving_note_kin(struct receiving *s, const char *name, size_t len)
{
	const struct receiving_room *rr;

	TAILQ_FOREACH(rr, &s->store.rooms, by_age)
		if (rr->claim != -1 && !rr->beside)
			kin_note(rr->own, name, len);
}

/* A room keeps its directory under another name, too. */
static void
note_called(struct receiving *s, const char *name, size_t len)
{
	bool same = s->called_len == len && memcmp(s->called, name, len) == 0;

	memcpy(s->called, name, len);
	s->called_len = len;
	if (!same)
		receiving_note_kin(s, name, len);
}

/* All that waits is told in one go, more than the pipe holds: then it is for
 * the screen to read. False: that is gone, or stands still. */
static bool
pass_on(struct duct *d, const struct record *r)
{
	const struct timespec most = { TELL_S, 0 };
	struct pollfd fd = { .fd = duct_out_fd(d), .events = POLLOUT };

	while (!duct_send(d, r))
		if (duct_has_room(d) || ppoll(&fd, 1, &most, NULL) <= 0 ||
		    (fd.revents & POLLOUT) == 0 || !duct_flush(d))
			return false;
	return true;
}

/* So it is to be asked for when it is joined again; what is kept of it stays
 * where it is until then. */
static void
note_room(struct receiving *s, const struct record *r)
{
	struct receiving_room *rr;

	TAILQ_FOREACH(rr, &s->store.rooms, by_age)
		if (rr->window == r->window && !rr->parted)
			break;
	if (rr == NULL || s->link == NULL || *rr->room == '\0' ||
	    *rr->room == '@' || r->text_len == 0 ||
	    r->text_len >= sizeof(rr->room))
		return;
	memcpy(rr->room, r->text, r->text_len);
	rr->room[r->text_len] = '\0';
	if (rr->claim != -1 && strlen(rr->dir) > strlen(rr->own))
		rooms_note_renamed(&disk_real, rr->dir, rr->room);
	else if (rr->claim != -1)
		store_keep_home(s->config->place, rr->room);
}

void
receiving_tell(void *arg, const struct record *r)
{
	struct receiving *s = arg;

	if (s->store.moves && r->type == RECORD_KEPT)
		return;
	if (r->type == RECORD_STATE)
		s->online = r->state.phase == RECORD_ONLINE;
	if (r->type == RECORD_ROOM)
		note_room(s, r);
	s->store.welcomed |= r->type == RECORD_WELCOME;
	if (r->type == RECORD_WELCOME && s->link != NULL)
		keep_address(s);
	if (r->type == RECORD_WELCOME && r->text_len <= sizeof(s->called))
		note_called(s, r->text, r->text_len);
	s->screen.told_stored |= r->type == RECORD_STORED;
	trace_pass(&s->trace, false, r);
	if (!pass_on(s->screen.duct, r))
		s->leaving = true;	/* nobody reads: the screen is gone */
}
