/*
 * The link: what the screen asks for, what is due and when. Runs in the
 * receiver process. Never forgets a line that the room has not acknowledged.
 */
#include "tui/receiver/link.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/classic.h"
#include "common/secret.h"
#include "tui/receiver/link_asked.h"
#include "tui/receiver/link_enter.h"
#include "tui/receiver/link_pinned.h"
#include "tui/receiver/link_parts.h"
#include "tui/receiver/link_posted.h"

enum {
	KEYS_MS = 3600 * 1000,		/* unheard so long, keys are wiped */
	REFUSED_MS = 300
};

/* False: as link_talk_begin. */
static bool
name_first(struct link *l)
{
	struct link_entering *e = &link_first(l)->entering;
	size_t len = l->config.room == NULL ? 0 : strlen(l->config.room);

	if (len > sizeof(e->room))
		return true;
	memcpy(e->room, l->config.room == NULL ? "" : l->config.room, len);
	e->len = len;
	return link_talk_begin(link_first(l));
}

struct link *
link_new(const struct link_config *config, const struct link_out *out)
{
	struct link *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	secret_lock(l, offsetof(struct link, out));	/* the keys */
	l->config = *config;
	l->out = *out;
	l->state.rtt_ms = l->state.loss_permille = -1;
	l->shaking.due = l->shaking.since = l->leaving.due = INT64_MAX;
	l->asking.at = l->asking.retry_due = INT64_MAX;
	l->asking.port_due = l->asking.shake_due = INT64_MAX;
	l->marking.due = INT64_MAX;
	netpath_init(&l->channel.path);
	l->trust.must_psk = config->given;
	if (config->passphrase != NULL) {
		strlcpy(l->secret.passphrase, config->passphrase,
		    sizeof(l->secret.passphrase));
		l->secret.has_passphrase = l->trust.must_psk = true;
	}
	TAILQ_INIT(&l->rooms);
	TAILQ_INIT(&l->asked);
	if ((l->looked = link_new_room(l, config->window,
	    &config->place)) == NULL || !name_first(l)) {
		link_free(l);
		return NULL;
	}
	return l;
}

void
link_free(struct link *l)
{
	if (l == NULL)
		return;
	link_asked_clear(l);
	while (link_first(l) != NULL)
		link_free_room(link_first(l));
	link_people_clear(l);
	handshake_clear(&l->shaking.hs);
	seal_clear(&l->channel.seal);
	secret_wipe(l, sizeof(*l));
	free(l);
}

uint64_t
link_have(const struct link *l, uint16_t window)
{
	const struct link_room *lr = link_at_window(l, window);

	return lr == NULL ? 0 : lr->log.replica.at.seq;
}

/* Nobody answers: what the keys could still open stays closed. */
static void
forget_keys(struct link *l)
{
	if (!l->channel.live || l->now - l->channel.heard_at < KEYS_MS)
		return;
	seal_clear(&l->channel.seal);
	l->channel.live = false;
	link_set_phase(l, RECORD_LOST);
	link_shake_if_idle(l);
}

/*
 * What the screen asks for
 */

/* It is told what is stored, and asked what is new, under that name. */
static bool
log_in_room(struct link_room *lr, const char *name, size_t len)
{
	lr->entering.denied = 0;
	if (lr->posting.outbox != NULL) {
		link_want_name(lr, name, len);
		return true;
	}
	if (!link_open_room(lr))
		return false;
	link_people_join(lr);
	link_want_name(lr, name, len);
	link_release(lr);
	link_tell_boxes(lr);
	return true;
}

void
link_login(struct link *l, int64_t now, const char *name, size_t len)
{
	struct link_room *lr;

	l->now = now;
	if (len == 0 || len > sizeof(l->called.name))
		return;
	if (l->trust.barred != 0) {
		link_deny(l, l->trust.barred, NULL, 0);
		return;
	}
	l->shaking.told_silent = l->shaking.told_unreachable = false;
	l->shaking.told_classic = false;
	link_lose(l);
	l->channel.joined_at = 0;
	memmove(l->called.name, name, len);
	l->called.len = len;
	TAILQ_FOREACH(lr, &l->rooms, by_link)
		if (!log_in_room(lr, name, len)) {
			/* no memory */
			l->leaving.begun = l->leaving.left = true;
			return;
		}
	link_set_phase(l, RECORD_JOINING);
	link_shake(l);
}

