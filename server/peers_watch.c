/*
 * The log: what peers say comes about when it tells, and who is put out by what
 * it tells. Pure; runs in the server.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/peers_marks.h"
#include "server/peers_state.h"
#include "server/peers_talk.h"
#include "server/room/room_say.h"

void
peers_put_out_absent(struct peers *ps)
{
	struct peer *p = TAILQ_FIRST(&ps->crowd.heard), *next;
	struct seat *s;

	for (; p != NULL; p = next) {
		next = TAILQ_NEXT(p, by_heard);
		SEAT_FOREACH(s, p) {
			if ((s->person != NULL && !s->talk) || s->closing)
				continue;
			if (room_is_closed_to(s->talk ? ps->home->room :
			    s->in->room, p->key))
				peers_refuse(ps, s, HUB_CLOSED);
			else if (peers_is_banned(ps, p))
				peers_refuse(ps, s, HUB_BANNED);
		}
	}
}

static struct seat *
seat_of_ask(struct ask *a)
{
	return ((struct seat_hot *)((char *)a -
	    offsetof(struct seat_hot, ask)))->seat;
}

static enum ask_verdict
decide(void *arg, struct ask *a)
{
	struct peers *ps = arg;
	struct seat *s = seat_of_ask(a);

	return s->hot->join.wants_in ? peers_decide_join(ps, s) :
	    peers_decide_posts(ps, s);
}

static void
told(void *arg, struct ask *a, const struct entry *e)
{
	struct peers *ps = arg;
	struct seat *s = seat_of_ask(a);

	switch (e->kind) {
	case ENTRY_JOIN:
		peers_joined(ps, s, e);
		break;
	case ENTRY_TIMEOUT:	/* an orphan, whose name it wants */
		room_report(s->in->room, HUB_SILENT, HUB_FINE, NULL,
		    e->author, e->author_len);
		room_ask(s->in->room, a, &ps->kind);
		break;
	case ENTRY_RENAME:
		if (e->id == 0)	/* himself, as he was called before */
			room_ask(s->in->room, a, &ps->kind);
		peers_said(ps, s, e);
		break;
	default:
		peers_said(ps, s, e);
		break;
	}
}

static void
refused(void *arg, struct ask *a)
{
	struct peers *ps = arg;
	struct seat *s = seat_of_ask(a);

	peers_refuse_posts(s, FRAME_NO_SPACE, PEERS_FULL_WAIT_MS);
	if (s->hot->join.wants_in)
		peers_refuse_join(ps, s, HUB_NO_SPACE);
}

void
peers_init_asks(struct peers *ps)
{
	ps->kind = (struct ask_kind){ .decide = decide, .told = told,
	    .refused = refused, .arg = ps };
}

/* By another device of his, at another server, he has left the room. */
static void
leave_too(struct peers *ps, struct seat *s)
{
	peers_end_mark(ps, s);
	seat_close(s, ps->house->now_ms);
	if (s->hot != NULL) {
		seat_forgive(s);
		s->hot->join.wants_in = false;
		room_unask(s->in->room, &s->hot->ask);
	}
	peers_tell_left(ps, s->peer, s->slot);
}

/* He is not in the room any more. Whom a rule put out hears which. */
static void
on_before(void *arg, const struct entry *e, struct member *who)
{
	static const char closed[] = "the room is closed";
	const struct seats *in = arg;
	struct peers *ps = in->peers;
	const char *reason = in->outing.reason;
	enum frame_code code = FRAME_KICKED;
	struct seat *s;

	if (who == NULL)
		return;
	/* He goes on by another struct: see on_after. */
	if (e->kind == ENTRY_RENAME && !in->room->quiet) {
		DEVICES_FOREACH(s, who)
			s->person = NULL;
		return;
	}
	/* The server ends: nothing comes after. */
	if (e->kind == ENTRY_RENAME) {
		while ((s = devices_first(who)) != NULL)
			devices_stand(s);
		return;
	}
	while ((s = devices_first(who)) != NULL) {
		if ((e->flags & ENTRY_QUIET) == 0) {
			devices_stand(s);
			if (e->kind == ENTRY_LEAVE && s->slot != 0)
				leave_too(ps, s);
			continue;
		}
		if (in->outing.word == RULE_DISALLOW) {
			code = peers_code_for(s->peer, HUB_CLOSED);
			reason = closed;
		}
		peers_unseat(ps, s, code, reason, strlen(reason));
	}
}

static void
take_rule(struct seats *in, const struct entry *e)
{
	struct seats_outing *o = &in->outing;
	struct rule r;

	if (!rule_parse(&r, e->text, e->text_len) || (r.word != RULE_KICK &&
	    r.word != RULE_BAN && r.word != RULE_DISALLOW &&
	    r.word != RULE_CLOSE))
		return;
	o->word = r.word;
	strlcpy(o->reason, "banned", sizeof(o->reason));
	if (r.word == RULE_KICK)
		snprintf(o->reason, sizeof(o->reason), "%.*s",
		    (int)r.reason_len, r.reason_len == 0 ? "" : r.reason);
	if (r.word == RULE_CLOSE || r.word == RULE_DISALLOW)
		peers_put_out_absent(in->peers);
}

