/*
 * Where a room's log is when we come: how the copy goes on, and what waits to
 * be said. Pure but for the disk; runs in the receiver process.
 */
#include "tui/receiver/link_enter.h"

#include <string.h>

/* The server lost nothing of what it had said: it still runs. */
static bool
has_all(const struct frame_position *head, const struct replica *c)
{
	return head->term == c->at.term && head->seq >= c->at.seq;
}

void
link_settle(struct link_room *lr, const struct frame_position *head)
{
	const struct link_place *place = &lr->place;
	struct link_log *log = &lr->log;
	bool same = memcmp(head->log_id, log->replica.at.log_id,
	    FRAME_LOG_ID) == 0;
	uint64_t have = head->seq > LINK_HISTORY ?
	    head->seq - LINK_HISTORY : 0;

	if (lr->link->config.only_new && !place->has_after && !lr->welcome) {
		/* What was said before is nobody's business here. */
		log->shown = log->floor = have = head->seq;
	}
	if (same && log->begins_late && has_all(head, &log->replica)) {
		log->untold = true;
		same = false;
	}
	if (place->has_after && !same)
		have = place->after < head->seq ? place->after : head->seq;
	/* A number of another log, or of one that was put back, hides nothing
	 * of what is said here from now on. */
	if (same && log->shown > head->seq && log->replica.at.seq <= head->seq)
		log->shown = head->seq;
	if (same)
		return;
	log->begins_late = false;
	replica_restart(&log->replica, head->log_id, have);
	reorder_restart(&log->reorder, have);
	link_members_rewind(lr, 0);
	log->reorder.head = have;
	log->shown = have;
}

/* The log goes on as it was, and so do we. */
static bool
goes_on(const struct link_room *lr, const struct frame_position *head)
{
	return lr->link->channel.live && lr->welcome && lr->log.settled &&
	    (lr->members.known || !link_wants_people(lr)) &&
	    lr->term == head->term &&
	    head->seq >= lr->log.replica.at.seq &&
	    memcmp(head->log_id, lr->log.replica.at.log_id, FRAME_LOG_ID) == 0;
}

/* The log is as long as that, in that run of the server. */
static void
adopt_head(struct link_room *lr, const struct frame_position *head)
{
	struct link_log *log = &lr->log;
	uint64_t have = log->replica.at.seq;

	/* What is held of a former run may never have been. */
	if (lr->term != head->term)
		reorder_restart(&log->reorder, have);
	log->reorder.head = head->seq > have ? head->seq : have;
	log->joined = head->seq;
	if (!log->caught_up) {
		log->goal = head->seq;
		log->goal_is_early = true;
	}
	log->went_from = 0;
	lr->term = head->term;
	lr->members.learning_from = 0;
}

/* What waits is said to it from the beginning. */
static void
post_anew(struct link_room *lr)
{
	struct link_posting *p = &lr->posting;

	/* By another number this window has just come; so it is from now on. */
	if (p->renumbered && lr->link->channel.joined_at != 0)
		lr->link->channel.joined_at = lr->link->now;
	p->seen = p->heard = p->renumbered = false;
	p->next = p->stored_next = p->claimed = p->other = 0;
	p->sent_up_to = 0;
	p->is_new = link_waiting(lr) > 0;
	p->due = INT64_MAX;
	p->wait = netpath_rto_ms(&lr->link->channel.path);
}

void
link_begin(struct link_room *lr, const struct frame_position *head)
{
	bool same = goes_on(lr, head);

	adopt_head(lr, head);
	post_anew(lr);
	if (!same) {
		lr->log.settled = false;
		lr->syncing.wants = LINK_WANTS_MEMBERS | LINK_WANTS_BASE;
		/* In one room of several nobody is told of unasked. */
		lr->syncing.want_due = lr->link->now;
		if (!lr->link->hall.many || !link_wants_people(lr))
			lr->syncing.want_due +=
			    netpath_rto_ms(&lr->link->channel.path);
	}
	link_ask_name(lr);
	link_sync_by(lr, lr->link->now);
}