const char *
link_home(const struct link *l, size_t *len)
{
	*len = l->hall.room_len;
	return l->hall.room;
}

/* A server of one room has no other; else it is entered, now or behind the
 * handshake. */
static void
enter(struct link_room *lr)
{
	struct link *l = lr->link;
	struct record r = { .type = RECORD_DENIED, .id = 1,
	    .denial = RECORD_NO_ROOM, .text = lr->entering.room,
	    .text_len = lr->entering.len, .entry.text = l->hall.room,
	    .entry.text_len = l->hall.room_len };

	if (l->hall.many)
		link_enter_once(lr);
	else if (l->channel.live && lr->talk != NULL)
		link_enter_no_talk(lr);
	else if (l->channel.live) {
		link_enter_deny(lr, RECORD_NO_ROOM);
		lr->entering.alone = true;
		link_tell(lr, &r);
	}
}

/* What is stored there is another's from now on; it was left. */
static void
forget_parted(struct link *l, const struct link_place *place)
{
	struct link_room *lr, *next;

	for (lr = link_first(l); lr != NULL; lr = next) {
		next = TAILQ_NEXT(lr, by_link);
		if (lr->parting.begun && place->dir != NULL &&
		    lr->place.dir != NULL &&
		    strcmp(lr->place.dir, place->dir) == 0)
			link_part_end(lr);
	}
}

bool
link_join(struct link *l, int64_t now, uint16_t window,
    const struct link_place *place, const char *room, size_t len)
{
	struct link_room *lr;

	l->now = now;
	forget_parted(l, place);
	if (len == 0 || len > FRAME_ROOM_BYTES || l->called.len == 0 ||
	    link_at_window(l, window) != NULL ||
	    (lr = link_new_room(l, window, place)) == NULL)
		return false;
	memcpy(lr->entering.room, room, len);
	lr->entering.len = len;
	if (!link_talk_begin(lr) ||
	    !log_in_room(lr, l->called.name, l->called.len)) {
		link_free_room(lr);
		return false;
	}
	enter(lr);
	return true;
}

void
link_look(struct link *l, int64_t now, uint16_t window)
{
	struct link_room *lr = link_at_window(l, window);

	l->now = now;
	if (lr == NULL)
		return;
	l->looked = lr;
	link_wish_look(lr, false);
	/* What was wanted meanwhile is asked for. */
	if (l->hall.many && (lr->syncing.wants & LINK_WANTS_MEMBERS))
		link_want(lr, LINK_WANTS_MEMBERS, now);
}

void
link_passphrase(struct link *l, int64_t now, const char *text, size_t len)
{
	struct link_secret *s = &l->secret;

	l->now = now;
	if (len == 0 || len >= sizeof(s->passphrase) || l->trust.barred != 0)
		return;
	memcpy(s->passphrase, text, len);
	s->passphrase[len] = '\0';
	s->has_passphrase = l->trust.must_psk = true;
	s->has_psk = false;
	l->shaking.resets = 0;	/* they were of another */
	link_set_phase(l, RECORD_JOINING);
	link_shake(l);
}

void
link_unreachable(struct link *l, int64_t now)
{
	struct link_shaking *s = &l->shaking;
	bool idle = s->hs.step == HANDSHAKE_IDLE;
	enum nodes_way way;
	const char *name;
	size_t len;

	l->now = now;
	if (l->trust.barred != 0 || (way = link_go(l)) == NODES_NEXT)
		return;
	if (way == NODES_ROUND)
		s->due = now + REFUSED_MS;
	if (l->state.phase == RECORD_JOINING && !s->told_unreachable) {
		s->told_unreachable = true;
		name = link_own_name(link_first(l), &len);
		link_deny(l, RECORD_UNREACHABLE, name, len);
	}
	if (l->leaving.begun)
		l->leaving.left = true;
	if (l->state.phase == RECORD_ONLINE)
		link_set_phase(l, RECORD_LOST);
	if (l->channel.live && idle) {
		link_shake(l);
		s->due = now + REFUSED_MS;
	}
	/* It is near: a start of the server is seen soon. */
	if (s->wait > REFUSED_MS)
		s->wait = REFUSED_MS;
	if (s->hs.step != HANDSHAKE_IDLE)
		link_least(&s->due, now + REFUSED_MS);
}

