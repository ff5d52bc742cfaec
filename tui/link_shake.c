/*
 * The link's handshakes: the first one, those after a restart of the server or
 * a long silence, beside the old session. Runs in the receiver process.
 */
#include <sodium.h>
#include <string.h>

#include "tui/link_state.h"

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
	FORGED_RESETS = 2,	/* so many: the passphrase is wrong */
	FIRST_WAIT_MS = 250,
	LONGEST_WAIT_MS = 1000,
	REFUSED_WAIT_MS = 300	/* nobody listens: perhaps it starts just now */
};

void
link_shake(struct link *l)
{
	uint8_t secret[NOISE_KEY];
	uint32_t index;

	if (l->barred != 0)
		return;
	l->out.random(l->out.arg, &index, sizeof(index));
	l->out.random(l->out.arg, secret, sizeof(secret));
	handshake_begin(&l->hs, &l->config.identity, index, secret);
	sodium_memzero(secret, sizeof(secret));
	/* A server that always says no has us at it no faster than this. */
	if (l->shakes == 0 || l->now - l->shook_at >= SHAKES_MS) {
		l->shakes = 0;
		l->shook_at = l->now;
	}
	l->hs_due = l->now + (l->shakes < SHAKES ? 0 : LONGEST_WAIT_MS);
	l->shakes += l->shakes < SHAKES;
	l->hs_wait = FIRST_WAIT_MS;
	l->hs_tries = 0;
	l->rekey = l->rekeying = false;
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
	if (l->talked)
		return;
	l->talked = true;
	l->rekey_due = l->born_at + spread(l, TALK_MS);
}

bool
link_rekey(struct link *l, int64_t by)
{
	if (l->hs.step != HANDSHAKE_IDLE || by < l->rekey_due)
		return false;
	link_shake(l);
	l->rekeying = l->barred == 0;
	return l->rekeying;
}

/* It asks for new keys alone: the session is alive and goes on without. */
static bool
only_rekeys(const struct link *l)
{
	return l->rekeying && l->live && l->state.phase == RECORD_ONLINE;
}

static void
put_off_rekey(struct link *l)
{
	handshake_clear(&l->hs);
	l->hs_due = INT64_MAX;
	l->rekeying = false;
	l->rekey_due = l->now + REKEY_AGAIN_MS;
}

/* The server has no time for it; the session goes on as it is. */
static bool
gives_up(struct link *l)
{
	if (!only_rekeys(l) || l->hs_tries < REKEY_TRIES)
		return false;
	put_off_rekey(l);
	return true;
}

static void
send_datagram(struct link *l)
{
	l->out.send(l->out.arg, l->hs.datagram, l->hs.datagram_len);
	l->hs_due = l->now + l->hs_wait;
	l->hs_wait = path_longer(l->hs_wait);
	if (l->hs_wait > LONGEST_WAIT_MS)
		l->hs_wait = LONGEST_WAIT_MS;
	l->hs_tries++;
}

void
link_shake_tick(struct link *l)
{
	if (l->hs.step != HANDSHAKE_HELLO && l->hs.step != HANDSHAKE_VISIT)
		return;
	if (l->now < l->hs_due || gives_up(l))
		return;
	if (l->hs.step == HANDSHAKE_VISIT && l->hs_tries >= VISIT_TRIES)
		link_shake(l);
	if (l->hs_tries >= SILENT_TRIES &&
	    l->state.phase == RECORD_JOINING && !l->told_silent) {
		l->told_silent = true;
		link_deny(l, RECORD_SILENT, l->name, l->name_len);
	}
	send_datagram(l);
}

static void
stop(struct link *l, enum record_denial denial, const char *text, size_t len)
{
	handshake_clear(&l->hs);
	l->hs_due = INT64_MAX;
	link_deny(l, denial, text, len);
}

/*
 * Somebody else answers there, or nobody can tell. That is final: whoever
 * answers next, nothing is sealed or begun again, not even to leave.
 */
static void
bar(struct link *l, enum record_denial why)
{
	l->barred = why;
	seal_clear(&l->seal);
	handshake_clear(&l->hs);
	l->hs_due = INT64_MAX;
	l->live = l->welcome = false;
	l->left = l->leaving;
	link_deny(l, why, NULL, 0);
}

