/*
 * The link's handshakes: the first one, those after a restart of the server or
 * a long silence, beside the old session. Runs in the receiver process.
 */
#include "tui/receiver/link_enter.h"
#include "tui/receiver/link_parts.h"

#include <sodium.h>
#include <string.h>

enum {
	SILENT_TRIES = 3,	/* so many HELLOs: "nobody answers" */
	VISIT_TRIES = 5,	/* HS3s; then it begins again */
	SHAKES = 8,		/* begun in so long; more wait */
	SHAKES_MS = 10 * 1000,
	/* Keys last so long where something is said, or not; and up to this
	 * part longer, so that not all who came at once come again at once. */
	TALK_MS = 5 * 60 * 1000,
	IDLE_MS = 30 * 60 * 1000,
	SPREAD = 8,
	REKEY_TRIES = 8,	/* HELLOs; the old keys do meanwhile */
	REKEY_AGAIN_MS = 60 * 1000,
	DOUBT_MS = 1000,	/* and a round trip: for who is known to answer
				 * where another key was shown */
	FORGED_RESETS = 2,	/* so many: the passphrase is wrong; */
	LATE_RESETS = 16,	/* of one that was right, and nothing else is
				 * heard meanwhile */
	FIRST_WAIT_MS = 250,
	LONGEST_WAIT_MS = 1000
};

void
link_shake(struct link *l)
{
	struct link_shaking *s = &l->shaking;
	uint8_t secret[NOISE_KEY];
	uint32_t index;

	if (l->trust.barred != 0)
		return;
	l->out.random(l->out.arg, &index, sizeof(index));
	l->out.random(l->out.arg, secret, sizeof(secret));
	handshake_begin(&s->hs, &l->config.identity, index, secret);
	sodium_memzero(secret, sizeof(secret));
	/* A server that always says no has us at it no faster than this. */
	if (s->begun == 0 || l->now - s->begun_at >= SHAKES_MS) {
		s->begun = 0;
		s->begun_at = l->now;
	}
	s->due = l->now + (s->begun < SHAKES ? 0 : LONGEST_WAIT_MS);
	s->begun += s->begun < SHAKES;
	s->wait = FIRST_WAIT_MS;
	s->tries = 0;
	l->channel.rekey = s->for_keys = false;
}

void
link_shake_if_idle(struct link *l)
{
	if (l->shaking.hs.step == HANDSHAKE_IDLE)
		link_shake(l);
}

void
link_renew(struct link_room *lr)
{
	struct link *l = lr->link;

	if (!l->hall.many) {
		link_shake(l);
		return;
	}
	/* Else it is entered behind the handshake, as it is then. */
	if (!lr->entering.in && !link_visits(lr))
		return;
	link_enter_anew(lr, 0);
}

bool
link_may_renew(const struct link_room *lr)
{
	return lr->link->hall.many ? lr->entering.in :
	    lr->link->shaking.hs.step == HANDSHAKE_IDLE;
}

void
link_renew_if_idle(struct link_room *lr)
{
	if (link_may_renew(lr))
		link_renew(lr);
}

static int64_t
spread(struct link *l, int64_t ms)
{
	uint8_t more;

	l->out.random(l->out.arg, &more, 1);
	return ms + ms / SPREAD * more / UINT8_MAX;
}

void
link_note_talk(struct link *l)
{
	if (l->channel.talked)
		return;
	l->channel.talked = true;
	l->channel.rekey_due = l->channel.born_at + spread(l, TALK_MS);
}

bool
link_rekey(struct link *l, int64_t by)
{
	if (l->shaking.hs.step != HANDSHAKE_IDLE || by < l->channel.rekey_due)
		return false;
	link_shake(l);
	l->shaking.for_keys = l->trust.barred == 0;
	return l->shaking.for_keys;
}

/* It asks for new keys alone: the session is alive and goes on without. */
static bool
only_rekeys(const struct link *l)
{
	return l->shaking.for_keys && l->channel.live &&
	    l->state.phase == RECORD_ONLINE;
}

/* Nothing is on its way any more. */
static void
end(struct link *l)
{
	handshake_clear(&l->shaking.hs);
	l->shaking.due = l->shaking.since = INT64_MAX;
}

static void
put_off_rekey(struct link *l)
{
	end(l);
	l->shaking.for_keys = false;
	l->channel.rekey_due = l->now + REKEY_AGAIN_MS;
}

/* The server has no time for it; the session goes on as it is. */
static bool
gives_up(struct link *l)
{
	if (!only_rekeys(l) || l->shaking.tries < REKEY_TRIES)
		return false;
	put_off_rekey(l);
	return true;
}

