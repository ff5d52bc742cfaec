/*
 * The link: what the screen asks for, what is due and when. Runs in the
 * receiver process. Never forgets a line that the room has not acknowledged.
 */
#include "tui/link.h"

#include <sodium.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/classic.h"
#include "common/hello.h"
#include "common/secret.h"
#include "common/wire.h"
#include "tui/link_state.h"

enum {
	LOST_MS = 3000,			/* so long without an answer: "lost" */
	PING_MS = 30 * 1000,		/* between two measured round trips */
	KEYS_MS = 3600 * 1000,		/* unheard so long, keys are wiped */
	REFUSED_MS = 300,
	LEAVE_MS = 1000,		/* rule 9 */
	LEAVES = 3,
	CREDIT_FIRST = 24,
	CREDIT_MAX = 64,
	READ_TRIES = 24,		/* there may be none any more */
	SYNC_OVER = 64
};

struct link *
link_new(const struct link_config *config, const struct link_out *out)
{
	struct link *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	secret_lock(l, offsetof(struct link, path));	/* the keys */
	l->config = *config;
	l->out = *out;
	l->state.rtt_ms = l->state.loss_permille = -1;
	l->hs_due = l->asked_at = l->retry_due = l->quiet_due = INT64_MAX;
	l->sync_due = l->post_due = l->want_due = l->read_due = INT64_MAX;
	l->port_due = l->shake_due = l->leave_due = INT64_MAX;
	l->post_wait = PATH_RTO_FIRST_MS;
	roster_init(&l->roster);
	roster_init(&l->learning);
	path_init(&l->path);
	l->must_psk = config->given;
	if (config->passphrase != NULL) {
		strlcpy(l->passphrase, config->passphrase,
		    sizeof(l->passphrase));
		l->has_passphrase = l->must_psk = true;
	}
	return l;
}

void
link_free(struct link *l)
{
	if (l == NULL)
		return;
	outbox_close(l->outbox);
	copy_close(&l->copy);
	inbox_clear(&l->inbox);
	roster_clear(&l->roster);
	roster_clear(&l->learning);
	handshake_clear(&l->hs);
	seal_clear(&l->seal);
	secret_wipe(l, sizeof(*l));
	free(l);
}

uint64_t
link_have(const struct link *l)
{
	return l->copy.at.seq;
}

/*
 * Sending
 */

/* The more came, the more may come: it doubles until the way is full. */
static unsigned
credit(const struct link *l)
{
	unsigned more = 2 * l->received + CREDIT_FIRST;

	return more > CREDIT_MAX ? CREDIT_MAX : more;
}

static void
put_wants(struct link *l, struct wire_out *out)
{
	if (l->wants != l->want_asked)
		l->want_tries = 0;
	l->want_asked = l->wants;
	if (l->now < l->want_due || l->wants == 0)
		return;
	if (l->wants & LINK_WANTS_BASE) {
		frame_put_read(out, l->copy.at.seq + 1, 0);
		/* More may have come before the answer does. */
		l->verify_seq = l->copy.has_base ? l->copy.at.seq : 0;
		memcpy(l->verify_chain, copy_chain(&l->copy), FRAME_CHAIN);
	}
	if (l->wants & LINK_WANTS_MEMBERS)
		frame_put_read(out, 0, l->learning_from);
	if (l->wants & LINK_WANTS_NAME)
		frame_put_whois(out, NULL, 0);
	l->want_due = l->now + link_patience(l, l->want_tries);
	if (l->want_tries < 2 * LINK_PATIENT)
		l->want_tries++;
}