/* Whether to go on with a server of which this is known. */
static bool
is_good(struct link *l, enum link_trust trust)
{
	switch (trust) {
	case LINK_KNOWN:
	case LINK_NEW:
		return true;
	case LINK_CHANGED:
		bar(l, RECORD_HOST_CHANGED);
		break;
	case LINK_UNINVITED:
		bar(l, RECORD_HOST_UNINVITED);
		break;
	case LINK_UNSURE:
		bar(l, RECORD_HOST_UNSURE);
		break;
	}
	return false;
}

/*
 * The first key that this run took is the only one: another never takes its
 * place. With a passphrase, nobody is believed who does without.
 */
static bool
is_trusted(struct link *l)
{
	const uint8_t *key = handshake_server(&l->hs);
	bool same = l->trusted && memcmp(l->server, key, NOISE_KEY) == 0;
	bool psk = false;
	enum link_trust trust = same ? LINK_KNOWN :
	    l->out.trust(l->out.arg, key, &psk);

	/* The true one is still there: somebody else was only faster. */
	if (l->trusted && !same && only_rekeys(l)) {
		put_off_rekey(l);
		return false;
	}
	if (!is_good(l, l->trusted && !same ? LINK_CHANGED : trust))
		return false;
	l->must_psk |= psk;
	if (!l->must_psk || l->hs.has_psk)
		return true;
	bar(l, psk || l->trusted_psk ? RECORD_NO_PASSPHRASE :
	    RECORD_NEVER_PASSPHRASE);
	return false;
}

/* It has opened and sealed: it has the key, and knows the passphrase. */
static bool
remember(struct link *l)
{
	const uint8_t *key = handshake_server(&l->hs);

	if (l->trusted && (l->trusted_psk || !l->hs.has_psk))
		return true;
	if (!is_good(l, l->out.remember(l->out.arg, key, l->hs.has_psk)))
		return false;
	memcpy(l->server, key, NOISE_KEY);
	l->trusted = true;
	l->trusted_psk = l->hs.has_psk;
	l->must_psk |= l->hs.has_psk;
	return true;
}

/* The key of the passphrase that this server's room asks for. */
static bool
make_psk(struct link *l)
{
	const uint8_t *key = handshake_server(&l->hs);
	const struct hello_room *r = &l->hs.room;

	if (l->has_psk && memcmp(l->psk_server, key, NOISE_KEY) == 0 &&
	    l->psk_room_len == r->name_len &&
	    memcmp(l->psk_room, r->name, r->name_len) == 0)
		return true;
	l->has_psk = hello_psk(l->psk, l->passphrase, strlen(l->passphrase),
	    key, r->name, r->name_len);
	memcpy(l->psk_server, key, NOISE_KEY);
	memcpy(l->psk_room, r->name, r->name_len);
	l->psk_room_len = r->name_len;
	return l->has_psk;
}

/* Asks for the passphrase where nobody gave it. */
static bool
has_psk(struct link *l)
{
	if (!l->hs.has_psk)
		return true;
	if (l->has_passphrase)
		return make_psk(l);
	stop(l, RECORD_WANTS_PASSPHRASE, NULL, 0);
	return false;
}

/* Where the copy goes on, or where a new one begins. */
static void
settle_copy(struct link *l)
{
	const struct frame_position *head = &l->hs.room.head;
	bool same = memcmp(head->log_id, l->copy.at.log_id, FRAME_LOG_ID) ==
	    0;
	uint64_t have = head->seq > LINK_HISTORY ?
	    head->seq - LINK_HISTORY : 0;

	if (l->config.only_new && !l->config.has_after && !l->welcome) {
		/* What was said before is nobody's business here. */
		l->shown = have = head->seq;
		same = same && l->copy.at.seq <= head->seq;
	}
	if (l->config.has_after && !same)
		have = l->config.after < head->seq ? l->config.after :
		    head->seq;
	if (same)
		return;
	copy_restart(&l->copy, head->log_id, have);
	inbox_restart(&l->inbox, have);
	link_people_rewind(l, 0);
	l->inbox.head = have;
	if (l->shown < have || !l->config.has_after)
		l->shown = have;
}