void
link_wake(struct link *l, int64_t now)
{
	l->now = now;
	forget_keys(l);
	if (l->shaking.hs.step != HANDSHAKE_IDLE)
		l->shaking.due = now;
	if (!l->channel.live)
		return;
	l->asking.at = INT64_MAX;
	link_sync(l, true);
}

void
link_slept(struct link *l, int64_t now, int64_t ms)
{
	if (l->channel.joined_at != 0)
		l->channel.joined_at -= ms;
	link_wake(l, now);
}

/*
 * Receiving
 */

/* A classic server's answer to a HELLO; ours may be about to start there. */
static void
take_foreign(struct link *l, const char *data, size_t len)
{
	char buf[CLASSIC_BYTES];
	struct entry e;

	if (l->state.phase != RECORD_JOINING || l->shaking.told_classic ||
	    classic_parse_answer(buf, data, len, &e) != CLASSIC_NO)
		return;
	l->shaking.told_classic = true;
	link_deny(l, RECORD_CLASSIC_ONLY, NULL, 0);
}

/* With the session's keys, or with those of a handshake that ends by that. */
static bool
open_sealed(struct link *l, const uint8_t *data, size_t len, uint8_t *frames,
    size_t *frames_len)
{
	if (l->channel.live && seal_open(&l->channel.seal, data, len, frames,
	    frames_len) == SEAL_OK)
		return true;
	return l->shaking.hs.step == HANDSHAKE_VISIT &&
	    seal_open(&l->shaking.hs.seal, data, len, frames, frames_len) ==
	    SEAL_OK && link_adopt(l);
}

static void
take_sealed(struct link *l, const uint8_t *data, size_t len)
{
	uint8_t frames[2 * LINK_DATAGRAM];
	size_t frames_len;

	if (len > sizeof(frames) ||
	    !open_sealed(l, data, len, frames, &frames_len))
		return;
	netpath_heard(&l->channel.path, seal_counter(data));
	link_frames_input(l, frames, frames_len);
	sodium_memzero(frames, frames_len);
}

void
link_input(struct link *l, int64_t now, const void *data, size_t len)
{
	const uint8_t *bytes = data;

	l->now = now;
	if (len == 0 || l->leaving.left || l->trust.barred != 0)
		return;
	if (bytes[0] == SEAL_TYPE)
		take_sealed(l, bytes, len);
	else if (bytes[0] >= HELLO_TYPE)
		link_shake_input(l, bytes, len);
	else
		take_foreign(l, data, len);
}

/*
 * Time
 */

/* No answer: ask again, look lost, take another port, shake hands anew. */
static void
chase_answer(struct link *l)
{
	struct link_asking *a = &l->asking;

	if (a->at == INT64_MAX)
		return;
	/* While nothing is read there is no silence. */
	if (!l->out.room(l->out.arg)) {
		link_await_answer(l);
		return;
	}
	if (l->now - a->at >= LINK_LOST_MS) {
		if (l->state.phase == RECORD_ONLINE)
			link_set_phase(l, RECORD_LOST);
		if (link_go(l) != NODES_STAY)
			return;
	}
	if (l->now >= a->port_due) {
		a->port_due = l->now + LINK_PORT_MS;
		l->out.new_port(l->out.arg);
	}
	if (l->now >= a->shake_due) {
		a->shake_due = l->now + LINK_SHAKE_MS;
		link_shake_if_idle(l);
	}
	if (l->now >= a->retry_due) {
		a->retry_wait = netpath_longer(a->retry_wait);
		a->retry_due = l->now + a->retry_wait;
		link_sync(l, true);
	}
}

/* A few new keys more, and it is as seldom as in one room. */
static int64_t
keepalive_ms(const struct link *l)
{
	return l->hall.many ? LINK_KEEPALIVE_MANY_MS : LINK_KEEPALIVE_MS;
}