/* The server that it is with knows of several rooms. */
static bool
is_many(const struct link *l)
{
	return (l->shaking.hs.room.flags & HELLO_ROOMS) != 0;
}

static void
send_datagram(struct link *l)
{
	struct link_shaking *s = &l->shaking;

	l->out.send(l->out.arg, s->hs.datagram, s->hs.datagram_len);
	s->due = l->now + s->wait;
	s->wait = netpath_longer(s->wait);
	if (s->wait > LONGEST_WAIT_MS)
		s->wait = LONGEST_WAIT_MS;
	s->tries++;
	link_least(&s->since, l->now);
	if (is_many(l) && s->hs.step == HANDSHAKE_VISIT)
		link_enter_early(l);
}

/* A datagram of ours is on its way. */
static bool
is_under_way(const struct link *l)
{
	return l->shaking.hs.step == HANDSHAKE_HELLO ||
	    l->shaking.hs.step == HANDSHAKE_VISIT;
}

void
link_shake_tick(struct link *l)
{
	struct link_shaking *s = &l->shaking;
	const char *name;
	size_t len;

	if (!is_under_way(l) || l->now < s->due || gives_up(l))
		return;
	/* Nobody would read the answer. */
	if (!l->out.room(l->out.arg)) {
		s->due = l->now + FIRST_WAIT_MS;
		return;
	}
	if (s->hs.step == HANDSHAKE_VISIT && s->tries >= VISIT_TRIES)
		link_shake(l);
	if (s->tries >= SILENT_TRIES && l->state.phase == RECORD_JOINING &&
	    !s->told_silent && (!l->going.others || l->going.round)) {
		s->told_silent = true;
		name = link_own_name(link_first(l), &len);
		link_deny(l, RECORD_SILENT, name, len);
	}
	send_datagram(l);
}

int64_t
link_shake_due(const struct link *l)
{
	if (is_under_way(l))
		return l->shaking.due;
	return l->channel.live && l->shaking.hs.step == HANDSHAKE_IDLE ?
	    l->channel.rekey_due : INT64_MAX;
}

static void
stop(struct link *l, enum record_denial denial)
{
	end(l);
	link_deny(l, denial, NULL, 0);
}

/*
 * Somebody else answers there, or nobody can tell. That is final: whoever
 * answers next, nothing is sealed or begun again, not even to leave.
 */
static void
bar(struct link *l, enum record_denial why)
{
	l->trust.barred = why;
	seal_clear(&l->channel.seal);
	end(l);
	link_lose(l);
	l->leaving.left = l->leaving.begun;
	link_deny(l, why, NULL, 0);
}

/* No server of this room: it is one less, as long as there is another one. */
static bool
is_passed_over(struct link *l)
{
	if (link_may_go(l))
		l->going.passed = l->going.out.strike(l->going.out.arg);
	if (l->going.passed == NODES_STAY)
		return false;
	end(l);
	return true;
}

/* Whether to go on with a server of which this is known. */
static bool
is_good(struct link *l, enum link_trust trust)
{
	switch (trust) {
	case LINK_KNOWN:
	case LINK_NEW:
		return true;
	case LINK_ELSEWHERE:
		break;
	case LINK_CHANGED:
	case LINK_UNINVITED:
		if (!is_passed_over(l))
			bar(l, trust == LINK_CHANGED ? RECORD_HOST_CHANGED :
			    RECORD_HOST_UNINVITED);
		break;
	case LINK_UNSURE:
		bar(l, RECORD_HOST_UNSURE);
		break;
	}
	return false;
}

/* Whoever we know was asked whether he is still there, and says nothing. */
static bool
is_deaf(const struct link *l)
{
	return l->trust.doubted_at != 0 && l->now - l->trust.doubted_at >=
	    DOUBT_MS + netpath_rto_ms(&l->channel.path);
}

/* He is asked, by the session that there is. If he is silent we shake hands
 * again, and then whoever answers has another key for good. */
static void
doubt(struct link *l)
{
	end(l);
	l->shaking.for_keys = false;
	if (l->trust.doubted_at == 0) {
		l->trust.doubted_at = l->now;
		link_sync(l, true);
	}
	link_least(&l->asking.shake_due, l->trust.doubted_at + DOUBT_MS +
	    netpath_rto_ms(&l->channel.path));
}

/* Another key than that of the server we know: the true one may still be there,
 * and somebody else was only faster. */