static void
visit(struct link *l)
{
	struct hello_visitor v = {
		.room = l->hs.room.name, .room_len = l->hs.room.name_len,
		.name = l->base, .name_len = l->base_len,
		.outbox = outbox_number(l->outbox),
		.next_id = outbox_first(l->outbox),
		.caps = l->hs.room.flags & HELLO_CAPS ? HELLO_ROLES : 0
	};

	struct record room = { .type = RECORD_ROOM, .text = v.room,
	    .text_len = v.room_len };

	if (!is_trusted(l) || !has_psk(l))
		return;
	l->out.record(l->out.arg, &room);
	settle_copy(l);
	v.have = l->copy.at;
	if (!handshake_visit(&l->hs, l->psk, &v)) {
		link_shake(l);
		return;
	}
	l->hs_wait = FIRST_WAIT_MS;
	l->hs_tries = 0;
	send_datagram(l);
}

/* The server does not know our third message: it has forgotten the second, or
 * cannot read it, for want of the same passphrase. */
static void
refused_visit(struct link *l)
{
	if (l->hs.has_psk && ++l->hs_resets >= FORGED_RESETS && !l->welcome) {
		l->has_psk = l->has_passphrase = false;
		l->hs_resets = 0;
			stop(l, RECORD_WRONG_PASSPHRASE, NULL, 0);
		return;
	}
	link_shake(l);
}

/* A hint that the session is unknown there: the server is a new one. */
static bool
ends_session(const struct link *l, const struct hello_datagram *d)
{
	uint8_t header[HELLO_ECHO] = { SEAL_TYPE,
	    (uint8_t)(l->seal.there >> 24), (uint8_t)(l->seal.there >> 16),
	    (uint8_t)(l->seal.there >> 8), (uint8_t)l->seal.there };

	return d->type == HELLO_RESET_TYPE && l->live &&
	    d->index == l->seal.there &&
	    memcmp(d->bytes, header, sizeof(header)) == 0;
}

void
link_shake_input(struct link *l, const uint8_t *data, size_t len)
{
	struct hello_datagram d;

	if (!hello_read(data, len, &d))
		return;
	if (ends_session(l, &d) && l->hs.step == HANDSHAKE_IDLE) {
		link_set_phase(l, RECORD_LOST);
		link_shake(l);
		return;
	}
	switch (handshake_input(&l->hs, &d)) {
	case HANDSHAKE_NOTHING:
		break;
	case HANDSHAKE_SEND:
		l->hs_wait = FIRST_WAIT_MS;
		l->hs_due = l->now;
		l->hs_tries = 0;
		link_shake_tick(l);
		break;
	case HANDSHAKE_ROOM:
		visit(l);
		break;
	case HANDSHAKE_RESET:
		refused_visit(l);
		break;
	}
}

/* The log goes on as it was, and so do we: only the keys are new. */
static bool
goes_on(const struct link *l)
{
	const struct frame_position *head = &l->hs.room.head;

	return l->live && l->welcome && l->settled && l->has_roster &&
	    l->term == head->term && memcmp(head->log_id, l->copy.at.log_id,
	    FRAME_LOG_ID) == 0;
}

bool
link_adopt(struct link *l)
{
	bool same = goes_on(l);

	if (!remember(l))
		return false;
	/* What is held of a former run may never have been. */
	if (l->term != l->hs.room.head.term)
		inbox_restart(&l->inbox, l->copy.at.seq);
	l->inbox.head = l->hs.room.head.seq > l->copy.at.seq ?
	    l->hs.room.head.seq : l->copy.at.seq;
	if (!l->caught_up)
		l->goal = l->hs.room.head.seq;
	seal_clear(&l->seal);
	l->seal = l->hs.seal;
	l->term = l->hs.room.head.term;
	l->live = true;
	l->posted_seen = l->renumbered = false;
	l->went_from = 0;
	l->posted_next = l->stored_next = 0;
	l->learning_from = 0;
	l->born_at = l->heard_at = l->now;
	l->talked = false;
	l->rekey_due = l->now + spread(l, IDLE_MS);
	l->asked_at = l->retry_due = INT64_MAX;
	l->hs_resets = 0;
	l->sent_up_to = 0;
	l->post_new = link_waiting(l) > 0;
	l->post_due = INT64_MAX;
	l->post_wait = path_rto_ms(&l->path);
	l->path.next = 0;
	if (!same) {
		l->settled = false;
		l->wants = LINK_WANTS_MEMBERS | LINK_WANTS_BASE;
		l->want_due = l->now + path_rto_ms(&l->path);
	}
	link_ask_name(l);
	handshake_clear(&l->hs);
	l->hs_due = INT64_MAX;
	link_sync_by(l, l->now);
	return true;
}