/* Nobody is called so any more: but who could not be before, since another
 * session of his was. */
static void
call_who_waits(const struct seats *in, const struct entry *e)
{
	struct seat *s;

	LIST_FOREACH(s, &in->all, by_room)
		if (s->slot != 0 && s->person != NULL &&
		    s->peer->name_len == e->author_len &&
		    memcmp(s->peer->name, e->author, e->author_len) == 0)
			peers_call_in(s);
}

static void
on_after(void *arg, const struct entry *e, struct member *who, bool ours)
{
	struct seats *in = arg;
	struct peers *ps = in->peers;
	struct seat *first = who == NULL ? NULL : devices_first(who), *s;
	struct seat *next;

	if (e->kind != ENTRY_JOIN && e->kind != ENTRY_LEAVE &&
	    e->kind != ENTRY_TIMEOUT)
		in->grown = SEATS_GREW_BY_LINES;
	else if (in->grown == SEATS_GREW_NOT)
		in->grown = SEATS_GREW;
	if (in->talk != NULL) {
		peers_told_talk(in, e);
		peers_offer_to_both(in);
	} else if (entry_is_rule(e))
		take_rule(in, e);
	for (s = first; e->kind == ENTRY_RENAME && s != NULL;
	    s = devices_next(s))
		s->person = who;
	/* By one of his devices, which calls the others. */
	if (e->kind == ENTRY_RENAME && (e->flags & ENTRY_QUIET) == 0 &&
	    first != NULL)
		peers_renamed(ps, first, e->id);
	if (e->kind == ENTRY_LEAVE || e->kind == ENTRY_TIMEOUT ||
	    (e->kind == ENTRY_RENAME && (e->flags & ENTRY_QUIET) == 0))
		call_who_waits(in, e);
	for (s = first; !ours && s != NULL && e->id != 0; s = next) {
		next = devices_next(s);
		peers_said(ps, s, e);	/* and it may leave by that */
	}
	/* It was gone before its entry came. */
	if (ours && e->kind == ENTRY_JOIN && first == NULL && who != NULL &&
	    !who->classic)
		room_put_out(in->room, ENTRY_LEAVE, 0, e->author,
		    e->author_len);
}

/* Where he is now that device has another session; those that it does not know
 * of have nobody any more. */
static void
on_moved(void *arg, struct member *who, uint32_t device)
{
	const struct seats *in = arg;
	struct seat *s, *next;
	bool any = devices_first(who) != NULL;

	for (s = devices_first(who); s != NULL; s = next) {
		next = devices_next(s);
		if (device == 0 || s->post.outbox == device || s->slot == 0 ||
		    (s->peer->caps & HELLO_PEOPLE) == 0)
			peers_dismiss(in->peers, s);
	}
	/* Also whose server this was before it ended. */
	if (device != 0 && devices_first(who) == NULL &&
	    (any || (in->begun && room_is_here(in->room, who))))
		room_say_moved(in->room, who->name, who->name_len);
}

static void
on_turned(void *arg)
{
	peers_turned(arg);
}

struct seats *
peers_watch_room(struct peers *ps, struct room *room, const char *name,
    struct talk_place *talk)
{
	struct room_watch watch = { .before = on_before, .after = on_after,
	    .moved = on_moved, .turned = on_turned };
	struct seats *in = calloc(1, sizeof(*in));

	if (in == NULL)
		return NULL;
	in->room = room;
	in->peers = ps;
	strlcpy(in->name, name, sizeof(in->name));
	in->talk = talk;
	if (talk == NULL)
		in->number = ps->rooms++;
	if (ps->rooms == 0)	/* which is home's */
		ps->rooms = 1;
	in->ghosts_ms = INT64_MAX;
	LIST_INIT(&in->all);
	LIST_INIT(&in->waiting);
	room->seats = in;
	watch.arg = in;
	room_watch(room, &watch);
	return in;
}

static void
seats_free(struct seats *in)
{
	if (in == NULL)
		return;
	in->room->seats = NULL;
	free(in);
}

bool
peers_begin_talk(struct seats *in)
{
	if (!peers_begin_sides(in))
		return false;
	/* It may be that only now it is known what was said. */
	peers_offer_to_both(in);
	return true;
}

bool
peers_open_room(struct peers *ps, struct room *room, const char *name,
    struct talk_place *talk)
{
	return peers_watch_room(ps, room, name, talk) != NULL;
}

void
peers_close_room(struct room *r)
{
	struct seats *in = seats_of(r);
	struct seat *s;

	while (in != NULL && (s = LIST_FIRST(&in->all)) != NULL)
		peers_dismiss(in->peers, s);
	seats_free(in);
}