/* So long nothing was sent; or, where there are others, heard. */
static int64_t
keepalive_due(const struct link *l)
{
	if (!l->going.several)
		return l->channel.sent_at + keepalive_ms(l);
	return l->asking.at != INT64_MAX ? INT64_MAX :
	    l->channel.heard_at + LINK_KEEPALIVE_SEVERAL_MS;
}

static void
tick_session(struct link *l)
{
	struct link_room *lr;

	chase_answer(l);
	link_enter_tick(l);
	link_part_tick(l);
	link_name_tick(l);
	link_list_tick(l);
	link_people_tick(l);
	link_wish_tick(l);
	link_talks_tick(l);
	link_marks_tick(l);
	link_devices_tick(l);
	link_heir_tick(l);
	TAILQ_FOREACH(lr, &l->rooms, by_link) {
		if (!link_is_in(lr))
			continue;
		link_post_tick(lr);
		link_read_tick(lr);
		link_whois_tick(lr);
	}
	link_sync_tick(l);
	/* New keys that are soon due are a sign of life as well. */
	if (l->now >= keepalive_due(l)) {
		if (!l->going.several &&
		    link_rekey(l, l->now + keepalive_ms(l)))
			l->channel.sent_at += LINK_LOST_MS;
		else
			link_sync(l, true);
	}
	link_rekey(l, l->now);
}

/* What is on its way is in the room before we are out of it, where somebody
 * answers: else it seems to wait. */
static bool
says_last(const struct link *l)
{
	return l->leaving.begun && l->leaving.tries == 0 &&
	    l->now < l->leaving.said_by && link_awaits(l);
}

static int64_t
next_due(const struct link *l)
{
	const struct link_room *lr;
	int64_t due = link_shake_due(l);

	link_least(&due, link_go_due(l));
	if (!l->channel.live)
		return due;
	if (l->leaving.begun && !says_last(l))
		return link_leave_due(l);
	if (l->leaving.begun)
		link_least(&due, l->leaving.said_by);
	link_least(&due, link_asking_due(l));
	link_least(&due, link_enter_due(l));
	link_least(&due, link_part_due(l));
	link_least(&due, link_name_due(l));
	link_least(&due, link_list_due(l));
	link_least(&due, link_people_due(l));
	link_least(&due, link_wish_due(l));
	link_least(&due, link_talks_due(l));
	link_least(&due, link_marks_due(l));
	link_least(&due, link_devices_due(l));
	link_least(&due, link_heir_due(l));
	TAILQ_FOREACH(lr, &l->rooms, by_link) {
		if (!link_is_in(lr))
			continue;
		link_least(&due, link_post_due(lr));
		link_least(&due, link_read_due(lr));
		link_least(&due, link_whois_due(lr));
	}
	link_least(&due, link_sync_due(l));
	link_least(&due, keepalive_due(l));
	link_least(&due, l->channel.heard_at + KEYS_MS);
	return due;
}

/* What is done whether or not there is a session. */
static void
tend(struct link_room *lr)
{
	if (lr->posting.outbox != NULL)
		link_release(lr);
	link_compare_tick(lr);
	link_again_tick(lr);
	link_members_tell(lr);
	link_tell_aside(lr);
	link_boxes_tick(lr);
}

int64_t
link_tick(struct link *l, int64_t now)
{
	struct link_room *lr;

	l->now = now;
	TAILQ_FOREACH(lr, &l->rooms, by_link)
		link_keep_posts(lr);
	TAILQ_FOREACH(lr, &l->asked, by_link)
		link_keep_posts(lr);
	link_go_tick(l);
	link_shake_tick(l);
	TAILQ_FOREACH(lr, &l->rooms, by_link)
		tend(lr);
	forget_keys(l);
	if (l->channel.live && (!l->leaving.begun || says_last(l)))
		tick_session(l);
	else if (l->channel.live && !l->leaving.left)
		link_leave_tick(l);
	if (l->channel.rekey)
		link_shake_if_idle(l);
	link_tell_state(l);
	return next_due(l);
}