/* Acknowledgement, repair request, resume and catch-up in one. */
static void
send_sync(struct link *l, bool ping)
{
	uint8_t frames[LINK_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_range ranges[FRAME_RANGES];
	size_t n = inbox_ranges(&l->inbox, ranges);

	ping = ping || l->ping_at == 0 || l->now - l->ping_at >= PING_MS;
	frame_put_sync(&out, &l->copy.at, credit(l),
	    path_loss_permille(&l->path), ranges, n);
	put_wants(l, &out);
	if (ping)
		link_put_ping(l, &out);
	if (l->received > 0 || !inbox_gap(&l->inbox))
		l->gap_tries = 0;
	else if (l->gap_tries < 2 * LINK_PATIENT)
		l->gap_tries++;
	l->received = 0;
	l->synced_at = l->now;
	l->sync_due = inbox_gap(&l->inbox) && l->out.room(l->out.arg) ?
	    l->now + link_patience(l, l->gap_tries) : INT64_MAX;
	link_send(l, frames, out.len, ping);
}

/* Nobody answers: what the keys could still open stays closed. */
static void
forget_keys(struct link *l)
{
	if (!l->live || l->now - l->heard_at < KEYS_MS)
		return;
	seal_clear(&l->seal);
	l->live = false;
	link_set_phase(l, RECORD_LOST);
	if (l->hs.step == HANDSHAKE_IDLE)
		link_shake(l);
}

/*
 * What the screen asks for
 */

/* The stored copy and the outbox of this name. */
static bool
open_store(struct link *l)
{
	static const uint8_t no_log[FRAME_LOG_ID];
	const struct disk *disk = l->config.disk;
	char path[OUTBOX_NAME_BYTES];
	uint32_t number;
	int why = 0;

	copy_open(&l->copy, disk, l->config.dir, &why);
	/* What is stored begins too late for who asks for more. */
	if (l->config.has_after && l->config.after + 1 < l->copy.first) {
		copy_restart(&l->copy, no_log, 0);
		l->begins_anew = true;
	}
	/* Another window under this name: its outbox is not for two. */
	if (why == EWOULDBLOCK)
		disk = NULL;
	do
		l->out.random(l->out.arg, &number, sizeof(number));
	while (number == 0);
	snprintf(path, sizeof(path), "%s/outbox", l->config.dir == NULL ?
	    "" : l->config.dir);
	l->outbox = outbox_open(disk, path, number);
	if (l->outbox == NULL && disk != NULL)
		l->outbox = outbox_open(NULL, NULL, number);
	inbox_init(&l->inbox, l->copy.at.seq);
	if (l->config.has_after)
		l->shown = l->config.after;
	else if (l->config.only_new)
		l->shown = l->copy.at.seq;
	else
		l->shown = l->copy.at.seq >= l->copy.first + LINK_HISTORY ?
		    l->copy.at.seq - LINK_HISTORY : l->copy.first - 1;
	return l->outbox != NULL;
}

void
link_login(struct link *l, int64_t now, const char *name, size_t len)
{
	l->now = now;
	if (len == 0 || len > sizeof(l->name))
		return;
	if (l->barred != 0) {
		link_deny(l, l->barred, NULL, 0);
		return;
	}
	l->told_silent = l->told_unreachable = l->told_classic = false;
	l->live = l->welcome = false;
	if (l->outbox == NULL) {
		if (!open_store(l)) {
			l->leaving = l->left = true;	/* no memory */
			return;
		}
		link_call(l, name, len);
		link_release(l);
		link_tell_pending(l, 0);
	} else
		link_call(l, name, len);
	link_set_phase(l, RECORD_JOINING);
	link_shake(l);
}

void
link_passphrase(struct link *l, int64_t now, const char *text, size_t len)
{
	l->now = now;
	if (len == 0 || len >= sizeof(l->passphrase) || l->barred != 0)
		return;
	memcpy(l->passphrase, text, len);
	l->passphrase[len] = '\0';
	l->has_passphrase = l->must_psk = true;
	l->has_psk = false;
	link_set_phase(l, RECORD_JOINING);
	link_shake(l);
}

void
link_read(struct link *l, int64_t now, uint64_t before, uint32_t count)
{
	l->now = now;
	if (before < 2 || count == 0)
		return;
	l->read_before = before;
	l->read_after = before - 1 > count ? before - 1 - count : 0;
	l->read_tries = 0;
	l->read_due = now;
}

void
link_verify(struct link *l, int64_t now)
{
	l->now = now;
	l->verifying = true;
	l->wants |= LINK_WANTS_BASE;
	l->want_due = now;
}

void
link_leave(struct link *l, int64_t now)
{
	l->now = now;
	if (l->leaving)
		return;
	l->leaving = true;
	l->left = !l->live;
	l->leave_due = now;
	l->leave_end = now + LEAVE_MS;
}

bool
link_left(const struct link *l)
{
	return l->left;
}

void
link_unreachable(struct link *l, int64_t now)
{
	l->now = now;
	if (l->barred != 0)
		return;
	if (l->state.phase == RECORD_JOINING && !l->told_unreachable) {
		l->told_unreachable = true;
		link_deny(l, RECORD_UNREACHABLE, l->name, l->name_len);
	}
	if (l->leaving)
		l->left = true;
	if (l->state.phase == RECORD_ONLINE)
		link_set_phase(l, RECORD_LOST);
	if (l->live && l->hs.step == HANDSHAKE_IDLE) {
		link_shake(l);
		l->hs_due = now + REFUSED_MS;
	}
	/* It is near: a start of the server is seen soon. */
	if (l->hs_wait > REFUSED_MS)
		l->hs_wait = REFUSED_MS;
	if (l->hs.step != HANDSHAKE_IDLE && l->hs_due > now + REFUSED_MS)
		l->hs_due = now + REFUSED_MS;
}

void
link_wake(struct link *l, int64_t now)
{
	l->now = now;
	forget_keys(l);
	if (l->hs.step != HANDSHAKE_IDLE)
		l->hs_due = now;
	if (!l->live)
		return;
	l->asked_at = INT64_MAX;
	send_sync(l, true);
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

	if (l->state.phase != RECORD_JOINING || l->told_classic ||
	    classic_parse_answer(buf, data, len, &e) != CLASSIC_NO)
		return;
	l->told_classic = true;
	link_deny(l, RECORD_CLASSIC_ONLY, NULL, 0);
}

static void
take_sealed(struct link *l, const uint8_t *data, size_t len)
{
	uint8_t frames[2 * LINK_DATAGRAM];
	uint64_t counter = 0;
	size_t frames_len, i;
	bool good;

	if (len > sizeof(frames))
		return;
	good = l->live && seal_open(&l->seal, data, len, frames,
	    &frames_len) == SEAL_OK;
	if (!good && l->hs.step == HANDSHAKE_VISIT &&
	    seal_open(&l->hs.seal, data, len, frames, &frames_len) ==
	    SEAL_OK)
		good = link_adopt(l);
	if (!good)
		return;
	for (i = SEAL_HEADER - 8; i < SEAL_HEADER; i++)
		counter = counter << 8 | data[i];
	path_heard(&l->path, counter);
	link_frames_input(l, frames, frames_len);
	sodium_memzero(frames, sizeof(frames));
}

void
link_input(struct link *l, int64_t now, const void *data, size_t len)
{
	const uint8_t *bytes = data;

	l->now = now;
	if (len == 0 || l->left || l->barred != 0)
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
	if (l->asked_at == INT64_MAX)
		return;
	if (l->state.phase == RECORD_ONLINE &&
	    l->now - l->asked_at >= LOST_MS)
		link_set_phase(l, RECORD_LOST);
	if (l->now >= l->port_due) {
		l->port_due = l->now + LINK_PORT_MS;
		l->out.new_port(l->out.arg);
	}
	if (l->now >= l->shake_due) {
		l->shake_due = l->now + LINK_SHAKE_MS;
		if (l->hs.step == HANDSHAKE_IDLE)
			link_shake(l);
	}
	if (l->now >= l->retry_due) {
		l->retry_wait = path_longer(l->retry_wait);
		l->retry_due = l->now + l->retry_wait;
		send_sync(l, true);
	}
}

/* Nothing is said to a room that may yet say what it lost: that goes first. */
static bool
may_post(const struct link *l)
{
	return l->settled && link_waiting(l) > 0;
}

static void
leave_again(struct link *l)
{
	uint8_t frames[LINK_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	size_t n;

	if (l->now < l->leave_due)
		return;
	if (l->leaves == LEAVES || l->now >= l->leave_end) {
		l->left = true;
		return;
	}
	/* A last line goes with it. */
	if (may_post(l) && l->now >= l->hold_until) {
		out = wire_out(frames, sizeof(frames) - 16);
		n = link_put_posts(l, &out, link_first_waiting(l));
		outbox_set_sent(l->outbox, link_first_waiting(l),
		    link_first_waiting(l) + n);
		out.size = sizeof(frames);
	}
	frame_put_leave(&out, NULL, 0);
	link_send(l, frames, out.len, false);
	l->leaves++;
	l->leave_due = l->now + path_rto_ms(&l->path);
	if (l->leave_due > l->leave_end)
		l->leave_due = l->leave_end;
}

static void
ask_older(struct link *l)
{
	uint8_t frames[SYNC_OVER];
	struct wire_out out = wire_out(frames, sizeof(frames));

	if (l->read_before == 0 || l->now < l->read_due)
		return;
	if (++l->read_tries > READ_TRIES) {
		l->read_before = 0;
		return;
	}
	l->read_due = l->now + link_patience(l, l->read_tries);
	frame_put_read(&out, l->read_before,
	    l->read_before - 1 - l->read_after);
	link_send(l, frames, out.len, true);
}

static void
tick_session(struct link *l)
{
	chase_answer(l);
	if (may_post(l) && l->now >= l->hold_until) {
		if (l->now >= l->post_due)
			link_send_posts(l, true);
		if (l->post_new)
			link_send_posts(l, false);
	}
	ask_older(l);
	link_ask_whois(l);
	if (l->now >= l->quiet_due) {
		l->quiet_due = INT64_MAX;
		send_sync(l, true);
	}
	if (l->now >= l->sync_due || (l->wants != 0 &&
	    l->now >= l->want_due))
		send_sync(l, false);
	/* New keys that are soon due are a sign of life as well. */
	if (l->now - l->sent_at >= LINK_KEEPALIVE_MS) {
		if (link_rekey(l, l->now + LINK_KEEPALIVE_MS))
			l->sent_at += LOST_MS;
		else
			send_sync(l, true);
	}
	link_rekey(l, l->now);
}

static void
least(int64_t *due, int64_t other)
{
	if (other < *due)
		*due = other;
}

static int64_t
next_due(const struct link *l)
{
	int64_t due = INT64_MAX;

	if (l->hs.step == HANDSHAKE_HELLO || l->hs.step == HANDSHAKE_VISIT)
		least(&due, l->hs_due);
	if (!l->live)
		return due;
	if (l->leaving)
		return l->left ? INT64_MAX : l->leave_due;
	if (l->asked_at != INT64_MAX) {
		least(&due, l->retry_due);
		least(&due, l->port_due);
		least(&due, l->shake_due);
		if (l->state.phase == RECORD_ONLINE)
			least(&due, l->asked_at + LOST_MS);
	}
	if (may_post(l)) {
		int64_t post = l->post_new ? l->now : l->post_due;

		least(&due, post > l->hold_until ? post : l->hold_until);
	}
	if (l->read_before != 0)
		least(&due, l->read_due);
	if (l->wants != 0)
		least(&due, l->want_due);
	if (l->whois_len > 0)
		least(&due, l->whois_due);
	least(&due, l->quiet_due);
	least(&due, l->sync_due);
	least(&due, l->sent_at + LINK_KEEPALIVE_MS);
	if (l->hs.step == HANDSHAKE_IDLE)
		least(&due, l->rekey_due);
	least(&due, l->heard_at + KEYS_MS);
	return due;
}

int64_t
link_tick(struct link *l, int64_t now)
{
	l->now = now;
	link_keep_posts(l);
	link_shake_tick(l);
	if (l->outbox != NULL)
		link_release(l);
	link_tell_members(l);
	link_tell_aside(l);
	forget_keys(l);
	if (l->leaving && l->live && !l->left)
		leave_again(l);
	else if (l->live)
		tick_session(l);
	if (l->rekey && l->hs.step == HANDSHAKE_IDLE)
		link_shake(l);
	link_tell_state(l);
	return next_due(l);
}
