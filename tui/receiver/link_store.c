/*
 * The rooms of a link: each is made, opened from what is stored of it, and
 * freed. Pure but for the disk; runs in the receiver process.
 */
#include "tui/receiver/link_room.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct link_room *
link_new_room(struct link *l, uint16_t window, const struct link_place *place)
{
	struct link_room *lr = calloc(1, sizeof(*lr));

	if (lr == NULL)
		return NULL;
	lr->link = l;
	lr->window = window;
	lr->place = *place;
	lr->read.due = lr->posting.due = INT64_MAX;
	lr->entering.due = lr->parting.due = INT64_MAX;
	lr->syncing.due = lr->syncing.want_due = INT64_MAX;
	lr->syncing.quiet_due = INT64_MAX;
	lr->posting.wait = NETPATH_RTO_FIRST_MS;
	roster_init(&lr->members.roster);
	roster_init(&lr->members.learning);
	TAILQ_INSERT_TAIL(&l->rooms, lr, by_link);
	return lr;
}

void
link_free_room(struct link_room *lr)
{
	TAILQ_REMOVE(&lr->link->rooms, lr, by_link);
	if (lr->link->looked == lr)
		lr->link->looked = link_first(lr->link);
	link_close_boxes(lr);
	link_talk_end(lr);
	replica_close(&lr->log.replica);
	reorder_clear(&lr->log.reorder);
	roster_clear(&lr->members.roster);
	roster_clear(&lr->members.learning);
	free(lr);
}

/* From where on the stored entries are shown. */
static uint64_t
shown_before(const struct link_room *lr)
{
	const struct link_place *place = &lr->place;
	const struct replica *c = &lr->log.replica;

	if (place->has_after)
		return place->after;
	if (lr->link->config.only_new)
		return c->at.seq;
	return c->at.seq >= c->first + LINK_HISTORY ?
	    c->at.seq - LINK_HISTORY : c->first - 1;
}

/* Where it cannot be stored it is in memory only. */
static struct outbox *
open_outbox(struct link_room *lr, const struct disk *disk)
{
	const struct link_place *place = &lr->place;
	const struct link_out *out = &lr->link->out;
	const char *dir = place->dir == NULL ? "" : place->dir;
	char path[OUTBOX_NAME_BYTES];
	struct outbox *outbox;
	uint32_t number;

	do
		out->random(out->arg, &number, sizeof(number));
	while (number == 0);
	snprintf(path, sizeof(path), "%s/outbox", dir);
	outbox = outbox_open(disk, path, number);
	if (outbox == NULL && disk != NULL)
		outbox = outbox_open(NULL, NULL, number);
	return outbox;
}

/* The stored copy and the outbox of this name. */
bool
link_open_room(struct link_room *lr)
{
	const struct link_place *place = &lr->place;
	struct replica *c = &lr->log.replica;
	int why = 0;

	replica_open(c, place->no_copy ? NULL : place->disk, place->dir, &why);
	link_talk_know(lr, c->at.log_id);
	lr->log.begins_late = place->has_after && place->after + 1 < c->first;
	/* Another window under this name: its outbox is not for two. */
	lr->posting.outbox = open_outbox(lr, why == EWOULDBLOCK ? NULL :
	    place->disk);
	if (lr->posting.outbox != NULL)
		link_open_boxes(lr);
	reorder_init(&lr->log.reorder, c->at.seq);
	lr->log.shown = shown_before(lr);
	return lr->posting.outbox != NULL;
}