static bool
is_other_for_good(struct link *l)
{
	if (only_rekeys(l)) {
		put_off_rekey(l);
		return false;
	}
	if (!l->channel.live || is_deaf(l) ||
	    l->now - l->channel.heard_at >= LINK_SHAKE_MS)
		return true;
	doubt(l);
	return false;
}

/*
 * The first key that this run took is the only one: another never takes its
 * place. With a passphrase, nobody is believed who does without.
 */
static bool
is_trusted(struct link *l)
{
	struct link_trusting *t = &l->trust;
	const uint8_t *key = handshake_server(&l->shaking.hs);
	bool same = t->known && memcmp(t->server, key, NOISE_KEY) == 0;
	bool psk = false;
	enum link_trust trust = same ? LINK_KNOWN :
	    l->out.trust(l->out.arg, key, &psk);

	if (t->known && !same && !is_other_for_good(l))
		return false;
	if (!is_good(l, t->known && !same ? LINK_CHANGED : trust))
		return false;
	t->must_psk |= psk;
	if (!t->must_psk || l->shaking.hs.has_psk)
		return true;
	bar(l, psk || t->known_psk ? RECORD_NO_PASSPHRASE :
	    RECORD_NEVER_PASSPHRASE);
	return false;
}

/* It has opened and sealed: it has the key, and knows the passphrase. */
static bool
remember(struct link *l)
{
	struct link_trusting *t = &l->trust;
	const uint8_t *key = handshake_server(&l->shaking.hs);
	bool psk = l->shaking.hs.has_psk;

	if (t->known && (t->known_psk || !psk))
		return true;
	if (!is_good(l, l->out.remember(l->out.arg, key, psk)))
		return false;
	memcpy(t->server, key, NOISE_KEY);
	t->known = true;
	t->known_psk = psk;
	t->must_psk |= psk;
	return true;
}

/* The key of the passphrase that this server's room asks for. */
static bool
make_psk(struct link *l)
{
	struct link_secret *s = &l->secret;
	const uint8_t *key = handshake_server(&l->shaking.hs);
	const struct hello_room *r = &l->shaking.hs.room;

	if (s->has_psk && memcmp(s->server, key, NOISE_KEY) == 0 &&
	    s->room_len == r->name_len &&
	    memcmp(s->room, r->name, r->name_len) == 0)
		return true;
	s->has_psk = hello_psk(s->psk, s->passphrase, strlen(s->passphrase),
	    key, r->name, r->name_len);
	memcpy(s->server, key, NOISE_KEY);
	memcpy(s->room, r->name, r->name_len);
	s->room_len = r->name_len;
	return s->has_psk;
}

/* Asks for the passphrase where nobody gave it. */
static bool
has_psk(struct link *l)
{
	if (!l->shaking.hs.has_psk)
		return true;
	if (l->secret.has_passphrase)
		return make_psk(l);
	stop(l, RECORD_WANTS_PASSPHRASE);
	return false;
}

/* For how long this window is in the room: a newer one of the same person does
 * not go for it. 0: it comes now, or takes its own place. */
static uint64_t
age(const struct link *l)
{
	return l->channel.joined_at == 0 ||
	    link_first(l)->posting.renumbered ? 0 :
	    (uint64_t)(l->now - l->channel.joined_at);
}

/* In it our outbox goes on, and so does the copy. */
static void
visit_room(struct link *l, struct hello_visitor *v)
{
	const struct hello_room *room = &l->shaking.hs.room;
	struct link_room *lr = link_first(l);
	struct record r = { .type = RECORD_ROOM, .text = room->name,
	    .text_len = room->name_len };

	v->room = room->name;
	v->room_len = room->name_len;
	v->name = lr->naming.base;
	v->name_len = lr->naming.base_len;
	v->outbox = outbox_number(lr->posting.outbox);
	v->next_id = outbox_first(lr->posting.outbox);
	v->former = outbox_names(lr->posting.outbox);
	v->former_len = strlen(v->former);
	link_tell(lr, &r);
	link_settle(lr, &room->head);
	lr->posting.dropped = false;
	v->have = lr->log.replica.at;
}

/* In none of them as yet: each is entered for itself. */
static void
visit_hall(struct link *l, struct hello_visitor *v)
{
	const struct link_naming *n = &link_first(l)->naming;
	struct link_called *c = &l->called;

	if (!l->hall.many && link_first(l)->talk == NULL) {
		memcpy(c->name, n->base, n->base_len);
		c->len = n->base_len;
	}
	link_enter_all(l, &l->shaking.hs.room);
	v->caps |= HELLO_ROOMS | (l->shaking.hs.room.flags & HELLO_SEAT) |
	    (l->hall.people ? (unsigned)HELLO_PEOPLE : 0);
	if (l->hall.people)
		v->place = l->config.keeps;
	if (l->hall.people && l->config.device != NULL) {
		v->device = l->config.device;
		v->device_len = strlen(v->device);
	}
	v->name = c->name;
	v->name_len = c->len;
	v->outbox = l->hall.run;
	v->next_id = 1;
}

static void
visit(struct link *l)
{
	struct link_shaking *s = &l->shaking;
	struct hello_visitor v = {
		.caps = s->hs.room.flags & HELLO_CAPS ? HELLO_ROLES : 0,
		.age_ms = age(l)
	};

	if (!is_trusted(l) || !has_psk(l))
		return;
	if (is_many(l))
		visit_hall(l, &v);
	else if (!link_enter_one(l, s->hs.room.name, s->hs.room.name_len)) {
		end(l);
		link_deny(l, RECORD_NO_ROOM, link_first(l)->entering.room,
		    link_first(l)->entering.len);
		return;
	} else
		visit_room(l, &v);
	if (!handshake_visit(&s->hs, l->secret.psk, &v)) {
		link_shake(l);
		return;
	}
	s->wait = FIRST_WAIT_MS;
	s->tries = 0;
	send_datagram(l);
}

/* The server does not know our third message: it has forgotten the second, or
 * cannot read it, for want of the same passphrase. */
static void
refused_visit(struct link *l)
{
	unsigned most = link_is_welcome(l) ? LATE_RESETS : FORGED_RESETS;

	if (l->shaking.hs.has_psk && ++l->shaking.resets >= most &&
	    l->state.phase != RECORD_ONLINE) {
		l->secret.has_psk = l->secret.has_passphrase = false;
		l->shaking.resets = 0;
		/* Nothing is tried by itself till there is another one, and
		 * then one comes in anew. */
		link_lose(l);
		stop(l, RECORD_WRONG_PASSPHRASE);
		return;
	}
	link_shake(l);
}

/* A hint that the session is unknown there: the server is a new one. Whoever is
 * asked for that already is not asked again. */
static bool
ends_session(const struct link *l, const struct hello_datagram *d)
{
	uint32_t there = l->channel.seal.there;
	uint8_t header[HELLO_ECHO] = { SEAL_TYPE, (uint8_t)(there >> 24),
	    (uint8_t)(there >> 16), (uint8_t)(there >> 8), (uint8_t)there };

	return d->type == HELLO_RESET_TYPE && l->channel.live &&
	    l->trust.doubted_at == 0 && d->index == there &&
	    memcmp(d->bytes, header, sizeof(header)) == 0;
}

void
link_shake_input(struct link *l, const uint8_t *data, size_t len)
{
	struct hello_datagram d;

	if (!hello_read(data, len, &d))
		return;
	if (ends_session(l, &d) && l->shaking.hs.step == HANDSHAKE_IDLE) {
		link_set_phase(l, RECORD_LOST);
		link_shake(l);
		return;
	}
	switch (handshake_input(&l->shaking.hs, &d)) {
	case HANDSHAKE_NOTHING:
		break;
	case HANDSHAKE_SEND:
		l->shaking.since = INT64_MAX;
		l->shaking.wait = FIRST_WAIT_MS;
		l->shaking.due = l->now;
		l->shaking.tries = 0;
		link_shake_tick(l);
		break;
	case HANDSHAKE_ROOM:
		l->shaking.since = INT64_MAX;
		visit(l);
		break;
	case HANDSHAKE_RESET:
		refused_visit(l);
		break;
	}
}

static void
adopt_keys(struct link *l, const struct handshake *hs)
{
	struct link_channel *c = &l->channel;

	seal_clear(&c->seal);
	c->seal = hs->seal;
	c->live = true;
	c->talked = false;
	c->unheard = true;
	c->born_at = c->heard_at = l->now;
	l->trust.doubted_at = 0;
	c->rekey_due = l->now + spread(l, IDLE_MS);
	c->path.next = 0;
	l->asking.at = l->asking.retry_due = INT64_MAX;
}

bool
link_adopt(struct link *l)
{
	bool renewed = only_rekeys(l);

	if (!remember(l))
		return false;
	if (is_many(l))
		link_enter_adopt(l, &l->shaking.hs.room.head, renewed);
	else {
		l->hall.many = false;
		link_begin(link_first(l), &l->shaking.hs.room.head);
	}
	adopt_keys(l, &l->shaking.hs);
	l->shaking.resets = 0;
	end(l);
	l->going.round = false;
	if (l->going.out.heard != NULL)
		l->going.out.heard(l->going.out.arg);
	return true;
}
